"""Referrals: suspicion is told at once to who must act, the law names the situation, a service is offered unnamed."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import office
from childledger import contracts, db, followup, ledger, pipeline, provinces
from childledger.cli import main
from childledger.errors import ContractError, DutyMissed, LedgerError
from childledger.followup import referrals
from childledger.settings import BEIJING, INCLUDE, Settings
from queued import CODE, COUNTY, DAY, moment, queue, rows, run, workdays

NOON = moment(DAY, 12)
SUSPECTED = "no_guardian"
NAME = "学生0"


def listed(settings: Settings, reader: str) -> tuple[list[dict[str, Any]], str]:
    """What stands on the list of a department or organisation, and the whole list as text."""
    folder = settings.queues / COUNTY / referrals.FOLDER / referrals.rules().departments.get(reader, reader)
    text = (folder / f"转介清单_{COUNTY}.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["referrals"]
    return found, text


def test_whatever_opens_a_referral_exists() -> None:
    ways = [kind.when for kind in referrals.rules().kinds.values()]
    flags, said = ({code for way in ways for code in way.get(by, ())} for by in ("flags", "visits"))
    assert flags and flags <= set(ledger.rules().flags)
    columns = {column.name: column for column in contracts.load_all(INCLUDE / "feeds")["townships.visits"].columns}
    known = {code for name in ("visit_outcome", "verdict", "other_verdict") for code in columns[name].lookup.values()}
    assert said and said <= known


def test_what_is_offered_is_a_service_of_the_list() -> None:
    offered = {code for code, kind in referrals.rules().kinds.items() if kind.identity == "agreed"}
    listed = yaml.safe_load((INCLUDE / "rules" / "services" / "henan.1.yaml").read_text(encoding="utf-8"))["services"]
    assert offered and offered <= set(listed) and set(provinces.load("henan").offered) <= offered


def test_suspicion_is_told_at_once_to_police_and_civil_affairs_and_taken_back_with_its_evidence(
    settings: Settings,
) -> None:
    items = queue(settings, 2, flag_code=SUSPECTED)
    for _ in range(2):
        pipeline.deliver(settings, NOON)
    for department in ("public_security", "civil_affairs"):
        told, text = listed(settings, department)
        assert [row["situation_title"] for row in told] == ["监护缺失"] * 2 and NAME in text and "第十一条" in text
        assert told[0]["due"] == "2026-07-08 13:00"
    with pytest.raises(DutyMissed, match="referrals nobody answered: 2 since 2026-07-08"):
        pipeline.watch_followup(settings, NOON + timedelta(hours=2))
    with db.transaction(settings.database_url) as conn:
        referrals.answer(conn, referrals.list_waiting(conn, COUNTY)[0]["referral_id"], "accepted", "已出警", "值班员")
    run(settings, "update followup.item set state = 'withdrawn'")
    pipeline.deliver(settings, NOON)
    assert rows(settings, "select state, count(*) from followup.referral group by state order by state") == [
        ("accepted", 1),
        ("withdrawn", 3),
    ]
    assert len(items) == 2 and sum(len(listed(settings, who)[0]) for who in ("public_security", "civil_affairs")) == 1


def test_what_was_accepted_must_be_done_in_its_days_however_often_it_is_accepted(settings: Settings) -> None:
    queue(settings, flag_code=SUSPECTED)
    pipeline.deliver(settings, NOON)
    with db.transaction(settings.database_url) as conn:
        numbers = [row["referral_id"] for row in referrals.list_waiting(conn, COUNTY)]
        for number in numbers:
            referrals.answer(conn, number, "accepted", "已出警", "值班员")
    ((accepted,),) = rows(settings, "select min(answered_at) from followup.referral_answer")
    last = accepted.astimezone(BEIJING).date() + timedelta(referrals.rules().kinds["mandatory_report"].done_days)

    def undone(at: datetime) -> list[str]:
        with db.transaction(settings.database_url) as conn:
            return [line for line in followup.watch(conn, at) if line.startswith("referrals")]

    assert undone(moment(last, 23)) == []
    late = moment(last + timedelta(1))
    assert [line.split(",")[-1] for line in undone(late)] == [f" {COUNTY} civil_affairs", f" {COUNTY} public_security"]
    assert all(line.startswith("referrals accepted and not done: 1 since ") for line in undone(late))
    with db.transaction(settings.database_url) as conn:
        referrals.answer(conn, numbers[0], "done", "已处置", "值班员")
        referrals.answer(conn, numbers[1], "accepted", "仍在办理", "值班员")
    run(
        settings,
        "insert into followup.referral_answer (referral_id, state, actor, reason, answered_at) "
        f"values ({numbers[1]}, 'accepted', 'officer', '-', now() + interval '5 days')",
    )
    assert len(undone(late)) == 1


def test_guardianship_needs_a_situation_of_the_law_and_police_follow_admonition(settings: Settings) -> None:
    workdays(settings)
    (item,) = queue(settings, flag_code=CODE)

    def refer(kind: str, situation: str | None) -> int:
        with db.transaction(settings.database_url) as conn:
            return referrals.refer(conn, item, kind, situation, "入户核实", "officer", NOON)

    with pytest.raises(LedgerError, match=r"92-1, 92-2"):
        refer("temporary_guardianship", None)
    assert refer("temporary_guardianship", "92-4") == 1
    assert refer("emergency_assistance", "illness") == 1
    assert refer("family_education", None) == 2
    with pytest.raises(LedgerError, match=r"lacks the .admonition. that comes first"):
        refer("police_report", "again")
    refer("admonition", "refuses")
    with db.transaction(settings.database_url) as conn:
        number = next(row["referral_id"] for row in referrals.list_waiting(conn, None) if row["kind"] == "admonition")
        referrals.answer(conn, number, "done", "劝诫后仍未改正", "村委会")
    assert refer("police_report", "again") == 1
    with pytest.raises(LedgerError, match="asked already"):
        refer("police_report", "again")
    pipeline.deliver(settings, NOON)
    (told,), _ = listed(settings, "civil_affairs")
    assert told["situation_title"].startswith("监护人拒绝或者怠于履行监护职责") and told["legal_basis"].startswith(
        "未成年人保护法"
    )
    assert ledger.rules().flags[CODE].title in told["proof"]
    assert listed(settings, "township")[0][0]["due"] == "2026-07-09 12:00"


def test_a_service_is_offered_without_identity_until_accepted_and_agreed(
    settings: Settings, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setenv("CHILDLEDGER_HOME", str(settings.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    workdays(settings)
    (item,) = queue(settings)
    assert main(["refer", str(item), "psychological_support", "--reason", "本人愿意"]) == 0
    pipeline.deliver(settings, NOON)
    (offer,), text = listed(settings, "social_organisations")
    assert (offer["township"], offer["age"]) == ("花园路街道", "6至13周岁")
    assert not any(known in text for known in (NAME, "家长", "花园路1号", "第三社区", "child_id", "2016-01-01"))
    number = str(offer["referral_id"])
    accept = ["answer-referral", number, "accepted", "--reason", "愿意承接", "--organisation", "某某社工"]
    assert main([*accept, "--agreed-by", "监护人"]) == 1
    assert "no organisation of rules/organisations.yaml" in capsys.readouterr().err
    known = {"某某社工": {"kinds": ["psychological_support"], "counties": [COUNTY]}}
    ours = dataclasses.replace(referrals.rules(), organisations=known)
    monkeypatch.setattr(referrals, "rules", lambda: ours)
    assert main(accept) == 0
    pipeline.deliver(settings, NOON)
    assert NAME not in listed(settings, "social_organisations")[1]  # accepted, but nobody agreed
    assert main([*accept, "--agreed-by", "监护人"]) == 0
    pipeline.deliver(settings, NOON)
    assert listed(settings, "social_organisations")[0] == [] and NAME in listed(settings, "某某社工")[1]
    assert rows(settings, "select state, agreed_by from followup.referral_answer order by 1, 2 nulls first") == [
        ("accepted", None),
        ("accepted", "监护人"),
    ]


def test_an_organisation_reads_of_no_child_but_its_own(settings: Settings, monkeypatch: Any) -> None:
    workdays(settings)
    items = queue(settings, 3)
    ours = {name: {"kinds": ["psychological_support"], "counties": [COUNTY]} for name in ("甲/社工", "乙社工")}
    known = dataclasses.replace(referrals.rules(), organisations=ours)
    monkeypatch.setattr(referrals, "rules", lambda: known)

    def answer(number: int, state: str, organisation: str | None = None, agreed_by: str | None = None) -> None:
        with db.transaction(settings.database_url) as conn:
            referrals.answer(conn, number, state, "说明", "officer", organisation, agreed_by)
        pipeline.deliver(settings, NOON)

    def told() -> list[list[str | None]]:
        pages = [settings.queues / COUNTY / referrals.FOLDER / name for name in ("甲_社工", "乙社工")]
        assert all(len(list(page.glob("*"))) in (0, 2) for page in pages)
        found = [listed(settings, page.name)[0] if list(page.glob("*")) else [] for page in pages]
        return [[row.get("name") for row in each] for each in [*found, listed(settings, "social_organisations")[0]]]

    with db.transaction(settings.database_url) as conn:
        for item in items:
            referrals.refer(conn, item, "psychological_support", None, "本人愿意", "officer", NOON)
        first, second, _ = (row["referral_id"] for row in referrals.list_waiting(conn, COUNTY))
    answer(first, "accepted", "甲/社工", "监护人")
    answer(second, "accepted", "乙社工", "监护人")
    assert told() == [["学生0"], ["学生1"], [None]]
    answer(first, "accepted", "乙社工")  # another takes its place, and nobody agreed to that one
    assert told() == [[], ["学生1"], [None, None]]
    answer(second, "done")
    assert told() == [[], [], [None, None]]


def test_two_organisations_never_share_a_folder(monkeypatch: Any, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    for name in ("referrals", "organisations"):
        text = (INCLUDE / "rules" / f"{name}.yaml").read_text(encoding="utf-8")
        text = text.replace("organisations: {}", "organisations: {甲/社工: {}, 甲_社工: {}}")
        (tmp_path / "rules" / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(referrals, "INCLUDE", tmp_path)
    with pytest.raises(ContractError, match="share one folder"):
        referrals.rules.__wrapped__()


def test_the_danger_a_later_visit_finds_is_reported_again(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="重病")])
    (item,) = office.listed(settings, DAY)
    office.drop_visits(settings, [office.visit(item, visit_outcome="不安全", visited_on="2026-07-09")], "20260709")
    office.listed(settings, DAY + timedelta(2))
    reports = "select state from followup.referral order by referral_id"
    assert rows(settings, reports) == [("open",)] * 2
    with db.transaction(settings.database_url) as conn:
        for waiting in referrals.list_waiting(conn, COUNTY):
            referrals.answer(conn, waiting["referral_id"], "done", "已处理", "officer")
    pipeline.deliver(settings, moment(DAY + timedelta(3)))
    assert rows(settings, reports) == [("done",)] * 2
    office.drop_visits(settings, [office.visit(item, visit_outcome="不安全", visited_on="2026-09-09")], "20260909")
    office.listed(settings, DAY + timedelta(64))
    assert rows(settings, reports) == [("done",)] * 2 + [("open",)] * 2


@pytest.mark.parametrize("other", ["a file that says otherwise", "a survey that took the item back"])
def test_danger_is_reported_whatever_became_of_the_item(settings: Settings, other: str) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="重病")])
    (item,) = office.listed(settings, DAY)
    unsafe = office.visit(item, visit_outcome="不安全", verdict="", visited_on="2026-07-09")
    if other == "a file that says otherwise":
        office.drop_visits(settings, [unsafe], "20260710")
        office.drop_visits(settings, [unsafe | {"visit_outcome": "已见到", "verdict": "证据过期"}], "20260711")
    else:
        well = office.survey(1, survey_number="B1", surveyed_on="2026-07-09", guardian_status="正常")
        office.drop_survey(settings, [well], "20260709")
        office.listed(settings, DAY + timedelta(1))
        office.drop_visits(settings, [unsafe], "20260711")
    office.listed(settings, DAY + timedelta(4))
    pipeline.deliver(settings, moment(DAY + timedelta(5)))
    assert rows(settings, "select state from followup.referral") == [("open",)] * 2


def test_who_was_told_that_nobody_guards_a_child_is_told_as_well_that_it_is_harmed(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="失联")])
    (item,) = office.listed(settings, DAY)
    seen = office.visit(item, visit_outcome="已见到", verdict="情况属实-已转介", visited_on="2026-07-09")
    office.drop_visits(settings, [seen | {"other_verdict": "疑似受到侵害"}], "20260709")
    office.listed(settings, DAY + timedelta(2))
    pipeline.deliver(settings, moment(DAY + timedelta(3)))
    reports = (
        "select situation, count(*) from followup.referral where state = 'open' group by situation order by situation"
    )
    assert rows(settings, reports) == [("harmed", 2), ("no_guardian", 2)]
    assert "疑似受到侵害" in {row["situation_title"] for row in listed(settings, "public_security")[0]}
    assert rows(settings, "select status from ledger.flag") == [("confirmed",)]
    office.drop_visits(settings, [seen | {"other_verdict": "疑似被遗弃"}], "20260710")
    office.listed(settings, DAY + timedelta(4))
    assert ("abandoned", 2) in rows(settings, reports)  # the two files contradict each other: either counts


def test_a_situation_the_way_does_not_name_is_refused(monkeypatch: Any, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    for name in ("referrals", "organisations"):
        text = (INCLUDE / "rules" / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / "rules" / f"{name}.yaml").write_text(
            text.replace("unsafe: danger", "unsafe: dangre"), encoding="utf-8"
        )
    monkeypatch.setattr(referrals, "INCLUDE", tmp_path)
    with pytest.raises(ContractError, match=r"mandatory_report names no situation .dangre."):
        referrals.rules.__wrapped__()


def test_sixteen_years_take_no_report_back(settings: Settings) -> None:
    child = office.pupil(1) | {"birth_date": "2010-07-15", "id_number": office.resident_id("411681", "20100715", 11)}
    office.drop_survey(settings, [office.survey(1, child=child | {"sex": "男"}, guardian_status="失联")])
    office.listed(settings, date(2026, 7, 14))
    assert office.listed(settings, date(2026, 7, 15)) == []
    assert rows(settings, "select state from followup.referral") == [("open",)] * 2


def test_more_evidence_for_one_need_is_one_report(settings: Settings) -> None:
    nobody = office.survey(1, guardian_status="无监护人", guardian_name="")
    office.drop_survey(settings, [nobody])
    office.listed(settings, DAY)
    more = {"survey_number": "B1", "surveyed_on": "2026-07-09", "lives_with": "祖辈"}
    office.drop_survey(settings, [nobody | more], "20260709")
    office.listed(settings, DAY + timedelta(2))
    waiting = (
        "select flag_code, count(*) from followup.referral join followup.item using (item_id) "
        "join ledger.flag using (flag_id) where referral.state = 'open' group by flag_code"
    )
    assert rows(settings, "select status from ledger.flag order by flag_id") == [("lapsed",), ("open",)]
    assert rows(settings, waiting) == [("no_guardian", 2)]
    assert not [line for line in alarms(settings) if line.startswith("urgent items")]


def alarms(settings: Settings) -> list[str]:
    with db.transaction(settings.database_url) as conn:
        return followup.watch(conn, moment(DAY + timedelta(2)))
