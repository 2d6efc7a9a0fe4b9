"""Every statement that DuckDB runs is used and runs: a type check for its SQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest

from childledger.errors import LinkageError
from childledger.linkage import evaluate, sets, training
from childledger.linkage import link as face
from childledger.linkage.matching import Matching, State, Words, match
from household import BOY, BOY_HOME, SISTER_HOME, TWIN_HOME, frame, without_id

TODAY = date(2026, 7, 1)
BY_TRAINING = {"list_strangers"}
"""Read by its path; runs there and where training is tested (test_model.py)."""


def files(folder: str) -> set[str]:
    return {path.stem for path in (sets.FOLDER / folder).glob("*.sql")}


def noting(monkeypatch: pytest.MonkeyPatch, reader: str, *modules: ModuleType) -> set[str]:
    """The names of the statements that are asked for from here on."""
    asked: set[str] = set()
    read: Callable[[str], str] = getattr(modules[0], reader)

    def note(name: str) -> str:
        asked.add(name.removeprefix("linkage/"))
        return read(name)

    for module in modules:
        monkeypatch.setattr(module, reader, note)
    return asked


def test_linking_runs_every_statement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From a file and from the database, at first and once more for what changed; and on the way to training."""
    asked = noting(monkeypatch, "statement", sets, face)
    rows = frame([BOY_HOME, BOY_HOME, TWIN_HOME, without_id(SISTER_HOME), SISTER_HOME])
    for run_id in (1, 2):
        state = State.open(tmp_path / "kept")
        assert state.published() == (run_id - 1 or None)
        with closing(sets.connect(state.path)) as con:
            matching = Matching(con, TODAY)
            matching.begin()
            matching.take(pa.Table.from_pandas(rows, preserve_index=False))
            matching.link(Words(same=[(0, 1)]))
            matching.take_all()
            assert len(matching.clusters()) == len(rows) and matching.counts()["children"] == 3
            matching.finish()
        state.mark(run_id)
    assert match(rows, Words(same=[(0, 1)]), TODAY).children == 3
    out, pairs, review, state = (tmp_path / f"{name}.csv" for name in ("out", "pairs", "review", "state"))
    for day in (rows, frame([BOY])):
        day.assign(record_id=day["record_key"]).to_csv(tmp_path / "records.csv", index=False)
        assert face.link(tmp_path / "records.csv", out, pairs, review, state, TODAY)["records"] == len(rows)
    assert all(path.exists() for path in (out, pairs, review, state))
    with pytest.raises(LinkageError, match="too few to train on"):
        training.train_on_records(tmp_path / "records.csv", tmp_path / "model.csv", tmp_path / "report.txt", TODAY)
    assert asked == files("linkage") - BY_TRAINING


def test_training_runs_the_rest() -> None:
    source = Path(training.__file__).read_text(encoding="utf-8")
    assert files("linkage") >= BY_TRAINING and all(f'"{name}.sql"' in source for name in BY_TRAINING)


def test_evaluating_runs_every_statement_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = noting(monkeypatch, "_statement", evaluate)
    clusters, truth, review = (tmp_path / f"{name}.csv" for name in ("clusters", "truth", "review"))
    clusters.write_text("record_id,child_id\n1,a\n2,b\n")
    review.write_text("left_record_id,right_record_id\n1,2\n")
    for home in ("", ",household_id"):
        truth.write_text(f"record_id,child_id{home}\n1,a{',h' * bool(home)}\n2,a{',h' * bool(home)}\n")
        assert evaluate.evaluate(clusters, truth, review).matching.missed_pairs == 1
    assert asked == files("evaluate")
