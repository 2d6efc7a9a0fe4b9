"""The waterfall of a pair's evidence: complete, in order, and without a host to fetch from."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from childledger.linkage.waterfall import Step, chart, sides, text

STEPS = [
    Step("name", "same pinyin", 11.3),
    Step("sex", "differs", -6.6),
    Step("place", "not compared", 0.0),
    Step("household", "phone and guardian's name", 17.8),
    Step("姓名", "同音", 0.5),
]


def test_text_adds_up_to_the_weight() -> None:
    lines = text(-20.0, STEPS).splitlines()
    assert lines[0].split()[-2:] == ["-20.0", "-20.0"]
    assert [line.split()[-1] for line in lines[1:-1]] == ["-8.7", "-15.3", "-15.3", "+2.5", "+3.0"]
    assert lines[-1].split()[-1] == "+3.0"


def test_chart_shows_every_step_in_order_and_names_no_host() -> None:
    drawn = chart(-20.0, STEPS)
    root = ET.fromstring(drawn)
    words = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    labels = ["before any evidence", *(f"{step.what}: {step.word}" for step in STEPS), "together"]
    assert [word for word in words if word in labels] == labels
    assert {"-20.0", "+11.3", "-6.6", "+17.8", "+3.0"} <= {word.replace("\u2212", "-") for word in words}
    assert set(re.findall(rb"https?://[\w.]+", drawn)) == {b"http://www.w3.org"}


def test_a_pair_without_evidence_keeps_its_prior() -> None:
    assert text(-20.0, []).splitlines()[-1].split()[-1] == "-20.0"
    assert b"together" in chart(-20.0, [])


def test_what_was_not_weighed_is_drawn_without_bits() -> None:
    words = {"name": "exact", "birth_date": "lunar or swapped", "id_number": "equal", "guardian_phone": "differs"}
    drawn = sides("exact_id", words)
    said = [element.text or "" for element in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    labels = [f"{what}: {word}" for what, word in words.items()]
    assert [word for word in said if word in labels] == labels
    assert "exact_id: nothing was weighed, so the bars have no bits" in said
    assert [word for word in said if word in ("agrees", "nearly", "differs")] == ["agrees", "nearly", "differs"]
    assert not any(re.fullmatch(r"[-+\u2212]?[0-9.]+", word) for word in said), "a figure would be read as a weight"
    assert b"http://www.w3.org" in drawn and set(re.findall(rb"https?://[\w.]+", drawn)) == {b"http://www.w3.org"}
