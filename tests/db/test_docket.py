"""Dockets: what the place of the household register decides is asked of it, has a holder and a day, and a result."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

import office
from childledger import db, docketing, followup, ledger, pipeline
from childledger.cli import main
from childledger.errors import LedgerError
from childledger.followup import dockets, requests
from childledger.settings import Settings
from queued import moment, rows, run

NEAR, FAR, THERE = "411681", "440106", "410102"
"""A county of the province, one of another, and one a child moves to."""
ASKED = date(2026, 7, 13)
RESULTS = "select child_id, kind, result from followup.docket order by docket_id"
STEPS = (
    "select number, code, holder, due_date, result from followup.docket_step where docket_id = :docket order by number"
)


def take_in(settings: Settings, day: date) -> None:
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings, moment(day))


def listed(settings: Settings, county: str = office.COUNTY) -> dict[str, Any]:
    path = settings.queues / county / requests.FOLDER / f"{requests.LIST}_{county}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def answer(settings: Settings, docket: int | str, result: str, day: date, start: date | None = None) -> None:
    with db.transaction(settings.database_url) as conn:
        dockets.answer(conn, docket, result, "wang", "来函答复", moment(day), start)


def text_of(letter: Path) -> str:
    page = docx.Document(str(letter))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in page.paragraphs), *cells])


def alarms(settings: Settings, day: date, county: str = NEAR) -> list[str]:
    """What `watch_duties` says of the dockets a county of the province has."""
    with db.transaction(settings.database_url) as conn:
        told = followup.watch(conn, moment(day))
    return [line for line in told if line.startswith("dockets") and line.endswith(county)]


def verify(settings: Settings) -> None:
    with db.transaction(settings.database_url) as conn:
        ledger.verify(conn)


def drop_aid(settings: Settings, child: dict[str, Any]) -> None:
    """The place of the household register recognised an orphan."""
    same = ("name", "id_number", "birth_date", "sex", "ethnicity", "hukou_code", "residence_code", "guardian_name")
    aid = {name: child[name] for name in same}
    aid |= {"approval_number": "JZ1", "assistance_type": "孤儿", "assistance_approved_on": "2026-08-03"}
    office.drop(settings, "civil_affairs", f"救助保障对象_{NEAR}_20260810.csv",
                office.as_csv("civil_affairs.assistance", [aid]), NEAR)  # fmt: skip


@pytest.fixture
def confirmed(settings: Settings) -> Settings:
    """Three children whose parents are gone, as visits confirmed; the third is shielded."""
    gone = {"father_status": "死亡", "mother_status": "死亡", "guardian_status": "死亡"}
    people = [office.pupil(1), office.pupil(2, hukou_code=FAR), office.pupil(3)]
    surveys = [office.survey(n, child, **gone, hukou_township=f"户籍乡{n}") for n, child in enumerate(people, 1)]
    surveys[1] |= {"mother_status": "失联"}
    office.drop_survey(settings, surveys)
    take_in(settings, date(2026, 7, 10))
    path = settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.json"
    items = json.loads(path.read_text(encoding="utf-8"))["items"]
    office.drop_visits(settings, [office.visit(item, verdict="情况属实-户籍地办理中") for item in items])
    pipeline.shield(settings, 3, "shielded", "公安来函", "zhao")
    take_in(settings, ASKED)
    return settings


def test_a_confirmed_flag_is_asked_of_the_hukou_county_until_a_row_of_it_shows_the_benefit(confirmed: Settings) -> None:
    assert docketing.follow(confirmed, moment(ASKED)) == {"dockets_ended": 0, "dockets_opened": 2}
    assert docketing.follow(confirmed, moment(ASKED)) == {"dockets_ended": 0, "dockets_opened": 0}
    kinds = {child: (docket, kind) for docket, child, kind in rows(
        confirmed, "select docket_id, child_id, kind from followup.docket")}  # fmt: skip
    docket, kind = kinds[1]
    assert (
        kind == "orphan" and kinds[2][1] == "unsupported" and 3 not in kinds
    )  # a shielded child is no machine's to name
    (told,) = listed(confirmed, NEAR)["to_decide"]
    assert (told["name"], told["due"], told["days_left"]) == (office.pupil(1)["name"], "2026-07-16", 3)
    assert "入户摸排 父亲状况 2026-06-20 记录" in told["proof"] and "死亡" not in told["proof"]
    assert listed(confirmed)["to_decide"] == [] and len(listed(confirmed)["asked"]) == 2

    answer(confirmed, docket, "done", date(2026, 7, 15))
    answer(confirmed, docket, "returned", date(2026, 7, 17))
    answer(confirmed, docket, "done", date(2026, 7, 20))
    assert rows(confirmed, STEPS, docket=docket) == [
        (1, "sending", "residence", date(2026, 7, 16), "done"),
        (2, "first", "hukou", date(2026, 8, 5), "returned"),
        (3, "sending", "residence", date(2026, 7, 22), "done"),
        (4, "first", "hukou", date(2026, 8, 10), None),
    ]
    assert alarms(confirmed, date(2026, 8, 10)) == []
    assert alarms(confirmed, date(2026, 8, 11)) == [f"dockets past their day: 1 since 2026-08-11 00:00, {NEAR}"]
    verify(confirmed)

    drop_aid(confirmed, office.pupil(1))
    take_in(confirmed, date(2026, 8, 11))
    docketing.follow(confirmed, moment(date(2026, 8, 11)))
    docketing.follow(confirmed, moment(date(2026, 8, 12)))
    assert rows(confirmed, RESULTS)[0] == (1, "orphan", "proven") and len(rows(confirmed, RESULTS)) == 2
    (over,) = listed(confirmed)["ended"]
    assert over["result_title"] == "户籍地报送数据已列入" and listed(confirmed, NEAR)["to_decide"] == []
    assert "name" not in over
    verify(confirmed)


def test_a_docket_goes_with_the_child_that_moves_and_keeps_its_reference(confirmed: Settings) -> None:
    docketing.follow(confirmed, moment(ASKED))
    query = "select reference from followup.docket where is_by_letter"
    ((reference,),) = rows(confirmed, query)
    moved = office.survey(2, office.pupil(2, hukou_code=FAR), residence_code=THERE, surveyed_on="2026-07-30")
    moved |= {"guardian_status": "死亡", "father_status": "死亡", "mother_status": "失联"}
    name = f"入户摸排_{THERE}_20260801.csv"
    office.drop(confirmed, "civil_affairs", name, office.as_csv("civil_affairs.screening", [moved]), THERE)
    take_in(confirmed, date(2026, 8, 3))
    docketing.follow(confirmed, moment(date(2026, 8, 3)))
    assert rows(confirmed, query) == [(reference,)]
    assert reference.startswith(office.COUNTY)
    assert [row["reference"] for row in listed(confirmed, THERE)["asked"]] == [reference]
    assert reference not in {row["reference"] for row in listed(confirmed)["asked"]}
    assert alarms(confirmed, date(2026, 8, 4), THERE) == [f"dockets past their day: 1 since 2026-07-17 00:00, {THERE}"]
    letters = confirmed.queues / THERE / requests.FOLDER / requests.LETTERS
    assert [letter.stem for letter in letters.iterdir()] == [reference]
    verify(confirmed)


def test_another_province_gets_a_letter_and_answers_by_its_code(confirmed: Settings) -> None:
    docketing.follow(confirmed, moment(ASKED))
    ((docket, reference, code),) = rows(
        confirmed, "select docket_id, reference, return_code from followup.docket where is_by_letter")  # fmt: skip
    letter = confirmed.queues / office.COUNTY / requests.FOLDER / requests.LETTERS / f"{reference}.docx"
    text = text_of(letter)
    child = office.pupil(2)
    told = ("广东省广州市天河区民政部门", reference, f"{code[:5]}-{code[5:]}", child["name"], "户籍乡2", "15个工作日")
    law = ("未成年人保护法第九十一条", "事实无人抚养儿童", "河南省郑州市", "回执", "母亲状况 2026-06-20")
    for part in told + law:
        assert part in text, part
    for part in (child["address"], child["guardian_phone"], child["id_number"], "失联"):
        assert part not in text
    assert not (confirmed.queues / FAR).exists()

    answer(confirmed, docket, "done", date(2026, 7, 14))
    late = moment(date(2026, 8, 10))
    docketing.follow(confirmed, late)
    with db.transaction(confirmed.database_url) as conn:
        (origin,) = dockets.count_origins(conn, late)
    assert (origin["hukou_county_code"], origin["asked"], origin["answered"], origin["overdue"]) == (FAR, 1, 0, 1)
    report = (confirmed.reports / f"{requests.ORIGINS}_2026-08.json").read_text(encoding="utf-8")
    assert "天河区" in report and child["name"] not in report

    for wrong in ("00000-00000", "-"):
        with pytest.raises(LedgerError, match="no open docket has this return code"):
            answer(confirmed, wrong, "refused", date(2026, 8, 11))
    with pytest.raises(LedgerError, match="the day the benefit starts"):
        answer(confirmed, code, "recognised", date(2026, 8, 11))
    answer(confirmed, f"{code[:5]}-{code[5:]}".lower(), "recognised", date(2026, 8, 11), date(2026, 8, 1))
    assert docketing.follow(confirmed, moment(date(2026, 8, 11))) == {"dockets_ended": 0, "dockets_opened": 0}
    assert not letter.exists()
    (over,) = listed(confirmed)["ended"]
    assert (over["result"], over["benefit_start_date"]) == ("recognised", "2026-08-01")
    verify(confirmed)


def test_an_officer_may_ask_for_a_shielded_child_and_what_rests_on_nothing_ends(
    confirmed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHILDLEDGER_HOME", str(confirmed.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", confirmed.database_url)
    docketing.follow(confirmed, moment(ASKED))
    ask = ["open-docket", "3", "dibao", "--reason", "家庭申请", "--officer", "wang"]
    assert main(ask) == 0 and main(ask) != 0  # one open docket for each child and kind
    assert main(["dockets", "--county", FAR]) == 0 and FAR in capsys.readouterr().out
    assert main(["docket", "3"]) == 0 and main(["dockets", "--county", NEAR]) == 0
    said = capsys.readouterr().out
    assert "kind=dibao" in said and "code=sending" in said and office.pupil(3)["name"] not in said
    docketing.follow(confirmed, moment(ASKED))
    assert {row["name"] for row in listed(confirmed, NEAR)["to_decide"]} == {
        office.pupil(1)["name"], office.pupil(3)["name"]}  # fmt: skip
    assert main(["docket-step", "3", "--result", "withdrawn", "--reason", "家庭撤回", "--officer", "wang"]) == 0

    pipeline.entitle(confirmed)
    gaps = openpyxl.load_workbook(confirmed.queues / office.COUNTY / f"服务缺口_{office.COUNTY}.xlsx")["服务缺口"]
    asked = [str(cell.value) for row in gaps.iter_rows() for cell in row if "已请户籍地认定" in str(cell.value)]
    assert len(asked) == 2 and all(f"文号{office.COUNTY}-0000000" in cell for cell in asked)

    run(
        confirmed,
        "update ledger.flag set status = 'dismissed' where child_id = 1 and flag_code = 'orphan_unrecognised'",
    )
    run(confirmed, "update ledger.profile set hukou_code = '411602' where child_id = 2")
    assert docketing.follow(confirmed, moment(ASKED)) == {"dockets_ended": 2, "dockets_opened": 1}
    ended = {row[2] for row in rows(confirmed, RESULTS)}
    assert ended == {"evidence_withdrawn", "hukou_moved", "withdrawn", None}
    verify(confirmed)
    run(confirmed, f"update ledger.profile set hukou_code = '{NEAR}' where child_id = 2")
    assert docketing.follow(confirmed, moment(ASKED)) == {"dockets_ended": 1, "dockets_opened": 1}  # a slip was mended
    verify(confirmed)


def test_no_character_in_the_row_of_one_child_stops_the_lists_and_letters_of_all(settings: Settings) -> None:
    gone = {"father_status": "死亡", "mother_status": "死亡", "guardian_status": "死亡"}
    strange = {"name": "张\x0b三\ufffe", "guardian_name": "李\x01四", "residence_village": "𠮷" * 80}
    office.drop_survey(
        settings, [office.survey(1, office.pupil(1, hukou_code=FAR), **gone, **strange), office.survey(2, **gone)]
    )
    take_in(settings, date(2026, 7, 10))
    pipeline.entitle(settings)
    for child in (1, 2):
        with db.transaction(settings.database_url) as conn:
            dockets.ask(conn, child, "orphan", "wang", "两地都要办", moment(ASKED))
    docketing.follow(settings, moment(ASKED))
    (letter,) = settings.queues.glob(f"{office.COUNTY}/{requests.FOLDER}/{requests.LETTERS}/*.docx")
    assert "张三" in text_of(letter) and "李四" in text_of(letter)
    book = openpyxl.load_workbook(settings.queues / office.COUNTY / f"服务缺口_{office.COUNTY}.xlsx")
    assert {"张三", office.pupil(2)["name"]} == {row[1].value for row in book["服务缺口"].iter_rows(min_row=2)}
    planned = {path.parent.name for path in settings.queues.glob(f"{office.COUNTY}/花园路街道/*/走访计划_*.json")}
    assert planned == {"第三社区", "𠮷" * 45}


def test_what_the_county_that_asked_takes_back_is_no_answer_of_the_origin(confirmed: Settings) -> None:
    docketing.follow(confirmed, moment(ASKED))
    ((asked,),) = rows(confirmed, "select docket_id from followup.docket where hukou_county_code = :far", far=FAR)
    with db.transaction(confirmed.database_url) as conn:
        other = dockets.ask(conn, 2, "dibao", "wang", "家庭申请", moment(ASKED))
    for docket in (asked, other):
        answer(confirmed, docket, "done", date(2026, 7, 14))
    answer(confirmed, other, "withdrawn", date(2026, 7, 15))
    with db.transaction(confirmed.database_url) as conn:
        (origin,) = dockets.count_origins(conn, moment(date(2026, 8, 10)))
    assert (origin["asked"], origin["answered"], origin["overdue"]) == (2, 0, 1)
