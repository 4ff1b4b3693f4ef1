"""Files of text, cut into pieces of whole records."""

import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from commonweal import _remote
from commonweal.exceptions import SourceError

RECORD: Final = 64 * 2**20
"""No line of an honest export is longer."""


def lines(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines, about so many bytes at a time, and the number of the first."""
    first = 1
    with path.open("rb") as file:
        while block := file.read(size):
            if not block.endswith(b"\n"):
                block += file.readline(RECORD)
            yield first, block
            first += block.count(b"\n")


def records(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """Whole records of delimited text, which may go over several lines, each time with the header."""
    limit = csv.field_size_limit(min(sys.maxsize, RECORD))
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            taken: list[str] = []
            held = 0

            def lines() -> Iterator[str]:
                nonlocal held
                for line in file:
                    taken.append(line)
                    held += len(line)
                    yield line

            delimiter = _remote.separator(file.readline())
            file.seek(0)
            reader = csv.reader(lines(), delimiter=delimiter)
            next(reader, None)
            header, first = "".join(taken), len(taken) + 1
            taken.clear()
            begun, held = first, 0
            for _ in reader:  # What is taken by now are whole records.
                if held >= size:
                    yield begun, _bytes(header, taken)
                    begun, held = begun + len(taken), 0
                    taken.clear()
            if taken or begun == first:
                yield begun, _bytes(header, taken)
    except csv.Error as error:
        raise SourceError(f"{path}: is no delimited text that can be read: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _bytes(header: str, lines: Sequence[str]) -> bytes:
    return "".join([header, *lines]).encode("utf-8", errors="surrogateescape")
