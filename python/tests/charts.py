"""A chart of every kind, with and without groups, and what its title says."""

from collections.abc import Callable
from datetime import timedelta

import altair as alt

import commonweal as cw
from commonweal.plot._frame import AnyChart

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


def title(chart: AnyChart) -> tuple[str, str]:
    """The finding, and what is suppressed."""
    if not isinstance(chart.title, alt.TitleParams):
        return "", ""
    finding, hidden = (
        " ".join(part) if isinstance(part, list) else "" for part in (chart.title.text, chart.title.subtitle)
    )
    return finding, hidden
