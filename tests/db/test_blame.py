"""Tickets and scorecards blame no department that was right."""

from __future__ import annotations

from datetime import date

import office
from childledger import contracts, db, pipeline, reports
from childledger.settings import Settings
from office import COUNTY, listed, pupil, survey, visit
from queued import rows

HOME = "411681"
ASKED = "select feed, county_code from tickets.ticket"


def answer(settings: Settings, verdict: str, county_code: str = COUNTY) -> None:
    item = listed(settings, date(2026, 7, 10), county_code)[0]
    office.drop_visits(settings, [visit(item, verdict=verdict)])
    listed(settings, date(2026, 7, 12))
    pipeline.tell_senders(settings)


def drop_out(settings: Settings) -> None:
    office.drop_pupils(settings, [pupil(1, enrolment_status="辍学"), pupil(2)])
    office.drop_survey(settings, [survey(1)])


def test_the_school_the_child_left_wrote_rightly_that_it_left(settings: Settings) -> None:
    row = office.as_csv("education.enrolment", [pupil(1, enrolment_status="转出", residence_code=HOME)])
    office.drop(settings, "education", f"学籍信息_{HOME}_20260630.csv", row, HOME)
    drop_out(settings)
    answer(settings, "已在本地就读")
    assert rows(settings, ASKED) == [("education.enrolment", COUNTY)]


def test_who_is_not_found_here_may_be_where_another_county_lists_it(settings: Settings) -> None:
    office.drop_survey(settings, [survey(1, guardian_status="失联", surveyed_on="2026-06-20")])
    row = pupil(1) | {"registration_number": "JZ9", "permit_status": "有效", "residence_code": "410102"}
    file = office.as_csv("public_security.residence", [row])
    office.drop(settings, "public_security", "居住登记_410102_20260630.csv", file, "410102")
    answer(settings, "查无此人")
    assert rows(settings, ASKED) == []


def test_a_ticket_that_was_dropped_is_nobodys_failing(settings: Settings) -> None:
    drop_out(settings)
    answer(settings, "已在本地就读")
    ((ticket,),) = rows(settings, "select ticket_id from tickets.ticket")
    pipeline.contest(settings, ticket, "确已辍学", "教育局")
    pipeline.settle_ticket(settings, ticket, "dropped", "学校说得对", "王科长")
    pipeline.tell_senders(settings)
    with db.transaction(settings.database_url) as conn:
        scores = reports.read_scores(conn, contracts.load_all(settings.feeds))
    assert not [score for score in scores if score.department == "education" and score.tickets["opened"]]
