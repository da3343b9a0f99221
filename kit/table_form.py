"""How a table's text is written: its encoding and what separates its cells, as somebody says or as its bytes tell."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

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
WORDS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars", SPACES: "spaces"}


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
    encoding = form.encoding or _told_encoding(content)
    if form.encoding is None and encoding in _WESTERN and _in_long_runs(content):
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
    short = [separator for separator in cutting if _is_short(counts[separator])]
    return next(iter(even or short or fitting), ",")


def whole_form(text: str, form: TableForm) -> tuple[str, TableForm]:
    """A table's text without the lines above it, and how it is written, all but its encoding."""
    unsaid = form.separator is None
    above = form.above or (_lines_above(text) if unsaid else 0)
    text = text.split("\n", above)[above]
    separator = form.separator or told_separator(text)
    unnamed = form.unnamed or (unsaid and form.header and _names_no_first(text, separator))
    return text, replace(form, separator=separator, above=above, unnamed=unnamed)


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


def _is_short(counts: Sequence[int]) -> bool:
    """Whether the first row has one cell less than each of the others."""
    return len(counts) > 2 and len(set(counts[1:])) == 1 and FEWEST_NAMES <= counts[0] == counts[1] - 1


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
    return _is_short([len(row) for row in rows]) and all(row[-1].strip() for row in rows[1:])


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


_WESTERN = ("cp1252", "latin-1")
_SAVE = "save it as UTF-8, or write its 'encoding' in competition.yaml"
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\ufeff\ufffe\uffff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEADS = {
    "cp949": (0xB0, 0xC8),
    "cp932": (0x88, 0x98),
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "euc_jp": (0xB0, 0xCF),
}
"""The first bytes of the letters for common use: of KS X 1001, and of JIS X 0208, GB 2312 and Big5 level 1."""
_KANA = "".join(map(chr, range(0x3041, 0x30FF)))
_FAMILIAR = {
    "cp949": (
        "이다는을가의에고지하한기로사도자리어인아서대시해그를나들수스일정부보장제은전있연상원조여계구주세비화"
        "공관소분식발생성과경만유양류면선호오마무라안심내단진모방물차국개미음동중불산병검람남여노청황적백점형"
        "태군종목강바파"
        "건강병충해결함양품합격잎줄기열매씨앗눈코귀입손발옷집길산바람구름"
    ),
    "cp932": _KANA,
    "gb18030": (
        "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里"
        "所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从"
        "红黄绿白黑花草树叶鸟猫狗鱼车正常病"
        "健康虫害叶果苗根茎色男女老少口罩戴未合格良品缺陷裂划痕污点山水云雨雪晴"
        "阴风火海河湖路灯桥楼房衣服鞋帽眼耳手足头脸肺心骨肝脑器官细胞图片文件类别"
        "草莓番茄苹果梨桃葡萄香蕉玉米水稻麦豆棉猪牛羊鸡鸭菜甜辣椒瓜"
    ),
    "big5": (
        "的一是不了人我在有他這為之大來以個中上們到說國和地也子時道出而要於就下得可你年生自會那後能對著事其裡"
        "所去行過家十用發天如然作方成者多日都三小軍二無同麼經法當起與好看學進種將還分此心前面又定見只主沒公從"
        "紅黃綠白黑花草樹葉鳥貓狗魚車正常病健康蟲害果苗根莖色男女老少口罩戴合格良品缺陷裂劃痕污點山水雲雨雪晴"
        "陰風火海河湖路燈橋樓房衣服鞋帽眼耳手足頭臉肺心骨肝腦器官細胞圖片檔案類別台灣臺"
    ),
    "euc_jp": _KANA,
}
"""Letters that most texts have."""
_OFTEN = "оеаинтсрвл"
"""The ten letters that are two thirds of Russian text."""
ENOUGH = 0.6
"""The share of letters that must be common ones of an encoding."""
FEW_ENOUGH = 0.4
"""The same where the bytes beyond ASCII stand in pairs alone, as of western texts they do not."""
SLIPS = 0.2
"""The share of letters beyond ASCII up to which UTF-8 that is none in places is UTF-8 with slips."""


@cache
def _common(encoding: str) -> frozenset[str]:
    """The letters of an encoding for common use."""
    low, high = _LEADS[encoding]
    pairs = (bytes((lead, trail)) for lead in range(low, high + 1) for trail in range(0xA1, 0xFF))
    if encoding in ("cp932", "big5"):
        pairs = (bytes((lead, trail)) for lead in range(low, high + 1) for trail in range(0x40, 0xFD))
    found = {pair.decode(encoding, errors="ignore") for pair in pairs}
    return frozenset(letter for letter in found if len(letter) == 1) | frozenset(_FAMILIAR[encoding])


def _told_encoding(content: bytes) -> str:
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    if marked is not None:
        return marked
    head = content[:4096]
    nulls = [head[place::2].count(0) / max(1, len(head) // 2) for place in (0, 1)]
    if max(nulls) > 0.25 and min(nulls) < max(nulls) / 4:
        return "utf-16-be" if nulls[0] > nulls[1] else "utf-16-le"
    try:
        content.decode()
        return "utf-8"
    except UnicodeDecodeError:
        damaged = _damage(content)
        old = None if damaged < SLIPS else _told_old(content) or ("cp1251" if _is_russian(content) else None)
        return old or ("utf-8" if damaged <= 0.5 else _western(content))


def _damage(content: bytes) -> float:
    """Which share of what is beyond ASCII is no UTF-8."""
    beyond = [letter for letter in content.decode(errors="replace") if letter > "\x7f"]
    return beyond.count("\ufffd") / max(1, len(beyond))


def _told_old(content: bytes) -> str | None:
    """The encoding from before UTF-8 in which most of the letters beyond ASCII are common ones; None where none is."""
    found = {}
    for encoding, familiar in _FAMILIAR.items():
        try:
            letters = [letter for letter in content.decode(encoding) if letter > "\x7f" and letter.isalpha()]
        except UnicodeDecodeError:
            continue
        share = sum(letter in _common(encoding) for letter in letters) / max(1, len(letters))
        if share >= (FEW_ENOUGH if _in_pairs(content) else ENOUGH):
            found[encoding] = (round(share, 1), sum(letter in familiar for letter in letters) / len(letters))
    return max(found, key=found.__getitem__, default=None)


def _is_russian(content: bytes) -> bool:
    """Whether what is beyond ASCII are Russian words of cp1251, whose letters are small behind the first."""
    words = re.findall(r"[^\W\d_a-zA-Z]+", content.decode("cp1251", errors="replace"))
    letters = "".join(words)
    spelt = sum(len(word) for word in words if re.fullmatch("[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+", word))
    often = sum(letter in _OFTEN for letter in letters.lower())
    return _in_long_runs(content) and spelt >= 0.9 * len(letters) and often >= 0.4 * len(letters) > 0


def _in_pairs(content: bytes) -> bool:
    """Whether each run of bytes beyond ASCII is of two, four or more pairs of them."""
    runs = re.findall(rb"[\x80-\xff]+", content)
    return bool(runs) and all(len(run) % 2 == 0 for run in runs)


def _western(content: bytes) -> str:
    try:
        content.decode(_WESTERN[0])
        return _WESTERN[0]
    except UnicodeDecodeError:
        return _WESTERN[1]


def _in_long_runs(content: bytes) -> bool:
    """Whether most bytes beyond ASCII stand in runs of four or more, as those of other letters than Latin ones do."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", content)]
    return sum(run for run in runs if run >= 4) > sum(runs) / 2


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
