"""What each rule of a contract demands, in one Chinese sentence an auditor can check against the contract."""

from __future__ import annotations

from childledger.contracts import Contract, Rule

PLAIN = {
    "REQUIRED_MISSING": "必须填写",
    "DATE_UNREADABLE": "须为可识别的日期（年月日齐全）",
    "ID_INVALID": "须为18位公民身份号码，出生日期段真实、校验码正确（GB 11643）",
    "ETHNICITY_UNKNOWN": "须为国家标准中的民族名称或代码（GB/T 3304）",
    "DIVISION_UNKNOWN": "须为现行或曾用的县级行政区划代码（GB/T 2260）",
    "OTHER_COUNTY": "须为报送县（市、区）自己的区划代码",
    "DUPLICATE_KEY": "在同一文件内不得重复（完全相同的行只留第一行）",
    "ID_BIRTH_DIFFERS": "须一致：号码中的出生日期段与出生日期",
    "ID_SEX_DIFFERS": "须一致：号码中的性别位与性别",
}


def demand(contract: Contract, rule: Rule) -> str:
    """The rule in words: which heading, and what it demands."""
    headings = "与".join(f"「{contract.heading_of(name)}」" for name in rule.columns)
    bounds = dict(rule.parameters)
    match rule.code:
        case "REQUIRED_MISSING" if bounds:
            words = "".join(f"“{word}”" for word in bounds["words"] if not word.isascii())
            return f"{headings}必须填写，「{contract.heading_of(bounds['column'])}」为{words}的除外"
        case "DATE_OUT_OF_RANGE":
            return f"{headings}须在{_day(bounds['minimum'], '最早')}至{_day(bounds['maximum'], '今后')}之间"
        case "PATTERN_MISMATCH":
            return f"{headings}须符合格式 {bounds['pattern']}"
        case "NUMBER_OUT_OF_RANGE":
            return f"{headings}须在{bounds['minimum'] or '任意值'}至{bounds['maximum'] or '任意值'}之间"
        case "NOT_IN_LIST":
            return f"{headings}须为：{'、'.join(bounds['allowed'])}"
        case "ROW_COUNT_OUT_OF_RANGE":
            return f"数据行数须在 {bounds['minimum']} 至 {bounds['maximum']} 之间"
    return f"{headings}{PLAIN[rule.code]}"


def _day(bound: str | None, without: str) -> str:
    return "文件数据日期" if bound == "as_of" else bound or without
