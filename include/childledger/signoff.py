"""Rounds as DAGs and commands call them: who is late and why, the account of one, signing, reopening, counting again.

Every entry point is behind the exception firewall; what is printed are counties, codes and counts.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import contracts, db, ledger, places, register, reports, rounds
from childledger.errors import CheckFailed, LedgerError, sealed
from childledger.ledger import definitions, duty
from childledger.messages import REASONS, ROUNDS, STATEMENT
from childledger.settings import Settings, today


def definition() -> rounds.Definition:
    """What the ledger is computed by, as far as an account needs it."""
    by = definitions.at("monitored", today())
    return rounds.Definition(by.under_age, by.exempt_districts(), sorted(places.counties()))


def _keep(conn: Connection, settings: Settings, day: date) -> None:
    """Bring the register and the rounds to today, so that nothing hinges on a schedule; never back to a past day."""
    now = max(day, today())
    register.keep(conn, contracts.load_all(settings.feeds), now)
    rounds.keep(conn, register.rules().first_period, now)


@sealed
def keep(settings: Settings, as_of: date | None = None) -> dict[str, int]:
    """Open the rounds that have begun, write the province's pages; return rounds by state."""
    day = as_of or today()
    with db.transaction(settings.database_url) as conn:
        _keep(conn, settings, day)
        found = _standings(conn, day)
    reports.write_province(settings, found, day)
    return Counter(standing.state for standing in found)


@sealed
def list_rounds(settings: Settings, as_of: date, round_name: str | None = None) -> list[rounds.Standing]:
    """Every round that has begun, or one half-year's, with what keeps each open."""
    with db.transaction(settings.database_url) as conn:
        _keep(conn, settings, as_of)
        return _standings(conn, as_of, round_name)


@sealed
def list_ready(settings: Settings, as_of: date | None = None) -> list[dict[str, str]]:
    """Rounds that wait for nothing but a signature: round_name and county_code."""
    found = list_rounds(settings, as_of or today())
    return [{"round_name": s.round_name, "county_code": s.county_code} for s in found if s.is_ready]


@sealed
def describe(settings: Settings, round_name: str, county_code: str, as_of: date | None = None) -> dict[str, str]:
    """Subject and Markdown body of the question put to a person about one round; counts only."""
    with db.transaction(settings.database_url) as conn:
        standing, account = _account(conn, settings, round_name, county_code, as_of or today())
    subject = f"{round_name} {places.county_name(county_code)}（{county_code}） {ROUNDS[standing.state]}"
    lines = [f"| {_titled(s)} | {s.went_in} | {_causes(s)} | {s.came_out} | {s.difference} |" for s in account.steps]
    told = [f"- {REASONS[code]} `{code}` {count}" for code, count in (standing.reasons | standing.told).items()]
    head = ["| 步骤 | 进 | 原因 | 出 | 差额 |", "|---|---|---|---|---|"]
    return {"subject": subject, "body": "\n".join([f"截止 {standing.due_on}", "", *told, "", *head, *lines])}


@sealed
def close(
    settings: Settings, round_name: str, county_code: str, officer: str, reason: str, as_of: date | None = None
) -> int:
    """Sign a county's round on a ledger that holds to the last child; return the version signed."""
    with db.transaction(settings.database_url) as conn:
        rounds.lock(conn)
        ledger.verify(conn)
        standing = _find(conn, settings, round_name, county_code, as_of or today())
        return rounds.close(conn, standing, definition(), officer, reason)


@sealed
def reopen(
    settings: Settings, round_name: str, county_code: str, officer: str, reason: str, as_of: date | None = None
) -> int:
    """Reopen a signed round; return the version that no longer closes it."""
    with db.transaction(settings.database_url) as conn:
        standing = _find(conn, settings, round_name, county_code, as_of or today())
        return rounds.reopen(conn, standing, officer, reason)


@sealed
def tell_count(
    settings: Settings, round_name: str, county_code: str, feed: str, row_count: int, officer: str, reason: str
) -> None:
    """Record how many rows a department's own register has of a round."""
    with db.transaction(settings.database_url) as conn:
        _find(conn, settings, round_name, county_code, today())
        rounds.counts.tell(conn, round_name, county_code, feed, row_count, officer, reason)


@sealed
def rebuild(settings: Settings, round_name: str, county_code: str, version: int | None = None) -> str:
    """Count a signed version again; a line that says so. CheckFailed when the bytes are others."""
    with db.transaction(settings.database_url) as conn:
        standing = _find(conn, settings, round_name, county_code, today())
        signed, again = rounds.rebuild(conn, standing, definition(), version)
    if again != signed.figures:
        told = rounds.compare(signed.figures, again)
        raise CheckFailed(f"{round_name} of {county_code} version {signed.version}: {told}")
    return f"version {signed.version}: {len(again.encode())} bytes, the same as signed, sha256 {signed.sha256}"


@sealed
def account(settings: Settings, round_name: str, county_code: str, as_of: date | None = None) -> rounds.Account:
    """The account of one round on the published ledger."""
    with db.transaction(settings.database_url) as conn:
        return _account(conn, settings, round_name, county_code, as_of or today())[1]


