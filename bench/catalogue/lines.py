"""Damage to lines: joined, split, repeated, blank, with other line ends, and rows sent twice."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from bench.catalogue import corruption, need, shows
from bench.goodfiles import File, Line


def _text(file: File, position: int) -> str:
    return file.lines[position].data.decode(file.dialect.encoding)


def _fresh(file: File, position: int) -> bool:
    """Whether a line is a row nothing has touched."""
    return position < len(file.lines) and (row := file.lines[position].row) is not None and row not in file.touched


@corruption()
def two_lines_joined(file: File, rng: Random) -> None:
    """A line end is lost, or is only a space."""
    position, _ = file.take(rng)
    need(_fresh(file, position + 1))
    below = file.lines[position + 1]
    file.touch(position + 1)
    glue = rng.choice(("", " ", file.dialect.delimiter)).encode(file.dialect.encoding)
    file.put(position, file.lines[position].data + glue + below.data)
    file.lines[position].end = below.end
    del file.lines[position + 1]


@corruption()
def joined_by_carriage_return(file: File, rng: Random) -> None:
    """One line ends with a lone carriage return."""
    need("\n" in file.dialect.end)
    position, _ = file.take(rng)
    need(_fresh(file, position + 1))
    below = file.lines[position + 1]
    file.touch(position + 1)
    file.put(position, file.lines[position].data + "\r".encode(file.dialect.encoding) + below.data)
    file.lines[position].end = below.end
    del file.lines[position + 1]


def _split(file: File, position: int, text: str, at: int, skip: int = 0) -> None:
    file.touch(position)
    line = file.lines[position]
    below = Line(text[at + skip :].encode(file.dialect.encoding), line.end, line.row)
    file.lines[position] = Line(text[:at].encode(file.dialect.encoding), file.end(), line.row)
    file.lines.insert(position + 1, below)


@corruption()
def line_split_within_cell(file: File, rng: Random) -> None:
    """A line break in a cell that is not quoted."""
    position, _ = file.take(rng)
    text = _text(file, position)
    _split(file, position, text, rng.randrange(1, len(text)))


@corruption()
def line_split_at_delimiter(file: File, rng: Random) -> None:
    """A line wrapped behind a field."""
    position, _ = file.take(rng)
    text = _text(file, position)
    at = rng.choice([i for i, character in enumerate(text) if character == file.dialect.delimiter])
    _split(file, position, text, at + rng.randint(0, 1), rng.randint(0, 1) if at + 2 < len(text) else 0)


@corruption()
def line_break_in_quoted_cell(file: File, rng: Random) -> None:
    """Alt+Enter in a cell, as Excel writes it."""
    position, cells = file.take(rng)
    field = rng.choice([i for i, cell in enumerate(cells) if cell])
    at = rng.randrange(len(cells[field]) + 1)
    if rng.random() < 0.3 and "\n" in file.dialect.end:  # a lone carriage return, as Excel on a Mac writes it
        cells[field] = cells[field][:at] + "\r" + cells[field][at:]
        quoted = file.dialect.line(cells) if file.dialect.quotes_all else _quoting(file, cells, field)
        file.put(position, quoted)
        return
    data = _quoting(file, [*cells[:field], cells[field][:at] + "\x00" + cells[field][at:], *cells[field + 1 :]], field)
    head, _, tail = data.decode(file.dialect.encoding).partition("\x00")
    _split(file, position, head + tail, len(head))


def _quoting(file: File, cells: list[str], field: int) -> bytes:
    """Write a record with quotes around one cell at least."""
    parts = [file.dialect.line([cell]).decode(file.dialect.encoding) for cell in cells]
    if not parts[field].startswith('"'):
        parts[field] = f'"{parts[field]}"'
    return file.dialect.delimiter.join(parts).encode(file.dialect.encoding)


@corruption()
def blank_line(file: File, rng: Random) -> None:
    """An empty line, or one of spaces or delimiters only."""
    position, _ = file.take(rng)
    need(position > file.header + 1)
    empty = file.dialect.delimiter * (len(file.columns) - 1)
    file.insert(position, rng.choice(("", "  ", "\t" if file.dialect.delimiter != "\t" else "", empty, "\u3000", '""')))


@corruption(of_file=True)
def blank_lines_at_end(file: File, rng: Random) -> None:
    """Empty lines, or empty rows of a sheet, behind the last row."""
    empty = rng.choice(("", file.dialect.delimiter * (len(file.columns) - 1)))
    for _ in range(rng.randint(1, 20)):
        file.insert(len(file.lines), empty)


@corruption(of_file=True)
def ends_all_crcrlf(file: File, rng: Random) -> None:
    """Text mode twice: every line ends with two carriage returns."""
    need(file.dialect.end == "\r\n")
    _end_all(file, "\r\r\n")


@corruption()
def end_crcrlf(file: File, rng: Random) -> None:
    """One line ends with two carriage returns."""
    need("\n" in file.dialect.end)
    position, _ = file.take(rng)
    file.touch(position)
    file.lines[position].end = "\r\r\n".encode(file.dialect.encoding)


@corruption(of_file=True)
def ends_all_carriage_returns(file: File, rng: Random) -> None:
    """An old Mac's line ends."""
    need(not file.dialect.encoding.startswith("utf-16"))
    _end_all(file, "\r")


