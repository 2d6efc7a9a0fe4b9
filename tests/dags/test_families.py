"""Through the real DAGs: twins, a mother's number on her children's rows, and two namesakes taken for one child.

What people said of them holds for every later file.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import office
from childledger import pipeline
from childledger.settings import Settings
from dag_runs import Dags, dags
from office import pupil, resident_id, survey
from reviewers import rows

HOME = {"guardian_name": "王芳", "guardian_phone": "13812345678", "address": "花园路8号楼2单元402室"}
BORN = {"birth_date": "2015-03-07", "sex": "男"}
MOTHERS = resident_id("411681", "19880512", 42)


def child(name: str, number: str, home: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return pupil(1, name=name, id_number=number, school_roll_number=f"G{number}", **(BORN | home | changes))


ELDER = child("王小明", resident_id("411681", "20150307", 11), HOME)
TWIN = child("王小亮", resident_id("411681", "20150307", 13), HOME)
OTHER_HOME = {"guardian_name": "刘春梅", "guardian_phone": "13700001111", "address": "东风路5号"}
BROTHER = child("陈志强", resident_id("411681", "20150307", 15), OTHER_HOME)
SISTER_BORN = {"birth_date": "2018-01-02", "sex": "女"}
SISTER = child("陈志红", resident_id("411681", "20180102", 22), OTHER_HOME, **SISTER_BORN)
NAMESAKE = child(
    "李伟", resident_id("411681", "20150307", 17), {"guardian_name": "李强", "guardian_phone": "13600002222"}
)
PUPILS = [ELDER, TWIN, BROTHER, SISTER, NAMESAKE]


def surveys(day: str) -> list[dict[str, Any]]:
    """What the survey found on a day: a twin under the other's number, two children under their mother's, and another
    李伟 of the same day under the number of the first.
    """
    found = {
        "ELDER": survey(1, ELDER),
        "SLIP": survey(2, TWIN, name="王晓亮", id_number=ELDER["id_number"]),
        "BROTHER": survey(3, BROTHER, id_number=MOTHERS),
        "SISTER": survey(4, SISTER, id_number=MOTHERS),
        "NAMESAKE": survey(5, NAMESAKE),
        "COUSIN": survey(6, NAMESAKE, guardian_name="李刚", guardian_phone="13600003333", address="建设路77号"),
    }
    return [row | {"survey_number": name, "surveyed_on": day} for name, row in found.items()]


def children(settings: Settings) -> dict[str, set[int]]:
    """The children that bear the rows of each sender's key; pupils by name."""
    found: dict[str, set[int]] = {}
    told = """
        select case when feed = 'education.enrolment' then name else record_key end, child_id
        from identity.member join conformed.source_record using (source_record_id)
    """
    for key, number in rows(settings, told):
        found.setdefault(key, set()).add(number)
    return found


def record(settings: Settings, feed: str, word: str) -> int:
    """A record in force by its sender's key, or the name on it."""
    told = """
        select source_record_id from conformed.source_record
        where feed = :feed and status = 'in_force' and (record_key = :word or name = :word)
    """
    found: int = rows(settings, told, feed=feed, word=word)[0][0]
    return found


def asked(settings: Settings) -> set[frozenset[str]]:
    """The pairs of the review queue by key of survey or name of pupil."""
    told = """
        select array_agg(case when feed = 'education.enrolment' then name else record_key end)
        from identity.pair
        join conformed.source_record on source_record_id in (left_record_id, right_record_id)
        group by pair_id
    """
    return {frozenset(row[0]) for row in rows(settings, told)}


def judge(settings: Settings, key: str, name: str, verdict: str) -> None:
    survey_row, pupil_row = (
        record(settings, "civil_affairs.screening", key),
        record(settings, "education.enrolment", name),
    )
    pipeline.judge_records(settings, survey_row, pupil_row, verdict, "看过户口簿", "wang")


@pytest.mark.timeout(400)
def test_families_stay_what_people_said_they_are(settings: Settings, tmp_path: Path) -> None:
    with dags(settings, tmp_path) as airflow:
        office.drop_pupils(settings, PUPILS)
        office.drop_survey(settings, surveys("2026-06-20"))
        airflow.take_in()
        met = children(settings)
        assert met["王小明"] == met["ELDER"] != met["王小亮"] and met["SLIP"].isdisjoint(met["王小明"] | met["王小亮"])
        assert asked(settings) == {frozenset({"SLIP", "ELDER"}), frozenset({"SLIP", "王小亮"})}
        assert met["陈志强"] == met["BROTHER"] and met["陈志红"] == met["SISTER"] != met["BROTHER"]
        assert met["李伟"] == met["NAMESAKE"] == met["COUSIN"]  # wrongly: one number and one name
        judge(settings, "SLIP", "王小亮", "SAME")
        judge(settings, "COUSIN", "李伟", "DIFFERENT")
        judge(settings, "NAMESAKE", "李伟", "SAME")
        airflow.run("resolve_identities")
        said = children(settings)
        assert said["SLIP"] == said["王小亮"] <= met["SLIP"] | met["王小亮"] and said["王小明"] == met["王小明"]
        assert said["NAMESAKE"] == said["李伟"] == met["李伟"] != said["COUSIN"]
        take_in_july(settings, airflow)
    assert rows(settings, "select count(*) from identity.member") == [(22,)]
    assert children(settings) == said and not asked(settings)
    (settings.archive / "linkage.duckdb").unlink()
    pipeline.resolve(settings, anyway=True)
    pipeline.refresh(settings, date(2026, 8, 1))
    assert children(settings) == said


def take_in_july(settings: Settings, airflow: Dags) -> None:
    """A new snapshot, a later survey with the same slips, a correction of June's, and June's roll once more."""
    office.drop_pupils(settings, PUPILS)
    office.drop_pupils(settings, PUPILS, "20260731")
    office.drop_survey(settings, surveys("2026-07-20"), "20260731")
    corrected = [row | {"residence_township": "大石桥街道"} for row in surveys("2026-06-20")]
    office.drop_survey(settings, corrected, suffix="_更正1")
    airflow.take_in()