@sealed
def show(settings: Settings, round_name: str, county_code: str, as_of: date | None = None) -> str:
    """One round in full: state, reasons, what each department sent, the statement, what was signed."""
    with db.transaction(settings.database_url) as conn:
        standing, account = _account(conn, settings, round_name, county_code, as_of or today())
        coverage, signings = rounds.coverage(conn, standing, as_of or today()), rounds.signings(conn, standing)
        registers = rounds.counts.compare(conn, round_name, county_code, rounds.published(conn).refreshed_at, None)
    parts = [
        f"{round_name} {places.county_name(county_code)} ({county_code})",
        f"  {standing.opened_on} to {standing.last_day}, to be closed by {standing.due_on}: {_state(standing)}",
        *(f"  keeps it open: {code} {count}  {REASONS[code]}" for code, count in standing.reasons.items()),
        *(f"  told: {code} {count}  {REASONS[code]}" for code, count in standing.told.items()),
        "departments: files owed and what came",
        *(f"  {department}: {_counted(states)}" for department, states in coverage.items()),
        "feeds: what the department's register must say as well",
        *(f"  {feed or '(none)'}: {_counted(counts)}" for feed, counts in account.feeds.items()),
        *(f"  {r.feed}: its register has {r.told}, the ledger took {r.counted}" for r in registers),
        "statement",
        *(f"  {s.name}: {s.went_in} {_explained(s)} = {s.came_out}, difference {s.difference}" for s in account.steps),
        *(_signing(row) for row in signings),
    ]
    return "\n".join(parts)


@sealed
def province(settings: Settings, round_name: str | None, as_of: date | None = None) -> str:
    """Rounds by state, then every county of one: state, days left, who is late and why; the newest that is over."""
    day = as_of or today()
    found = list_rounds(settings, day)
    over = [s.round_name for s in found if s.last_day < day] or [s.round_name for s in found]
    wanted = round_name or max(over, default="")
    names = sorted({standing.round_name for standing in found}, reverse=True)
    heads = [f"{name}: {_counted(Counter(s.state for s in found if s.round_name == name))}" for name in names]
    return "\n".join([*heads, *(_county(s) for s in found if s.round_name == wanted)])


def _county(standing: rounds.Standing) -> str:
    is_told = standing.state in ("due", "late")
    why = (rounds.in_short(standing.reasons) or "waits for a signature") if is_told else ""
    return f"  {standing.county_code} {places.county_name(standing.county_code)}  {_state(standing)}  {why}".rstrip()


def _standings(
    conn: Connection, as_of: date, round_name: str | None = None, county_code: str | None = None
) -> list[rounds.Standing]:
    def overdue(name: str) -> Counter[str]:
        return Counter(row.county_code for row in duty.blocking(conn, as_of, name))

    return rounds.standings(conn, as_of, overdue, round_name, county_code)


def _find(conn: Connection, settings: Settings, round_name: str, county_code: str, as_of: date) -> rounds.Standing:
    _keep(conn, settings, as_of)
    found = _standings(conn, as_of, round_name, county_code)
    if not found:
        raise LedgerError(f"no round [{round_name}] of county [{county_code}] has begun")
    if found[0].state != "closed" and (stale := rounds.count_stale(conn, county_code, as_of)):
        found[0].told["facts_stale"] = stale
    return found[0]


def _account(
    conn: Connection, settings: Settings, round_name: str, county_code: str, as_of: date
) -> tuple[rounds.Standing, rounds.Account]:
    standing = _find(conn, settings, round_name, county_code, as_of)
    of = rounds.Period(standing.opened_on, standing.last_day, rounds.published(conn), county_code)
    account = rounds.account(conn, of, definition())[county_code]
    if account.differences and standing.state != "closed":
        standing.reasons["differences"] = account.differences
    return standing, account


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "none"


def _explained(step: rounds.Step) -> str:
    return " ".join(f"{count:+d} {cause}" for cause, count in step.explained.items())


def _titled(step: rounds.Step) -> str:
    return " → ".join(STATEMENT.get(word, word) for word in step.name.split(" → "))


def _causes(step: rounds.Step) -> str:
    return " ".join(f"{STATEMENT.get(cause, cause)} {count:+d}" for cause, count in step.explained.items())


def _state(standing: rounds.Standing) -> str:
    again = ", reopened" if standing.is_reopened else ""
    if standing.state == "closed":
        return f"closed on {standing.closed_on}, version {standing.version}"
    return f"{standing.state}{again}, {standing.days_left} days left"


def _signing(row: Any) -> str:
    reopened = (
        f"; reopened by {row.reopened_by} on {row.reopened_at:%Y-%m-%d}: {row.reopened_because}"
        if row.reopened_at
        else ""
    )
    changed = f"; {len(row.changes)} figures changed" if row.version > 1 else ""
    signed = f"version {row.version} by {row.officer} on {row.signed_at:%Y-%m-%d}: {row.reason}"
    return f"signed {signed}; refresh {row.refresh_id}, sha256 {row.sha256}{changed}{reopened}"
