"""The KPIs in polars: the columns loaded once, members as integer codes, one lazy query per KPI."""

import polars as pl
from polars import col
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from stages import Stages, pagerank

run = Stages()
WEEK = ((col("day") + 3) // 7).alias("week")
monday = (col("week") * 7 - 3).cast(pl.Date).alias("period")
kind = col("kind")


def member_weeks(days: pl.DataFrame) -> pl.LazyFrame:
    """The distinct (member, week) of sorted (member, day)."""
    again = (col("member") == col("member").shift(1)) & (col("week") == col("week").shift(1))
    return days.lazy().select("member", WEEK).filter(~again.fill_null(value=False))


with run.stage("load"):
    events = (
        pl.scan_parquet(run.events)
        .select(
            col("time"),
            col("member").cast(pl.Categorical).to_physical(),
            col("kind").cast(pl.Enum(["post", "reply", "reaction", "view", "join"])),
            col("thread"),
            col("channel").cast(pl.Categorical),
            *run.of_network,
            *([] if run.families else [col("member").cast(pl.Categorical).alias("who")]),
        )
        .collect()
        .lazy()
    )
    contributions = events.filter(col("kind").is_in(["post", "reply", "reaction"]))

with run.stage("active"):
    # The distinct (member, day) as one sorted integer: days and weeks since 1970, and no second sort anywhere below.
    key = col("member").cast(pl.Int64) * 65_536 + col("time").dt.epoch("d")
    days = (
        contributions.select(key=key)
        .unique()
        .sort("key")
        .select(member=col("key") // 65_536, day=(col("key") % 65_536).cast(pl.Int32))
        .collect()
    )
    same_before = col("member") == col("member").shift(1)
    same_after = col("member") == col("member").shift(-1)
    # A member counts from an active day until 28 days later, or until the next active day.
    until = pl.min_horizontal(pl.when(same_after).then(col("day").shift(-1)), col("day") + 28)
    spans = days.lazy().select("day", until=until)
    month = col("day").cast(pl.Date).dt.truncate("1mo")
    dau, ended, weekly, monthly = pl.collect_all(
        [
            spans.group_by("day").agg(dau=pl.len()),
            spans.group_by(day="until").agg(ended=pl.len()),
            member_weeks(days).group_by("week").agg(active=pl.len()),
            days.lazy()
            .select("member", period=month)
            .filter(~(same_before & (col("period") == col("period").shift(1))).fill_null(value=False))
            .group_by("period")
            .agg(active=pl.len()),
        ]
    )
    daily = (
        pl.DataFrame({"day": pl.int_range(days["day"].min(), days["day"].max() + 1, dtype=pl.Int32, eager=True)})
        .join(dau, on="day", how="left")
        .join(ended, on="day", how="left")
        .fill_null(0)
        .sort("day")
        .select(period=col("day").cast(pl.Date), dau="dau", mau=(col("dau").cast(pl.Int64) - col("ended")).cum_sum())
        .with_columns(stickiness=col("dau") / col("mau"))
    )
run.tables |= {"active_daily": daily, "active_weekly": weekly.select(monday, "active"), "active_monthly": monthly}

with run.stage("growth"):
    weeks = (
        member_weeks(days)
        .with_columns(
            before=pl.when(same_before).then(col("week").shift(1)),
            after=pl.when(same_after).then(col("week").shift(-1)),
        )
        .group_by("week")
        .agg(
            new=col("before").is_null().sum(),
            retained=(col("before") == col("week") - 1).sum(),
            resurrected=(col("before") < col("week") - 1).sum(),
            gone=(col("after").is_null() | (col("after") > col("week") + 1)).sum(),
        )
        .collect()
    )
    growth = (
        pl.DataFrame({"week": pl.int_range(weeks["week"].min(), weeks["week"].max() + 1, dtype=pl.Int32, eager=True)})
        .join(weeks, on="week", how="left")
        .sort("week")
        .fill_null(0)
        .select(monday, "new", "retained", "resurrected", churned=col("gone").shift(1, fill_value=0))
    )
run.tables["growth"] = growth

with run.stage("retention"):
    retention = (
        member_weeks(days)
        .with_columns(cohort=pl.when(~same_before.fill_null(value=False)).then("week").forward_fill())
        .group_by("cohort", offset=col("week") - col("cohort"))
        .agg(active=pl.len())
        .select((col("cohort") * 7 - 3).cast(pl.Date), "offset", "active")
        .collect()
    )
run.tables["retention"] = retention

with run.stage("response"):
    posts = events.filter(kind == "post").select("thread", "channel", asker="member", asked="time")
    first = (
        events.filter(kind == "reply")
        .join(posts, on="thread")
        .filter(col("member") != col("asker"))
        .group_by("thread")
        .agg(answered_at=col("time").min())
    )
    waits = posts.join(first, on="thread", how="left").select(
        "channel", "asked", period=col("asked").dt.truncate("1w").dt.date(), wait=col("answered_at") - col("asked")
    )
    end, waits = pl.collect_all([events.select(col("time").max()), waits])
    wait = col("wait")
    weekly_response = (
        waits.lazy()
        .group_by("period", "channel")
        .agg(
            n=pl.len(),
            answered=wait.count(),
            answered_median=wait.quantile(0.5, "linear"),
            within_1h=(wait <= pl.duration(hours=1)).sum() / pl.len(),
        )
    )
    curve = (
        waits.lazy()
        .select("channel", observed=wait.is_not_null(), wait=wait.fill_null(end.item() - col("asked")))
        .sort("channel", "wait", ~col("observed"))
        .with_columns(
            survival=(1 - col("observed").cast(pl.Float64) / (pl.len() - pl.int_range(pl.len())))
            .cum_prod()
            .over("channel")
        )
        .group_by("channel")
        .agg(n=pl.len(), answered=col("observed").sum(), median=wait.filter(col("survival") <= 0.5 + 1e-9).min())
    )
    weekly_response, curve = pl.collect_all([weekly_response, curve])
run.tables |= {"response_weekly": weekly_response, "response": curve}
run.end_of_families()

with run.stage("activity"):
    week = col("time").dt.truncate("1w").dt.date()
    own = col("contributions")
    activity = (
        contributions.group_by("channel", "member", period=week)
        .agg(posts=(kind == "post").sum(), replies=(kind == "reply").sum(), contributions=pl.len().cast(pl.Int64))
        .group_by("period", "channel")
        .agg(
            col("posts", "replies").sum(),
            own.sum(),
            contributors=pl.len().cast(pl.Int64),
            ranked=(own.sort() * pl.int_range(1, pl.len() + 1)).sum(),
            largest=own.top_k((pl.len() + 99) // 100).sum(),
        )
        .with_columns(
            reactions=own - col("posts") - col("replies"),
            replies_per_post=pl.when(col("posts") > 0).then(col("replies") / col("posts")),
            gini=2 * col("ranked") / (col("contributors") * own) - (col("contributors") + 1) / col("contributors"),
            top1_share=col("largest") / own,
        )
        .collect()
    )
run.activity(activity)

with run.stage("network"):
    of = events.filter(kind.is_in(["post", "reply"])).select(parent="id", target="who")
    edges = (
        events.filter(kind == "reply")
        .select("parent", source="who")
        .join(of, on="parent")
        .filter(col("source") != col("target"))
        .group_by("source", "target")
        .agg(replies=pl.len())
        .collect()
    )
    coded = edges.select(col("source", "target").to_physical(), "replies")
    nodes, ranks = pagerank(*(coded[column].to_numpy() for column in coded.columns))
    who = pl.concat([edges["source"], edges["target"]]).unique()
    names = pl.DataFrame({"code": who.to_physical(), "member": who.cast(pl.String)})
    ranks = pl.DataFrame({"code": nodes, "pagerank": ranks}).join(names, on="code").select("member", "pagerank")
run.tables |= {"edges": edges.with_columns(col("source", "target").cast(pl.String)), "pagerank": ranks}

messages = run.messages()
with run.stage("sentiment"):
    score = SentimentIntensityAnalyzer().polarity_scores
    scores = messages.select("id", score=pl.Series([score(text)["compound"] for text in messages["text"]]))
run.tables["sentiment"] = scores

run.finish()
