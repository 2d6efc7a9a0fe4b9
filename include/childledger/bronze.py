"""Bronze: the records of one file as columns, text as the contract reads it and days as days, by line number.

Written a chunk at a time beside the archived bytes; a file appears whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from childledger.cells import Cells
from childledger.contracts import Contract
from childledger.records import Finding

if TYPE_CHECKING:
    import pandas as pd

ACCEPTED = "accepted\x1f"
"""Name of the column that is true for rows the reader did not hold back."""
DAY = "{}\x1fday"
"""Name of the date32 column beside the text of a date column."""


class Writer:
    """Adds records to a bronze file."""

    def __init__(self, file: pq.ParquetWriter) -> None:
        self.file = file

    def add(self, numbers: pa.Array, cells: Cells, accepted: pa.Array) -> None:
        """Append records; those the reader holds back are marked, for they still name their child."""
        days = {DAY.format(name): values for name, values in cells.days.items()}
        table = pa.table({"line_number": numbers, ACCEPTED: accepted, **cells.values, **days})
        self.file.write_table(table)


def schema(contract: Contract) -> pa.Schema:
    """line_number int32, whether the row is accepted, a nullable string per column, a date32 beside each date."""
    texts = [(column.name, pa.string()) for column in contract.columns]
    days = [(DAY.format(column.name), pa.date32()) for column in contract.columns if column.is_date]
    return pa.schema([("line_number", pa.int32()), (ACCEPTED, pa.bool_()), *texts, *days])


@contextmanager
def writing(path: Path, contract: Contract) -> Iterator[Writer]:
    """Yield a writer; the file takes its place when the block ends without an exception."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    try:
        repeated = [column.name for column in contract.columns if column.lookup or column.is_date]
        with pq.ParquetWriter(draft, schema(contract), compression="zstd", use_dictionary=repeated) as file:
            yield Writer(file)
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_text(path: Path, contract: Contract) -> pd.DataFrame:
    """Accepted records as text columns, null as None, as the suite asks about them; a day is a day, however written."""
    table = pq.read_table(path, filters=pc.field(ACCEPTED))
    for column in contract.columns:
        if column.is_date and column.date_format is None:
            days = table[DAY.format(column.name)].cast(pa.string())
            place = table.column_names.index(column.name)
            table = table.set_column(place, column.name, pc.coalesce(days, table[column.name]))
    return _frame(table.select(texts(path)))


def texts(path: Path) -> list[str]:
    """line_number and the contract's columns."""
    return [name for name in pq.read_schema(path).names if "\x1f" not in name]


def twins_held_back(path: Path, contract: Contract) -> Iterator[Finding]:
    """Rows held back whose key another row has: mended alone, such a row would take the place of that other child."""
    if pc.all(pq.read_table(path, columns=[ACCEPTED])[ACCEPTED]).as_py() is not False:
        return
    frame = read_typed(path, contract).merge(pq.read_table(path, columns=["line_number", ACCEPTED]).to_pandas())
    for rule in contract.rules():
        if rule.code == "DUPLICATE_KEY":
            named = frame.dropna(subset=list(rule.columns))
            twins = named[named.duplicated(list(rule.columns), keep=False) & ~named[ACCEPTED].astype(bool)]
            for line in twins["line_number"]:
                yield Finding(int(line), rule.columns[0], rule.code, rule.severity, rule.rule_id)


def read_typed(path: Path, contract: Contract) -> pd.DataFrame:
    """All records, held back or not, with each date column as ISO text, null where it is no date."""
    table = pq.read_table(path).drop_columns([ACCEPTED])
    for name in [column.name for column in contract.columns if column.is_date]:
        days = table[DAY.format(name)].cast(pa.string())
        table = table.set_column(table.column_names.index(name), name, days)
    return _frame(table)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas().astype(object)
    return frame.where(frame.notna(), None)
