"""Tables in json: records, columns, values by id, lines of records, and images with annotations as COCO has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kit.competition.formats import is_image_name
from kit.competition.names import same_column
from kit.errors import KitError, one_line
from kit.reading import MISSING, parse_json, read_bytes
from kit.table_form import UNSAID, TableForm, table_text
from kit.targets.cells import as_text

LINES_ENDINGS = (".jsonl", ".ndjson")
JSON_ENDINGS = (".json", ".geojson", *LINES_ENDINGS)
SIDES = ("train", "training", "val", "valid", "validation", "dev", "test", "testing", "trainval")
"""Keys of lists of ids, or of records, that say on which side they are."""
KNOWN = "records, columns, values by id, or images and annotations"


def read_json_table(path: Path, form: TableForm = UNSAID) -> pd.DataFrame:
    """The table that a json file holds, as text cells; KitError where it holds none.

    A list of values is text with spaces between them, anything deeper is json.
    """
    todo = "mend the path in competition.yaml"
    text, _ = table_text(read_bytes(path, missing=MISSING, todo=todo), TableForm(encoding=form.encoding), path)
    if path.name.lower().endswith(LINES_ENDINGS) or re.match(r"\s*\{.*\}[ \t]*\r?\n\s*\{", text):
        table = _of_lines(text, path)
    else:
        table = _table(parse_json(text, path, "this is no json"), path)
    if table.columns.duplicated().any():
        twice = table.columns[table.columns.duplicated()][0]
        raise KitError(f"two columns are called '{twice}'", where=path, todo="rename or remove one of them")
    return _as_text(table)


def frame_of_records(records: list[dict[str, Any]]) -> pd.DataFrame:
    """Records as rows of text cells without the spaces around them; an empty one is missing."""
    table = _as_text(_frame(records))
    return table.apply(
        lambda column: column.map(lambda cell: (cell.strip() or None) if isinstance(cell, str) else cell)
    )


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({str(name): as_text(column) for name, column in table.items()}, index=table.index)


def _table(content: Any, where: Path) -> pd.DataFrame:
    if isinstance(content, list):
        names = bool(content) and all(isinstance(one, str) for one in content)
        return _records([[one] for one in content] if names else content, where)
    if not isinstance(content, dict):
        raise KitError(f"this json is no table: it holds neither {KNOWN}", where=where)
    if isinstance(content.get("images"), list):
        return _of_images(content, where)
    if content.get("type") == "FeatureCollection" and isinstance(content.get("features"), list):
        return _records([_properties(one) for one in content["features"]], where)  # of GeoJSON (RFC 7946)
    lists = {key: value for key, value in content.items() if isinstance(value, list)}
    if len(lists) > 1 and len(lists) == len(content) and all(str(key).lower() in SIDES for key in lists):
        return _frame([{**_named(one), "split": key} for key, some in lists.items() for one in some])
    if len(lists) > 1 and len(lists) == len(content) and all(map(_names_images, lists.values())):
        return _frame([{"file": name, "label": key} for key, names in lists.items() for name in names])
    if len(content) > 1 and all(str(key).lower() in SIDES and _holds_plain(value) for key, value in content.items()):
        records = [(name, value, key) for key, values in content.items() for name, value in values.items()]
        return _frame([dict(zip(("id", "value", "split"), one, strict=True)) for one in records])
    holding_records = [key for key, value in lists.items() if value and all(isinstance(one, dict) for one in value)]
    if len(holding_records) == 1 and len(content) - len(holding_records) <= len(content) // 2:
        return _records(content[holding_records[0]], where)
    if lists and len(lists) == len(content) and len({len(value) for value in lists.values()}) == 1:
        if all(map(is_image_name, lists)):
            return _records([[key, *value] for key, value in lists.items()], where)
        return _frame(lists)
    return _by_key(content, where)


def _properties(feature: Any) -> Any:
    """What is said of a place on a map; where it is stays out."""
    return feature.get("properties") if isinstance(feature, dict) else feature


def _names_images(values: Sequence[Any]) -> bool:
    """Whether a list has but names of photos: those of one class."""
    return bool(values) and all(isinstance(one, str) and is_image_name(one) for one in values)


def _holds_plain(value: Any) -> bool:
    """Whether a value is a value for each id."""
    return isinstance(value, dict) and not any(isinstance(one, dict | list) for one in value.values())


def _named(one: Any) -> dict[str, Any]:
    return one if isinstance(one, dict) else {"id": one}


def _of_lines(text: str, where: Path) -> pd.DataFrame:
    """A record on each line."""
    records = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            records.append(parse_json(line, where, f"line {number} is no json"))
    return _records(records, where)


def _records(content: list[Any], where: Path) -> pd.DataFrame:
    """Mappings, or lists of equally many values, whose columns are called 1, 2, ..."""
    if content and all(isinstance(one, list) for one in content):
        content = [dict(enumerate(one, start=1)) for one in content]
    odd = next((place for place, one in enumerate(content, start=1) if not isinstance(one, dict)), None)
    if odd is not None:
        told = one_line(json.dumps(content[odd - 1], ensure_ascii=False), most=40)
        raise KitError(f"row {odd} of this json is {told}, and no record", where=where)
    return _frame(content)


def _frame(content: Any) -> pd.DataFrame:
    table = pd.DataFrame(content, dtype=object)
    table.columns = table.columns.map(lambda name: str(name).strip())
    return table


def _by_key(content: Mapping[str, Any], where: Path) -> pd.DataFrame:
    """Values or records by the id of their row, or columns of values by the number of theirs."""
    inner = [list(value) for value in content.values() if isinstance(value, dict)]
    if not inner:
        return _frame({"id": list(content), "value": list(content.values())})
    if len(inner) < len(content):
        raise KitError(f"this json is no table: it holds neither {KNOWN}", where=where)
    (only, *others), (keys, *_) = content.values(), inner
    if not others and len(keys) > 1 and all(isinstance(value, dict) for value in only.values()):
        return _by_key(only, where)  # records by id, below a word for all of them
    counted = inner[0] == [str(row) for row in range(len(inner[0]))]
    numbered = all(map(str.isdigit, keys)) and not any(map(str.isdigit, content)) and len(keys) > len(content)
    if inner[0] and (counted or (numbered and all(one == keys for one in inner))):
        return _frame({name: pd.Series(column, dtype=object) for name, column in content.items()})
    table = _frame(list(content.values()))
    table.insert(0, "id" if "id" not in table else "key", list(content))
    return table


def _of_images(content: Mapping[str, Any], where: Path) -> pd.DataFrame:
    """A row for each image and annotation: the image's columns, those of the annotation, and its category's name."""
    images = _records(content["images"], where)
    annotations, categories = (_beside(content, name, where) for name in ("annotations", "categories"))
    if len(annotations) == 0:
        return images
    key = _key(images, ("id", "image_id"), "images", where)
    of_image = same_column("image_id", annotations.columns)
    if of_image is None:
        raise KitError("its annotations do not say of which image they are: they have no 'image_id'", where=where)
    if images[key].map(str).duplicated().any():
        twice = images[key].map(str)[images[key].map(str).duplicated()].iloc[0]
        raise KitError(f"two of its images have the {key} '{twice}'", where=where)
    of = annotations[of_image].map(str)
    lost = ~of.isin(set(images[key].map(str)))
    if lost.any():
        what = f"{int(lost.sum())} of its annotations are of images that it does not have, such as '{of[lost].iloc[0]}'"
        raise KitError(what, where=where, todo="mend it")
    beside = annotations.drop(columns=of_image)
    beside = beside.rename(columns={name: f"annotation_{name}" for name in beside if name == "id" or name in images})
    if "category_id" in beside and len(categories):
        beside = _with_category(beside, categories, where)
    joined = images.assign(**{_AT: images[key].map(str)}).merge(beside.assign(**{_AT: of}), on=_AT, how="left")
    return joined.drop(columns=_AT)


def _beside(content: Mapping[str, Any], name: str, where: Path) -> pd.DataFrame:
    """The records that stand beside the images under a name; none where there is no such name."""
    found = content.get(name)
    if found is not None and not isinstance(found, list):
        told = one_line(json.dumps(found, ensure_ascii=False), most=40)
        raise KitError(f"its '{name}' are {told}, and no list of records", where=where)
    return _records(found or [], where)


_AT = "@of"


def _with_category(annotations: pd.DataFrame, categories: pd.DataFrame, where: Path) -> pd.DataFrame:
    """The annotations with what is known of their categories: the name as `category`, the rest as category_NAME."""
    key = _key(categories, ("id", "category_id"), "categories", where)
    known = categories.set_index(categories[key].map(str)).drop(columns=key)
    if known.index.duplicated().any():
        raise KitError(
            f"two of its categories have the {key} '{known.index[known.index.duplicated()][0]}'", where=where
        )
    names = {name: _category_column(name, annotations) for name in known}
    at = annotations["category_id"].map(str)
    unknown = ~at.isin(set(known.index)) & annotations["category_id"].notna()
    if unknown.any():
        raise KitError(f"no category has the {key} '{at[unknown].iloc[0]}', which an annotation has", where=where)
    beside = known.rename(columns=names).reindex(at).set_axis(annotations.index)
    return pd.concat([annotations, beside], axis=1)


def _category_column(name: str, annotations: Iterable[str]) -> str:
    called = "category" if name in ("name", "category") else f"category_{name}"
    return f"{called}_name" if called in annotations else called


def _key(table: pd.DataFrame, names: tuple[str, ...], what: str, where: Path) -> str:
    found = next(filter(None, (same_column(name, table.columns) for name in names)), None)
    if found is None:
        raise KitError(f"its {what} have no '{names[0]}'", where=where)
    return found
