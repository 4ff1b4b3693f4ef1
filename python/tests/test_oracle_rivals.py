"""Cumulative hazard, log-rank test and competing risks against lifelines, on the waits of real communities."""

from datetime import datetime, timedelta, timezone

import numpy as np
import polars as pl
import pytest
from conftest import SHARED
from lifelines import AalenJohansenFitter, KaplanMeierFitter, NelsonAalenFitter
from lifelines.statistics import logrank_test
from test_oracle_survival import community, waits

import commonweal as cw

__all__ = ["community"]

AS_OF = datetime(2026, 1, 1, tzinfo=timezone.utc)


def distinct(wait: np.ndarray, ended: np.ndarray) -> np.ndarray:
    """The waits with ties broken, a microsecond each: what ended comes before what was last seen open.

    None is 0: lifelines forgets those of competing risks.
    """
    order = np.lexsort((~ended, wait))
    broken = np.empty(len(wait), dtype=np.int64)
    last = 0
    for i in order:
        last = max(last + 1, int(wait[i]))
        broken[i] = last
    return broken


def asked(wait: np.ndarray, by: np.ndarray, **columns: np.ndarray) -> cw.Community:
    """Posts that waited so many microseconds; `by` answered them, None nobody."""
    posts = pl.DataFrame({"wait": wait, "by": by, **columns}).with_row_index("row")
    length = pl.duration(microseconds="wait")
    base = pl.lit(AS_OF) - pl.when(pl.col("by").is_null()).then(length).otherwise(length + timedelta(days=1))
    posts = posts.with_columns(time=base.dt.cast_time_unit("us"), thread=pl.format("t{}", "row"))
    kept = ["time", "thread", *columns]
    events = pl.concat(
        [
            posts.select(*kept, kind=pl.lit("post"), member=pl.format("asker{}", "row")),
            posts.drop_nulls("by")
            .with_columns(pl.col("time") + length)
            .select(*kept, kind=pl.lit("reply"), member="by"),
        ]
    )
    members = pl.DataFrame({"member": ["staff", "peer"], "role": ["staff", "member"]})
    return cw.Community(events, members=members, as_of=AS_OF)


def test_the_cumulative_hazard_is_that_of_lifelines(community: cw.Community) -> None:
    wait, answered = waits(community)
    ours = community.response.curve()
    time = ours["time"].dt.total_microseconds().to_numpy()
    theirs = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(wait, answered).cumulative_hazard_.iloc[:, 0]
    np.testing.assert_allclose(ours["cumulative_hazard"], theirs.reindex(time), rtol=0, atol=1e-9)


def test_the_interval_of_the_hazard_is_that_of_lifelines_without_ties(community: cw.Community) -> None:
    wait, answered = waits(community)
    wait = distinct(wait, answered)
    ours = asked(wait, np.where(answered, "peer", None)).response.curve()
    time = ours["time"].dt.total_microseconds().to_numpy()
    theirs = NelsonAalenFitter().fit(wait, answered)
    hazard = theirs.cumulative_hazard_.iloc[:, 0].reindex(time).to_numpy()
    np.testing.assert_allclose(ours["cumulative_hazard"], hazard, rtol=0, atol=1e-9)
    band = theirs.confidence_interval_.reindex(time)[hazard > 0]
    for ours_, theirs_ in (("low", band.iloc[:, 0]), ("high", band.iloc[:, 1])):
        found = ours[f"cumulative_hazard_{ours_}"].to_numpy()[hazard > 0]
        assert len(found) > 100
        np.testing.assert_allclose(found, theirs_, rtol=0, atol=1e-9)


