"""Refresh: facts, profiles, entries, flags and queue items change together, and only if every check holds.

The result depends on the records in force, the judgements and visits, the rules and the business date; not on how
often or in which order it is run. Six months without new evidence is a missed duty whatever the configuration says.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from sqlalchemy.engine import Connection

from childledger import __version__, calendar, db, places, precedence
from childledger.errors import CheckFailed, ContractError, DutyMissed, LedgerError
from childledger.settings import INCLUDE, today

log = logging.getLogger(__name__)

FLOOR_MONTHS = 6
"""至少每半年更新一次: nobody can configure a longer clock."""
FLAG_COLUMNS = ("flag_code", "child_id", "source_record_id", "kind")


@dataclass(frozen=True)
class Flag:
    """One key-care reason: its rule is sql/flags/<code>.sql."""

    code: str
    title: str
    english: str
    severity: str
    due_working_days: int


@dataclass(frozen=True)
class Rules:
    """What the ledger is computed by, and the digest of all of it."""

    version: str
    definition_version: str
    under_age: int
    months: int
    central_urban_districts: dict[str, list[str]]
    fact_months: int
    fact_until: dict[str, str]
    warn_after_days: int
    departures: dict[str, Any]
    """rules/absence.yaml: what beside an absence says that a child left."""
    flags: dict[str, Flag]
    sha256: str


@functools.cache
def rules() -> Rules:
    """Read rules/cadence.yaml, absence.yaml, definitions/monitored.yaml and flags/flags.yaml with their SQL."""
    folder = INCLUDE / "rules"
    cadence, absence, definition, flags = (
        yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        for name in ("cadence.yaml", "absence.yaml", "definitions/monitored.yaml", "flags/flags.yaml")
    )
    if not 0 < cadence["fact_months"] <= FLOOR_MONTHS:
        raise ContractError(f"cadence.yaml:1: fact_months must be 1 to {FLOOR_MONTHS}: the plan's floor is half a year")
    files = [*sorted(folder.rglob("*.yaml")), *sorted((INCLUDE / "sql" / "flags").glob("*.sql"))]
    return Rules(
        version=flags["version"],
        definition_version=definition["version"],
        under_age=definition["under_age"],
        months=definition["months"],
        central_urban_districts=definition["central_urban_districts"],
        fact_months=cadence["fact_months"],
        fact_until=cadence["fact_until"],
        warn_after_days=cadence["warn_after_days"],
        departures={kind: absence[f"departed_{kind}"] for kind in ("statuses", "outcomes", "verdicts")},
        flags={code: Flag(code, **entry) for code, entry in flags["flags"].items()},
        sha256=hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest(),
    )


def refresh(conn: Connection, as_of: date | None = None) -> dict[str, int]:
    """Bring the ledger to a business date; CheckFailed (roll back!) if it doesn't add up."""
    started, day = time.monotonic(), as_of or today()
    db.run(conn, "ledger/lock_ledger")
    head = db.run(conn, "ledger/get_head").one_or_none()
    if head and day < head.as_of_date:
        raise LedgerError(f"the ledger stands at {head.as_of_date}; it is never taken back to {day}")
    opened = db.run(conn, "ledger/insert_refresh", as_of=day, rules_sha256=rules().sha256, code_version=__version__)
    refresh_id = opened.scalar_one()
    _sync_facts(conn, day)
    _sync_entries(conn, day)
    _take_visits(conn)
    _sync_flags(conn, day)
    _sync_items(conn, day, refresh_id)
    db.run(conn, "ledger/judge_absences", **{kind: db.json(said) for kind, said in rules().departures.items()})
    statement = _statement(conn, day)
    verify(conn)
    db.run(conn, "ledger/retire_head")
    db.run(conn, "ledger/publish_refresh", refresh_id=refresh_id, statement=db.json(statement))
    counts = dict(db.run(conn, "ledger/count_ledger").one()._mapping)
    db.record_stage(conn, "refresh", time.monotonic() - started, None, **counts)
    log.info("refresh %d as of %s: %s", refresh_id, day, counts)
    return counts


def standing_at(conn: Connection) -> date | None:
    """Return the business date of the published ledger; None before the first refresh."""
    head = db.run(conn, "ledger/get_head").one_or_none()
    return head.as_of_date if head else None


def _sync_facts(conn: Connection, day: date) -> None:
    db.run(conn, "ledger/delete_facts_gone")
    values = {"months": rules().fact_months, "until": db.json(rules().fact_until)}
    db.run(conn, "ledger/upsert_facts", **values)
    db.run(conn, "ledger/delete_profiles")
    db.run(conn, "ledger/insert_profiles", as_of=day, precedence=db.json(precedence.by_feed()))


