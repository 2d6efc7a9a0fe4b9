"""A line that is a piece of a cell: the line break cut its neighbour's first or last cell too, so that is held back.

A cell broken over two lines without quotes leaves a line with all its fields, the last one cut, and a line without
any delimiter below it; or, in a first cell, the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from childledger.contracts import Contract
from childledger.damage import is_whole


def lines_of(held_back: dict[int, list[str]], width: int, delimiter: str) -> list[int]:
    """Lines held back that have no delimiter, and are no whole record with another one."""
    alone = {line: cells[0] for line, cells in held_back.items() if len(cells) == 1 and delimiter not in cells[0]}
    return [line for line, text in alone.items() if all(text.count(other) != width - 1 for other in ",;\t|")]


def begins_with_one(data: bytes, delimiter: str) -> bool:
    """Whether the first line of a block is such a piece."""
    line = data.split(b"\n", 1)[0].strip()
    return bool(line) and delimiter.encode() not in line


def cut_beside(
    pieces: Sequence[int],
    numbers: pa.Array,
    cells: Sequence[pa.Array],
    columns: Sequence[str | None],
    contract: Contract,
) -> pa.Array | None:
    """True for each record whose cell next to a piece may go on in it; None where none does."""
    lines = numbers.to_numpy()
    cut: Any = np.zeros(len(lines), bool)
    for beside, field, at_end in ((-1, -1, True), (1, 0, False)):
        name = columns[field]
        for row in np.flatnonzero(np.isin(lines, np.array(pieces) + beside)).tolist():
            value = cells[field][row].as_py()
            cut[row] |= name is None or not is_whole(value, contract.column(name), at_end=at_end)
    return pa.array(cut) if cut.any() else None
