"""The guides as a clerk prints them: one A4 page each, everything on it, nothing fetched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from browser import CHROMIUM, browser_page
from childledger import contracts
from childledger.forms import guide
from childledger.settings import INCLUDE

FEEDS = contracts.load_all(INCLUDE / "feeds")


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")
def test_every_guide_prints_on_one_page(tmp_path: Path) -> None:
    with browser_page() as (page, said, asked):
        for contract in FEEDS.values():
            file = tmp_path / f"{contract.feed}.html"
            file.write_bytes(guide.as_page(contract))
            page.goto(file.as_uri())
            for scale in (1, 1.04):  # another font may need a little more room
                printed = page.pdf(prefer_css_page_size=True, print_background=True, scale=scale)
                assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, (contract.feed, scale)
                assert b"/MediaBox [0 0 59" in printed  # A4 is 595 points wide
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert said == []
        assert asked == [(tmp_path / f"{feed}.html").as_uri() for feed in FEEDS]


@pytest.mark.parametrize("feed", FEEDS)
def test_a_guide_says_what_the_contract_says(feed: str) -> None:
    contract, page = FEEDS[feed], guide.as_page(FEEDS[feed]).decode()
    assert page.encode() == guide.as_page(contract)
    assert page.count("查无此人") == (feed == "townships.visits") == page.count("同“核实结论”")
    assert all(f">{column.heading}</td>" in page for column in contract.columns)
    assert page.count(">必填</td>") == sum(column.required for column in contract.columns)
    assert f"{contract.title}_410105_20260630.xlsx" in page and contract.legal_basis in page
    assert len(guide.mistakes(contract)) == 10 and "…" not in "".join(sum(guide.mistakes(contract), ()))
    assert not re.search(r"https?:|//|src=|url\(|<script|<link|@import", page)
