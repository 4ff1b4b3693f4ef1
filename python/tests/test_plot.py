"""Charts of KPI tables."""

import re
from collections.abc import Callable
from datetime import timedelta

import altair as alt
import polars as pl
import pytest
from conftest import events

import commonweal as cw
from commonweal.exceptions import DeclinedError, OptionError
from commonweal.plot._frame import AnyChart
from commonweal.plot._time import words

Draw = Callable[[cw.Community], AnyChart]

BRANDS = {"access": ["access", "log in", "password*"], "reports": ["report*", "dashboard*"]}


CHARTS: dict[str, Draw] = {
    "growth": lambda c: cw.plot.growth(c.adoption.growth()),
    "growth by": lambda c: cw.plot.growth(c.adoption.growth(every="1mo", by="channel")),
    "active_members": lambda c: cw.plot.active_members(c.adoption.active_members()),
    "adoption_rate": lambda c: cw.plot.adoption_rate(c.adoption.active_members()),
    "funnel": lambda c: cw.plot.funnel(c.adoption.funnel(steps=["join", "post", "first_reply_received"])),
    "funnel by": lambda c: cw.plot.funnel(c.adoption.funnel(by="role")),
    "retention_effect": lambda c: cw.plot.retention_effect(c.response.return_curve(within="6h")),
    "retention_effect by": lambda c: cw.plot.retention_effect(c.response.return_curve(within="6h", by="channel")),
    "rolling_active": lambda c: cw.plot.rolling_active(c.adoption.rolling_active()),
    "stickiness": lambda c: cw.plot.stickiness(c.adoption.rolling_active()),
    "retention": lambda c: cw.plot.retention(c.adoption.retention(every="1mo")),
    "retention by": lambda c: cw.plot.retention(c.adoption.retention(every="1mo", by="channel")),
    "power_users": lambda c: cw.plot.power_users(c.adoption.power_users()),
    "power_users every": lambda c: cw.plot.power_users(c.adoption.power_users(every="1mo", window="7d", by="channel")),
    "lifecycle": lambda c: cw.plot.lifecycle(c.adoption.lifecycle()),
    "lifecycle by": lambda c: cw.plot.lifecycle(c.adoption.lifecycle(by="channel")),
    "lifecycle_transitions": lambda c: cw.plot.lifecycle_transitions(c.adoption.lifecycle_transitions()),
    "lifecycle_transitions by": lambda c: cw.plot.lifecycle_transitions(c.adoption.lifecycle_transitions(by="channel")),
    "gravity": lambda c: cw.plot.gravity(c.adoption.lifecycle(every="1w")),
    "gravity by": lambda c: cw.plot.gravity(c.adoption.lifecycle(by="channel")),
    "activation": lambda c: cw.plot.activation(c.adoption.activation(every="1mo", within=["1d", "30d"])),
    "activation by": lambda c: cw.plot.activation(c.adoption.activation(every="1mo", by="role")),
    "resolution": lambda c: cw.plot.resolution(c.response.resolution(every="1mo", within=["1d", "7d"])),
    "resolution by": lambda c: cw.plot.resolution(c.response.resolution(every="1mo", by="channel")),
    "edges": lambda c: cw.plot.edges(c.network.edges()),
    "edges by": lambda c: cw.plot.edges(c.network.edges(by="channel", half_life="30d")),
    "newcomers": lambda c: cw.plot.newcomers(c.network.newcomers(within=["1d", "7d"])),
    "newcomers by": lambda c: cw.plot.newcomers(c.network.newcomers(every="1mo", by="channel")),
    "silos": lambda c: cw.plot.silos(c.network.silos(unit="role", shuffles=100)),
    "silos by": lambda c: cw.plot.silos(c.network.silos(unit="role", shuffles=100, by="channel")),
    "bridges": lambda c: cw.plot.bridges(c.network.bridges(unit="role")),
    "bridges by": lambda c: cw.plot.bridges(c.network.bridges(unit="role", by="channel"), top=3),
    "introductions": lambda c: cw.plot.introductions(c.network.introductions()),
    "introductions by": lambda c: cw.plot.introductions(c.network.introductions(by="channel"), top=3),
    "response_by_hour": lambda c: cw.plot.response_by_hour(
        c.with_local_hours().response.first_response(within="1d", by=["weekday", "hour"]), least=1
    ),
    "activity": lambda c: cw.plot.activity(c.engagement.activity(every="1w")),
    "inequality": lambda c: cw.plot.inequality(c.engagement.inequality(every="1mo")),
    "inequality by": lambda c: cw.plot.inequality(c.engagement.inequality(every="1mo", by="channel", bootstrap=100)),
    "conversations": lambda c: cw.plot.conversations(c.engagement.conversations(every="1w")),
    "conversations by": lambda c: cw.plot.conversations(c.engagement.conversations(every="1mo", by="channel")),
    "lorenz": lambda c: cw.plot.lorenz(c.engagement.lorenz()),
    "lorenz by": lambda c: cw.plot.lorenz(c.engagement.lorenz(every="1mo", by="channel")),
    "heatmap": lambda c: cw.plot.heatmap(c.engagement.rhythm()),
    "heatmap by": lambda c: cw.plot.heatmap(c.engagement.rhythm(by="channel")),
    "leaders": lambda c: cw.plot.leaders(c.network.leaders(bootstrap=20)),
    "leaders by": lambda c: cw.plot.leaders(
        c.network.leaders(by="channel", bootstrap=0, window=None, betweenness=False)
    ),
    "network": lambda c: cw.plot.network(c.network.edges(), c.network.communities()),
    "silo_matrix": lambda c: cw.plot.silo_matrix(c.network.silo_matrix(unit="role", shuffles=100)),
    "flow": lambda c: cw.plot.flow(c.network.flow()),
    "attainment": lambda c: cw.plot.attainment(c.response.first_response(within=["1h", "1d"], every="1mo")),
    "attainment by": lambda c: cw.plot.attainment(c.response.first_response(every="1mo", by="channel")),
    "impact": lambda c: cw.plot.impact(
        cw.impact_curve(c.engagement.activity(every="1w"), "contributions", at="2024-03-11"), value="Contributions"
    ),
    "shifts": lambda c: cw.plot.shifts(c.sentiment.shifts(), c.sentiment.trend()),
    "shifts by": lambda c: cw.plot.shifts(c.sentiment.shifts(by="channel"), c.sentiment.trend(by="channel")),
    "responders": lambda c: cw.plot.responders(c.response.responders()),
    "responders by": lambda c: cw.plot.responders(c.response.responders(by="channel"), top=5),
    "responders by role": lambda c: cw.plot.responders(c.response.responders(each="role", by="channel")),
    "compare": lambda c: cw.plot.compare(c.response.compare(within=["1h", "6h", "1d", "7d"])),
    "compare by": lambda c: cw.plot.compare(
        c.response.compare(between="role", groups=("member", "staff"), by="channel", within=["1h", "1d"])
    ),
    "incidence": lambda c: cw.plot.incidence(c.response.incidence()),
    "incidence by": lambda c: cw.plot.incidence(c.response.incidence(by="channel", bots=True)),
    "churn": lambda c: cw.plot.churn(c.adoption.churn(horizon="14d", at_risk_below=0.9), names=3),
    "diffusion": lambda c: cw.plot.diffusion(c.adoption.diffusion_curve(every="1d")),
    "routing": lambda c: cw.plot.routing(c.response.handoffs(unit="role")),
    "backlog": lambda c: cw.plot.backlog(c.response.backlog(within=["1d", "7d"])),
    "backlog by": lambda c: cw.plot.backlog(c.response.backlog(every="1mo", by="channel")),
    "trending": lambda c: cw.plot.trending(c.engagement.trending(window="1d")),
    "trending by": lambda c: cw.plot.trending(c.engagement.trending(window="7d", by="channel", authors=1)),
    "recognition_effect": lambda c: cw.plot.recognition_effect(c.engagement.recognition_effect(within="7d")),
    "recognition_effect by": lambda c: cw.plot.recognition_effect(
        c.engagement.recognition_effect(within="7d", by="channel", adjust_every="1mo")
    ),
    "reply_effect": lambda c: cw.plot.reply_effect(
        c.sentiment.reply_effect(within="14d", answer="thread", below=-0.05, adjust_every="1y")
    ),
    "reply_effect by": lambda c: cw.plot.reply_effect(
        c.sentiment.reply_effect(within="14d", below=-0.05, adjust_every="1y", by="channel")
    ),
    "sentiment_trend": lambda c: cw.plot.sentiment_trend(c.sentiment.trend(every="1mo")),
    "share_of_voice": lambda c: cw.plot.share_of_voice(c.sentiment.aspects(terms=BRANDS)),
    "share_of_voice over time": lambda c: cw.plot.share_of_voice(c.sentiment.aspects(terms=BRANDS, every="1mo")),
    "share_of_voice by": lambda c: cw.plot.share_of_voice(c.sentiment.aspects(terms=BRANDS, by="channel")),
    "survival": lambda c: cw.plot.survival(c.response.curve()),
    "survival by": lambda c: cw.plot.survival(c.response.curve(by="channel")),
    "survival marked": lambda c: cw.plot.survival(
        c.response.curve(), median=timedelta(hours=3), answered_median=timedelta(hours=1)
    ),
}


