"""How strong ties are, and how often they are returned."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_COLUMNS = ("source", "target", "weight")
_OWN = (*_COLUMNS, "replies", "reactions")
_EDGES = (1, 2, 3, 5, 10, 20, 50, 100)
_WAYS = ("returned", "one way")


def edges(table: pl.DataFrame) -> AnyChart:
    """The ties by their weight, those that go both ways apart: few are strong, and the strong are mostly returned.

    Args:
        table: Of `community.network.edges()`; with `by` columns, one panel for each group.
    """
    need(table, "edges", _COLUMNS)
    whole, table = table, grouped(table.drop_nulls("weight"), _OWN)
    if table.is_empty():
        return nothing(hidden=suppressed(whole, _OWN))
    over = ["group"] if "group" in table.columns else []
    back = table.select(*over, source="target", target="source", back=pl.lit(value=True))
    ties = table.join(back, on=[*over, "source", "target"], how="left", maintain_order="left")
    ties = ties.with_columns(way=pl.when("back").then(pl.lit(_WAYS[0])).otherwise(pl.lit(_WAYS[1])))
    names = [_span(i) for i in range(len(_EDGES))]
    # Weights that fade with time may be less than one act.
    step = pl.sum_horizontal((pl.col("weight") >= edge).cast(pl.Int64) for edge in _EDGES[1:])
    ties = ties.with_columns(acts=step.replace_strict(dict(enumerate(names)), return_dtype=pl.String))
    rows = ties.group_by(*over, "acts", "way").agg(ties=pl.len()).sort(*over, "acts", "way")
    y = alt.Y("ties:Q", title="Ties", axis=alt.Axis(format=",d", tickMinStep=1), stack="zero")
    scale = alt.Scale(domain=list(_WAYS), range=[PALETTE["blue"], PALETTE["sky"]])
    bars = (
        Chart()
        .mark_bar()
        .encode(
            x=alt.X("acts:N", sort=names, title="Acts of one on messages of another", axis=alt.Axis(labelAngle=0)),
            y=y,
            color=alt.Color("way:N", sort=list(_WAYS), scale=scale),
            order=alt.Order("way:N", sort="descending"),
            tooltip=["acts:N", "way:N", "ties:Q"],
        )
    )
    return finished([bars], rows, finding=_finding(ties), hidden=suppressed(whole, _OWN))


def _span(place: int) -> str:
    low = _EDGES[place]
    if place == len(_EDGES) - 1:
        return f"{low} or more"
    high = _EDGES[place + 1] - 1
    return str(low) if low == high else f"{low}–{high}"


def _finding(ties: pl.DataFrame) -> str:
    if "group" in ties.columns:
        return ""
    strong = ties.sort("weight", descending=True).head(max(1, ties.height // 10))
    carried = float(strong["weight"].sum()) / float(ties["weight"].sum() or 1.0)
    returned = ties["back"].count() / ties.height
    most = f"the strongest tenth carries {percent(carried)} of all acts"
    return f"{percent(returned)} of {ties.height:,} ties are returned; {most}"
