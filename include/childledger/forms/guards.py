"""What a spreadsheet program checks while a clerk types: each rule of a column as a validation it understands.

A rule that holds a row back stops the typing; one that only asks warns and lets it stand, as the ledger does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from childledger import places
from childledger.contracts import CHECK_CODES, Column
from childledger.forms import words
from childledger.messages import row_message

TITLE, TEXT, ERROR = 32, 255, 225
"""Characters Excel allows in a title, an input message, an error message; a longer one makes it refuse the file."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643, one for each of the first 17 digits."""
EXACT = 1e15
"""From here on a spreadsheet no longer knows every digit of a number."""
Kind = Literal["date", "list", "custom"]
Style = Literal["stop", "warning"]
KEPT = "仍要填入，这一行也会收下，但会请您核实。"


@dataclass(frozen=True)
class Guard:
    """One data validation: kind of rule (None only shows the message), its formulas and what it says."""

    kind: Kind | None
    first: str | None
    second: str | None
    style: Style
    prompt_title: str
    prompt: str
    error_title: str = ""
    error: str = ""


@dataclass
class Lists:
    """The hidden sheet: what formulas and drop-downs refer to, as no list of any length fits into a validation."""

    sheet: str
    columns: dict[str, Sequence[str | int]] = field(default_factory=dict)

    def refer(self, name: str, values: Sequence[str | int]) -> str:
        """Defined name of a list, kept once; old programs take a name where they refuse another sheet's address."""
        self.columns.setdefault(name, values)
        return f"list_{list(self.columns).index(name) + 1}"

    def addresses(self) -> dict[str, str]:
        """What each defined name stands for: the cells below the head of its column."""
        from openpyxl.utils import get_column_letter

        found = {}
        for position, values in enumerate(self.columns.values(), 1):
            letter = get_column_letter(position)
            found[f"list_{position}"] = f"'{self.sheet}'!${letter}$2:${letter}${len(values) + 1}"
        return found


def guard(column: Column, cell: str, lists: Lists) -> Guard | None:
    """The validation of a column, for its first cell; None for free text."""
    told = words.tell(column)
    rule = _rule(column, cell, lists)
    if not (rule or column.pattern or column.example):
        return None
    title, prompt = told.heading[:TITLE], _prompt(column, told)[:TEXT]
    if not rule:
        return Guard(None, None, None, "stop", title, prompt)
    kind, first, second, code = rule
    stops = column.severity == "error"
    error = f"「{column.heading}」{_error(column, told, code)}。"
    return Guard(
        kind,
        first,
        second,
        "stop" if stops else "warning",
        title,
        prompt,
        (f"{column.heading}不对" if stops else f"请核对{column.heading}")[:TITLE],
        error[:ERROR] if stops else error[: ERROR - len(KEPT)] + KEPT,
    )


def _prompt(column: Column, told: words.Told) -> str:
    """What a cell says when it is entered: what belongs there, how, and an example."""
    how = "请点右边的小箭头选择" if column.lookup or column.check == "ethnicity" else told.allowed
    parts = [told.what if told.what != told.heading else "", how]
    return "\n".join([*(f"{part}。" for part in parts if part), f"例如 {told.example}"])


def _error(column: Column, told: words.Told, code: str) -> str:
    """The receipt's words; where a spreadsheet knows the remedy better than a text file, the spreadsheet's."""
    what, fix = row_message(code)
    if column.is_date:  # 20150307, which a text file may hold, is a number here
        return f"须为日期，在{told.allowed.removeprefix('年月日齐全；')}之间。请照{told.example}的样子写"
    return f"{what}。请选：{told.allowed}" if column.lookup else f"{what}。{fix}"


def _rule(column: Column, cell: str, lists: Lists) -> tuple[Kind, str, str | None, str] | None:
    """Kind, formulas and the code of the message."""
    if column.is_date:
        return ("date", _bound(column.minimum, "1900-01-01"), _bound(column.maximum, "2099-12-31"), "DATE_UNREADABLE")
    if column.lookup:
        return ("list", lists.refer(column.name, list(column.lookup)), None, "NOT_IN_LIST")
    if not column.check:
        return None
    code = CHECK_CODES[column.check]
    if column.check == "ethnicity":
        return ("list", lists.refer("GB/T 3304", words.nations()), None, code)
    if column.check == "own_county":
        return ("list", _own(lists), None, code)
    return ("custom", _holds(column, cell, lists), None, code)


def doubt(column: Column, cell: str, lists: Lists) -> str:
    """Formula that is true for a filled cell to look at again; empty if nothing can be told.

    Date and code written otherwise than the template does, but readable, are not doubted.
    """
    filled = f"LEN({cell})>0"
    if column.is_date:
        low, high = _bound(column.minimum, "1900-01-01"), _bound(column.maximum, "2099-12-31")
        return f"AND(ISNUMBER({cell}),OR({cell}<{low},{cell}>{high}))"
    if column.lookup:
        return f'AND({filled},ISNA(MATCH({cell}&"",{lists.refer(column.name, list(column.lookup))},0)))'
    if column.check == "own_county":
        return f'AND({filled},ISNA(MATCH({cell}&"",{_own(lists)},0)))'
    if column.check in ("resident_id", "division"):
        return f"AND({filled},NOT({_holds(column, cell, lists)}))"
    return f"AND(ISNUMBER({cell}),{cell}>={EXACT:.0E})" if column.pattern or column.key_position else ""


def _own(lists: Lists) -> str:
    return lists.refer("GB/T 2260 own", sorted(places.counties()))


def _holds(column: Column, cell: str, lists: Lists) -> str:
    """Formula of a check, of ranges and plain functions only: array constants are refused in validations."""
    if column.check == "division":
        return f'ISNUMBER(MATCH({cell}&"",{lists.refer("GB/T 2260", sorted(places.divisions()))},0))'
    positions = lists.refer("GB 11643 position", tuple(range(1, len(WEIGHTS) + 1)))
    weights = lists.refer("GB 11643 weight", WEIGHTS)
    total = f"SUMPRODUCT(MID({cell},{positions},1)*{weights})"
    born = f'ISNUMBER(DATEVALUE(TEXT(MID({cell},7,8),"0000-00-00")))'
    agrees = f'MID("10X98765432",MOD({total},11)+1,1)=UPPER(RIGHT({cell},1))'
    return f"IFERROR(AND(LEN({cell})=18,{born},{agrees}),FALSE)"


def _bound(bound: str | None, without: str) -> str:
    """A bound as a serial number; the data date is today at the latest."""
    if bound == "as_of":
        return "TODAY()"
    return str((date.fromisoformat(bound or without) - date(1899, 12, 30)).days)
