"""What departments send, good and bad, by real stages on a real database; a contract without samples fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

import office
from childledger import contracts, db, pipeline
from childledger.settings import INCLUDE, Settings

HERE = Path(__file__).parent
CONTRACTS = contracts.load_all(INCLUDE / "feeds")
COUNTIES = {"good": "410105", "bad": "410102"}
"""The county each sample comes from."""


def sample(feed: str, name: str) -> Path:
    """The one good.* or bad.* file of a feed."""
    found = [path for path in sorted((HERE / feed).glob(f"{name}.*")) if path.suffix in (".csv", ".xlsx")]
    assert len(found) == 1, f"tests/feeds/{feed} needs one {name}.csv or {name}.xlsx"
    return found[0]


def take_in(settings: Settings, feed: str) -> None:
    contract = CONTRACTS[feed]
    for name, county in COUNTIES.items():
        path = sample(feed, name)
        file_name = f"{contract.title}_{county}_{office.AS_OF}{path.suffix}"
        office.drop(settings, contract.department, file_name, path.read_bytes(), county)
    assert pipeline.receive(settings) == [feed]
    assert len(pipeline.ingest(settings, feed)) == len(COUNTIES)


def read(settings: Settings, statement: str, **values: Any) -> list[list[Any]]:
    with db.transaction(settings.database_url) as conn:
        return [list(row) for row in conn.execute(sa.text(statement), values)]


def receipt_of(settings: Settings, name: str) -> list[Any]:
    columns = "receipt_id, verdict, accepted_count, rejected_count"
    return read(settings, f"select {columns} from intake.receipt where county_code = :c", c=COUNTIES[name])[0]


def issues_of(settings: Settings, receipt_id: int) -> list[list[Any]]:
    columns = "line_number, column_name, code, severity"
    return read(settings, f"select {columns} from intake.issue where receipt_id = :r order by 1, 3, 2", r=receipt_id)


def records_of(settings: Settings, receipt_id: int) -> int:
    statement = "select count(*) from conformed.source_record where receipt_id = :r"
    return int(read(settings, statement, r=receipt_id)[0][0])


@pytest.mark.parametrize("feed", CONTRACTS)
def test_samples_are_judged_as_expected(settings: Settings, feed: str) -> None:
    expected = yaml.safe_load((HERE / feed / "expected.yml").read_text(encoding="utf-8"))
    take_in(settings, feed)

    receipt_id, verdict, accepted, rejected = receipt_of(settings, "good")
    assert (verdict, accepted, rejected) == ("accepted", expected["good"]["rows"], 0)
    notices = [[column, severity] for _, column, _, severity in issues_of(settings, receipt_id)]
    assert notices == [[column, "notice"] for column in expected["good"]["notices"]]
    assert records_of(settings, receipt_id) == accepted

    receipt_id, verdict, accepted, rejected = receipt_of(settings, "bad")
    assert issues_of(settings, receipt_id) == expected["bad"]["issues"]
    errors = {line for line, *_, severity in expected["bad"]["issues"] if severity == "error"}
    assert (verdict, accepted, rejected) == (expected["bad"]["verdict"], expected["bad"]["accepted"], len(errors))
    assert records_of(settings, receipt_id) == accepted


def test_a_file_of_another_county_is_rejected_as_a_whole(settings: Settings) -> None:
    data = sample("education.enrolment", "good").read_bytes()
    office.drop(settings, "education", f"学籍信息_{COUNTIES['bad']}_{office.AS_OF}.csv", data, COUNTIES["bad"])
    pipeline.receive(settings)
    pipeline.ingest(settings, "education.enrolment")
    told = read(settings, "select verdict, verdict_code, verdict_detail from intake.receipt")
    assert told == [["rejected", "MOSTLY_OTHER_COUNTY", {"failed": 4}]]
    assert read(settings, "select count(*) from conformed.source_record") == [[0]]


def test_every_contract_has_samples_and_every_sample_a_contract() -> None:
    assert {path.parent.name for path in HERE.glob("*/expected.yml")} == set(CONTRACTS)


def test_samples_speak_every_dialect() -> None:
    """Files of every type, encoding and line end we promise to take."""
    found = [sample(feed, name) for feed in CONTRACTS for name in COUNTIES]
    texts = [path.read_bytes() for path in found if path.suffix == ".csv"]
    assert {path.suffix for path in found} == {".csv", ".xlsx"}
    assert any(data.startswith(b"\xef\xbb\xbf") for data in texts)
    assert any("姓名".encode() in data and not data.startswith(b"\xef") for data in texts)
    assert any("姓名".encode("gb18030") in data for data in texts)
    assert any(b"\r\n" in data for data in texts) and any(b"\r\n" not in data for data in texts)
