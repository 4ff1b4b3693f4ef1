"""The face of it: `scan`."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from commonweal import _mapping, _options, _time
from commonweal._extras import needed
from commonweal._scan import memory
from commonweal._scan.bring import Source
from commonweal._scan.cut import Cut
from commonweal._scan.files import TableFormat, files
from commonweal._scan.scan import How, Scan
from commonweal._tables import table
from commonweal.privacy import Privacy
from commonweal.typing import ArrowStream, Instant, Progress


def scan(
    path: str | os.PathLike[str],
    *,
    memory_limit: int | str = "2GB",
    format: TableFormat | None = None,  # noqa: A002  (the option's name in every face)
    mapping: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    members: str | os.PathLike[str] | ArrowStream | None = None,
    affiliations: ArrowStream | None = None,
    time_zone: str | None = None,
    tz: str = "UTC",
    as_of: Instant | None = None,
    unique_ids: bool = True,
    privacy: Privacy | None = None,
    spill: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Scan:
    r"""A community of a table that is larger than memory: Parquet, CSV or NDJSON.

    Nothing is read until a KPI is asked for. Then the events are read in pieces and put on disk, each member, or each
    thread, together; the KPI is computed a part at a time, and the parts are merged. The table is the one of
    `commonweal.read`, to the last bit.

    Args:
        path: A file, a folder, or a pattern such as `events/*.parquet`.
        memory_limit: What the process may hold while it computes: bytes, or a size such as `"500MB"` or `"2GB"`.
        format: `parquet`, `csv` or `ndjson`; recognised from the content where it is not given.
        mapping: As in `commonweal.read`.
        columns: The columns to read, by their names in the file. What no KPI of yours needs, the text above all, costs
            time and disk.
        members: A table of members, or the path of one; by default the one beside the events, as in `commonweal.read`.
            It is held in memory as a whole.
        affiliations: As in `commonweal.Community`; likewise.
        time_zone: The zone of times that carry none.
        tz: The IANA zone of the calendar periods.
        as_of: The end of observation; by default the last event.
        unique_ids: Whether to look for ids that occur twice, which are an error. False trusts that there are none.
        privacy: What is kept, and under which names, as in `commonweal.read`. On disk lies what is kept; each piece as
            the source has it lies there while it is read.
        spill: The folder to put events in while this lives; by default that of temporary files. About as much room as
            the files take, and once more where KPIs of both keys are asked for.
        progress: Called now and then with thousandths done of what is being read, and 1000.

    Raises:
        SourceError: the path cannot be read, or is not what its name says.
        OptionError: an option has a value that it cannot take.

    Example:
        >>> import commonweal as cw, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "events.csv"
        >>> _ = path.write_text("time,member,kind\n2026-01-05T12:00:00Z,ana,post\n2026-01-05T13:00:00Z,bo,reply\n")
        >>> with cw.scan(path, memory_limit="2GB") as community:
        ...     community.engagement.activity(every="1d")["contributors"].to_list()
        [2]
    """
    with needed():
        import_module("pyarrow")
    formats = get_args(TableFormat)
    if format is not None and format not in formats:
        raise _options.wrong("format", f"one of {', '.join(map(repr, formats))}", format)
    _mapping.checked(mapping, columns)
    _time.zone("tz", tz)
    if time_zone is not None:
        _time.zone("time_zone", time_zone)
    given: dict[str, Any] = {
        "mapping": None if mapping is None else dict(mapping),
        "columns": None if columns is None else list(columns),
        "time_zone": time_zone,
    }
    if privacy is not None:
        if not isinstance(privacy, Privacy):
            raise _options.wrong("privacy", "a commonweal.Privacy", type(privacy).__name__)
        if affiliations is not None:
            raise _options.wrong("affiliations", "None where privacy is given: they name members", "a table")
        if not (members is None or isinstance(members, str | os.PathLike)):
            raise _options.wrong("members", "the path of a table where privacy is given", "a table")
        given["privacy"] = privacy._json()
    found, beside = files(Path(path), format)
    if privacy is not None and (members is not None or len(beside) == 1):
        given["members"] = str(beside[0] if members is None else members)
    return Scan(
        Source(found, beside, {name: value for name, value in given.items() if value is not None}, progress),
        How(
            limit=memory.limit(memory_limit),
            members=members,
            affiliations=None if affiliations is None else table("affiliations", affiliations),
            tz=tz,
            as_of=None if as_of is None else _time.instant("as_of", as_of, tz),
            unique_ids=unique_ids,
            within=Path(tempfile.gettempdir() if spill is None else spill),
            min_group=0 if privacy is None else privacy.min_group,
        ),
        Cut(),
    )
