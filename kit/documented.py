"""What every key of a pydantic model is, in words: its name, type and default, and the docstring under it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

NAME = "NAME"
"""Stands, in a dotted name, for a key that the user chooses, such as that of a task."""

_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "anything"}
_BOUNDS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}


@dataclass(frozen=True)
class Key:
    """A key as it may be written in YAML."""

    name: str
    """With dots, as `--set` takes it."""
    kind: str
    """Its type in plain words."""
    default: str | None
    """As YAML; None where the key must be given."""
    meaning: str
    owner: type[BaseModel]
    """The model that has the key."""
    variant: str | None = None
    """The tags of the kinds that have the key, of a union some of whose kinds have it not."""


def keys_of(model: type[BaseModel], prefix: str = "", variant: str | None = None) -> list[Key]:
    """Every key of a model in its order, those of the models inside it behind the key that holds them."""
    keys: list[Key] = []
    for name, field in model.model_fields.items():
        dotted, inner = prefix + (field.alias or name), list(_models_in(field.annotation))
        default = None if field.is_required() else as_yaml(field.get_default(call_default_factory=True))
        meaning = _meaning(model, name) or (_doc(inner[0]) if len(inner) == 1 else "")
        keys.append(Key(dotted, _in_words(field), default, meaning, model, variant))
        below = f"{dotted}.{NAME}." if _is_mapping(field.annotation) else f"{dotted}."
        tag = field.discriminator or _tag_in(field.annotation)
        if isinstance(tag, str):
            keys += _variants(inner, tag, below)
        else:
            keys += [key for nested in inner for key in keys_of(nested, below, variant)]
    return keys


def _tag_in(annotation: Any) -> str | None:
    """The key by which the models of a union inside an annotation are told apart."""
    for argument in get_args(annotation):
        tag = getattr(argument, "discriminator", None) or _tag_in(argument)
        if isinstance(tag, str):
            return tag
    return None


def _variants(models: list[type[BaseModel]], tag: str, below: str) -> Iterator[Key]:
    """The keys of a union whose models are told apart by a key: that one first, then each model's own."""
    tags = {model: get_args(model.model_fields[tag].annotation)[0] for model in models}
    kinds = " ".join(f"{tags[model]}: {_doc(model)}" for model in models)
    yield Key(below + tag, _choices(tags.values()), None, kinds, models[0])
    found: dict[tuple[object, ...], list[Key]] = {}
    for model in models:
        for key in keys_of(model, below, tags[model]):
            if key.name != below + tag:
                found.setdefault((key.name, key.kind, key.default, key.meaning), []).append(key)
    for alike in found.values():
        whose = None if len(alike) == len(models) else _choices(str(key.variant) for key in alike)
        yield replace(alike[0], variant=whose)


def as_yaml(value: object) -> str:
    """A value in one line, as it may be written in YAML; nothing for a model, whose keys say what it is."""
    if isinstance(value, BaseModel) or (
        isinstance(value, Mapping) and value and all(isinstance(item, BaseModel) for item in value.values())
    ):
        return ""
    text = yaml.safe_dump(_plain(value), default_flow_style=True, width=float("inf"), allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _meaning(model: type[BaseModel], name: str) -> str:
    """The docstring under an attribute of the model, or of the base class that brought it."""
    kinds = (kind for kind in model.__mro__ if issubclass(kind, BaseModel) and kind is not BaseModel)
    return next((docs[name] for docs in map(attribute_docs, kinds) if name in docs), "")


@cache
def attribute_docs(kind: type) -> dict[str, str]:
    """The string literal under each attribute of a class, in one line, read from the source of its module."""
    path = inspect.getsourcefile(kind)
    if path is None:
        return {}
    body: list[ast.stmt] = ast.parse(Path(path).read_text(encoding="utf-8")).body
    for part in kind.__qualname__.split("."):
        body = next((node.body for node in body if isinstance(node, ast.ClassDef) and node.name == part), [])
    return {
        attribute.target.id: _one_line(below.value.value)
        for attribute, below in pairwise(body)
        if isinstance(attribute, ast.AnnAssign) and isinstance(attribute.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }


def _doc(model: type) -> str:
    return _one_line(model.__doc__ or "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _is_mapping(annotation: Any) -> bool:
    return any(get_origin(part) is dict for part in (annotation, *get_args(annotation)))


def _in_words(field: FieldInfo) -> str:
    words = _type_in_words(field.annotation)
    bounds = [
        f"{word} {getattr(bound, sign):g}"
        for bound in field.metadata
        for sign, word in _BOUNDS.items()
        if getattr(bound, sign, None) is not None
    ]
    lengths = [f"{bound.min_length} or more" for bound in field.metadata if hasattr(bound, "min_length")]
    null = ", or null" if NoneType in get_args(field.annotation) else ""
    return ", ".join([words, *bounds, *lengths]) + null


def _type_in_words(annotation: Any) -> str:
    if annotation in _WORDS:
        return _WORDS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_in_words(arguments[0])
    if origin is Literal:
        return _choices(arguments)
    if origin in (Union, UnionType):
        return _choices(dict.fromkeys(_type_in_words(part) for part in arguments if part is not NoneType))
    if origin is dict:
        return f"mapping from names to {_many(arguments[1])}"
    if origin is tuple and arguments[-1] is not Ellipsis:
        return f"list of {len(arguments)} {_many(arguments[0])}"
    if origin in (tuple, list):
        return f"list of {_many(arguments[0])}"
    return "keys of its own"


def _many(annotation: Any) -> str:
    """The type of the things in a list or a mapping."""
    if annotation is Any:
        return "items"
    words = _type_in_words(annotation)
    if annotation in (int, float):
        return f"{words}s"
    return words.replace("its own", "their own").replace("mapping", "mappings", 1)


def _choices(values: Iterable[object]) -> str:
    *most, last = map(str, values)
    return f"{', '.join(most)} or {last}" if most else last
