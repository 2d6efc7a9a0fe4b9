"""Any day as any later day knew it, and what was published byte for byte, whatever came afterwards."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

import office
from canon import scalar, take_in
from childledger import db, pipeline
from childledger.cli import main
from childledger.ledger import past
from childledger.settings import Settings

DAY = date(2026, 7, 12)
VERSIONS = "select count(*) from ledger.version"


def run(settings: Settings, day: date = DAY) -> int:
    """Every stage; the number of the refresh."""
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings)
    return int(scalar(settings, "select max(refresh_id) from ledger.refresh"))


def published(settings: Settings) -> dict[int, str]:
    with db.transaction(settings.database_url) as conn:
        return {row.refresh_id: row.figures for row in conn.execute(sa.text("select * from ledger.refresh"))}


def rebuilt(settings: Settings) -> dict[int, str]:
    with db.transaction(settings.database_url) as conn:
        refreshes = conn.execute(sa.text("select refresh_id, as_of_date from ledger.refresh")).all()
        return {row.refresh_id: past.figures(conn, row.as_of_date, row.refresh_id) for row in refreshes}


def test_what_was_published_is_rebuilt_after_corrections_withdrawals_and_visits(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 5)])
    office.drop_survey(settings, [office.survey(n, vagrancy="是") for n in (1, 2)])
    run(settings)
    office.drop_survey(settings, [office.survey(1, vagrancy="是"), office.survey(3)], suffix="_更正1")
    run(settings)
    office.drop_survey(settings, [office.survey(4, guardian_status="失联")], as_of="20260708")
    run(settings)
    bad = scalar(settings, "select max(receipt_id) from intake.receipt")
    pipeline.withdraw(settings, bad, "报错了文件", "officer")
    with db.transaction(settings.database_url) as conn:
        item = dict(conn.execute(sa.text("select item_id, child_id from followup.item order by 1")).first()._mapping)  # type: ignore[union-attr]
    child = office.pupil(1)
    item |= {"name": child["name"], "birth_date": child["birth_date"], "sex_title": child["sex"]}
    office.drop_visits(settings, [office.visit(item)])
    run(settings)
    for month in range(1, 6):
        run(settings, date(2027, month, 20))  # evidence expires
    told = published(settings)
    assert len(told) == 10 and len(set(told.values())) > 4
    assert rebuilt(settings) == told
    first = min(told)
    with db.transaction(settings.database_url) as conn:
        assert past.forget(conn, item["child_id"]) > 0
    assert rebuilt(settings)[first] != told[first]  # it is the versions that tell


def test_the_same_again_makes_no_version(settings: Settings) -> None:
    """But the items, which were queued and then delivered."""
    office.drop_survey(settings, [office.survey(n, vagrancy="是") for n in (1, 2)])
    run(settings)
    before = scalar(settings, VERSIONS)
    run(settings)
    pipeline.resolve(settings, anyway=True)
    run(settings)
    assert scalar(settings, VERSIONS) == before == scalar(settings, "select count(*) from followup.item")


def test_a_child_on_a_day_as_known_on_another(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    first = run(settings)
    child = scalar(settings, "select child_id from ledger.profile")
    office.drop_survey(settings, [office.survey(1)], suffix="_更正1")
    second = run(settings)
    with db.transaction(settings.database_url) as conn:  # the first was published the day before
        conn.execute(
            sa.text("update ledger.refresh set refreshed_at = '2026-07-12 23:30+08' where refresh_id = :r"),
            {"r": first},
        )
        conn.execute(
            sa.text("update ledger.refresh set refreshed_at = '2026-07-13 00:10+08' where refresh_id = :r"),
            {"r": second},
        )
        told = {
            known: past.child(conn, child, DAY, past.find_refresh(conn, known).refresh_id)
            for known in (date(2026, 7, 12), date(2026, 7, 13))
        }
        early = past.child(conn, child, date(2026, 6, 1), second)
    assert [flag.status for flag in told[date(2026, 7, 12)]["flags"]] == ["open"]
    assert [flag.status for flag in told[date(2026, 7, 13)]["flags"]] == ["lapsed"]
    assert [item.state for item in told[date(2026, 7, 12)]["items"]] == ["queued"]
    assert [item.state for item in told[date(2026, 7, 13)]["items"]] == ["withdrawn"]
    assert early["facts (newest of each kind)"] == early["flags"] == early["items"] == early["offers"] == []
    with db.transaction(settings.database_url) as conn:
        assert past.forget(conn, child) > 0
        assert past.child(conn, child, DAY, first)["flags"] == []


def test_the_command_tells_a_report_and_a_county(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    number = run(settings)
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    assert main(["as-of", "report", "--known", str(number)]) == 0
    assert capsys.readouterr().out.endswith("the same bytes as published\n")
    assert main(["as-of", "county", office.COUNTY, "--known", str(number), "--valid", "2026-07-12"]) == 0
    assert '"vagrancy open": 1' in capsys.readouterr().out
    assert main(["as-of", "child", "1", "--known", "2020-01-01"]) == 1
    assert "no refresh was published" in capsys.readouterr().err
