"""Events from where they live: a database."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import polars as pl

from commonweal import _discourse, _mapping
from commonweal._connections import Database, opened
from commonweal._options import wrong
from commonweal.community import Community
from commonweal.exceptions import CommonwealError, SchemaError, SourceError
from commonweal.io import read
from commonweal.privacy import Privacy
from commonweal.typing import DatabasePreset, Instant, Progress

__all__ = ["read_database"]


def read_database(
    connection: Any,
    /,
    *,
    query: str | None = None,
    preset: DatabasePreset | None = None,
    members: str | None = None,
    mapping: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    time_zone: str | None = None,
    tz: str = "UTC",
    as_of: Instant | None = None,
    privacy: Privacy | None = None,
    progress: Progress | None = None,
) -> Community:
    r"""A community from a database, by a query of yours or by one that knows the platform's tables.

    The answer comes in batches, goes to a file for the time of reading (in a folder that nobody else may enter), and is
    read like any table: `mapping`, refused rows and `quality()` are those of `read`. Nothing is written to the
    database, and addresses and passwords are in no error.

    Args:
        connection: An address: `postgresql://user@host/name` (needs the extra `database`; passwords are best left to
            `PGPASSFILE` or `PGSERVICE`), `sqlite:///file.db`, `duckdb:///file.duckdb`. Or an open connection: of
            DuckDB, of ADBC, or of any other driver of Python's database interface (PEP 249).
        query: SQL that gives a row for each event.
        preset: Instead of a query, the platform whose tables they are: `discourse`, on PostgreSQL or DuckDB.
        members: SQL that gives a row for each member; a preset has its own.
        mapping: Which columns hold what, as in `read`.
        columns: The columns of the query that are asked for; by default all. What is not asked for never leaves the
            database. With `Privacy(keep_text=False)` a preset does not ask for texts.
        time_zone: The zone of times that carry none; a preset knows it.
        tz: The IANA zone of the calendar periods.
        as_of: The end of observation; by default the last event. For a live database, now.
        privacy: What is kept, and under which names.
        progress: Called while the answer is read, with the bytes read and the bytes there are.

    Raises:
        SourceError: the database cannot be reached, or does not take the query.
        SchemaError: a preset's table or column is missing, or the events break the contract.
        OptionError: an option has a value that it cannot take.
        ModuleNotFoundError: the extra `database` is not installed.

    Example:
        >>> import commonweal as cw, sqlite3
        >>> chat = sqlite3.connect(":memory:")
        >>> _ = chat.execute("CREATE TABLE said (sent TEXT, who TEXT, words TEXT)")
        >>> _ = chat.execute("INSERT INTO said VALUES ('2026-01-05T12:00:00Z', 'ana', 'hello')")
        >>> c = cw.read_database(
        ...     chat, query="SELECT sent, who, 'post' AS kind FROM said", mapping={"time": "sent", "member": "who"}
        ... )
        >>> c.n_events, c.events["member"].to_list()
        (1, ['ana'])
    """
    if (query is None) == (preset is None):
        raise wrong("query and preset", "one of the two", {"query": query, "preset": preset})
    if preset is not None and preset not in get_args(DatabasePreset):
        raise wrong("preset", f"one of {', '.join(map(repr, get_args(DatabasePreset)))}", preset)
    if preset is not None and mapping is not None:
        raise wrong("mapping", "left out where there is a preset", dict(mapping))
    _mapping.checked(mapping, columns)
    for option, text in (("query", query), ("members", members)):
        if text is not None and (not isinstance(text, str) or not text.strip(" \n\t;")):
            raise wrong(option, "SQL that gives a table", text)
    with opened(connection) as database, TemporaryDirectory(prefix="commonweal-") as folder:
        if preset is not None:
            query = _discourse.events(_layout(database))
            columns, time_zone, mapping = _asked(columns, privacy), "UTC", _discourse.MAPPING
            members = _discourse.MEMBERS if members is None else members
        people = None
        if members is not None:
            people = _in_one(_saved(database, members, None, Path(folder, "members")))
        events = _saved(database, query or "", columns, Path(folder, "events"))
        try:
            return read(
                events,
                format="parquet",
                mapping=mapping,
                members=people,
                time_zone=time_zone,
                tz=tz,
                as_of=as_of,
                privacy=privacy,
                progress=progress,
            )
        except CommonwealError as error:
            # The files are nothing that the caller knows of.
            message = str(error)
            for path, what in ((people, "the query for members"), (events, "the query"), (Path(folder), "the answer")):
                if path is not None:
                    message = message.replace(str(path), what)
            raise type(error)(message) from None


def _saved(database: Database, query: str, columns: Sequence[str] | None, path: Path) -> Path:
    """What a query gives, as a file where it is one batch, else as a folder."""
    query = query.strip().rstrip(";").rstrip()
    if columns is not None:
        names = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
        query = f"SELECT {names} FROM (\n{query}\n) AS asked"  # noqa: S608  (the query is the caller's own)
    path.mkdir()
    database.save(query, path)
    files = sorted(path.iterdir())
    return files[0] if len(files) == 1 else path


def _in_one(path: Path) -> Path:
    """A table of members is one file."""
    if path.is_file():
        return path
    whole = path / "members.parquet"
    pl.concat([pl.read_parquet(file) for file in sorted(path.iterdir())]).write_parquet(whole)
    return whole


def _asked(columns: Sequence[str] | None, privacy: Privacy | None) -> list[str]:
    """The columns of the preset that are to be read."""
    known = _discourse.COLUMNS
    if columns is None:
        without_text = privacy is not None and not privacy.keep_text
        return [name for name in known if not (without_text and name in _discourse.TEXTS)]
    for name in columns:
        if name not in known:
            raise wrong("columns", f"some of {', '.join(known)}", name)
    return list(dict.fromkeys(["time", "member", "kind", *columns]))


def _layout(database: Database) -> dict[str, set[str]]:
    """The tables of the forum, each with its columns; an error where one that is needed is missing."""
    try:
        found = database.rows(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_catalog = current_database()"
        )
    except SourceError as error:
        raise SourceError(f"a preset needs PostgreSQL or DuckDB; {error}") from None
    layout: dict[str, set[str]] = {}
    for table, column in found:
        layout.setdefault(table, set()).add(column)
    remedy = "is it the database of a Discourse, and may this user read it?"
    absent = sorted(_discourse.NEEDED.keys() - layout.keys())
    if absent:
        raise SchemaError(f"the database has no table {', '.join(absent)} in its current schema: {remedy}")
    for table, columns in _discourse.NEEDED.items():
        missing = sorted(columns - layout[table])
        if missing:
            raise SchemaError(f"the table {table} has no column {', '.join(missing)}: {remedy}")
    return layout
