"""Four real communities: the median of all posts, and the usual one, of the answered posts alone."""

from pathlib import Path

import altair as alt
import polars as pl

import commonweal as cw
from commonweal.plot._frame import HEIGHT, WIDTH, AnyChart, inline
from commonweal.plot._theme import CONFIG, PALETTE
from commonweal.plot._time import words

_FOLDERS = {
    "a mailing list": "pipermail-twisted",
    "questions and answers": "stackexchange-beer-2017",
    "a forum": "discourse-urho3d",
    "a chat": "zulip-lean",
}
_ALL, _USUAL = "median of all posts, with its interval", "median of the answered posts alone"


def draw(data: Path) -> AnyChart:
    """Both medians of each community, on a logarithmic axis."""
    rows = []
    for name, folder in _FOLDERS.items():
        row = cw.read(data / folder).response.first_response(within="1d").row(0, named=True)
        label = f"{name}, {row['unanswered'] / row['n']:.0%} unanswered"
        medians = {key: row[key].total_seconds() for key in ("median", "median_low", "median_high", "answered_median")}
        shown = {"all": words(row["median"]), "usual": words(row["answered_median"])}
        rows.append({"community": label, **medians, **shown})
    table = inline(pl.DataFrame(rows))
    names = [row["community"] for row in rows]
    ticks = {600: "10 min", 1_800: "30 min", 3_600: "1 h", 7_200: "2 h", 21_600: "6 h", 43_200: "12 h", 86_400: "1 day"}
    shown_as = " : ".join(f"datum.value === {tick} ? '{name}'" for tick, name in ticks.items())
    axis = alt.Axis(values=list(ticks), labelExpr=f"{shown_as} : ''", grid=True)
    scale = alt.Scale(type="log", domain=[600, 86_400], nice=False)
    y = alt.Y("community:N", sort=names, title=None, axis=alt.Axis(labelLimit=260, grid=False))

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title="Time to the first answer (logarithmic)", scale=scale, axis=axis)

    domain = alt.Scale(domain=[_ALL, _USUAL], range=[PALETTE["blue"], PALETTE["vermilion"]])
    colour = alt.Color("series:N", scale=domain, legend=alt.Legend(title=None, symbolType="circle"))
    base = alt.Chart(table)
    between = base.mark_rule(color=PALETTE["grey"], strokeDash=[2, 3]).encode(
        x=x("answered_median"), x2="median:Q", y=y
    )
    interval = base.mark_rule(color=PALETTE["blue"], strokeWidth=5, opacity=0.35).encode(
        x=x("median_low"), x2="median_high:Q", y=y
    )
    layers = [between, interval]
    for field, name, text, ink, dy in (
        ("median", _ALL, "all", "blue", -14),
        ("answered_median", _USUAL, "usual", "vermilion", 18),
    ):
        dots = base.transform_calculate(series=f"'{name}'").mark_point(filled=True, size=90, opacity=1)
        layers.append(dots.encode(x=x(field), y=y, color=colour))
        layers.append(base.mark_text(dy=dy, color=PALETTE[ink], fontSize=12).encode(x=x(field), y=y, text=f"{text}:N"))
    chart: alt.LayerChart = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT).configure(**CONFIG)
    return chart
