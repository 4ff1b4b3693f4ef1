"""Response times of real communities against lifelines, from waits computed here, on their own."""

import numpy as np
import polars as pl
import pytest
from conftest import SHARED
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times, qth_survival_time

import commonweal as cw

DATA = SHARED / "data"
REAL = ["stackexchange-quantumcomputing-2018", "discourse-urho3d", "zulip-lean", "pipermail-twisted"]


@pytest.fixture(scope="module", params=REAL)
def community(request: pytest.FixtureRequest) -> cw.Community:
    path = DATA / request.param
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    return cw.read(path)


def waits(community: cw.Community) -> tuple[np.ndarray, np.ndarray]:
    """Seconds each post waited, and whether it was answered: a join and a group-by, nothing of ours."""
    events = community.events.with_row_index("row")
    people = community.members
    bots = [] if people is None or "role" not in people.columns else people.filter(pl.col("role") == "bot")["member"]
    exact = (
        pl.lit(True) if "time_quality" not in events.columns else pl.col("time_quality").fill_null("") != "inherited"
    )
    human = pl.col("member").is_null() | ~pl.col("member").is_in(list(bots))
    posts = events.filter(pl.col("kind") == "post", human, exact)
    replies = events.filter(pl.col("kind") == "reply", pl.col("member").is_not_null(), human, exact)
    pairs = posts.join(replies, on="thread", suffix="_reply").filter(
        pl.col("member_reply").ne_missing(pl.col("member")), pl.col("time_reply") >= pl.col("time")
    )
    first = pairs.group_by("row").agg(answer=pl.col("time_reply").min())
    asked = posts.join(first, on="row", how="left").with_columns(
        answered=pl.col("answer").is_not_null(),
        wait=(pl.coalesce("answer", pl.lit(community.as_of)) - pl.col("time")).dt.total_microseconds(),
    )
    return asked["wait"].to_numpy(), asked["answered"].to_numpy()


def test_the_curve_is_that_of_lifelines(community: cw.Community) -> None:
    wait, answered = waits(community)
    fitter = KaplanMeierFitter().fit(wait, answered)
    ours = community.response.curve()
    time = ours["time"].dt.total_microseconds().to_numpy()
    theirs = fitter.survival_function_at_times(time).to_numpy()
    np.testing.assert_allclose(ours["survival"].to_numpy(), theirs, rtol=0, atol=1e-9)
    band = fitter.confidence_interval_survival_function_.reindex(time)
    open_ = (theirs > 0) & (theirs < 1)
    np.testing.assert_allclose(ours["low"].to_numpy()[open_], band.iloc[:, 0].to_numpy()[open_], rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours["high"].to_numpy()[open_], band.iloc[:, 1].to_numpy()[open_], rtol=0, atol=1e-9)
    table = fitter.event_table.loc[time]
    assert (ours["at_risk"].to_numpy() == table["at_risk"].to_numpy()).all()
    assert (ours["responded"].to_numpy() == table["observed"].to_numpy()).all()


def test_first_response_is_that_of_lifelines(community: cw.Community) -> None:
    wait, answered = waits(community)
    fitter = KaplanMeierFitter().fit(wait, answered)
    row = community.response.first_response(within="1d").row(0, named=True)
    assert row["n"] == len(wait) > 100
    assert row["answered"] == answered.sum()
    for quantile, name in ((0.5, "median"), (0.25, "p75"), (0.1, "p90")):
        theirs = qth_survival_time(quantile, fitter.survival_function_)
        ours = row[name]
        assert (ours is None and np.isinf(theirs)) or ours.total_seconds() * 1e6 == pytest.approx(theirs, abs=1)
    low, high = median_survival_times(fitter.confidence_interval_survival_function_).iloc[0]
    assert row["median_low"].total_seconds() * 1e6 == pytest.approx(low, abs=1)
    assert row["median_high"].total_seconds() * 1e6 == pytest.approx(high, abs=1)
    day = 86_400_000_000
    assert row["attained"] == pytest.approx(1 - fitter.predict(day), abs=1e-9)
