"""Tables by channel: the largest ones, small groups suppressed."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from commonweal._report._format import count
from commonweal._report._model import Cell, Table

_MOST, _SUPPRESSED_MOST = 8, 3


def by_channel(
    table: pl.DataFrame,
    caption: str,
    header: Sequence[str],
    cells: Callable[[dict[str, Any]], Sequence[Cell]],
    *,
    size: str,
    min_group: int,
) -> Table | None:
    """The channels with the largest `size`, then some that are suppressed; None where there is nothing to compare."""
    hidden = pl.col("suppressed") if "suppressed" in table.columns else pl.lit(value=False)
    # Suppressed channels come last and by name: their place among the others would tell their size.
    seen = table.filter(~hidden).filter(pl.col(size) > 0).sort(size, "channel", descending=[True, False])
    unseen = table.filter(hidden).sort("channel")
    if seen.height + unseen.height < 2:
        return None
    rows = [[_name(row), *cells(row)] for row in seen.head(_MOST).iter_rows(named=True)]
    suppressed = Cell("suppressed", soft=True, columns=len(header) - 1)
    rows += [[_name(row), suppressed] for row in unseen.head(_SUPPRESSED_MOST).iter_rows(named=True)]
    return Table(caption, header, rows, _note(seen.height, unseen.height, min_group))


def _name(row: dict[str, Any]) -> Cell:
    return Cell("(no channel)", soft=True) if row["channel"] is None else Cell(str(row["channel"]))


def _note(seen: int, unseen: int, min_group: int) -> str:
    parts = []
    if seen > _MOST:
        parts.append(
            f"The {_MOST} largest channels; {count(seen - _MOST, 'smaller one is', 'smaller ones are')} not listed."
        )
    if unseen:
        more = f", {unseen - _SUPPRESSED_MOST:,} of them not listed" if unseen > _SUPPRESSED_MOST else ""
        parts.append(
            f"Suppressed{more}: groups of fewer than {min_group} members, and groups whose figures would give those "
            "away."
        )
    return " ".join(parts)
