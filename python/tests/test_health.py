"""Health and alerts: the arithmetic against other libraries, the tables against the KPIs that they are of."""

import itertools
import random
from datetime import date, datetime, timedelta, timezone

import polars as pl
import pytest
from conftest import NOON, events
from scipy import stats

import commonweal as cw
from commonweal._health.change import Estimate, binomial, given, holm, mover, rate, rates, student, turnover, wilson
from commonweal._health.mix import kitagawa
from commonweal.exceptions import OptionError


def test_p_values_are_scipys() -> None:
    for part, whole in ((3, 20), (10, 20), (0, 7), (90, 200), (499, 1_000)):
        assert binomial(part, whole, 0.5) == pytest.approx(stats.binomtest(part, whole, 0.5).pvalue, abs=1e-12)
    for part, whole, share in ((3, 20, 0.3), (15, 40, 0.25)):
        tails = stats.binom.cdf(part, whole, share), stats.binom.sf(part - 1, whole, share)
        assert binomial(part, whole, share) == pytest.approx(min(1, 2 * min(tails)), abs=1e-12)
    assert binomial(4_900, 10_000, 0.5) == pytest.approx(stats.binomtest(4_900, 10_000, 0.5).pvalue, abs=1e-3)
    for freedom, chance in itertools.product((2.0, 6.82, 31.0), (0.05, 0.001)):
        assert student(chance, freedom) == pytest.approx(stats.t.isf(chance / 2, freedom), rel=1e-4)


def test_intervals_are_scipys() -> None:
    share = wilson(7, 50)
    theirs = stats.binomtest(7, 50).proportion_ci(method="wilson")
    assert (share.value, share.low, share.high) == pytest.approx((0.14, theirs.low, theirs.high), abs=1e-12)
    # The score interval of a Poisson count: (x − m)² = z² m at its ends.
    count = rate(12, 7)
    z = stats.norm.isf(0.025)
    for end in (count.low, count.high):
        assert end is not None
        assert (12 - 7 * end) ** 2 == pytest.approx(z * z * 7 * end)