def _sync_entries(conn: Connection, day: date) -> None:
    values = {
        "as_of": day,
        "under_age": rules().under_age,
        "months": rules().months,
        "central_urban_districts": db.json(rules().central_urban_districts),
        "own_counties": db.json(sorted(places.counties())),
    }
    db.run(conn, "ledger/create_qualifying", **values)
    db.run(conn, "ledger/withdraw_entries", as_of=day)
    db.run(conn, "ledger/close_entries", as_of=day, under_age=rules().under_age)
    db.run(conn, "ledger/reopen_entries")
    db.run(conn, "ledger/open_entries", definition_version=rules().definition_version)
    db.run(conn, "ledger/date_entries")


def _take_visits(conn: Connection) -> None:
    db.run(conn, "ledger/delete_visits_gone")
    db.run(conn, "ledger/insert_visits")
    db.run(conn, "ledger/answer_flags")


def _sync_flags(conn: Connection, day: date) -> None:
    db.run(conn, "ledger/move_flags_of_merged")
    db.run(conn, "ledger/create_evidence")
    for code in rules().flags:
        found = conn.execute(db.query(f"flags/{code}"), {"as_of": day})
        db.copy_rows(conn, "evidence_found", FLAG_COLUMNS, ((code, *row) for row in found))
    db.run(conn, "ledger/create_raised", own_counties=db.json(sorted(places.counties())))
    _undo_withdrawn(conn, day)
    db.run(conn, "ledger/lapse_flags", as_of=day)
    db.run(conn, "ledger/reopen_flags")
    db.run(conn, "ledger/raise_flags", as_of=day, rule_version=rules().version)
    db.run(conn, "ledger/record_grounds", as_of=day)
    db.run(conn, "ledger/label_visits")


def _undo_withdrawn(conn: Connection, day: date) -> None:
    """Flags that only ever rested on a withdrawn file go; those raised too early because of it get their own day."""
    db.run(conn, "ledger/create_doubted")
    db.run(conn, "ledger/withdraw_flags", as_of=day)
    for row in db.run(conn, "ledger/redate_flags").all():
        flag = rules().flags[row.flag_code]
        due_date, due_basis = calendar.add_working_days(row.raised_date, flag.due_working_days)
        db.run(conn, "ledger/redate_item", flag_id=row.flag_id, due_date=due_date, due_basis=due_basis)


def _sync_items(conn: Connection, day: date, refresh_id: int) -> None:
    due = {code: calendar.add_working_days(day, flag.due_working_days) for code, flag in rules().flags.items()}
    db.run(conn, "ledger/end_items", as_of=day)
    db.run(conn, "ledger/enqueue_items", refresh_id=refresh_id, due=db.json(due))


def _statement(conn: Connection, day: date) -> list[dict[str, Any]]:
    lines = [dict(row._mapping) for row in db.run(conn, "ledger/state_reconciliation", as_of=day)]
    wrong = [line for line in lines if line["difference"]]
    if wrong:
        named = ", ".join(f"{line['line']} differs by {line['difference']}" for line in wrong)
        raise CheckFailed(f"reconciliation: {named}")
    return lines


def watch_duties(conn: Connection, as_of: date | None = None) -> list[str]:
    """Lines of warning per county, from the clocks in the database; DutyMissed when evidence ran out unrefreshed."""
    values = {"as_of": as_of or today(), "warn_after_days": rules().warn_after_days}
    rows = db.run(conn, "ledger/list_duties", **values).all()
    missed = [f"{row.county_code}: {row.missed}" for row in rows if row.missed]
    if missed:
        raise DutyMissed(f"children without new evidence for six months, by county: {', '.join(missed)}")
    return [
        f"{row.county_code}: {row.warned} children without new evidence for {rules().warn_after_days} days"
        for row in rows
    ]


def verify(conn: Connection) -> list[str]:
    """Run every sql/checks/*.sql; CheckFailed names each check that returns rows, how many and the first ids."""
    names = sorted(file.stem for file in (INCLUDE / "sql" / "checks").glob("*.sql"))
    broken = []
    for name in names:
        offenders = conn.execute(db.query(f"checks/{name}")).fetchall()
        if offenders:
            broken.append(f"{name}: {len(offenders)} rows, first {[list(row) for row in offenders[:5]]}")
    if broken:
        raise CheckFailed("; ".join(broken))
    return names
