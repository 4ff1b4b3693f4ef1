"""Newcomers of real communities: classes by DuckDB, curves and test by lifelines, strata by closed forms."""

import math
from collections import defaultdict

import duckdb
import numpy as np
import polars as pl
import pytest
from conftest import SHARED
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

import commonweal as cw

DATA = SHARED / "data"
REAL = [
    "stackexchange-beer-2017",
    "stackexchange-quantumcomputing-2018",
    "discourse-urho3d",
    "zulip-lean",
    "pipermail-twisted",
]
HOURS, HORIZON, WASH_IN = 6, 30, 30


@pytest.fixture(scope="module", params=[*REAL, "simulated"])
def community(request: pytest.FixtureRequest) -> cw.Community:
    if request.param == "simulated":
        return cw.datasets.simulate(members=500, days=300, seed=11)
    path = DATA / request.param
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    return cw.read(path)


QUERY = """
with bots as (select member from people where role = 'bot'),
acts as (
    select * from events
    where member is not null and member not in (select member from bots) and quality is distinct from 'inherited'
),
contributions as (select * from acts where kind in ('post', 'reply', 'reaction')),
origin as (select min(time) as start from contributions),
firsts as (
    select member, min(time) as first,
        arg_min(struct_pack(thread := thread, channel := channel), time) as place
    from acts where kind = 'post' group by member
),
answers as (
    select f.member, min(r.time) as answer
    from firsts f join acts r on r.thread = f.place.thread and r.kind = 'reply'
    where r.member != f.member and r.time >= f.first
    group by f.member
),
history as (select member, min(time) as earliest from contributions group by member),
gone as (
    select f.member, min(g.time) as gone
    from firsts f join (
        select member, left_at as time from people where left_at is not null
        union all select member, time from acts where kind = 'leave'
    ) g on g.member = f.member and g.time >= f.first
    group by f.member
),
landmarks as (
    select f.*, a.answer, h.earliest, g.gone, f.first + to_hours($hours) as landmark,
        coalesce(a.answer <= f.first + to_hours($hours), false) as answered
    from firsts f join history h using (member) left join answers a using (member) left join gone g using (member)
),
newcomers as (
    select l.*, cast(landmark as date) as day, cast($as_of as date) - 1 - cast(landmark as date) as left_to_watch
    from landmarks l, origin
    where earliest >= start + to_days($wash_in) and landmark <= $as_of and coalesce(gone >= landmark, true)
),
returns as (
    select n.member, min(cast(c.time as date) - n.day) as back
    from newcomers n join contributions c on c.member = n.member and cast(c.time as date) > n.day
    group by n.member
),
before as (
    select n.member, count(distinct cast(c.time as date)) as days
    from newcomers n join contributions c on c.member = n.member and cast(c.time as date) < cast(n.first as date)
    group by n.member
)
select answered, place.channel as channel, strftime(first, '%Y-%m') as month, coalesce(days, 0) as days_before,
    greatest(0, least($horizon, left_to_watch)) as watched, back
from newcomers left join returns using (member) left join before using (member)
"""


@pytest.fixture(scope="module")
def newcomers(community: cw.Community) -> pl.DataFrame:
    """One row for each newcomer, by SQL: class, stratum, days watched, whether and when they came back."""
    events = community.events
    for column, name in (("time_quality", "quality"), ("channel", "channel"), ("thread", "thread")):
        known = pl.col(column).cast(pl.String) if column in events.columns else pl.lit(None, pl.String)
        events = events.with_columns(known.alias(name))
    naive = pl.col("time").dt.replace_time_zone(None)
    events = events.select("member", "kind", "quality", "channel", "thread", naive)
    people = pl.DataFrame(schema={"member": pl.String}) if community.members is None else community.members
    for column, kind in (("role", pl.String), ("left", pl.Datetime("us", "UTC"))):
        if column not in people.columns:
            people = people.with_columns(pl.lit(None, kind).alias(column))
    people = people.select("member", "role", left_at=pl.col("left").dt.replace_time_zone(None))
    with duckdb.connect() as connection:
        connection.register("events", events)
        connection.register("people", people)
        parameters = {"hours": HOURS, "horizon": HORIZON, "wash_in": WASH_IN}
        parameters["as_of"] = community.as_of.replace(tzinfo=None)
        rows = pl.DataFrame(connection.sql(QUERY, params=parameters).to_arrow_table())
    back = pl.col("back").is_not_null() & (pl.col("back") <= pl.col("watched"))
    return rows.with_columns(returned=back, days=pl.when(back).then("back").otherwise("watched"))


@pytest.fixture(scope="module")
def effect(community: cw.Community) -> dict[str, object]:
    return community.response.retention_effect(within="6h", horizon="30d").row(0, named=True)


def test_the_classes_are_those_of_sql(effect: dict[str, object], newcomers: pl.DataFrame) -> None:
    assert effect["newcomers"] == newcomers.height > 50
    assert effect["answered"] == newcomers["answered"].sum()
    assert 0 < newcomers["returned"].sum() < newcomers.height


