"""Which files there are, and what each is."""

from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Literal, TypeAlias

from commonweal import _remote
from commonweal._scan.types import Types
from commonweal.exceptions import SourceError

TableFormat: TypeAlias = Literal["parquet", "csv", "ndjson"]


@dataclass(frozen=True)
class File:
    """A file and what it is."""

    path: Path
    format: TableFormat
    said: Types | None = None
    """What all pieces of a file of text say together, once it is known that some differ."""


def files(source: Path, given: TableFormat | None) -> tuple[list[File], list[Path]]:
    """The files of events, in order, and the tables of members beside them."""
    if (where := _remote.address(source)) is not None:
        raise SourceError(f"{where}: is an address, and scan reads files; copy them here first")
    if any(sign in source.as_posix() for sign in "*?["):
        paths = sorted(path for path in map(Path, glob(str(source), recursive=True)) if path.is_file())  # noqa: PTH207
        if not paths:
            raise SourceError(f"{source}: no file has such a name")
    elif source.is_dir():
        paths = sorted(path for path in source.rglob("*") if path.is_file() and not path.name.startswith((".", "_")))
        if not paths:
            raise SourceError(f"{source}: the folder is empty")
    elif source.is_file():
        paths = [source]
    else:
        raise SourceError(f"{source}: there is no such file or folder")
    members: list[Path] = []
    if len(paths) > 1:
        members = [path for path in paths if path.stem.lower().startswith("members")]
        paths = [path for path in paths if path not in members]
    elif paths[0].name.startswith("events") and source.is_file():
        beside = paths[0].with_name(f"members{paths[0].name.removeprefix('events')}")
        members = [beside] if beside.is_file() else []
    if not paths:
        raise SourceError(f"{source}: there is no table of events, only of members")
    return [File(path, given or _recognised(path)) for path in paths], members


def _recognised(path: Path) -> TableFormat:
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith((b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"BZh")):
        raise SourceError(f"{path}: is packed; unpack it first, as it is read in pieces")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{path}: is encoded as UTF-16; save it as UTF-8")
    if b"\0" in start.partition(b"\n")[0]:
        raise SourceError(f"{path}: is neither Parquet, CSV nor NDJSON; commonweal.read reads other exports")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"[") and text[1:].lstrip().startswith(b"{"):
        raise SourceError(
            f"{path}: is one JSON array; a table of events has one object a line: write it so, as "
            "`jq -c '.[]' events.json > events.ndjson` does"
        )
    return "ndjson" if text.startswith(b"{") else "csv"
