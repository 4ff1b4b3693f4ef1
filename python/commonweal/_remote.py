"""Tables on object stores and the web: brought here as a file, a batch at a time."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import polars as pl

from commonweal._options import wrong
from commonweal.exceptions import CommonwealError, OptionError, SourceError

__all__ = ["address", "fetched", "told"]

Options: TypeAlias = Mapping[str, Any] | None

_SCHEMES: Final = ("s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss", "adl", "http", "https", "hf")
_ADDRESS: Final = re.compile(rf"({'|'.join(_SCHEMES)}):/{{1,2}}(?=[^/])", re.IGNORECASE)
_SUFFIXES: Final = {
    "parquet": "parquet",
    "pq": "parquet",
    "csv": "csv",
    "tsv": "csv",
    "ndjson": "ndjson",
    "jsonl": "ndjson",
}
_SIGNS: Final = (",", "\t", ";", "|")


def address(path: str | os.PathLike[str]) -> str | None:
    """The address that a path is; none where it is a path of this machine."""
    text = os.fspath(path)
    # A `Path` takes one of the two slashes out.
    return _ADDRESS.sub(lambda found: f"{found[1].lower()}://", text, count=1) if _ADDRESS.match(text) else None


def shown(where: str) -> str:
    """An address without what is secret in a signed one."""
    return where.partition("?")[0] if where.startswith("http") else where


def fetched(
    where: str, given: str | None, columns: Sequence[str] | None, storage_options: Options, folder: Path
) -> Path:
    """The table or tables of an address as one file."""
    kind = given or _recognised(where)
    if kind not in _SUFFIXES.values():
        raise wrong("format", "'parquet', 'csv' or 'ndjson' for an address: other exports are read from files", given)
    if storage_options is not None and not isinstance(storage_options, Mapping):
        raise OptionError('storage_options must be a mapping, such as {"aws_region": "eu-north-1"}')
    how: dict[str, Any] = {"storage_options": None if storage_options is None else dict(storage_options)}
    path = folder / f"events.{kind}"
    try:
        if kind == "parquet":
            table = pl.scan_parquet(where, **how)
            if columns is not None and set(columns) <= set(table.collect_schema().names()):
                table = table.select(list(columns))
            table.sink_parquet(path, compression="lz4")
        elif kind == "csv":
            header = pl.scan_lines(where, n_rows=1, **how).collect().to_series().to_list()
            table = pl.scan_csv(where, infer_schema=False, separator=separator("".join(header)), **how)
            table.sink_csv(path)
        else:
            # As they are: what is in a line is the reader's to say.
            pl.scan_lines(where, **how).sink_csv(path, include_header=False, quote_style="never")
    except (pl.exceptions.PolarsError, OSError) as error:
        why = _without_query(where, " ".join(str(error).split()))[:300]
        raise SourceError(f"{shown(where)}: cannot be read ({why}); check the address and storage_options") from None
    return path


def _recognised(where: str) -> str:
    name = re.sub(r"\.(gz|zst|zlib)$", "", shown(where).rpartition("/")[2])
    kind = _SUFFIXES.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise SourceError(
            f"{shown(where)}: does not say what it is; name it with format='parquet', 'csv' or 'ndjson'. Other exports "
            "are read from files: copy them here first"
        )
    return kind


def separator(header: str) -> str:
    """What a header of delimited text has most of, outside of quotes."""
    outside = "".join(header.split('"')[::2])
    return max(_SIGNS, key=outside.count)


def _without_query(where: str, message: str) -> str:
    """A message without what is behind the question mark of a signed address."""
    query = where.removeprefix(shown(where)).removeprefix("?")
    return message.replace(query, "…") if query else message


@contextmanager
def told(names: Mapping[Path, str]) -> Iterator[None]:
    """Errors that speak of the addresses, and not of the files that they were brought to."""
    try:
        yield
    except CommonwealError as error:
        message = str(error)
        for path, where in names.items():
            message = message.replace(str(path), shown(where))
        raise type(error)(message) from None
