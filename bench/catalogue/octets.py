"""Damage to bytes: wrong encodings, lost and added bytes, transfers that broke off."""

from __future__ import annotations

import csv
from random import Random

from bench.catalogue import corruption, need, shows
from bench.goodfiles import File, Line


def _other(file: File) -> str:
    need(file.dialect.encoding in ("utf-8", "gb18030"))
    return "gb18030" if file.dialect.encoding == "utf-8" else "utf-8"


@corruption()
def line_in_other_encoding(file: File, rng: Random) -> None:
    """A line pasted from an export in another encoding."""
    other = _other(file)
    position, cells = file.take(rng)
    need(any(not cell.isascii() for cell in cells))
    file.put(position, file.dialect.line(cells).decode(file.dialect.encoding).encode(other))


@corruption(of_file=True)
def block_in_other_encoding(file: File, rng: Random) -> None:
    """Two exports in two encodings pasted together; the smaller one at the end."""
    other = _other(file)
    count = rng.randint(2, max(2, len(file.rows) // 3))
    for position in range(len(file.lines) - count, len(file.lines)):
        line = file.lines[position]
        if line.row is not None and not line.data.isascii():
            file.put(position, line.data.decode(file.dialect.encoding).encode(other))


def _garble(file: File, rng: Random, sent: str, read: str, errors: str) -> None:
    position, cells = file.take(rng)
    garbled = [cell.encode(sent, "replace").decode(read, errors) for cell in cells]
    need(garbled != cells)
    file.put(position, file.dialect.line(garbled))


@corruption()
def utf8_read_as_gb18030(file: File, rng: Random) -> None:
    """A row that went through a program which took UTF-8 for GB18030."""
    _garble(file, rng, "utf-8", "gb18030", "replace")


@corruption()
def gb18030_read_as_utf8(file: File, rng: Random) -> None:
    """A row that went through a program which took GB18030 for UTF-8: replacement characters."""
    _garble(file, rng, "gb18030", "utf-8", "replace")


@corruption()
def utf8_read_as_latin(file: File, rng: Random) -> None:
    """A row that went through a Western program."""
    _garble(file, rng, "utf-8", "latin-1", "strict")


@corruption()
def utf8_read_as_cp1252(file: File, rng: Random) -> None:
    """A row that went through a Western Windows program."""
    _garble(file, rng, "utf-8", "cp1252", "replace")


@corruption()
def gbk_read_as_latin(file: File, rng: Random) -> None:
    """A row of GBK that went through a Western program."""
    _garble(file, rng, "gb18030", "latin-1", "strict")


@corruption()
def kun_jin_kao(file: File, rng: Random) -> None:
    """Replacement characters saved as UTF-8 and read as GBK: 锟斤拷."""
    position, cells = file.take(rng)
    broken = [cell.encode("gb18030").decode("utf-8", "replace").encode().decode("gb18030", "replace") for cell in cells]
    need(broken != cells)
    file.put(position, file.dialect.line(broken))


def _named(file: File, cells: list[str]) -> list[int]:
    """Fields of text with Chinese in them."""
    return [i for i, cell in enumerate(cells) if file.column(i).kind == "text" and any(c > "\u2e80" for c in cell)]


@corruption()
def text_cell_garbled(file: File, rng: Random) -> None:
    """One cell of text that went through a wrong encoding."""
    position, cells = file.take(rng)
    texts = [i for i in _named(file, cells) if sum(c > "\u2e80" for c in cells[i]) >= 2]
    need(bool(texts))
    field = rng.choice(texts)
    sent, read, errors = rng.choice(
        [
            ("utf-8", "gb18030", "replace"),
            ("utf-8", "latin-1", "strict"),
            ("gb18030", "utf-8", "replace"),
            ("gb18030", "latin-1", "strict"),
        ]
    )
    cells[field] = cells[field].encode(sent).decode(read, errors)
    file.put(position, file.dialect.line(cells))


@corruption()
def characters_lost_as_question_marks(file: File, rng: Random) -> None:
    """Characters a department's old system has no code for."""
    position, cells = file.take(rng)
    texts = _named(file, cells)
    need(bool(texts))
    field = rng.choice(texts)
    places = [i for i, character in enumerate(cells[field]) if character > "\u2e80"]
    lost = set(rng.sample(places, rng.randint(1, min(2, len(places)))))
    mark = rng.choice(("?", "\ufffd", "□"))
    cells[field] = "".join(mark if i in lost else character for i, character in enumerate(cells[field]))
    file.put(position, file.dialect.line(cells))


@corruption()
def replacement_character_in_code(file: File, rng: Random) -> None:
    """A number with a character that was lost."""
    position, cells = file.take(rng)
    fields = [i for i, cell in enumerate(cells) if cell and file.column(i).kind != "text"]
    field = rng.choice(fields)
    at = rng.randrange(len(cells[field]))
    cells[field] = cells[field][:at] + "\ufffd" + cells[field][at + rng.randint(0, 1) :]
    file.put(position, file.dialect.line(cells))


@corruption()
def byte_lost(file: File, rng: Random) -> None:
    """A byte of a character is gone."""
    need(file.dialect.encoding == "utf-8" or file.dialect.encoding == "gb18030")
    position, cells = file.take(rng)
    data = file.dialect.line(cells)
    high = [i for i, octet in enumerate(data) if octet >= 0x80]
    need(bool(high))
    at = rng.choice(high)
    _put_undecodable(file, position, data[:at] + data[at + 1 :])


@corruption()
def byte_added(file: File, rng: Random) -> None:
    """A byte that belongs to no character."""
    need(file.dialect.encoding in ("utf-8", "gb18030"))
    position, cells = file.take(rng)
    data = file.dialect.line(cells)
    at = rng.randrange(len(data) + 1)
    _put_undecodable(file, position, data[:at] + bytes([rng.choice((0x80, 0xA0, 0xC1, 0xFE, 0xFF))]) + data[at:])


def _put_undecodable(file: File, position: int, data: bytes) -> None:
    """What still decodes is other good text in GB18030 now and then: nobody could tell."""
    try:
        data.decode(file.dialect.encoding)
    except UnicodeDecodeError:
        file.put(position, data)
        return
    need(False)


@corruption()
def nul_in_line(file: File, rng: Random) -> None:
    """A NUL in a line."""
    _insert_anywhere(file, rng, "\x00")


@corruption()
def control_character_in_line(file: File, rng: Random) -> None:
    """A control character typed or pasted into a line."""
    _insert_anywhere(file, rng, chr(rng.choice([1, 2, 7, 8, 11, 12, 14, 26, 27, 28, 29, 30, 31, 127, 0x85])))


@corruption()
def byte_order_mark_within(file: File, rng: Random) -> None:
    """Files copied together, each with its byte order mark."""
    position, cells = file.take(rng)
    line = file.dialect.line(cells).decode(file.dialect.encoding)
    at = rng.choice((0, 0, rng.randrange(len(line))))
    file.put(position, (line[:at] + "\ufeff" + line[at:]).encode(file.dialect.encoding))


@corruption()
def unicode_line_end_within(file: File, rng: Random) -> None:
    """Line and paragraph separators, which some programs take for a line end."""
    _insert_anywhere(file, rng, rng.choice("\u2028\u2029\x85"))


def _insert_anywhere(file: File, rng: Random, text: str) -> None:
    position, cells = file.take(rng)
    line = file.dialect.line(cells).decode(file.dialect.encoding)
    at = rng.randrange(len(line) + 1)
    file.put(position, (line[:at] + text + line[at:]).encode(file.dialect.encoding))


def _cut(file: File, position: int, at: int) -> None:
    """End the file within a line."""
    for later in range(position, len(file.lines)):
        file.touch(later)
    data = file.lines[position].data[:at]
    file.lines[position:] = [Line(data, b"", file.lines[position].row)] if data else []


def _row_line(file: File, rng: Random) -> int:
    return rng.choice([i for i, line in enumerate(file.lines) if line.row is not None])


@corruption(of_file=True)
def truncated_within_character(file: File, rng: Random) -> None:
    """A transfer broke off in the middle of a character."""
    position = _row_line(file, rng)
    data = file.lines[position].data
    places = [i for i in range(1, len(data)) if data[i] >= 0x80 and data[i - 1] >= 0x80]
    if file.dialect.encoding.startswith("utf-16"):
        places = list(range(1, len(data), 2))
    elif file.dialect.encoding == "utf-8":
        places = [i for i in places if 0x80 <= data[i] < 0xC0]
    need(bool(places))
    _cut(file, position, rng.choice(places))


@corruption(of_file=True)
def truncated_within_line(file: File, rng: Random) -> None:
    """A transfer broke off somewhere in a line."""
    position = _row_line(file, rng)
    text = file.lines[position].data.decode(file.dialect.encoding)
    _cut(file, position, len(text[: rng.randrange(1, len(text))].encode(file.dialect.encoding)))


@corruption(of_file=True)
def truncated_near_line_end(file: File, rng: Random) -> None:
    """A transfer broke off among the last characters of a line."""
    position = _row_line(file, rng)
    text = file.lines[position].data.decode(file.dialect.encoding)
    _cut(file, position, len(text[: -rng.randint(1, 6)].encode(file.dialect.encoding)))


@corruption(of_file=True)
def truncated_after_field(file: File, rng: Random) -> None:
    """A transfer broke off behind a delimiter, or just before one."""
    position = _row_line(file, rng)
    text = file.lines[position].data.decode(file.dialect.encoding)
    at = rng.choice([i for i, character in enumerate(text) if character == file.dialect.delimiter])
    _cut(file, position, len(text[: at + rng.randint(0, 1)].encode(file.dialect.encoding)))


@corruption(of_file=True)
def truncated_at_line_end(file: File, rng: Random) -> None:
    """A transfer broke off between two lines: only the count of rows could tell."""
    position = _row_line(file, rng)
    need(file.lines[position - 1].row is not None)
    for later in range(position, len(file.lines)):
        file.touch(later)
    file.lines[position:] = []


@corruption(of_file=True)
def truncated_within_line_end(file: File, rng: Random) -> None:
    """A transfer broke off between carriage return and line feed."""
    need(file.dialect.end == "\r\n")
    position = _row_line(file, rng)
    for later in range(position, len(file.lines)):
        file.touch(later)
    file.lines[position + 1 :] = []
    file.lines[position].end = "\r".encode(file.dialect.encoding)


@corruption(of_file=True)
def tail_of_nuls(file: File, rng: Random) -> None:
    """A half-written upload: the size is right, the rest is zeros."""
    position = _row_line(file, rng)
    at = rng.randrange(len(file.lines[position].data))
    size = sum(len(line.data + line.end) for line in file.lines[position:])
    row = file.lines[position].row
    _cut(file, position, at)
    if not at:
        file.lines.append(Line(b"", b"", row))
    file.lines[-1].data += b"\x00" * max(size - at, 1)


@corruption(of_file=True)
def block_sent_twice(file: File, rng: Random) -> None:
    """A resumed transfer begins again too early, in the middle of a line."""
    need(file.contract.key != () and not file.dialect.encoding.startswith("utf-16"))
    position = _row_line(file, rng)
    first = max(position - rng.randint(1, 5), file.header + 1)
    need(first < position and file.lines[first].row is not None)
    begin, again = file.lines[position], file.lines[first]
    at, since = rng.randrange(1, len(begin.data)), rng.randrange(1, len(again.data))
    again_lines = [Line(line.data, line.end, line.row) for line in file.lines[first + 1 :]]
    torn = Line(begin.data[:at] + again.data[since:], again.end, begin.row)
    _need_visible(file, torn.data)
    for later in (*range(first, len(file.lines)),):
        file.touch(later)
    file.lines[position:] = [torn, *again_lines]


@corruption(of_file=True)
def block_lost(file: File, rng: Random) -> None:
    """A piece from the middle of one line to the middle of a later one is missing."""
    need(not file.dialect.encoding.startswith("utf-16"))
    position = _row_line(file, rng)
    last = min(position + rng.randint(1, 4), len(file.lines) - 1)
    need(last > position and file.lines[last].row is not None)
    begin, goes_on = file.lines[position], file.lines[last]
    at, since = rng.randrange(1, len(begin.data)), rng.randrange(1, len(goes_on.data))
    data = begin.data[:at] + goes_on.data[since:]
    _need_visible(file, data)
    for lost in range(position, last + 1):
        file.touch(lost)
    file.lines[position : last + 1] = [Line(data, goes_on.end, begin.row)]


def _need_visible(file: File, data: bytes) -> None:
    """Halves of two rows that make one row without a fault could fool anyone."""
    try:
        text = data.decode(file.dialect.encoding)
    except UnicodeDecodeError:
        return
    cells = next(csv.reader([text], delimiter=file.dialect.delimiter))
    need(len(cells) != len(file.columns) or shows(file, cells))
