"""The contract in a clerk's words, once: template and guide print the same sentences the receipts will."""

from __future__ import annotations

from dataclasses import dataclass

from childledger import records
from childledger.contracts import Column, Contract

TEMPLATE, GUIDE = "_填报模板.xlsx", "_填报指南.html"
"""Endings of the two files; neither is a name a drop may have, so a copy sent by mistake is told how to be named."""
COUNTY, DAY = "410105", "20260630"
"""County and data date of the file names shown as examples."""
EXAMPLE = f"{COUNTY}_{DAY}"
BY_CLERK = {"error": "本行不收", "query": "收下，请核实", "notice": "仅提示"}
"""What breaking a rule means, by severity."""
MEANING = {
    "snapshot": "全县合成一份；同一数据日期再报，后一份整份取代前一份",
    "delta": "可以分几份报，都算；编号相同的行以后一份为准",
    "event": "可以分几份报，都算；编号相同的行以后一份为准",
}
SHOWN = {"resident_id": "11010519491231002X", "ethnicity": "汉族", "division": "411681", "own_county": COUNTY}
"""An example for each check; the number is the one GB 11643-1999 prints."""
ALLOWED = {
    "resident_id": "末位可为X；校验码、出生日期段要对",
    "ethnicity": "民族全称（GB/T 3304）",
    "division": "六位县级代码，不填开发区统计代码",
    "own_county": "本县（市、区）自己的六位代码",
}


@dataclass(frozen=True)
class Told:
    """One column as it is explained."""

    heading: str
    others: tuple[str, ...]
    """Older headings that are read as well."""
    required: bool
    what: str
    allowed: str
    example: str
    broken: str
    """What becomes of a row that breaks the column's rule; empty if it has none."""


def tell(column: Column) -> Told:
    """A column of a contract in words."""
    allowed = _allowed(column)
    return Told(
        heading=column.heading,
        others=column.headings[1:],
        required=column.required,
        what=column.description.split(" / ")[0],
        allowed=allowed,
        example=column.example or _example(column),
        broken=BY_CLERK[column.severity] if allowed or column.pattern else "",
    )


def _allowed(column: Column) -> str:
    if column.is_date:
        return f"年月日齐全；{day(column.minimum) or '最早'}至{day(column.maximum) or '今后'}"
    if column.lookup:
        return "、".join(column.lookup)
    return ALLOWED[column.check] if column.check else ""


def day(bound: str | None) -> str:
    """A bound of a date column; the data date is not known before there is a file name."""
    return "文件数据日期" if bound == "as_of" else bound or ""


def _example(column: Column) -> str:
    if column.is_date:
        return "2015-03-07" if column.becomes == "person.birth_date" else "2026-05-20"
    if column.lookup:
        return next(iter(column.lookup))
    return SHOWN[column.check] if column.check else ""


def nations() -> list[str]:
    """The names of GB/T 3304 as people write them."""
    return [f"{name}族" for name in records.ETHNICITIES]


def file_name(contract: Contract, suffix: str = "") -> str:
    """A file name by the rule, for people to copy.

    The last type of the contract, but a workbook where one is taken: that is what the template is.
    """
    kind = "xlsx" if "xlsx" in contract.file_types else contract.file_types[-1]
    return f"{contract.title}_{EXAMPLE}{suffix}.{kind}"


def facts(contract: Contract) -> list[tuple[str, str]]:
    """Who sends what, how often, where to and under which name."""
    kinds = "、".join(contract.file_types).upper()
    rule = f"{contract.title}_县区六位代码_数据日期"
    return [
        ("谁来报", f"{contract.department_title}：{contract.responsibility}"),
        ("多久报", f"每{contract.cadence_months}个月至少一次，期满后{contract.late_after_days}日内；有变动随时可报"),
        ("文件名", f"{rule}，例如 {file_name(contract)}（数据日期是数据截止日，不是报送日）"),
        ("放哪里", f"landing/{contract.department}/{COUNTY}/inbox/（换成本县代码）；回执在旁边的 receipts/"),
        ("文件类型", f"{kinds}；CSV 用 {'、'.join(contract.encodings).upper()}"),
        ("报几份", MEANING[contract.semantics]),
        ("更正", f"改好后整份重报，例如 {file_name(contract, '_更正1')}，再改加“_更正2”"),
        ("零报告", f"本期确无数据，报只有表头的文件，例如 {file_name(contract, '_零报告')}"),
        ("不得重复", f"{'＋'.join(contract.heading_of(name) for name in contract.key)}，同一文件内"),
        ("依据", contract.legal_basis),
    ]
