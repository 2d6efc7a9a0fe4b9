"""What tests of the gate share: a file through all stages, what was asked, what was told, and everything there is."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

import office
from childledger import db, pipeline
from childledger.settings import Settings

LATER = "20260710"
DAY = date(2026, 7, 12)
OFFICER = {"officer": "王科长", "reason": "已电话核实"}
TRACES = {
    "intake.receipt",
    "intake.issue",
    "intake.decision",
    "intake.explanation",
    "intake.explained",
    "ops.stage_run",
}
"""What the gate itself writes; everything else must be as before."""


def take_in(settings: Settings) -> None:
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)


def all_stages(settings: Settings, day: date = DAY) -> None:
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings)


def rows(settings: Settings, statement: str, **binds: Any) -> list[Any]:
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(statement), binds)]


def last(settings: Settings, columns: str = "receipt_id, state") -> Any:
    return rows(settings, f"select {columns} from intake.receipt order by receipt_id desc limit 1")[0]


def asked(settings: Settings) -> list[Any]:
    """(line, column, code) of each open query of the last file that the gate asks."""
    return rows(
        settings,
        """
        select line_number, column_name, code
        from intake.issue
        where receipt_id = (select max(receipt_id) from intake.receipt)
            and severity = 'query'
            and rule_id like 'gate/%'
            and explanation_id is null
        order by line_number, code, column_name
        """,
    )


def everything(settings: Settings, but: frozenset[str] | set[str] = frozenset()) -> dict[str, list[str]]:
    """Every row of every table of ours as text."""
    tables = """
        select table_schema || '.' || table_name
        from information_schema.tables
        where table_type = 'BASE TABLE'
            and table_schema in ('intake', 'conformed', 'identity', 'ledger', 'followup', 'evidence', 'ops')
    """
    names = sorted({name for (name,) in rows(settings, tables)} - but)
    return {name: sorted(str(row) for row in rows(settings, f"select * from {name}")) for name in names}


def files(settings: Settings) -> dict[str, bytes]:
    return {str(p.relative_to(settings.home)): p.read_bytes() for p in settings.home.rglob("*") if p.is_file()}


def answers(settings: Settings, department: str = "education") -> str:
    """Everything the last file's sender was told."""
    place = settings.landing / department / office.COUNTY / "receipts"
    told = [path for path in place.glob(f"{last(settings)[0]}_*") if path.suffix != ".xlsx"]
    return "\n".join(path.read_text(encoding="utf-8-sig") for path in told)


def pupils(count: int, first: int = 1) -> list[dict[str, Any]]:
    return [office.pupil(number) for number in range(first, first + count)]
