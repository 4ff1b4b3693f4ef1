"""Where people go next."""

from statistics import median
from typing import Any

import altair as alt
import polars as pl

from commonweal.exceptions import OptionError
from commonweal.plot._chart import layered
from commonweal.plot._finding import percent
from commonweal.plot._frame import AnyChart, inline, need, nothing, suppressed, titled
from commonweal.plot._heat import cells

_COLUMNS = ("source", "target", "n", "members", "share")
_NOWHERE = "(nowhere)"
_CELL = 38
_LABEL = 170


def flow(table: pl.DataFrame, *, top: int = 20) -> AnyChart:
    """Channel by channel, the share of those who are active in one that are active in another in the next period.

    The channels with the most active members have a row and a column each; one that nobody comes from, only goes to,
    has a column alone, after them. What the others have in common cannot be read off pairs of them, so they are left
    out, and their number is said. In the median of the title a channel where nobody stays counts as a share of 0.

    Args:
        table: Of `community.network.flow()`, without `by`, or filtered to one group; with another `unit`, such as the
            team, its values stand where the channels do.
        top: How many channels to draw.
    """
    need(table, "flow", _COLUMNS)
    if table.select("source", "target").is_duplicated().any():
        raise OptionError("plot.flow draws one group; filter the table first, or compute it without by=")
    hidden = suppressed(table, _COLUMNS)
    secret = table.filter(pl.col("members").is_null(), pl.col("source") == pl.col("target"))["source"].to_list()
    table = table.drop_nulls("members")
    if table.is_empty():
        return nothing(hidden=hidden)
    sizes = table.group_by("source").agg(pl.col("n").first()).sort(["n", "source"], descending=[True, False])
    # The channels that are new in the last period are nobody's source yet.
    onward = table.join(sizes, left_on="target", right_on="source", how="anti").drop_nulls("target")
    onward = (
        onward.group_by("target").agg(pl.col("members").sum()).sort(["members", "target"], descending=[True, False])
    )
    drawn = sizes["source"].head(top).to_list()
    columns = [*drawn, *onward["target"].head(top - len(drawn)), _NOWHERE]
    rows = table.with_columns(target=pl.col("target").fill_null(_NOWHERE)).filter(
        pl.col("source").is_in(drawn), pl.col("target").is_in(columns)
    )
    between = rows.filter(pl.col("source") != pl.col("target"), pl.col("target") != _NOWHERE)["share"]
    # Those who stay, and those who leave, are many: the shades are for those who move.
    most = min(1.0, max(0.1, 1.2 * float(str(between.max() or 0.0))))
    plain: Any = {"grid": False, "domain": False, "labelOverlap": False, "labelLimit": _LABEL}
    left_out = sizes.height + onward.height - (len(columns) - 1)
    title = f"in the next period{f' ({left_out} smaller not drawn)' if left_out else ''}"
    x = alt.X(
        "target:N",
        sort=columns,
        title=title,
        scale=alt.Scale(domain=columns),
        axis=alt.Axis(orient="top", labelAngle=-40, titleAnchor="start", **plain),
    )
    y = alt.Y("source:N", sort=drawn, title="active in", scale=alt.Scale(domain=drawn), axis=alt.Axis(**plain))
    layers = cells(x, y, most, numbers=len(columns) <= 25, value="share")
    width, height = _CELL * len(columns), 26 * len(drawn)
    chart = layered(*layers, data=inline(rows.select(_COLUMNS)), width=width, height=height, fitted=False)
    return titled(chart, _finding(rows, [source for source in drawn if source not in secret]), hidden)


def _finding(rows: pl.DataFrame, told: list[str]) -> str:
    """What is true of the rows; `told` are the sources of which it is known how many stay."""
    kept = dict(rows.filter(pl.col("source") == pl.col("target")).select("source", "share").iter_rows())
    # A pair that nobody made has no row.
    said = [f"in the median {percent(median(kept.get(source, 0.0) for source in told))} stay"] if told else []
    moved = rows.filter(pl.col("source") != pl.col("target"), pl.col("target") != _NOWHERE)
    if moved.height:
        most = moved.sort("share", "source", "target", descending=[True, False, False]).row(0, named=True)
        said.append(f"most go from {most['source']} to {most['target']} ({percent(most['share'])})")
    finding = "; ".join(said)
    return f"{finding[:1].upper()}{finding[1:]}"
