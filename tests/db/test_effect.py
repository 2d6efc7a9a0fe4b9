"""What a file did: told to its sender after the refresh, as counts that follow the ledger and name no child."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

import office
import school
from childledger import db, pipeline
from childledger.settings import Settings
from reviewers import stranger

DAY = date(2026, 7, 12)


def run(settings: Settings, day: date = DAY) -> dict[str, int]:
    """Every stage, as the DAGs string them."""
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings)
    return pipeline.tell_senders(settings)


def effects(settings: Settings) -> dict[int, dict[str, Any]]:
    """The counts told in every zone, by receipt."""
    told = [json.loads(path.read_text(encoding="utf-8")) for path in settings.landing.rglob("receipts/*_作用.json")]
    return {one["receipt_id"]: one["effect"] for one in told}


def note(settings: Settings, department: str, receipt_id: int) -> str:
    (path,) = (settings.landing / department / office.COUNTY / "receipts").glob(f"{receipt_id}_*_作用.txt")
    return path.read_bytes().decode("utf-8-sig")


def items(settings: Settings) -> list[dict[str, Any]]:
    path = settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["items"]
    return found


def test_every_file_hears_what_it_did(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2, 3)])
    run(settings)
    office.drop_survey(
        settings, [office.survey(1, vagrancy="是"), office.survey(2), office.survey(4, self_referral="是")]
    )
    run(settings)
    told = effects(settings)
    assert told[1].items() >= {"rows_in_force": 3, "rows_of_new_children": 3, "new_children": 3}.items()
    assert (told[1]["flags_opened"], told[1]["entries_opened"]) == (0, 0)
    assert told[2].items() >= {"rows_of_known_children": 2, "rows_of_new_children": 1, "new_children": 1}.items()
    assert (told[2]["flags_opened"], told[2]["items_queued"], told[2]["entries_opened"]) == (2, 2, 3)
    text = note(settings, "civil_affairs", 2)
    for step in (
        "1. 收到",
        "2. 校验：全部收下",
        "3. 匹配：2 行",
        "4. 入账：3 行现行有效",
        "5. 作用：提出关爱提示 2 条",
    ):
        assert step in text


def test_visits_and_changed_facts_close_flags(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是"), office.survey(2, guardian_status="失联")])
    run(settings)
    first = next(item for item in items(settings) if item["flag_code"] == "vagrancy")
    office.drop_visits(settings, [office.visit(first)])
    run(settings)
    changed = office.survey(2, survey_number="MP9", surveyed_on="2026-07-01", guardian_status="正常")
    office.drop_survey(settings, [changed], as_of="20260701")
    run(settings)
    told = effects(settings)
    assert [told[n]["flags_closed"] for n in (1, 2, 3)] == [0, 1, 1]
    assert [told[n]["flags_opened"] for n in (1, 2, 3)] == [2, 0, 0]


def test_the_first_to_say_it_is_credited_however_often_it_is_told(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    run(settings)
    again = office.survey(1, survey_number="MP9", surveyed_on="2026-07-01", vagrancy="是")
    office.drop_survey(settings, [again], as_of="20260701")
    run(settings)
    told = effects(settings)
    assert (told[1]["flags_opened"], told[2]["flags_opened"]) == (1, 0)
    assert (told[1]["entries_opened"], told[2]["entries_opened"]) == (1, 0)


def test_leaving_the_county_is_credited_to_the_file_that_says_so(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1)])
    run(settings)
    back = office.survey(1, survey_number="MP9", surveyed_on="2026-07-01", hukou_code=office.COUNTY)
    office.drop_survey(settings, [back], as_of="20260701")
    run(settings)
    told = effects(settings)
    assert [(told[n]["entries_opened"], told[n]["entries_closed"]) for n in (1, 2)] == [(1, 0), (0, 1)]


def test_nothing_is_told_twice_and_what_changed_is_told_again(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)])
    assert run(settings)["effects_told"] == 1
    files = {path: path.stat().st_mtime_ns for path in settings.landing.rglob("receipts/*_作用.*")}
    assert len(files) == 2
    assert run(settings)["effects_told"] == 0
    assert {path: path.stat().st_mtime_ns for path in files} == files
    office.drop_pupils(settings, [office.pupil(1)], suffix="_更正1")
    assert run(settings)["effects_told"] == 2
    assert effects(settings)[1].items() >= {"rows_in_force": 0, "rows_set_aside": 2, "superseded_by": 2}.items()
    assert "已被收据 2 取代" in note(settings, "education", 1)


def test_a_withdrawn_file_did_nothing(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    run(settings)
    pipeline.withdraw(settings, 1, "报错了", "officer")
    run(settings)
    told = effects(settings)[1]
    assert told["is_withdrawn"] and not [name for name in told if name.endswith(("opened", "closed")) and told[name]]
    assert "已全部撤销" in note(settings, "civil_affairs", 1)


def test_before_a_refresh_and_for_a_refused_file_nothing_is_told(settings: Settings) -> None:
    office.drop_pupils(settings, [])
    office.drop_survey(settings, [office.survey(1)])
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    assert pipeline.tell_senders(settings) == {"effects_told": 0, "tickets_listed": 0}
    run(settings)
    assert len(effects(settings)) == 1


def test_rows_in_doubt_are_counted(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    office.drop_survey(settings, [stranger(1)])
    run(settings)
    assert [told["rows_in_review"] for told in effects(settings).values()] == [1, 1]


def test_no_effect_tells_a_value(settings: Settings) -> None:
    child = office.pupil(1, name=office.SENTINEL["name"], guardian_phone=office.SENTINEL["phone"])
    office.drop_pupils(settings, [child])
    office.drop_survey(settings, [office.survey(1, child, vagrancy="是", address=office.SENTINEL["address"])])
    run(settings)
    words = [*office.SENTINEL.values(), child["id_number"], child["birth_date"], child["school_roll_number"]]
    told = [path for path in settings.landing.rglob("receipts/*_作用.*")]
    assert len(told) == 4
    assert not [(path, word) for path in told for word in words if word.encode() in path.read_bytes()]


def result(settings: Settings, receipt_id: int) -> tuple[dict[str, Any], str]:
    place = settings.landing / "education" / school.COUNTY / "receipts"
    (machine,) = place.glob(f"{receipt_id}_*_全部收下.json")
    text = next(place.glob(f"{receipt_id}_*_全部收下.txt")).read_bytes().decode("utf-8-sig")
    return json.loads(machine.read_text(encoding="utf-8")), text


def test_a_result_says_what_changed_by_the_senders_key(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2, 3, 4)])
    run(settings)
    changed = office.pupil(2, address="花园路2号")
    office.drop_pupils(settings, [office.pupil(1), changed, office.pupil(4), office.pupil(5)], as_of="20260731")
    run(settings)
    assert result(settings, 1)[0]["changes"] is None
    machine, text = result(settings, 2)
    assert machine["changes"] == {"created": 1, "changed": 1, "unchanged": 2, "absent": 1}
    assert "逐行对比：新增 1 行，改动 1 行，未变 2 行，上次有、本次没有 1 行（按编号）" in text


def test_a_list_of_events_has_no_absent_rows(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1)])
    run(settings)
    office.drop_survey(settings, [office.survey(2)], as_of="20260701")
    run(settings)
    (path,) = (settings.landing / "civil_affairs" / office.COUNTY / "receipts").glob("2_*_全部收下.json")
    assert json.loads(path.read_text(encoding="utf-8"))["changes"] == {
        "created": 1, "changed": 0, "unchanged": 0, "absent": None,
    }  # fmt: skip


@pytest.mark.parametrize("suffix", ["", "_更正1"])
def test_a_withdrawn_file_is_compared_with_nothing(settings: Settings, suffix: str) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    pipeline.withdraw(settings, 1, "报错了", "officer")
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)], suffix=suffix)
    run(settings)
    assert result(settings, 2)[0]["changes"] is None
    with db.transaction(settings.database_url) as conn:
        assert conn.execute(sa.text("select count(*) from tickets.effect")).scalar_one() == 2


def test_a_row_held_back_is_told_that_another_child_has_its_key(settings: Settings) -> None:
    """Mended and sent as a supplement under that key, it would take the place of the child that was accepted."""
    copied = office.pupil(1)["school_roll_number"]
    held = [office.pupil(1, birth_date="不明日"), office.pupil(3, birth_date="不明日")]
    office.drop_pupils(settings, [*held, office.pupil(2, school_roll_number=copied)])
    run(settings)
    told = "select line_number, code from intake.issue where severity = 'error' order by line_number, code"
    with db.transaction(settings.database_url) as conn:
        found = [tuple(row) for row in conn.execute(sa.text(told))]
        accepted = conn.execute(sa.text("select name from conformed.source_record")).scalars().all()
    assert found == [(2, "DATE_UNREADABLE"), (2, "DUPLICATE_KEY"), (3, "DATE_UNREADABLE")]
    assert accepted == ["学生二"]
