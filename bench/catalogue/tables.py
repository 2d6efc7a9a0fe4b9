"""Damage to the table: headers, notes, totals, second tables, whole columns."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from bench.catalogue import corruption, need, shows
from bench.goodfiles import DoesNotApply, File


def _headings(file: File) -> list[str]:
    return [file.column(position).headings[0] for position in range(len(file.columns))]


def _set_header(file: File, cells: list[str]) -> None:
    file.lines[file.header].data = file.dialect.line(cells)


def _rewrite(file: File, rows: dict[int, list[str]]) -> None:
    for line in file.lines:
        if line.row is not None:
            line.data = file.dialect.line(rows[line.row])


@corruption(of_file=True)
def notes_above(file: File, rng: Random) -> None:
    """A title and notes above the header."""
    width = len(file.columns) - 1
    for text in rng.sample(
        [
            "流动儿童数据表",
            "填报单位：花园路街道",
            "填报日期：2026年6月30日",
            "单位：人",
            "",
            "说明：以下数据,不含空挂户",
        ],
        3,
    ):
        file.insert(0, text + rng.choice(("", file.dialect.delimiter * width)))
        file.header += 1


@corruption(of_file=True)
def notes_below(file: File, rng: Random) -> None:
    """Who filled in the form, and when, below the last row."""
    width = len(file.columns) - 1
    for text in rng.sample(["制表人：王某", "审核人：李某", "填报日期：2026年6月30日", "注：空白为未掌握"], 2):
        file.insert(len(file.lines), text + rng.choice(("", file.dialect.delimiter * width)))


@corruption(of_file=True)
def notes_below_a_blank_line(file: File, rng: Random) -> None:
    """The same, after an empty line."""
    file.insert(len(file.lines), "")
    notes_below(file, rng)


@corruption(of_file=True)
def total_line(file: File, rng: Random) -> None:
    """Totals below the last row, or between."""
    cells = [rng.choice(("合计", "总计：", "小计", "共计")), *[""] * (len(file.columns) - 1)]
    cells[rng.randrange(1, len(cells))] = str(len(file.rows))
    at = rng.choice((len(file.lines), rng.randrange(file.header + 1, len(file.lines) + 1)))
    file.insert(at, file.dialect.line(cells))


@corruption(of_file=True)
def count_line(file: File, rng: Random) -> None:
    """A sentence with the count of rows."""
    file.insert(
        len(file.lines),
        rng.choice(
            (f"共{len(file.rows)}条记录", f"({len(file.rows)} rows affected)", f"合计：{len(file.rows)}人", "-- 完 --")
        ),
    )


@corruption(of_file=True)
def header_repeated(file: File, rng: Random) -> None:
    """The header again, as on every printed page."""
    for _ in range(rng.randint(1, 3)):
        file.insert(rng.randrange(file.header + 2, len(file.lines)), file.lines[file.header].data)


@corruption(of_file=True)
def second_table_of_same_kind(file: File, rng: Random) -> None:
    """A blank line, the header again, and rows of another table that nobody promised."""
    file.insert(len(file.lines), "")
    file.insert(len(file.lines), file.lines[file.header].data)
    for position in rng.sample(range(len(file.rows)), min(3, len(file.rows))):
        cells = file.cells(position)
        file.insert(len(file.lines), file.dialect.line(cells), position)


@corruption(of_file=True)
def second_table_of_other_kind(file: File, rng: Random) -> None:
    """A blank line and another table below."""
    width = rng.randint(2, len(file.columns))
    file.insert(len(file.lines), "")
    for line in (
        ["项目", "人数", *["备注"] * (width - 2)],
        ["男童", "12", *[""] * (width - 2)],
        ["女童", "15", *["无"] * (width - 2)],
    ):
        file.insert(len(file.lines), file.dialect.line(line))


@corruption(of_file=True)
def header_missing(file: File, rng: Random) -> None:
    """No header at all."""
    del file.lines[file.header]
    file.is_whole = True


@corruption(of_file=True)
def heading_unknown(file: File, rng: Random) -> None:
    """A heading nobody agreed upon."""
    cells = _headings(file)
    cells[rng.randrange(len(cells))] = rng.choice(("字段1", "Unnamed: 3", "备注信息", "column"))
    _set_header(file, cells)
    file.is_whole = True


@corruption(of_file=True)
def heading_twice(file: File, rng: Random) -> None:
    """One heading twice, another one gone."""
    cells = _headings(file)
    one, other = rng.sample(range(len(cells)), 2)
    cells[one] = cells[other]
    _set_header(file, cells)
    file.is_whole = True


@corruption(of_file=True)
def heading_emptied(file: File, rng: Random) -> None:
    """A heading deleted, its column still there."""
    cells = _headings(file)
    field = rng.randrange(len(cells))
    cells[field] = ""
    _set_header(file, cells)
    file.is_whole = True


@corruption(of_file=True)
def headings_exchanged(file: File, rng: Random) -> None:
    """Two headings in each other's place."""
    cells = _headings(file)
    one, other = rng.sample(range(len(cells)), 2)
    for row in range(len(file.rows)):
        changed = file.cells(row)
        changed[one], changed[other] = changed[other], changed[one]
        if not shows(file, changed):
            raise DoesNotApply
    cells[one], cells[other] = cells[other], cells[one]
    _set_header(file, cells)
    file.is_whole = True


