"""Which input moved a mean: its parts, or how much there is of each."""

from dataclasses import dataclass
from datetime import date

import polars as pl

_REST = "(others)"


@dataclass(frozen=True)
class Parts:
    """A change in two parts that add up to it, and the group that did most of it."""

    rate: float
    mix: float
    group: str
    part: float


def kitagawa(
    table: pl.DataFrame, before: date, now: date, totals: tuple[float, float], sizes: tuple[float, float]
) -> Parts | None:
    """The change of a mean over groups, in rate and mix (Kitagawa 1955).

    With w the share of a group and r its figure, rate = Σ (r₂ − r₁)(w₁ + w₂)/2 and mix = Σ (w₂ − w₁)(r₁ + r₂)/2, taken
    about the mean of both periods, so that a group of average figure moves nothing by growing. What is suppressed, and
    what a figure for all has over the mean of its groups, is one more group.

    Args:
        table: Rows of `period`, `group`, `n`, `value`.
        before: The first period.
        now: The second.
        totals: The figure of each.
        sizes: The n of each.

    Returns:
        None where there are no groups to tell apart.
    """
    known = table.drop_nulls(["n", "value"]).with_columns(pl.col("group").cast(pl.String).fill_null("(none)"))
    sides: list[dict[str, tuple[float, float]]] = []
    for period, total, size in zip((before, now), totals, sizes, strict=True):
        rows = known.filter(pl.col("period") == period, pl.col("n") > 0)
        if size <= 0:
            return None
        side = {group: (n / size, value) for group, n, value in rows.select("group", "n", "value").iter_rows()}
        weight = max(0.0, 1 - sum(share for share, _ in side.values()))
        rest = total - sum(share * value for share, value in side.values())
        side[_REST] = (weight, rest / weight) if weight > 1e-9 else (0.0, total)
        sides.append(side)
    groups = {*sides[0], *sides[1]}
    if len(groups - {_REST}) < 2:
        return None
    middle = sum(totals) / 2
    rate = mix = 0.0
    parts: dict[str, float] = {}
    for group in sorted(groups):
        # A group that is not there in one of the periods has no figure to change.
        (w1, r1), (w2, r2) = (
            side.get(group) or (0.0, other[group][1]) for side, other in ((sides[0], sides[1]), (sides[1], sides[0]))
        )
        by_rate, by_mix = (r2 - r1) * (w1 + w2) / 2, (w2 - w1) * ((r1 + r2) / 2 - middle)
        rate, mix = rate + by_rate, mix + by_mix
        parts[group] = by_rate + by_mix
    most = max(sorted(parts), key=lambda group: abs(parts[group]))
    # What the figure for all is beside the mean of its groups, when all of them are known, is no matter of mix.
    rate += (totals[1] - totals[0]) - rate - mix
    return Parts(rate, mix, most, parts[most])
