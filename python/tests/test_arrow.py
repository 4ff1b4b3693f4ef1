"""Any library's table goes in, and gives the same numbers."""

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import commonweal as cw


def _duckdb(table: pl.DataFrame) -> Any:
    return duckdb.connect().from_arrow(table.to_arrow())


PRODUCERS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda table: table,
    "polars, several chunks": lambda table: pl.concat([table.head(2), table.tail(3)], rechunk=False),
    "polars, categorical": lambda table: table.with_columns(pl.col("kind", "channel").cast(pl.Categorical)),
    "polars, nanoseconds": lambda table: table.with_columns(pl.col("time").cast(pl.Datetime("ns", "UTC"))),
    "pandas": lambda table: pd.DataFrame(table.to_dict(as_series=False)),
    "pandas, odd index": lambda table: pd.DataFrame(table.to_dict(as_series=False)).set_index("thread", drop=False),
    "pyarrow": lambda table: table.to_arrow(),
    "pyarrow, string_view": lambda table: pa.table(table),
    "pyarrow, reader": lambda table: pa.table(table).to_reader(),
    "duckdb": _duckdb,
}


@pytest.mark.parametrize("name", PRODUCERS)
def test_producers(small: pl.DataFrame, name: str) -> None:
    expected = cw.Community(small)
    c = cw.Community(PRODUCERS[name](small))
    assert c.n_events == 5
    assert c.response.first_response(by="channel").equals(expected.response.first_response(by="channel"))
    assert c.adoption.active_members().equals(expected.adoption.active_members())


def test_members_of_another_library(small: pl.DataFrame) -> None:
    members = pa.table({"member": ["ana", "bo", "cy"], "role": ["member", "staff", "bot"]})
    c = cw.Community(small, members)
    assert c.adoption.active_members(every="1y")["active"].to_list() == [2]


def test_results_are_polars_of_the_documented_types(community: cw.Community) -> None:
    table = community.response.first_response(every="1mo")
    assert table.schema["period"] == pl.Date
    assert table.schema["within"] == pl.Duration("us")
    assert table.schema["median"] == pl.Duration("us")
    assert table.schema["n"] == pl.Int64
    assert table.schema["attained"] == pl.Float64
    assert table.schema["complete"] == pl.Boolean
