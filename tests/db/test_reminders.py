"""Who is told of the register: the sender by a note that comes and goes, auditors by pages, operators by a command."""

from __future__ import annotations

import pytest

import office
from childledger import cli, db, pipeline, places
from childledger.reports.result import read_result
from childledger.settings import Settings
from duties import ALARM, DUE, FEED, LATER, duty, note, rows, send, withdraw


def test_the_note_appears_in_zones_that_exist_and_goes_when_the_file_came(settings: Settings) -> None:
    note(settings).parent.mkdir(parents=True)
    pipeline.keep_register(settings, DUE)
    assert not note(settings).exists()
    assert pipeline.keep_register(settings, ALARM)["reminders"] == 1
    told = note(settings).read_bytes().decode("utf-8-sig")
    for words in (
        "MISSING",
        "2026年上半年",
        "2026-07-10",
        "2026-07-11",
        f"学籍信息_{office.COUNTY}_20260630_零报告.csv",
    ):
        assert words in told
    assert sum(1 for _ in settings.landing.glob("*/*")) == 1  # no zone was made for the others
    before = note(settings).stat().st_mtime_ns
    pipeline.keep_register(settings, LATER)
    assert note(settings).stat().st_mtime_ns == before
    send(settings, "2026-07-13 10:00", suffix="_零报告", data=b"")
    assert pipeline.keep_register(settings, LATER)["reminders"] == 0
    assert not note(settings).exists()


def test_the_note_names_the_file_that_was_refused(settings: Settings) -> None:
    receipt_id = send(settings, "2026-07-09 10:00", data="甲,乙\r\n1,2\r\n".encode())
    pipeline.keep_register(settings, LATER)
    told = note(settings).read_bytes().decode("utf-8-sig")
    assert "REJECTED_ONLY" in told and f"收据 {receipt_id}" in told


def test_index_alone_brings_register_and_note_up_to_date(settings: Settings) -> None:
    """A sender who has just sent is not reminded until tomorrow morning."""
    note(settings).parent.mkdir(parents=True)
    pipeline.keep_register(settings)
    assert note(settings).exists()
    send(settings, "2026-07-13 10:00")
    pipeline.index(settings)
    assert not note(settings).exists()


def test_pages_show_the_register(settings: Settings) -> None:
    withdrawn = send(settings, "2026-07-08 10:00", pupils=2)
    withdraw(settings, withdrawn, "2026-07-09 10:00")
    pipeline.keep_register(settings, ALARM)
    page = (settings.reports / "2026H1" / "index.html").read_text(encoding="utf-8")
    owed = len(places.counties()) * 9
    assert page.count("逾期未报</span>") == page.count("— 未报送</td>") == owed
    assert "↩" in page  # the file that was taken back is there, and does not stand
    send(settings, "2026-07-13 10:00")
    pipeline.keep_register(settings, LATER)
    page = (settings.reports / "2026H1" / "index.html").read_text(encoding="utf-8")
    assert "逾期报送 2026-07-13" in page and page.count("逾期未报</span>") == owed - 1
    rounds = (settings.reports / "index.html").read_text(encoding="utf-8")
    assert f'<td class="num">{owed - 1}</td>' in rounds
    (second,) = rows(settings, "select max(receipt_id) from intake.receipt")[0]
    withdraw(settings, second, "2026-07-15 10:00")
    pipeline.keep_register(settings, LATER)
    page = (settings.reports / "2026H1" / "index.html").read_text(encoding="utf-8")
    assert page.count("逾期未报，自2026-07-15撤回</span>") == 1


def test_receipt_and_register_tell_the_same_due_day(settings: Settings) -> None:
    receipt_id = send(settings, "2026-07-11 09:00")
    pipeline.keep_register(settings, LATER)
    with db.transaction(settings.database_url) as conn:
        result = read_result(conn, office.contract(FEED), receipt_id)
    found = duty(settings, LATER)
    assert result and (result.deadline, result.is_late) == (found.due_on, found.is_late) == (DUE, True)


def test_the_command_prints_counts_or_lines(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    send(settings, "2026-07-13 10:00")
    monkeypatch.setenv("CHILDLEDGER_HOME", str(settings.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CHILDLEDGER_SETTLE_SECONDS", "0")
    assert cli.main(["register", "--as-of", "2026-07-20"]) == 0
    assert f"MISSING  {len(places.counties()) - 1}" in " ".join(capsys.readouterr().out.split(" ")).replace("   ", " ")
    assert cli.main(["register", "--as-of", "2026-07-20", "--county", office.COUNTY, "--overdue"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 8 and not [line for line in lines if FEED in line]
    assert cli.main(["register", "--as-of", "2026-07-12", "--county", office.COUNTY, "--feed", FEED]) == 0
    assert "MISSING" in capsys.readouterr().out
