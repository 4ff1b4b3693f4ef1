"""Accounts of a community: what is known of each, and what KPIs make of them."""

import polars as pl

from commonweal.community import Community
from commonweal.exceptions import CommonwealError
from commonweal.registry import kpis

__all__ = ["accounts", "effects", "everyone", "folded"]


def everyone(community: Community) -> pl.DataFrame:
    """A row for each member, those of the table and those who only did something."""
    active = community.events.select("member").drop_nulls().unique(maintain_order=True)
    members = community.members
    if members is None:
        return active
    return pl.concat([members, active.join(members, on="member", how="anti")], how="diagonal")


def accounts(community: Community) -> pl.DataFrame:
    """Of each `account`: `source`, `key`, `email`, `username`, `name`, `role`, `events`, `first` and `last` act."""
    acts = community.events.drop_nulls("member").group_by("member")
    counts = acts.agg(pl.len().alias("events"), pl.col("time").min().alias("first"), pl.col("time").max().alias("last"))
    members = everyone(community).join(counts, on="member", how="left").with_columns(pl.col("events").fill_null(0))
    for column in ("source", "username", "name", "email", "role"):
        if column not in members.columns:
            members = members.with_columns(pl.lit(None, dtype=pl.String).alias(column))
    if "source" in community.events.columns:
        of_events = (
            community.events.drop_nulls("member").group_by("member").agg(pl.col("source").first().alias("_source"))
        )
        members = members.join(of_events, on="member", how="left").with_columns(source=pl.coalesce("source", "_source"))
    prefix = pl.col("source") + ":"
    key = pl.when(pl.col("member").str.starts_with(prefix)).then(pl.col("member").str.strip_prefix(prefix))
    members = members.with_columns(key=key.otherwise(pl.col("member")))
    email = pl.coalesce("email", pl.when(pl.col("key").str.contains("@", literal=True)).then("key"))
    return members.select(
        pl.col("member").alias("account"),
        pl.col("source").fill_null(""),
        "key",
        email.str.to_lowercase().str.strip_chars().alias("email"),
        "username",
        "name",
        "role",
        pl.col("events").cast(pl.Int64),
        "first",
        "last",
    ).sort("account")


def folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def effects(without: Community, with_: Community) -> pl.DataFrame:
    rows = []
    for name in kpis()["kpi"]:
        if name == "quality":
            continue
        try:
            before, after = without.compute(name), with_.compute(name)
        except CommonwealError:
            continue
        if before.height != 1 or after.height != 1:
            continue
        for column in before.columns:
            one, other = before[column][0], after[column][0]
            if before[column].dtype.is_numeric() and one != other:
                rows.append((name, column, one, other))
    schema = {"kpi": pl.String, "column": pl.String, "without": pl.Float64, "with": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row", strict=False)
