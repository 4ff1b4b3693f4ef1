"""Charts say what their tables say."""

import re
from datetime import timedelta

import polars as pl
import pytest
from charts import BRANDS, title
from conftest import NOON, events

import commonweal as cw
from commonweal.plot._time import words


def effects(*rows: tuple[str, float | None, float | None, float | None]) -> pl.DataFrame:
    """Effects of (channel, difference, low, high)."""
    ends = {"pre_trend": pl.lit(0.1), "pre_trend_low": pl.lit(-0.1), "pre_trend_high": pl.lit(0.2)}
    table = pl.DataFrame(rows, schema=["channel", "difference", "difference_low", "difference_high"], orient="row")
    table = table.cast(dict.fromkeys(table.columns[1:], pl.Float64)).with_columns(before_after=0.3, **ends)
    known = pl.col("difference").is_not_null()
    return table.with_columns(pl.when(known).then(pl.col(name)) for name in ("before_after", *ends))


def test_a_finding_is_what_the_table_says(community: cw.Community) -> None:
    growth = community.adoption.growth(every="1mo")
    row = growth.filter("complete").row(-1, named=True)
    gained = row["new"] + row["resurrected"]
    said = f"{row['period']:%B %Y}: {row['active']} active, {gained} gained and {row['churned']} lost"
    assert title(growth.pipe(cw.plot.growth))[0] == said
    curve = community.response.curve()
    median = community.response.first_response()["median"].item()
    assert title(cw.plot.survival(curve))[0] == f"Half of all posts have an answer within {words(median)}"


def test_shares_of_voice_are_of_the_talk_about_any(community: cw.Community) -> None:
    table = community.sentiment.aspects(terms=BRANDS)
    rows = next(iter(cw.plot.share_of_voice(table).to_dict()["datasets"].values()))
    whole = table["n"].sum()
    z = 2.241_402_727  # the normal quantile of 1 − 0.05 / 2 / 2
    for row, n in zip(rows, table["n"], strict=True):
        assert row["voice"] == pytest.approx(n / whole)
        for end in (row["low"], row["high"]):
            # Wilson: the share lies z standard errors of the bound away.
            assert abs(row["voice"] - end) == pytest.approx(z * (end * (1 - end) / whole) ** 0.5, rel=1e-6)
    assert sum(row["voice"] for row in rows) == pytest.approx(1)


def test_the_parts_of_a_backlog_do_not_overlap_in_words(community: cw.Community) -> None:
    table = community.response.backlog(every="1mo", within=["1d", "7d", "30d"])
    drawn = cw.plot.svg(cw.plot.backlog(table)).replace("\N{NO-BREAK SPACE}", " ")
    for part in ("up to 1 day", "1 day to 7 days", "7 days to 30 days", "older than 30 days"):
        assert part in drawn
    assert "older than 7 days" not in drawn
    assert "in 14 days" in cw.plot.svg(
        cw.plot.rolling_active(community.adoption.rolling_active(window="14d"), window="14d")
    )


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([1] * 10, "half makes 50% of the contributions, the most active tenth 10%"),
        ([1, 1, 2, 4], "half makes 25% of the contributions, the most active tenth 20%"),
        ([1, 1, 1, 7], "half makes 20% of the contributions, the most active tenth 28%"),
    ],
)
def test_members_of_equal_counts_lie_on_a_straight_line(counts: list[int], said: str) -> None:
    rows = [(n, f"m{i}", "post", f"t{i}-{n}") for i, count in enumerate(counts) for n in range(count)]
    curve = cw.Community(events(*rows)).engagement.lorenz()
    assert said in title(cw.plot.lorenz(curve))[0]


