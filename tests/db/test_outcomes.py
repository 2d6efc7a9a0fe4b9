"""Outcomes: two answers to one visit wait for a person, and what was serious is seen again before it rests."""

from __future__ import annotations

from datetime import date

import pytest

import office
from childledger import db, followup, ledger, pipeline
from childledger.errors import DutyMissed, LedgerError
from childledger.settings import Settings
from office import listed
from queued import moment, rows

FLAG = "select status, state, verdict from ledger.flag join followup.item using (flag_id)"
RECHECKS = "select number, due_date, done_date from followup.recheck order by number"


def settle(settings: Settings, choice: str, reason: str = "与儿童主任核对") -> None:
    with db.transaction(settings.database_url) as conn:
        (conflict,) = followup.list_conflicts(conn)
        assert conflict["differ_in"] == "verdict"
        followup.settle_conflict(conn, conflict["conflict_id"], choice, reason, "officer")


def test_from_two_answers_to_the_last_time_a_child_is_seen(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="失联")])
    (item,) = listed(settings, date(2026, 7, 10))
    assert ledger.rules().flags[item["flag_code"]].severity == "urgent"
    office.drop_visits(settings, [office.visit(item, verdict="情况属实-已转介")], "20260711")
    office.drop_visits(settings, [office.visit(item, verdict="证据过期")], "20260712")
    assert len(listed(settings, date(2026, 7, 13))) == 1
    assert rows(settings, FLAG) == [("open", "delivered", None)]  # neither is believed
    assert rows(settings, "select is_disputed, outcome from followup.visit") == [(True, "reached")]
    with pytest.raises(LedgerError, match="a choice needs a reason"):
        settle(settings, "other", " ")
    settle(settings, "other")

    assert listed(settings, date(2026, 7, 14)) == []
    assert rows(settings, FLAG) == [("confirmed", "closed", "confirmed_referred")]
    assert rows(settings, RECHECKS) == [(1, date(2026, 9, 9), None)]
    (again,) = listed(settings, date(2026, 9, 1))
    assert (again["item_id"], again["recheck"], again["due"]) == (item["item_id"], 1, "2026-09-09")
    with pytest.raises(DutyMissed, match="re-checks nobody made: 1"):
        pipeline.watch_followup(settings, moment(date(2026, 9, 10), 1))

    seen = office.visit(item, visited_on="2026-09-11", verdict="情况属实-已保障")
    office.drop_visits(settings, [seen], "20260911")
    assert listed(settings, date(2026, 9, 12)) == []
    assert rows(settings, RECHECKS) == [(1, date(2026, 9, 9), date(2026, 9, 11)), (2, date(2026, 11, 10), None)]
    office.drop_visits(settings, [seen | {"verdict": "证据过期"}], "20260911", "_更正1")  # a correction is no conflict
    listed(settings, date(2026, 9, 13))
    assert rows(settings, FLAG) == [("dismissed", "closed", "evidence_expired")]
    assert rows(settings, RECHECKS) == [(1, date(2026, 9, 9), date(2026, 9, 11)), (2, date(2026, 11, 10), None)]
    assert rows(settings, "select count(*) from followup.conflict") == [(1,)]


def test_only_a_correction_of_one_days_file_corrects(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="失联")])
    (item,) = listed(settings, date(2026, 7, 10))
    seen = office.visit(item, verdict="证号错误")
    office.drop_visits(settings, [seen | {"other_verdict": "证据过期"}], "20260711")
    listed(settings, date(2026, 7, 11))
    office.drop_visits(settings, [seen | {"other_verdict": "情况属实-已转介"}], "20260711", "_更正1")
    assert listed(settings, date(2026, 7, 12)) == []
    assert rows(settings, FLAG) == [("confirmed", "closed", "confirmed_referred")]
    office.drop_visits(settings, [seen | {"other_verdict": "证据过期"}], "20260712")  # another file, another day
    assert len(listed(settings, date(2026, 7, 13))) == 1
    assert rows(settings, "select columns from followup.conflict") == [(["other_verdict"],)]


