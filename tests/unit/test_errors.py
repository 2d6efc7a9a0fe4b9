"""Nothing a child is called may leave in an exception: not in its text, not in what it is chained to."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from childledger import cli, db, errors
from childledger.errors import FeedError, LedgerError, Sealed, sealed

NAME = "赵哨兵ZZ"


def statement(url: str, text: str) -> Callable[[], Any]:
    def run() -> None:
        with db.transaction(url) as conn:
            conn.execute(
                sa.text("create temporary table child (name text unique check (length(name) < 9), n integer not null)")
            )
            conn.execute(sa.text(text), {"name": NAME})

    return run


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("insert into child values (:name, 1), (:name, 2)", "sqlstate=23505 constraint=child_name_key"),
        ("insert into child values (:name, null)", "sqlstate=23502"),
        ("insert into child values (repeat(:name, 9), 1)", "sqlstate=23514 constraint=child_name_check"),
        ("select CAST(:name AS integer)", "sqlstate=22P02"),
    ],
)
def test_a_database_error_keeps_its_code_and_loses_its_values(ledger_url: str, text: str, told: str) -> None:
    with pytest.raises(Sealed) as caught:
        sealed(statement(ledger_url, text))()
    assert told in str(caught.value)
    assert_nothing_of_the_child(caught.value)


def test_a_pandas_error_loses_its_values() -> None:
    with pytest.raises(Sealed, match="ValueError") as caught:
        sealed(lambda: pd.Series([NAME]).astype(int))()
    assert_nothing_of_the_child(caught.value)


def test_our_own_errors_pass_without_what_caused_them() -> None:
    def run() -> None:
        try:
            raise psycopg.Error(NAME)
        except psycopg.Error as error:
            raise FeedError("EMPTY_FILE", rows=3) from error

    with pytest.raises(FeedError, match="EMPTY_FILE") as caught:
        sealed(run)()
    assert_nothing_of_the_child(caught.value)


def assert_nothing_of_the_child(error: BaseException) -> None:
    assert error.__cause__ is None
    assert error.__context__ is None
    assert NAME not in "".join(traceback.format_exception(error))


def test_exit_codes_are_as_drawn() -> None:
    drawn = {name: int(code) for name, code in re.findall(r"(\w+) {2,}.*? (\d+)   ", errors.__doc__ or "")}
    found = {kind.__name__: kind.exit_code for kind in LedgerError.__subclasses__()}
    assert drawn == found
    assert len(set(found.values())) == len(found)


def test_a_reader_that_has_enough_ends_a_command_without_a_word_and_no_closed_connection_does() -> None:
    command = [sys.executable, "-m", "childledger.cli", "services", "check"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait() == 128 + 13
    assert cli.main(["services", "check"]) == 0
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN


def test_a_county_nobody_has_is_no_empty_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["items", "--county", "410199"]) == LedgerError.exit_code
    assert "no county of the province has code [410199]" in capsys.readouterr().err
