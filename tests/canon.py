"""The ledger without any number the database gave: two ledgers say the same exactly when these dumps are equal.

Records are named by feed, county, key and date; a child by the first of its records. `history` adds what no longer
stands: closed entries and lapsed flags.
"""

from __future__ import annotations

import dataclasses
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa

import office
from childledger import db, pipeline
from childledger.settings import Settings
from fix_db import Server

NUMBERS = itertools.count(1)

LABELS = """
with label as (
    select source_record_id, concat_ws('|', feed, county_code, record_key, as_of_date) as record
    from conformed.source_record
),
child as (
    select member.child_id, min(label.record) as child
    from identity.member as member
    join label using (source_record_id)
    group by member.child_id
),
cited as (
    select
        flag.flag_id,
        string_agg(concat_ws('=', piece ->> 'kind', label.record), ' ' order by label.record, piece ->> 'kind')
            as evidence
    from ledger.flag as flag
    cross join lateral jsonb_array_elements(flag.evidence) as piece
    join label on label.source_record_id = CAST(piece ->> 'source_record_id' AS bigint)
    group by flag.flag_id
)
"""
PARTS = {
    "records": """
        select to_jsonb(record) - 'source_record_id' - 'receipt_id' from conformed.source_record as record
        where status = 'in_force'""",
    "members": """
        select label.record, child.child, member.route, member.evidence, member.rule_version
        from identity.member as member join label using (source_record_id) join child using (child_id)""",
    "pairs": """
        select least(low.record, high.record), greatest(low.record, high.record), pair.reason, pair.evidence
        from identity.pair as pair join label as low on low.source_record_id = left_record_id
        join label as high on high.source_record_id = right_record_id""",
    "facts": """
        select label.record, child.child, fact.kind, fact.value, fact.as_of_date, fact.expires_date
        from ledger.fact as fact join label using (source_record_id) join child using (child_id)""",
    "profiles": """
        select child.child, to_jsonb(profile) - 'child_id' - 'basis' - 'known_from',
            (select array_agg(record order by record) from label where source_record_id = any(profile.basis))
        from ledger.profile as profile left join child using (child_id)""",
    "entries": """
        select child.child, county_code, tier, definition_version, entered_date, left_date, left_reason
        from ledger.entry left join child using (child_id)
        where coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn') and (left_date is null or :history)""",
    "custody": """
        select child.child, county_code, period, taken, ended_reason
        from ledger.custody left join child using (child_id)""",
    "offers": """
        select child.child, from_county_code, county_code, offered_date, due_date, is_review, state, reason, ended_date
        from ledger.offer left join child using (child_id)""",
    "standings": """
        select child.child, county_code, tier, definition_version, entered_date, left_date, left_reason
        from ledger.standing left join child using (child_id)
        where coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn') and (left_date is null or :history)""",
    "flags and items": """
        select child.child, flag.flag_code, flag.county_code, flag.evidence_fingerprint, cited.evidence,
            flag.rule_version, flag.raised_date, flag.status, flag.verdict, flag.ended_date, item.county_code,
            item.due_date, item.due_basis, item.state, item.attempt_count, item.ended_date
        from ledger.flag as flag left join child using (child_id) left join cited using (flag_id)
        left join followup.item as item using (flag_id)
        where flag.status <> 'withdrawn' and (flag.status <> 'lapsed' or :history)""",
    "visits": """
        select label.record, child.child, visited_date, outcome, visit.verdict, answers_withdrawn_flag
        from followup.visit as visit join label using (source_record_id) join followup.item as item using (item_id)
        left join child on child.child_id = item.child_id""",
    "absences": """
        select feed, county_code, record_key, absent_date, label.record, state, decided_by
        from conformed.absence join label on label.source_record_id = last_record_id""",
}


def dump(
    settings: Settings, *, history: bool = False, parts: dict[str, str] = PARTS, labels: str = LABELS
) -> dict[str, list[str]]:
    """Return every part of the ledger as sorted text."""
    with db.transaction(settings.database_url) as conn:
        return {
            part: sorted(str(tuple(row)) for row in conn.execute(sa.text(labels + query), {"history": history}))
            for part, query in parts.items()
        }


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[str]:
    """What stands in only one of two dumps."""
    found = []
    for part in PARTS:
        found += [f"{part}: only first: {line}" for line in one[part] if line not in other[part]]
        found += [f"{part}: only second: {line}" for line in other[part] if line not in one[part]]
    return found


@contextmanager
def fresh(server: Server, template: str) -> Iterator[Settings]:
    """An own ledger, gone afterwards."""
    name = f"converge_{next(NUMBERS)}"
    with psycopg.connect(server.admin_url, autocommit=True) as admin, tempfile.TemporaryDirectory() as home:
        admin.execute(f"create database {name} template {template}".encode())
        values = {"CHILDLEDGER_HOME": home, "CHILDLEDGER_DATABASE_URL": server.url(name)}
        yield dataclasses.replace(Settings.load(values), settle_seconds=0)
        db.engine(server.url(name)).dispose()
        admin.execute(f"drop database {name} with (force)".encode())


def take_in(settings: Settings) -> None:
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)


def scalar(settings: Settings, statement: str) -> Any:
    with db.transaction(settings.database_url) as conn:
        return conn.execute(sa.text(statement)).scalar_one()


def residence(number: int, **changes: Any) -> dict[str, Any]:
    """A row of public_security.residence about the child of `pupil(number)`."""
    same = ("name", "id_number", "birth_date", "sex", "hukou_code", "residence_code")
    row = {name: office.pupil(number)[name] for name in same} | {"address": "文化路9号"}
    return row | {"registration_number": f"JZ{number:04d}", "permit_status": "有效"} | changes


def drop_residence(settings: Settings, rows: list[dict[str, Any]], as_of: str = office.AS_OF, suffix: str = "") -> None:
    name = f"居住登记_{office.COUNTY}_{as_of}{suffix}.csv"
    office.drop(settings, "public_security", name, office.as_csv("public_security.residence", rows))
