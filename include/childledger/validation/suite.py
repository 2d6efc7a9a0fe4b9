"""One contract rule becomes exactly one expectation; the suite is plain JSON, committed and compared in tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from childledger import records
from childledger.contracts import Contract, Rule

SEVERITY = {"error": "critical", "query": "warning", "notice": "info"}
"""Our words in Great Expectations' words."""

SIMPLE = {
    "ID_INVALID": "expect_column_values_to_be_resident_ids",
    "ETHNICITY_UNKNOWN": "expect_column_values_to_be_ethnicities",
    "DIVISION_UNKNOWN": "expect_column_values_to_be_divisions",
}
PAIRS = {
    "ID_BIRTH_DIFFERS": "expect_resident_id_to_state_birth_date",
    "ID_SEX_DIFFERS": "expect_resident_id_to_state_sex",
}


def build(contract: Contract) -> dict[str, Any]:
    """The suite of a feed as a JSON object; `$PARAMETER`s are bound per receipt: as_of, own_codes."""
    return {
        "name": contract.feed,
        "expectations": [_expectation(contract, rule) for rule in contract.rules()],
        "meta": {"contract": contract.feed, "contract_version": contract.version},
    }


def text(contract: Contract) -> str:
    """The suite as committed under expectations/."""
    return json.dumps(build(contract), ensure_ascii=False, indent=2) + "\n"


def path(folder: Path, feed: str) -> Path:
    """Where the suite of a feed is committed."""
    return folder / f"{feed}.json"


def _expectation(contract: Contract, rule: Rule) -> dict[str, Any]:
    kind, kwargs = _kind(contract, rule)
    return {
        "type": kind,
        "kwargs": kwargs,
        "severity": SEVERITY[rule.severity],
        "meta": {"rule_id": rule.rule_id, "code": rule.code, "line": rule.line, "severity": rule.severity},
    }


def _kind(contract: Contract, rule: Rule) -> tuple[str, dict[str, Any]]:
    parameters = dict(rule.parameters)
    match rule.code:
        case "REQUIRED_MISSING":
            return "expect_column_values_to_not_be_null", {"column": rule.columns[0], **_unless(parameters)}
        case code if code in SIMPLE:
            return SIMPLE[code], {"column": rule.columns[0]}
        case code if code in PAIRS:
            return PAIRS[code], {"column_A": rule.columns[0], "column_B": rule.columns[1]}
        case "DATE_UNREADABLE":
            form = {"date_format": parameters["format"]} if parameters["format"] else {}
            return "expect_column_values_to_be_readable_dates", {"column": rule.columns[0], **form}
        case "NUMBER_OUT_OF_RANGE":
            limits = {f"{side}_number": records.read_number(parameters[side]) for side in ("minimum", "maximum")}
            return "expect_column_numbers_to_be_between", {"column": rule.columns[0], **limits}
        case "DATE_OUT_OF_RANGE":
            limits = {f"{side}_date": _limit(parameters[side]) for side in ("minimum", "maximum")}
            return "expect_column_dates_to_be_between", {"column": rule.columns[0], **limits}
        case "PATTERN_MISMATCH":
            return "expect_column_values_to_match_regex", {"column": rule.columns[0], "regex": parameters["pattern"]}
        case "NOT_IN_LIST":
            allowed = {"column": rule.columns[0], "value_set": list(parameters["allowed"])}
            return "expect_column_values_to_be_in_set", allowed
        case "OTHER_COUNTY":
            own = {"column": rule.columns[0], "value_set": {"$PARAMETER": "own_codes"}}
            return "expect_column_values_to_be_in_set", own
        case "DUPLICATE_KEY" if len(rule.columns) == 1:
            return "expect_column_values_to_be_unique", {"column": rule.columns[0]}
        case "DUPLICATE_KEY":
            return "expect_compound_columns_to_be_unique", {"column_list": list(rule.columns)}
        case "ROW_COUNT_OUT_OF_RANGE":
            bounds = {"min_value": parameters["minimum"], "max_value": parameters["maximum"]}
            return "expect_table_row_count_to_be_between", bounds
    raise AssertionError(f"{contract.feed}: rule {rule.code} has no expectation")


def _unless(parameters: dict[str, Any]) -> dict[str, Any]:
    if not parameters:
        return {}
    column, words = {"name": parameters["column"]}, list(parameters["words"])
    return {"row_condition": {"type": "comparison", "column": column, "operator": "NOT_IN", "parameter": words}}


def _limit(bound: str | None) -> Any:
    return {"$PARAMETER": "as_of"} if bound == "as_of" else bound
