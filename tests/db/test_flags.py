"""Flag rules on a real ledger: each raises on its own evidence, absence speaks only where a list is whole, and what was
asked before the reasons were told apart is not asked again."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import asking
import canon
import office
from childledger import contracts, db, ledger, pipeline
from childledger.errors import CheckFailed
from childledger.settings import INCLUDE, Settings

DAY = date(2026, 10, 12)
FEEDS = contracts.load_all(INCLUDE / "feeds")
BASE: dict[str, dict[str, Any]] = {
    "civil_affairs.assistance": {"approval_number": "JZ{n}", "assistance_approved_on": "2026-05-01"},
    "disabled_persons.certificate": {"disability_type": "肢体", "disability_grade": "三级"},
    "insurance.enrolment": {
        "insurance_number": "41{n:015d}",
        "insurance_status": "正常参保",
        "insured_until": "2026-12-31",
    },
    "cdc.vaccination": {"vaccination_code": "411681201501{n:06d}", "vaccination_status": "按程序完成"},
    "public_security.residence": {"registration_number": "JZDJ{n}", "permit_status": "有效"},
    "education.enrolment": {},
}


YOUNG = {"birth_date": "2020-03-15", "id_number": "", "sex": "男"}
SURVEYS: dict[int, tuple[dict[str, Any], set[str]]] = {
    1: ({"guardian_status": "失联"}, {"guardian_missing"}),
    2: ({"guardian_status": "死亡"}, {"guardian_deceased"}),
    3: ({"guardian_status": "服刑在押"}, {"guardian_detained"}),
    4: ({"guardian_status": "重残"}, {"guardian_ill"}),
    5: ({"guardian_status": "外出"}, {"guardian_absent"}),
    6: ({"guardian_status": "无监护人"}, {"no_guardian"}),
    7: ({"lives_with": "祖辈", "guardian_name": ""}, {"no_guardian"}),
    8: ({"lives_with": "独自居住"}, {"living_apart"}),
    9: ({"father_status": "死亡", "mother_status": "失踪"}, {"orphan_unrecognised"}),
    10: ({"father_status": "服刑在押", "mother_status": "失联"}, {"unsupported_unrecognised"}),
    11: ({"father_status": "死亡", "mother_status": "强制隔离戒毒"}, {"unsupported_unrecognised"}),
    12: ({"father_status": "死亡", "mother_status": "正常"}, set()),
    13: ({"father_status": "死亡", "mother_status": "死亡"}, {"orphan"}),  # recognised: see below
    14: (YOUNG | {"unattended": "是"}, {"unattended"}),
    15: ({"unattended": "是"}, set()),  # eleven years old
    16: ({"behaviour_concern": "是"}, {"behaviour_concern"}),
    17: ({"behaviour_concern": "是", "surveyed_on": "2026-07-01"}, set()),  # asks nobody after three months
    18: ({"vagrancy": "是", "self_referral": "是"}, {"vagrancy", "self_referral"}),
}
OTHERS: list[tuple[str, dict[str, Any], str]] = [
    ("civil_affairs.assistance", {"n": 13, "assistance_type": "孤儿"}, ""),
    ("civil_affairs.assistance", {"n": 21, "assistance_type": "低保"}, "hardship_dibao"),
    ("civil_affairs.assistance", {"n": 22, "assistance_type": "特困"}, "hardship_tekun"),
    ("civil_affairs.assistance", {"n": 23, "assistance_type": "临时救助"}, "hardship_temporary"),
    ("civil_affairs.assistance", {"n": 24, "assistance_type": "事实无人抚养"}, "unsupported"),
    ("civil_affairs.assistance", {"n": 25, "assistance_type": "监护"}, "public_ward"),
    ("civil_affairs.assistance", {"n": 26, "assistance_type": "流浪救助"}, "vagrancy_rescue"),
    ("disabled_persons.certificate", {"n": 27}, "disability_other"),
    ("disabled_persons.certificate", {"n": 28, "disability_grade": "二级", "digits": "42"}, "disability_severe"),
    ("disabled_persons.certificate", {"n": 29, "disability_type": "精神", "digits": "63"}, "disability_severe"),
    ("disabled_persons.certificate", {"n": 30, "certificate_valid_until": "2026-08-31"}, "certificate_expired"),
    ("education.enrolment", {"n": 31, "enrolment_status": "辍学"}, "dropped_out"),
    ("insurance.enrolment", {"n": 32, "insured_until": "2026-09-30"}, "insurance_lapsed"),
    ("insurance.enrolment", {"n": 33}, ""),
    ("cdc.vaccination", {"n": 34, "vaccination_status": "有缺种"}, "vaccination_incomplete"),
    ("public_security.residence", {"n": 35, "permit_endorsed_until": "2026-09-01"}, "permit_lapsed"),
    ("public_security.residence", {"n": 36, "permit_status": "注销", "permit_endorsed_until": "2026-09-01"}, ""),
]


def send(settings: Settings, feed: str, rows: list[dict[str, Any]], as_of: str = "20261008", suffix: str = "") -> None:
    """Drop rows of a feed; each names its pupil as `n`, and what differs from a good row."""
    columns = {column.name for column in FEEDS[feed].columns}
    full = []
    for row in rows:
        n, person = row["n"], office.pupil(row["n"])
        base = {name: str(value).format(n=n) for name, value in BASE[feed].items()}
        if feed == "disabled_persons.certificate":
            base["disability_certificate_number"] = person["id_number"] + row.get("digits", "43")
        given = person | base | row
        full.append({name: value for name, value in given.items() if name in columns})
    county = "411681" if feed == "civil_affairs.assistance" else office.COUNTY  # aid is given where one is registered
    name = f"{FEEDS[feed].title}_{county}_{as_of}{suffix}.csv"
    office.drop(settings, feed.split(".")[0], name, office.as_csv(feed, full), county)


def survey(n: int, **changes: Any) -> dict[str, Any]:
    return office.survey(n, **{"surveyed_on": "2026-10-01", **changes})


def run(settings: Settings, day: date = DAY) -> dict[str, int]:
    canon.take_in(settings)
    pipeline.resolve(settings)
    counts = pipeline.refresh(settings, day)
    pipeline.deliver(settings)
    return counts


def rows(settings: Settings, statement: str) -> list[dict[str, Any]]:
    with db.transaction(settings.database_url) as conn:
        return [dict(row._mapping) for row in conn.execute(sa.text(statement))]


def raised(settings: Settings) -> dict[int, set[str]]:
    """Codes of the open flags of each pupil."""
    names = {office.pupil(n)["name"]: n for n in range(1, 60)}
    found = rows(
        settings, "select name, flag_code from ledger.flag join ledger.profile using (child_id) where status = 'open'"
    )
    codes: dict[int, set[str]] = {}
    for row in found:
        codes.setdefault(names[row["name"]], set()).add(row["flag_code"])
    return codes


def test_each_rule_raises_on_its_own_evidence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asking.serve(monkeypatch, tmp_path, dict.fromkeys(asking.PROOFS, 0))
    office.drop_survey(
        settings,
        [survey(n, **changes) for n, (changes, _) in SURVEYS.items()] + [survey(n) for n in range(21, 37)],
        as_of="20261008",
    )
    for feed in {feed for feed, _, _ in OTHERS}:
        send(settings, feed, [row for of, row, _ in OTHERS if of == feed])
    run(settings)
    expected = {n: codes for n, (_, codes) in SURVEYS.items() if codes}
    expected |= {row["n"]: {code} for _, row, code in OTHERS if code}
    assert raised(settings) == expected
    unused = {"not_enrolled", "uninsured"}  # what an absence raises has a test of its own
    assert set().union(*expected.values()) | unused == {path.stem for path in (INCLUDE / "sql" / "flags").glob("*.sql")}


def test_absence_speaks_only_where_the_list_is_whole(settings: Settings) -> None:
    office.drop_survey(settings, [survey(n) for n in range(1, 5)], as_of="20261008")
    run(settings)
    assert raised(settings) == {}  # no list came
    roll = [{"n": n} for n in (1, 2, 3)]
    send(settings, "education.enrolment", roll, "20260914")
    run(settings)
    pipeline.withdraw(
        settings, rows(settings, "select max(receipt_id) as n from intake.receipt")[0]["n"], "误报", "tester"
    )
    send(settings, "education.enrolment", roll, "20260915")
    run(settings)
    assert raised(settings) == {}  # a first list has nothing to be held against
    send(settings, "education.enrolment", [*roll, {"n": 9, "school_name": ""}], "20261009")
    run(settings)
    assert raised(settings) == {}  # a row was held back: it may be the child's
    send(settings, "education.enrolment", roll, "20261009", "_更正1")
    run(settings)
    assert raised(settings) == {4: {"not_enrolled"}}
    send(settings, "education.enrolment", [*roll, {"n": 4}], "20261010")
    run(settings)
    assert raised(settings) == {}
    # the child was enrolled; a list taken back before the flag was raised has nothing to do with it
    assert rows(settings, "select status from ledger.flag where flag_code = 'not_enrolled'") == [{"status": "lapsed"}]
    send(
        settings, "education.enrolment", roll, "20261011"
    )  # not in the next one: an absence, which is never acted upon
    run(settings)
    assert raised(settings) == {}


OLD = {
    "family_hardship": ("hardship_dibao", "hardship_tekun", "hardship_temporary"),
    "own_disability": ("disability_severe", "disability_other"),
    "guardianship_missing": ("orphan", "unsupported", "guardian_missing", "living_apart"),
    "vagrancy": ("vagrancy", "vagrancy_rescue"),
}


def as_before(conn: sa.Connection, apart: str) -> None:
    """Put the flags back under the headings there were: one flag of a child for all reasons of a heading; of the child
    called `apart` first one for the first reason, then one for both.
    """
    heading = {code: old for old, codes in OLD.items() for code in codes}
    query = "select flag_id, name, flag_code, evidence from ledger.flag join ledger.profile using (child_id)"
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in conn.execute(sa.text(query + " order by verdict, flag_id")):
        groups.setdefault((row.name, heading[row.flag_code]), []).append(row)
    conn.execute(sa.text("set local session_replication_role = replica"))  # what happened to the items stays told
    for (name, old), flags in groups.items():
        if name == apart:
            _put(conn, old, flags[:1], [])
            _put(conn, old, flags[::-1], [])
        else:
            _put(conn, old, flags, [flag.flag_id for flag in flags[1:]])
    for statement in (
        "drop view ledger.flag_change",
        "drop function ledger.pieces",
        "drop table ledger.suspension, ledger.lift",
        "alter table followup.item drop column queue",
        "alter table followup.item drop constraint item_has_a_deadline",  # of a later migration
        "alter table followup.visit drop column other_verdict",
        "alter table ledger.flag drop column answered_as",
        "delete from _yoyo_migration where migration_id like '0016%'",
    ):
        conn.execute(sa.text(statement))


def _put(conn: sa.Connection, old: str, flags: list[Any], gone: list[int]) -> None:
    evidence = db.json([piece for flag in flags for piece in flag.evidence])
    values = {"id": flags[0].flag_id, "code": old, "evidence": evidence, "gone": gone}
    for statement in (
        "delete from followup.item where flag_id = any(:gone)",
        "delete from ledger.flag where flag_id = any(:gone)",
        "delete from ledger.ground where flag_id = :id",
        "update ledger.flag set flag_code = :code, evidence = CAST(:evidence AS jsonb), evidence_fingerprint = (select"
        " encode(sha256(convert_to(string_agg(distinct fact.kind || '=' || fact.value, '&' order by fact.kind || '=' ||"
        " fact.value), 'UTF8')), 'hex') from ledger.fact join jsonb_to_recordset(CAST(:evidence AS jsonb)) as"
        " piece (kind text, source_record_id bigint) using (kind, source_record_id)) where flag_id = :id",
        "insert into ledger.ground select flag_id, 'x', evidence, raised_date from ledger.flag where flag_id = :id",
    ):
        conn.execute(sa.text(statement), values)


def test_nobody_is_asked_again_because_reasons_are_told_apart(settings: Settings) -> None:
    aid = [(1, "低保", "a"), (1, "临时救助", "b"), (2, "低保", "a"), (5, "流浪救助", "a"), (6, "低保", "a")]
    approvals = [{"n": n, "assistance_type": kind, "approval_number": f"JZ{n}{key}"} for n, kind, key in aid]
    send(settings, "civil_affairs.assistance", approvals)
    send(settings, "disabled_persons.certificate", [{"n": 3, "disability_grade": "一级", "digits": "41"}])
    troubled = {4: {"guardian_status": "失联", "lives_with": "独自居住"}, 5: {"vagrancy": "是"}}
    office.drop_survey(settings, [survey(n, **troubled.get(n, {})) for n in range(1, 7)], as_of="20261008")
    run(settings)
    listed = json.loads((settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.json").read_text("utf-8"))[
        "items"
    ]
    said = {office.pupil(1)["name"]: "情况属实-已转介", office.pupil(6)["name"]: "证据过期"}
    answers = [
        office.visit(item, visited_on="2026-10-12", verdict=said[item["name"]])
        for item in listed
        if item["name"] in said and item["flag_code"] == "hardship_dibao"
    ]
    office.drop_visits(settings, answers, as_of="20261012")
    late = {"n": 6, "assistance_type": "临时救助", "approval_number": "JZ6b"}
    send(settings, "civil_affairs.assistance", [late], "20261009")
    run(settings)
    query = """
        select name, flag_code, flag.status, flag.verdict, item_id, item.state
        from ledger.flag join followup.item using (flag_id) join ledger.profile on profile.child_id = flag.child_id
        order by name, flag_code
    """
    told = [{k: v for k, v in row.items() if k != "item_id"} for row in rows(settings, query)]
    for row in told:  # the old heading was answered as a whole
        if row["name"] == office.pupil(1)["name"]:
            row |= {"status": "confirmed", "verdict": "confirmed_referred", "state": "closed"}
    with db.transaction(settings.database_url) as conn:
        as_before(conn, office.pupil(6)["name"])
    items = {row["item_id"] for row in rows(settings, query)}
    assert {row["flag_code"] for row in rows(settings, query)} == set(OLD)
    assert db.migrate(settings.database_url)
    pipeline.refresh(settings, DAY)
    assert [{k: v for k, v in row.items() if k != "item_id"} for row in rows(settings, query)] == told
    assert items <= {row["item_id"] for row in rows(settings, query)}
    assert pipeline.deliver(settings) == 0


def test_a_flag_whose_child_is_looked_at_after_its_evidence_ends_is_found(settings: Settings) -> None:
    office.drop_survey(settings, [survey(1, guardian_status="失联")], as_of="20261008")
    run(settings)
    with db.transaction(settings.database_url) as conn:
        assert "no_flag_on_expired_evidence" in ledger.verify(conn)
        conn.execute(sa.text("update ledger.awaited set day = day + 3650"))
        with pytest.raises(CheckFailed, match="no_flag_on_expired_evidence: 1 rows"):
            ledger.verify(conn)
