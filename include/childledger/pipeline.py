"""The stages in one line each, as DAGs and commands call them: ids in, one transaction, ids and counts out.

Every entry point is behind the exception firewall: what leaves it carries no value from a row.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Connection

from childledger import (
    conforming,
    contracts,
    db,
    entitlement,
    followup,
    gate,
    intake,
    ledger,
    linkage,
    register,
    reports,
    staging,
    tickets,
    validation,
)
from childledger.contracts import Contract
from childledger.errors import DutyMissed, LedgerError, sealed
from childledger.settings import BEIJING, Settings, today


def _gate(conn: Connection, settings: Settings, contract: Contract, receipt_id: int) -> None:
    """Compare a validated file and measure what it would do, without a trace; then release or hold it."""
    db.run(conn, "gate/lock_gate")
    case = gate.open_case(conn, contract, receipt_id)
    if case is None:
        return
    with gate.shadow(conn, receipt_id):
        conforming.conform(conn, settings, contract, receipt_id)
        comparison = gate.compare(conn, case)
    effect = _effect(conn, settings, case) if gate.may_matter(conn, case, comparison) else None
    gate.conclude(conn, settings, case, comparison, effect)


def _effect(conn: Connection, settings: Settings, case: gate.Case) -> dict[str, int]:
    """What a file would do: measured once with all files that wait, and alone only where that is beyond its limits.

    Together each file answers for every change to a child it speaks of, which is what it could do alone, or more.
    """
    known = gate.recall(conn, case, ledger.rules().sha256)
    wave = [] if known else gate.list_wave(conn, case)
    if len(wave) > 1:
        try:
            effects = _shadow(conn, settings, case, wave)
        except LedgerError:  # one of the others does not add up; that is for its own turn to tell
            effects = {}
        gate.remember(conn, case, effects, ledger.rules().sha256)
        known = effects.get(case.receipt.receipt_id)
    if known and not gate.limits_of(conn, case).exceeded_by(known):
        return known
    return _shadow(conn, settings, case, [(case.receipt.receipt_id, case.receipt.feed)])[case.receipt.receipt_id]


def _shadow(
    conn: Connection, settings: Settings, case: gate.Case, wave: list[tuple[int, str]]
) -> dict[int, dict[str, int]]:
    """The ledger of one day without some files and with them, rolled back; what each of them did, by receipt."""
    day, free = case.receipt.measured_on, linkage.Override("gate", "a shadow run publishes nothing")
    db.run(conn, "ledger/lock_ledger")  # in the order of a refresh, so that the two never wait for each other
    with (
        gate.shadow(conn, *(receipt_id for receipt_id, _ in wave)),
        linkage.rehearsal(conn, settings.archive / linkage.STATE) as state,
    ):
        if (
            linkage.is_waiting(conn)
            or not case.receipt.is_current
            or case.receipt.rules_sha256 != ledger.rules().sha256
        ):
            linkage.resolve(conn, free, state)  # what waits besides these files is not their doing
            ledger.refresh(conn, day)
        gate.mark_before(conn)
        for receipt_id, feed in wave:
            conforming.conform(conn, settings, contract_of(settings, feed), receipt_id)
        linkage.resolve(conn, free, state)
        ledger.refresh(conn, day)
        return gate.measure(conn, [receipt_id for receipt_id, _ in wave])


PER_RECEIPT = {"load": staging.load, "validate": validation.validate, "gate": _gate, "conform": conforming.conform}
"""Stages of one receipt, in order; `report` follows them."""


@sealed
def receive(settings: Settings) -> list[str]:
    """Claim and acknowledge every complete drop, answer those refused at the door; return the feeds with new work."""
    feeds = contracts.load_all(settings.feeds)
    reports.waiting(settings, [(d.path, d.department, d.county_code) for d in intake.list_waiting(settings)])
    intake.receive(settings, feeds)
    with db.transaction(settings.database_url) as conn:
        waiting = [row.receipt_id for row in db.run(conn, "intake/list_unacknowledged")]
        refused = [row.receipt_id for row in db.run(conn, "intake/list_refused")]
        feeds_with_work = [row.feed for row in db.run(conn, "intake/list_feeds_with_work")]
    if waiting:  # by state, so that a crash after the claim leaves no sender without an answer
        reports.acknowledge(settings, waiting)
        with db.transaction(settings.database_url) as conn:
            db.run(conn, "intake/mark_acknowledged", receipt_ids=waiting)
    for receipt_id in refused:
        with db.transaction(settings.database_url) as conn:
            reports.report(conn, settings, None, receipt_id)
    if refused:
        _index(settings, feeds)
    return feeds_with_work if waiting else []


@sealed
def list_unsettled(settings: Settings, feed: str) -> list[int]:
    """Receipts of a feed that some stage still owes something."""
    with db.transaction(settings.database_url) as conn:
        return intake.list_unsettled(conn, feed)


@sealed
def run_stage(settings: Settings, stage: str, feed: str, receipt_id: int) -> None:
    """Run one stage on one receipt in one transaction."""
    with db.transaction(settings.database_url) as conn:
        PER_RECEIPT[stage](conn, settings, contract_of(settings, feed), receipt_id)


@sealed
def report(settings: Settings, feed: str | None, receipt_id: int) -> None:
    """Write the result receipt into the sender's zone and the validation report for auditors."""
    with db.transaction(settings.database_url) as conn:
        reports.report(conn, settings, contract_of(settings, feed) if feed else None, receipt_id)


