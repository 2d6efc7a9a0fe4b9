"""What a resolve finds by looking at what changed is what it finds by looking at everything, whatever came before."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import office
from childledger import conforming, db, linkage, pipeline
from childledger.errors import LinkageError
from childledger.linkage import publishing
from childledger.settings import Settings
from reviewers import NICKNAMES, child_of, resolve, rows, run, scalar

FREE = linkage.Override("test", "measures only")
DATES = ("20260531", "20260630")
IN_FORCE = "select source_record_id from conformed.source_record where status = 'in_force'"
DUMP = {
    "members": "select source_record_id, child_id, route, rule_version, evidence, weight from identity.member",
    "former": "select source_record_id, child_id from identity.former_member",
    "children": "select child_id, merged_into from identity.child",
    "pairs": "select left_record_id, right_record_id, reason, evidence, weight from identity.pair",
    "events": "select kind, child_id, other_child_id, record_count, reason, actor from identity.event",
    "shields": "select child_id, state, reason, officer, inherited_from from identity.shield",
}
NUMBERED = ("child_id", "other_child_id", "merged_into", "inherited_from")


def found(settings: Settings, state: Path | None) -> dict[str, list[str]]:
    """What a resolve would publish, rolled back; new numbers counted from one."""
    with db.engine(settings.database_url).connect() as conn:
        known = conn.execute(sa.text("select coalesce(max(child_id), 0) from identity.child")).scalar_one()
        counts = publishing.resolve(conn, FREE, state)
        first = conn.execute(
            sa.text("select min(child_id) from identity.child where child_id > :known"), {"known": known}
        ).scalar_one()
        told = {part: [dict(row._mapping) for row in conn.execute(sa.text(query))] for part, query in DUMP.items()}
        in_force = {row.source_record_id for row in conn.execute(sa.text(IN_FORCE))}
        conn.rollback()
    assert {row["source_record_id"] for row in told["members"]} == in_force
    for row in (row for part in told.values() for row in part):
        for name in NUMBERED:
            if (row.get(name) or 0) > known:
                row[name] = f"new {row[name] - first}"
    return {part: sorted(map(str, listed)) for part, listed in told.items()} | {"counts": [str(counts)]}


def compare(settings: Settings) -> None:
    state = settings.archive / "linkage.duckdb"
    copy = state.with_name("copy.duckdb")
    copy.unlink(missing_ok=True)
    if state.exists():
        shutil.copy(state, copy)
    of_changes, of_everything = found(settings, copy), found(settings, None)
    for part, lines in of_everything.items():
        assert set(of_changes[part]) ^ set(lines) == set(), part


class Office:
    """Does what may happen to a ledger, at random."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.chance, self.revisions = settings, random.Random(seed), dict.fromkeys(DATES, 0)

    def some(self, statement: str) -> Any:
        """One number of those a statement lists, None for none."""
        listed = [row[0] for row in rows(self.settings, f"{statement} order by 1")]
        return self.chance.choice(listed) if listed else None

    def person(self, number: int) -> dict[str, Any]:
        wrong = {
            "name": self.chance.choice([NICKNAMES[number % 4], office.pupil(number % 3 + 1)["name"]]),
            "id_number": self.chance.choice(["", office.pupil(number % 3 + 1)["id_number"]]),
            "guardian_phone": self.chance.choice(["", "13900000001"]),
            "address": "文化路9号2单元301室",
        }
        return {name: value for name, value in wrong.items() if self.chance.random() < 0.3}

    def numbers(self) -> list[int]:
        return self.chance.sample(range(1, 6), self.chance.randint(1, 4))

    def suffix(self, as_of: str) -> str:
        """A correction, a supplement of the newest, or the file as it first came."""
        kind = self.chance.randrange(3)
        if kind == 0:
            self.revisions[as_of] += 1
        revision = f"_更正{self.revisions[as_of]}" if self.revisions[as_of] else ""
        return revision + (f"_补报{self.chance.randint(1, 3)}" if kind == 1 else "")

    def pupils(self) -> None:
        as_of = self.chance.choice(DATES)
        told = [office.pupil(n, **self.person(n)) for n in self.numbers()]
        office.drop_pupils(self.settings, told, as_of, self.suffix(as_of))
        self.take_in()

    def survey(self) -> None:
        as_of = self.chance.choice(DATES)
        told = [office.survey(self.chance.randint(1, 5), survey_number=f"MP{n}", surveyed_on=f"2026-05-{n + 10}",
                              **self.person(n)) for n in self.numbers()]  # fmt: skip
        office.drop_survey(self.settings, told, as_of, self.suffix(as_of))
        self.take_in()

    def take_in(self) -> None:
        for feed in pipeline.receive(self.settings):
            pipeline.ingest(self.settings, feed)

    def withdraw(self) -> None:
        if receipt := self.some(
            "select receipt_id from intake.receipt where withdrawn_at is null and state = 'settled'"
        ):
            self.withdraw_one(receipt)

    def withdraw_one(self, receipt: int) -> None:
        self.of_receipt(receipt, lambda conn, contract: conforming.withdraw(conn, contract, receipt, "错了", "li"))

    def again(self) -> None:
        if receipt := self.some("select receipt_id from intake.receipt where state = 'settled'"):
            settings = self.settings
            self.of_receipt(receipt, lambda conn, contract: conforming.conform(conn, settings, contract, receipt))

    def of_receipt(self, receipt: int, do: Callable[..., None]) -> None:
        contract = pipeline.contract_of(self.settings, pipeline.feed_of(self.settings, receipt) or "")
        with db.transaction(self.settings.database_url) as conn:
            do(conn, contract)

    def judge(self) -> None:
        told = self.some("select array[left_record_id, right_record_id] from identity.pair") or [
            self.record(),
            self.record(),
        ]
        if self.chance.random() < 0.5:
            told = [self.record(), self.record()]
        if None not in told and told[0] != told[1]:
            word = self.chance.choice(("SAME", "SAME", "DIFFERENT", "DIFFERENT", "UNSURE"))
            pipeline.judge_records(self.settings, *told, word, "看过", "wang")

    def undo(self) -> None:
        if number := self.some("select judgement_id from identity.word where undone_by is null"):
            pipeline.undo_judgement(self.settings, number, "看错了", "wang")

    def confirm(self) -> None:
        if number := self.some("select judgement_id from identity.word where is_waiting or is_undo_waiting"):
            pipeline.confirm_judgement(self.settings, number, "也看过", "li")

    def shield(self) -> None:
        if child := self.some("select child_id from identity.child"):
            pipeline.shield(self.settings, child, self.chance.choice(linkage.SHIELD_STATES), "来函", "zhao")

    def record(self) -> Any:
        return self.some(IN_FORCE)

    def name_a_child(self) -> None:
        """A row says whose it is, as a visit does: a number that stands or not, under its own name or another's."""
        self.change(
            "facts = facts || jsonb_build_object('child_id', :told)",
            told=self.some("select child_id from identity.child"),
        )

    def name_nobody(self) -> None:
        self.change("facts = facts - 'child_id'")

    def rename(self) -> None:
        self.change("name = :told", told=self.chance.choice(NICKNAMES))

    def rekey(self) -> None:
        """The same line under another key or day, as a receipt conformed anew may say."""
        self.change("record_key = :told", told=f"K{self.chance.randint(1, 3)}")

    def change(self, what: str, **told: Any) -> None:
        rows(
            self.settings,
            f"update conformed.source_record set {what} where source_record_id = :record returning 1",
            record=self.record(),
            **told,
        )

    def twin(self) -> None:
        """A second row of a key and day."""
        if record := self.record():
            rows(
                self.settings,
                """insert into conformed.source_record
                select (jsonb_populate_record(record, jsonb_build_object(
                    'line_number', told.line, 'source_record_id', record.receipt_id * 10000000 + told.line,
                    'name', CAST(:name AS text), 'facts', '{}'::jsonb))).*
                from conformed.source_record as record
                cross join lateral (
                    select max(line_number) + 1 as line
                    from conformed.source_record as beside where beside.receipt_id = record.receipt_id
                ) as told
                where source_record_id = :record returning 1""",
                record=record,
                name=self.chance.choice(NICKNAMES),
            )

    def delete(self) -> None:
        rows(
            self.settings,
            "delete from conformed.source_record where source_record_id = :r returning 1",
            r=self.record(),
        )

    def ticket(self) -> None:
        """What a row says is asked about: whatever the key says later speaks for it."""
        rows(
            self.settings,
            """insert into tickets.ticket (feed, county_code, record_key, column_name, code, asks,
                is_settled_by_absence, stated_value, source_record_id, opened_receipt_id, opened_date, due_date,
                due_basis, changed_date)
            select feed, county_code, record_key, 'name', 'name_wrong', 'correct', false, name, source_record_id,
                receipt_id, now(), now(), 'weekdays_only', now()
            from conformed.source_record where source_record_id = :r
            on conflict do nothing returning 1""",
            r=self.record(),
        )

    def answered(self) -> None:
        rows(
            self.settings,
            "delete from tickets.ticket where ticket_id = :t returning 1",
            t=self.some("select ticket_id from tickets.ticket"),
        )

    def fail(self) -> None:
        """A run that ends without its work, at any place."""
        place = self.chance.choice(("_publish", "_stand", "_words", "number_clusters", None))
        url = self.settings.database_url
        with pytest.MonkeyPatch.context() as patch, pytest.raises(LinkageError), db.transaction(url) as conn:
            if place:
                patch.setattr(publishing, place, refuse)
            publishing.resolve(conn, FREE, self.settings.archive / "linkage.duckdb")
            raise LinkageError("killed")

    def shadow(self) -> None:
        with db.transaction(self.settings.database_url) as conn:
            savepoint = conn.begin_nested()
            publishing.resolve(conn, FREE)
            savepoint.rollback()

    def forget(self) -> None:
        (self.settings.archive / "linkage.duckdb").unlink(missing_ok=True)

    def elsewhere(self) -> None:
        """A run without this state."""
        with db.transaction(self.settings.database_url) as conn:
            publishing.resolve(conn, FREE)

    def resolve(self) -> None:
        pipeline.resolve(self.settings, anyway=True, override=("test", "anything goes"))


