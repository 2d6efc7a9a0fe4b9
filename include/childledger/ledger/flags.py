"""Flags: reasons to look at a child, each a rule of its own; the same evidence never asks twice, and each open flag has
its one queue item.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from childledger import calendar, db, editions, places
from childledger.ledger import definitions, sightings, yields
from childledger.ledger.catalogue import catalogue
from childledger.ledger.rules import rules

FLAG_COLUMNS = ("flag_code", "child_id", "source_record_id", "kind")


def take_visits(conn: Connection) -> None:
    """Answer flags with what visits found."""
    db.run(conn, "ledger/delete_visits_gone")
    db.run(conn, "ledger/insert_visits")
    told = {
        "verdicts": [vars(verdict) for verdict in catalogue().verdicts.values()],
        "desk_rules": catalogue().floor.codes,
    }
    db.run(conn, "ledger/answer_flags", **{name: db.json(value) for name, value in told.items()})


def take_lists(conn: Connection, day: date) -> None:
    """Find the lists that are whole; where that turned, every child of the county is looked at."""
    lists = rules().unlisted
    values = {name: lists[name] for name in ("lists_needed", "held_back_share", "list_months")}
    feeds = db.json([*lists["feeds"].values()])
    db.run(conn, "ledger/merge_whole_lists", as_of=day, list_feeds=feeds, **values)


def sync(conn: Connection, day: date) -> None:
    """Raise, reopen and lapse flags by their rules, once for each piece of evidence."""
    db.run(conn, "ledger/move_flags_of_merged")
    _gather(conn, day)
    found = [(code, *row) for code in rules().flags for row in conn.execute(db.query(f"flags/{code}"), {"as_of": day})]
    db.copy_rows(conn, "evidence_found", FLAG_COLUMNS, found)
    _pick(conn, day)
    values = {
        "own_counties": sorted(places.counties()),
        "visited_rules": [code for code, flag in rules().flags.items() if flag.queue == "visit"],
        "again": {code: flag.again for code, flag in rules().flags.items() if flag.again},
        "events": rules().events,
        "list_feeds": rules().unlisted["feeds"],
        "beside": rules().cadence.beside,
        "surveys": sightings.terms()["surveys"],
    }
    told = {name: db.json(value) for name, value in values.items()}
    db.run(conn, "ledger/create_raised", as_of=day, departments=sightings.terms()["departments"], **told)
    _undo_withdrawn(conn, day)
    db.run(conn, "ledger/withdraw_unlisted", as_of=day, list_feeds=db.json(rules().unlisted["feeds"]))
    db.run(conn, "ledger/lapse_flags", as_of=day)
    db.run(conn, "ledger/reopen_flags")
    db.run(conn, "ledger/raise_flags", as_of=day, rule_version=rules().version)
    db.run(conn, "ledger/record_grounds", as_of=day)
    db.run(conn, "ledger/label_visits")


def await_day(conn: Connection, day: date) -> None:
    """Note for every child looked at the next day on which it changes though nobody says anything."""
    ageing = [
        {"kind": kind, "months": flag.months}
        for flag in rules().flags.values()
        if flag.months
        for kinds in flag.raised_by.values()
        for kind in kinds
    ]
    months = sorted({definition.months for definition in definitions.definitions().values()})
    told = {"beside": db.json(rules().cadence.beside), "ageing": db.json(ageing)}
    db.run(conn, "ledger/merge_awaited", as_of=day, months=months, **told)


def _gather(conn: Connection, day: date) -> None:
    """Lay out what the rules read, once for all of them."""
    read = {"kinds": rules().flags, "kinds_of_all": rules().of_any_child}
    kinds = {name: db.json(catalogue().kinds_of(codes)) for name, codes in read.items()}
    db.run(conn, "ledger/create_standing_fact", as_of=day, **kinds)
    db.run(conn, "ledger/index_standing_fact")
    db.run(conn, "ledger/analyze_standing_fact")
    db.run(conn, "ledger/create_unlisted")
    db.run(conn, "ledger/create_evidence")
    editions.publish(conn, editions.editions(), day)
    editions.judge(conn, day, raising_only=True)


def _pick(conn: Connection, day: date) -> None:
    """Lay out the evidence that holds among what the rules found."""
    values = {
        "raised_by": {code: flag.raised_by for code, flag in rules().flags.items()},
        "evidence_months": {code: flag.months for code, flag in rules().flags.items() if flag.months},
        "gap_rules": sorted(editions.gap_rules()),
    }
    db.run(conn, "ledger/create_piece", as_of=day, **{name: db.json(value) for name, value in values.items()})
    db.run(conn, "ledger/analyze_piece")


def _undo_withdrawn(conn: Connection, day: date) -> None:
    """Flags that only ever rested on a withdrawn file go; those raised too early because of it get their own day."""
    db.run(conn, "ledger/create_doubted")
    db.run(conn, "ledger/withdraw_flags", as_of=day)
    for row in db.run(conn, "ledger/redate_flags").all():
        flag = rules().flags[row.flag_code]
        due_date, due_basis = calendar.add_working_days(row.raised_date, flag.due_working_days)
        db.run(conn, "ledger/redate_item", flag_id=row.flag_id, due_date=due_date, due_basis=due_basis)


def sync_items(conn: Connection, day: date, refresh_id: int) -> None:
    """Give every open flag its one queue item, and no other: a visit's, or the desk's where its rule is suspended."""
    suspended = yields.suspend(conn)
    queues = {code: "desk" if code in suspended else flag.queue for code, flag in rules().flags.items()}
    due = {code: calendar.add_working_days(day, flag.due_working_days) for code, flag in rules().flags.items()}
    values = {"refresh_id": refresh_id, "due": db.json(due), "queues": db.json(queues)}
    db.run(conn, "ledger/end_items", **values)
    db.run(conn, "ledger/enqueue_items", **values)
