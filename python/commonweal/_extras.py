"""Parts of the package that need what a plain installation leaves out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_NEEDED_BY: Final = {
    "adbc_driver_manager": ("PostgreSQL", "database"),
    "adbc_driver_postgresql": ("PostgreSQL", "database"),
    "altair": ("charts", "plot"),
    "duckdb": ("DuckDB", "database"),
    "jinja2": ("the report", "report"),
    "onnxruntime": ("models in the ONNX format", "onnx"),
    "pyarrow": ("tables larger than memory", "scan"),
    "tokenizers": ("models in the ONNX format", "onnx"),
    "vl_convert": ("charts", "plot"),
}


@contextmanager
def needed() -> Iterator[None]:
    """Says which extra to install where an import within fails for want of it."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _NEEDED_BY:
            raise
        what, extra = _NEEDED_BY[missing]
        message = f"for {what}, {missing} must be installed: pip install 'commonweal[{extra}]'"
        raise ModuleNotFoundError(message, name=missing) from None
