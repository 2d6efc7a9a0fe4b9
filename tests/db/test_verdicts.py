"""What a visit says of a reason, what changed since it was asked, and what becomes of a rule that asks in vain."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

import asking
import office
from childledger import contracts, db, flagging, pipeline
from childledger.errors import LedgerError
from childledger.ledger import yields
from childledger.ledger.catalogue import catalogue
from childledger.settings import INCLUDE, Settings

DAY = date(2026, 7, 12)


ANSWERS: dict[int, tuple[dict[str, Any], str]] = {
    1: ({"verdict": "证号错误"}, "open"),
    2: ({"verdict": "证号错误", "other_verdict": "情况属实-已转介"}, "confirmed"),
    3: ({"verdict": "姓名错误", "other_verdict": "证据过期"}, "dismissed"),
    4: ({"verdict": "双重户籍"}, "open"),
    5: ({"verdict": "已在本地就读"}, "open"),  # answers whether it is in school, not whether it is vagrant
    6: ({"verdict": "随父母外出失联"}, "open"),
    7: ({"verdict": "证据过期", "other_verdict": "情况属实-已保障"}, "confirmed"),  # who sees a need is believed
}


def run(settings: Settings, day: date = DAY) -> dict[str, int]:
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    counts = pipeline.refresh(settings, day)
    pipeline.deliver(settings)
    return counts


def rows(settings: Settings, statement: str) -> list[dict[str, Any]]:
    with db.transaction(settings.database_url) as conn:
        return [dict(row._mapping) for row in conn.execute(sa.text(statement))]


def listed(settings: Settings, title: str = "待走访名单") -> list[dict[str, Any]]:
    path = settings.queues / office.COUNTY / f"{title}_{office.COUNTY}.json"
    items: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["items"]
    return items


def answer(settings: Settings, items: list[dict[str, Any]], as_of: str = "20260711", **changes: Any) -> None:
    office.drop_visits(settings, [office.visit(item, **changes) for item in items], as_of=as_of)


def test_the_contract_of_visits_knows_every_verdict() -> None:
    visits = contracts.load(INCLUDE / "feeds" / f"townships.visits{contracts.SUFFIX}")
    titles = {verdict.title: verdict.code for verdict in catalogue().verdicts.values()}
    for column in ("verdict", "other_verdict"):
        assert visits.column(column).lookup == titles
    absence = yaml.safe_load((INCLUDE / "rules" / "absence.yaml").read_text(encoding="utf-8"))
    assert set(absence["departed_verdicts"]) <= set(catalogue().verdicts)


def test_a_wrong_number_says_nothing_of_the_need(settings: Settings) -> None:
    dropped = [office.pupil(n, enrolment_status="辍学" if n == 5 else "在读") for n in ANSWERS]
    office.drop_pupils(settings, dropped)
    residence = [
        office.pupil(n) | {"registration_number": f"JZ{n}", "permit_status": "有效", "residence_since": "2024-03-01"}
        for n in ANSWERS
    ]
    columns = office.as_csv("public_security.residence", residence)
    office.drop(settings, "public_security", f"居住登记_{office.COUNTY}_{office.AS_OF}.csv", columns)
    office.drop_survey(settings, [office.survey(n, vagrancy="是") for n in ANSWERS])
    run(settings)
    names = {office.pupil(n)["name"]: n for n in ANSWERS}
    visits = [
        office.visit(item, **ANSWERS[names[item["name"]]][0])
        for item in listed(settings)
        if item["flag_code"] == "vagrancy"
    ]
    office.drop_visits(settings, visits)
    run(settings)
    query = "select name, status from ledger.flag join ledger.profile using (child_id) where flag_code = 'vagrancy'"
    found = {names[row["name"]]: row["status"] for row in rows(settings, query)}
    assert found == {n: status for n, (_, status) in ANSWERS.items()}
    pipeline.tell_senders(settings)
    tickets = rows(
        settings, "select code, feed, column_name from tickets.ticket where feed <> 'civil_affairs.screening'"
    )
    told = {(row["code"], row["feed"], row["column_name"]) for row in tickets}
    assert {("double_hukou", "public_security.residence", "hukou_code")} == {
        one for one in told if one[0] == "double_hukou"
    }
    assert ("enrolled_here", "education.enrolment", "enrolment_status") in told
    assert ("id_wrong", "education.enrolment", "id_number") in told


@pytest.fixture
def insurance_is_asked_about(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asking.serve(monkeypatch, tmp_path, {"insurance_lapsed": 0})


@pytest.mark.usefixtures("insurance_is_asked_about")
def test_six_sendings_ask_once_and_one_changed_field_once_more(settings: Settings) -> None:
    insured = {"insurance_number": "41000000000000001", "insurance_status": "暂停参保"}
    office.drop_survey(settings, [office.survey(1, guardian_status="重病")])
    run(settings)
    answer(settings, listed(settings), verdict="情况属实-已转介")
    run(settings)

    def send(as_of: str, **changes: Any) -> None:
        row = office.pupil(1) | insured | changes
        name = f"居民医保参保_{office.COUNTY}_{as_of}.csv"
        office.drop(settings, "insurance", name, office.as_csv("insurance.enrolment", [row]))

    send("20260701")
    for month in range(1, 7):
        again = office.survey(1, survey_number=f"M{month}", surveyed_on=f"2026-07-0{month}", guardian_status="重病")
        office.drop_survey(settings, [again], as_of=f"2026070{month}")
        if month == 6:
            send("20260711", guardian_phone="13800000009")
        run(settings)
    codes = "select flag_code, status from ledger.flag order by flag_id"
    assert [row["flag_code"] for row in rows(settings, codes)] == ["guardian_ill", "insurance_lapsed"]
    office.drop_survey(
        settings, [office.survey(1, survey_number="M9", surveyed_on="2026-07-12", guardian_status="重残")], "20260712"
    )
    send("20260712", insurance_status="终止参保")
    run(settings)
    assert [(row["flag_code"], row["status"]) for row in rows(settings, codes)] == [
        ("guardian_ill", "confirmed"),
        ("insurance_lapsed", "lapsed"),
        ("guardian_ill", "open"),
        ("insurance_lapsed", "open"),
    ]
    change = "select flag_id, previous_value, value, is_ended from ledger.flag_change order by flag_id"
    assert [(row["previous_value"], row["value"], row["is_ended"]) for row in rows(settings, change)] == [
        ("ill", "disabled", False),
        ("suspended", "ended", False),
    ]
    (item,) = [item for item in listed(settings) if not item["recheck"]]
    # whose word it is and since when, not what it says
    assert item["change"] == "上次走访（2026-07-11）以后：监护人状况有变化（民政 2026-07-12）"
    (desk,) = listed(settings, "待核对名单")
    assert desk["change"] == "上次提示（2026-07-12）以后：参保状态有变化（医疗保障 2026-07-12）"


def test_a_rule_that_asks_in_vain_goes_to_the_desk_until_an_officer_lifts_it(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    office.drop_survey(settings, [office.survey(n, guardian_status="外出") for n in range(1, 53)])
    run(settings)
    items = listed(settings)
    assert len(items) == 52
    answer(settings, items[:49], verdict="证据过期")
    run(settings)
    assert listed(settings, "待核对名单") == [] and len(listed(settings)) == 3  # 49 visits say nothing yet
    answer(settings, items[49:50], "20260712", verdict="证据过期", visited_on="2026-07-12")
    assert run(settings)["open_items"] == 2
    assert listed(settings) == [] and len(listed(settings, "待核对名单")) == 2
    assert "近期走访50次，属实0次，暂停入户" in listed(settings, "待核对名单")[0]["title"]
    flagging.show(settings, None)
    assert "suspended to the desk: guardian_absent: true in 0 of 50 visits, floor 10%" in capsys.readouterr().out
    with db.transaction(settings.database_url) as conn:
        (line,) = yields.card(conn, office.COUNTY)
        gone = conn.begin_nested()
        leave = "update ledger.entry set left_date = '2026-07-12', left_reason = 'moved' where child_id % 2 = 0"
        conn.execute(sa.text(leave))
        people = {
            (row.flag_code, row.value): (row.children, row.visited, row.answered) for row in yields.groups(conn, None)
        }
        gone.rollback()
    assert (line.raised, line.visited, line.confirmed, line.found_false) == (52, 50, 0, 50)
    assert (line.source, line.verdicts) == ("civil_affairs.screening", {"evidence_expired": 50})
    assert people[(None, "han")] == people[("guardian_absent", "han")] == (52, 50, 50)  # who left was visited too
    answer(settings, listed(settings, "待核对名单")[:1], "20260713", visit_outcome="资料核对", visited_on="2026-07-13")
    assert run(settings, date(2026, 7, 13))["open_items"] == 1
    assert len(rows(settings, "select 1 from ledger.suspension")) == 1  # the desk's word is no visit
    with db.transaction(settings.database_url) as conn:
        with pytest.raises(LedgerError, match="no rule of that name is suspended"):
            yields.lift(conn, "vagrancy", "试", "officer")
        yields.lift(conn, "guardian_absent", "已更正报送口径", "officer")
    run(settings, date(2026, 7, 13))
    assert len(listed(settings)) == 1 and listed(settings, "待核对名单") == []