@sealed
def index(settings: Settings) -> None:
    """Rebuild the index pages of the validation reports."""
    _index(settings, contracts.load_all(settings.feeds))


def _index(settings: Settings, feeds: dict[str, Contract]) -> None:
    _keep_register(settings, feeds, today())
    with db.transaction(settings.database_url) as conn:
        reports.rebuild_index(conn, settings, feeds)


@sealed
def ingest(settings: Settings, feed: str) -> list[int]:
    """Take every unsettled receipt of a feed through its stages, as the feed's DAG does; return the receipts."""
    receipts = list_unsettled(settings, feed)
    for receipt_id in receipts:
        for stage in PER_RECEIPT:
            run_stage(settings, stage, feed, receipt_id)
        report(settings, feed, receipt_id)
    return receipts


@sealed
def resolve(settings: Settings, *, anyway: bool = False, override: tuple[str, str] | None = None) -> dict[str, int]:
    """Match what waits; empty counts when nothing does. `override`: officer and reason that let it pass the limit."""
    allowed = linkage.Override(*override) if override else None
    with db.transaction(settings.database_url) as conn:
        return (
            linkage.resolve(conn, allowed, settings.archive / linkage.STATE)
            if anyway or linkage.is_waiting(conn)
            else {}
        )


@sealed
def judge_records(
    settings: Settings, left: int, right: int, verdict: str, reason: str, reviewer: str
) -> tuple[int, bool]:
    """Record a reviewer's word on two records; its number, and whether it waits for a second account."""
    with db.transaction(settings.database_url) as conn:
        number = linkage.judge(conn, left, right, verdict, reason, reviewer)
        return number, linkage.is_pending(conn, number)


@sealed
def undo_judgement(settings: Settings, judgement_id: int, reason: str, officer: str) -> bool:
    """Take a judgement back; whether that waits for a second account."""
    with db.transaction(settings.database_url) as conn:
        linkage.undo(conn, judgement_id, reason, officer)
        return linkage.is_pending(conn, judgement_id)


@sealed
def confirm_judgement(settings: Settings, judgement_id: int, reason: str, officer: str) -> None:
    """Say as a second account that a judgement of a shielded child, or its undoing, is right."""
    with db.transaction(settings.database_url) as conn:
        linkage.confirm(conn, judgement_id, reason, officer)


@sealed
def shield(settings: Settings, child_id: int, state: str, reason: str, officer: str) -> None:
    """Record whether a child must be shielded."""
    with db.transaction(settings.database_url) as conn:
        linkage.shield(conn, child_id, state, reason, officer)


@sealed
def disclose(settings: Settings, pair_id: int, reason: str, reader: str) -> list[dict[str, Any]]:
    """The identity behind a pair of the queue; who looked and why is on record before anything is shown."""
    with db.transaction(settings.database_url) as conn:
        return linkage.disclose(conn, pair_id, reason, reader)


