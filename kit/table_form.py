"""How a table's text is written: its encoding and what separates its cells, as somebody says or as its bytes tell."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kit.encodings import WESTERN, in_long_runs, told_encoding
from kit.errors import KitError, one_line
from kit.reading import decoded

SEPARATORS = ("\t", ",", ";", "|")
SPACES = " "
"""The separator that is one or more spaces."""
FEWEST_NAMES = 3
"""Names in a header from which on it may lack that of the first column: in few a text has but a word too many."""
MOST_ABOVE = 10
"""Lines above a table, at most."""
HEAD_LINES = 20
"""Lines below the first one that tell whether it is of another kind."""
SNIFFED = 1 << 16
"""Characters of a table that tell what separates its cells."""
COLONS = "\x1f"
"""The separator that is two or three colons, in the place of which it stands in the text."""
WORDS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars", SPACES: "spaces", COLONS: "colons"}


@dataclass(frozen=True)
class TableForm:
    """What is said of how a table is written; its bytes tell what is not said."""

    separator: str | None = None
    encoding: str | None = None
    header: bool = True
    """Without one the first row is a row, and the columns are called 1, 2, ..."""
    above: int = 0
    """How many lines stand above the header, or the first row, and are no part of the table: a number alone, such as
    how many rows follow, comments, or what the table is about.
    """
    unnamed: bool = False
    """Whether the header has no name for the first column, which is then called 1."""


UNSAID = TableForm()
OURS = TableForm(",", "utf-8")
"""How kit writes its own tables."""


def table_text(content: bytes, form: TableForm, where: Path) -> tuple[str, str]:
    """A table's bytes as text without byte order mark, and the encoding that they are in; KitError where they are none.

    The same bytes always give the same text: a byte order mark, UTF-8, UTF-16 by its null bytes, then the one of cp949,
    cp932 (Shift-JIS), gb18030, big5 and euc_jp in which most letters are common ones, cp1251 where they make Russian
    words, and cp1252 elsewhere.
    """
    encoding = form.encoding or told_encoding(content)
    if form.encoding is None and encoding in WESTERN and in_long_runs(content):
        raise KitError("its encoding is none that kit tells, such as UTF-8, cp949 or cp932", where=where, todo=_SAVE)
    if encoding == "utf-8":
        return decoded(content, where), encoding
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError) as error:
        line = content[: getattr(error, "start", 0)].count(b"\n") + 1
        raise KitError(f"line {line} is no {encoding} text", where=where, todo=_SAVE) from None
    odd = _NO_TEXT.search(text := text.removeprefix("\ufeff"))
    if odd is not None:
        line = text.count("\n", 0, odd.start()) + 1
        raise KitError(f"line {line} is no text, in UTF-8 or another encoding", where=where, todo=_SAVE)
    return text, encoding


def told_separator(text: str) -> str:
    """What separates a table's cells: what cuts every row into equally many, and more than one.

    Where nothing does, it is what cuts no row into more cells than the first, which names the columns; a comma at last.
    """
    counts = {separator: _cells_of_rows(text, separator) for separator in (*SEPARATORS, SPACES)}
    # a space in the name of a column separates nothing
    cutting = [separator for separator in SEPARATORS if max(counts[separator][:1], default=0) > 1] or [SPACES]
    even = [separator for separator in cutting if len(set(counts[separator])) == 1 and counts[separator][0] > 1]
    ragged = [separator for separator in (",", *cutting) if separator in cutting and separator != SPACES]
    fitting = [separator for separator in ragged if max(counts[separator]) <= counts[separator][0]]
    short = [separator for separator in cutting if _is_short(counts[separator], text, separator)]
    return next(iter(even or short or fitting), ",")


def whole_form(text: str, form: TableForm) -> tuple[str, TableForm]:
    """A table's text without the lines above it, and how it is written, all but its encoding."""
    unsaid = form.separator is None
    above = form.above or (_lines_above(text) if unsaid else 0)
    text = text.split("\n", above)[above]
    if form.separator in (None, COLONS) and _are_colons(text):
        text, form = re.sub(r":{2,3}", COLONS, text), replace(form, separator=COLONS)
    separator = form.separator or told_separator(text)
    unnamed = form.unnamed or (unsaid and form.header and _names_no_first(text, separator))
    return text, replace(form, separator=separator, above=above, unnamed=unnamed)


def _are_colons(text: str) -> bool:
    """Whether two or three colons separate the cells of each row, as many in one as in another."""
    lines = [line for line in text[:SNIFFED].splitlines() if line.strip()]
    lines = lines[:-1] if len(text) > SNIFFED else lines  # the last one may be cut
    counts = {len(re.findall(r"(?<=[^:]):{2,3}(?=[^:])", line)) for line in lines}
    return len(lines) > 1 and len(counts) == 1 and min(counts) > 0