def test_every_chart_is_drawn_here() -> None:
    charts = set(cw.plot.__all__) - {"DARK", "PALETTE", "dark", "png", "svg"}
    assert charts == {name.split()[0] for name in CHARTS}


@pytest.mark.parametrize("name", CHARTS)
def test_it_draws_the_same_bytes_twice(community: cw.Community, name: str) -> None:
    drawn = cw.plot.svg(CHARTS[name](community))
    assert "NaN" not in drawn
    assert len(re.findall(r"<(?:path|line|text)", drawn)) > 10
    assert drawn == cw.plot.svg(CHARTS[name](community))


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


def test_it_draws_a_png(community: cw.Community) -> None:
    assert cw.plot.png(CHARTS["growth"](community)).startswith(b"\x89PNG")


def test_a_chart_says_what_it_needs(community: cw.Community) -> None:
    with pytest.raises(
        OptionError, match=r"^plot.activity needs the columns period, complete; .*compute the KPI with every="
    ):
        cw.plot.activity(community.engagement.activity())
    with pytest.raises(OptionError, match=r"^plot.growth needs the columns period, retained"):
        cw.plot.growth(pl.DataFrame({"a": [1]}))


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_drawn_of_nothing(name: str) -> None:
    empty = cw.Community(events(channel=[]))
    if name == "impact":
        with pytest.raises(DeclinedError, match="there is no complete one"):
            CHARTS[name](empty)
        return
    cw.plot.svg(CHARTS[name](empty))


