"""When an export changes."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_State = tuple[tuple[str, int, int], ...]


def changes(sources: Sequence[Path], every: float, most: int, *, but: Sequence[Path] = ()) -> Iterator[None]:
    """Now, and whenever the files of `sources` have changed and then kept still for one look.

    Args:
        sources: Files, folders or patterns.
        every: Seconds between two looks.
        most: How many times (0: for ever).
        but: Files that do not matter.
    """
    ignored = {path.resolve() for path in but}
    drawn: _State | None = None
    before: _State | None = None
    done = 0
    while not most or done < most:
        state = tuple(file for source in sources for file in _state(source, ignored))
        # A file that grows between two looks is still being written.
        if state != drawn and (drawn is None or state == before):
            drawn = state
            done += 1
            yield
            continue
        before = state
        time.sleep(every)


def _state(source: Path, ignored: set[Path]) -> _State:
    """Names, sizes and times of change of the file, of a folder's files, or of what a pattern finds."""
    if any(sign in source.as_posix() for sign in "*?["):
        root = Path(source.anchor or ".")
        files = sorted(root.glob(str(source.relative_to(root)) if source.anchor else str(source)))
    elif source.is_dir():
        files = sorted(path for path in source.rglob("*") if path.is_file())
    else:
        files = [source]
    found = []
    for path in files:
        if path.resolve() in ignored:
            continue
        try:
            told = path.stat()
        except OSError:
            continue
        found.append((str(path), told.st_size, told.st_mtime_ns))
    return tuple(found)
