"""Which line is the header, and which column stands in each field: by the contract's headings, or no reading at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from childledger import records
from childledger.contracts import Contract
from childledger.errors import FeedError
from childledger.messages import ANSWER_HEADINGS

WITHIN = 30
"""Lines of notes above the header that are still looked through."""


@dataclass(frozen=True)
class Header:
    """The header of a file."""

    first_line: int
    last_line: int
    """Two physical lines where group headings stand above the headings proper."""
    cells: tuple[tuple[str, ...], ...]
    """Its lines as sent, each with every field; a repetition below is a header again."""
    columns: tuple[str | None, ...]
    """Contract column of each field; None for what is not read."""
    unheaded: tuple[int, ...]
    """Fields without any heading: a value in one of them has slipped out of its column."""

    @property
    def width(self) -> int:
        """Fields of every record."""
        return len(self.columns)

    @property
    def headings(self) -> tuple[str, ...]:
        """The line with the headings proper."""
        return self.cells[-1]


def find_header(lines: Sequence[tuple[int, list[str]]], contract: Contract) -> Header:
    """Find the header in the first lines, given as (line number, fields); FeedError that says what is wrong with it."""
    refusal: FeedError | None = None
    for position, (number, cells) in enumerate(lines[:WITHIN]):
        below = lines[position + 1] if position + 1 < len(lines) else (0, [])
        for last, headings in ((number, cells), (below[0], _grouped(cells, below[1]))):
            names = _columns(headings, contract)
            if sum(name is not None for name in names) * 2 < max(_required(contract), min(2, len(contract.columns))):
                continue
            try:
                _check(headings, names, contract)
            except FeedError as error:
                refusal = refusal or error
                continue
            own = (tuple(cells),) if last == number else (tuple(cells), tuple(below[1]))
            unheaded = tuple(i for i, heading in enumerate(headings) if not heading_of(heading))
            return Header(number, last, own, tuple(names), unheaded)
    if refusal:
        raise refusal
    raise FeedError("HEADER_NOT_FOUND", expected="、".join(column.heading for column in contract.columns))


def heading_of(cell: str) -> str:
    """A heading without spaces, line breaks and the star of a required column.

    >>> heading_of(" 姓　名\\n*")
    '姓名'
    """
    return "".join((records.read_word(cell) or "").split()).strip("*＊")


def letter_of(position: int) -> str:
    """Column of a sheet by its letters.

    >>> letter_of(3), letter_of(28)
    ('C', 'AB')
    """
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _required(contract: Contract) -> int:
    return sum(column.required for column in contract.columns)


def _columns(headings: Sequence[str], contract: Contract) -> list[str | None]:
    known = {heading_of(h): column.name for column in contract.columns for h in column.headings}
    return [known.get(heading_of(heading)) for heading in headings]


def _grouped(above: list[str], below: list[str]) -> list[str]:
    """Headings of a header merged over two lines: a group heading stands before each of its own (监护人 + 姓名)."""
    if len(below) != len(above) or not any(above):
        return []
    merged, group = [], ""
    for top, bottom in zip(above, below, strict=True):
        group = top if top.strip() else group
        merged.append(group + bottom if bottom.strip() else top)
    return merged


def _check(headings: Sequence[str], names: list[str | None], contract: Contract) -> None:
    ignored = {"", *map(heading_of, contract.ignored_headings), *ANSWER_HEADINGS}
    unread = [(i, heading_of(text)) for i, (text, name) in enumerate(zip(headings, names, strict=True), 1) if not name]
    unknown = [position for position, heading in unread if heading not in ignored]
    missing = [column.heading for column in contract.columns if column.required and column.name not in names]
    twice = [contract.heading_of(name) for name, n in Counter(filter(None, names)).items() if n > 1]
    where = "、".join(f"第{position}（{letter_of(position)}）" for position in unknown)  # positions only: in a file
    if missing:  # without a header these "headings" would be a child's data
        renamed = f"；{where}列的表头不在约定中，可能是改了名" if unknown else ""
        raise FeedError("MISSING_COLUMNS", columns="、".join(missing), renamed=renamed)
    if unknown:
        raise FeedError("UNKNOWN_COLUMNS", positions=where)
    if twice:
        raise FeedError("DUPLICATE_COLUMNS", columns="、".join(twice))
