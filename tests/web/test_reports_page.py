"""The pages in a real browser: readable Chinese, no script, no request but the page itself; and only for who may."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI, Header, HTTPException

import school
from browser import CHROMIUM, browser_page
from childledger.settings import Settings
from childledger.web import application, find_page
from fix_db import free_port


def auditor_only(cookie: str = Header(default="")) -> None:
    """Stands for Airflow's own dependency."""
    if cookie != "_token=auditor":
        raise HTTPException(401)


@pytest.fixture
def receipt_id(settings: Settings) -> int:
    rows = [school.pupil(1), school.pupil(2, 姓名=""), school.pupil(3, 监护人电话="1"), school.pupil(4, 性别="?")]
    (school.inbox(settings) / school.name()).write_bytes(school.as_csv(rows))
    return school.take(settings)[0]


@contextmanager
def serve(site: FastAPI) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            threading.Event().wait(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")
def test_report_in_a_browser(settings: Settings, receipt_id: int, tmp_path: Path) -> None:
    with serve(application(settings.reports, auditor_only)) as address, browser_page() as (page, said, asked):
        start = f"{address}/2026H1/{receipt_id}.html"
        page.goto(start)
        assert page.get_by_text("部分收下").is_visible() and page.get_by_text("「姓名」必须填写").first.is_visible()
        assert page.get_by_text("数据 4 行：已收 2 行（其中 1 行请核实），未收 2 行").is_visible()
        assert page.locator("[role=img]").bounding_box()["height"] > 10  # the bar is drawn under the site's CSP
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.screenshot(path=tmp_path / "report.png", full_page=True)
        page.get_by_role("link", name="2026H1 报送一览").click()
        assert page.get_by_role("link", name="部分", exact=True).is_visible()
        assert page.get_by_text("— 未报送").count() > 1000
        assert asked == [start, f"{address}/2026H1/index.html"]
        assert said == []


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")
def test_report_opens_from_disk_and_prints(settings: Settings, receipt_id: int) -> None:
    file = settings.reports / "2026H1" / f"{receipt_id}.html"
    with browser_page() as (page, said, asked):
        page.goto(file.as_uri())
        assert page.title() == f"校验报告 {receipt_id} · 部分收下"
        assert len(page.pdf(format="A4")) > 10_000
        assert (asked, said) == ([file.as_uri()], [])


def test_only_the_signed_in_and_only_pages(settings: Settings, receipt_id: int) -> None:
    import http.client

    def get(address: str, path: str, cookie: str = "_token=auditor") -> tuple[int, str, str | None]:
        connection = http.client.HTTPConnection(address.removeprefix("http://"))
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers["content-security-policy"]

    (settings.reports.parent / "outside.html").write_text("outside")
    (settings.reports / "link.html").symlink_to(settings.reports.parent / "outside.html")
    (settings.reports / "notes.txt").write_text("not a page")
    with serve(application(settings.reports, auditor_only)) as address:
        for path in ("/", "/index.html", f"/2026H1/{receipt_id}.html", "/nothing.html", "/docs", "/openapi.json"):
            assert get(address, path, cookie="")[0] == 401
        for path in ("/", "/2026H1/", f"/2026H1/{receipt_id}.html"):
            status, page, policy = get(address, path)
            assert (status == 200 and "校验报告" in page) or "报送一览" in page
            assert policy is not None and policy.startswith(
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
            )
        for path in (
            "/../outside.html", "/%2e%2e/outside.html", "/2026H1/..%2f..%2foutside.html", "//etc/passwd", "/link.html",
            "/notes.txt", "/2026H1", "/a%00.html", "/.hidden.html", "/" + "长" * 300 + ".html",
        ):  # fmt: skip
            status, page, _ = get(address, path.replace("长", "%E9%95%BF"))
            assert status == 404 and "没有这一页" in page


def test_find_page_knows_the_index(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("x")
    assert find_page(tmp_path, "") == find_page(tmp_path, "index.html") == (tmp_path / "index.html").resolve()
    assert find_page(tmp_path, "index.html/") is None
