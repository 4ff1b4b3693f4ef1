"""The members of what is larger than memory: they are held as a whole."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from commonweal import _core
from commonweal._scan.bring import Source
from commonweal._tables import table
from commonweal.exceptions import OptionError
from commonweal.typing import ArrowStream


@dataclass(frozen=True)
class People:
    """The table of members, where there is one, and what the reader remarked on it."""

    table: pl.DataFrame | None = None
    notes: Mapping[str, int] = field(default_factory=dict)


def people(given: str | os.PathLike[str] | ArrowStream | None, source: Source, scratch: Path) -> People:
    """The table that was given, or the file beside the events."""
    if isinstance(given, str | os.PathLike):
        return _of_file(Path(given), source, scratch)
    if given is not None:
        return People(pl.DataFrame(table("members", given)))
    if len(source.members) > 1:
        names = ", ".join(str(found) for found in source.members)
        raise OptionError(f"members must say which table of members it is, there are {names}")
    return _of_file(source.members[0], source, scratch) if source.members else People()


def _of_file(path: Path, source: Source, scratch: Path) -> People:
    """A file of members, read beside a single event."""
    alone = scratch / "alone.csv"
    alone.write_text("time,member,kind\n2000-01-01T00:00:00Z,nobody,view\n", encoding="ascii")
    options = source.options
    mapping = (options.get("mapping") or {}).get("members")
    asked = {"format": "csv", "members": str(path), "time_zone": options.get("time_zone")}
    asked |= {"privacy": options["privacy"]} if "privacy" in options else {}
    asked |= {"mapping": {"members": mapping}} if mapping else {}
    _, found, account = _core.file_rows(str(alone), json.dumps(asked))
    return People(None if found is None else pl.DataFrame(found), json.loads(account)["notes"])
