"""What users write, for type checkers: mypy sees it in `make lint`, and it runs in the tests.

A line with `type: ignore` must be wrong: were a checker content with it, the ignore would be one too many.
"""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import altair as alt
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

import commonweal as cw
from commonweal.exceptions import CommonwealError, DeclinedError, OptionError
from commonweal.typing import Every, Role

NOON = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)


def tables() -> list[cw.Community]:
    """A community from a table of each library."""
    events = pl.DataFrame({"time": [NOON, NOON], "member": ["a", "b"], "kind": ["post", "reply"], "thread": "t"})
    frame = pd.DataFrame(events.to_dict(as_series=False))
    arrow: pa.Table = events.to_arrow()
    relation = duckdb.connect().from_arrow(arrow)
    members = pl.DataFrame({"member": ["a"], "role": ["staff"]})
    return [
        cw.Community(events, members, tz="Europe/Berlin", as_of="2026-02-01"),
        cw.Community(frame),
        cw.Community(arrow),
        cw.Community(relation),
    ]


def ask(community: cw.Community) -> dict[str, pl.DataFrame]:
    """A table of each family, and what stands beside the families."""
    every: Every = "1mo"
    roles: list[Role] = ["member"]
    hours = cw.BusinessHours.weekdays("09:00", "17:00", zone="Europe/Berlin", holidays=[date(2026, 12, 25)])
    open_for: timedelta = hours.between(NOON, NOON + timedelta(days=1))
    due: datetime | None = hours.due(NOON, "1h")
    assert open_for > timedelta(0)
    assert due is not None
    posts = community.filter(pl.col("kind") == "post").between(date(2024, 1, 1), "2024-02-01")
    span: tuple[datetime, datetime] | None = posts.span
    assert span is not None
    members: pl.DataFrame | None = community.members
    assert members is not None
    found: dict[str, pl.DataFrame] = {
        "growth": community.adoption.growth(every=every, by="department", roles=roles),
        "conversations": community.engagement.conversations(every="1mo", within="7d"),
        "first response": community.response.first_response(within=["1h", timedelta(days=1)], hours=hours),
        "leaders": community.network.leaders(top=None, bootstrap=0, sort_by="rank"),
        "trend": community.sentiment.trend(every="1w", by=["channel"]),
        "health": community.health(every="1mo"),
        "alerts": community.alerts(annotations=[("2024-02-01", "launch"), (date(2024, 3, 1), "2024-03-03", "outage")]),
        "by name": community.compute("adoption.growth", {"every": "1w"}),
        "kpis": cw.kpis(),
    }
    return found


def draw(table: pl.DataFrame) -> tuple[str, bytes]:
    """A chart, as it comes and changed."""
    chart = table.pipe(cw.plot.growth).properties(title="Ours")
    own = alt.Chart(table).mark_line().encode(x="period", y="active")
    return cw.plot.svg(chart, theme="auto"), cw.plot.png(own, scale=1.0, theme="dark")


def tell(community: cw.Community, folder: Path) -> Path:
    """The report."""
    return cw.report(community, folder / "report.html", theme="light", compare=community, compare_name="itself")


def spread(community: cw.Community) -> pl.DataFrame:
    """A KPI in parts."""
    spec = cw.Spec("adoption.growth", {"every": "1w"}, buckets=2, as_of=community.as_of)
    events = cw.protocol.with_buckets(spec, community.events)
    parts: list[bytes] = [
        cw.partial(spec, events.filter(pl.col("cw_bucket") == bucket), members=community.members, bucket=bucket)
        for bucket in range(2)
    ]
    return cw.finish(spec, cw.merge(parts))


def wrong(community: cw.Community) -> list[str]:
    """What a checker must refuse, and what is said when it was not asked."""
    said: list[str] = []
    try:
        community.adoption.growth(every="1m")  # type: ignore[arg-type]
    except OptionError as error:
        said.append(str(error))
    try:
        community.response.first_response(responder="nobody")  # type: ignore[arg-type]
    except CommonwealError as error:
        said.append(str(error))
    try:
        cw.Community([1, 2])  # type: ignore[arg-type]
    except ValueError as error:
        said.append(str(error))
    try:
        cw.Community(pl.DataFrame({"time": [NOON], "member": ["a"], "kind": ["post"]})).adoption.diffusion()
    except DeclinedError as error:
        said.append(str(error))
    return said
