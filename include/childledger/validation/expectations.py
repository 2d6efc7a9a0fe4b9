"""The expectations Great Expectations does not have: Chinese identity numbers, dates as clerks write them, divisions.

Each is a rule of one or two columns on folded text; nulls are another rule's business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation, ColumnPairMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    ColumnPairMapMetricProvider,
    column_condition_partial,
    column_pair_condition_partial,
)

from childledger import cells, places, records


def per_value(column: pd.Series[Any], holds: Callable[[str], bool]) -> pd.Series[bool]:
    """Test each distinct value once."""
    verdicts = {value: holds(value) for value in column.dropna().unique()}
    return column.map(verdicts).fillna(True).astype(bool)


class _ReadableDate(ColumnMapMetricProvider):
    condition_metric_name = "column_values.readable_date"
    condition_value_keys = ("date_format",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: Any, date_format: str | None = None, **kwargs: Any) -> Any:
        return per_value(column, lambda value: cells.day_of(value, date_format) is not None)


class _NumberBetween(ColumnMapMetricProvider):
    condition_metric_name = "column_values.number_between"
    condition_value_keys = ("minimum_number", "maximum_number")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: Any, minimum_number: float | None, maximum_number: float | None, **kwargs: Any) -> Any:
        low = float("-inf") if minimum_number is None else minimum_number
        high = float("inf") if maximum_number is None else maximum_number

        def holds(value: str) -> bool:
            number = records.read_number(value)
            return number is None or low <= number <= high

        return per_value(column, holds)


class _DateBetween(ColumnMapMetricProvider):
    condition_metric_name = "column_values.date_between"
    condition_value_keys = ("minimum_date", "maximum_date")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: Any, minimum_date: str | None, maximum_date: str | None, **kwargs: Any) -> Any:
        low = records.read_date(minimum_date or "0001-01-01")
        high = records.read_date(maximum_date or "9999-12-31")
        assert low and high

        def holds(value: str) -> bool:
            day = records.read_date(value)
            return day is None or low <= day <= high

        return per_value(column, holds)


class _ResidentId(ColumnMapMetricProvider):
    condition_metric_name = "column_values.resident_id"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: Any, **kwargs: Any) -> Any:
        return per_value(column, records.is_resident_id)


class _Ethnicity(ColumnMapMetricProvider):
    condition_metric_name = "column_values.ethnicity"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: Any, **kwargs: Any) -> Any:
        return per_value(column, lambda value: records.ethnicity_code(value) is not None)


class _Division(ColumnMapMetricProvider):
    condition_metric_name = "column_values.division"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: Any, **kwargs: Any) -> Any:
        return per_value(column, lambda value: value in places.divisions())


class _StatesBirthDate(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.resident_id_states_birth_date"

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]  # theirs
    def _pandas(cls, column_A: Any, column_B: Any, **kwargs: Any) -> Any:
        return pair(column_A, column_B, lambda number, day: records.birth_date_of(number) == day, records.read_date)


class _StatesSex(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.resident_id_states_sex"

    @column_pair_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]  # theirs
    def _pandas(cls, column_A: Any, column_B: Any, **kwargs: Any) -> Any:
        return pair(column_A, column_B, lambda number, sex: records.sex_of(number) == sex, cells.SEXES.get)


def pair(numbers: Any, others: Any, agree: Callable[[str, Any], bool], read: Callable[[str], Any]) -> Any:
    """Compare a valid identity number with another column; what can't be read is another rule's business."""

    def holds(number: str, other: str) -> bool:
        meaning = read(other)
        return meaning is None or not records.is_resident_id(number) or agree(number, meaning)

    return pd.Series([holds(n, o) for n, o in zip(numbers, others, strict=True)], index=numbers.index, dtype=bool)


class ExpectColumnValuesToBeReadableDates(ColumnMapExpectation):
    """Each value is a date in one of the forms clerks use (records.read_date), or in the one the contract names."""

    map_metric = "column_values.readable_date"
    success_keys = ("date_format", "mostly")
    date_format: Any = None


class ExpectColumnNumbersToBeBetween(ColumnMapExpectation):
    """Each number lies between two others, both included."""

    map_metric = "column_values.number_between"
    success_keys = ("minimum_number", "maximum_number", "mostly")
    minimum_number: Any = None
    maximum_number: Any = None


class ExpectColumnDatesToBeBetween(ColumnMapExpectation):
    """Each readable date lies between two days, both included; `maximum_date` may be the file's data date."""

    map_metric = "column_values.date_between"
    success_keys = ("minimum_date", "maximum_date", "mostly")
    minimum_date: Any = None
    maximum_date: Any = None


class ExpectColumnValuesToBeResidentIds(ColumnMapExpectation):
    """Each value is a citizen identity number with a real birth date and check character (GB 11643-1999)."""

    map_metric = "column_values.resident_id"


class ExpectColumnValuesToBeEthnicities(ColumnMapExpectation):
    """Each value is a name or code of GB/T 3304."""

    map_metric = "column_values.ethnicity"


class ExpectColumnValuesToBeDivisions(ColumnMapExpectation):
    """Each value is a county code that exists or existed; statistical zone codes are not."""

    map_metric = "column_values.division"


class ExpectResidentIdToStateBirthDate(ColumnPairMapExpectation):
    """The identity number in A states the birth date in B."""

    map_metric = "column_pair_values.resident_id_states_birth_date"
    success_keys = ("ignore_row_if", "mostly")
    ignore_row_if: Any = "either_value_is_missing"


class ExpectResidentIdToStateSex(ColumnPairMapExpectation):
    """The identity number in A states the sex in B."""

    map_metric = "column_pair_values.resident_id_states_sex"
    success_keys = ("ignore_row_if", "mostly")
    ignore_row_if: Any = "either_value_is_missing"