@corruption(of_file=True)
def header_cut_short(file: File, rng: Random) -> None:
    """The header has fewer cells than the rows."""
    cells = _headings(file)
    _set_header(file, cells[: rng.randrange(1, len(cells))])
    file.is_whole = True


@corruption(of_file=True)
def header_shifted(file: File, rng: Random) -> None:
    """The header begins one cell later than the rows."""
    _set_header(file, ["", *_headings(file)])
    file.is_whole = True


@corruption(of_file=True)
def header_with_ornaments(file: File, rng: Random) -> None:
    """Spaces, stars and wide letters in headings: still the contract's."""
    _set_header(
        file, [rng.choice((f"{h}*", f" {h} ", f"*{h}", f"{h}\u3000", h, f"\u200b{h}")) for h in _headings(file)]
    )


@corruption(of_file=True)
def header_merged_over_two_lines(file: File, rng: Random) -> None:
    """Group headings above the headings proper."""
    cells = _headings(file)
    groups = ["基本信息", *[""] * (len(cells) - 1)]
    groups[rng.randrange(1, len(cells))] = "其他信息"
    file.insert(file.header, file.dialect.line(groups))
    file.header += 1


@corruption(of_file=True)
def column_of_numbers_before(file: File, rng: Random) -> None:
    """A column of row numbers nobody agreed upon."""
    _set_header(file, [rng.choice(("序号", "")), *_headings(file)])
    _rewrite(file, {row: [str(row + 1), *file.cells(row)] for row in range(len(file.rows))})
    file.is_whole = True


@corruption(of_file=True)
def optional_column_missing(file: File, rng: Random) -> None:
    """A column that may be missing is."""
    optional = [i for i in range(len(file.columns)) if not file.column(i).required]
    need(bool(optional))
    gone = rng.choice(optional)
    rows = {row: file.cells(row) for row in range(len(file.rows))}
    _set_header(file, [h for i, h in enumerate(_headings(file)) if i != gone])
    _rewrite(file, {row: [c for i, c in enumerate(cells) if i != gone] for row, cells in rows.items()})
    del file.columns[gone]


@corruption(of_file=True)
def column_sorted_alone(file: File, rng: Random) -> None:
    """The identity numbers sorted or shifted without the other columns: each stands in another child's row."""
    number, born = file.contract.becoming("person.id_number"), file.contract.becoming("person.birth_date")
    need(number is not None and born is not None)
    field = file.columns.index(number or "")
    having = [row for row in range(len(file.rows)) if file.rows[row][number or ""]]
    rows = {row: file.cells(row) for row in range(len(file.rows))}
    for row, above in zip(having, having[-1:] + having[:-1], strict=True):
        need(file.rows[row][born or ""] != file.rows[above][born or ""])
        rows[row][field] = file.rows[above][number or ""]
    _rewrite(file, rows)
    file.is_whole = True


@corruption(of_file=True)
def delimiter_other_throughout(file: File, rng: Random) -> None:
    """The whole file with another delimiter than agreed."""
    other = rng.choice([d for d in (",", ";", "\t", "|", ":") if d != file.dialect.delimiter])
    _redo(file, delimiter=other)
    file.is_whole = True


@corruption(of_file=True)
def quotes_other_throughout(file: File, rng: Random) -> None:
    """Every cell in single quotes."""
    need(all('"' not in cell for row in range(len(file.rows)) for cell in file.cells(row)))
    delimiter = file.dialect.delimiter
    for line in file.lines:
        if line.row is not None:
            text = delimiter.join(f"'{cell}'" for cell in file.cells(line.row))
            line.data = text.encode(file.dialect.encoding)
    file.is_whole = True


@corruption(of_file=True)
def spaces_behind_delimiters(file: File, rng: Random) -> None:
    """A space behind every delimiter."""
    _rewrite(
        file, {row: [c if not i else f" {c}" for i, c in enumerate(file.cells(row))] for row in range(len(file.rows))}
    )
    file.is_whole = True


@corruption(of_file=True)
def mark_lost_or_added(file: File, rng: Random) -> None:
    """UTF-16 without its byte order mark; a UTF-8 mark before GB18030."""
    utf16 = file.dialect.encoding.startswith("utf-16")
    need(utf16 or file.dialect.encoding == "gb18030")
    file.mark = b"" if utf16 else b"\xef\xbb\xbf"
    file.is_whole = True


@corruption(of_file=True)
def mark_twice(file: File, rng: Random) -> None:
    """Two byte order marks."""
    need(file.dialect.encoding == "utf-8")
    file.mark = b"\xef\xbb\xbf" * 2


@corruption(of_file=True)
def whole_file_garbled(file: File, rng: Random) -> None:
    """The whole file went through a wrong encoding."""
    sent, read = rng.choice((("utf-8", "gb18030"), ("utf-8", "latin-1"), ("gb18030", "latin-1"), ("gb18030", "utf-8")))
    for line in file.lines:
        text = line.data.decode(file.dialect.encoding).encode(sent).decode(read, "replace")
        line.data = text.encode(file.dialect.encoding)
    file.is_whole = True


def _redo(file: File, delimiter: str) -> None:
    headings = _headings(file)
    file.dialect = replace(file.dialect, delimiter=delimiter)
    _set_header(file, headings)
    _rewrite(file, {row: file.cells(row) for row in range(len(file.rows))})