def test_a_difference_of_shares_is_newcombes() -> None:
    # Newcombe (1998), table II, example (a), method 10: 56/70 and 48/80, without continuity correction.
    change = mover(wilson(48, 80), wilson(56, 70))
    assert (change.value, change.low, change.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert change.p_value is not None
    assert change.p_value < 0.05
    back = mover(wilson(56, 70), wilson(48, 80))
    assert (back.low, back.high) == pytest.approx((-0.3339, -0.0524), abs=5e-5)
    assert back.p_value == pytest.approx(change.p_value)


@pytest.mark.parametrize("seed", range(20))
def test_p_and_interval_agree(seed: int) -> None:
    draw = random.Random(seed)
    n, m = draw.randint(5, 300), draw.randint(5, 300)
    one, other = wilson(draw.randint(0, n), n), wilson(draw.randint(0, m), m)
    change = mover(one, other)
    assert change.low is not None
    assert change.high is not None
    assert change.p_value is not None
    assert (change.p_value < 0.05) == (change.low > 0 or change.high < 0)
    told = given(change.value, change.low, change.high)
    assert told.p_value == pytest.approx(change.p_value)


def test_holm_by_hand() -> None:
    assert holm([0.01, None, 0.04, 0.03, 0.005]) == pytest.approx([0.03, None, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.6, 0.9]) == [1.0, 1.0]


def test_who_came_and_went_is_mcnemars() -> None:
    change = turnover(25, 10)
    assert change.value == 15
    assert change.p_value == pytest.approx(stats.binomtest(10, 35).pvalue)
    assert turnover(0, 0).p_value == 1.0
    same_rate = rates(70, 7.0, 310, 31.0)
    assert same_rate.value == pytest.approx(0)
    assert same_rate.p_value is not None
    assert same_rate.p_value > 0.9


def test_kitagawa_by_hand() -> None:
    before, now = date(2026, 1, 1), date(2026, 2, 1)
    rows = pl.DataFrame(
        {
            "period": [before, before, now, now],
            "group": ["easy", "hard", "easy", "hard"],
            "n": [80, 20, 50, 50],
            "value": [0.9, 0.4, 0.9, 0.4],
        }
    )
    parts = kitagawa(rows, before, now, (0.8, 0.65), (100.0, 100.0))
    assert parts is not None
    assert (parts.rate, parts.mix) == pytest.approx((0.0, -0.15))
    better = rows.with_columns(n=pl.Series([80, 20, 80, 20]), value=pl.Series([0.9, 0.4, 0.9, 0.6]))
    parts = kitagawa(better, before, now, (0.8, 0.84), (100.0, 100.0))
    assert parts is not None
    assert (parts.rate, parts.mix, parts.group, parts.part) == pytest.approx((0.04, 0.0, "hard", 0.04))
    # Of suppressed groups only their sum is known, and the parts still add up.
    hidden = rows.with_columns(
        n=pl.when(pl.col("group") == "hard").then(None).otherwise("n"),
        group=pl.when(pl.col("group") == "easy").then(pl.lit("easy")).otherwise("group"),
    )
    assert kitagawa(hidden, before, now, (0.8, 0.65), (100.0, 100.0)) is None
    third = pl.concat([hidden, rows.head(1).with_columns(group=pl.lit("other"), n=pl.lit(1, pl.Int64))])
    parts = kitagawa(third, before, now, (0.8, 0.65), (100.0, 100.0))
    assert parts is not None
    assert parts.rate + parts.mix == pytest.approx(-0.15)


@pytest.fixture(scope="module")
def table(community: cw.Community) -> pl.DataFrame:
    return community.health(every="1mo")


def test_the_figures_are_those_of_the_kpis(community: cw.Community, table: pl.DataFrame) -> None:
    rows = {row["indicator"]: row for row in table.iter_rows(named=True)}
    assert len(rows) >= 7
    growth = community.adoption.growth(every="1mo").filter("complete")
    assert rows["active members"]["value"] == growth["active"][-1]
    assert rows["active members"]["change"] == growth["active"][-1] - growth["active"][-2]
    answered = community.response.first_response(every="1mo", within="1d").filter("complete")
    assert rows["answered in time"]["value"] == answered["attained"][-1]
    assert rows["answered in time"]["before_high"] == answered["attained_high"][-2]
    tone = community.sentiment.trend(every="1mo").filter("complete")
    assert rows["net sentiment"]["change_low"] == tone["change_low"][-1]
    compared = community.response.compare(within="1d", every="1mo").row(0, named=True)
    change = rows["answered in time"]
    assert (change["change"], change["change_low"], change["change_high"]) == pytest.approx(
        tuple(compared[f"attained_difference{end}"] for end in ("", "_low", "_high"))
    )


def test_the_parts_add_up(table: pl.DataFrame) -> None:
    parts = table.drop_nulls("rate")
    assert parts.height >= 2
    for row in parts.iter_rows(named=True):
        assert row["rate"] + row["mix"] == pytest.approx(row["change"])
        assert "points" in row["moved_by"]


def test_status_follows_the_adjusted_p(table: pl.DataFrame) -> None:
    for row in table.iter_rows(named=True):
        if row["p_value"] is None:
            assert row["status"] is None
        else:
            assert row["p_adjusted"] >= row["p_value"]
            assert (row["status"] == "no clear change") == (row["p_adjusted"] > 0.05 or not row["change"])
    assert set(table["kpi"]) <= set(cw.kpis()["kpi"])


def test_a_change_is_seen_and_named() -> None:
    rows = []
    for day in range(28):
        for place in range(6):
            hour = 24 * day + place
            thread = f"{day}-{place}"
            rows.append((hour, f"m{place}", "post", thread))
            # In the last two weeks channel b is left alone.
            if place % 2 or day < 21:
                rows.append((hour + 0.5, f"m{(place + 1) % 6}", "reply", thread))
    channel = ["a" if int(row[3].split("-")[1]) % 2 else "b" for row in rows]
    c = cw.Community(events(*rows, channel=channel), as_of=NOON + timedelta(days=28))
    row = c.health(min_group=0).filter(pl.col("indicator") == "answered in time").row(0, named=True)
    assert (row["before"], row["value"], row["status"]) == (1.0, pytest.approx(0.5, abs=0.08), "worse")
    assert row["moved_by"].startswith("b −")
    assert abs(row["mix"]) < 0.05


def test_nothing_is_told_of_nothing() -> None:
    assert cw.Community(events()).health().is_empty()
    one = cw.Community(events((0, "ana", "post", "t1"), (200, "bo", "reply", "t1")))
    assert one.health().drop_nulls("p_value").is_empty()
    assert cw.Community(events()).alerts().is_empty()
    assert cw.Community(events()).alerts().columns == one.alerts().columns


def weeks(counts: list[int]) -> cw.Community:
    """So many members in each week, each with one post."""
    monday = datetime(2024, 1, 1, 9, tzinfo=timezone.utc)
    rows = [
        (monday + timedelta(weeks=week, minutes=place), f"m{place}", "post", f"{week}-{place}")
        for week, count in enumerate(counts)
        for place in range(count)
    ]
    frame = pl.DataFrame(rows, schema=["time", "member", "kind", "thread"], orient="row")
    return cw.Community(frame, as_of=monday + timedelta(weeks=len(counts)))


def steady(n: int, seed: int = 3) -> list[int]:
    draw = random.Random(seed)
    return [round(draw.gauss(60, 5)) for _ in range(n)]


def test_a_jump_raises_an_alert_and_steadiness_none() -> None:
    quiet = weeks(steady(40)).alerts().filter(pl.col("indicator") == "active members")
    assert quiet.is_empty()
    found = weeks([*steady(30), 130]).alerts().filter(pl.col("indicator") == "active members")
    row = found.filter(pl.col("rule") == "xmr").row(0, named=True)
    assert row["period"] == date(2024, 1, 1) + timedelta(weeks=30)
    assert (row["value"], row["direction"], row["better"], row["note"]) == (130.0, "up", "up", None)
    assert row["expected"] == pytest.approx(sum(steady(30)) / 30)
    assert row["high"] < 130


def test_what_creeps_is_seen_by_the_mean_first() -> None:
    counts = [*steady(40), 74, 73, 75, 74]
    found = weeks(counts).alerts(budget=1).filter(pl.col("indicator") == "active members")
    assert found["rule"].unique().to_list() == ["ewma"]


def test_an_outage_is_no_measure_and_a_launch_begins_anew() -> None:
    counts = [*steady(25), 5, 6, *steady(20, seed=4)]
    down = (date(2024, 1, 1) + timedelta(weeks=25), date(2024, 1, 1) + timedelta(weeks=27), "the server was down")
    known = weeks(counts).alerts(annotations=[down]).filter(pl.col("indicator") == "active members")
    assert set(known["period"]) <= {
        down[0],
        down[0] + timedelta(weeks=1),
        *[down[1] + timedelta(weeks=i) for i in range(3)],
    }
    assert known.filter(pl.col("rule") == "xmr")["note"].unique().to_list() == ["the server was down"]
    grown = [*steady(30), *(count + 60 for count in steady(30, seed=5))]
    launch = (date(2024, 1, 1) + timedelta(weeks=30), "a launch")
    after = weeks(grown).alerts(annotations=[launch]).filter(pl.col("indicator") == "active members")
    assert set(after["note"]) == {"a launch"}
    assert after["period"].max() <= launch[0] + timedelta(weeks=16)
    without = weeks(grown).alerts().filter(pl.col("indicator") == "active members")
    assert without.height > after.height


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"budget": 0}, "budget must be a number of false alerts a year, above 0, got 0"),
        ({"annotations": ["launch"]}, "annotations must be pairs of"),
        ({"annotations": [("2026-02-01", "2026-01-01", "x")]}, "annotations must be triples whose end is after"),
        ({"every": "2w"}, "every must be one of"),
        ({"within": timedelta(0)}, "within must be a positive duration"),
    ],
)
def test_options_are_checked(options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=f"^{message}"):
        cw.Community(events()).alerts(**options)  # type: ignore[arg-type]


def test_estimates_without_intervals_are_not_tested() -> None:
    assert mover(Estimate(1.0), Estimate(2.0)).p_value is None
    assert given(0.5, None, None).p_value is None
    assert given(0.0, 0.0, 0.0).p_value is None
