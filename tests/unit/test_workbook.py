"""A workbook is read as its sender meant it, row by row, with what a reader must know; what harms is refused."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.worksheet.formula import ArrayFormula

import books
from books import inline, row, xlsx
from childledger.errors import FeedError, ServiceError
from childledger.messages import FILES
from childledger.workbook import Row, read_rows

ID = "410102201503071234"


def rows(content: bytes, tmp_path: Path, file_type: str = "xlsx", seconds: int = 30) -> list[Row]:
    path = tmp_path / "archived-under-a-digest"
    path.write_bytes(content)
    return list(read_rows(path, file_type, seconds))


def refusal(content: bytes, tmp_path: Path, file_type: str = "xlsx", seconds: int = 30) -> tuple[str, dict[str, Any]]:
    with pytest.raises(FeedError) as refused:
        rows(content, tmp_path, file_type, seconds)
    assert refused.value.code in FILES
    return refused.value.code, refused.value.detail


def saved(book: Any) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("cell", "text", "marks"),
    [
        (inline("A1", " 张 三　"), " 张 三　", []),
        (inline("A1", "a_x000D_\nb_x0000__x005F_x"), "a\r\nb_x0000__x", []),
        ('<c r="A1" t="s"><v>1</v></c>', "两种字体", []),
        ('<c r="A1"><v>43588</v></c>', "43588", []),
        ('<c r="A1"><v>1.10000000000000009</v></c>', "1.1", []),
        ('<c r="A1"><v>4.1010220150307123E+17</v></c>', "4.10102E+17", []),
        (f'<c r="A1"><v>{ID}</v></c>', "4.10102E+17", []),
        ('<c r="A1"><v>410102150307123</v></c>', "410102150307123", []),
        (f'<c r="A1" s="{books.ZEROS}"><v>123</v></c>', "000123", []),
        (f'<c r="A1" s="{books.TEXT}"><v>123</v></c>', "123", []),
        (f'<c r="A1" s="{books.DATE}"><v>43588</v></c>', "2019-05-03", []),
        (f'<c r="A1" s="{books.CHINESE_DATE}"><v>43588</v></c>', "2019-05-03", []),
        (f'<c r="A1" s="{books.BUILT_IN_CHINESE_DATE}"><v>43588.5</v></c>', "2019-05-03 12:00:00", []),
        (f'<c r="A1" s="{books.DATE}"><v>20190503</v></c>', "20190503", []),
        ('<c r="A1" t="d"><v>2019-05-03T00:00:00</v></c>', "2019-05-03", []),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE", []),
        ('<c r="A1" t="e"><v>#REF!</v></c>', "#REF!", [(1, "ERROR_VALUE")]),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "2", [(1, "FORMULA")]),
        ('<c r="A1" t="str"><f>B1</f><v>张三</v></c>', "张三", [(1, "FORMULA")]),
        ('<c r="A1" t="e"><f>B1</f><v>#N/A</v></c>', "#N/A", [(1, "FORMULA"), (1, "ERROR_VALUE")]),
        ('<c r="A1"><f>1+1</f></c>', "", [(1, "FORMULA_WITHOUT_VALUE")]),
        ('<c r="A1"><f>1+1</f><v/></c>', "", [(1, "FORMULA_WITHOUT_VALUE")]),
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', "", [(1, "FORMULA")]),
    ],
)
def test_a_cell_as_its_sender_meant_it(cell: str, text: str, marks: list[tuple[int, str]], tmp_path: Path) -> None:
    strings = ("<t>x</t>", '<r><t>两种</t></r><r><rPr><b/></rPr><t>字体</t></r><rPh sb="0" eb="1"><t>liang</t></rPh>')
    one = books.packed(books.parts({"Sheet1": books.sheet([row(1, cell, inline("B1", "x"))])}, strings))
    assert rows(one, tmp_path) == [Row(0, 1, [text, "x"], marks)]


def test_what_excel_and_openpyxl_write(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "出生日期", "登记时间", "钟点", 1.5, True, ID])
    sheet.append(["张三", date(2015, 3, 7), datetime(2026, 6, 30, 18, 5, 9), time(8, 30), -3, False, int(ID)])
    sheet["A4"], sheet["B4"] = ArrayFormula("A4:A6", "=B4:B6*2"), "x"
    sheet["A5"], sheet["B5"] = 4, "x"
    sheet.merge_cells("C4:D5")
    sheet.row_dimensions[5].hidden = True
    merged = [(3, "MERGED_CELL"), (4, "MERGED_CELL")]
    assert rows(saved(book), tmp_path) == [
        Row(0, 1, ["姓名", "出生日期", "登记时间", "钟点", "1.5", "TRUE", ID], []),
        Row(0, 2, ["张三", "2015-03-07", "2026-06-30 18:05:09", "08:30:00", "-3", "FALSE", "4.10102E+17"], []),
        Row(0, 3, [], []),
        Row(0, 4, ["", "x"], [(1, "FORMULA_WITHOUT_VALUE"), *merged]),
        Row(0, 5, ["4", "x"], [(0, "HIDDEN_ROW"), (1, "FORMULA"), *merged]),
    ]


@pytest.mark.parametrize(
    ("form", "value", "text", "is_marked"),
    [
        ('yyyy"年"m"月"', date(2015, 3, 1), "2015-03-01", True),  # typed as 2015年3月: nobody wrote a day
        ("mmm-yy", date(2015, 3, 1), "2015-03-01", True),
        ('yyyy"年"m"月"', date(2015, 3, 17), "2015-03-17", False),
        ('yyyy"年"m"月"d"日"', date(2015, 3, 1), "2015-03-01", False),
        ('"MP"0000', 12, "12", True),
        ("\\M\\P0000", 12, "12", True),
        ("0_ ;[Red]\\-0", 12, "12", False),
        ("0000", 12, "0012", False),
    ],
)
@pytest.mark.parametrize("file_type", ["xlsx", "xls"])
def test_a_cell_that_shows_something_else_than_it_holds_is_marked(
    form: str, value: Any, text: str, is_marked: bool, file_type: str, tmp_path: Path
) -> None:
    new, old = openpyxl.Workbook(), xlwt.Workbook()
    new.active.append([value])
    new.active["A1"].number_format = form
    old.add_sheet("a").write(0, 0, value, xlwt.easyxf(num_format_str=form))
    content = saved(new if file_type == "xlsx" else old)
    assert rows(content, tmp_path, file_type) == [Row(0, 1, [text], [(1, "SHOWN_OTHERWISE")] * is_marked)]


def test_days_are_counted_from_1904_where_the_file_says_so(tmp_path: Path) -> None:
    sheet = books.sheet([row(1, f'<c r="A1" s="{books.DATE}"><v>42126</v></c>')])
    assert rows(books.packed(books.parts({"a": sheet}, is_1904=True)), tmp_path) == [Row(0, 1, ["2019-05-03"], [])]


def test_a_false_size_loses_no_row(tmp_path: Path) -> None:
    found = rows(
        xlsx((row(n, inline(f"A{n}", "x")) for n in range(1, 301)), before='<dimension ref="A1:B2"/>'), tmp_path
    )
    assert [r.number for r in found] == list(range(1, 301))


def test_gaps_are_filled_and_what_follows_the_last_row_is_dropped(tmp_path: Path) -> None:
    styled = '<c r="A9" s="1"/>'
    found = rows(
        xlsx([row(2, inline("A2", "a")), row(5, inline("C5", "b")), row(7, inline("A7", " ")), row(9, styled)]),
        tmp_path,
    )
    assert found == [
        Row(0, 1, [], []),
        Row(0, 2, ["a"], []),
        Row(0, 3, [], []),
        Row(0, 4, [], []),
        Row(0, 5, ["", "", "b"], []),
    ]


def test_a_row_far_below_the_table_is_no_guess(tmp_path: Path) -> None:
    near = xlsx([row(1, inline("A1", "a")), row(1002, inline("A1002", "b"))])
    assert len(rows(near, tmp_path)) == 1002
    far = xlsx([row(1, inline("A1", "a")), row(1003, inline("A1003", "b"))])
    assert refusal(far, tmp_path) == ("WORKBOOK_GAP", {"row": 1003, "gap": 1001})


def test_a_formula_without_value_is_never_an_empty_row(tmp_path: Path) -> None:
    found = rows(xlsx([row(1, inline("A1", "a")), row(2, '<c r="A2"><f>A1</f></c>')]), tmp_path)
    assert found[1] == Row(0, 2, [], [(1, "FORMULA_WITHOUT_VALUE")])


def test_the_first_visible_sheet_comes_whole_and_of_others_ten_rows(tmp_path: Path) -> None:
    lines = [row(n, inline(f"A{n}", f"{n}")) for n in range(3, 40, 2)]
    sheets = {
        "hidden:字典": books.sheet(lines),
        "学籍": books.sheet(lines),
        "空": books.sheet([]),
        "旧": books.sheet(lines[:3]),
    }
    found = rows(books.packed(books.parts(sheets)), tmp_path)
    assert [r.number for r in found if r.sheet == 0] == list(range(1, 40))
    assert [r.number for r in found if r.sheet == 1] == list(range(3, 22, 2))
    assert [r.number for r in found if r.sheet == 2] == [3, 5, 7]
    assert {r.sheet for r in found} == {0, 1, 2}


def old_book(is_1904: bool = False) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = is_1904
    lists = book.add_sheet("字典")
    lists.visibility = 1
    lists.write(0, 0, "男")
    sheet = book.add_sheet("学籍")
    for column, value in enumerate(["姓名", ID, int(ID), 1.5, True, 3]):
        sheet.write(0, column, value)
    sheet.write(0, 6, date(2015, 3, 7), xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"'))
    sheet.write(0, 7, 123, xlwt.easyxf(num_format_str="000000"))
    sheet.write(2, 0, xlwt.Formula("1+1"))
    sheet.row(2).hidden = True
    sheet.write_merge(3, 4, 0, 1, "合并")
    sheet.row(5).set_cell_error(0, 42)
    return saved(book)


@pytest.mark.parametrize("file_type", ["xls", "xlsx"], ids=["as what it is", "renamed to xlsx"])
@pytest.mark.parametrize("is_1904", [False, True])
def test_an_old_workbook_is_read_alike(is_1904: bool, file_type: str, tmp_path: Path) -> None:
    merged = [(1, "MERGED_CELL"), (2, "MERGED_CELL")]
    assert rows(old_book(is_1904), tmp_path, file_type) == [
        Row(0, 1, ["姓名", ID, "4.10102E+17", "1.5", "TRUE", "3", "2015-03-07", "000123"], []),
        Row(0, 2, [], []),
        Row(0, 3, [], [(0, "HIDDEN_ROW"), (1, "FORMULA_WITHOUT_VALUE")]),
        Row(0, 4, ["合并"], merged),
        Row(0, 5, [], []),
        Row(0, 6, ["#N/A"], [(1, "ERROR_VALUE")]),
        Row(1, 1, ["男"], []),
    ]


def test_an_old_formula_with_a_value_is_marked(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, xlwt.Formula("1+1"))
    content = saved(book).replace(struct.pack("<Q", 0xFFFF000000000003), struct.pack("<d", 2.0))
    assert rows(content, tmp_path, "xls") == [Row(0, 1, ["2"], [(1, "FORMULA")])]


def test_a_new_workbook_renamed_to_xls_is_read(tmp_path: Path) -> None:
    assert rows(xlsx([row(1, inline("A1", "a"))]), tmp_path, "xls") == [Row(0, 1, ["a"], [])]


@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (b'\xef\xbb\xbf<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table>', "HTML"),
        (b"\r\n<!-- export --><TABLE border=1><tr><td>1</td></tr></TABLE>", "HTML"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML Spreadsheet 2003",
        ),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "MHTML"),
        ("姓名,证件号码\n张三,1\n".encode("gb18030") * 400, "CSV"),
        ("姓名\t证件号码\n张三\t1\n".encode() * 400, "CSV"),
        (b"%PDF-1.7\n%", "PDF"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "IMAGE"),
        (books.packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "ODS"),
        (books.packed({"[Content_Types].xml": "<a/>", "xl/workbook.bin": "x"}), "XLSB"),
        (books.packed({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "DOCX"),
        (books.packed({"学籍.csv": "a,b"}), "ZIP"),
    ],
)
def test_other_content_is_named(content: bytes, seems: str, tmp_path: Path) -> None:
    assert refusal(content, tmp_path) == ("WRONG_CONTENT", {"type": "xlsx", "seems": seems})
    assert refusal(content, tmp_path, "xls") == ("WRONG_CONTENT", {"type": "xls", "seems": seems})


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def test_a_password_is_told(tmp_path: Path) -> None:
    assert refusal(OLE + "EncryptedPackage".encode("utf-16-le"), tmp_path)[0] == "ENCRYPTED_WORKBOOK"
    locked = bytearray(xlsx([row(1)]))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(locked), tmp_path)[0] == "ENCRYPTED_WORKBOOK"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (bytes(range(256)), "UNREADABLE_WORKBOOK"),
        (OLE, "UNREADABLE_WORKBOOK"),
        (xlsx([row(1, inline("A1", "a"))])[:-30], "UNREADABLE_WORKBOOK"),
        (xlsx([row(2, inline("A2", "a")), row(1, inline("A1", "a"))]), "UNREADABLE_WORKBOOK"),
        (xlsx([row(2, inline("A2", "a")), row(2, inline("A2", "a"))]), "UNREADABLE_WORKBOOK"),
        (xlsx([row(1, inline("B1", "a"), inline("A1", "a"))]), "UNREADABLE_WORKBOOK"),
        (xlsx([row(1, inline("A2", "a"))]), "UNREADABLE_WORKBOOK"),
        (xlsx([row(1, '<c r="A1"><v>NaN</v></c>')]), "UNREADABLE_WORKBOOK"),
        (xlsx([row(1, '<c r="A1" t="s"><v>7</v></c>')]), "UNREADABLE_WORKBOOK"),
        (xlsx([row(1, '<c r="A1" t="s"><v>-1</v></c>')]), "UNREADABLE_WORKBOOK"),
        (xlsx([row(1, inline("XFE1", "a"))]), "WORKBOOK_LIMIT"),
        (xlsx([row(1, inline("A1", "a" * 32_768))]), "WORKBOOK_LIMIT"),
        (
            xlsx([row(1, *(f'<c t="inlineStr"><is><t>{"a" * 30_000}</t></is></c>' for _ in range(40)))]),
            "WORKBOOK_LIMIT",
        ),
        (books.packed({"[Content_Types].xml": "", **{f"{n}": "" for n in range(2_001)}}), "WORKBOOK_LIMIT"),
        (books.packed({"[Content_Types].xml": "", "A": "1", "a": "2"}), "UNREADABLE_WORKBOOK"),
        (books.packed({"[Content_Types].xml": "", "/etc/passwd": ""}), "UNREADABLE_WORKBOOK"),
    ],
)
def test_what_two_readers_could_read_differently_or_not_at_all_is_refused(
    content: bytes, code: str, tmp_path: Path
) -> None:
    assert refusal(content, tmp_path)[0] == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp037"])
def test_a_document_type_is_refused_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {**books.parts({"a": ""})}
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE z [<!ENTITY a "b">]>'
    parts["xl/worksheets/sheet1.xml"] = (head + books.sheet([row(1, inline("A1", "&a;"))])).encode(encoding)
    assert refusal(books.packed(parts), tmp_path)[0] == "UNREADABLE_WORKBOOK"


def test_merged_cells_are_found_in_any_encoding_and_across_pieces(tmp_path: Path) -> None:
    """They stand behind the rows, wherever a piece of the file happens to end."""
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 4_001))
    sheet = books.sheet((row(n, inline(f"A{n}", "x")) for n in range(1, 4_001)), f"<mergeCells>{merges}</mergeCells>")
    for encoding in ("utf-8", "utf-16"):
        parts: dict[str, str | bytes] = {**books.parts({"a": ""})}
        parts["xl/worksheets/sheet1.xml"] = f'<?xml version="1.0" encoding="{encoding}"?>{sheet}'.encode(encoding)
        found = rows(books.packed(parts), tmp_path)
        assert len(found) == 4_000
        assert all(r.marks == [(1, "MERGED_CELL"), (2, "MERGED_CELL")] for r in found)


def test_a_declared_size_is_not_believed(tmp_path: Path) -> None:
    content = xlsx([row(1, inline("A1", "a" * 5_000))])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    assert (
        refusal(content.replace(struct.pack("<I", size), struct.pack("<I", 300)), tmp_path)[0] == "UNREADABLE_WORKBOOK"
    )


def endless() -> bytes:
    """More rows than a second is enough for."""
    return xlsx(f"<row>{'<c><v>1.5</v></c>' * 20}</row>" for _ in range(100_000))


def test_computing_time_is_limited(tmp_path: Path) -> None:
    packed = zipfile.ZipFile(BytesIO(endless()))
    loose = BytesIO()
    with zipfile.ZipFile(loose, "w", zipfile.ZIP_STORED) as archive:  # stored, so that it is no bomb by its ratio
        for name in packed.namelist():
            archive.writestr(name, packed.read(name))
    assert refusal(loose.getvalue(), tmp_path, seconds=1)[0] == "WORKBOOK_LIMIT"


def test_memory_is_limited() -> None:
    greedy = "from childledger.workbook import child; child.limit(9); bytearray(600 << 20)"
    done = subprocess.run([sys.executable, "-c", greedy], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.rstrip().endswith("MemoryError")


def children() -> list[int]:
    """Processes that read workbooks for us, dead ones that nobody has reaped too."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[1]) == os.getpid():
            found.append(int(stat.parent.name))
    return found


