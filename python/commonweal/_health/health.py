"""One row for each indicator: where it stands, and whether it has moved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from commonweal._health.change import Change, holm
from commonweal._health.indicators import Asked, Indicator, Row, read
from commonweal._health.mix import Parts, kitagawa

if TYPE_CHECKING:
    from commonweal._observed import Observed

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "indicator": pl.String,
    "kpi": pl.String,
    "unit": pl.String,
    "better": pl.String,
    "period": pl.Date,
    "period_before": pl.Date,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "before": pl.Float64,
    "before_low": pl.Float64,
    "before_high": pl.Float64,
    "change": pl.Float64,
    "change_low": pl.Float64,
    "change_high": pl.Float64,
    "p_value": pl.Float64,
    "p_adjusted": pl.Float64,
    "status": pl.String,
    "rate": pl.Float64,
    "mix": pl.Float64,
    "moved_by": pl.String,
}


def table(rows: Sequence[Row], asked: Asked) -> pl.DataFrame:
    """The table of these rows; p-values are adjusted after Holm over all that have one."""
    adjusted = holm([row["p_value"] for row in rows])
    for row, p in zip(rows, adjusted, strict=True):
        row["p_adjusted"] = p
        row["status"] = _status(row, 1 - asked.confidence)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _status(row: Row, level: float) -> str | None:
    if row["p_adjusted"] is None:
        return None
    if row["p_adjusted"] > level or not row["change"]:
        return "no clear change"
    return "better" if (row["change"] > 0) == (row["better"] == "up") else "worse"


def row(indicator: Indicator, asked: Asked, community: "Observed") -> Row | None:
    """The row of an indicator; none where the data does not tell of it."""
    series = read(indicator, community, asked)
    if series.is_empty():
        return None
    now = series.row(-1, named=True)
    made: Row = {
        "indicator": indicator.name,
        "kpi": indicator.kpi,
        "unit": indicator.unit,
        "better": indicator.better,
        "period": now["period"],
        "value": now["value"],
        "low": now["low"],
        "high": now["high"],
        "p_value": None,
    }
    if series.height < 2:
        return made
    before = series.row(-2, named=True)
    # A gap between the periods, as where a week had no post, is no change from one to the next.
    step = pl.select(pl.lit(before["period"]).dt.offset_by(asked.every)).item()
    if step != now["period"]:
        return made
    change = indicator.change(before, now, asked)
    made |= {"period_before": before["period"], **_told(before, change)}
    parts = _parts(indicator, community, asked, before, now)
    if parts is not None:
        sign = "+" if parts.part > 0 else "\N{MINUS SIGN}"
        made |= {"rate": parts.rate, "mix": parts.mix}
        made["moved_by"] = f"{parts.group} {sign}{abs(parts.part) * 100:.1f} points"
    elif "churned" in now:
        made["moved_by"] = f"{now['new']:,} new, {now['resurrected']:,} back, {now['churned']:,} lost"
    return made


def _told(before: Row, change: Change) -> Row:
    return {
        "before": before["value"],
        "before_low": before["low"],
        "before_high": before["high"],
        "change": change.value,
        "change_low": change.low,
        "change_high": change.high,
        "p_value": change.p_value,
    }


def _parts(indicator: Indicator, community: "Observed", asked: Asked, before: Row, now: Row) -> Parts | None:
    if indicator.groups is None or "channel" not in community._columns():
        return None
    totals = (before["value"], now["value"])
    sizes = (float(before["n"]), float(now["n"]))
    return kitagawa(indicator.groups(community, asked), before["period"], now["period"], totals, sizes)
