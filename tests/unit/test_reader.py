"""Every physical line is accounted for; what can't be split for certain is held back; what isn't ours is refused."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

import books
from childledger import contracts, reader
from childledger.contracts import Contract
from childledger.errors import FeedError
from childledger.reader import lines
from childledger.settings import INCLUDE
from feeds.good_rows import good_rows

CONTRACT = contracts.load(INCLUDE / "feeds" / f"education.enrolment{contracts.SUFFIX}")
HEADINGS = [column.heading for column in CONTRACT.columns]
ROWS = [[row.get(c.name) or "" for c in CONTRACT.columns] for row in good_rows(CONTRACT, 6)]
WIDTH = len(HEADINGS)


def text(*rows: list[str], delimiter: str = ",", end: str = "\r\n") -> str:
    return "".join(delimiter.join(row) + end for row in rows)


def read(path: Path, data: bytes | str, contract: Contract = CONTRACT, file_type: str = "csv") -> list[reader.Chunk]:
    path = path / f"drop.{file_type}"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(reader.read(path, contract, file_type, 30))


def records(chunks: list[reader.Chunk]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for chunk in chunks:
        rows = zip(*(column.to_pylist() for column in chunk.cells), strict=True)
        found |= dict(zip(chunk.numbers.to_pylist(), map(list, rows), strict=True))
    return found


def told(chunks: list[reader.Chunk]) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for chunk in chunks for finding in chunk.findings]


def refusal(path: Path, data: bytes | str, contract: Contract = CONTRACT) -> FeedError:
    with pytest.raises(FeedError) as stopped:
        read(path, data, contract)
    return stopped.value


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_dialect_of_the_contract_reads_the_same(tmp_path: Path, encoding: str, end: str) -> None:
    if (encoding, end) == ("utf-16", "\r"):
        end = "\n"  # nobody writes that
    chunks = read(tmp_path, text(HEADINGS, *ROWS, end=end).encode(encoding))
    assert list(records(chunks).values()) == ROWS
    assert not told(chunks)


@pytest.mark.parametrize(("file_type", "delimiter"), [("csv", ";"), ("csv", "\t"), ("csv", "|"), ("tsv", "\t")])
def test_the_delimiter_is_the_contracts(tmp_path: Path, file_type: str, delimiter: str) -> None:
    contract = CONTRACT if file_type == "tsv" else dataclasses.replace(CONTRACT, delimiter=delimiter)
    data = text(HEADINGS, *ROWS, delimiter=delimiter).encode("gb18030")
    assert list(records(read(tmp_path, data, contract, file_type)).values()) == ROWS


def test_another_delimiter_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, text(HEADINGS, *ROWS, delimiter=";"))
    assert (error.code, error.detail) == ("WRONG_DELIMITER", {"expected": ",", "found": ";"})
    assert refusal(tmp_path, text(HEADINGS, *ROWS, delimiter="，")).detail["found"] == "，"


def test_lines_that_are_not_records_are_known_for_what_they_are(tmp_path: Path) -> None:
    total = ["合计", "6"] + [""] * (WIDTH - 2)
    data = text(
        ["流动儿童学籍信息表"], [""] * WIDTH, HEADINGS, *ROWS[:2], HEADINGS, *ROWS[2:4], [""], total, ["小计", "2"]
    )
    chunks = read(tmp_path, data)
    assert list(records(chunks)) == [4, 5, 7, 8]
    assert sorted(n for chunk in chunks for n in chunk.header_lines) == [1, 2, 3, 6, 10, 11]
    assert [n for chunk in chunks for n in chunk.blank_lines] == [9]
    assert told(chunks) == [(10, "TOTAL_LINE"), (11, "TOTAL_LINE")]


def test_what_is_signed_below_a_table_is_no_row_of_it(tmp_path: Path) -> None:
    words = [
        "合　计",
        " 总 计：",
        "填表人：李四",
        "制表日期:2026年6月30日",
        "单位负责人：",
        "单位（盖章）：",
        "填报单位：某校",
    ]
    below = [[word, *[""] * (WIDTH - 1)] for word in words]
    data = text(HEADINGS, *ROWS, *below, ["填表人", "李四"], ["审核人：王五"])
    chunks = read(tmp_path, data)
    last = len(ROWS) + 1
    assert list(records(chunks)) == list(range(2, last + 1))
    assert {line for line, code in told(chunks) if code == "TOTAL_LINE"} == {*range(last + 1, last + 8), last + 9}
    assert (last + 8, "FIELD_COUNT") in told(chunks)


def test_a_row_above_the_header_is_no_note_however_many_fields_it_has(tmp_path: Path) -> None:
    data = text(["学籍信息表"], [*ROWS[0], ""], ROWS[1][:-1], HEADINGS, *ROWS[2:])
    chunks = read(tmp_path, data)
    assert told(chunks) == [(2, "ABOVE_HEADER"), (3, "ABOVE_HEADER")]
    assert [n for chunk in chunks for n in chunk.header_lines] == [1, 4]


def test_a_child_whose_row_begins_with_such_a_word_stays(tmp_path: Path) -> None:
    row = ["合计", *ROWS[0][1:]]
    assert list(records(read(tmp_path, text(HEADINGS, row)))) == [2]


def test_group_headings_above_the_headings_are_one_header(tmp_path: Path) -> None:
    above = ["" if heading in ("监护人姓名", "监护人电话") else heading for heading in HEADINGS]
    above[HEADINGS.index("监护人姓名")] = "监护人"
    below = [""] * WIDTH
    below[HEADINGS.index("监护人姓名")], below[HEADINGS.index("监护人电话")] = "姓名", "电话"
    chunks = read(tmp_path, text(above, below, *ROWS))
    assert list(records(chunks).values()) == ROWS and chunks[0].header_lines == [1, 2]


def test_a_second_table_below_a_blank_line_is_held_back(tmp_path: Path) -> None:
    chunks = read(tmp_path, text(HEADINGS, *ROWS[:2], [""], HEADINGS, *ROWS[2:4]))
    assert list(records(chunks)) == [2, 3]
    assert told(chunks) == [(6, "SECOND_TABLE"), (7, "SECOND_TABLE")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda row: row[:-1], "FIELD_COUNT"),
        (lambda row: [*row, ""], "FIELD_COUNT"),
        (lambda row: [row[0], f'"{row[1]}', *row[2:]], "QUOTE_UNCERTAIN"),
        (lambda row: [row[0], f'{row[1]}"', *row[2:]], "QUOTE_UNCERTAIN"),
        (lambda row: [row[0], f'"{row[1]}"x', *row[2:]], "QUOTE_UNCERTAIN"),
        (lambda row: [row[0], f"{row[1]}\rx", *row[2:]], "CONTROL_CHARACTER"),
        (lambda row: [row[0], f"{row[1]}\x00", *row[2:]], "CONTROL_CHARACTER"),
    ],
)
def test_a_line_whose_fields_are_not_certain_is_held_back_and_no_other(tmp_path: Path, change, code: str) -> None:  # type: ignore[no-untyped-def]
    chunks = read(tmp_path, text(HEADINGS, ROWS[0], change(ROWS[1]), *ROWS[2:]))
    assert told(chunks) == [(3, code)]
    assert list(records(chunks).values()) == [ROWS[0], *ROWS[2:]]


def test_quoted_cells_are_read_as_rfc_4180_says(tmp_path: Path) -> None:
    quoted = [f'"{cell}"' for cell in ROWS[0]]
    quoted[WIDTH - 7] = '"路1号,""东""院"'
    expected = [*ROWS[0]]
    expected[WIDTH - 7] = '路1号,"东"院'
    assert list(records(read(tmp_path, text(HEADINGS, quoted, ROWS[1]))).values()) == [expected, ROWS[1]]


def test_line_breaks_in_a_cell_only_where_the_contract_allows_them(tmp_path: Path) -> None:
    broken = [*ROWS[0]]
    broken[8] = '"路1号\r\n2楼"'
    data = text(HEADINGS, broken, ROWS[1])
    strict = read(tmp_path, data)
    assert list(records(strict)) == [4] and {code for _, code in told(strict)} == {"QUOTE_UNCERTAIN"}
    contract = dataclasses.replace(CONTRACT, quoted_line_breaks=True)
    chunks = read(tmp_path, data, contract)
    assert records(chunks)[2][8] == "路1号\r\n2楼" and list(records(chunks)) == [2, 4]
    assert [n for chunk in chunks for n in chunk.continued_lines] == [3]


def test_records_that_span_blocks_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines.read_blocks, "__defaults__", (200,))
    contract = dataclasses.replace(CONTRACT, quoted_line_breaks=True)
    broken = [[*row[:8], f'"{row[8]}\n二楼"', *row[9:]] for row in ROWS]
    chunks = read(tmp_path, text(HEADINGS, *broken), contract)
    assert len(chunks) > 3
    assert [row[8] for row in records(chunks).values()] == [f"{row[8]}\n二楼" for row in ROWS]


def test_a_slipped_cell_is_seen_in_a_column_without_heading(tmp_path: Path) -> None:
    rows = [[*row, ""] for row in ROWS]
    rows[2][-1] = "否"
    chunks = read(tmp_path, text([*HEADINGS, ""], *rows))
    assert told(chunks) == [(4, "CELL_WITHOUT_HEADING")]


def test_a_file_cut_in_its_last_line_keeps_only_what_is_certain(tmp_path: Path) -> None:
    whole = text(HEADINGS, *ROWS[:-1], [*ROWS[-1][:-1], "是"]).rstrip("\r\n")
    assert told(read(tmp_path, whole)) == [(7, "LAST_LINE_UNTERMINATED")]  # 是/否 can't be longer
    assert told(read(tmp_path, whole[:-1])) == [(7, "LAST_LINE_CUT")]
    assert told(read(tmp_path, whole[:-12])) == [(7, "FIELD_COUNT")]
    assert told(read(tmp_path, whole.encode()[:-1])) == [(7, "BYTES_UNREADABLE")]


def test_two_encodings_in_one_file_are_told_apart_by_line(tmp_path: Path) -> None:
    top, rest = text(HEADINGS, *ROWS[:4]), text(*ROWS[4:])
    for first, second in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
        chunks = read(tmp_path, top.encode(first) + rest.encode(second))
        assert list(records(chunks).values()) == ROWS[:4], first
        assert told(chunks) == [(6, "BYTES_UNREADABLE"), (7, "BYTES_UNREADABLE")]


@pytest.mark.parametrize("encoding", ["big5", "utf-16-le", "euc_kr"])
def test_encodings_of_elsewhere_are_refused_by_name(tmp_path: Path, encoding: str) -> None:
    contract = dataclasses.replace(CONTRACT, encodings=("utf-8", "gb18030"))
    error = refusal(tmp_path, text(HEADINGS, *ROWS).encode(encoding, errors="replace"), contract)
    assert error.code in ("WRONG_ENCODING", "HEADER_NOT_FOUND")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "EMPTY_FILE"),
        ("\r\n\r\n,,,\r\n", "EMPTY_FILE"),
        (text(*ROWS), "HEADER_NOT_FOUND"),
        (text(HEADINGS[1:], *[row[1:] for row in ROWS]), "MISSING_COLUMNS"),
        (text([*HEADINGS, "血型"], *[[*row, "A"] for row in ROWS]), "UNKNOWN_COLUMNS"),
        (text([*HEADINGS, "姓名"], *[[*row, "A"] for row in ROWS]), "DUPLICATE_COLUMNS"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_says_why(tmp_path: Path, data: str, code: str) -> None:
    assert refusal(tmp_path, data).code == code


def test_memory_is_bounded_by_a_block_and_lines_are_conserved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines.read_blocks, "__defaults__", (1000,))
    many = [row for _ in range(40) for row in ROWS]
    chunks = read(tmp_path, text(HEADINGS, *many))
    assert max(chunk.line_count for chunk in chunks) < 12
    counted = Counter(number for chunk in chunks for number in (*chunk.header_lines, *chunk.numbers.to_pylist()))
    assert set(counted) == set(range(1, len(many) + 2)) and set(counted.values()) == {1}


def test_a_row_above_the_header_is_no_note(tmp_path: Path) -> None:
    chunks = read(tmp_path, text(["流动儿童学籍信息表"] + [""] * (WIDTH - 1), ROWS[0], HEADINGS, *ROWS[1:3]))
    assert list(records(chunks).values()) == ROWS[1:3]
    assert told(chunks) == [(2, "ABOVE_HEADER")]


@pytest.mark.parametrize("star", ["{} ", "*{}"])
def test_a_repeated_header_may_be_written_otherwise(tmp_path: Path, star: str) -> None:
    chunks = read(tmp_path, text(HEADINGS, ROWS[0], [star.format(heading) for heading in HEADINGS], ROWS[1]))
    assert list(records(chunks).values()) == ROWS[:2] and not told(chunks)


def test_headings_in_another_order_begin_another_table(tmp_path: Path) -> None:
    swapped = [*HEADINGS]
    swapped[1], swapped[9] = swapped[9], swapped[1]
    chunks = read(tmp_path, text(HEADINGS, ROWS[0], swapped, *ROWS[1:3]))
    assert list(records(chunks).values()) == ROWS[:1]
    assert told(chunks) == [(4, "SECOND_TABLE"), (5, "SECOND_TABLE")]


def test_a_last_cell_with_its_closing_quote_is_whole(tmp_path: Path) -> None:
    assert told(read(tmp_path, text(HEADINGS, ROWS[0], [*ROWS[1][:-1], '"第"']).rstrip())) == [
        (3, "LAST_LINE_UNTERMINATED")
    ]


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    data = text(HEADINGS, *ROWS) + "x" * (lines.LONGEST + 10) + "\ry"
    assert refusal(tmp_path, data).code == "LINE_TOO_LONG"


def test_marks_of_unreadable_lines_are_carried_into_the_next_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = dataclasses.replace(CONTRACT, quoted_line_breaks=True)
    opened = [*ROWS[0][:8], '"路', *ROWS[0][9:]]
    data = text(HEADINGS, *ROWS).encode("gb18030") + text(opened).encode("gb18030") + text(ROWS[1]).encode()
    size = len(data)
    monkeypatch.setattr(lines.read_blocks, "__defaults__", (size,))
    codes = dict(told(read(tmp_path, data + text(ROWS[2]).encode("gb18030"), contract)))
    assert codes[9] == "BYTES_UNREADABLE"


@pytest.mark.parametrize("piece", ["二号楼", "3号楼,西", "2 | 3"])
def test_the_cell_beside_a_piece_of_a_line_is_held_back_with_it(tmp_path: Path, piece: str) -> None:
    contract = dataclasses.replace(CONTRACT, delimiter=";")
    swapped = [*HEADINGS[:8], *HEADINGS[9:], HEADINGS[8]]  # the address last: a text that may go on
    rows = [[*row[:8], *row[9:], row[8]] for row in ROWS]
    data = text(swapped, rows[0], delimiter=";") + piece + "\r\n" + text(rows[1], delimiter=";")
    chunks = read(tmp_path, data, contract)
    assert sorted(told(chunks)) == [(2, "CELL_PERHAPS_CUT"), (3, "FIELD_COUNT"), (4, "CELL_PERHAPS_CUT")]


def test_a_piece_with_half_of_its_quotes_is_a_piece(tmp_path: Path) -> None:
    quoted = text([f'"{cell}"' for cell in ROWS[0]])
    cut = quoted.replace(f'"{ROWS[0][-1]}"', f'\r\n{ROWS[0][-1]}"')
    chunks = read(tmp_path, text(HEADINGS) + cut + text(ROWS[1]))
    assert sorted(told(chunks))[:2] == [(2, "CELL_PERHAPS_CUT"), (3, "QUOTE_UNCERTAIN")]


def test_a_record_with_other_delimiters_is_no_piece_of_its_neighbours(tmp_path: Path) -> None:
    chunks = read(tmp_path, text(HEADINGS, ROWS[0]) + text(ROWS[1], delimiter="\t") + text(ROWS[2]))
    assert told(chunks) == [(3, "FIELD_COUNT")]


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ([[], [HEADINGS, *ROWS]], "HEADER_NOT_FOUND"),  # never EMPTY_FILE, of which a nil return is made
        ([[], ROWS], "HEADER_NOT_FOUND"),
        ([[HEADINGS], ROWS], "SEVERAL_SHEETS"),
        ([[HEADINGS, *ROWS[:1]], ROWS[1:]], "SEVERAL_SHEETS"),
        ([[], [], []], "EMPTY_FILE"),
    ],
)
def test_children_on_another_sheet_are_never_passed_over(
    tmp_path: Path, sheets: list[list[list[str]]], code: str
) -> None:
    rows = [[books.row(n, *(books.inline("", cell) for cell in row)) for n, row in enumerate(s, 1)] for s in sheets]
    named = {f"Sheet{n}": books.sheet(cells).replace(' r=""', "") for n, cells in enumerate(rows, 1)}
    path = tmp_path / "drop.xlsx"
    path.write_bytes(books.packed(books.parts(named)))
    with pytest.raises(FeedError) as stopped:
        list(reader.read(path, CONTRACT, "xlsx", 30))
    assert stopped.value.code == code


def test_notes_on_another_sheet_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "drop.xlsx"
    number = ROWS[0][HEADINGS.index("身份证件号")]
    notes = [books.row(1, books.inline("A1", "填表人")), books.row(2, books.inline("A2", number))]
    table = [books.row(n, *(books.inline("", cell) for cell in row)) for n, row in enumerate([HEADINGS, *ROWS], 1)]
    sheets = {"Sheet1": books.sheet(table).replace(' r=""', ""), "Sheet2": books.sheet(notes)}
    path.write_bytes(books.packed(books.parts(sheets)))
    assert list(records(list(reader.read(path, CONTRACT, "xlsx", 30))).values()) == ROWS
