"""Damage to fields of one line: delimiters, quotes, cells that slip out of their columns."""

from __future__ import annotations

from random import Random

from bench.catalogue import corruption, need, shows
from bench.goodfiles import DoesNotApply, File


def _places(text: str, delimiter: str) -> list[int]:
    """Delimiters outside quotes."""
    found, quoted = [], False
    for position, character in enumerate(text):
        quoted ^= character == '"'
        if character == delimiter and not quoted:
            found.append(position)
    return found


def _edit(file: File, rng: Random) -> tuple[int, str]:
    position, cells = file.take(rng)
    return position, file.dialect.line(cells).decode(file.dialect.encoding)


def _write(file: File, position: int, text: str) -> None:
    file.put(position, text.encode(file.dialect.encoding))


@corruption()
def delimiter_added(file: File, rng: Random) -> None:
    """One delimiter too many, anywhere."""
    position, text = _edit(file, rng)
    bounds = [0, *_places(text, file.dialect.delimiter), len(text)]
    at = rng.choice((*bounds, rng.randrange(len(text))))
    need(text[:at].count('"') % 2 == 0)
    _write(file, position, text[:at] + file.dialect.delimiter + text[at:])


@corruption()
def delimiter_lost(file: File, rng: Random) -> None:
    """One delimiter is gone."""
    position, text = _edit(file, rng)
    at = rng.choice(_places(text, file.dialect.delimiter))
    _write(file, position, text[:at] + rng.choice(("", " ")) + text[at + 1 :])


@corruption()
def delimiter_slipped(file: File, rng: Random) -> None:
    """One delimiter is gone and another too many: the count is right, the cells between are not."""
    position, cells = file.take(rng)
    first, last = sorted(rng.sample(range(len(cells)), 2))
    text = list(cells)
    moved = text.pop(last)
    text[last - 1] += moved
    text.insert(first, "")
    _shifted(file, position, cells, text)


@corruption()
def delimiter_other_in_line(file: File, rng: Random) -> None:
    """One line with another delimiter."""
    position, cells = file.take(rng)
    other = rng.choice([d for d in (",", ";", "\t", "|", "，", " ", "、", ":") if d != file.dialect.delimiter])
    _write(file, position, other.join(cells))


@corruption()
def delimiter_full_width(file: File, rng: Random) -> None:
    """A delimiter typed with a Chinese keyboard."""
    position, text = _edit(file, rng)
    at = rng.choice(_places(text, file.dialect.delimiter))
    _write(
        file, position, text[:at] + {",": "，", ";": "；", "|": "｜"}.get(file.dialect.delimiter, "　") + text[at + 1 :]
    )


@corruption()
def quote_added(file: File, rng: Random) -> None:
    """One quote too many, anywhere."""
    position, text = _edit(file, rng)
    at = rng.randrange(len(text) + 1)
    _write(file, position, text[:at] + '"' + text[at:])


@corruption()
def quote_not_closed(file: File, rng: Random) -> None:
    """A quoted field without its last quote."""
    position, cells = file.take(rng)
    parts = [file.dialect.line([cell]).decode(file.dialect.encoding) for cell in cells]
    field = rng.randrange(len(parts))
    if parts[field].startswith('"'):
        parts[field] = parts[field][:-1]
    else:
        parts[field] = '"' + parts[field]
    _write(file, position, file.dialect.delimiter.join(parts))


@corruption()
def quote_not_doubled(file: File, rng: Random) -> None:
    """A quoted field with a quote in it that is not doubled."""
    position, cells = file.take(rng)
    parts = [file.dialect.line([cell]).decode(file.dialect.encoding) for cell in cells]
    field = rng.choice([i for i, cell in enumerate(cells) if cell])
    at = rng.randrange(1, len(cells[field]) + 1)
    parts[field] = f'"{cells[field][:at]}"{cells[field][at:]}"'
    _write(file, position, file.dialect.delimiter.join(parts))


@corruption()
def quotes_dropped(file: File, rng: Random) -> None:
    """A field with a delimiter in it, not quoted."""
    position, cells = file.take(rng)
    field = rng.choice([i for i, cell in enumerate(cells) if cell])
    at = rng.randrange(len(cells[field]) + 1)
    cells[field] = cells[field][:at] + file.dialect.delimiter + cells[field][at:]
    _write(file, position, file.dialect.delimiter.join(cells))