def refuse(*_: Any, **__: Any) -> None:
    raise LinkageError("refused")


OFTEN = ("pupils", "survey", "withdraw", "again", "judge", "name_a_child", "twin", "rename", "resolve")
SELDOM = (
    "undo", "confirm", "shield", "name_nobody", "rekey", "delete", "ticket", "answered", "fail", "shadow",
    "forget", "elsewhere",
)  # fmt: skip


def play(settings: Settings, seed: int, rounds: int) -> None:
    clerk = Office(settings, seed)
    clerk.pupils()
    clerk.survey()
    clerk.resolve()
    done = []
    for _ in range(rounds):
        for _ in range(clerk.chance.randint(1, 3)):
            done.append(clerk.chance.choice((*OFTEN, *OFTEN, *SELDOM)))
            getattr(clerk, done[-1])()
        try:
            compare(settings)
        except Exception:
            print(seed, done)
            raise
        if clerk.chance.random() < 0.8:
            clerk.resolve()
            done.append("(resolve)")


@pytest.mark.parametrize("seed", range(2))
def test_what_changed_gives_what_everything_gives(settings: Settings, seed: int) -> None:
    play(settings, seed, 6)


def test_a_cell_of_megabytes_stops_no_run(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1, address="路" * 2**20), office.pupil(2, address="路\\N")])
    assert run(settings)["children"] == 2
    compare(settings)


