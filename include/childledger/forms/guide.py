"""One A4 page per feed for the wall beside the desk: no script, no address, nothing but what the contract says."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace

import jinja2

from childledger import messages, places
from childledger.contracts import Contract
from childledger.forms import words

MISTAKES = (
    "UNKNOWN_FILE_NAME", "ID_DAMAGED_BY_EXCEL", "REQUIRED_MISSING", "DATE_UNREADABLE", "NOT_IN_LIST", "ID_INVALID",
    "ID_BIRTH_DIFFERS", "OTHER_COUNTY", "DIVISION_UNKNOWN", "MISSING_COLUMNS", "MERGED_CELL", "UNKNOWN_COLUMNS",
    "PATTERN_MISMATCH", "DUPLICATE_KEY", "EMPTY_FILE", "FIELD_COUNT",
)  # fmt: skip
"""In the order a guide has room for; those a feed can't meet are passed over."""
ROOM = 10
BY_READER = ("UNKNOWN_FILE_NAME", "MISSING_COLUMNS", "MERGED_CELL", "UNKNOWN_COLUMNS", "EMPTY_FILE", "FIELD_COUNT")
RECEIPTS = (
    ("_已收到", "文件到了，还不等于收下；等结果"),
    ("_全部收下", "不用做"),
    ("_全部收下_N行请核实", "收下了，N 行有疑问；确实有错才更正"),
    ("_已收（未收）_N行需改", "N 行没有收；看“问题”“怎么改”两列，改好后报更正件"),
    ("_整份退回", "一行也没有收；按里面写的原因改好，用原文件名重报"),
    ("_等待写完", "还在上传或仍是临时文件名；传完改回正式文件名"),
)
"""How a receipt's name ends, and what to do about it."""
CROWDED = 17
"""More columns than this are set smaller."""
LONG = 10
"""Words from which a list is long."""


@functools.cache
def _page() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("childledger.forms"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("guide.html.j2")


def as_page(contract: Contract) -> bytes:
    """Guide of a feed as one HTML file, the same bytes for the same contract."""
    page = _page().render(
        contract=contract,
        county=places.county_name(words.COUNTY),
        facts=words.facts(contract),
        columns=list(_columns(contract)),
        mistakes=mistakes(contract),
        receipts=RECEIPTS,
        template=contract.title + words.TEMPLATE,
        is_crowded=len(contract.columns) > CROWDED,
    )
    return page.encode()


def _columns(contract: Contract) -> Iterator[words.Told]:
    """The columns in words; a long list that stood before is named and not told again."""
    first: dict[tuple[str, ...], str] = {}
    for column in contract.columns:
        told, allowed = words.tell(column), tuple(column.lookup)
        same = first.setdefault(allowed, column.heading)
        yield told if len(allowed) < LONG or same == column.heading else replace(told, allowed=f"同“{same}”")


def mistakes(contract: Contract) -> list[tuple[str, str, str]]:
    """(code, what is wrong, how to mend it) of the mistakes this feed meets most, in the words of its receipts."""
    possible = {*BY_READER, *(rule.code for rule in contract.rules())}
    possible |= {"ID_DAMAGED_BY_EXCEL"} if "ID_INVALID" in possible else set()
    return [(code, *_said(code, contract)) for code in MISTAKES if code in possible][:ROOM]


def _said(code: str, contract: Contract) -> tuple[str, str]:
    if code in messages.ROWS:
        return messages.row_message(code)
    needed = [column.heading for column in contract.columns if column.required]
    detail = {
        "example": words.file_name(contract),
        "columns": "、".join(needed[:2]) + "等",
        "positions": "第几",
        "renamed": "",
    }
    return messages.file_message(code, detail)
