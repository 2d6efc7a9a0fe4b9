"""Scorecards: what each office is told of its own reporting and auditors of everybody's, without any child's data."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

import office
import school
from childledger import cli, db, pipeline
from childledger.settings import Settings

DAY = date(2026, 7, 12)


def run(settings: Settings, day: date = DAY) -> None:
    """Every stage, as the DAGs string them."""
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings)
    pipeline.tell_senders(settings)


def execute(settings: Settings, statement: str) -> None:
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text(statement))


def card(settings: Settings, department: str, name: str = "2026H1") -> dict[str, Any]:
    path = settings.landing / department / office.COUNTY / "receipts" / f"计分卡_{name}.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def test_files_are_on_time_late_corrected_refused_or_repeated(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)], as_of="20260131")
    office.drop_pupils(settings, [office.pupil(1)], as_of="20260228")
    run(settings)
    execute(settings, "update intake.receipt set dropped_at = '2026-07-10 23:59+08' where receipt_id = 1")
    execute(settings, "update intake.receipt set dropped_at = '2026-07-11 00:00+08' where receipt_id = 2")
    office.drop_pupils(settings, [office.pupil(1)], as_of="20260131")
    office.drop_pupils(settings, [office.pupil(2)], as_of="20260228", suffix="_更正1")
    office.drop_pupils(settings, [], as_of="20260331")
    run(settings)
    told = card(settings, "education")
    assert told["files"] == {"on_time": 1, "late": 1, "corrections": 1, "rejected": 1}
    assert told["delivered_again"] == 1


def test_rows_held_back_by_code(settings: Settings) -> None:
    faulty = [office.pupil(1), office.pupil(2, name="", sex="不明"), office.pupil(3, name="")]
    office.drop_pupils(settings, [*faulty, office.pupil(4, guardian_phone="1")])
    run(settings)
    told = card(settings, "education")
    assert told["rows"] == {"all": 4, "held_back": 2, "queried": 1}
    assert told["held_back_by_code"] == {"NOT_IN_LIST": 1, "REQUIRED_MISSING": 2}


def test_tickets_on_the_card(settings: Settings) -> None:
    """Four wrong rows: one mended after 3 days, one after 40, one contested, one left until overdue."""
    numbers = range(1, 5)
    office.drop_pupils(settings, [office.pupil(n) for n in numbers])
    office.drop_survey(settings, [office.survey(n, vagrancy="是", id_number="") for n in numbers])
    run(settings)
    path = settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.json"
    listed = json.loads(path.read_text(encoding="utf-8"))["items"]
    office.drop_visits(settings, [office.visit(item, verdict="证号错误") for item in listed])
    run(settings)
    pipeline.contest(settings, 3, "号码无误", "学籍岗")
    pupils = {n: office.pupil(n) for n in numbers}
    for n, as_of, day in ((1, "20260715", date(2026, 7, 15)), (2, "20260820", date(2026, 8, 21))):
        birth = pupils[n]["id_number"][6:14]
        pupils[n] |= {"id_number": office.resident_id("411681", birth, int(pupils[n]["id_number"][14:17]) + 500)}
        office.drop_pupils(settings, list(pupils.values()), as_of=as_of)
        run(settings, day)
    told = card(settings, "education", "2026H2")["tickets"]
    assert told == {
        "opened": 4, "fixed": 2, "fixed_in_time": 1, "overdue": 1, "contested": 1, "waiting": 2,
        "within_days": 30, "median_days": 21.5,
    }  # fmt: skip
    assert card(settings, "civil_affairs")["tickets"]["opened"] == 0


def test_a_sender_sees_its_own_card_and_auditors_all(settings: Settings) -> None:
    child = office.pupil(1, name=office.SENTINEL["name"], guardian_phone=office.SENTINEL["phone"])
    office.drop_pupils(settings, [child, office.pupil(2, name="")])
    office.drop_survey(settings, [office.survey(1, child)])
    run(settings)
    note = settings.landing / "education" / office.COUNTY / "receipts" / "计分卡_2026H1.txt"
    text = note.read_bytes().decode("utf-8-sig")
    assert "未收 1 行（50.0%）" in text and "必填项为空：1 行（REQUIRED_MISSING）" in text
    assert "civil_affairs" not in text and "民政" not in text
    pages = school.pages(settings)
    page = pages["2026H1/scorecard.html"]
    assert "REQUIRED_MISSING" in page and page.count('<th class="nowrap">') == 2
    assert '<a href="scorecard.html">计分卡</a>' in pages["2026H1/index.html"]
    words = [*office.SENTINEL.values(), child["id_number"], child["school_roll_number"]]
    cards = [path.read_text(encoding="utf-8-sig") for path in settings.landing.rglob("计分卡_*")]
    assert len(cards) == 4
    printed = pipeline.scorecard(settings)
    assert not [word for told in (*pages.values(), *cards, printed) for word in words if word in told]
    assert printed.count("计分卡 2026H1") == 2 and pipeline.scorecard(settings, "410102") == ""


def test_running_again_touches_nothing(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    files = [*settings.reports.rglob("*.html"), *settings.landing.rglob("计分卡_*")]
    stamps = [path.stat().st_mtime_ns for path in files]
    run(settings)
    assert [path.stat().st_mtime_ns for path in files] == stamps


@pytest.mark.parametrize("command", [["tell"], ["scorecard", "--county", office.COUNTY]])
def test_from_the_command_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    monkeypatch.setenv("CHILDLEDGER_HOME", str(settings.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    assert cli.main(command) == 0
    assert ("effects_told" in capsys.readouterr().out) == (command == ["tell"])
