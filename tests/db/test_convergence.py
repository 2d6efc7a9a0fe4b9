"""Whatever comes, however often, in whatever order, with the stages run whenever: one ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st

import canon
import office
from canon import drop_residence, fresh, residence, scalar, take_in
from childledger import db, pipeline
from childledger.settings import Settings
from fix_db import Server

DAY = date(2026, 8, 10)
Deliver = Callable[[Settings], Any]


def pupils(*numbers: int, as_of: str = office.AS_OF, suffix: str = "", **changes: Any) -> Deliver:
    rows = [office.pupil(n, **changes) for n in numbers]
    return lambda target: office.drop_pupils(target, rows, as_of, suffix)


def surveys(*rows: dict[str, Any], as_of: str = office.AS_OF, suffix: str = "") -> Deliver:
    return lambda target: office.drop_survey(target, list(rows), as_of, suffix)


FILES: dict[str, Deliver] = {
    "roll": pupils(1, 2, 3, 4, 5, address="老地址1号"),
    "roll, to a revision that will be replaced": pupils(6, suffix="_补报1"),
    "roll corrected": pupils(1, 2, 3, 4, suffix="_更正1"),
    "corrected roll, one row mended and one added": pupils(2, 7, suffix="_更正1_补报1", address="新地址2号"),
    "corrected roll, mended again": pupils(2, suffix="_更正1_补报2", address="最新地址3号"),
    "roll of July, one gone": pupils(1, 2, 3, 7, as_of="20260731"),
    "residence of the same day": lambda target: drop_residence(target, [residence(1), residence(4), residence(8)]),
    "residence of July": lambda target: drop_residence(target, [residence(1), residence(8)], "20260731"),
    "survey": surveys(office.survey(1, vagrancy="是"), office.survey(3), office.survey(4, guardian_status="失联")),
    "survey of July, one event again": surveys(
        office.survey(1, vagrancy="是", address="又搬了"),
        office.survey(2, survey_number="MP12", surveyed_on="2026-07-20", residence_since="2026-06-01"),
        as_of="20260731",
    ),
    "survey corrected": surveys(office.survey(1), office.survey(4, guardian_status="失联"), suffix="_更正1"),
    "survey, the date of one row mended": surveys(office.survey(4, surveyed_on="2026-06-21"), suffix="_更正1_补报1"),
}
BACK_TO_THE_FIRST = surveys(
    office.survey(1, vagrancy="是"), office.survey(3), office.survey(4, guardian_status="失联"), suffix="_更正2"
)
BAD = surveys(office.survey(2, self_referral="是", residence_code="410105"), office.survey(9), as_of="20260705")


def finish(settings: Settings) -> dict[str, list[str]]:
    take_in(settings)
    for feed in ("education.enrolment", "civil_affairs.screening"):  # what a repeat or a withdrawal left to answer
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    pipeline.refresh(settings, DAY)
    pipeline.deliver(settings)
    return canon.dump(settings)


STEPS: dict[str, Callable[[Settings], Any]] = {
    "nothing": lambda settings: None,
    "receive": pipeline.receive,
    "ingest": take_in,
    "resolve": lambda settings: (take_in(settings), pipeline.resolve(settings)),
    "refresh": lambda settings: (take_in(settings), pipeline.refresh(settings, DAY)),
    "all": finish,
}


@pytest.fixture(scope="module")
def plain(server: Server, template: str) -> dict[bool, dict[str, list[str]]]:
    """The ledger of all files in their plain order, without and with the return to the first survey."""
    found = {}
    for goes_back in (False, True):
        with fresh(server, template) as settings:
            for deliver in [*FILES.values(), *([BACK_TO_THE_FIRST] if goes_back else [])]:
                deliver(settings)
                take_in(settings)
            found[goes_back] = finish(settings)
    return found


@examples(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # shrinking would take minutes; the differences and the drawn order are printed instead
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_any_interleaving_makes_the_ledger_of_the_plain_order(
    server: Server, template: str, plain: dict[bool, dict[str, list[str]]], data: st.DataObject
) -> None:
    goes_back = data.draw(st.booleans(), "goes back")
    order = data.draw(st.permutations([*FILES, *(["back"] if goes_back else []), "bad"]), "order")
    again = data.draw(st.lists(st.sampled_from(list(FILES)), max_size=4), "again")
    steps = data.draw(st.lists(st.sampled_from(list(STEPS)), min_size=len(order), max_size=len(order)), "steps")
    withdrawn_after = data.draw(st.integers(order.index("bad"), len(order) - 1), "withdrawn after")
    deliveries = FILES | {"back": BACK_TO_THE_FIRST, "bad": BAD}
    with fresh(server, template) as settings:
        for place, (name, step) in enumerate(zip(order, steps, strict=True)):
            deliveries[name](settings)
            STEPS[step](settings)
            if place == withdrawn_after:
                take_in(settings)
                pipeline.withdraw(settings, bad_receipt(settings), "报错了县", "officer")
        for name in again:
            deliveries[name](settings)
            take_in(settings)
        assert canon.differences(finish(settings), plain[goes_back]) == []


def bad_receipt(settings: Settings) -> int:
    with db.transaction(settings.database_url) as conn:
        query = "select receipt_id from intake.receipt where file_name like '入户摸排%20260705%'"
        return int(conn.execute(sa.text(query)).scalar_one())


def addresses(settings: Settings) -> dict[str, str]:
    with db.transaction(settings.database_url) as conn:
        rows = conn.execute(
            sa.text("select record_key, address from conformed.source_record where status = 'in_force'")
        )
        return {row.record_key[-4:]: row.address for row in rows}


def key(number: int) -> str:
    return str(office.pupil(number)["school_roll_number"])[-4:]


def test_mended_rows_sent_alone_join_the_file_they_mend(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2), office.pupil(3, birth_date="不知道")])
    take_in(settings)
    assert addresses(settings) == {key(1): "花园路1号", key(2): "花园路1号"}
    office.drop_pupils(settings, [office.pupil(3), office.pupil(2, address="改过的地址")], suffix="_补报1")
    finish(settings)
    assert addresses(settings) == {key(1): "花园路1号", key(2): "改过的地址", key(3): "花园路1号"}
    assert scalar(settings, "select count(*) from intake.receipt where superseded_by is not null") == 0
    statement = scalar(settings, "select statement from ledger.refresh where is_head")
    assert [line["difference"] for line in statement] == [0] * len(statement)


def test_a_supplement_goes_with_the_revision_it_supplements(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    office.drop_pupils(settings, [office.pupil(2)], suffix="_补报1")
    take_in(settings)
    office.drop_pupils(settings, [office.pupil(1), office.pupil(3)], suffix="_更正1")
    take_in(settings)
    assert set(addresses(settings)) == {key(1), key(3)}
    office.drop_pupils(settings, [office.pupil(2)], suffix="_更正1_补报1")
    take_in(settings)
    assert set(addresses(settings)) == {key(1), key(2), key(3)}


def test_the_result_tells_both_ways_to_mend(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2, birth_date="不知道")], suffix="_更正2")
    take_in(settings)
    place = settings.landing / "education" / office.COUNTY / "receipts"
    told = "".join(path.read_text(encoding="utf-8") for path in place.glob("*需改.txt"))
    assert f"学籍信息_{office.COUNTY}_{office.AS_OF}_更正2_补报1.csv" in told
    assert f"学籍信息_{office.COUNTY}_{office.AS_OF}_更正3.csv" in told


def test_a_corrected_visit_changes_the_answer_it_gave(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    finish(settings)
    with db.transaction(settings.database_url) as conn:
        item = dict(conn.execute(sa.text("select item_id, child_id from followup.item")).one()._mapping)
    child = office.pupil(1)
    item |= {"name": child["name"], "birth_date": child["birth_date"], "sex_title": child["sex"]}
    office.drop_visits(settings, [office.visit(item)])
    finish(settings)
    assert scalar(settings, "select status from ledger.flag") == "confirmed"
    office.drop_visits(settings, [office.visit(item, verdict="证据过期")], suffix="_更正1")
    finish(settings)
    assert scalar(settings, "select status from ledger.flag") == "dismissed"
    office.drop_visits(settings, [office.visit(item, verdict="", visit_outcome="不在家")], suffix="_更正2")
    finish(settings)
    assert scalar(settings, "select status from ledger.flag") == "open"
    assert scalar(settings, "select state || attempt_count from followup.item") == "delivered1"


REPEATS = 1000


def test_a_thousand_repeats_are_one_load(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [office.survey(n, vagrancy="是") for n in (1, 2)]
    office.drop_survey(settings, rows)
    before = finish(settings)
    started = time.perf_counter()
    for number in range(1, REPEATS):
        office.drop_survey(settings, rows)
        if number % 100 == 0:  # nine of them with a full run of everything
            assert finish(settings) == before
        else:
            pipeline.receive(settings)
    spent = time.perf_counter() - started
    assert finish(settings) == before
    assert scalar(settings, "select count(*) from intake.receipt") == 1
    assert scalar(settings, "select count(*) from intake.delivery where is_duplicate") == REPEATS - 1
    assert scalar(settings, "select count(*) from intake.delivery where acknowledged_at is null") == 0
    assert scalar(settings, "select count(*) from ops.stage_run where stage = 'load'") == 1
    assert scalar(settings, "select count(*) from ledger.flag") == 2
    assert len([path for path in settings.archive.glob("*/*") if path.is_file()]) == 1  # besides the state of linkage
    with capsys.disabled():
        print(f"\n{REPEATS - 1} repeats of one file: {1000 * spent / (REPEATS - 1):.1f} ms each")
