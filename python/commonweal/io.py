"""Exports in, communities out."""

import json
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from commonweal import _core, _mapping, _remote, _time
from commonweal._options import wrong
from commonweal.community import Community
from commonweal.exceptions import OptionError, SourceError
from commonweal.privacy import Privacy
from commonweal.typing import Instant, Progress, SourceFormat

__all__ = ["read"]


def read(
    path: str | os.PathLike[str],
    *,
    format: SourceFormat | None = None,  # noqa: A002  (the option's name in every face)
    mapping: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    members: str | os.PathLike[str] | None = None,
    time_zone: str | None = None,
    tz: str = "UTC",
    as_of: Instant | None = None,
    privacy: Privacy | None = None,
    storage_options: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Community:
    r"""A community from an export: of a forum, a chat, a mailing list, or a table of events.

    Read are Stack Exchange dumps, Discourse topics, Zulip exports and archives, Slack workspace exports, Discord
    channels (DiscordChatExporter's JSON, HTML or CSV), Mattermost bulk exports, Telegram's `result.json`, IRC logs,
    WordPress exports (WXR), archives of GitHub, MediaWiki dumps, dumps of Reddit, items of Perceval, `git log`, mbox
    and Pipermail, and tables as Parquet, CSV or NDJSON.

    Args:
        path: A file, a folder, an archive (zip, tar), or a pattern such as `logs/2026-*.csv`. Files may be packed as
            gzip, xz or zstd. Tables may lie on an object store or the web: `s3://bucket/events/*.parquet`, `gs://`,
            `az://`, `https://`.
        format: What it is; recognised from the content where it is not given.
        mapping: For tables: which columns hold what, such as `{"member": "user_id", "kind_values": {"message":
            "post"}}`; `{"kind_default": "post"}` where no column tells kinds. What is not named is recognised by its
            usual names.
        columns: For tables: the columns to read, by their names in the file; all by default. What no KPI of yours
            needs, the text above all, costs time and memory.
        members: For tables: a table of members; by default the one beside the events, `members.parquet` beside
            `events.parquet`.
        time_zone: The zone of times that carry none, such as those of IRC logs and of Discord's CSV.
        tz: The IANA zone of the calendar periods.
        as_of: The end of observation; by default the last event.
        privacy: What is kept, and under which names: pseudonyms, no text, small groups hidden.
        storage_options: For an address: keys, region and the like, as polars' `scan_parquet` takes them; by default
            those of the environment.
        progress: Called now and then with the bytes read and the bytes there are.

    Returns:
        The community; `quality()` tells how many rows were read and kept, and why others were refused.

    Raises:
        SourceError: the path cannot be read, is not what its name says, or holds no row that could be used.
        SchemaError: the events or members break the contract.
        OptionError: an option has a value that it cannot take.

    Example:
        >>> import commonweal as cw, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "events.csv"
        >>> _ = path.write_text("time,member,kind\n2026-01-05T12:00:00Z,ana,post\n2026-01-05T13:00:00Z,bo,reply\n")
        >>> cw.read(path).n_events
        2
    """
    _checked(path, format, mapping, columns)
    addresses = {name: _remote.address(value) for name, value in (("events", path), ("members", members)) if value}
    if any(addresses.values()):
        with TemporaryDirectory(prefix="commonweal-") as scratch:
            files: dict[str, Path] = {}
            for name, where in addresses.items():
                if where is not None:
                    folder = Path(scratch, name)
                    folder.mkdir()
                    kind, wanted = (format, columns) if name == "events" else (None, None)
                    files[name] = _remote.fetched(where, kind, wanted, storage_options, folder)
            with _remote.told({file: addresses[name] or "" for name, file in files.items()}):
                return read(
                    files.get("events", path),
                    format=format,
                    mapping=mapping,
                    columns=columns,
                    members=files.get("members", members),
                    time_zone=time_zone,
                    tz=tz,
                    as_of=as_of,
                    privacy=privacy,
                    progress=progress,
                )
    if storage_options is not None:
        raise OptionError(f"storage_options is for an address such as 's3://bucket/events.parquet', and {path} is none")
    source = Path(path)
    is_pattern = any(sign in source.as_posix() for sign in "*?[")
    if not is_pattern and not source.exists():
        scheme = str(path).partition("://")[0]
        if scheme != str(path):
            known = "s3://, gs://, az://, https:// …; a database is for read_database"
            raise SourceError(f"{scheme}://…: is no address that tables are read from, which are {known}")
        raise SourceError(f"{source}: there is no such file or folder")
    _time.zone("tz", tz)
    if time_zone is not None:
        _time.zone("time_zone", time_zone)
    options: dict[str, Any] = {
        "format": format,
        "mapping": None if mapping is None else dict(mapping),
        "columns": None if columns is None else list(columns),
        "members": None if members is None else os.fspath(members),
        "time_zone": time_zone,
        "tz": tz,
        "as_of": None if as_of is None else _time.instant("as_of", as_of, tz).isoformat(),
    }
    if privacy is not None:
        if not isinstance(privacy, Privacy):
            raise wrong("privacy", "a commonweal.Privacy", type(privacy).__name__)
        options["privacy"] = privacy._json()
    given = {name: value for name, value in options.items() if value is not None}
    core = _core.read(str(source), json.dumps(given, sort_keys=True), progress)
    community = Community._wrap(core, 0 if privacy is None else privacy.min_group)
    if community.n_events == 0:
        _not_all_refused(source, community)
    return community


def _checked(path: object, given: str | None, mapping: Mapping[str, Any] | None, columns: Sequence[str] | None) -> None:
    if not isinstance(path, str | os.PathLike) or not os.fspath(path):
        raise wrong("path", "a file, a folder, a pattern or an address", path)
    formats = get_args(SourceFormat)
    if given is not None and given not in formats:
        raise wrong("format", f"one of {', '.join(map(repr, formats))}", given)
    _mapping.checked(mapping, columns)


def _not_all_refused(source: Path, community: Community) -> None:
    """An export of which no row could be used is no empty community: it was misread, and the reasons say how."""
    told = dict(community.quality().select("check", "count").iter_rows())
    reasons = {name: rows for name, rows in told.items() if name.startswith("rows refused: ")}
    if told.get("rows kept", 0) or not reasons:
        return
    why = "; ".join(f"{name.removeprefix('rows refused: ')} ({rows:,})" for name, rows in reasons.items())
    message = f"{source}: none of the {told.get('rows read', 0):,} rows could be used: {why}"
    raise SourceError(f"{message}. {remedy(reasons)}")


def remedy(reasons: Collection[str]) -> str:
    """What to do where every row of a table is refused for these reasons."""
    if any("time cannot be read" in reason for reason in reasons):
        return (
            "Times are read as ISO 8601 (2026-01-31T12:00:00Z) or as numbers since 1970: parse others first, as with"
            " polars' str.to_datetime, and give the table to commonweal.Community"
        )
    return "For a table, mapping= says which column, and which of its values, means what"
