"""The report site: read-only pages for signed-in auditors, and nothing else of the file system, ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, Response
from fastapi.responses import HTMLResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
NOT_FOUND = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>没有这一页</title></head>
<body style="font: 16px/1.7 'Noto Sans CJK SC', 'Microsoft YaHei', 'WenQuanYi Micro Hei', sans-serif;
margin: 4em auto; max-width: 32em">
<h1 style="font-size: 1.3em">没有这一页 <small style="color: #5b6775">404 not found</small></h1>
<p>报告可能还没有生成，或地址有误。</p></body></html>"""


def application(reports: Path, user_dependency: Callable[..., Any]) -> FastAPI:
    """Serve the pages under `reports`; every address, known or not, asks `user_dependency` first."""
    site = FastAPI(title="childledger", docs_url=None, redoc_url=None, openapi_url=None)

    @site.get("/{address:path}", dependencies=[Depends(user_dependency)])
    def page(address: str) -> Response:
        file = find_page(reports, address)
        if file is None:
            return HTMLResponse(NOT_FOUND, status_code=404, headers=HEADERS)
        return HTMLResponse(file.read_bytes(), headers=HEADERS)

    return site


def find_page(reports: Path, address: str) -> Path | None:
    """The page an address means; None for anything that is not an HTML file of ours under `reports`."""
    root = reports.resolve()
    if "\x00" in address or any(part.startswith(".") for part in address.split("/")):
        return None
    try:
        page = "index.html" if address.endswith("/") or not address else ""
        file = (root / address.lstrip("/") / page).resolve()
        inside = file.is_relative_to(root) and file.suffix == ".html" and file.is_file()
    except OSError:  # a name too long for the file system
        return None
    return file if inside else None