def _lines_above(text: str) -> int:
    """How many lines above a table are no part of it."""
    if _counts_rows(text):
        return 1
    lines = text.split("\n", MOST_ABOVE + HEAD_LINES)[: MOST_ABOVE + HEAD_LINES]
    comments = next((place for place, line in enumerate(lines) if not line.lstrip().startswith("#")), 0)
    if comments:
        return comments - _is_header(lines[comments - 1], lines[comments])
    return next((count for count in range(1, MOST_ABOVE + 1) if _is_about(lines, count)), 0)


def _is_header(line: str, below: str) -> bool:
    """Whether a line behind a # has a word for each cell of the line below: # image label."""
    separator = next((one for one in SEPARATORS if one in line), SPACES)
    names, cells = (next(rows_of(one.strip().lstrip("#").strip(), separator), []) for one in (line, below))
    return len(names) == len(cells) and not any(" " in name.strip() for name in names)


def _is_about(lines: Sequence[str], count: int) -> bool:
    """Whether the first lines are of words, one cell each, or empty, and those below are rows of as many cells each."""
    first, rest = lines[:count], [line for line in lines[count:] if line.strip()]
    words = not any(separator in line for line in first for separator in SEPARATORS) and " " in first[0].strip()
    if not words or len(rest) < 3 or not lines[count].strip():
        return False
    separator = told_separator("\n".join(rest))
    counts = {len(next(rows_of(line, separator), [])) for line in rest[:-1]}
    return separator != SPACES and len(counts) == 1 and min(counts) > 1


def _is_short(counts: Sequence[int], text: str, separator: str) -> bool:
    """Whether the first row has one cell less than each of the others; few cells where it begins with a space, behind
    which the first of them would be.
    """
    fewest = 1 if separator == SPACES and text.startswith(SPACES) else FEWEST_NAMES
    return len(counts) > 2 and len(set(counts[1:])) == 1 and fewest <= counts[0] == counts[1] - 1


def _counts_rows(text: str) -> bool:
    """Whether the first line is the number of the rows that follow, with or without a header before them; or of
    something else, and alone where each of the rows has three cells or more.
    """
    first, _, rest = text.partition("\n")
    if not re.fullmatch(r"\s*\d{1,9}\s*", first) or re.match(r"\s*\d+\s*$", rest, re.MULTILINE):
        return False
    head = rest.splitlines()[:HEAD_LINES]
    if len(head) > 1 and all(len(re.findall(r"[^,;|\t]+[,;|\t]", line)) >= 2 for line in head):
        return True
    return int(first) > 1 and sum(map(bool, map(str.strip, rest.splitlines()))) - int(first) in (0, 1)


def _names_no_first(text: str, separator: str) -> bool:
    """Whether the header has a name for each column but the first, as R writes the names of rows."""
    try:
        rows = [row for row in itertools.islice(rows_of(text, separator), 200) if any(cell.strip() for cell in row)]
    except csv.Error:
        return False
    if separator == SPACES:
        rows = [[cell for cell in row if cell] for row in rows]
    return _is_short([len(row) for row in rows], text, separator) and all(row[-1].strip() for row in rows[1:])


def rows_of(text: str, separator: str) -> Iterator[list[str]]:
    """The cells of each row, as they stand there; csv.Error where one is none."""
    lines = io.StringIO(text, newline="")
    if separator != SPACES:
        return csv.reader(lines, delimiter=separator)
    return csv.reader((line.strip() for line in lines), delimiter=SPACES, skipinitialspace=True)


def _cells_of_rows(text: str, separator: str) -> list[int]:
    """How many cells the first rows have; none where they cannot be read so."""
    try:
        counts = [len(cells) for cells in rows_of(text[:SNIFFED], separator) if any(cell.strip() for cell in cells)]
    except csv.Error:
        return []
    return counts[:-1] if len(text) > SNIFFED else counts  # the last row may be cut


_SAVE = "save it as UTF-8, or write its 'encoding' in competition.yaml"
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\ufeff\ufffe\uffff]")


def no_table(error: Exception, path: Path, todo: str | None) -> KitError:
    """What is wrong with a csv that pandas does not read."""
    cells = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
    if cells is not None:
        few, line, many = cells.groups()
        mend = f"put quotes around a cell of line {line} that holds the separator, or take the line out"
        return KitError(
            f"this is not a csv table: line {line} has {many} cells, and others {few}", where=path, todo=mend
        )
    return KitError(f"this is not a csv table ({one_line(error, most=300)})", where=path, todo=todo)
