"""Databases: opened read-only, asked, and their answers written to files batch by batch."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import polars as pl

from commonweal._extras import needed
from commonweal._options import wrong
from commonweal.exceptions import SourceError

__all__ = ["Database", "opened"]

_BATCH = 50_000
_SHORTEST_SECRET = 3


class Database(Protocol):
    """A connection: what all of them can do."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a small answer."""
        ...

    def save(self, query: str, folder: Path) -> None:
        """Writes the answer as Parquet into an empty folder, never holding more of it than a batch."""
        ...


@contextmanager
def opened(connection: Any) -> Iterator[Database]:
    """The database behind an address or a connection; what was opened here is closed again."""
    if isinstance(connection, str):
        with _by_address(connection) as database:
            yield database
        return
    module = type(connection).__module__.partition(".")[0].lstrip("_")
    if module == "duckdb":
        yield _DuckDb(connection)
    elif module == "adbc_driver_manager" or type(connection).__module__.startswith("adbc_driver"):
        yield _Adbc(connection)
    elif callable(getattr(connection, "cursor", None)):
        yield _DbApi(connection)
    else:
        raise wrong("connection", _ADDRESSES + ", or an open connection", type(connection).__name__)


_ADDRESSES = "an address such as postgresql://user@host/name, sqlite:///file.db or duckdb:///file.duckdb"


@contextmanager
def _by_address(address: str) -> Iterator[Database]:
    scheme = address.partition(":")[0].lower() if "://" in address else ""
    tell = _without(address)
    if scheme in ("postgresql", "postgres"):
        with needed():
            import adbc_driver_postgresql.dbapi as postgresql
            import pyarrow as _  # noqa: F401  (what the driver hands its batches over in)
        with _told(tell):
            connection = postgresql.connect(address)
        try:
            with _told(tell), connection.cursor() as cursor:
                # One moment of the forum for all queries, and nothing that could write to it.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield _Adbc(connection, tell)
        finally:
            connection.close()
    elif scheme == "sqlite":
        path = _file(address)
        with _told(tell):
            database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            yield _DbApi(database)
        finally:
            database.close()
    elif scheme == "duckdb":
        path = _file(address)
        with needed():
            import duckdb
        with _told(tell):
            store = duckdb.connect(str(path), read_only=True)
        try:
            yield _DuckDb(store)
        finally:
            store.close()
    else:
        raise wrong("connection", _ADDRESSES, f"{scheme}://…" if scheme else "a text that is none")


def _file(address: str) -> Path:
    """`scheme:///relative.db`, `scheme:////absolute.db`."""
    path = Path(unquote(address.partition("://")[2].removeprefix("/")))
    if not path.is_file():
        raise SourceError(f"{path}: there is no such file")
    return path


def _without(address: str) -> Callable[[str], str]:
    """Takes the address, its password and what hides a password in it out of a message."""
    secrets = {address}
    try:
        parts = urlsplit(address)
        given = [parts.password, *re.findall(r"(?i)(?:pass\w*|secret|token|key)=([^&]*)", parts.query)]
    except ValueError:
        given = re.findall(r"://[^@/]*:([^@/]*)@", address)
    for secret in given:
        if secret:
            secrets |= {secret, unquote(secret)}

    def clean(message: str) -> str:
        for secret in sorted(secrets, key=len, reverse=True):
            # A password of a letter or two would take half of the message with it.
            if len(secret) >= _SHORTEST_SECRET:
                message = message.replace(secret, "***")
        return re.sub(r"(\w+://[^\s:/@]*):[^\s@]*@", r"\1:***@", message)

    return clean


_PLAIN = _without("")


@contextmanager
def _told(clean: Callable[[str], str] = _PLAIN) -> Iterator[None]:
    """What a driver raises, as an error of ours: its first lines, without a secret, and without what it came from."""
    try:
        yield
    except SourceError:
        raise
    except Exception as error:
        message = clean(str(error) or type(error).__name__)
        lines = [line.strip() for line in message.splitlines() if line.strip()]
        raise SourceError("the database says: " + " ".join(lines[:4])[:500]) from None


class _Adbc:
    """Through Arrow Database Connectivity: batches of Arrow, as the server sends them."""

    def __init__(self, connection: Any, clean: Callable[[str], str] = _PLAIN) -> None:
        self._connection, self._clean = connection, clean

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with _told(self._clean), self._connection.cursor() as cursor:
            cursor.execute(query)
            return [tuple(row) for row in cursor.fetchall()]

    def save(self, query: str, folder: Path) -> None:
        with needed():
            from pyarrow.parquet import ParquetWriter
        with _told(self._clean), self._connection.cursor() as cursor:
            cursor.execute(query)
            batches = cursor.fetch_record_batch()
            with ParquetWriter(folder / "part-00000.parquet", batches.schema, compression="lz4") as writer:
                for batch in batches:
                    writer.write_batch(batch)


class _DuckDb:
    """DuckDB writes Parquet itself."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with _told():
            return list(self._connection.execute(query).fetchall())

    def save(self, query: str, folder: Path) -> None:
        path = str(folder / "part-00000.parquet").replace("'", "''")
        with _told():
            self._connection.execute(f"COPY (\n{query}\n) TO '{path}' (FORMAT parquet)")


class _DbApi:
    """Any connection of Python's database interface (PEP 249): rows, a batch at a time."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with _told():
            cursor = self._connection.cursor()
            try:
                cursor.execute(query)
                return [tuple(row) for row in cursor.fetchall()]
            finally:
                cursor.close()

    def save(self, query: str, folder: Path) -> None:
        with _told():
            cursor = self._connection.cursor()
            try:
                cursor.execute(query)
                names = [column[0] for column in cursor.description or ()]
                files = list(self._write(cursor, names, folder))
            finally:
                cursor.close()
        _agree(files)

    @staticmethod
    def _write(cursor: Any, names: Sequence[str], folder: Path) -> Iterator[Path]:
        number = 0
        while (rows := cursor.fetchmany(_BATCH)) or number == 0:
            columns = [[row[place] for row in rows] for place in range(len(names))]
            path = folder / f"part-{number:05}.parquet"
            frame = pl.DataFrame([_series(name, values) for name, values in zip(names, columns, strict=True)])
            frame.write_parquet(path, compression="lz4")
            yield path
            number += 1


def _series(name: str, values: list[Any]) -> pl.Series:
    series = pl.Series(name, values, strict=False)
    if series.dtype == pl.Object:
        # Such as the UUIDs of psycopg.
        series = pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)
    return series


def _agree(files: Sequence[Path]) -> None:
    """Batches may differ in type, as where all values of one are null: then they are written again in the wider one."""
    schemas = [pl.read_parquet_schema(file) for file in files]
    wide = pl.concat([pl.DataFrame(schema=schema) for schema in schemas], how="vertical_relaxed").schema
    for file, schema in zip(files, schemas, strict=True):
        if schema != wide:
            pl.read_parquet(file).cast(wide).write_parquet(file, compression="lz4")
