"""Cohorts and who of them still comes."""

import altair as alt
import polars as pl

from commonweal._periods import length
from commonweal.plot._finding import percent
from commonweal.plot._frame import HEIGHT, AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._heat import cells

_OWN = ("size", "offset", "active", "rate", "rate_low", "rate_high", "follow_up")
_NUMBERS_MOST = 16
_ROW, _LOWEST = 20, 160


def retention(table: pl.DataFrame) -> AnyChart:
    """A triangle of cohorts by periods since, darker where more of them are active; dashed where not yet complete.

    The size of a cohort stands beside its date. The shade is relative to the highest rate after the first period, which
    itself is left out where it is 1 by definition.

    Args:
        table: Of `community.adoption.retention()`.
    """
    need(table, "retention", ("cohort", "size", "offset", "active", "rate", "complete"))
    rows = grouped(table.filter(pl.col("size") > 0), _OWN)
    first = rows.filter(pl.col("offset") == 0)["rate"].drop_nulls()
    if (first == 1).all():
        rows = rows.filter(pl.col("offset") > 0)
    if rows.is_empty():
        return nothing(HEIGHT, suppressed(table, _OWN))
    days = length(table["cohort"]) in (None, "1d", "1w")
    date = pl.col("cohort").dt.strftime("%d %b %Y" if days else "%b %Y")
    many = "group" in rows.columns
    label = date if many else pl.format("{}  ({})", date, pl.col("size"))
    rows = rows.sort("cohort", maintain_order=True).with_columns(label=label)
    kept = ["label", "offset", "rate", *(["group"] if many else [])]
    later = rows.filter(pl.col("offset") > 0)["rate"].drop_nulls()
    most = float(str(later.max())) if later.len() else 1.0
    widest = rows["offset"].n_unique()
    y_title = None if many else "Cohort (members)"
    x = alt.X("offset:O", title="Periods since", axis=alt.Axis(orient="top", labelAngle=0, domain=False, grid=False))
    names = rows["label"].unique(maintain_order=True).to_list()
    y = alt.Y("label:O", title=y_title, sort=names, axis=alt.Axis(grid=False, titlePadding=24))
    layers = cells(x, y, most or 1.0, numbers=widest <= _NUMBERS_MOST and not many)
    height = max(_LOWEST, _ROW * len(names))
    return finished(layers, rows.select(kept), height=height, finding=_finding(rows), hidden=suppressed(table, _OWN))


def _finding(rows: pl.DataFrame) -> str:
    done = rows.filter("complete")
    if "group" in done.columns or done.is_empty():
        return ""
    sums = done.group_by("offset").agg(pl.col("active", "size").sum()).filter(pl.col("offset").is_in([1, 3]))
    shares = {offset: active / size for offset, active, size in sums.sort("offset").iter_rows()}
    said = [f"{percent(share)} {'one period' if offset == 1 else 'three'}" for offset, share in shares.items()]
    return f"Of those who come, {' and '.join(said)} later are active" if said else ""
