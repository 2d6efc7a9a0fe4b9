"""Every SQL file compiles against the migrated schema: a type check for SQL."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa

from childledger import db
from childledger.db import SQL

QUERIES = sorted(path for part in ("queries", "flags", "definitions", "checks") for path in (SQL / part).rglob("*.sql"))
TEMPORARY = [path for path in QUERIES if path.name.startswith("create_")]
READ_OTHERS = [
    "create_arrived_record",
    "create_touched",
    "create_stated",
    "create_said",
    "create_placed",
    "create_due_child",
    "create_told",
]
READ_OTHERS += ["create_judged"]
READ_OTHERS += ["create_seen", "create_stay", "create_doubt", "create_turn", "create_responsible"]
READ_OTHERS += [
    "create_held",
    "create_born",
    "create_standing_fact",
    "create_unlisted",
    "create_piece",
    "create_raised",
    "create_doubted",
]
READ_OTHERS += ["create_planned"]
"""Temporary tables made from other ones, in order."""
BINDS = {"as_of": "2026-06-30", "own_counties": "[]", "precedence": "[]", "under_age": 16, "known": None}
BINDS |= {"raising_only": False, "gap_rules": "{}"}
BINDS |= {
    "kinds": "[]",
    "kinds_of_all": "[]",
    "raised_by": "{}",
    "evidence_months": "{}",
    "visited_rules": "[]",
    "again": "{}",
    "events": "[]",
    "beside": "[]",
    "list_feeds": "[]",
    "lists_needed": 2,
    "held_back_share": 0,
    "list_months": 6,
    "at": "2026-06-30",
    "households_a_day": 4,
    "households_a_day_in": "{}",
    "household_at_most": 8,
    "days_before": 14,
    "cadence": "[]",
    "until": "2026-07-14",
}
BINDS |= {"departed": "{}", "departments": 2, "surveys": "[]"}
BINDS |= {
    "since": "2026-06-29",
    "snapshots": "[]",
    "rules": "[]",
    "verdicts": "[]",
    "compared_columns": "[]",
    "compared_feeds": "[]",
}


@pytest.fixture
def with_temporary_tables(conn: sa.Connection) -> psycopg.Connection:
    """A connection on which every temporary table of a stage stands, as in the middle of a run."""
    for path in sorted(TEMPORARY, key=lambda path: READ_OTHERS.index(path.stem) + 1 if path.stem in READ_OTHERS else 0):
        text = path.read_text()
        table = text.split("create temporary table ")[1].split()[0]
        conn.execute(sa.text(f"drop table if exists pg_temp.{table}"))  # two stages lay out what they touch
        conn.execute(sa.text(text), BINDS)
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def test_every_statement_prepares(with_temporary_tables: psycopg.Connection) -> None:
    dialect = sa.dialects.registry.load("postgresql.psycopg")(paramstyle="numeric_dollar")
    broken = {}
    with_temporary_tables.execute("savepoint prepared")
    for path in QUERIES:
        statement = str(sa.text(path.read_text()).compile(dialect=dialect))
        result = with_temporary_tables.pgconn.prepare(b"", statement.encode())
        if result.status != psycopg.pq.ExecStatus.COMMAND_OK and path not in TEMPORARY:
            broken[str(path.relative_to(SQL))] = result.error_message.decode()
            with_temporary_tables.execute("rollback to savepoint prepared")
    assert not broken


def test_migrations_are_applied_once(ledger_url: str) -> None:
    assert db.migrate(ledger_url) == []


def test_everything_is_commented(conn: sa.Connection) -> None:
    uncommented = conn.execute(
        sa.text(
            """
            select c.oid::regclass::text || coalesce('.' || a.attname, '')
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind = 'r'
                and n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema', 'public')
                and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)
            """.replace("::", "\\:\\:")
        )
    ).scalars()
    assert list(uncommented) == []
