"""What a clerk needs before sending: a workbook to fill in and one page to hang on the wall, both from the contract.

Same contract, same bytes. They stand beside the inboxes, where no sweep takes them for a drop: only */*/inbox is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from childledger import contracts
from childledger.contracts import Contract
from childledger.forms.words import GUIDE, TEMPLATE
from childledger.reports import zone
from childledger.settings import Settings

FOLDER = "templates"


def publish(settings: Settings, out: Path | None = None) -> list[Path]:
    """Write template and guide of every feed; return the files, changed or not.

    `out`/<department>/ if given; else <home>/templates/<department>/, and landing/<department>/templates/ of every
    department that has a landing zone we may write in. A file of a feed that is no longer there is removed.
    """
    known = list(contracts.load_all(settings.feeds).values())
    files = {contract.feed: render(contract) for contract in known}
    return [
        path
        for place, department in _places(settings, out, {contract.department for contract in known})
        for path in _fill(place, (files[contract.feed] for contract in known if contract.department == department))
    ]


def render(contract: Contract) -> dict[str, bytes]:
    """Template and guide of one feed by file name."""
    from childledger.forms import guide, template  # openpyxl and jinja2 cost half a second

    return {
        contract.title + TEMPLATE: template.as_workbook(contract),
        contract.title + GUIDE: guide.as_page(contract),
    }


def _places(settings: Settings, out: Path | None, departments: Iterable[str]) -> list[tuple[Path, str]]:
    names = sorted(departments)
    if out:
        return [(out / name, name) for name in names]
    zones = [name for name in names if _may_enter(settings.landing / name)]
    ours = [(settings.home / FOLDER / name, name) for name in names]
    return ours + [(settings.landing / name / FOLDER, name) for name in zones]


def _may_enter(zone: Path) -> bool:
    """A department's folder may belong to its own account; a service must start all the same."""
    return zone.is_dir() and os.access(zone, os.W_OK)


def _fill(place: Path, feeds: Iterable[dict[str, bytes]]) -> list[Path]:
    wanted = {name: content for files in feeds for name, content in files.items()}
    if place.is_symlink():  # senders may write in their zone: a link planted there is never followed
        place.unlink()
    place.mkdir(parents=True, exist_ok=True)
    for path in place.iterdir():
        if path.name.endswith((TEMPLATE, GUIDE)) and path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        zone.publish(place / name, content, mode=0o644)
    return [place / name for name in wanted]
