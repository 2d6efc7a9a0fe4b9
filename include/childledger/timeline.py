"""A child's life drawn on one line of time: where it was seen, who answered, what was known, asked and found.

Only numbers, codes and days of the published ledger are drawn; no name, no value of a row; nothing is fetched.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from childledger import db, places
from childledger.desk import CHILD, Add
from childledger.errors import LedgerError
from childledger.settings import Settings

LANES = {
    "seen": "seen by",
    "answers": "answers for it",
    "asked": "asked to take it over",
    "tier": "tier",
    "fact": "known, until it expires",
    "flag": "flags, with what was found",
    "visit": "visits",
    "number": "its number",
}
"""Lane of trace/list_life.sql → its title; drawn in this order, from the top."""
ENDED, HOLDS, OPEN = "ended", "holds on the ledger's day", "waits for a person"
COLOURS = {ENDED: "#9fb1bd", HOLDS: "#6fb8ae", OPEN: "#c8553d"}
WIDTH, A_LETTER = 760, 5.5
"""Of a lane and of a letter of a word, in pixels."""
BELOW = "\u200b"
"""Marks the label of a row that goes on with the one above: one for each row between, never seen."""
FONT = "Noto Sans CJK SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"


def commands(add: Add) -> None:
    """Add the command to the parser."""
    out = ("--out", {"type": Path, "required": True, "metavar": "FILE.svg", "help": "where the drawing goes"})
    add("timeline", _timeline, "draw a child's life: places, custody, tiers, facts, flags, visits; no name", CHILD, out)


def _timeline(options: argparse.Namespace, settings: Settings) -> None:
    options.out.write_bytes(draw(options.child, life(settings, options.child)))


def life(settings: Settings, child_id: int) -> list[dict[str, Any]]:
    """A child's marks, lane by lane: label, since, until, word, state, is_point; LedgerError where there are none."""
    with db.transaction(settings.database_url) as conn:
        said = [_mark(row) for row in db.run(conn, "trace/list_life", child_id=child_id)]
    if not said:
        raise LedgerError(f"the published ledger says nothing of child [{child_id}]")
    return sorted(said, key=lambda mark: (list(LANES).index(mark["lane"]), mark["since"]))


def _mark(row: Any) -> dict[str, Any]:
    """A row as it is drawn: what still lasts ends with the ledger's day."""
    place = f"{row.county_code} {places.county_name(row.county_code)}" if row.county_code else ""
    lasts = not row.is_point and (row.until is None or row.until > row.ledger_day)
    until = row.until or row.ledger_day
    waits = lasts and row.word in ("open", "offered")
    return {
        "lane": row.lane,
        "label": " · ".join(part for part in (row.label, place) if part) or row.lane,
        "since": row.since.isoformat(),
        "until": max(until, row.since).isoformat(),
        "word": row.word or "",
        "state": OPEN if waits else HOLDS if lasts else ENDED,
        "is_point": row.is_point,
        "day": row.ledger_day.isoformat(),
    }


def draw(child_id: int, marks: Sequence[dict[str, Any]]) -> bytes:
    """Draw the marks as an SVG image (UTF-8), lanes below each other on one axis of days."""
    import altair as alt  # with the renderer over a second to import, and only charts need them
    import vl_convert

    ends = [min(mark["since"] for mark in marks), max(max(mark["until"], mark["day"]) for mark in marks)]
    days = alt.X("since:T", title=None, scale=alt.Scale(domain=ends), axis=alt.Axis(format="%Y-%m", labelOverlap=True))
    lanes = []
    for lane, title in LANES.items():
        held = [mark for mark in marks if mark["lane"] == lane]
        if held:
            lanes.append(_lane(alt, title, spread(held, *ends), days))
    head = alt.Title(f"child {child_id}", subtitle=f"the ledger of {marks[0]['day']}", anchor="start")
    drawn = alt.vconcat(*lanes, spacing=14, title=head).configure(font=FONT, background="white")
    spec = drawn.configure_legend(orient="bottom").configure_view(stroke="#dde3e8").to_dict()
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode()


def spread(marks: Sequence[dict[str, Any]], first: str, last: str) -> list[dict[str, Any]]:
    """Give a mark whose word would run into the one before it the row below; `first`, `last`: days at both ends."""
    a_pixel = (date.fromisoformat(last) - date.fromisoformat(first)) / WIDTH
    taken: dict[str, list[date]] = {}
    rows = []
    for mark in marks:
        since, until = (date.fromisoformat(mark[edge]) for edge in ("since", "since" if mark["is_point"] else "until"))
        reach = max(until, since + a_pixel * (len(mark["word"]) + 2) * A_LETTER)
        free = taken.setdefault(mark["label"], [])
        row = next((row for row, end in enumerate(free) if end <= since), len(free)) if mark["word"] else 0
        free[row : row + 1] = [max([reach, *free[row : row + 1]])]
        rows.append(mark | {"label": mark["label"] + BELOW * row})
    order = {label: place for place, label in enumerate(taken)}
    return sorted(rows, key=lambda mark: (order[mark["label"].rstrip(BELOW)], mark["label"]))


def _lane(alt: Any, title: str, marks: list[dict[str, Any]], days: Any) -> Any:
    """One lane: a bar from since until, its word at its beginning, a stroke for each day something was said or done."""
    first = f"indexof(datum.label, '{BELOW}') < 0 ? datum.label : ''"
    axis = alt.Axis(labelLimit=260, minExtent=270, maxExtent=270, ticks=False, domain=False, labelExpr=first)
    base = alt.Chart(alt.InlineData(marks)).encode(y=alt.Y("label:N", sort=None, title=None, axis=axis), x=days)
    scale = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    spans, points = base.transform_filter("!datum.is_point"), base.transform_filter("datum.is_point")
    rim = alt.Stroke("state:N", scale=scale, title=None)  # what began and ended on one day is seen too
    colour = alt.Color("state:N", scale=scale, title=None)
    bars = spans.mark_bar(height={"band": 0.6}, strokeWidth=2).encode(x2="until:T", color=colour, stroke=rim)
    strokes = points.mark_tick(color="#24323d", thickness=2, height={"band": 0.8})
    words = base.mark_text(align="left", dx=4, fontSize=10, color="#24323d").encode(text="word:N")
    today = alt.Chart(alt.InlineData(marks[:1])).mark_rule(color="#c8553d", strokeDash=[4, 3]).encode(x="day:T")
    held = alt.layer(bars, strokes, words, today)
    return held.properties(width=WIDTH, height={"step": 20}, title=alt.Title(title, anchor="start", fontSize=12))
