"""Day by day or all at once, the children are the same: what a change does not touch was decided rightly before."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from childledger.linkage.engine import Change, Engine
from childledger.linkage.rules import rules
from childledger.linkage.sets import connect
from synthprovince.crowd import writing

TODAY = date(2026, 11, 25)
CHILDREN = 400
BATCHES = 4
CHANGED = ("name", "id_number", "birth_date", "guardian_phone", "school_roll_number", "residence_code")
ANSWERS = {
    "members": "select label.record_id, cluster.cluster from record join label using (rid) join cluster using (unit)",
    "edges": "select low, high, route, round(weight, 6), links, rival from edge",
    "residue": "select unit from residue",
    "slips": "select rid from slip",
    "review": "select low_record, high_record, reason, route, round(weight, 6) from review",
}

Row = dict[str, Any]
Word = tuple[str, str, str]


class Ledger:
    """An engine that goes on from run to run."""

    def __init__(self) -> None:
        self.con = connect()
        self.engine = Engine(self.con, rules(), TODAY)

    def take(self, rows: list[Row], change: Change, schema: pa.Schema) -> None:
        self.con.register("incoming", pa.Table.from_pylist(rows, schema))
        self.engine.link(change)

    def answers(self) -> dict[str, set[Any]]:
        told: dict[str, set[Any]] = {name: set(self.con.execute(sql).fetchall()) for name, sql in ANSWERS.items()}
        return told | {"members": set(clusters(self.con))}


def clusters(con: duckdb.DuckDBPyConnection) -> list[frozenset[str]]:
    """Records of each child, in an order that depends on them alone."""
    found: dict[int, set[str]] = {}
    for record, cluster in con.execute(ANSWERS["members"]).fetchall():
        found.setdefault(cluster, set()).add(record)
    return sorted(map(frozenset, found.values()), key=min)


def mended(rng: random.Random, row: Row, rows: list[Row]) -> Row:
    """A record sent again: one column blank, or as in somebody else's record."""
    column = rng.choice(CHANGED)
    return row | {column: None if rng.random() < 0.5 else rng.choice(rows)[column]}


def sender(record: str) -> str:
    """What the sender calls a record, whatever snapshot it is of."""
    return record.split("@")[0]


def inherited(words: list[Word], known: list[str]) -> list[Word]:
    """Words hold for every record of the two senders' keys."""
    rows: dict[str, list[str]] = {}
    for record in known:
        rows.setdefault(sender(record), []).append(record)
    found = {
        (one, other, verdict)
        for left, right, verdict in words
        if sender(left) != sender(right)
        for one in rows[sender(left)]
        for other in rows[sender(right)]
    }
    return sorted(found)


def words(rng: random.Random, known: list[str], children: list[frozenset[str]], before: list[Word]) -> list[Word]:
    """What people say today: some of what they said, about any two records, that one child is two, and whose number it
    is that two children bear.
    """
    standing = set(known)
    kept = [word for word in before if rng.random() < 0.7 and standing.issuperset(word[:2])]
    said: list[Word] = [(*rng.sample(known, 2), rng.choice(["SAME", "DIFFERENT"])) for _ in range(5)]  # type: ignore[misc]
    for child in children:
        members = sorted(child & standing)
        if len(members) > 1 and rng.random() < 0.04:
            said.append((*rng.sample(members, 2), "DIFFERENT"))  # type: ignore[arg-type]
        if rng.random() < 0.04 and members:
            said.append((members[0], rng.choice(known), "SAME"))
    said = [word for word in said if sender(word[0]) != sender(word[1])]
    return list({word[:2]: word for word in (*kept, *said)}.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_change_gives_what_everything_at_once_would(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    writing.write(tmp_path, CHILDREN, seed, hard=True, form="parquet", processes=1)
    crowd = pyarrow.parquet.read_table(tmp_path / "records.parquet")
    schema = crowd.schema.set(0, pa.field("record_id", pa.string()))
    rows = crowd.cast(schema).to_pylist()
    rng.shuffle(rows)
    ledger, standing, said = Ledger(), dict[str, Row](), list[Word]()
    for batch in range(BATCHES):
        gone = rng.sample(sorted(standing), len(standing) // 8)
        for record in gone:
            del standing[record]
        again = [mended(rng, standing[record], rows) for record in rng.sample(sorted(standing), len(standing) // 8)]
        later = [
            mended(rng, standing[record], rows) | {"record_id": f"{sender(record)}@{batch}"}
            for record in rng.sample(sorted(standing), len(standing) // 8)
        ]
        arrived = rows[batch::BATCHES] + again + list({row["record_id"]: row for row in later}.values())
        standing |= {row["record_id"]: row for row in arrived}
        said = words(rng, sorted(standing), clusters(ledger.con), said)
        told = inherited(said, sorted(standing))
        ledger.take(arrived, Change(gone=gone, told=told), schema)
        everything = Ledger()
        everything.take(list(standing.values()), Change(told=told), schema)
        found, expected = ledger.answers(), everything.answers()
        assert {name: found[name] ^ expected[name] for name in ANSWERS} == {name: set() for name in ANSWERS}, batch
    split = [word for word in told if word[2] == "DIFFERENT"]
    assert split and all(expected[name] for name in ANSWERS), "the crowd is too easy to prove anything"
    assert len(told) > len(said) and expected["slips"]
    assert all(not child.issuperset(word[:2]) for child in found["members"] for word in split)
