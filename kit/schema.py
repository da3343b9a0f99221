"""YAML read into frozen pydantic models, with errors that name the file, the key and the nearest right name."""

from __future__ import annotations

from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from kit.conflict import refuse_conflict
from kit.errors import KitError, nearest, one_line

Model = TypeVar("Model", bound=BaseModel)


class Frozen(BaseModel):
    """A model that cannot change and knows its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


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
    try:
        text = Path(path).read_text(encoding="utf-8")
        refuse_conflict(Path(path), text)
        content = yaml.safe_load(text)
    except FileNotFoundError:
        raise KitError("there is no such file", where=path) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise KitError(
            f"this is not valid YAML ({one_line(error, most=300)})", where=path, todo="mend that line"
        ) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise KitError("this must be a mapping of keys to values", where=path, todo="see the README for its keys")
    return content


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
    return KitError(f"'{key}' is wrong: {first['msg']} (it is {first['input']!r})", where=where, todo="mend it")


def _walk(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[list[str], type[BaseModel] | None]:
    """Walk from `model` along a pydantic error location: the keys on the way as YAML has them, and the model there."""
    current: Any = model
    keys = []
    for part in location:
        current = get_args(current)[0] if get_origin(current) is Annotated else current
        if get_origin(current) not in (Union, UnionType) or not any(_has_tag(one, part) for one in get_args(current)):
            keys.append(str(part))  # what tells the models of a union apart is no key
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