def _end_all(file: File, end: str) -> None:
    file.dialect = replace(file.dialect, end=end)
    for line in file.lines:
        line.end = file.end() if line.end else b""


@corruption(of_file=True)
def ends_mixed(file: File, rng: Random) -> None:
    """Files with different line ends copied together."""
    for line in file.lines:
        if line.end:
            line.end = rng.choice(("\n", "\r\n")).encode(file.dialect.encoding)


@corruption()
def line_end_within_field(file: File, rng: Random) -> None:
    """A carriage return within a cell."""
    need("\n" in file.dialect.end)
    position, cells = file.take(rng)
    field = rng.choice([i for i, cell in enumerate(cells) if cell])
    at = rng.randrange(len(cells[field]))
    cells[field] = cells[field][:at] + "\r" + cells[field][at:]
    file.put(position, file.dialect.line(cells))


@corruption()
def row_twice(file: File, rng: Random) -> None:
    """The same row again, somewhere else."""
    need(file.contract.key != ())
    position, _ = file.take(rng)
    line = file.lines[position]
    at = rng.choice([i for i in range(file.header + 1, len(file.lines))])
    file.insert(at, line.data, line.row)


@corruption(of_file=True)
def block_twice(file: File, rng: Random) -> None:
    """A block of rows pasted twice."""
    need(file.contract.key != ())
    count = rng.randint(2, len(file.rows))
    for line in file.lines[file.header + 1 : file.header + 1 + count]:
        file.insert(len(file.lines), line.data, line.row)


@corruption()
def key_twice_with_other_data(file: File, rng: Random) -> None:
    """Two rows claim one key: nobody knows which is right."""
    keys = file.contract.key
    need(bool(keys))
    position, cells = file.take(rng)
    need(_fresh(file, position - 1) and _fresh(file, position + 1))  # a row that is held back itself claims no key
    others = [i for i in range(len(file.lines)) if _fresh(file, i) and abs(i - position) > 1]
    need(bool(others))
    other = rng.choice(others)
    mine = file.cells(file.lines[other].row or 0)
    wanted = [cell if name in keys else own for name, cell, own in zip(file.columns, cells, mine, strict=True)]
    need(wanted != cells)
    for beside in (position - 1, position, position + 1):
        file.touch(beside)
    file.put(other, wanted)


@corruption()
def rows_written_into_each_other(file: File, rng: Random) -> None:
    """Two programs write at once: one row stands in the middle of another."""
    position, _ = file.take(rng)
    need(_fresh(file, position + 1))
    outer, inner = _text(file, position), _text(file, position + 1)
    at = rng.randrange(1, len(outer))
    if file.dialect.delimiter not in outer[:at]:  # two whole rows, each with a piece of the other's first cell
        need(
            shows(
                file,
                [
                    outer[:at] + inner.split(file.dialect.delimiter)[0],
                    *file.cells(file.lines[position + 1].row or 0)[1:],
                ],
            )
        )
        need(shows(file, [outer[at:].split(file.dialect.delimiter)[0], *file.cells(file.lines[position].row or 0)[1:]]))
    file.touch(position + 1)
    file.put(position, (outer[:at] + inner).encode(file.dialect.encoding))
    file.lines[position + 1].data = outer[at:].encode(file.dialect.encoding)
