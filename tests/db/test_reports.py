"""What senders and auditors are told: it adds up, it is about every row, and it gives no child away."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import openpyxl
import pytest
import sqlalchemy as sa

import school
from childledger import db, intake, reports
from childledger.errors import CheckFailed
from childledger.messages import ANSWER_HEADINGS
from childledger.reports.result import spans
from childledger.settings import Settings

NAUGHTY = [
    "=1+1", '=HYPERLINK("http://x.cn","点")', "+86 139", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "\t=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(1)", " =1+1", "%0a=1", "#1号楼", "<script>alert(1)</script>", "'; drop table",
    "\U0001f9d2",
]  # fmt: skip
SECRET = "欧阳绝密"


def drop_faulty(settings: Settings, kind: str = "csv", encoding: str = "utf-8") -> int:
    """Six rows: 2 clean, 1 to verify, 3 held back (one with two faults)."""
    rows = [
        school.pupil(1),
        school.pupil(2, 姓名="", 性别="不明"),
        school.pupil(3, 监护人电话="123"),
        school.pupil(4, 出生日期="不知道"),
        school.pupil(5),
        school.pupil(6, 学校所在地行政区划码="410102"),
    ]
    content = school.as_xlsx(rows) if kind == "xlsx" else school.as_csv(rows, encoding)
    (school.inbox(settings) / school.name(kind=kind)).write_bytes(content)
    return school.take(settings)[0]


def read_csv(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def read_xlsx(content: bytes) -> list[dict[str, str]]:
    header, *rows = openpyxl.load_workbook(io.BytesIO(content))["处理结果"].iter_rows(values_only=True)
    return [dict(zip(header, [cell or "" for cell in row], strict=True)) for row in rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_sender_gets_every_row_back_with_its_fate(settings: Settings, kind: str) -> None:
    receipt_id = drop_faulty(settings, kind)
    answer = school.answers(settings)[f"{receipt_id}_学籍信息_410105_20260630_已收_3行需改.{kind}"]
    rows = read_csv(answer) if kind == "csv" else read_xlsx(answer)
    assert list(rows[0]) == [*school.HEADINGS, *ANSWER_HEADINGS]
    assert [row["学籍号"] for row in rows] == [school.pupil(n)[0] for n in range(1, 7)]
    assert [row["行号"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert [row["结果"] for row in rows] == ["已收", "未收", "已收请核实", "未收", "已收", "未收"]
    assert rows[1]["代码"].split("；") == ["REQUIRED_MISSING", "NOT_IN_LIST"]
    assert rows[1]["问题"] == "「姓名」必填项为空；「性别」取值不在约定范围内"
    assert rows[3]["怎么改"].startswith("「出生日期」请写成2019-05-03")
    assert rows[0]["代码"] == rows[0]["问题"] == rows[0]["怎么改"] == ""


def test_each_fate_has_its_colour(settings: Settings) -> None:
    receipt_id = drop_faulty(settings, "xlsx")
    answer = school.answers(settings)[f"{receipt_id}_学籍信息_410105_20260630_已收_3行需改.xlsx"]
    cells = list(openpyxl.load_workbook(io.BytesIO(answer))["处理结果"]["Q"])[1:]
    colours = {cell.value: cell.fill.fgColor.rgb for cell in cells}
    assert len(set(colours.values())) == 3
    assert all(cell.fill.fgColor.rgb == colours[cell.value] and cell.number_format == "@" for cell in cells)


def test_counts_add_up_and_json_holds_no_value(settings: Settings) -> None:
    receipt_id = drop_faulty(settings)
    text = school.answers(settings)[f"{receipt_id}_学籍信息_410105_20260630_已收_3行需改.json"].decode()
    told = json.loads(text)
    assert told["lines"] == {"physical": 7, "header": 1, "blank": 0, "accepted": 3, "rejected": 3, "queried": 1}
    first = {"line": 3, "column": "姓名", "code": "REQUIRED_MISSING", "severity": "error"}
    assert first.items() <= told["findings"][0].items()
    assert not [name for name in ("不知道", "文化路", "G4101", "赵大", "139") if name in text]
    assert "学籍信息_410105_20260630_更正1.csv" in told["next"] and told["deadline"] == "2026-07-10"


def test_counts_that_do_not_add_up_are_not_published(settings: Settings) -> None:
    receipt_id = drop_faulty(settings)
    with db.transaction(settings.database_url) as conn:
        conn.exec_driver_sql("update intake.receipt set accepted_count = accepted_count - 1")
    with pytest.raises(CheckFailed, match="6 data lines, but 2 accepted"):
        school.report(settings, receipt_id)


def test_verdict_words(settings: Settings) -> None:
    inbox = school.inbox(settings)
    files = {
        school.name("20260101"): school.as_csv([school.pupil(1)]),
        school.name("20260102"): school.as_csv([school.pupil(1, 监护人电话="1")]),
        school.name("20260103"): school.as_csv([school.pupil(1, 姓名="")]),
        school.name("20260104", ending="_零报告"): b"",
        school.name("20260105"): "甲,乙\r\n1,2\r\n".encode(),
        "王小明的学籍.csv": school.as_csv([school.pupil(1)]),
    }
    for name, content in files.items():
        (inbox / name).write_bytes(content)
    school.take(settings)
    names = [name.split("_", 1)[1] for name in school.answers(settings) if "已收到" not in name]
    for expected in (
        "学籍信息_410105_20260101_全部收下.csv",
        "学籍信息_410105_20260102_全部收下_1行请核实.csv",
        "学籍信息_410105_20260103_未收_1行需改.csv",
        "学籍信息_410105_20260104_零报告_零报告已登记.txt",
        "学籍信息_410105_20260105_整份退回.txt",
        "王小明的学籍_整份退回.txt",
    ):
        assert expected in names


def test_encoding_of_the_sender_is_kept(settings: Settings) -> None:
    receipt_id = drop_faulty(settings, encoding="gb18030")
    answer = school.answers(settings)[f"{receipt_id}_学籍信息_410105_20260630_已收_3行需改.csv"]
    assert read_csv(answer, "gb18030")[1]["问题"].startswith("「姓名」")


def test_lines_that_could_not_be_read_come_back_too(settings: Settings) -> None:
    odd = "合计,1\r\n\r\n太,少\r\n" + ",".join("多" * 20) + "\r\n"
    (school.inbox(settings) / school.name()).write_bytes(school.as_csv([school.pupil(1)]) + odd.encode())
    receipt_id = school.take(settings)[0]
    rows = read_csv(school.answers(settings)[f"{receipt_id}_学籍信息_410105_20260630_已收_2行需改.csv"])
    assert [(row["行号"], row["代码"]) for row in rows] == [("2", ""), ("5", "FIELD_COUNT"), ("6", "FIELD_COUNT")]
    assert rows[2]["学籍号"] == ",".join("多" * 20) and not rows[2]["姓名"]


def test_a_row_nobody_could_read_is_held_back_again_when_sent_back_as_it_is(settings: Settings) -> None:
    rows = [school.pupil(n) for n in range(1, 5)]
    rows[0].pop()  # one cell is missing, and nobody knows which
    rows[1].append("否")
    rows[2][-1] = "寄宿"
    head, *lines = school.as_csv(rows).decode().splitlines()
    lines[-1] = lines[-1].replace(",否", ",")  # cut short
    content = "\r\n".join([head, *lines])
    (school.inbox(settings) / school.name()).write_bytes(content.encode())
    school.take(settings)
    (table,) = [content for name, content in school.answers(settings).items() if name.endswith(".csv")]
    assert [row["代码"] for row in read_csv(table)] == ["FIELD_COUNT", "FIELD_COUNT", "NOT_IN_LIST", "LAST_LINE_CUT"]
    (school.inbox(settings) / school.name(ending="_更正1")).write_bytes(table)
    school.take(settings)
    with db.transaction(settings.database_url) as conn:
        assert not conn.execute(sa.text("select count(*) from conformed.source_record")).scalar_one()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula(settings: Settings, kind: str) -> None:
    rows = [school.pupil(n, 现住址=text, 年级=text) for n, text in enumerate(NAUGHTY)]
    content = school.as_xlsx(rows) if kind == "xlsx" else school.as_csv(rows)
    (school.inbox(settings) / school.name(kind=kind)).write_bytes(content)
    receipt_id = school.take(settings)[0]
    answer = school.answers(settings)[f"{receipt_id}_学籍信息_410105_20260630_全部收下.{kind}"]
    if kind == "csv":
        cells = [cell for row in csv.reader(io.StringIO(answer.decode("utf-8-sig"), newline="")) for cell in row]
        assert not [cell for cell in cells if cell.strip().startswith(tuple("=+-@＝＋－＠"))]
        assert {f"'{NAUGHTY[0]}", f"'{NAUGHTY[6]}", NAUGHTY[-1]} <= set(cells)
        return
    for sheet in openpyxl.load_workbook(io.BytesIO(answer)):
        filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in filled} <= {"s", "inlineStr"}
    assert [row["现住址"] for row in read_xlsx(answer)] == NAUGHTY


def test_pages_and_json_tell_nothing_of_a_child(settings: Settings) -> None:
    inbox = school.inbox(settings)
    secret_row = school.pupil(1, 姓名=SECRET, 现住址=SECRET, 出生日期=SECRET, 学籍号=SECRET, 监护人电话=SECRET)
    (inbox / school.name()).write_bytes(school.as_csv([school.pupil(2), secret_row]))
    (inbox / school.name("20260601")).write_bytes(school.as_csv([]).replace(b"\r\n", f",{SECRET}\r\n".encode(), 1))
    (inbox / f"{SECRET}.csv").write_bytes(b"x")
    (inbox / f"学籍信息_410105_20260630.{SECRET}").write_bytes(b"x")
    school.inbox(settings, county=SECRET).joinpath("a.csv").write_bytes(b"x")
    assert len(school.take(settings)) == 5
    pages = school.pages(settings)
    assert len(pages) >= 6 and not [name for name, page in pages.items() if SECRET in page]
    results = {n: json.loads(c) for n, c in school.answers(settings).items() if n.endswith(("改.json", "退回.json"))}
    for told in results.values():
        told.pop("file_name"), told["feed"] or told.pop("what")  # the sender's own words about the name
    assert len(results) == 4 and not [name for name, told in results.items() if SECRET in db.json(told)]
    assert "名称不合规（见收据）" in "".join(pages.values())


def test_pages_are_self_contained(settings: Settings) -> None:
    drop_faulty(settings)
    for page in school.pages(settings).values():
        assert not [word for word in ("http:", "https:", "//", "<script", "src=", "@import", "url(") if word in page]


def test_report_page_shows_rules_lines_and_evidence(settings: Settings) -> None:
    receipt_id = drop_faulty(settings)
    page = school.pages(settings)[f"2026H1/{receipt_id}.html"]
    contract = school.feeds(settings)["education.enrolment"]
    for words in ("「姓名」必须填写", "name/REQUIRED_MISSING", "部分收下", contract.responsibility, contract.sha256):
        assert words in page
    index = school.pages(settings)["2026H1/index.html"]
    assert f'<a href="{receipt_id}.html">部分</a>' in index and "3/6" in index
    assert index.count("— 未报送</td>") == len(school.feeds(settings)) * 157 - 1
    assert '<a href="2026H1/index.html">' in school.pages(settings)["index.html"]


def test_same_bytes_again(settings: Settings) -> None:
    receipt_id = drop_faulty(settings)
    first = school.answers(settings)
    drop_faulty(settings)
    again = school.answers(settings)
    name = f"{receipt_id}_学籍信息_410105_20260630_重复报送"
    assert set(again) - set(first) == {f"{name}.txt", f"{name}.json"}
    note = again[f"{name}.txt"].decode("utf-8-sig")
    assert f"收据 {receipt_id} 的内容完全相同" in note and "部分收下（partial）" in note and "\r\n" in note
    assert "相同内容又送来 1 次" in school.pages(settings)[f"2026H1/{receipt_id}.html"]


def test_bytes_that_another_file_replaced_are_not_said_to_stand(settings: Settings) -> None:
    first, second = [school.as_csv([school.pupil(1, 现住址=place)]) for place in ("文化路1号", "文化路2号")]
    for content in (first, second, first):
        (school.inbox(settings) / school.name()).write_bytes(content)
        school.take(settings)
    note = school.answers(settings)["1_学籍信息_410105_20260630_重复报送.txt"].decode("utf-8-sig")
    assert "现在以收据 2 为准" in note and "“_更正1”" in note
    (school.inbox(settings) / school.name(ending="_更正1")).write_bytes(first)
    school.take(settings)
    with db.transaction(settings.database_url) as conn:
        standing = "select address from conformed.source_record where status = 'in_force'"
        school.settle(settings, 1)
        assert conn.execute(sa.text(standing)).scalars().all() == ["文化路1号"]


def test_a_nil_return_in_the_place_of_rows_asks_about_them(settings: Settings) -> None:
    (school.inbox(settings) / school.name()).write_bytes(school.as_csv([school.pupil(1)]))
    (school.inbox(settings) / school.name(ending="_零报告")).write_bytes(school.as_csv([]))
    school.take(settings)
    note = school.answers(settings)["2_学籍信息_410105_20260630_零报告_零报告已登记.txt"].decode("utf-8-sig")
    assert "有 1 行（按编号）不在本件中" in note and "无需操作" not in note


def test_a_day_after_the_data_date_is_told_from_which_days_on(settings: Settings) -> None:
    rows = [school.pupil(1, 出生日期="2026-07-02"), school.pupil(2)]
    (school.inbox(settings) / school.name()).write_bytes(school.as_csv(rows))
    school.take(settings)
    (table,) = [content for name, content in school.answers(settings).items() if name.endswith(".csv")]
    assert "应在2000-01-01至文件名中的数据日期之间" in read_csv(table)[0]["怎么改"]


def test_two_files_nobody_read_are_not_said_to_be_the_same(settings: Settings) -> None:
    limited = dataclasses.replace(settings, max_file_bytes=10)
    for number in (1, 2):
        (school.inbox(settings) / school.name()).write_bytes(school.as_csv([school.pupil(number)]))
        school.take(limited)
    assert not [name for name in school.answers(settings) if "重复报送" in name]


def test_a_receipt_mended_and_sent_back_says_what_the_file_said(settings: Settings) -> None:
    words = {"监护人姓名": "-", "民族": "-", "现住址": "=1号楼"}
    rows = [school.pupil(1, 出生日期="不知道", **words), school.pupil(2, **words)]
    (school.inbox(settings) / school.name()).write_bytes(school.as_csv(rows))
    school.take(settings)
    (table,) = [content for name, content in school.answers(settings).items() if name.endswith(".csv")]
    mended = table.replace("不知道".encode(), b"2015-03-07")
    (school.inbox(settings) / school.name(ending="_更正1")).write_bytes(mended)
    school.take(settings)
    told = "select guardian_name, ethnicity_code, address from conformed.source_record where receipt_id = 2"
    with db.transaction(settings.database_url) as conn:
        assert [tuple(row) for row in conn.execute(sa.text(told))] == [(None, None, "=1号楼")] * 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_again_writes_the_same_bytes(settings: Settings, kind: str) -> None:
    receipt_id = drop_faulty(settings, kind)
    answers, pages = school.answers(settings), school.pages(settings)
    for name in answers:
        (settings.landing / "education" / school.COUNTY / "receipts" / name).unlink()
    for page in pages:
        (settings.reports / page).unlink()
    reports.acknowledge(settings, [receipt_id])
    school.report(settings, receipt_id)
    school.index(settings)
    assert (school.answers(settings), school.pages(settings)) == (answers, pages)


def test_nothing_is_told_before_the_receipt_is_settled(settings: Settings) -> None:
    (school.inbox(settings) / school.name()).write_bytes(school.as_csv([school.pupil(1)]))
    receipt_id = intake.receive(settings, school.feeds(settings))[0]
    reports.acknowledge(settings, [receipt_id])
    school.report(settings, receipt_id)
    assert [name.rsplit("_", 1)[1] for name in school.answers(settings)] == ["已收到.json", "已收到.txt"]
    arrived = school.answers(settings)[f"{receipt_id}_学籍信息_410105_20260630_已收到.txt"]
    assert arrived.startswith(b"\xef\xbb\xbf") and b"\n" not in arrived.replace(b"\r\n", b"")


def test_correction_is_compared_and_supersedes(settings: Settings) -> None:
    first = drop_faulty(settings)
    rows = [school.pupil(n) for n in range(9)]
    (school.inbox(settings) / school.name(ending="_更正1")).write_bytes(school.as_csv(rows))
    second = school.take(settings)[0]
    told = json.loads(school.answers(settings)[f"{second}_学籍信息_410105_20260630_更正1_全部收下.json"])
    assert told["previous"]["receipt_id"] == first and told["previous"]["change"] == "+50.0%"
    assert "_更正2.csv" in told["next"]
    pages = school.pages(settings)
    assert f'<a href="{second}.html">收据 {second}</a>取代' in pages[f"2026H1/{first}.html"]
    assert f'<a href="{second}.html">收下</a>' in pages["2026H1/index.html"]


def test_waiting_notes_come_and_go(settings: Settings) -> None:
    path = school.inbox(settings) / f"{school.name()}.part"
    reports.waiting(settings, [(path, "education", school.COUNTY)])
    assert list(school.answers(settings)) == [f"{school.name()}.part_等待写完.txt"]
    (school.inbox(settings) / school.name()).write_bytes(school.as_csv([school.pupil(1)]))
    school.take(settings)
    assert not [name for name in school.answers(settings) if "等待写完" in name]
    reports.waiting(settings, [(path, "education", school.COUNTY)])
    reports.waiting(settings, [])
    assert not [name for name in school.answers(settings) if "等待写完" in name]


def test_a_planted_link_is_not_followed(settings: Settings) -> None:
    elsewhere = settings.home / "elsewhere"
    elsewhere.mkdir(parents=True)
    (school.inbox(settings).parent / "receipts").symlink_to(elsewhere)
    drop_faulty(settings)
    assert not list(elsewhere.iterdir()) and school.answers(settings)


def test_line_numbers_as_ranges() -> None:
    assert spans([9, 3, 8, 7]) == "3、7–9"
    assert spans(list(range(0, 2000, 2))).endswith("…等1000行")