@sealed
def refresh(settings: Settings, as_of: date | None = None) -> dict[str, int]:
    """Refresh the ledger in one transaction; a check that does not hold rolls it back."""
    with db.transaction(settings.database_url) as conn:
        return ledger.refresh(conn, as_of)


@sealed
def entitle(settings: Settings) -> dict[str, int]:
    """Bring the services due, the page of gaps and the counties' lists to the published ledger; return the numbers."""
    with db.transaction(settings.database_url) as conn:
        counts = entitlement.prove(conn)
        reports.write_gaps(conn, settings)
    return counts


@sealed
def deliver(settings: Settings, at: datetime | None = None) -> int:
    """Bring every county's list up to date and call the systems that want to know; return the items that were new.

    `at`: the moment clocks are read at; now if absent.
    """
    titles = {code: (flag.title, flag.severity) for code, flag in ledger.rules().flags.items()}
    moment = (at or datetime.now(BEIJING)).astimezone(BEIJING)
    with db.transaction(settings.database_url) as conn:
        ledger.duty.owe_visits(conn, moment.date())
        delivered = followup.deliver(conn, settings, titles, ledger.suspended(conn), moment)
        endpoints = followup.outbox.endpoints(conn)
    for endpoint in endpoints:
        followup.outbox.tell(settings, endpoint)
    return delivered


@sealed
def tell_senders(settings: Settings) -> dict[str, int]:
    """Bring tickets to the published ledger, and every sender's tickets, effects and scorecards up to date."""
    feeds = contracts.load_all(settings.feeds)
    with db.transaction(settings.database_url) as conn:
        counts = tickets.follow(conn, feeds)
        told = reports.write_effects(conn, settings, feeds)
        asked = reports.write_corrections(conn, settings, feeds)
        reports.write_scorecards(conn, settings, feeds)
    _index(settings, feeds)
    return {**counts, "effects_told": told, "tickets_listed": asked}


@sealed
def scorecard(settings: Settings, county_code: str | None = None) -> str:
    """The scorecards of every department, of one county or all, as text."""
    with db.transaction(settings.database_url) as conn:
        scores = reports.read_scores(conn, contracts.load_all(settings.feeds))
    return reports.print_scores(score for score in scores if county_code in (None, score.county_code))


@sealed
def contest(settings: Settings, ticket_id: int, reason: str, contested_by: str) -> None:
    """Record that a department says its row is right; the ticket waits for an officer."""
    with db.transaction(settings.database_url) as conn:
        tickets.contest(conn, ticket_id, reason, contested_by)


@sealed
def settle_ticket(settings: Settings, ticket_id: int, outcome: str, reason: str, settled_by: str) -> None:
    """Record an officer's decision on a contested ticket."""
    with db.transaction(settings.database_url) as conn:
        tickets.settle(conn, ticket_id, outcome, reason, settled_by)


def contract_of(settings: Settings, feed: str) -> Contract:
    """The contract of a feed."""
    return contracts.load(settings.feeds / f"{feed}{contracts.SUFFIX}")


@sealed
def withdraw(settings: Settings, receipt_id: int, reason: str, officer: str) -> dict[str, int]:
    """Take one file back and bring identities, ledger, answers and lists in line with that; return the ledger's counts.

    The withdrawal is committed first: a crash afterwards leaves work the next runs find by state. The ledger stays at
    its business date; where none was ever published there is nothing to put right. LedgerError for a file that
    belongs to no feed.
    """
    feed = feed_of(settings, receipt_id)
    if not feed:
        raise LedgerError(f"receipt [{receipt_id}] was refused at the door; there is nothing to withdraw")
    with db.transaction(settings.database_url) as conn:
        conforming.withdraw(conn, contract_of(settings, feed), receipt_id, reason, officer)
        gate.withdraw(conn, receipt_id)
        as_of = ledger.standing_at(conn)
    resolve(settings)
    counts = refresh(settings, as_of) if as_of else {}
    report(settings, feed, receipt_id)
    entitle(settings)
    deliver(settings)
    return counts