def test_rows_that_went_while_there_was_no_state_have_no_child(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)])
    run(settings)
    clerk = Office(settings, 0)
    clerk.forget()
    clerk.withdraw()
    assert resolve(settings) == 0
    assert rows(settings, "select 1 from identity.member") == []
    assert rows(settings, "select kind from identity.event where kind = 'retire'") == [("retire",)] * 2


def test_a_row_that_changes_its_key_leaves_nothing_under_the_old_one(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)])
    run(settings)
    for changed in ("record_key = 'K1'", "as_of_date = '2026-05-31'"):
        record = scalar(settings, "select min(source_record_id) from identity.member")
        child = child_of(settings, record)
        rows(
            settings, f"update conformed.source_record set {changed} where source_record_id = :r returning 1", r=record
        )
        compare(settings)
        assert resolve(settings) == 2 and child_of(settings, record) == child


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], Any]) -> None:
    """Do something once, in the middle of the next run."""
    words = publishing._words

    def interrupted(conn: Any) -> Any:
        monkeypatch.setattr(publishing, "_words", words)
        do()
        return words(conn)

    monkeypatch.setattr(publishing, "_words", interrupted)


def test_a_correction_taken_back_while_a_run_looks_at_it_waits_for_the_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    child = scalar(settings, "select child_id from identity.member")
    office.drop_pupils(settings, [office.pupil(1, address="新家5号")], suffix="_更正1")
    clerk = Office(settings, 0)
    clerk.take_in()
    correction = scalar(settings, "select max(receipt_id) from intake.receipt")
    rows(settings, "update intake.receipt set resolved_at = now() returning 1")  # it came just after they were marked
    meanwhile(monkeypatch, lambda: clerk.withdraw_one(correction))
    resolve(settings)
    compare(settings)
    assert resolve(settings) == 1
    assert rows(settings, "select child_id from identity.member") == [(child,)]


def test_a_row_that_goes_while_a_run_looks_at_it_waits_for_the_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Conformed anew, nothing changed; and then its file is withdrawn in the middle of the run."""
    office.drop_pupils(settings, [office.pupil(1)])
    office.drop_survey(settings, [office.survey(2)])
    run(settings)
    rows(settings, "update conformed.source_record set address = address returning 1")
    meanwhile(monkeypatch, Office(settings, 0).withdraw)
    resolve(settings)
    compare(settings)
    assert resolve(settings) == 1
    assert rows(settings, "select count(*) from identity.member") == [(1,)]


def test_of_many_rows_of_a_key_that_go_during_a_run_none_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    clerk = Office(settings, 0)
    clerk.twin()
    clerk.twin()
    resolve(settings)
    gone = "update conformed.source_record set status = 'withdrawn' where line_number = :line returning 1"
    rows(settings, gone, line=4)
    analyze = db.run

    def interrupted(conn: Any, name: str, **values: Any) -> Any:
        if name == "linkage/create_arrived_record":
            monkeypatch.setattr(db, "run", analyze)
            rows(settings, gone, line=3)
        return analyze(conn, name, **values)

    monkeypatch.setattr(db, "run", interrupted)
    resolve(settings)
    compare(settings)
    assert resolve(settings) == 1


def test_a_row_that_went_and_is_back_before_anyone_looked_has_its_child(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)])
    run(settings)
    rows(settings, "delete from conformed.source_record where line_number = 2 returning 1")
    Office(settings, 0).again()
    assert resolve(settings) == 2
    compare(settings)