@corruption()
def quotes_other(file: File, rng: Random) -> None:
    """A field with a delimiter in it, in quotes of another kind."""
    position, cells = file.take(rng)
    field = rng.choice([i for i, cell in enumerate(cells) if cell])
    left, right = rng.choice(("''", "“”", "``", "「」", "＂＂"))
    cells[field] = left + cells[field] + file.dialect.delimiter + "东" + right
    need('"' not in "".join(cells))
    _write(file, position, file.dialect.delimiter.join(cells))


@corruption()
def delimiter_escaped(file: File, rng: Random) -> None:
    """A delimiter with a backslash before it."""
    position, cells = file.take(rng)
    field = rng.choice([i for i, cell in enumerate(cells) if cell])
    cells[field] += "\\" + file.dialect.delimiter + "东"
    need('"' not in "".join(cells))
    _write(file, position, file.dialect.delimiter.join(cells))


@corruption()
def quote_escaped(file: File, rng: Random) -> None:
    """A quote with a backslash before it, instead of doubled."""
    position, cells = file.take(rng)
    parts = [file.dialect.line([cell]).decode(file.dialect.encoding) for cell in cells]
    field = rng.choice([i for i, cell in enumerate(cells) if cell])
    parts[field] = f'"{cells[field]}\\"东\\""'
    _write(file, position, file.dialect.delimiter.join(parts))


@corruption()
def space_before_quote(file: File, rng: Random) -> None:
    """A space between delimiter and quote."""
    position, cells = file.take(rng)
    parts = [file.dialect.line([cell]).decode(file.dialect.encoding) for cell in cells]
    field = rng.choice([i for i, cell in enumerate(cells) if cell])
    quoted = parts[field] if parts[field].startswith('"') else f'"{parts[field]}"'
    parts[field] = rng.choice((f" {quoted}", f"{quoted} ", f" {quoted} "))
    _write(file, position, file.dialect.delimiter.join(parts))


@corruption()
def line_quoted_as_a_whole(file: File, rng: Random) -> None:
    """A line pasted into one cell."""
    position, text = _edit(file, rng)
    _write(file, position, '"' + text.replace('"', '""') + '"')


def _shifted(file: File, position: int, sent: list[str], cells: list[str]) -> None:
    if cells == sent or not shows(file, cells):
        raise DoesNotApply
    file.put(position, cells)


@corruption()
def cells_shifted_left(file: File, rng: Random) -> None:
    """A cell deleted with "shift cells left"."""
    position, cells = file.take(rng)
    at = rng.randrange(len(cells) - 1)
    _shifted(file, position, cells, [*cells[:at], *cells[at + 1 :], ""])


@corruption()
def cells_shifted_right(file: File, rng: Random) -> None:
    """A cell inserted with "shift cells right", the last one gone."""
    position, cells = file.take(rng)
    at = rng.randrange(len(cells) - 1)
    _shifted(file, position, cells, [*cells[:at], "", *cells[at:-1]])


@corruption()
def cell_inserted(file: File, rng: Random) -> None:
    """A cell too many in one row."""
    position, cells = file.take(rng)
    at = rng.randrange(len(cells) + 1)
    file.put(position, [*cells[:at], rng.choice(("", "备注", "1")), *cells[at:]])


@corruption()
def cell_deleted(file: File, rng: Random) -> None:
    """A cell missing in one row."""
    position, cells = file.take(rng)
    at = rng.randrange(len(cells))
    file.put(position, [*cells[:at], *cells[at + 1 :]])


@corruption()
def cells_exchanged(file: File, rng: Random) -> None:
    """Two cells of a row in each other's place."""
    position, cells = file.take(rng)
    one, other = rng.sample(range(len(cells)), 2)
    changed = list(cells)
    changed[one], changed[other] = cells[other], cells[one]
    _shifted(file, position, cells, changed)


@corruption()
def cell_emptied(file: File, rng: Random) -> None:
    """A required cell is lost."""
    position, cells = file.take(rng)
    required = [i for i, cell in enumerate(cells) if file.column(i).required]
    cells[rng.choice(required)] = rng.choice(("", " ", "\u3000", "/", "无"))
    file.put(position, cells)


@corruption()
def row_cut_short(file: File, rng: Random) -> None:
    """Trailing empty cells are not written, or the rest of a row is lost."""
    position, cells = file.take(rng)
    file.put(position, cells[: rng.randrange(1, len(cells))])


@corruption()
def row_padded(file: File, rng: Random) -> None:
    """Empty cells behind the last column."""
    position, cells = file.take(rng)
    file.put(position, [*cells, *[""] * rng.randint(1, 5)])