def test_rates_and_test_are_those_of_lifelines(effect: dict[str, object], newcomers: pl.DataFrame) -> None:
    classes = [newcomers.filter(pl.col("answered") == answered) for answered in (True, False)]
    for name, own in zip(("answered_rate", "unanswered_rate"), classes, strict=True):
        fitter = KaplanMeierFitter().fit(own["days"].to_numpy(), own["returned"].to_numpy())
        band = fitter.confidence_interval_survival_function_.iloc[-1].to_numpy()
        assert effect[name] == pytest.approx(1 - fitter.predict(HORIZON), abs=1e-9)
        assert effect[f"{name}_low"] == pytest.approx(1 - band[1], abs=1e-9)
        assert effect[f"{name}_high"] == pytest.approx(1 - band[0], abs=1e-9)
    yes, no = classes
    test = logrank_test(yes["days"], no["days"], yes["returned"], no["returned"])
    assert effect["p_value"] == pytest.approx(test.p_value, abs=1e-9)
    (a, la, ha), (b, lb, hb) = (
        [float(str(effect[f"{name}{end}"])) for end in ("", "_low", "_high")]
        for name in ("answered_rate", "unanswered_rate")
    )
    assert effect["difference"] == pytest.approx(a - b, abs=1e-12)
    assert effect["difference_low"] == pytest.approx(a - b - math.hypot(a - la, hb - b), abs=1e-12)
    assert effect["difference_high"] == pytest.approx(a - b + math.hypot(ha - a, b - lb), abs=1e-12)


def test_the_adjusted_figures_are_mantel_haenszels(effect: dict[str, object], newcomers: pl.DataFrame) -> None:
    strata: dict[tuple[object, ...], np.ndarray] = defaultdict(lambda: np.zeros((2, 2)))
    for row in newcomers.filter(pl.col("watched") == HORIZON).iter_rows(named=True):
        key = (row["channel"], row["month"], row["days_before"].bit_length())
        strata[key][int(not row["answered"]), int(not row["returned"])] += 1
    both = [table for table in strata.values() if (table.sum(axis=1) > 0).all()]
    assert effect["matched"] == sum(table.sum() for table in both)
    a, b, c, d = np.array([table.ravel() for table in both]).reshape(-1, 4).T
    if (a * d + b * c).sum() == 0:
        # Within no stratum does anything vary.
        assert effect["adjusted_difference"] is None
        return
    n1, n0, n = a + b, c + d, a + b + c + d
    difference = ((a / n1 - c / n0) * n1 * n0 / n).sum() / (n1 * n0 / n).sum()
    assert effect["adjusted_difference"] == pytest.approx(difference, abs=1e-9)
    for name, above, below in (("odds_ratio", a * d, b * c), ("risk_ratio", a * n0, c * n1)):
        if (above / n).sum() > 0 and (below / n).sum() > 0:
            assert effect[name] == pytest.approx((above / n).sum() / (below / n).sum(), rel=1e-9)
        else:
            assert effect[name] is None


def test_the_curve_is_that_of_lifelines(community: cw.Community, newcomers: pl.DataFrame) -> None:
    curve = community.response.return_curve(within="6h", horizon="30d")
    for answered in (True, False):
        own = newcomers.filter(pl.col("answered") == answered)
        fitter = KaplanMeierFitter().fit(own["days"].to_numpy(), own["returned"].to_numpy())
        ours = curve.filter(pl.col("answered") == answered)
        days = (ours["time"].dt.total_hours() // 24).to_numpy()
        theirs = 1 - fitter.survival_function_at_times(days).to_numpy()
        np.testing.assert_allclose(ours["returned"].to_numpy(), theirs, rtol=0, atol=1e-9)
        assert ours["came_back"].sum() == own["returned"].sum()


@pytest.mark.parametrize("event", ["contribution", "post"])
def test_activation_is_that_of_lifelines(event: str) -> None:
    path = DATA / "stackexchange-quantumcomputing-2018"
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    real = cw.read(path)
    kinds = ["post"] if event == "post" else ["post", "reply", "reaction"]
    assert real.members is not None
    joins = real.events.filter(pl.col("kind") == "join").group_by("member").agg(joins=pl.col("time").min())
    people = real.members.filter(pl.col("role").is_null() | (pl.col("role") != "bot"))
    people = people.join(joins, on="member", how="left").with_columns(start=pl.coalesce("joined", "joins"))
    own = pl.col("time_quality").fill_null("") != "inherited" if "time_quality" in real.events.columns else pl.lit(True)
    acts = real.events.filter(pl.col("kind").is_in(kinds), own)
    first = acts.group_by("member").agg(first=pl.col("time").min())
    times = people.filter(pl.col("start") <= real.as_of).join(first, on="member", how="left")
    end = pl.max_horizontal(pl.coalesce("first", pl.lit(real.as_of)), "start")
    times = times.with_columns(wait=(end - pl.col("start")).dt.total_microseconds())
    ended = times["first"].is_not_null().to_numpy()
    fitter = KaplanMeierFitter().fit(times["wait"].to_numpy(), ended)
    row = real.adoption.activation(event=event, within="30d").row(0, named=True)  # type: ignore[arg-type]
    assert (row["n"], row["activated"]) == (times.height, ended.sum())
    assert row["attained"] == pytest.approx(1 - fitter.predict(30 * 86_400_000_000), abs=1e-9)
    # Where each step holds the one before, two steps are one activation.
    funnel = real.adoption.funnel(steps=["join", event])  # type: ignore[list-item]
    assert funnel["rate"][1] == row["attained"]
    assert funnel["rate_low"][1] == row["attained_low"]