@pytest.mark.parametrize("min_group", [60, 10_000])
def test_suppressed_groups_leave_gaps(community: cw.Community, min_group: int) -> None:
    by = community.response.first_response(every="1mo", by="channel", min_group=min_group)
    cw.plot.svg(cw.plot.attainment(by))
    cw.plot.svg(cw.plot.survival(community.response.curve(by="channel", min_group=min_group)))
    cw.plot.svg(cw.plot.incidence(community.response.incidence(by="channel", min_group=min_group)))
    cw.plot.svg(cw.plot.responders(community.response.responders(by="channel", min_group=min_group)))


def title(chart: AnyChart) -> tuple[str, str]:
    """The finding, and what is suppressed."""
    if not isinstance(chart.title, alt.TitleParams):
        return "", ""
    finding, hidden = (
        " ".join(part) if isinstance(part, list) else "" for part in (chart.title.text, chart.title.subtitle)
    )
    return finding, hidden


def test_suppressed_groups_are_shown_as_suppressed(community: cw.Community) -> None:
    table = community.adoption.growth(every="1mo", by="channel", min_group=10_000)
    assert table["suppressed"].sum() > 20
    assert "Suppressed: too few members" in cw.plot.svg(cw.plot.growth(table))
    some = community.response.first_response(by="channel", every="1mo", min_group=5)
    hidden = (
        some.group_by("channel", maintain_order=True)
        .agg(pl.col("suppressed").sum(), pl.len())
        .filter(pl.col("suppressed") > 0)
    )
    assert 0 < hidden["suppressed"].sum() < some.height
    _, said = title(cw.plot.attainment(some))
    assert said.startswith("Suppressed, too few members: ")
    for name, suppressed, rows in hidden.head(6).iter_rows():
        assert name in said
        assert suppressed == rows or f"{name} (in {suppressed} of {rows})" in said