def test_competing_risks_are_those_of_lifelines(community: cw.Community) -> None:
    wait, answered = waits(community)
    wait = distinct(wait, answered)
    # Who answers is drawn: half of the answers are by staff, more of the early ones.
    staff = np.random.default_rng(7).random(len(wait)) < np.where(wait < np.median(wait), 0.7, 0.3)
    by = np.where(answered, np.where(staff, "staff", "peer"), None)
    ours = asked(wait, by).response.incidence()
    for cause, role in ((1, "staff"), (2, "peer")):
        code = np.where(answered, np.where(staff, 1, 2), 0)
        theirs = AalenJohansenFitter(jitter_level=0).fit(wait, code, event_of_interest=cause)
        curve = ours.filter(pl.col("responder_role") == role)
        time = curve["time"].dt.total_microseconds().to_numpy()
        incidence = theirs.cumulative_density_.iloc[:, 0].reindex(time).to_numpy()
        np.testing.assert_allclose(curve["incidence"], incidence, rtol=0, atol=1e-9)
        rises = (incidence > 0) & (incidence < 1)
        assert rises.sum() > 100
        band = theirs.confidence_interval_.reindex(time)[rises]
        for limit, column in (("low", band.iloc[:, 0]), ("high", band.iloc[:, 1])):
            found = curve[f"incidence_{limit}"].to_numpy()[rises]
            np.testing.assert_allclose(found, column, rtol=0, atol=1e-9)


def test_resolution_is_that_of_lifelines() -> None:
    path = SHARED / "data" / "stackexchange-quantumcomputing-2018"
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    community = cw.read(path)
    events = community.events
    posts = events.filter(pl.col("kind") == "post").select("thread", "time")
    accepted = events.filter(pl.col("kind") == "resolve").select("thread", resolved="time")
    first = posts.join(accepted, on="thread").filter(pl.col("resolved") >= pl.col("time"))
    spells = posts.join(first.group_by("thread").agg(pl.col("resolved").min()), on="thread", how="left")
    end = pl.coalesce("resolved", pl.lit(community.as_of))
    length = spells.select((end - pl.col("time")).dt.total_microseconds()).to_series().to_numpy()
    fitter = KaplanMeierFitter().fit(length, spells["resolved"].is_not_null().to_numpy())
    row = community.response.resolution(within="7d").row(0, named=True)
    assert (row["n"], row["resolved"]) == (612, spells["resolved"].count())
    assert row["median"].total_seconds() * 1e6 == pytest.approx(fitter.median_survival_time_, abs=1)
    assert row["attained"] == pytest.approx(1 - fitter.predict(7 * 86_400_000_000), abs=1e-9)


def test_the_log_rank_test_is_that_of_lifelines(community: cw.Community) -> None:
    wait, answered = waits(community)
    # Two halves that differ a little: ties are kept, for both count them exactly.
    side = np.where(np.random.default_rng(3).random(len(wait)) < 0.5, "one", "two")
    slower = np.where(side == "two", wait * 5 // 4, wait)
    ours = asked(slower, np.where(answered, "peer", None), channel=side).response.compare(between="channel")
    row = ours.row(0, named=True)
    one = side == "one"
    theirs = logrank_test(slower[one], slower[~one], answered[one], answered[~one])
    assert row["log_rank"] == pytest.approx(theirs.test_statistic, rel=1e-9, abs=1e-9)
    assert row["p_value"] == pytest.approx(theirs.p_value, rel=1e-9, abs=1e-12)
    assert (row["n_first"], row["n_second"]) == (one.sum(), (~one).sum())
    assert row["median_difference"] == row["median_second"] - row["median_first"]


def test_each_side_of_two_periods_is_first_response_of_it() -> None:
    community = cw.datasets.simulate(members=200, days=120, seed=3)
    months = community.response.first_response(every="1mo", within="1d").filter(pl.col("complete"))
    first, second = months.tail(2).iter_rows(named=True)
    both = community.response.compare(within="1d").row(0, named=True)
    for side, month in (("first", first), ("second", second)):
        for column in ("n", "answered", "median", "attained"):
            assert both[f"{column}_{side}"] == month[column]
        assert both[f"attained_{side}_low"] == pytest.approx(month["attained_low"], abs=1e-12)
    assert both["complete"]
