"""Small files of education.enrolment for a school that does not exist, and their way through the real stages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import openpyxl

from childledger import contracts, db, intake, pipeline, reports
from childledger.contracts import Contract
from childledger.settings import Settings

COUNTY = "410105"
HEADINGS = (
    "学籍号", "姓名", "身份证件号", "出生日期", "性别", "民族", "户口所在地行政区划码", "学校所在地行政区划码",
    "现住址", "监护人姓名", "监护人电话", "学校名称", "年级", "就读状态", "是否寄宿",
)  # fmt: skip
NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八", "冯九", "陈十")


def pupil(number: int, **changes: str) -> list[str]:
    """A row without fault, but for `changes` by heading."""
    cells = (
        f"G41010520150307{number:04d}", NAMES[number % 10], "", "2015-03-07", "男", "汉族", "411403", COUNTY,
        f"文化路{number}号", "赵大", "13900000000", "第一小学", "三年级", "在读", "否",
    )  # fmt: skip
    return [changes.get(heading, cell) for heading, cell in zip(HEADINGS, cells, strict=True)]


def name(as_of: str = "20260630", kind: str = "csv", ending: str = "", county: str = COUNTY) -> str:
    return f"学籍信息_{county}_{as_of}{ending}.{kind}"


def inbox(settings: Settings, county: str = COUNTY, department: str = "education") -> Path:
    place = settings.landing / department / county / "inbox"
    place.mkdir(parents=True, exist_ok=True)
    return place


def as_csv(rows: Iterable[list[str]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([HEADINGS, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[list[str]]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in [HEADINGS, *rows]:
        book.active.append(row)
    for cell in (cell for row in book.active.iter_rows() for cell in row if cell.value):
        cell.data_type = "s"
    book.save(content)
    return content.getvalue()


def feeds(settings: Settings) -> dict[str, Contract]:
    return contracts.load_all(settings.feeds)


def take(settings: Settings) -> list[int]:
    """Everything in the inboxes through every stage of a receipt; the receipts."""
    known = feeds(settings)
    received = intake.receive(settings, known)
    reports.acknowledge(settings, received)
    for receipt_id in received:
        settle(settings, receipt_id)
        report(settings, receipt_id)
    index(settings)
    return received


def settle(settings: Settings, receipt_id: int) -> None:
    for stage in pipeline.PER_RECEIPT.values():
        with db.transaction(settings.database_url) as conn:
            contract = _contract(settings, receipt_id)
            if contract:
                stage(conn, settings, contract, receipt_id)


def report(settings: Settings, receipt_id: int) -> None:
    with db.transaction(settings.database_url) as conn:
        reports.report(conn, settings, _contract(settings, receipt_id), receipt_id)


def index(settings: Settings) -> None:
    with db.transaction(settings.database_url) as conn:
        reports.rebuild_index(conn, settings, feeds(settings))


def _contract(settings: Settings, receipt_id: int) -> Contract | None:
    with db.transaction(settings.database_url) as conn:
        feed = db.run(conn, "reports/read_result", receipt_id=receipt_id).one().feed
    return feeds(settings).get(feed or "")


def answers(settings: Settings, county: str = COUNTY, department: str = "education") -> dict[str, bytes]:
    """Every file in a sender's receipts folder."""
    place = settings.landing / department / county / "receipts"
    return {path.name: path.read_bytes() for path in sorted(place.iterdir())}


def pages(settings: Settings) -> dict[str, str]:
    """Every page for auditors by its path under reports/."""
    found = sorted(settings.reports.rglob("*.html"))
    return {str(path.relative_to(settings.reports)): path.read_text(encoding="utf-8") for path in found}
