"""Persons as febrl tells of them, by the code that links children, over comparisons and starting rates of their own.

Model, training, resolver and rules are the product's; Australians have two names, a door, a place, and a number without
check digits.

Nothing here was set by looking at the published links: comparisons and starting rates are what anybody expects of typed
names, dates and addresses, and training replaces the rates it sees often enough.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from childledger.linkage import model, resolver
from childledger.linkage.comparisons import Comparison, Level
from childledger.linkage.rules import rules
from childledger.linkage.training import train


def _near(column: str, slips: int) -> str:
    """The first test is cheap and rules many pairs out."""
    return f"abs(length({column}_l) - length({column}_r)) <= {slips} and levenshtein({column}_l, {column}_r) <= {slips}"


def _blank(*columns: str) -> str:
    """One side tells none of them."""
    return " or ".join(f"coalesce({', '.join(f'{column}_{side}' for column in columns)}) is null" for side in "lr")


def _equal(*columns: str) -> str:
    return " and ".join(f"{column}_l = {column}_r" for column in columns)


COMPARISONS = (
    Comparison(
        "name",
        _blank("given", "surname"),
        (
            Level("exact", _equal("name")),
            Level("names swapped", "given_l = surname_r and surname_l = given_r"),
            Level(
                "one of two with slips",
                f"({_equal('surname')} and {_near('given', 2)}) or ({_equal('given')} and {_near('surname', 2)})",
            ),
            Level("both with slips", f"{_near('given', 2)} and {_near('surname', 2)}"),
            Level("surname", _equal("surname")),
            Level("given name", _equal("given")),
        ),
        "differs",
    ),
    Comparison(
        "birth",
        _blank("birth"),
        (
            Level("exact", _equal("birth")),
            Level(
                "day and month swapped",
                "substr(birth_l, 1, 4) = substr(birth_r, 1, 4) and substr(birth_l, 5, 2) = substr(birth_r, 7, 2) "
                "and substr(birth_l, 7, 2) = substr(birth_r, 5, 2)",
            ),
            Level("one slip", _near("birth", 1)),
            Level("two slips", _near("birth", 2)),
        ),
        "differs",
    ),
    Comparison(
        "id_number",
        _blank("id_number"),
        (
            Level("equal", _equal("id_number")),
            Level("one slip", _near("id_number", 1)),
            Level("two slips", _near("id_number", 2)),
        ),
        "differs",
    ),
    Comparison(
        "home",
        _blank("street", "site"),
        (
            Level("door", _equal("street", "door")),
            Level("street", f"({_equal('street')}) or street_l = site_r or site_l = street_r"),
            Level("site", _equal("site")),
            Level("street or site with slips", f"({_near('street', 3)}) or ({_near('site', 3)})"),
        ),
        "differs",
    ),
    Comparison(
        "place",
        _blank("suburb", "postcode"),
        (
            Level("suburb and postcode", _equal("suburb", "postcode")),
            Level("suburb or postcode", f"({_equal('suburb')}) or ({_equal('postcode')})"),
            Level("suburb or postcode with slips", f"({_near('suburb', 2)}) or ({_near('postcode', 1)})"),
            Level("state", _equal("state")),
        ),
        "differs",
    ),
)
"""Five kinds of evidence, as a door is said in three columns and a place in three: what says the same counts once."""

PERSON = model.Model(
    COMPARISONS,
    (
        ("id_number",),
        ("given", "surname"),
        ("surname", "birth"),
        ("given", "birth"),
        ("postcode", "birth"),
        ("given", "postcode"),
        ("surname", "postcode"),
    ),
    (("id_number",), ("name", "birth"), ("name", "postcode")),
    1_000_000,
    Path(__file__).with_name("person.csv"),
)
"""Blocks, and how many pairs are sampled, are those of Splink's examples."""
LIKENESS = {
    "exact": 5,
    "names swapped": 5,
    "one of two with slips": 3,
    "both with slips": 3,
    "surname": 1,
    "given name": 1,
}
"""Of names, in the resolver's figures."""


