"""Standard: each distinct spelling is read once, columnar, and what is compared afterwards is numbers.

The dictionary of spellings outlives a run: tomorrow only new spellings are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from childledger.linkage import addresses, births, names, numbers
from childledger.linkage.sets import run
from childledger.places import current_code, divisions, zone_hosts

ADULT = 18
CHUNK = 1_000_000
"""Names folded at a time: bounds memory."""
_ROUNDED = r"^\d{15}000$"
"""A number of which a spreadsheet kept fifteen digits: the same for all whose numbers begin alike, twins first."""
MACROS = (
    "key", "code_key", "plain_number", "digits_of", "phone_of", "sex_of", "county_of", "likeness", "telling",
    "nameless", "nearness", "household", "home", "same_number", "contrary_number", "agreement", "id_birth", "id_sex",
    "in_digits", "unlet", "inmost", "dwelling", "settlement", "village", "door", "months_apart", "called_after",
    "newborn_sex", "lies_in", "filed_in", "disputed", "doubled",
)  # fmt: skip


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros, and the tables that are not there."""
    for macro in MACROS:
        run(con, f"linkage/create_{macro}")
    for table in ("spelled", "spelling", "day", "record", "label"):
        run(con, f"linkage/create_{table}")


def standardise(con: duckdb.DuckDBPyConnection, today: date) -> None:
    """Read the view `source` into the temporary table `fresh`, one row a record."""
    _read_names(con)
    _read_identities(con)
    _read_derived(con)
    _read_births(con)
    _read_counties(con)
    run(con, "linkage/create_fresh", adult=ADULT, this_year=today.year)
    _read_days(con)


def _read_names(con: duckdb.DuckDBPyConnection) -> None:
    """Fold new spellings; the features of a name follow from the folded name, whichever spelling came first."""
    spellings = _spellings(con, "linkage/list_names")  # whole: another statement would end a stream without a word
    for start in range(0, len(spellings), CHUNK):
        raw = spellings.slice(start, CHUNK)
        folded = names.fold(raw)
        parent = names.fold(folded["parent"].combine_chunks())["pinyin"]
        con.register("folded", folded.append_column("raw", raw).append_column("parent_pinyin", parent))
        plain = pc.unique(folded["name"]).drop_null()
        con.register("featured", names.fold(plain).set_column(0, "name", plain))
        run(con, "linkage/insert_spelled")
        run(con, "linkage/insert_spelling")


def _read_identities(con: duckdb.DuckDBPyConnection) -> None:
    raw = _spellings(con, "linkage/list_identities")
    read = numbers.identity(raw)
    rounded = pc.match_substring_regex(read["number"], _ROUNDED)  # one in eleven has the right check digit
    good = pc.and_not_kleene(read["valid"], pc.fill_null(rounded, False))
    number = pc.cast(pc.utf8_slice_codeunits(pc.if_else(good, read["number"], None), 0, 17), pa.int64())
    damaged = pc.if_else(pc.or_(pc.equal(read["kind"], "bad"), pc.fill_null(rounded, False)), read["number"], None)
    sex = pc.cast(pc.equal(read["sex"], "F"), pa.int8())
    con.register(
        "identities",
        pa.table(
            {
                "raw": raw, "number": number, "valid": good, "damaged": damaged,
                "birth": pc.cast(read["birth"], pa.int32()), "sex": pc.add(sex, 1),
            }
        ),
    )  # fmt: skip


def _read_derived(con: duckdb.DuckDBPyConnection) -> None:
    raw = _spellings(con, "linkage/list_derived")
    read = numbers.identity(numbers.inside(raw))
    number = pc.cast(pc.utf8_slice_codeunits(pc.if_else(read["valid"], read["number"], None), 0, 17), pa.int64())
    con.register("derived", pa.table({"raw": raw, "number": number}))


def _read_births(con: duckdb.DuckDBPyConnection) -> None:
    raw = _spellings(con, "linkage/list_births")
    con.register("read_births", pa.table({"raw": raw, "birth": pc.cast(births.read(raw), pa.int32())}))


def _read_counties(con: duckdb.DuckDBPyConnection) -> None:
    current = {code: current_code(code) for code in divisions()} | {zone: to for zone, to in zone_hosts().items() if to}
    con.register("division", pa.table({"code": _numbers(current), "current": _numbers(current.values())}))
    raw = _spellings(con, "linkage/list_unplaced")
    con.register("told_counties", pa.table({"raw": raw, "county": addresses.counties(raw)}))


def _numbers(codes: Iterable[str]) -> pa.Array:
    return pa.array(map(int, codes), pa.int32())


def _read_days(con: duckdb.DuckDBPyConnection) -> None:
    day = _spellings(con, "linkage/list_days")
    lunar = births.lunar(day)
    con.register("new_day", pa.table({"birth": pc.cast(day, pa.int32()), "lunar": pc.cast(lunar, pa.int32())}))
    run(con, "linkage/insert_days")


def _spellings(con: duckdb.DuckDBPyConnection, name: str) -> pa.Array:
    column = run(con, name).to_arrow_table().column(0)
    return pa.concat_arrays([pa.array([], pa.string()), *(chunk.cast(pa.string()) for chunk in column.chunks)])