def test_a_closed_reader_ends_its_child(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(xlsx(row(n, inline(f"A{n}", "x" * 100)) for n in range(1, 20_000)))
    before = set(children())
    reader = read_rows(path, "xlsx", 30)
    assert next(reader).number == 1
    assert len(set(children()) - before) == 1
    reader.close()  # type: ignore[attr-defined]
    assert set(children()) <= before


def test_a_child_that_does_not_start_is_no_verdict_on_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ServiceError):
        rows(xlsx([]), tmp_path)


def test_a_child_killed_by_others_gives_neither_a_short_table_nor_a_verdict(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(xlsx(row(n, inline(f"A{n}", "x" * 100)) for n in range(1, 20_000)))
    before = set(children())
    reader = read_rows(path, "xlsx", 30)
    next(reader)
    (child,) = set(children()) - before
    os.kill(child, 9)
    with pytest.raises(ServiceError):
        list(reader)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_damaged_workbook_gives_rows_or_a_code_and_prints_nothing(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(5)
    whole = old_book() if kind == "xls" else xlsx(row(n, inline(f"A{n}", ID)) for n in range(1, 50))
    path = tmp_path / "a"
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 3, 9))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            assert all(isinstance(found, Row) for found in read_rows(path, kind, 30))
        except FeedError as refused:
            assert refused.code in FILES
    assert capfd.readouterr() == ("", "")