def link(records: pd.DataFrame) -> pd.DataFrame:
    """Find the persons of records in febrl's columns and `source`, a file; record_id and child_id.

    Trained on these records, without truth; linked from the bits that the costs in rules/linkage.yaml ask for. A file
    that is linked to another holds nobody twice.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        con.register("records", records.assign(unit=range(len(records))))
        con.execute(PROFILES)
        profiles, rates = Path(folder) / "profiles.parquet", Path(folder) / "rates.csv"
        con.table("profiles").write_parquet(str(profiles))
        train(profiles, rates, Path(folder) / "report.txt", PERSON)
        con.execute(PAIRS)
        con.execute(FREQUENCIES)
        [(people,)] = con.execute("select count(distinct id_number) from profiles").fetchall()
        model.score(con, "profiles", "pairs", "frequencies", 1 / people, "scored", model.rates(rates, PERSON), PERSON)
        scored = con.execute(EDGES, {"review_from": rules().review_from}).fetchnumpy()
        numbers = con.execute(NUMBERS).fetchnumpy()
    label = _resolve(scored, numbers, records["source"])
    return pd.DataFrame({"record_id": records["record_id"], "child_id": label})


PROFILES = """
create table profiles as
select
    unit, given_name as given, surname, given_name || ' ' || surname as name,
    date_of_birth as birth, soc_sec_id as id_number, street_number as door, address_1 as street, address_2 as site,
    suburb, postcode, state
from records
"""
PAIRS = "create table pairs as " + " union ".join(
    "select l.unit as left_unit, r.unit as right_unit from profiles as l join profiles as r on l.unit < r.unit and "
    + " and ".join(f"l.{column} = r.{column}" for column in block)
    for block in PERSON.blocks
)
FREQUENCIES = """
create table frequencies as
select name, max(known) as tf_name
from (
    select
        name,
        count(*) over (partition by given) * count(*) over (partition by surname) / count(*) over () ** 2 as known
    from profiles
    where name is not null
)
group by name
"""
"""Of a whole name by those of its parts: among so few records a whole name is met once, however common it is."""
EDGES = "select * from scored where weight >= $review_from order by weight desc, left_unit, right_unit"
NUMBERS = """
select case when count(*) over (partition by id_number) > 1 then id_number::bigint else 0 end as number
from profiles order by unit
"""
"""A number that two records bear is somebody's; one alone may be a slip, as it has no check digit."""


def _resolve(scored: dict[str, np.ndarray], numbers: dict[str, np.ndarray], source: pd.Series) -> np.ndarray:
    """The person of each record, best links first, nobody with two numbers, nor with two records of one file."""
    weight, count = scored["weight"], len(source)
    words = model.vocabulary(PERSON)["name"]
    likeness = np.array([-1 if level < 0 else LIKENESS.get(words[level], 0) for level in scored["name_level"]], np.int8)
    never = np.zeros(len(weight), dtype=bool)
    edges = resolver.Edges(
        scored["left_unit"], scored["right_unit"], weight, weight >= rules().link_from, never, likeness, never,
        numbered=never, settled=never, rivalry=weight,
    )  # fmt: skip
    files, names = pd.factorize(source)
    one_of_a_file = np.zeros((len(names), count), dtype=np.int64)
    if len(names) > 1:
        one_of_a_file[files, np.arange(count)] = np.arange(1, count + 1)
    one = np.ones(count, dtype=np.int64)
    bounds = resolver.Bounds(
        np.vstack([numbers["number"], one_of_a_file]), np.zeros((0, count), np.int64), 0 * one, one,
        rules().largest_cluster, np.empty((2, 0), dtype=np.int64),
    )  # fmt: skip
    return resolver.resolve(edges, bounds, rules().margin).label
