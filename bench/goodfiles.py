"""Good files of any feed, from a seed: realistic rows of children who do not exist, in every dialect we take.

Every cell is written as the contract reads it, so that a row read from a damaged file can be compared text by text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from childledger import places
from childledger.contracts import Column, Contract
from childledger.records import ETHNICITIES, WEIGHTS

COUNTY = "410105"
AS_OF = date(2026, 6, 30)
POOL = 1500
"""Rows made of each feed; a file takes some of them."""
SURNAMES = [*"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "欧阳", "司马", "上官", "诸葛"]
GIVEN = [
    *"伟芳娜敏静丽强磊洋艳勇军杰娟涛明超秀霞平刚桂英华",
    "子涵",
    "梓萱",
    "浩宇",
    "欣怡",
    "𠮷",
    "䶮",
    "㛃",
    "喆",
    "淼焱",
    "堃",
]
LONG_NAMES = ["阿卜杜拉·买买提", "迪丽热巴·艾合买提", "古力娜扎尔·拜合提亚尔", "次仁旺堆", "巴特尔·孟和"]
ROADS = ["花园路", "农业路东段", "中州大道", "文化路", "紫荆山路", "嵩山南路", "经三路北段", "陇海西路"]
SCHOOLS = [
    "第一小学",
    "实验小学",
    "中心幼儿园",
    "第十九中学",
    "“小太阳”幼儿园",
    "红旗路小学（东校区）",
    '阳光"双语"学校',
]
TOWNS = ["花园路街道", "庙李镇", "柳林镇", "凤凰台街道", "未来路街道", "龙子湖街道"]


class DoesNotApply(Exception):
    """A corruption has nothing to damage in this file, or could not be told from a good file by anyone."""


@dataclass(frozen=True)
class Dialect:
    """How a file is written down."""

    encoding: str
    delimiter: str
    end: str
    has_mark: bool
    has_last_end: bool
    quotes_all: bool

    @property
    def mark(self) -> bytes:
        """Byte order mark, or nothing."""
        return "\ufeff".encode(self.encoding) if self.has_mark else b""

    def line(self, cells: list[str]) -> bytes:
        """One record without its line end (RFC 4180)."""
        return self.delimiter.join(map(self._cell, cells)).encode(self.encoding)

    def _cell(self, cell: str) -> str:
        if self.quotes_all or self.delimiter in cell or '"' in cell:
            return '"' + cell.replace('"', '""') + '"'
        return cell


@dataclass
class Line:
    """One physical line: its bytes, its line end, and which row of the good file it stands for."""

    data: bytes
    end: bytes
    row: int | None = None


@dataclass
class File:
    """A file under damage: the good rows, its physical lines, and what has been touched."""

    contract: Contract
    dialect: Dialect
    columns: list[str]
    rows: list[dict[str, str]]
    lines: list[Line]
    header: int = 0
    """Position of the header among the lines."""
    touched: set[int] = field(default_factory=set)
    """Rows that were damaged, repeated or lost."""
    is_whole: bool = False
    """The damage is to the file as a whole: no row of it can be expected to be read."""
    corruptions: list[str] = field(default_factory=list)
    mark: bytes | None = None
    knows_county: bool = False
    """Whether the name it is sent under tells the county."""

    def data(self) -> bytes:
        """Bytes as sent."""
        mark = self.dialect.mark if self.mark is None else self.mark
        return mark + b"".join(line.data + line.end for line in self.lines)

    def cells(self, row: int) -> list[str]:
        """Cells of a good row in the order of the file."""
        return [self.rows[row][name] for name in self.columns]

    def column(self, position: int) -> Column:
        """Contract column of a field."""
        return self.contract.column(self.columns[position])

    def take(self, rng: Random) -> tuple[int, list[str]]:
        """Choose a row nothing has touched yet; return position of its line and its cells."""
        free = [i for i, line in enumerate(self.lines) if line.row is not None and line.row not in self.touched]
        if not free:
            raise DoesNotApply
        position = rng.choice(free)
        return position, self.cells(self.lines[position].row or 0)

    def put(self, position: int, cells: list[str] | bytes) -> None:
        """Write other cells, or bytes, in the place of a row; it is touched from now on."""
        line = self.lines[position]
        line.data = cells if isinstance(cells, bytes) else self.dialect.line(cells)
        self.touch(position)

    def touch(self, position: int) -> None:
        """Note that the row of a line is not what it was."""
        row = self.lines[position].row
        if row is not None:
            self.touched.add(row)

    def end(self) -> bytes:
        """Line end of the file."""
        return self.dialect.end.encode(self.dialect.encoding)

    def insert(self, position: int, text: str | bytes, row: int | None = None) -> None:
        """Put a further line before a position; what was the last line gets its line end."""
        if position >= len(self.lines) and self.lines:
            self.lines[-1].end = self.end()
        data = text if isinstance(text, bytes) else text.encode(self.dialect.encoding)
        self.lines.insert(position, Line(data, self.end(), row))


def good_file(contract: Contract, rng: Random, count: int) -> File:
    """A good file of some rows in some dialect; the same seed gives the same file."""
    encoding = rng.choice([e for e in ("utf-8", "utf-8", "gb18030", "gb18030", "utf-16-le", "utf-16-be")])
    has_mark = encoding.startswith("utf-16") or (encoding == "utf-8" and rng.random() < 0.5)
    end, has_last_end, quotes_all = rng.choice(("\r\n", "\n")), rng.random() < 0.85, rng.random() < 0.1
    dialect = Dialect(encoding, contract.delimiter, end, has_mark, has_last_end, quotes_all)
    columns = [column.name for column in contract.columns]
    if rng.random() < 0.25:
        rng.shuffle(columns)
    rows = [dict(row) for row in rng.sample(pool(contract), count)]
    style = rng.choice(("iso", "iso", "iso", "slash", "plain", "chinese"))
    for row in rows:
        for column in contract.columns:
            if column.is_date and row[column.name]:
                row[column.name] = _styled(row[column.name], style)
    return file_of(contract, dialect, columns, rows, [rng.choice(contract.column(n).headings) for n in columns])


def file_of(
    contract: Contract, dialect: Dialect, columns: list[str], rows: list[dict[str, str]], headings: list[str]
) -> File:
    """Write rows down."""
    file = File(contract, dialect, columns, rows, [])
    lines = [Line(dialect.line(headings), file.end())]
    lines += [Line(dialect.line(file.cells(number)), file.end(), number) for number in range(len(rows))]
    if not dialect.has_last_end:
        lines[-1].end = b""
    file.lines = lines
    return file


def _styled(iso: str, style: str) -> str:
    year, month, day = iso.split("-")
    return {
        "iso": iso,
        "slash": f"{year}/{int(month)}/{int(day)}",
        "plain": f"{year}{month}{day}",
        "chinese": f"{year}年{int(month)}月{int(day)}日",
    }[style]


def pool(contract: Contract) -> list[dict[str, str]]:
    """Rows of one feed, no two with the same key."""
    if contract.feed not in _POOLS:
        rng = Random(f"rows of {contract.feed}")
        _POOLS[contract.feed] = [_row(contract, number, rng) for number in range(1, POOL + 1)]
    return _POOLS[contract.feed]


_POOLS: dict[str, list[dict[str, str]]] = {}


def resident_id(region: str, born: date, sequence: int) -> str:
    """An identity number with the right check character (GB 11643-1999)."""
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def _row(contract: Contract, number: int, rng: Random) -> dict[str, str]:
    home = rng.choice(sorted(places.divisions())[::50])
    born = date(2011, 1, 1) + timedelta(days=rng.randrange(4800))
    identity = resident_id(home, born, number % 999 + 1)
    return {column.name: _value(contract, column, number, born, identity, rng) for column in contract.columns}


def _value(contract: Contract, column: Column, number: int, born: date, identity: str, rng: Random) -> str:
    if not column.required and rng.random() < 0.12:
        return ""
    if column.check == "resident_id":
        adult = date(1980, 1, 1) + timedelta(days=rng.randrange(7000))
        return identity if column.becomes == "person.id_number" else resident_id(identity[:6], adult, number % 999)
    if column.check:
        nation = rng.choice(ETHNICITIES)
        return {"own_county": COUNTY, "division": identity[:6], "ethnicity": rng.choice((nation, f"{nation}族"))}[
            column.check
        ]
    if column.is_date:
        return (
            born if column.becomes == "person.birth_date" else AS_OF - timedelta(days=rng.randrange(900))
        ).isoformat()
    if column.becomes == "person.sex":
        return "男" if int(identity[16]) % 2 else "女"
    if column.lookup:
        return rng.choice(list(column.lookup))
    if column.pattern:
        return _matching(column.pattern, number, identity, rng)
    if column.key_position or (column.becomes or "").endswith("_number"):
        return f"{contract.department[:2].upper()}{COUNTY}{number:06d}" if number % 2 else f"410105{number:013d}7"
    return _text(column, rng)


def _text(column: Column, rng: Random) -> str:
    if "name" in column.name and "school" not in column.name:
        return (
            rng.choice(LONG_NAMES)
            if rng.random() < 0.08
            else rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2))))
        )
    if "address" in column.name:
        rest = rng.choice(("", "院", "A座", "，东门", ", 2单元", ",3号楼;西"))
        place = f"{rng.choice(ROADS)}{rng.randrange(1, 300)}号{rest}"
        return place + rng.choice(("", f"{rng.randrange(1, 30)}楼{rng.randrange(100, 2000)}室"))
    if "school" in column.name:
        return rng.choice(("郑州市金水区", "")) + rng.choice(SCHOOLS)
    if "town" in column.name:
        return rng.choice(TOWNS)
    if "village" in column.name:
        return rng.choice(ROADS)[:2] + rng.choice(("社区", "村"))
    return rng.choice(("一年级", "二年级", "三年级(2)班", "学前", "九年级"))


def _matching(pattern: str, number: int, identity: str, rng: Random) -> str:
    phones = (
        f"13{rng.randrange(10**9):09d}",
        f"0371-{rng.randrange(10**7, 10**8)}",
        f"0371{rng.randrange(10**7, 10**8)}",
    )
    shapes = (
        f"G{identity}",
        f"{identity}43",
        rng.choice(phones),
        f"{rng.choice('QRST')}{number:09d}",
        f"410105{number:010d}3",
        str(number),
    )
    return next(shape for shape in shapes if re.search(pattern, shape))
