"""Show why two profiles are held for one child: each piece of evidence as a step from before to after, in bits.

Where nothing was weighed, because a number or what people said holds them, each piece only agrees or differs.

Drawn from stored words and weights alone; neither the model nor a child's data is read, and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

BEFORE = "before any evidence"
TOGETHER = "together"
FOR, AGAINST, SUM = "for one child", "against", "sum"
AGREES, NEARLY, DIFFERS = "agrees", "nearly", "differs"
_COLOURS = {FOR: "#2b7a78", AGAINST: "#c8553d", SUM: "#5c6773"}
_SIDES = {AGREES: "#2b7a78", NEARLY: "#8ab6a9", DIFFERS: "#c8553d"}
_ENDS = {AGREES: 1.0, NEARLY: 0.5, DIFFERS: -1.0}
"""Bars of no weight: right of the line what agrees, left of it what differs."""
_FONT = "Noto Sans CJK SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"


@dataclass(frozen=True)
class Step:
    """One comparison: what was compared, the word for how it agreed, and what that weighs in bits."""

    what: str
    word: str
    bits: float


def text(prior: float, steps: Sequence[Step]) -> str:
    """Write the steps as lines: label, bits, and the sum so far.

    >>> print(text(-20, [Step("name", "exact", 16.5), Step("sex", "differs", -6.6)]))
    before any evidence   -20.0   -20.0
    name: exact           +16.5    -3.5
    sex: differs           -6.6   -10.1
    together              -10.1   -10.1
    """
    rows = _rows(prior, steps)
    width = max(len(row["label"]) for row in rows)
    return "\n".join(f"{row['label']:<{width}}  {row['shown']:>6}  {row['end']:>+6.1f}" for row in rows)


def chart(prior: float, steps: Sequence[Step]) -> bytes:
    """Draw the steps as an SVG image (UTF-8), one bar below the other."""
    return _image(_rows(prior, steps), _COLOURS, "bits: each doubles the odds that the two are one child")


def sides(why: str, words: Mapping[str, str]) -> bytes:
    """Draw in what two profiles agree and differ, as an SVG image like `chart` that measures nothing.

    `why`: what holds them, or asks about them; `words`: what was compared → how it agrees.
    """
    kinds = {"exact": AGREES, "equal": AGREES, "differs": DIFFERS, "surname differs": DIFFERS}
    found = [(f"{what}: {word}", kinds.get(word, NEARLY)) for what, word in words.items()]
    rows = [_row(label, 0.0, _ENDS[kind], kind) | {"shown": ""} for label, kind in found]
    return _image(rows, _SIDES, f"{why}: nothing was weighed, so the bars have no bits", measured=False)


def _image(rows: list[dict[str, Any]], colours: Mapping[str, str], title: str, *, measured: bool = True) -> bytes:
    import altair as alt  # with the renderer over a second to import, and only charts need them
    import vl_convert

    base = alt.Chart(alt.InlineData(rows)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=400, ticks=False, domain=False))
    )
    axis = alt.Axis() if measured else alt.Axis(labels=False, ticks=False, grid=False)
    scale = alt.Scale(padding=40 if measured else 0)  # room for the figures beside the longest bars
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("start:Q", title=title, axis=axis, scale=scale),
        x2="end:Q",
        color=alt.Color("kind:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), title=None),
    )
    # beside the end of a bar: where it grows to the right, on its right
    right = base.mark_text(align="left", dx=5).encode(x="end:Q", text="shown:N").transform_filter("datum.bits >= 0")
    left = base.mark_text(align="right", dx=-5).encode(x="end:Q", text="shown:N").transform_filter("datum.bits < 0")
    zero = alt.Chart(alt.InlineData([{}])).mark_rule(color="#333").encode(x=alt.datum(0))
    drawn = alt.layer(bars, right, left, zero).properties(width=560, height={"step": 30})
    spec = drawn.configure(font=_FONT, background="white").configure_legend(orient="bottom").to_dict()
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode()


def _rows(prior: float, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Lay the bars end to end: first what was believed before, last the sum."""
    ends = list(accumulate((step.bits for step in steps), initial=prior))
    found = [_row(BEFORE, 0.0, prior, SUM)]
    for step, start, end in zip(steps, ends, ends[1:], strict=False):
        found.append(_row(f"{step.what}: {step.word}", start, end, FOR if step.bits >= 0 else AGAINST))
    return [*found, _row(TOGETHER, 0.0, ends[-1], SUM)]


def _row(label: str, start: float, end: float, kind: str) -> dict[str, Any]:
    bits = end - start
    return {"label": label, "start": start, "end": end, "bits": bits, "shown": f"{bits:+.1f}", "kind": kind}
