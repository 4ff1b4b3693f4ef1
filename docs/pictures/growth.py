"""Generated communities: how CPU seconds and memory grow with the events."""

import json
from pathlib import Path

import altair as alt
import polars as pl

from commonweal.plot._frame import AnyChart, finished
from commonweal.plot._theme import PALETTE

MEASURED = Path(__file__).parents[2] / "benches" / "growth.json"
NAMES = {"suite": "CPU seconds", "memory": "peak of memory", "even": "in proportion"}


def draw(_: Path) -> AnyChart:
    """Both in times of what the smallest takes, on logarithms, beside growth in proportion."""
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    rows = pl.DataFrame(told["measured"]).with_columns(even=pl.col("events").cast(pl.Float64))
    times = rows.select("events", *(pl.col(name) / pl.col(name).first() for name in NAMES))
    long = times.unpivot(index="events", variable_name="what", value_name="times")
    long = long.with_columns(pl.col("what").replace_strict(NAMES), millions=pl.col("events") / 1e6).drop("events")
    sides = [0.95, 1.05 * max(10.0, float(long["millions"].max()))]
    times_most = float(long["times"].max())
    x = alt.X(
        "millions:Q",
        title="Million events",
        scale=alt.Scale(type="log", domain=sides, nice=False),
        axis=alt.Axis(values=[1, 3, 10, 30]),
    )
    y = alt.Y(
        "times:Q",
        title="Times what a million takes",
        scale=alt.Scale(type="log", domain=[0.9, 1.2 * times_most], nice=False),
        axis=alt.Axis(values=[1, 3, 10, 30]),
    )
    order = list(NAMES.values())
    colours = [PALETTE["blue"], PALETTE["vermilion"], PALETTE["grey"]]
    colour = alt.Color("what:N", title=None, sort=order, scale=alt.Scale(domain=order, range=colours))
    dash = alt.condition("datum.what === 'in proportion'", alt.value([5, 4]), alt.value([1, 0]))
    lines = alt.Chart().mark_line(strokeWidth=2.5).encode(x, y, colour, strokeDash=dash)
    points = (
        alt.Chart()
        .transform_filter("datum.what !== 'in proportion'")
        .mark_point(filled=True, size=70)
        .encode(x, y, colour)
    )
    slopes = told["exponents"]
    finding = (
        f"Twice the events take {2 ** slopes['suite']:.2f} times the CPU seconds and {2 ** slopes['memory']:.2f} times "
        "the memory"
    )
    return finished([lines, points], long, finding=finding)