def test_edits_are_contributions_too() -> None:
    rows = [(n, "ana", "edit", "t1") for n in range(50)]
    table = cw.Community(events(*rows, (200, "bo", "edit", "t1"))).engagement.activity(every="1w")
    chart = cw.plot.activity(table)
    assert title(chart)[0] == "Week of 5 January 2026: 50 edits"
    rows = next(iter(chart.to_dict()["datasets"].values()))
    assert max(row["edge_1"] for row in rows) == 50
    all_kinds = table.with_columns(posts=pl.lit(3), replies=pl.lit(2), reactions=pl.lit(1))
    chart = cw.plot.activity(all_kinds)
    assert title(chart)[0] == "Week of 5 January 2026: 3 posts, 2 replies, 1 reactions and 50 edits"
    assert ">edits<" in cw.plot.svg(chart)
    assert ">edits<" not in cw.plot.svg(cw.plot.activity(all_kinds.with_columns(edits=pl.lit(0))))


def test_an_effect_by_group_has_a_finding() -> None:
    table = effects(
        ("a", 0.5, 0.1, 0.9),
        ("b", -1.25, -2.0, -0.5),
        ("c", 0.2, -0.1, 0.5),
        ("d", 9.0, None, None),
        ("e", *[None] * 3),
    )
    said, hidden = title(cw.plot.reply_effect(table))
    assert said == (
        "After a reply of staff: a difference beyond chance in 2 of 3 groups with an interval, "
        "the largest in b: −1.25 (−2.00 to −0.50)"
    )
    assert hidden == "Nobody matched: e"
    said, _ = title(cw.plot.recognition_effect(table.filter(pl.col("channel").is_in(["a", "c"]))))
    assert said == "After a recognition: a difference beyond chance in 1 of 2 groups: a, +0.5 (+0.1 to +0.9)"
    said, _ = title(cw.plot.recognition_effect(table.filter(pl.col("channel") == "c")))
    assert said == "After a recognition: a difference beyond chance in 0 of 1 group"
    said, _ = title(cw.plot.recognition_effect(table.filter(pl.col("channel") == "d")))
    assert said == "After a recognition: 1 group matched, too few in each for an interval"
    some = table.with_columns(suppressed=pl.col("channel") == "e")
    assert title(cw.plot.reply_effect(some))[1] == "Suppressed, too few members: e"
    more = pl.concat([table, *(effects((f"z{i}", None, None, None)) for i in range(8))])
    assert title(cw.plot.reply_effect(more))[1].endswith("z3, z4 and 3 more")


@pytest.mark.parametrize(
    ("size", "mood", "said"),
    [
        (-0.48, -0.47, "the mood fell by 0.48, 0.47 of it among the same people"),
        (0.3, 0.4, "the mood rose by 0.30, and by 0.40 among the same people"),
        (-0.2, 0.05, "the mood fell by 0.20, but rose by 0.05 among the same people"),
        (0.2, None, "the mood rose by 0.20"),
    ],
)
def test_of_a_shift_a_part_is_of_the_same_people(size: float, mood: float | None, said: str) -> None:
    end = {"until": NOON + timedelta(days=60), "alarm": None, "votes": 90}
    first = {"time": NOON, **end, "before": None, "after": 0.1, "size": None, "mood": None}
    changed = {"time": NOON + timedelta(days=30), **end, "before": 0.1, "after": 0.1 + size, "size": size, "mood": mood}
    table = pl.DataFrame([first, changed], schema_overrides={"mood": pl.Float64, "alarm": pl.Datetime("us", "UTC")})
    assert title(cw.plot.shifts(table))[0] == f"4 February 2026: {said}"


@pytest.mark.parametrize("cohorts", [1, 3, 6, 12])
def test_few_cohorts_leave_room_for_their_axis(community: cw.Community, cohorts: int) -> None:
    table = community.adoption.retention(every="1w")
    drawn = cw.plot.svg(cw.plot.retention(table.filter(pl.col("cohort").rank("dense") <= cohorts)))
    size = re.search(r'height="(\d+)".*?transform="translate\(\d+,(\d+)\)"', drawn)
    # The title is turned, and stands about the middle of the axis.
    middle = re.search(r"translate\([^,]+,(\d+)\) rotate\(-90\)[^>]*>Cohort \(members\)", drawn)
    assert size
    assert middle
    half = 50
    assert int(size[2]) + int(middle[1]) + half <= int(size[1])
