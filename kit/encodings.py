"""The encoding of a text, as its bytes tell it."""

from __future__ import annotations

import codecs
import re
from functools import cache

WESTERN = ("cp1252", "latin-1")
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


def told_encoding(content: bytes) -> str:
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
    return in_long_runs(content) and spelt >= 0.9 * len(letters) and often >= 0.4 * len(letters) > 0


def _in_pairs(content: bytes) -> bool:
    """Whether each run of bytes beyond ASCII is of two, four or more pairs of them."""
    runs = re.findall(rb"[\x80-\xff]+", content)
    return bool(runs) and all(len(run) % 2 == 0 for run in runs)


def _western(content: bytes) -> str:
    try:
        content.decode(WESTERN[0])
        return WESTERN[0]
    except UnicodeDecodeError:
        return WESTERN[1]


def in_long_runs(content: bytes) -> bool:
    """Whether most bytes beyond ASCII stand in runs of four or more, as those of other letters than Latin ones do."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", content)]
    return sum(run for run in runs if run >= 4) > sum(runs) / 2
