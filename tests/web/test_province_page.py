"""The province's page: each county's half-year with its state and why, complete in one file without script."""

from __future__ import annotations

import re
from datetime import date

import office
from childledger import places, signoff
from childledger.settings import Settings
from halfyear import DAY, OFFICER, ROUND, send_nil, take_in


def rows_of(page: str) -> list[str]:
    """The table rows of a page as text."""
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)]


def test_the_province_sees_who_is_late_and_why(settings: Settings) -> None:
    send_nil(settings)
    take_in(settings)
    signoff.close(settings, ROUND, office.COUNTY, **OFFICER, as_of=DAY)
    signoff.keep(settings, date(2026, 8, 3))
    page = (settings.reports / ROUND / "province.html").read_text(encoding="utf-8")
    told = rows_of(page)
    others = len(places.counties()) - 1
    assert next(row for row in told if office.COUNTY in row).startswith("金水区 410105 ● 已签结 第1版 ")
    assert "中原区 410102 × 逾期未签结 -4 应报未报的文件（零报告算已报） 9" in told
    assert f"应报未报的文件（零报告算已报） files_missing {others}" in told
    assert sum(bool(re.search(r" \d{6} [●×◐…] ", row)) for row in told) == others + 1
    assert "<script" not in page and "http" not in page