@sealed
def list_held(settings: Settings) -> list[dict[str, Any]]:
    """Files that wait for a decision, with counts and limits only."""
    with db.transaction(settings.database_url) as conn:
        return gate.list_held(conn)


@sealed
def describe_held(settings: Settings, receipt_id: int) -> dict[str, str]:
    """Subject and body of the question put to a person: receipt, feed, county, counts and limits."""
    with db.transaction(settings.database_url) as conn:
        return gate.describe(conn, receipt_id)


@sealed
def decide(settings: Settings, receipt_id: int, verdict: str, officer: str, reason: str) -> bool:
    """Record a person's word on a held file; False when another word came first. The next ingest follows it."""
    feed = feed_of(settings, receipt_id)
    is_snapshot = feed is not None and contract_of(settings, feed).semantics == "snapshot"
    with db.transaction(settings.database_url) as conn:
        return gate.decide(conn, receipt_id, verdict, officer, reason, is_snapshot=is_snapshot)


@sealed
def explain_query(settings: Settings, receipt_id: int, code: str, line: int | None, text: str, by: str) -> int:
    """Record a department's answer to queries of one of its files; return the number of the explanation."""
    with db.transaction(settings.database_url) as conn:
        return gate.explain(conn, receipt_id, code, line, text, by)


@sealed
def list_explanations(settings: Settings) -> list[dict[str, Any]]:
    """Explanations that wait for an officer; the department's words are for the officer's eyes only."""
    with db.transaction(settings.database_url) as conn:
        return gate.list_waiting(conn)


@sealed
def judge_explanation(settings: Settings, explanation: int, verdict: str, officer: str, reason: str | None) -> int:
    """Record an officer's word on an explanation; return the queries it answers."""
    with db.transaction(settings.database_url) as conn:
        return gate.judge(conn, explanation, verdict, officer, reason)


@sealed
def watch_duties(settings: Settings, as_of: date | None = None) -> list[str]:
    """Counties whose children come near the six months; DutyMissed when some have passed them."""
    with db.transaction(settings.database_url) as conn:
        return ledger.duty.watch(conn, as_of or today())


@sealed
def watch_followup(settings: Settings, at: datetime | None = None) -> None:
    """DutyMissed when something waits that nobody may overlook: undelivered events, dead letters, returned items."""
    with db.transaction(settings.database_url) as conn:
        alarms = followup.watch(conn, at or datetime.now(BEIJING))
    if alarms:
        raise DutyMissed("; ".join(alarms))


@sealed
def keep_register(settings: Settings, as_of: date | None = None) -> dict[str, int]:
    """Bring the register of owed files, its alarms, the reminders in the zones and the pages up to date; counts."""
    feeds, day = contracts.load_all(settings.feeds), as_of or today()
    counts = _keep_register(settings, feeds, day)
    with db.transaction(settings.database_url) as conn:
        reports.rebuild_index(conn, settings, feeds, day)
    return counts


def _keep_register(settings: Settings, feeds: dict[str, Contract], day: date) -> dict[str, int]:
    with db.transaction(settings.database_url) as conn:  # notes are written under the register's lock, in its order
        counts = register.keep(conn, feeds, day)
        return counts | {"reminders": reports.remind(conn, settings, feeds, day)}


@sealed
def list_duties(
    settings: Settings, as_of: date | None, county_code: str | None, feed: str | None, overdue_only: bool
) -> list[Any]:
    """The register as of a day, as far as its periods have begun by now; see register.list_duties."""
    with db.transaction(settings.database_url) as conn:
        return register.list_duties(conn, as_of or today(), county_code, feed, overdue_only)


@sealed
def feed_of(settings: Settings, receipt_id: int) -> str | None:
    """The feed of a receipt; None for a file whose name said nothing we know. LedgerError when there is none such."""
    with db.transaction(settings.database_url) as conn:
        found = db.run(conn, "intake/get_feed", receipt_id=receipt_id).one_or_none()
    if found is None:
        raise LedgerError(f"no receipt has number [{receipt_id}]")
    return str(found.feed) if found.feed else None
