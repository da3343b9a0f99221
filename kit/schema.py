"""YAML read into frozen pydantic models, with errors that name the file, the key and the nearest right name."""

from __future__ import annotations

import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from kit.errors import KitError, nearest, one_line
from kit.reading import read_text

Model = TypeVar("Model", bound=BaseModel)


class Frozen(BaseModel):
    """A model that cannot change and knows its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), allow_inf_nan=False)


def _plain_name(name: str) -> str:
    """ValueError for what would lead to another folder as a part of a path, or cannot be one."""
    if (
        name in ("", ".", "..")
        or len(name.encode()) > 250
        or any(ord(letter) < 32 or letter in "/\\" for letter in name)
    ):
        raise ValueError(f"{one_line(repr(name))} cannot name a file")
    return name


FileName = Annotated[str, AfterValidator(_plain_name)]
"""A name that becomes a part of a path: of a run, a submission, a file of labels."""


def _address_part(name: str) -> str:
    """ValueError for what is more than a part of an address, or would end the text that it is written into."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise ValueError(f"{one_line(repr(name))} is no part of an address: letters, digits, '-', '_' and '.'")
    return name


PartOfAddress = Annotated[str, AfterValidator(_address_part)]

Cell = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) in (int, float, bool) else value)]
"""A column's name or a cell, which YAML may take for a number."""


class _Loader(yaml.SafeLoader):
    """YAML as people write it, and its version 1.2 reads it: only true and false are no words. A class `no`, a column
    `on`, a label 01, 1_0 or 1:30 and a day stay what stands there.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def fetch_flow_collection_start(self, TokenClass: type[yaml.Token]) -> None:
        if self.flow_level > MOST_DEPTH:  # the scanner looks at all open ones at each letter
            raise RecursionError
        super().fetch_flow_collection_start(TokenClass)


for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?((0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?", "-+0123456789."),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), _first)


def with_old_words(content: Any, keys: dict[str, str], values: dict[str, dict[str, str]] | None = None) -> Any:
    """A record's content with today's words in the place of those of before: keys, and the values of some keys."""
    if not isinstance(content, dict):
        return content
    found = {keys.get(key, key): value for key, value in content.items()}
    for key, words in (values or {}).items():
        if isinstance(found.get(key), str):
            found[key] = words.get(found[key], found[key])
    return found


def read_yaml(path: Path) -> dict[str, Any]:
    """Parse a YAML file that holds a mapping; an empty file is an empty mapping."""
    content = parse_yaml(read_text(path), path)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise KitError("this must be a mapping of keys to values", where=path, todo="see the README for its keys")
    odd = [key for key in content if not isinstance(key, str)]
    if odd:
        raise KitError(f"'{one_line(odd[0])}' is no key: keys are words", where=path, todo="mend that line")
    return content


def parse_yaml(text: str, where: object) -> Any:
    """Parse YAML; KitError where it is none, or is too deep, too long, or holds what no file of kit's can hold."""
    try:
        content = yaml.load(text, _Loader)
        _check_bounds(content)
    except RecursionError:
        raise KitError("this is nested too deep", where=where, todo="mend it") from None
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, AttributeError) as error:
        raise KitError(
            f"this is not valid YAML ({one_line(error, most=300)})", where=where, todo="mend that line"
        ) from None
    return content


MOST_DEPTH, MOST_VALUES = 30, 100_000
"""How deep a YAML file may nest, and how many values it may hold once its aliases are written out."""


def _check_bounds(content: Any) -> None:
    """ValueError for a bomb of aliases, half a character, or a number beyond all use; RecursionError where too deep."""
    left, waiting = MOST_VALUES, [(content, 0)]
    while waiting:
        value, depth = waiting.pop()
        left -= 1
        if depth > MOST_DEPTH:
            raise RecursionError
        if left < 0:
            raise ValueError(f"it holds more than {MOST_VALUES:,} values")
        if isinstance(value, dict):
            waiting += [(inner, depth + 1) for pair in value.items() for inner in pair]
        elif isinstance(value, list | tuple | set):
            waiting += [(inner, depth + 1) for inner in value]
        elif isinstance(value, str):
            value.encode()
        elif isinstance(value, int) and abs(value) >= 2**63:
            raise ValueError("it holds a number of more than 18 digits")


def validate(model: type[Model], content: dict[str, Any], where: object) -> Model:
    """Build `model` from parsed content; the first thing wrong becomes one KitError."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _explain(error, model, where) from None


def _explain(error: ValidationError, model: type[BaseModel], where: object) -> KitError:
    # an unknown key explains more than the missing one that it was meant to be
    first = min(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
    key = ".".join(_walk(model, first["loc"])[0])
    if first["type"] == "extra_forbidden":
        owner = _walk(model, first["loc"][:-1])[1]
        names = [field.alias or name for name, field in owner.model_fields.items()] if owner else []
        return KitError(f"unknown key '{key}'", where=where, todo=nearest(first["loc"][-1], names))
    if first["type"] == "union_tag_invalid":
        kinds = [kind.strip("' ") for kind in first["ctx"]["expected_tags"].split(",")]
        tag = first["ctx"]["tag"]
        by = first["ctx"]["discriminator"].strip("'")
        what = f"there is no {key} '{tag}'" if by == "name" else f"'{key}': there is no {by} '{tag}'"
        return KitError(what, where=where, todo=nearest(tag, kinds))
    if first["type"] in ("missing", "union_tag_not_found"):
        key = f"{key}.name" if first["type"] == "union_tag_not_found" else key
        return KitError(f"the key '{key}' is missing", where=where, todo="add it")
    if first["type"] == "value_error":
        return KitError(str(first["ctx"]["error"]), where=where, todo=f"mend '{key}'" if key else None)
    said = first["msg"].replace("valid tuple", "list").replace("valid dictionary", "mapping")
    return KitError(f"'{key}' is wrong: {said} (it is {one_line(repr(first['input']))})", where=where, todo="mend it")


_BRANCH = re.compile(r"(tuple|list|dict)\[|function-|(str|int|float|bool)$")
"""What pydantic calls a type of a union, where an error is in one of them."""


def _walk(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[list[str], type[BaseModel] | None]:
    """Walk from `model` along a pydantic error location: the keys on the way as YAML has them, and the model there."""
    current: Any = model
    keys = []
    for part in location:
        current = get_args(current)[0] if get_origin(current) is Annotated else current
        if _BRANCH.match(str(part)):
            continue  # what tells the types of a union apart is no key
        if get_origin(current) not in (Union, UnionType) or not any(_has_tag(one, part) for one in get_args(current)):
            keys.append(str(part))  # nor is what tells its models apart
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(part))
            current = field.annotation if field else None
        elif get_origin(current) in (Union, UnionType):
            current = next((kind for kind in get_args(current) if _has_tag(kind, part)), None)
        else:
            arguments = get_args(current)
            current = arguments[-1] if get_origin(current) in (dict, list, tuple) and arguments else current
        if get_origin(current) in (Union, UnionType):
            models = [arg for arg in get_args(current) if _is_model(arg)]
            if len(models) > 1:
                continue  # the next part of the location is the tag that says which of them it is
            current = models[0] if models else next(arg for arg in get_args(current) if arg is not type(None))
    return keys, current if _is_model(current) else None


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _has_tag(kind: Any, tag: int | str) -> bool:
    """Whether a model of a tagged union is the one with this tag."""
    if not _is_model(kind):
        return False
    literals = [get_args(field.annotation) for field in kind.model_fields.values()]
    return any(tag in values for values in literals)
