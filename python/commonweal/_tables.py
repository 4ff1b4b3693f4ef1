"""Tables as the Python face takes them."""

import polars as pl

from commonweal.exceptions import SchemaError
from commonweal.typing import ArrowStream


def table(name: str, table: ArrowStream) -> ArrowStream:
    """The table, if it is one that the core can read."""
    if isinstance(table, pl.LazyFrame) or (not hasattr(table, "__arrow_c_stream__") and hasattr(table, "collect")):
        raise SchemaError(f"{name} is a {type(table).__name__}; call .collect() on it first")
    if not hasattr(table, "__arrow_c_stream__"):
        raise SchemaError(
            f"{name} must be a table with the Arrow PyCapsule interface (of polars, pandas, pyarrow, DuckDB), "
            f"got {type(table).__name__}"
        )
    if isinstance(table, pl.Series):
        raise SchemaError(f"{name} must be a table, got a column; call .to_frame() on it first")
    return table
