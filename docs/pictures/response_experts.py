"""How often the ranking of experts names one who really answers: held-out answers of five communities."""

import importlib.util
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart, inline
from commonweal.plot._theme import CONFIG, PALETTE


def draw(data: Path) -> AnyChart:
    """Hits among the first three, by method, with Wilson's interval; all five communities together."""
    path = Path(__file__).parents[1] / "evaluations" / "experts.py"
    spec = importlib.util.spec_from_file_location("evaluation", path)
    assert spec is not None
    assert spec.loader is not None
    evaluation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(evaluation)
    hits: dict[str, list[np.ndarray]] = {}
    for folder in evaluation.COMMUNITIES:
        for method, rows in evaluation.evaluate(cw.read(data / folder), evaluation.SHARES["test"])[0].items():
            hits.setdefault(method, []).append(rows)
    rows = []
    for method, parts in hits.items():
        all_hits = np.concatenate(parts)
        for i, k in enumerate(evaluation.KS):
            found, n = int(all_hits[:, i].sum()), len(all_hits)
            low, high = evaluation.wilson(found, n)
            rows.append({"method": method, "k": f"top {k}", "share": found / n, "low": low, "high": high})
    table = pl.DataFrame(rows)
    methods = table["method"].unique(maintain_order=True).to_list()
    names = [f"top {k}" for k in evaluation.KS]
    colour = alt.Color(
        "k:N", scale=alt.Scale(domain=names, range=[PALETTE["sky"], PALETTE["blue"], PALETTE["vermilion"]])
    )
    share = alt.Axis(format="%", grid=True)
    base = alt.Chart(inline(table)).encode(
        y=alt.Y("method:N", sort=methods, title=None, axis=alt.Axis(labelLimit=260)), color=colour
    )
    title = "Questions answered by one of those named"
    bars = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        x=alt.X("low:Q", title=title, axis=share, scale=alt.Scale(domain=[0, 0.8])), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.X("share:Q", title=title))
    chart: alt.LayerChart = alt.layer(bars, dots).properties(width=720, height=260).configure(**CONFIG)
    return chart
