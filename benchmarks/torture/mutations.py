"""Corrupt contents of every kind of file that kit reads, each with its name; the same seed gives the same bytes."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

Mutation = tuple[str, bytes]
HUGE = "9" * 5000
DEEP = 50_000


def of_bytes(content: bytes, seed: int, *, flips: int = 6, cuts: int = 6) -> Iterator[Mutation]:
    """What may befall any file: cut anywhere, flipped bits, holes of nulls, another file's content."""
    chance = random.Random(seed)
    yield "empty", b""
    yield "one byte", content[:1]
    yield "a blank line", b"\n"
    for number in range(cuts):
        yield (
            f"cut {number}",
            content[: len(content) * number // cuts + chance.randrange(1, max(2, len(content) // cuts))],
        )
    for number in range(flips):
        changed = bytearray(content)
        for _ in range(1 + number):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        yield f"flip {number}", bytes(changed)
    start = chance.randrange(max(1, len(content) // 2))
    yield "a hole of nulls", content[:start] + bytes(len(content) // 3) + content[start + len(content) // 3 :]
    yield "all nulls", bytes(len(content))
    yield "twice", content + content
    yield "a tail of rubbish", content + bytes(chance.randrange(256) for _ in range(97))
    yield "rubbish", bytes(chance.randrange(256) for _ in range(len(content) % 5000))
    yield "latin-1", content[: len(content) // 2] + "é".encode("latin-1") + content[len(content) // 2 :]
    yield "a lone surrogate", content[: len(content) // 2] + b"\xed\xa0\x80" + content[len(content) // 2 :]
    yield "a gzip", b"\x1f\x8b\x08\x00" + content
    yield "an html page", b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n"
    yield "a pointer of git lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"
    merge = b"<<<<<<< HEAD\n" + content + b"=======\n" + content + b">>>>>>> theirs\n"
    yield "a merge conflict", merge


def of_csv(content: bytes, seed: int) -> Iterator[Mutation]:
    """A table of text: its header, its cells, its rows."""
    chance = random.Random(seed)
    text = content.decode()
    header, *lines = text.splitlines()
    names, rows = header.split(","), [line.split(",") for line in lines]

    def made(head: list[str], body: list[list[str]]) -> bytes:
        return ("\n".join(",".join(cells) for cells in [head, *body]) + "\n").encode()

    for index, name in enumerate(names):
        without = [[cell for place, cell in enumerate(row) if place != index] for row in rows]
        yield f"without the column {name}", made(names[:index] + names[index + 1 :], without)
        yield f"{name} twice", made([*names, name], [[*row, row[index]] for row in rows])
        yield f"{name} twice, otherwise", made([*names, name], [[*row, "x"] for row in rows])
        yield f"{name} renamed", made([*names[:index], f"{name}_x", *names[index + 1 :]], rows)
        yield f"{name} in capitals", made([*names[:index], name.upper(), *names[index + 1 :]], rows)
        for cell in (
            "", "nan", "NaN", "None", "-1", "1.5", "99", "1000000000", HUGE, "1e999", "inf", "-inf", "true", "1e3",
            "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "../../etc/passwd", "/etc/passwd",
            "=1+1", "2026-13-45", "[1, 2]", " ", "a\x00b", "0x10", "1_0", "é" * 3, "x" * 200_000,
        ):  # fmt: skip
            row = chance.randrange(len(rows))
            changed = [list(cells) for cells in rows]
            changed[row][index] = cell
            yield f"{name} is {cell[:12]!r} once", made(names, changed)
        for cell in ("", "nan", "1", "x", "1000000000", "0.5", "-1"):
            changed = [[*cells[:index], cell, *cells[index + 1 :]] for cells in rows]
            yield f"{name} is {cell!r} everywhere", made(names, changed)
    yield "no rows", made(names, [])
    yield "no header", made(rows[0], rows[1:])
    yield "one row", made(names, rows[:1])
    yield "half its rows", made(names, rows[: len(rows) // 2])
    yield "without its last row", made(names, rows[:-1])
    yield "a row twice", made(names, [*rows, rows[0]])
    yield "all rows twice", made(names, [*rows, *rows])
    yield "reversed", made(names, rows[::-1])
    yield "ragged", made(names, [rows[0][:1], *rows[1:]])
    yield "a cell too many", made(names, [[*rows[0], "x"], *rows[1:]])
    yield "a cell too many everywhere", made(names, [[*row, "x"] for row in rows])
    yield "ends in mid-line", content[: -len(lines[-1]) // 2 - 1]
    yield "ends in mid-line, far up", content[: len(content) // 2 + 3]
    yield "an open quote", content.replace(b",", b',"', 1)
    yield "a quote in mid-table", content[: len(content) // 2] + b'"' + content[len(content) // 2 :]
    yield "semicolons", content.replace(b",", b";")
    yield "tabs", content.replace(b",", b"\t")
    yield "CR", content.replace(b"\n", b"\r")
    yield "CR LF", content.replace(b"\n", b"\r\n")
    yield "blank lines", content.replace(b"\n", b"\n\n")
    yield "UTF-16", text.encode("utf-16")
    yield "BOM", b"\xef\xbb\xbf" + content
    yield "empty header cell", content.replace(names[0].encode(), b"", 1)
    yield "20,000 columns", (",".join(f"c{i}" for i in range(20_000)) + "\n").encode() + content
    yield "a comma at every end", content.replace(b"\n", b",\n")
    yield "a row of commas", content + b"," * (len(names) - 1) + b"\n"


def of_folds(content: bytes) -> Iterator[Mutation]:
    """Folds that are no folds: far too many, an empty one, from 1 on, negative."""
    table = pd.read_csv(io.BytesIO(content), dtype=str)
    fold = table["fold"].astype(int)
    for name, values in {
        "one of 10^9": fold.where(fold.index > 0, 10**9),
        "one of 2^63": fold.astype(object).where(fold.index > 0, 2**63),
        "an empty fold": fold.where(fold == 0, fold + 1),
        "from 1 on": fold + 1,
        "from -1 on": fold - 1,
        "one of -1": fold.where(fold.index > 0, -1),
        "one fold": fold * 0,
        "each its own": pd.Series(range(len(fold))),
        "floats": fold.astype(float),
        "a half": fold.astype(float).where(fold.index > 0, 0.5),
        "words": fold.map({0: "zero", 1: "one", 2: "two"}),
        "bools": fold > 0,
    }.items():
        yield name, table.assign(fold=values).to_csv(index=False).encode()


def of_parquet(content: bytes) -> Iterator[Mutation]:
    """A table of predictions or labels: its columns, types, rows and numbers."""
    table = pd.read_parquet(io.BytesIO(content))

    def made(changed: pd.DataFrame, **options: Any) -> bytes:
        buffer = io.BytesIO()
        changed.to_parquet(buffer, **{"index": False, **options})
        return buffer.getvalue()

    for name in table.columns:
        yield f"without {name}", made(table.drop(columns=name))
        yield f"{name} renamed", made(table.rename(columns={name: f"{name}x"}))
        first = table[name].iloc[0]
        others = {
            "strings": table[name].astype(str),
            "words": pd.Series(["word"] * len(table)),
            "lists": pd.Series([[1.0, 2.0]] * len(table)),
            "mappings": pd.Series([{"a": 1}] * len(table)),
            "bytes": pd.Series([b"\xff\xfe"] * len(table)),
            "nothing": pd.Series([None] * len(table), dtype=object),
            "dates": pd.Series(pd.date_range("2020-01-01", periods=len(table))),
            "categories": table[name].astype(str).astype("category"),
            "bools": pd.Series([True] * len(table)),
            "one empty": table[name].astype(object).where(table.index > 0, None),
            "all alike": pd.Series([first] * len(table)),
        }
        if isinstance(first, str):
            others |= {"numbers": pd.Series(range(len(table))), "others": table[name] + "x"}
        else:
            for value in (np.nan, np.inf, -np.inf, -0.5, 1.5, 1e300, 99.0):
                others[f"one of {value}"] = table[name].astype(float).where(table.index > 0, value)
            others["integers"] = table[name].astype(float).astype(int)
            others["huge integers"] = pd.Series([2**62] * len(table))
            others["doubled"] = table[name] * 2
            others["zero"] = table[name] * 0
            others["float16"] = table[name].astype("float32").astype("float16")
        for what, values in others.items():
            try:
                yield f"{name} of {what}", made(table.assign(**{name: values}))
            except Exception:  # what pyarrow itself cannot write is no file
                continue
    yield "no rows", made(table[:0])
    yield "one row", made(table[:1])
    yield "half its rows", made(table[: len(table) // 2])
    yield "rows twice", made(pd.concat([table, table], ignore_index=True))
    yield "a row twice", made(pd.concat([table, table[:1]], ignore_index=True))
    yield "reversed", made(table[::-1])
    yield "a column more", made(table.assign(extra=1.0))
    yield "an index", made(table.set_index("image" if "image" in table else table.columns[0]), index=True)
    yield "only an index", made(table[[]], index=True)
    yield "gzip", made(table, compression="gzip")
    yield "no compression", made(table, compression=None)


def of_record(content: bytes) -> Iterator[tuple[str, bytes, bool]]:
    """A record's JSON, and whether its checksum may be mended: keys gone, of other types, out of range, too deep."""
    record = json.loads(content)
    yield "a list", b"[1, 2, 3]", False
    yield "a word", b'"record"', False
    yield "null", b"null", False
    yield "a number", b"17", False
    yield "too deep", b"[" * DEEP + b"]" * DEEP, False
    yield "too deep inside", b'{"id": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}", False
    yield "5,000 digits alone", HUGE.encode(), False
    yield "BOM", b"\xef\xbb\xbf" + content, False
    yield "UTF-16", content.decode().encode("utf-16"), False
    yield "a key twice", content.replace(b"{", b'{"checksum": "x",', 1), False
    yield "a comma too many", content.rstrip()[:-1] + b",}", False
    for path in _paths(record):
        name = ".".join(map(str, path))
        if path[0] == "checksum":
            values: list[Any] = [None, 1, "x", [], "\ud800"]
        else:
            values = [
                None, "", "x", -1, 0, 1.5, 10**9, 10**30, 1e300, True, [], {}, [[]], [1], {"a": 1}, float("nan"),
                float("inf"), "\ud800", "../../x", "/etc/passwd", "a" * 3000, "2026-13-45T99:00:00",
                "0001-01-01T00:00:00",
            ]  # fmt: skip
            yield f"{name} has 5,000 digits", _changed(content, path, "@huge").replace(b'"@huge"', HUGE.encode()), False
            yield f"{name} is -{HUGE[:3]}e9999", _changed(content, path, "@e").replace(b'"@e"', b"-9e9999"), True
        yield f"without {name}", _changed(content, path, None, drop=True), True
        for value in values:
            yield f"{name} is {str(value)[:12]!r}", _changed(content, path, value), True
    yield "an unknown key", json.dumps({**record, "surprise": 1}).encode(), True


def _paths(value: Any, above: tuple[Any, ...] = (), most: int = 40) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, inner in items:
        found.append((*above, key))
        found += _paths(inner, (*above, key), most)
    return found[:most] if not above else found


def _changed(content: bytes, path: tuple[Any, ...], value: Any, *, drop: bool = False) -> bytes:
    record = json.loads(content)
    inner = record
    for key in path[:-1]:
        inner = inner[key]
    if drop:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return json.dumps(record).encode()


def of_yaml(content: bytes) -> Iterator[Mutation]:
    """A YAML file: its shape, its keys, bombs, and values of every type under each key."""
    import yaml

    value: Any
    text = content.decode()
    settings = yaml.safe_load(text)
    yield "a list", b"- 1\n- 2\n"
    yield "a word", b"word\n"
    yield "a number", b"17\n"
    yield "null", b"~\n"
    yield "too deep", b"a: " + b"[" * DEEP + b"]" * DEEP
    yield "too deep, not much", b"a: " + b"[" * 400 + b"]" * 400 + b"\n" + content
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12))
    yield "a bomb of aliases", bomb.encode() + content
    yield "an alias of itself", b"a: &a [*a]\n" + content
    yield "a mapping of itself", b"&a a: &b {b: *b}\n" + content
    yield "a python object", b"a: !!python/object/apply:os.system ['true']\n" + content
    yield "an unknown tag", b"a: !surprise 1\n" + content
    yield "a date", b"a: 2026-13-45\n" + content
    yield "a date as a key", b"2026-13-45: 1\n" + content
    yield "a list as a key", b"? [1, 2]\n: 1\n" + content
    yield "a mapping as a key", b"? {a: 1}\n: 1\n" + content
    yield "null as a key", b"~: 1\n" + content
    yield "a number as a key", b"1: 1\n" + content
    yield "an escape of a lone surrogate", b'a: "\\ud800"\n' + content
    yield "5,000 digits", f"a: {HUGE}\n".encode() + content
    yield "a base of 60", b"a: 190:20:30:99999999999999999999\n" + content
    yield "a tab", b"\ta: 1\n" + content
    yield "two documents", content + b"---\n" + content
    yield "CR", content.replace(b"\n", b"\r")
    yield "BOM", b"\xef\xbb\xbf" + content
    yield "UTF-16", text.encode("utf-16")
    yield "a merge key", b"<<: 1\n" + content
    yield "!!binary", b"a: !!binary notbase64!\n" + content
    for path in _paths(settings):
        for value in (
            None, "", "x", -1, 0, 1.5, 10**9, 1e300, True, [], {}, [[]], [1], {"a": 1}, float("nan"), float("inf"),
            "../../x", "/etc/passwd", "{nothing}", "x" * 3000, {1: 2}, [None], "**/*", "a\x00b", "=1",
        ):  # fmt: skip
            changed = yaml.safe_load(text)
            inner = changed
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
            yield (
                f"{'.'.join(map(str, path))} is {str(value)[:12]!r}",
                yaml.safe_dump(changed, allow_unicode=True).encode(),
            )
        name = path[-1]
        if isinstance(name, str) and len(path) == 1:
            for raw in ('"\\ud800"', HUGE, "2026-13-45", "2026-01-01", "!!set {a, b}", "1e999", "[" * 300 + "]" * 300):
                lines = [line for line in text.splitlines() if not line.startswith(f"{name}:")]
                yield f"{name}: {raw[:14]}", "\n".join([*lines, f"{name}: {raw}"]).encode() + b"\n"


def of_array(content: bytes) -> Iterator[Mutation]:
    """An npy file: an npz, a pickle, another type or shape, a head that promises too much."""
    array = np.load(io.BytesIO(content))

    def saved(changed: np.ndarray, **options: Any) -> bytes:
        buffer = io.BytesIO()
        np.save(buffer, changed, **options)
        return buffer.getvalue()

    buffer = io.BytesIO()
    np.savez(buffer, array)
    yield "an npz", buffer.getvalue()
    yield "a pickle", saved(np.array([{"a": 1}, [2]], dtype=object), allow_pickle=True)
    yield "floats", saved(array.astype(np.float64))
    yield "words", saved(np.array(["a", "b"]))
    yield "half its rows", saved(array[: len(array) // 2])
    yield "no rows", saved(array[:0])
    yield "flat", saved(array.ravel())
    yield "one number", saved(np.array(1))
    yield "a dimension more", saved(array[None])
    yield "column order", saved(np.asfortranarray(array))
    yield "big-endian", saved(array.astype(array.dtype.newbyteorder(">")))
    yield "NaN", saved(np.full(array.shape, np.nan, np.float32))
    for name, old, new in (
        ("a head of more rows", b"(%d," % len(array), b"(%d," % (10**12)),
        ("a head of negative rows", b"(%d," % len(array), b"(-1,"),
        ("a head that is code", b"{'descr'", b"{__import__"),
        ("an unknown version", b"NUMPY\x01", b"NUMPY\x09"),
    ):
        yield name, content.replace(old, new, 1)
    size = struct.pack("<H", 65535)
    yield "a head that is too long", content[:8] + size + content[10:]


def of_safetensors(content: bytes) -> Iterator[Mutation]:
    """Weights: another network's, with NaN, of other types, a head that lies or is too deep."""
    from safetensors.numpy import load, save

    tensors, metadata = load(content), _metadata(content)
    names = sorted(tensors)
    some = next(name for name in names if tensors[name].dtype == np.float32 and tensors[name].size > 10)

    def saved(changed: dict[str, np.ndarray]) -> bytes:
        return save(changed, metadata=metadata)

    bad = tensors[some].copy()
    bad.flat[0] = np.nan
    yield "NaN", saved({**tensors, some: bad})
    yield "infinite", saved({**tensors, some: np.full_like(bad, np.inf)})
    yield "huge", saved({**tensors, some: np.full_like(bad, 3e38)})
    yield "another network's", saved({f"layer{i}": np.zeros((3, 4), np.float32) for i in range(4)})
    yield "no tensors", saved({})
    yield "a tensor less", saved({name: tensors[name] for name in names if name != some})
    yield "a tensor more", saved({**tensors, "surprise": np.zeros(3, np.float32)})
    yield "another shape", saved({**tensors, some: tensors[some].ravel()[:-1].copy()})
    yield "doubles", saved({name: value.astype(np.float64) for name, value in tensors.items()})
    yield "integers", saved({name: value.astype(np.int64) for name, value in tensors.items()})
    yield "without what goes with it", save(tensors)
    (length,) = struct.unpack("<Q", content[:8])
    yield "a head longer than the file", struct.pack("<Q", 2**40) + content[8:]
    yield "a head of no length", struct.pack("<Q", 0) + content[8:]
    deep = b'{"a":' * DEEP + b"1" + b"}" * DEEP
    yield "a head that is too deep", struct.pack("<Q", len(deep)) + deep
    yield "a head of a list", struct.pack("<Q", 2) + b"[]" + content[8 + length :]
    if metadata is not None:
        for name, text in {
            "deep": "[" * DEEP + "]" * DEEP, "5,000 digits": HUGE, "a list": "[]", "a word": '"x"', "nothing": "",
            "a surrogate": '{"identity": "\\ud800", "checksum": "x"}', "no keys": '{"checksum": "x"}',
        }.items():  # fmt: skip
            yield f"what goes with it: {name}", save(tensors, metadata={"kit": text})


def _metadata(content: bytes) -> dict[str, str] | None:
    (length,) = struct.unpack("<Q", content[:8])
    found: dict[str, str] | None = json.loads(content[8 : 8 + length]).get("__metadata__")
    return found


def of_npz(content: bytes) -> Iterator[Mutation]:
    """An array in an archive: none, several, a pickle, a bomb, a head that promises too much."""
    array = next(iter(np.load(io.BytesIO(content)).values()))

    def saved(**arrays: np.ndarray) -> bytes:
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        return buffer.getvalue()

    yield "no array", saved()
    yield "two arrays", saved(one=array, two=array)
    yield "a pickle", saved(one=np.array([{"a": 1}], dtype=object))
    yield "a bomb", saved(one=np.zeros((20_000, 20_000, 3), np.uint8))
    buffer = io.BytesIO()
    np.save(buffer, array)
    for name, made in of_array(buffer.getvalue()):
        yield f"inside: {name}", zipped({"pixels.npy": made})
    yield "a file that is no array", zipped({"pixels.txt": b"x", "../pixels.npy": b"x"})


def of_dicom(content: bytes) -> Iterator[Mutation]:
    """Attributes that lie, lack, or promise too much."""
    from benchmarks.torture.workspace import dicom

    grey = np.full((24, 24), 90.0)
    for name, values in {
        "Rows": (None, 0, 1, 25, 60_000), "Columns": (None, 0, 1, 23, 60_000), "SamplesPerPixel": (None, 0, 2, 3, 4),
        "BitsAllocated": (None, 0, 1, 7, 8, 32, 64), "BitsStored": (None, 0, 1, 16, 60_000), "HighBit": (None, 0, 15),
        "PixelRepresentation": (None, 1, 7), "PhotometricInterpretation": (None, "", "RGB", "PALETTE COLOR", "NOTHING"),
        "RescaleSlope": (None, "", "0", "-1", "1e300"), "RescaleIntercept": (None, "", "1e300"),
        "WindowCenter": ("", "0", ["1", "2"]), "WindowWidth": ("", "0", "-5", ["1", "2"]),
        "PixelData": (None, b"", b"x"), "NumberOfFrames": ("", "0", "-1", "3", "1000000000"),
    }.items():  # fmt: skip
        for value in values:
            try:
                made = dicom(grey, **{name: value})
            except Exception:  # what pydicom itself cannot write is no file
                continue
            yield f"{name} is {value!r}", made
    for syntax in (b"1.2.840.10008.1.2.4.90\0", b"1.2.840.10008.1.2.4.50\0", b"1.2.840.10008.1.2.2\0\0\0\0", b"9.9.9"):
        yield f"syntax {syntax!r}", content.replace(b"1.2.840.10008.1.2.1\0", syntax.ljust(20, b"\0")[:20])
    yield "without its preamble", content[132:]


def of_torch(content: bytes) -> Iterator[Mutation]:
    """What torch saves: other objects, other tensors, its zip damaged."""
    import torch

    state = torch.load(io.BytesIO(content), weights_only=True)
    some = next(name for name in state if state[name].ndim > 1)

    def saved(thing: object, **options: Any) -> bytes:
        buffer = io.BytesIO()
        torch.save(thing, buffer, **options)
        return buffer.getvalue()

    yield "the form of before", saved(state, _use_new_zipfile_serialization=False)
    yield "a tensor", saved(state[some])
    yield "a list", saved([state[some]])
    yield "in a mapping", saved({"state_dict": state})
    yield "numbers", saved(dict.fromkeys(state, 1.0))
    yield "keys that are numbers", saved(dict(enumerate(state.values())))
    yield "nothing", saved({})
    yield "an object of code", saved({"a": DEEP.__class__, "b": print})
    yield "a tensor less", saved({name: value for name, value in state.items() if name != some})
    yield "NaN", saved({**state, some: state[some] * float("nan")})
    yield "another shape", saved({**state, some: state[some].flatten()})
    yield "sparse", saved({**state, some: torch.ones(3, 3).to_sparse()})
    yield "complex", saved({**state, some: state[some].to(torch.complex64)})
    yield "quantized", saved({**state, some: torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)})
    yield "on another device", saved({**state, some: torch.ones(3, device="meta")})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for part in sorted(parts)[:6]:
        yield f"without {part}", zipped({name: value for name, value in parts.items() if name != part})
        yield f"{part} cut", zipped({**parts, part: parts[part][: len(parts[part]) // 2]})
        yield f"{part} a bomb", zipped({**parts, part: bytes(400 << 20)})


def of_image(content: bytes) -> Iterator[Mutation]:
    """Photos: bombs, sizes without end, colours and depths of every kind, other formats under the name."""
    from PIL import Image

    from kit.images.heif import open_image as open_heic

    yield "a bomb of 60,000 x 60,000", png(60_000, 60_000, b"")
    yield "20,000 x 20,000", png(20_000, 20_000, zlib.compress(bytes(2501 * 20_000), 9))
    yield "no width", png(0, 10, b"")
    yield "a negative size", png(2**31 - 1, 2**31 - 1, b"")
    yield "a text bomb", png(24, 24, zlib.compress(bytes(4 * 24), 9), text=zlib.compress(b"a" * 80_000_000, 9))
    yield "long and thin", _image(Image.new("RGB", (60_000, 1)), "PNG")
    heic = content[4:8] == b"ftyp"
    image = (open_heic(content) if heic else Image.open(io.BytesIO(content))).convert("RGB")
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO"):
        yield f"of another format, {kind}", _image(image, kind)
    for mode in ("L", "LA", "P", "RGBA", "1", "I", "F", "I;16"):
        try:
            changed = image.convert(mode if mode != "I;16" else "I").convert(mode)
            yield f"of mode {mode}", _image(changed, "TIFF")
        except (ValueError, OSError):
            continue
    yield "an svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"/>'
    yield "a zip", zipped({"a.png": content})


def png(width: int, height: int, data: bytes, text: bytes | None = None) -> bytes:
    """A grey PNG of one bit a pixel that says it has this size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    note = chunk(b"zTXt", b"note\0\0" + text) if text is not None else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + note + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _image(image: Any, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