def test_of_two_answers_each_column_is_chosen_for_itself(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="失联")])
    (item,) = listed(settings, date(2026, 7, 10))
    office.drop_visits(settings, [office.visit(item, visit_outcome="不在家", verdict="")], "20260711")
    office.drop_visits(settings, [office.visit(item, verdict="情况属实-已转介", other_verdict="证号错误")], "20260712")
    listed(settings, date(2026, 7, 13))
    with db.transaction(settings.database_url) as conn:
        (conflict,) = followup.list_conflicts(conn)
        assert {conflict["standing"], conflict["other"]} == {"not_home/-/-", "reached/confirmed_referred/id_wrong"}
        number = conflict["conflict_id"]
        other = "other" if conflict["standing"] == "not_home/-/-" else "standing"
        with pytest.raises(LedgerError, match="not in these columns"):
            followup.settle_conflict(conn, number, other, "核对", "officer", ["name"])
        followup.settle_conflict(conn, number, other, "核对", "officer", ["other_verdict"])
    listed(settings, date(2026, 7, 14))
    found = "select outcome, verdict, other_verdict, is_disputed from followup.visit"
    assert rows(settings, found) == [("reached", "confirmed_referred", None, False)]


def test_an_answer_nobody_believed_moves_no_child(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="失联")])
    (item,) = listed(settings, date(2026, 7, 10))
    stays = "select left_date is null from ledger.entry"
    assert rows(settings, stays) == [(True,)]
    office.drop_visits(settings, [office.visit(item, verdict="情况属实-已转介")], "20260711")
    office.drop_visits(
        settings, [office.visit(item, visit_outcome="已搬走", verdict="", moved_to="410102")], "20260712"
    )
    listed(settings, date(2026, 7, 13))
    assert rows(settings, stays) == [(True,)]
    assert rows(settings, "select county_code from ledger.sighting where feed = 'townships.visits'") == []
    with db.transaction(settings.database_url) as conn:
        (conflict,) = followup.list_conflicts(conn)
        followup.settle_conflict(conn, conflict["conflict_id"], "other", "核对", "officer")
    listed(settings, date(2026, 7, 14))
    assert rows(settings, stays) == [(True,)]
    seen = [("410105", "townships.visits")]
    assert rows(settings, "select county_code, feed from ledger.sighting where feed = 'townships.visits'") == seen


def test_what_one_of_two_answers_suspects_is_reported_once(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="失联")])
    (item,) = listed(settings, date(2026, 7, 10))
    office.drop_visits(settings, [office.visit(item, verdict="疑似受到侵害")], "20260711")
    office.drop_visits(settings, [office.visit(item, verdict="证据过期")], "20260712")
    listed(settings, date(2026, 7, 13))
    pipeline.withdraw(settings, rows(settings, "select min(receipt_id) from intake.receipt")[0][0], "误报", "tester")
    for day in (14, 15, 16):
        listed(settings, date(2026, 7, day))
    told = "select situation, state, count(*) from followup.referral group by 1, 2 order by 1"
    assert rows(settings, told) == [("harmed", "open", 2), ("no_guardian", "withdrawn", 2)]


def test_who_left_or_died_by_the_other_conclusion_left_or_died(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(number, guardian_status="失联") for number in (1, 2)])
    first, second = listed(settings, date(2026, 7, 10))
    home = {"other_verdict": "已返乡", "moved_to": "411681"}
    died, left = office.visit(first, other_verdict="已死亡"), office.visit(second, verdict="疑似受到侵害", **home)
    office.drop_visits(settings, [died, left], "20260711")
    listed(settings, date(2026, 7, 13))
    found = "select child_id, left_reason from ledger.entry where child_id = any(:of) order by left_reason"
    of = [first["child_id"], second["child_id"]]
    assert rows(settings, found, of=of) == [(of[0], "died"), (of[1], "returned")]
    seen = "select child_id from ledger.sighting where county_code = '411681'"
    assert rows(settings, seen) == [(of[1],)]
