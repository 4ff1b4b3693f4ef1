"""What waits in real communities, against a join, numpy's quantiles and lifelines."""

import numpy as np
import polars as pl
import pytest
from conftest import SHARED
from lifelines import KaplanMeierFitter
from test_oracle_survival import waits

import commonweal as cw

DATA = SHARED / "data"
REAL = ["stackexchange-beer-2017", "discourse-urho3d", "zulip-lean", "pipermail-twisted"]
HOUR = 3_600_000_000
WEEK = 7 * 24 * HOUR


@pytest.fixture(scope="module", params=REAL)
def community(request: pytest.FixtureRequest) -> cw.Community:
    path = DATA / request.param
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    return cw.read(path)


def asked_and_answered(community: cw.Community) -> tuple[np.ndarray, np.ndarray]:
    """When each post was asked and answered, in microseconds; the latter far away for those that are open."""
    events = community.events
    exact = pl.col("time_quality").fill_null("") != "inherited" if "time_quality" in events.columns else pl.lit(True)
    people = community.members
    bots = [] if people is None or "role" not in people.columns else people.filter(pl.col("role") == "bot")["member"]
    human = pl.col("member").is_null() | ~pl.col("member").is_in(list(bots))
    wait, answered = waits(community)
    posts = events.with_row_index("row").filter(pl.col("kind") == "post", human, exact)
    # `waits` gives the posts in their order in the events, as its joins keep that of the left.
    asked = posts["time"].dt.epoch("us").to_numpy()
    assert len(asked) == len(wait)
    return asked, np.where(answered, asked + wait, np.iinfo(np.int64).max)


def test_the_backlog_is_that_of_a_count_at_each_end(community: cw.Community) -> None:
    asked, answer = asked_and_answered(community)
    as_of = int(community.as_of.timestamp()) * 1_000_000 + community.as_of.microsecond
    table = community.response.backlog(every="1q", within="7d")
    assert table.height > 5
    for row in table.iter_rows(named=True):
        end = pl.Series([row["period"]]).dt.offset_by("1q").cast(pl.Datetime("us", "UTC")).dt.epoch("us").item()
        at, last = (end, end - 1) if end <= as_of else (as_of, as_of)
        ages = at - asked[(asked <= last) & (answer > last)]
        assert row["open"] == len(ages)
        assert row["older_than"] == (ages > WEEK).sum()
        for name, q in (("age_median", 0.5), ("age_p90", 0.9)):
            if row[name] is None:
                assert len(ages) == 0
            else:
                assert row[name].total_seconds() * 1e6 == pytest.approx(np.quantile(ages, q), abs=2)


def test_chances_are_those_of_lifelines_among_posts_that_waited_as_long(community: cw.Community) -> None:
    wait, answered = waits(community)
    table = community.response.waiting(top=1_000_000)
    assert table.height == (~answered).sum()
    assert table["asked"].is_sorted()
    some = table.with_row_index("i").filter(pl.col("i") % max(1, table.height // 12) == 0)
    for row in some.vstack(table.with_row_index("i").tail(3)).iter_rows(named=True):
        age = round(row["age"].total_seconds() * 1e6)
        lasting = wait > age
        for name, length in (("chance_1h", HOUR), ("chance_1d", 24 * HOUR)):
            if not lasting.any() or age + length > wait.max():
                assert row[name] is None
                continue
            fitter = KaplanMeierFitter().fit(wait[lasting], answered[lasting])
            chance = 1 - float(fitter.predict(age + length))
            assert row[name] == pytest.approx(chance, abs=1e-9)
            if 0 < chance < 1:
                band = 1 - fitter.confidence_interval_survival_function_.loc[: age + length].iloc[-1].to_numpy()
                assert [row[f"{name}_high"], row[f"{name}_low"]] == pytest.approx(list(band), abs=1e-9)
