"""Notes in XML that lie beside the photos: all that one holds, as one row."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from kit.errors import KitError, one_line
from kit.reading import read_bytes

DEEPEST = 20
"""Elements within one another, from which on a file is no note."""


def record_of_xml(path: Path) -> dict[str, Any]:
    """What a note's elements and attributes hold, by their names without namespaces; several of one name are a list.

    KitError for what is no XML, and for entities of its own, which may grow without end.
    """
    data = read_bytes(path)
    if b"<!ENTITY" in data:
        raise KitError("this xml has entities of its own", where=path, todo="write what they stand for in their place")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise KitError(f"this is no xml ({one_line(error)})", where=path, todo="mend it") from None
    found = _content(root, path, DEEPEST)
    return found if isinstance(found, dict) else {_name(root): found}


def _content(element: ElementTree.Element, path: Path, deepest: int) -> Any:
    if deepest == 0:
        raise KitError(f"this xml has elements {DEEPEST} deep, and is no note of a photo", where=path)
    text = (element.text or "").strip()
    inside: dict[str, list[Any]] = defaultdict(list)
    for name, value in element.attrib.items():
        inside[name.rpartition("}")[2]].append(value)
    for child in element:
        inside[_name(child)].append(_content(child, path, deepest - 1))
    if not inside:
        return text or None
    return {name: some[0] if len(some) == 1 else some for name, some in inside.items()} | (
        {"text": text} if text else {}
    )


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
