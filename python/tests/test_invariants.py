"""What must hold of every KPI: nothing is known before it happens, and a calendar is only a way of cutting time."""

import json
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from conftest import with_flags
from polars.testing import assert_frame_equal

import commonweal as cw
from commonweal.exceptions import CommonwealError

KPIS = {row["kpi"]: json.loads(row["options"]) for row in cw.kpis().iter_rows(named=True) if row["kpi"] != "quality"}
NEPAL = timedelta(hours=5, minutes=45)


def asked(community: cw.Community, kpi: str) -> pl.DataFrame | str:
    """The table by week, where there is a choice, or why there is none."""
    options: dict[str, Any] = {"every": "1w"} if "every" in KPIS[kpi] else {}
    community = with_flags(community) if kpi == "moderation.workload" else community
    try:
        return community.compute(kpi, options)
    except CommonwealError as error:
        return str(error)


def same(ours: pl.DataFrame | str, theirs: pl.DataFrame | str) -> None:
    if isinstance(ours, pl.DataFrame) and isinstance(theirs, pl.DataFrame):
        assert_frame_equal(ours, theirs, rel_tol=1e-9)
    else:
        assert ours == theirs


@pytest.mark.parametrize("kpi", KPIS)
def test_what_comes_after_the_end_of_observation_changes_nothing(community: cw.Community, kpi: str) -> None:
    events, people = community.events, community.members
    middle = events["time"].sort()[events.height // 2]
    all_of_it = cw.Community(events, people, as_of=middle)
    so_far = cw.Community(events.filter(pl.col("time") <= middle), people, as_of=middle)
    same(asked(all_of_it, kpi), asked(so_far, kpi))


@pytest.mark.parametrize("kpi", KPIS)
def test_a_zone_moves_the_calendar_and_nothing_else(community: cw.Community, kpi: str) -> None:
    events, people = community.events, community.members
    assert people is not None
    here = cw.Community(events, people, tz="Asia/Kathmandu")
    later = [pl.col(name) + NEPAL for name in ("joined", "left")]
    there = cw.Community(events.with_columns(pl.col("time") + NEPAL), people.with_columns(later))
    ours, theirs = asked(here, kpi), asked(there, kpi)
    if isinstance(theirs, pl.DataFrame):
        instants = [name for name, kind in theirs.schema.items() if isinstance(kind, pl.Datetime)]
        theirs = theirs.with_columns(pl.col(name) - NEPAL for name in instants)
    same(ours, theirs)


@pytest.mark.parametrize("kpi", [kpi for kpi in KPIS if kpi.startswith("response.") and "by" in KPIS[kpi]])
def test_a_group_is_what_it_would_be_alone(community: cw.Community, kpi: str) -> None:
    # Newcomers are those of the whole community, and experts know the words of all of it.
    if kpi in ("response.compare", "response.experts", "response.retention_effect", "response.return_curve"):
        pytest.skip("its groups are not communities of their own")
    options: dict[str, Any] = {"every": "1mo"} if "every" in KPIS[kpi] else {}
    whole = community.compute(kpi, options | {"by": "channel"}).filter(pl.col("channel") == "help")
    alone = community.filter(pl.col("channel") == "help").compute(kpi, options)
    assert alone.height > 1 or not options
    if "period" in alone.columns:
        # A group has rows in the periods of the whole, too.
        whole = whole.join(alone.select("period").unique(), on="period", how="semi", maintain_order="left")
    assert_frame_equal(whole.select(alone.columns), alone, rel_tol=1e-9)