@pytest.mark.parametrize("name", [name for name in CHARTS if " by" not in name])
def test_a_title_states_the_finding(community: cw.Community, name: str) -> None:
    finding, hidden = title(CHARTS[name](community))
    assert re.search(r"\d", finding), finding
    assert "nan" not in finding.lower()
    assert "None" not in finding
    assert not hidden or name == "response_by_hour"


def test_a_finding_is_what_the_table_says(community: cw.Community) -> None:
    growth = community.adoption.growth(every="1mo")
    row = growth.filter("complete").row(-1, named=True)
    gained = row["new"] + row["resurrected"]
    said = f"{row['period']:%B %Y}: {row['active']} active, {gained} gained and {row['churned']} lost"
    assert title(growth.pipe(cw.plot.growth))[0] == said
    curve = community.response.curve()
    median = community.response.first_response()["median"].item()
    assert title(cw.plot.survival(curve))[0] == f"Half of all posts have an answer within {words(median)}"


def test_ids_start_with_the_prefix(community: cw.Community) -> None:
    drawn = cw.plot.svg(CHARTS["survival marked"](community), prefix="one")
    ids = re.findall(r'\bid="([^"]*)"', drawn)
    assert all(name.startswith("one-") for name in ids)
    for used in re.findall(r"url\(#([^)]*)\)", drawn):
        assert used in ids


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
    ("length", "said"),
    [
        (timedelta(0), "0 s"),
        (timedelta(microseconds=1), "under 0.1 s"),
        (timedelta(seconds=0.44), "0.4 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(seconds=59.6), "1 min"),
        (timedelta(minutes=2, seconds=5), "2 min 5 s"),
        (timedelta(minutes=59, seconds=59.9), "1 h"),
        (timedelta(hours=2, minutes=10, seconds=29), "2 h 10 min"),
        (timedelta(hours=23, minutes=59, seconds=50), "1 day"),
        (timedelta(days=1, hours=2), "1 day 2 h"),
        (timedelta(days=1234, hours=7), "1,234 days"),
    ],
)
def test_durations_in_words(length: timedelta, said: str) -> None:
    assert words(length).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_flow_is_of_one_group(community: cw.Community) -> None:
    flow = community.network.flow(by="role")
    with pytest.raises(OptionError, match=r"^plot\.flow draws one group"):
        cw.plot.flow(flow)
    drawn = cw.plot.svg(cw.plot.flow(community.network.flow(min_group=20), top=2))
    assert "smaller not drawn" in drawn


def test_a_network_is_drawn_by_members_or_by_groups() -> None:
    community = cw.datasets.simulate(members=500, days=200, seed=7)
    edges, found = community.network.edges(), community.network.communities()
    assert found.height > 150
    groups = cw.plot.svg(cw.plot.network(edges, found))
    assert "share of acts within" in groups
    assert community.members is not None
    assert "Engineering" in cw.plot.svg(cw.plot.network(edges, community.members, group="department"))
    few = found["member"].head(40).to_list()
    some = edges.filter(pl.col("source").is_in(few), pl.col("target").is_in(few))
    members = cw.plot.svg(cw.plot.network(some, found))
    assert "share of acts within" not in members
    assert members == cw.plot.svg(cw.plot.network(some.sample(fraction=1, shuffle=True, seed=1), found))
    each = found.with_columns(community=pl.int_range(pl.len()))
    assert "(others)" in cw.plot.svg(cw.plot.network(edges, each))
    with pytest.raises(OptionError, match="one row of groups for each member"):
        cw.plot.network(edges, pl.concat([found, found]))


def test_a_silo_matrix_is_of_one_group(community: cw.Community) -> None:
    pairs = community.network.silo_matrix(shuffles=100, by="channel")
    with pytest.raises(OptionError, match=r"^plot\.silo_matrix draws one group"):
        cw.plot.silo_matrix(pairs)
