"""What a row's text means: folding, dates and identity numbers, the same for every stage.

Pure functions of one value; stages call them once per distinct value.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

PERSON_COLUMNS = (
    "name", "id_number", "birth_date", "sex", "ethnicity_code", "residence_code", "hukou_code", "address",
    "guardian_name", "guardian_id_number", "guardian_phone", "school_roll_number", "birth_certificate_number",
    "vaccination_code", "disability_certificate_number", "health_record_number", "insurance_number",
)  # fmt: skip
"""The columns of conformed.source_record a contract column can become."""


class Finding(NamedTuple):
    """One thing found on one line, without the value it was found in."""

    line: int
    column: str
    """Contract column; empty for the whole row."""
    code: str
    severity: str
    """error: the row is held back; query: taken, explanation wanted; notice: told."""
    rule_id: str
    """Contract rule, or reader/<code>."""


FREE_TEXT = frozenset({"name", "address", "guardian_name"})
"""Person columns kept as written; all others are folded to half width and upper case."""

NULLS = frozenset({"", "/", "\\", "-", "--", "—", "——", "无", "空", "暂无", "不详", "NULL", "null", "N/A", "#N/A"})
"""What clerks type where there is nothing."""
TEXT_MARK = "'"
"""What spreadsheets want before a number to be kept as text; our own receipts write it before what looks a formula."""

ETHNICITIES = tuple(
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 "  # noqa: SIM905  read as the
    "佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 "  # standard prints it
    "阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺".split()
)
"""GB/T 3304, in the order of its codes 01 to 56."""
_ETHNICITY_CODES = {name: f"{position:02d}" for position, name in enumerate(ETHNICITIES, 1)}
_ETHNICITY_CODES |= {"毛难": "36", "崩龙": "46"}

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DATE = re.compile(
    r"^(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)(?: 0{1,2}:00(?::00)?)?$"
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999, of the first seventeen digits."""
_RESIDENT_ID = re.compile(r"^\d{17}[\dX]$", re.ASCII)
_HALF = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([Ee][+-]?\d+)?$", re.ASCII)
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d{1,2}$", re.ASCII)


def read_text(raw: str | None) -> str | None:
    """Take a cell as it stands; None for whatever clerks write for nothing.

    >>> read_text(" 王小明"), read_text(" / "), read_text("'=1号楼")
    (' 王小明', None, '=1号楼')
    """
    return None if raw is None or tidy(raw) in NULLS else raw.removeprefix(TEXT_MARK)


def visible(text: str) -> str:
    """Drop invisible characters and control codes, whatever they were meant to do.

    >>> visible("王\\u200b小明")
    '王小明'
    """
    return _INVISIBLE.sub("", text)


def printable(text: str) -> str:
    """Drop what XML can't hold, and so no workbook and no letter.

    >>> printable("王\\x0b小明\\ufffe")
    '王小明'
    """
    return _UNPRINTABLE.sub("", text)


def tidy(text: str) -> str:
    """Drop invisible characters, the spaces around and the mark that made a spreadsheet take a cell for text.

    >>> tidy(" 王小明\\u200b\\u3000"), tidy("'0123")
    ('王小明', '0123')
    """
    return visible(text).strip().removeprefix(TEXT_MARK)


def half_width(text: str) -> str:
    """Write full-width digits, letters and marks at half width; signs that only look like a digit (², ①) stay.

    >>> half_width("４１Ｘ（２）²")
    '41X(2)²'
    """
    return text.translate(_HALF)


def read_code(raw: str | None) -> str | None:
    """Fold a number or code: half width, upper case, no spaces.

    >>> read_code("４１０１０５２０１７０３１４７７１ｘ")
    '41010520170314771X'
    """
    text = None if read_text(raw) is None else tidy(raw or "")
    return "".join(half_width(text).split()).upper() if text else None


def read_word(raw: str | None) -> str | None:
    """Fold a word of a list to half width, as a Chinese keyboard and a standard write it differently.

    >>> read_word("非本人（双胞胎/同名）")
    '非本人(双胞胎/同名)'
    """
    text = None if read_text(raw) is None else tidy(raw or "")
    return half_width(text).strip() if text else None


READ = {"text": read_text, "code": read_code, "word": read_word}
"""How a cell is read, by the kind of its column (contracts.Column.kind)."""


def read_number(raw: str | None) -> float | None:
    """Read a number as a contract's limits compare it; None for anything else.

    >>> read_number("-1.50"), read_number("1,5")
    (-1.5, None)
    """
    return float(raw) if raw and _NUMBER.match(raw) else None


def read_date(raw: str | None) -> date | None:
    """Read 2019-05-03, 2019/5/3, 2019.5.3, 20190503 or 2019年5月3日; None for anything else, never a guess.

    >>> read_date("2019年5月3日"), read_date("43588")
    (datetime.date(2019, 5, 3), None)
    """
    match = _DATE.match(read_word(raw) or "")
    if not match:
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_resident_id(number: str) -> bool:
    """Check an 18-character citizen identity number: real birth date and check character (GB 11643-1999, MOD 11-2).

    >>> is_resident_id("11010519491231002X"), is_resident_id("110105194912310021")
    (True, False)
    """
    if not _RESIDENT_ID.match(number) or birth_date_of(number) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def birth_date_of(number: str) -> date | None:
    """Date of birth an identity number states; None if those digits are no date."""
    return read_date(number[6:14])


def sex_of(number: str) -> str:
    """Sex an identity number states, GB/T 2261.1: odd sequence is male."""
    return "1" if int(number[16]) % 2 else "2"


def is_damaged_by_excel(number: str) -> bool:
    """Tell whether Excel turned a long number into 4.10185E+17 (its last digits are lost for ever)."""
    return bool(_SCIENTIFIC.match(number))


def ethnicity_code(raw: str) -> str | None:
    """Two-digit GB/T 3304 code of a name (汉, 汉族) or code (1, 01); None if there is none such."""
    if raw.isdigit():
        return f"{int(raw):02d}" if 1 <= int(raw) <= len(ETHNICITIES) else None
    return _ETHNICITY_CODES.get(raw) or _ETHNICITY_CODES.get(raw.removesuffix("族"))
