"""Three meanings of absence: a file cut off, only changes sent, a child that may have left; none closes anything."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

import canon
import office
from canon import drop_residence, residence, scalar, take_in
from childledger import db, pipeline
from childledger.settings import Settings

DAY = date(2026, 8, 10)
ALL = range(1, 7)


def run(settings: Settings) -> None:
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, DAY)
    pipeline.deliver(settings)


def roll(settings: Settings, *numbers: int, as_of: str = office.AS_OF, suffix: str = "", **changes: Any) -> None:
    office.drop_pupils(settings, [office.pupil(n) | (changes if n == 6 else {}) for n in numbers], as_of, suffix)


def absences(settings: Settings) -> list[tuple[str, str, str | None]]:
    query = "select feed, state, decided_by from conformed.absence order by feed, absent_date, record_key"
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(query))]


def told(settings: Settings) -> str:
    return "".join(path.read_text("utf-8") for path in settings.landing.glob("*/*/receipts/*全部收下.txt"))


def test_a_vanished_child_is_unconfirmed_and_stays(settings: Settings) -> None:
    roll(settings, *ALL)
    office.drop_survey(settings, [office.survey(6, vagrancy="是")])
    run(settings)
    before = canon.dump(settings)
    roll(settings, *range(1, 6), as_of="20260731")
    run(settings)
    assert absences(settings) == [("education.enrolment", "unconfirmed", None)]
    after = canon.dump(settings)
    assert after["entries"] == before["entries"] and after["flags and items"] == before["flags and items"]
    assert "上期有而本期没有的 1 人，未作离开处理" in told(settings)


def test_a_truncated_file_tells_nothing_about_who_left(settings: Settings) -> None:
    roll(settings, *ALL)
    roll(settings, 1, 2, as_of="20260715")
    roll(settings, 1, 2, 3, 4, 5, as_of="20260731")
    run(settings)
    states = [state for _, state, _ in absences(settings)]
    assert states == ["truncated"] * 4 + [
        "unconfirmed"
    ]  # the whole file after it is compared with the whole one before
    assert "少了 4 人" in told(settings)


def test_a_row_held_back_or_sent_as_a_supplement_is_not_absent(settings: Settings) -> None:
    roll(settings, *ALL)
    roll(settings, *ALL, as_of="20260731", birth_date="不知道")
    run(settings)
    assert absences(settings) == []
    roll(settings, *range(1, 6), as_of="20260731", suffix="_更正1")
    run(settings)
    assert len(absences(settings)) == 1
    roll(settings, 6, as_of="20260731", suffix="_更正1_补报1")
    run(settings)
    assert absences(settings) == []


def test_events_never_make_absences(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(n) for n in ALL])
    office.drop_survey(settings, [office.survey(1, survey_number="N1", surveyed_on="2026-07-30")], "20260731")
    run(settings)
    assert absences(settings) == []


@pytest.mark.parametrize("second", ["two_feeds", "status", "visit"])
def test_a_second_source_confirms(settings: Settings, second: str) -> None:
    roll(settings, *ALL)
    office.drop_survey(settings, [office.survey(6, vagrancy="是")])
    drop_residence(settings, [residence(n) for n in ALL])
    run(settings)
    roll(settings, *range(1, 6), as_of="20260731")
    if second == "two_feeds":
        drop_residence(settings, [residence(n) for n in range(1, 6)], "20260731")
    elif second == "status":
        gone = residence(6, permit_status="注销")
        drop_residence(settings, [*(residence(n) for n in range(1, 6)), gone], "20260731")
    else:
        item = {"name": office.pupil(6)["name"], "birth_date": office.pupil(6)["birth_date"]}
        with db.transaction(settings.database_url) as conn:
            item |= conn.execute(sa.text("select item_id, child_id from followup.item")).one()._mapping
        answer = office.visit(item | {"sex_title": office.pupil(6)["sex"]}, visit_outcome="已搬走", verdict="")
        office.drop_visits(settings, [answer | {"visited_on": "2026-08-01"}], "20260801")
    run(settings)
    assert {state for _, state, _ in absences(settings)} == {"confirmed"}
    assert {by for _, _, by in absences(settings)} == {second}
    stays = 5 if second == "visit" else 6  # an absence closes nothing; that the family was found to have moved does
    assert scalar(settings, "select count(*) from ledger.entry where left_date is null") == stays


@pytest.mark.parametrize("sighting", ["key_again", "seen_elsewhere"])
def test_a_later_sighting_refutes(settings: Settings, sighting: str) -> None:
    roll(settings, *ALL, as_of="20260601")
    roll(settings, *range(1, 6))
    if sighting == "key_again":
        roll(settings, *ALL, as_of="20260731")
    else:
        drop_residence(settings, [residence(6)], "20260731")
    run(settings)
    assert ("education.enrolment", "refuted", sighting) in absences(settings)


def test_the_order_of_arrival_makes_no_absence(settings: Settings) -> None:
    roll(settings, *ALL, as_of="20260731")
    take_in(settings)
    roll(settings, *range(1, 6))
    run(settings)
    assert absences(settings) == []


def test_a_correction_tells_what_it_leaves_out(settings: Settings) -> None:
    """Two files of events of one day both stand, a correction replaces both: the sender learns what it left out."""
    office.drop_survey(settings, [office.survey(1), office.survey(2)])
    take_in(settings)
    office.drop_survey(settings, [office.survey(3)])
    run(settings)
    assert scalar(settings, "select count(*) from conformed.source_record where status = 'in_force'") == 3
    office.drop_survey(settings, [office.survey(1, address="改过")], suffix="_更正1")
    run(settings)
    assert "被本件取代的文件中有 2 行" in told(settings) and "下一步：请先核对不在本件中的行" in told(settings)
    office.drop_survey(settings, [office.survey(2), office.survey(3)], suffix="_更正1_补报1")
    run(settings)
    assert scalar(settings, "select count(*) from conformed.source_record where status = 'in_force'") == 3


def split_wrongly(settings: Settings, numbers: range, as_of: str) -> None:
    """A roll whose last line has one field too many: the row is held back and nobody knows whose it is."""
    good = office.as_csv("education.enrolment", [office.pupil(n) for n in numbers])
    surplus = b"," * office.as_csv("education.enrolment", [{}]).splitlines()[0].count(b",") + b",x\r\n"
    office.drop(settings, "education", f"学籍信息_{office.COUNTY}_{as_of}.csv", good + b"G1" + surplus)


def test_a_file_with_a_row_of_unknown_key_makes_nobody_absent(settings: Settings) -> None:
    roll(settings, *ALL)
    split_wrongly(settings, range(1, 6), "20260715")
    run(settings)
    assert scalar(settings, "select rejected_count from intake.receipt where as_of_date = '2026-07-15'") == 1
    assert absences(settings) == []
    roll(settings, *range(1, 6), as_of="20260731")
    run(settings)
    assert absences(settings) == [("education.enrolment", "unconfirmed", None)]  # the next whole file is asked instead
    assert scalar(settings, "select absent_date from conformed.absence") == date(2026, 7, 31)


def test_a_mended_file_tells_again_who_is_absent(settings: Settings) -> None:
    roll(settings, *ALL)
    split_wrongly(settings, range(1, 6), "20260715")
    run(settings)
    roll(settings, *range(1, 6), as_of="20260715", suffix="_更正1")
    run(settings)
    assert len(absences(settings)) == 1


def test_a_key_that_is_itself_at_fault_names_nobody(settings: Settings) -> None:
    roll(settings, *ALL)
    roll(settings, *ALL, as_of="20260731", school_roll_number="")
    run(settings)
    assert absences(settings) == []


def test_two_rows_of_one_key_are_of_a_known_child(settings: Settings) -> None:
    roll(settings, *ALL)
    twice = [office.pupil(n) for n in range(1, 6)] + [office.pupil(5, address="另一处")]
    office.drop_pupils(settings, twice, "20260731")
    run(settings)
    assert [state for _, state, _ in absences(settings)] == ["unconfirmed"]
