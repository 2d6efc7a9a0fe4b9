"""From physical lines to fields: a line is split only where its split is certain, all others are named.

Whole blocks are split by Arrow with quoting off; a line with a quote or a lone carriage return is looked at alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from childledger.errors import CheckFailed
from childledger.reader.lines import Block

JOINED = 100
"""Physical lines one record may span where the contract allows quoted line breaks."""


@dataclass
class Fields:
    """Lines of one block, split; numbers count physical lines of the file from 1."""

    line_count: int
    numbers: pa.Array
    cells: list[pa.Array]
    """One array per field, for the lines in `numbers`."""
    blank: list[int] = field(default_factory=list)
    odd: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    """Line → why it could not be split for certain, and the text it holds."""
    spans: dict[int, int] = field(default_factory=dict)
    """First line of a record that spans several → how many it spans."""
    rest: bytes = b""
    """Beginning of a record that goes on in the next block."""


def split(block: Block, width: int, delimiter: str, first: int, *, joins: bool, last: bool) -> Fields:
    """Split a block whose first line is line `first` of the file into `width` fields a line."""
    octets = np.frombuffer(block.data, np.uint8)
    ends = np.flatnonzero(octets == 10)
    if len(octets) and octets[-1] != 10:
        ends = np.append(ends, len(octets))
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    commas = np.searchsorted(np.flatnonzero(octets == ord(delimiter)), ends)
    commas = np.diff(commas, prepend=0)
    alone = _looked_at_alone(block, octets, starts, ends)
    crs = (ends > starts) & (octets[np.maximum(ends - 1, 0)] == 13)
    blank = ~alone & (ends - starts - crs == commas)
    good = ~alone & ~blank & (commas == width - 1)
    text = _Lines(block, starts, ends)
    found = _one_by_one(text, np.flatnonzero(~good & ~blank).tolist(), width, delimiter, joins and not last, joins)
    for line in found.continued:
        good[line] = blank[line] = False
    kept = np.flatnonzero(good[: found.end])
    table = _arrow(octets, starts, ends, good, kept, width, delimiter)
    numbers = pa.array(kept + first, pa.int32())
    if found.records:
        numbers, table = _merged(numbers, table, found.records, first)
    return Fields(
        line_count=found.end,
        numbers=numbers,
        cells=table,
        blank=sorted([*(np.flatnonzero(blank[: found.end]) + first).tolist(), *(n + first for n in found.blank)]),
        odd={line + first: told for line, told in found.odd.items()},
        spans={line + first: span for line, span in found.spans.items()},
        rest=block.data[starts[found.end] :] if found.end < len(ends) else b"",
    )


def cells_of(line: str, delimiter: str) -> list[str] | None:
    """Fields of one record; None where a quote makes them uncertain.

    >>> cells_of('a,"b,c",d', ","), cells_of('a,b"c', ","), cells_of('a,"b"c', ",")
    (['a', 'b,c', 'd'], None, None)
    """
    if '"' not in line:
        return line.split(delimiter)
    if not _certain(delimiter).fullmatch(line):
        return None
    return next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter, strict=True))


@cache
def _certain(delimiter: str) -> re.Pattern[str]:
    """A record in which every quote either encloses a whole field or is doubled inside one (RFC 4180)."""
    cell = f'(?:"(?:[^"]|"")*+"|[^"{re.escape(delimiter)}\n]*+)'
    return re.compile(f"{cell}(?:{re.escape(delimiter)}{cell})*+")


@cache
def _open(delimiter: str) -> re.Pattern[str]:
    """A record whose last field is quoted and not closed yet."""
    cell = f'(?:"(?:[^"]|"")*+"|[^"{re.escape(delimiter)}\n]*+)'
    return re.compile(f'(?:{cell}{re.escape(delimiter)})*+"(?:[^"]|"")*+')


def _looked_at_alone(block: Block, octets: Any, starts: Any, ends: Any) -> Any:
    """Lines with a quote, a NUL, a carriage return within, or a byte order mark; and those that are not decoded.

    Searching memory for a byte that is not there costs next to nothing.
    """
    alone = np.zeros(len(ends), bool)
    for mark in (b'"', b"\x00"):
        if mark in block.data:
            alone[np.searchsorted(ends, np.flatnonzero(octets == mark[0]))] = True
    returns = np.flatnonzero(octets == 13)
    lone = returns[octets[np.minimum(returns + 1, len(octets) - 1)] != 10]
    doubled = returns[(returns > 0) & (octets[returns - 1] == 13)]
    alone[np.searchsorted(ends, np.concatenate((lone, doubled)))] = True
    if len(octets) > 2:
        alone |= (octets[starts] == 0xEF) & (octets[np.minimum(starts + 1, len(octets) - 1)] == 0xBB)
    alone[list(block.broken)] = True
    return alone


class _Lines:
    """Lines of a block as text, one at a time."""

    def __init__(self, block: Block, starts: Any, ends: Any) -> None:
        self.block, self.starts, self.ends = block, starts, ends

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, position: int) -> str:
        return self.block.data[self.starts[position] : self.ends[position]].decode()


@dataclass
class _Found:
    end: int
    records: dict[int, list[str]] = field(default_factory=dict)
    blank: list[int] = field(default_factory=list)
    odd: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    spans: dict[int, int] = field(default_factory=dict)
    continued: set[int] = field(default_factory=set)


def _one_by_one(text: _Lines, lines: list[int], width: int, delimiter: str, goes_on: bool, joins: bool) -> _Found:
    found = _Found(len(text))
    for line in lines:
        if line in found.continued:
            continue
        record, span = text[line].rstrip("\r"), 1
        if joins and line not in text.block.broken and _open(delimiter).fullmatch(text[line]):
            record, span = _joined(text, line, delimiter)
            if span == 1 and goes_on and line + JOINED >= len(text):
                found.end = line  # the record may go on in the next block
                break
        if span > 1:
            found.spans[line] = span
            found.continued |= set(range(line + 1, line + span))
        _sort(found, line, record, width, delimiter, line in text.block.broken)
    return found


def _joined(text: _Lines, line: int, delimiter: str) -> tuple[str, int]:
    """The record that begins on a line and how many lines it spans; the line itself where no record can be made."""
    record = text[line]
    for more in range(line + 1, min(line + JOINED, len(text))):
        record += "\n" + text[more]
        if '"' in text[more] and _certain(delimiter).fullmatch(record.rstrip("\r")):
            return record.rstrip("\r"), more - line + 1
    return text[line].rstrip("\r"), 1


def _sort(found: _Found, line: int, record: str, width: int, delimiter: str, is_broken: bool) -> None:
    if is_broken:
        found.odd[line] = ("BYTES_UNREADABLE", [record])
        return
    if "\x00" in record or ("\r" in record and line not in found.spans):
        found.odd[line] = ("CONTROL_CHARACTER", [record])
        return
    cells = cells_of(record, delimiter)
    if cells is None:
        found.odd[line] = ("QUOTE_UNCERTAIN", [record])
    elif not any(cell.strip() for cell in cells):
        found.blank.append(line)
    elif len(cells) != width:
        found.odd[line] = ("FIELD_COUNT", cells)
    else:
        found.records[line] = cells


def _arrow(octets: Any, starts: Any, ends: Any, good: Any, kept: Any, width: int, delimiter: str) -> list[pa.Array]:
    if not len(kept):
        return [pa.array([], pa.string()) for _ in range(width)]
    end = ends[kept[-1]]
    if len(kept) == len(ends):
        data = pa.py_buffer(octets)
    else:
        lengths = np.diff(np.append(starts, len(octets)))
        chosen = good.copy()
        chosen[kept[-1] + 1 :] = False
        data = pa.py_buffer(np.ascontiguousarray(octets[np.repeat(chosen, lengths)]))
    names = [str(position) for position in range(width)]
    table = arrow_csv.read_csv(
        pa.BufferReader(data),
        arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=int(end) + 2),
        arrow_csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
        arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), check_utf8=False),
    )
    if table.num_rows != len(kept):
        raise CheckFailed(f"{len(kept)} lines were split into {table.num_rows} records")
    return [_one(column) for column in table.columns]


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def _merged(
    numbers: pa.Array, cells: list[pa.Array], records: dict[int, list[str]], first: int
) -> tuple[pa.Array, list[pa.Array]]:
    """Put the records that were read alone in their places."""
    together = pa.concat_arrays([numbers, pa.array([line + first for line in records], pa.int32())])
    order = pa.array(np.argsort(together.to_numpy(), kind="stable"))
    rows = list(records.values())
    added = [pa.array([row[position] for row in rows], pa.string()) for position in range(len(cells))]
    return together.take(order), [pa.concat_arrays(pair).take(order) for pair in zip(cells, added, strict=True)]


def from_rows(rows: Iterator[tuple[int, list[str]]], width: int) -> Fields:
    """Rows of a sheet as fields: trailing empty cells may be missing, more cells than headings may not."""
    blank, odd, records = [], {}, {}
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            blank.append(number)
        elif len(cells) > width:
            odd[number] = ("CELL_WITHOUT_HEADING", cells)
        else:
            records[number] = cells + [""] * (width - len(cells))
    table = [pa.array([cells[position] for cells in records.values()], pa.string()) for position in range(width)]
    return Fields(len(blank) + len(odd) + len(records), pa.array(list(records), pa.int32()), table, blank, odd)
