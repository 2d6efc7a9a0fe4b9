"""People's words: they outlive every run, nothing is deleted, and a shielded child is never changed by one account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import office
from childledger import cli, db, linkage, pipeline, trace
from childledger.errors import LinkageError
from childledger.linkage import changes
from childledger.settings import Settings
from reviewers import NICKNAMES, child_of, in_doubt, resolve, rows, run, scalar, stranger, two


def test_undoing_is_a_word_and_the_one_before_counts_again(settings: Settings) -> None:
    left, right = two(settings)
    first, waits = pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    assert not waits and resolve(settings) == 1
    second, _ = pipeline.judge_records(settings, left, right, "DIFFERENT", "不是一人", "li")
    assert resolve(settings) == 2
    pipeline.undo_judgement(settings, second, "点错了", "li")
    assert resolve(settings) == 1
    pipeline.undo_judgement(settings, first, "户口簿看错", "wang")
    assert resolve(settings) == 2
    with pytest.raises(LinkageError, match="already undone"):
        pipeline.undo_judgement(settings, first, "again", "wang")
    assert scalar(settings, "select count(*) from identity.judgement") == 2


def test_a_word_is_about_the_senders_keys_and_so_is_its_undoing_or_doubt(settings: Settings) -> None:
    """July's rows inherit what was said of June's; of all that is said of the two keys the newest counts."""
    left, right = two(settings)
    pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    office.drop_pupils(settings, [office.pupil(1)], "20260731")
    office.drop_survey(settings, [stranger(1, id_number="", surveyed_on="2026-07-20")], "20260731")
    assert run(settings)["children"] == 1
    pipeline.shield(settings, child_of(settings, left), "shielded", "公安来函", "zhao")
    july = [row[0] for row in rows(settings, "select source_record_id from identity.member order by 1")][2:]
    unsure, waits = pipeline.judge_records(settings, july[0], july[1], "UNSURE", "说不准", "sun")
    assert waits and resolve(settings) == 1  # it would split the shielded child, though it was said of other rows
    pipeline.confirm_judgement(settings, unsure, "确实说不准", "li")
    assert resolve(settings) == 2


def test_nothing_said_is_ever_changed_or_deleted(settings: Settings) -> None:
    left, right = two(settings)
    number, _ = pipeline.judge_records(settings, left, right, "UNSURE", "看不清", "wang")
    pipeline.undo_judgement(settings, number, "看清了", "wang")
    pipeline.shield(settings, child_of(settings, left), "unknown", "公安来函", "wang")
    for table in ("judgement", "second_word", "shield"):
        for statement in (f"delete from identity.{table}", f"update identity.{table} set reason = 'x'"):
            with pytest.raises(sa.exc.DatabaseError, match="only ever added to"):
                rows(settings, statement)


def test_a_word_wakes_the_next_resolve(settings: Settings) -> None:
    left, right = two(settings)
    assert pipeline.resolve(settings) == {}
    number, _ = pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    assert pipeline.resolve(settings)["children"] == 1
    pipeline.undo_judgement(settings, number, "看错了", "wang")
    assert pipeline.resolve(settings)["children"] == 2


@pytest.mark.parametrize("state", ["shielded", "unknown"])
def test_one_account_never_changes_a_shielded_child(settings: Settings, state: str) -> None:
    left, right = two(settings)
    pipeline.shield(settings, child_of(settings, right), state, "公安来函", "zhao")
    number, waits = pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    assert waits and resolve(settings) == 2
    assert f"judgement={number}" in trace.pairs(settings, 20)
    for same in ("wang", " Wang "):
        with pytest.raises(LinkageError, match="second, different account"):
            pipeline.confirm_judgement(settings, number, "我再看一次", same)
    pipeline.confirm_judgement(settings, number, "也看过", "li")
    assert resolve(settings) == 1
    assert f"judgement={number}" not in trace.pairs(settings, 20)
    undone = pipeline.undo_judgement(settings, number, "看错了", "wang")
    assert undone and resolve(settings) == 1
    pipeline.confirm_judgement(settings, number, "确实错了", "li")
    assert resolve(settings) == 2
    with pytest.raises(LinkageError, match="does not wait"):
        pipeline.confirm_judgement(settings, number, "再一次", "sun")


def test_different_waits_only_where_it_would_split_a_shielded_child(settings: Settings) -> None:
    left, right = two(settings)
    pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    assert resolve(settings) == 1
    pipeline.shield(settings, child_of(settings, left), "shielded", "公安来函", "zhao")
    assert resolve(settings) == 1  # a shield undoes nothing
    number, waits = pipeline.judge_records(settings, left, right, "DIFFERENT", "不是一人", "li")
    assert waits and resolve(settings) == 1
    unsure, waits = pipeline.judge_records(settings, left, right, "UNSURE", "说不准", "sun")
    assert waits and resolve(settings) == 1  # taking a SAME back by UNSURE splits as well
    pipeline.undo_judgement(settings, unsure, "放弃", "sun")
    pipeline.confirm_judgement(settings, number, "确实不是", "wang")
    assert resolve(settings) == 2
    _, waits = pipeline.judge_records(settings, left, right, "DIFFERENT", "还是不是", "li")
    assert not waits


def test_a_shield_raised_after_a_word_but_before_its_effect_makes_it_wait(settings: Settings) -> None:
    left, right = two(settings)
    number, waits = pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    assert not waits
    pipeline.shield(settings, child_of(settings, left), "shielded", "公安来函", "zhao")
    assert resolve(settings) == 2
    pipeline.confirm_judgement(settings, number, "也看过", "li")
    assert resolve(settings) == 1


def test_an_unsure_pair_stays_but_goes_to_the_end(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    office.drop_survey(settings, [stranger(n) for n in (1, 2)])
    run(settings)
    before = [pair["pair_id"] for pair, _ in queue(settings)]
    first = queue(settings)[0][0]
    pipeline.judge_records(settings, first["left_record_id"], first["right_record_id"], "UNSURE", "看不清", "wang")
    resolve(settings)
    assert [pair["pair_id"] for pair, _ in queue(settings)] == before[::-1]
    assert "UNSURE so far" in trace.pairs(settings, 20)


def queue(settings: Settings) -> list[Any]:
    with db.transaction(settings.database_url) as conn:
        return linkage.list_queue(conn, 10.0, 20)


def test_harm_comes_first_in_the_queue(settings: Settings) -> None:
    """A child with an open flag, a shielded one, and one with both, before one without a mark."""
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2, 3, 4)])
    troubled = {3: {"vagrancy": "是"}, 4: {"vagrancy": "是"}}
    office.drop_survey(settings, [stranger(n, **troubled.get(n, {})) for n in (1, 2, 3, 4)])
    run(settings)
    enrolled = """select child_id from identity.member join conformed.source_record as record using (source_record_id)
        where record.name = :name"""
    for number in (2, 4):
        child = scalar(settings, enrolled, name=office.pupil(number)["name"])
        pipeline.shield(settings, child, "shielded", "公安来函", "zhao")
    marks = [pair["marks"] for pair, _ in queue(settings)]
    assert marks[0] == "open_flag,shielded" and set(marks[1:3]) == {"open_flag", "shielded"} and marks[3] == ""


def test_the_queue_tells_what_agrees_and_never_who_it_is(settings: Settings) -> None:
    in_doubt(settings)
    told = trace.pairs(settings, 20)
    child = office.pupil(1)
    assert "column=id_number  relation=agree" in told and "column=name  relation=differ" in told
    assert "left=2015  right=2015" in told
    for column in ("name", "id_number", "birth_date", "address", "guardian_name", "guardian_phone"):
        assert str(child[column]) not in told
    assert NICKNAMES[0] not in told


def test_identity_is_shown_for_a_reason_and_on_record(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    in_doubt(settings)
    pair = scalar(settings, "select pair_id from identity.pair")
    with pytest.raises(LinkageError, match="reason"):
        pipeline.disclose(settings, pair, " ", "wang")
    with pytest.raises(LinkageError, match="no pair"):
        pipeline.disclose(settings, 0, "核对户口簿", "wang")
    assert scalar(settings, "select count(*) from identity.disclosure") == 0
    monkeypatch.setattr(Settings, "load", classmethod(lambda cls: settings))
    assert cli.main(["pairs", "--show", str(pair), "--reason", "核对户口簿", "--officer", "wang"]) == 0
    assert office.pupil(1)["name"] in capsys.readouterr().out
    assert rows(settings, "select reader, reason from identity.disclosure") == [("wang", "核对户口簿")]
    with pytest.raises(sa.exc.DatabaseError, match="only ever added to"):
        rows(settings, "delete from identity.disclosure")


def test_a_run_that_changes_too_much_stops_and_an_operator_lets_it_pass(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, right = two(settings)  # the first load is free
    monkeypatch.setattr(changes, "limits", lambda: changes.Limits(10.0, 0.005, 0))
    pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    with pytest.raises(LinkageError, match="would merge 1 and split 0 of 2 children, more than 0"):
        pipeline.resolve(settings)
    assert scalar(settings, "select count(distinct child_id) from identity.member") == 2
    with pytest.raises(LinkageError, match="needs a reason"):
        pipeline.resolve(settings, override=("zhao", " "))
    assert pipeline.resolve(settings, override=("zhao", "已核对"))["children"] == 1
    newest = "select officer, reason, merged_count, standing_count from identity.run order by run_id desc limit 1"
    assert rows(settings, newest) == [("zhao", "已核对", 1, 2)]


def test_words_need_a_reason_an_account_and_something_to_speak_of(settings: Settings, tmp_path: Path) -> None:
    left, right = two(settings)
    for arguments in (
        (left, right, "SAME", " ", "wang"),
        (left, right, "SAME", "x", " "),
        (left, left, "SAME", "x", "w"),
    ):
        with pytest.raises(LinkageError):
            pipeline.judge_records(settings, *arguments)
    for call in (pipeline.undo_judgement, pipeline.confirm_judgement):
        with pytest.raises(LinkageError, match="no judgement"):
            call(settings, 99, "x", "wang")
    with pytest.raises(LinkageError, match="child that is there"):
        pipeline.shield(settings, 99, "open", "x", "wang")
