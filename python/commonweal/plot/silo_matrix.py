"""Which unit answers which other, against chance."""

from typing import Any

import altair as alt
import polars as pl

from commonweal.exceptions import OptionError
from commonweal.plot._chart import Chart, layered
from commonweal.plot._frame import AnyChart, inline, need, nothing, suppressed, titled
from commonweal.plot._theme import LEAN, PALETTE

_COLUMNS = ("source", "target", "ties", "expected", "ratio", "z")
_CELL, _MOST = 46, 24
_FAR = 4.0


def silo_matrix(table: pl.DataFrame) -> AnyChart:
    """Ties from unit to unit by how many are to be expected: orange more, blue fewer, pale where chance would do.

    The number is ties / expected; it is bold where |z| is 2 or more.

    Args:
        table: Of `community.network.silo_matrix()`, of one group and one period.
    """
    need(table, "silo_matrix", _COLUMNS)
    rows = table.drop_nulls("ties")
    if rows.is_empty():
        return nothing(hidden=suppressed(table, _COLUMNS))
    if rows.select("source", "target").is_duplicated().any():
        raise OptionError("plot.silo_matrix draws one group of one period; filter the table first")
    units = sorted(set(rows["source"]) | set(rows["target"]))
    if len(units) > _MOST:
        raise OptionError(f"plot.silo_matrix draws at most {_MOST} units, got {len(units)}; filter the table first")
    rows = rows.select(
        "source",
        "target",
        "ties",
        pl.col("expected").round(1),
        "ratio",
        z=pl.col("z").round(1),
        # How sure, and in which direction: a ratio of few ties says little.
        lean=pl.col("z").fill_null(0).clip(-_FAR, _FAR),
        sure=pl.col("z").abs().fill_null(0) >= 2,
        text=pl.when(pl.col("ratio") < 9.95).then(pl.col("ratio").round(1)).otherwise(pl.col("ratio").round(0)),
    )
    plain: Any = {"grid": False, "domain": False, "labelOverlap": False, "labelLimit": 160}
    both = alt.Scale(domain=units)
    base = Chart(inline(rows)).encode(
        x=alt.X(
            "target:N",
            sort=units,
            scale=both,
            title="whose messages are answered",
            axis=alt.Axis(orient="top", labelAngle=-40, titleAnchor="start", **plain),
        ),
        y=alt.Y("source:N", sort=units, scale=both, title="who answers", axis=alt.Axis(**plain)),
        tooltip=["source:N", "target:N", "ties:Q", "expected:Q", "z:Q"],
    )
    scale = alt.Scale(type="quantize", domain=[-_FAR, _FAR], range=list(LEAN))
    cells = base.mark_rect(stroke=PALETTE["paper"], strokeWidth=2).encode(
        color=alt.Color("lean:Q", scale=scale, legend=None)
    )
    sure, unsure = "datum.sure", "!datum.sure"
    text = alt.Text("text:Q", format="~r")
    layers = [
        cells,
        base.transform_filter(unsure).mark_text(fontSize=12, color=PALETTE["soft"]).encode(text=text),
        base.transform_filter(sure).mark_text(fontSize=12, fontWeight="bold", color=PALETTE["ink"]).encode(text=text),
    ]
    size = _CELL * len(units)
    chart = layered(*layers, width=size, height=size, fitted=False)
    return titled(chart, _finding(rows), suppressed(table, _COLUMNS))


def _finding(rows: pl.DataFrame) -> str:
    across = rows.filter(pl.col("source") != pl.col("target"))
    clear = across.filter("sure")
    within = rows.filter(pl.col("source") == pl.col("target"), pl.col("z") >= 2).height
    silos = f"{within} of {rows['source'].n_unique()} units answer their own more than chance would"
    if clear.is_empty():
        return f"{silos}; no pair of units stands out"
    most = clear.sort("ratio", descending=True).row(0, named=True)
    if most["z"] < 0:
        return f"{silos}; {clear.height} pairs of units answer each other less"
    return f"{silos}; {most['source']} answers {most['target']} {most['text']:g} times as much"
