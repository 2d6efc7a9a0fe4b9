"""A household in tests: a boy, his twin, their mother; and what the engine makes of records about them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from childledger.linkage.matching import Found, Words, match
from office import resident_id

COLUMNS = (
    "feed", "county_code", "record_key", "as_of_date", "name", "id_number", "birth_date", "sex", "residence_code",
    "hukou_code", "address", "guardian_name", "guardian_id_number", "guardian_phone", "school_roll_number",
    "birth_certificate_number", "vaccination_code", "disability_certificate_number", "health_record_number",
    "insurance_number",
)  # fmt: skip
FEEDS = ("education.enrolment", "cdc.vaccination", "health.child_health", "insurance.enrolment")
Row = dict[str, Any]

BOY_ID, TWIN_ID = resident_id("411681", "20150307", 11), resident_id("411681", "20150307", 13)
SISTER_ID, STRANGER_ID = resident_id("411681", "20180102", 22), resident_id("411681", "20110519", 15)
MOTHER_ID = resident_id("411681", "19880512", 42)
HOME = {"guardian_phone": "13812345678", "guardian_name": "王芳", "residence_code": "410105"}

BOY = {"name": "王小明", "birth_date": "2015-03-07", "sex": "1", "id_number": BOY_ID}
TWIN = BOY | {"name": "王小亮", "id_number": TWIN_ID}
SISTER = {"name": "王小红", "birth_date": "2018-01-02", "sex": "2", "id_number": SISTER_ID}
STRANGER = {"name": "李雷", "birth_date": "2011-05-19", "sex": "1", "id_number": STRANGER_ID}
BOY_HOME, TWIN_HOME, SISTER_HOME = BOY | HOME, TWIN | HOME, SISTER | HOME


def without_id(row: Row, **changes: Any) -> Row:
    """The row with no identity number."""
    return row | {"id_number": None} | changes


def damaged(number: str) -> str:
    """The number with its last digit but one wrong, so that the check character gives it away."""
    return number[:16] + str((int(number[16]) + 1) % 10) + number[17:]


def frame(rows: list[Row]) -> pd.DataFrame:
    """Rows as records, each of another feed than the one before it, with a key of its own."""
    given = ({"feed": FEEDS[place % len(FEEDS)], "record_key": str(place)} | row for place, row in enumerate(rows))
    blank = dict.fromkeys(COLUMNS) | {"county_code": "410105", "as_of_date": "2026-06-30"}
    told = pd.DataFrame([blank | row for row in given], columns=list(COLUMNS), dtype=object)
    keys = ["feed", "county_code", "record_key", "as_of_date"]
    named = told[keys].agg("|".join, axis=1) + "|#" + told.groupby(keys).cumcount().astype(str)
    return told.assign(source_record_id=range(len(told)), record_id=named)


def link(*rows: Row, **words: Any) -> Found:
    """What the engine makes of the rows; `words` as in matching.Words."""
    return match(frame(list(rows)), Words(**words), date(2026, 7, 1))


def groups(found: Found) -> set[frozenset[int]]:
    """The clusters, as positions of rows."""
    return {frozenset(part.index) for _, part in found.assigned.groupby("cluster")}


def apart(*parts: set[int]) -> set[frozenset[int]]:
    """Clusters as a test writes them down."""
    return {frozenset(part) for part in parts}


def reasons(found: Found) -> set[str]:
    """Why people are asked."""
    return set(found.review["reason"])
