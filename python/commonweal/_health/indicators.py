"""The indicators: each a series of figures out of one KPI, with the way to tell two of its periods apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from commonweal._health.change import Change, Estimate, given, mover, rates, turnover, wilson
from commonweal.exceptions import CommonwealError
from commonweal.typing import Every

if TYPE_CHECKING:
    from commonweal._observed import Observed

Row = dict[str, Any]

_WATCHED = "7d"


@dataclass(frozen=True)
class Asked:
    """What is asked of every indicator."""

    every: Every
    within: str
    min_group: int
    confidence: float


@dataclass(frozen=True)
class Indicator:
    """One line of a table of health.

    Attributes:
        name: Of the line.
        kpi: The KPI that it is of.
        unit: Of its figure.
        better: The direction that is good.
        series: Rows of `period`, `value`, `low`, `high`, `complete` and what `change` looks at.
        change: From a row of the series to a later one.
        groups: Rows of `period`, `group`, `n`, `value`: the parts that the figure is a mean of; None for a count.
    """

    name: str
    kpi: str
    unit: Literal["members", "members a day", "contributions", "share", "net"]
    better: Literal["up", "down"]
    series: Callable[["Observed", Asked], pl.DataFrame]
    change: Callable[[Row, Row, Asked], Change]
    groups: Callable[["Observed", Asked], pl.DataFrame] | None = None


def _estimate(row: Row) -> Estimate:
    return Estimate(row["value"], row["low"], row["high"])


def _shares(before: Row, now: Row, asked: Asked) -> Change:
    return mover(_estimate(before), _estimate(now), asked.confidence)


def _nothing() -> pl.Expr:
    return pl.lit(None, pl.Float64)


def _growth(community: "Observed", asked: Asked) -> pl.DataFrame:
    return community.adoption.growth(every=asked.every)


def _active(community: "Observed", asked: Asked) -> pl.DataFrame:
    return _growth(community, asked).select(
        "period",
        "complete",
        "new",
        "resurrected",
        "churned",
        value=pl.col("active").cast(pl.Float64),
        low=_nothing(),
        high=_nothing(),
    )


def _came_and_went(before: Row, now: Row, asked: Asked) -> Change:  # noqa: ARG001
    return turnover(now["new"] + now["resurrected"], now["churned"], asked.confidence)


def _new(community: "Observed", asked: Asked) -> pl.DataFrame:
    table = _growth(community, asked).sort("period")
    # The first period has nobody who was there before: all are new in it, and it is no period like the others.
    table = table.slice(1)
    days = (pl.col("period").dt.offset_by(asked.every) - pl.col("period")).dt.total_days()
    rows = table.select("period", "complete", "new", days=days)
    return rows.with_columns(value=pl.col("new") / pl.col("days"), low=_nothing(), high=_nothing())


def _newcomers(before: Row, now: Row, asked: Asked) -> Change:
    return rates(before["new"], before["days"], now["new"], now["days"], asked.confidence)


def _returning(community: "Observed", asked: Asked) -> pl.DataFrame:
    table = _growth(community, asked).sort("period")
    rows = table.select("period", "complete", "retained", had=pl.col("active").shift(1)).filter(pl.col("had") > 0)
    return _with_wilson(rows, "retained", "had", asked)


def _with_wilson(rows: pl.DataFrame, part: str, whole: str, asked: Asked) -> pl.DataFrame:
    shares = [wilson(a, b, asked.confidence) for a, b in rows.select(part, whole).iter_rows()]
    columns = {name: [getattr(share, name) for share in shares] for name in ("value", "low", "high")}
    return rows.with_columns(pl.Series(name, values, dtype=pl.Float64) for name, values in columns.items())


def _adoption(community: "Observed", asked: Asked) -> pl.DataFrame:
    table = community.adoption.active_members(every=asked.every, confidence=asked.confidence)
    return table.select("period", "complete", *_as("adoption_rate"))


def _as(column: str) -> list[pl.Expr]:
    return [pl.col(column).alias("value"), *(pl.col(f"{column}_{end}").alias(end) for end in ("low", "high"))]


def _answered(community: "Observed", asked: Asked) -> pl.DataFrame:
    kpi = community.response.first_response
    table = kpi(every=asked.every, within=asked.within, confidence=asked.confidence)
    return table.select("period", "complete", "n", *_as("attained"))


def _answered_in(community: "Observed", asked: Asked) -> pl.DataFrame:
    kpi = community.response.first_response
    table = kpi(every=asked.every, within=asked.within, by="channel", min_group=asked.min_group)
    return table.select("period", "n", group="channel", value="attained")


def _two_way(community: "Observed", asked: Asked) -> pl.DataFrame:
    kpi = community.engagement.conversations
    table = kpi(every=asked.every, within=_WATCHED, confidence=asked.confidence)
    return table.select("period", "complete", pl.col("threads").alias("n"), *_as("two_way_share"))


def _two_way_in(community: "Observed", asked: Asked) -> pl.DataFrame:
    kpi = community.engagement.conversations
    table = kpi(every=asked.every, within=_WATCHED, by="channel", min_group=asked.min_group)
    return table.select("period", n="threads", group="channel", value="two_way_share")


def _tone(community: "Observed", asked: Asked) -> pl.DataFrame:
    if "text" not in community._columns():
        return pl.DataFrame()
    table = community.sentiment.trend(every=asked.every, confidence=asked.confidence)
    columns = ("period", "complete", "n", "change", "change_low", "change_high")
    return table.select(*columns, value=pl.col("net"), low=_nothing(), high=_nothing())


def _told(before: Row, now: Row, asked: Asked) -> Change:
    # The trend tells of the period just before; of an earlier one there is no interval by author.
    return given(now["value"] - before["value"], now["change_low"], now["change_high"], asked.confidence)


def _tone_in(community: "Observed", asked: Asked) -> pl.DataFrame:
    table = community.sentiment.trend(every=asked.every, by="channel", min_group=asked.min_group)
    scored = pl.col("n") * (1 - pl.col("not_scored"))
    return table.select("period", n=scored, group="channel", value="net")


def _made(community: "Observed", asked: Asked) -> pl.DataFrame:
    table = community.engagement.activity(every=asked.every)
    value = pl.col("contributions_per_member")
    return table.select("period", "complete", value=value, low=_nothing(), high=_nothing())


def _untested(before: Row, now: Row, asked: Asked) -> Change:  # noqa: ARG001
    return Change(now["value"] - before["value"])


INDICATORS: Sequence[Indicator] = (
    Indicator("active members", "adoption.growth", "members", "up", _active, _came_and_went),
    Indicator("new members", "adoption.growth", "members a day", "up", _new, _newcomers),
    Indicator("returning", "adoption.growth", "share", "up", _returning, _shares),
    Indicator("adoption rate", "adoption.active_members", "share", "up", _adoption, _shares),
    Indicator("contributions per member", "engagement.activity", "contributions", "up", _made, _untested),
    Indicator("answered in time", "response.first_response", "share", "up", _answered, _shares, _answered_in),
    Indicator("two-way conversations", "engagement.conversations", "share", "up", _two_way, _shares, _two_way_in),
    Indicator("net sentiment", "sentiment.trend", "net", "up", _tone, _told, _tone_in),
)
"""The indicators, in the order of the table."""


def read(indicator: Indicator, community: "Observed", asked: Asked) -> pl.DataFrame:
    """Its complete periods with a value, in order; none where the data does not tell of it."""
    try:
        table = indicator.series(community, asked)
    except CommonwealError:
        return pl.DataFrame()
    return table.filter("complete").drop_nulls("value").sort("period") if table.height else pl.DataFrame()
