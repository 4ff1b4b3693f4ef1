"""Accounts: what is known of each beside its key, and keys that changed."""

from collections.abc import Iterable, Set
from typing import Final

import polars as pl

__all__ = ["COLUMNS", "NOT_NAMES", "RULES", "activity", "changed", "folded", "of", "tells", "together", "with_check"]

RULES: Final = {"account": "account_id", "email": "email", "handle": "username", "name": "name"}
"""What tells who somebody is, the surest first: the rule, and its column."""

_OF_EVENTS: Final = ("account_id", "email", "username")
"""What a table without members may tell in its events. A `name` may be that of anything there."""

COLUMNS: Final = ("time", "member", "source", *_OF_EVENTS)
"""What `activity` looks at."""

NOT_NAMES: Final = frozenset(
    [
        "admin",
        "administrator",
        "anonymous",
        "bot",
        "contact",
        "deactivated user",
        "deleted account",
        "deleted user",
        "former member",
        "former user",
        "forum",
        "guest",
        "help",
        "hello",
        "info",
        "mail",
        "me",
        "moderator",
        "nobody",
        "none",
        "null",
        "office",
        "owner",
        "postmaster",
        "root",
        "staff",
        "support",
        "system",
        "team",
        "test",
        "unknown",
        "user",
        "webmaster",
    ]
)
"""Handles and names that many have."""

_NOT_ADDRESSES: Final = r"^(no-?reply|do-?not-?reply|root|nobody|noreply\+?.*|mailer-daemon|postmaster)@"
_SHORTEST_HANDLE: Final = 3

_SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "source": pl.String,
    "account": pl.String,
    "other": pl.String,
    "rule": pl.String,
    "evidence": pl.String,
    "until": pl.Datetime("us", "UTC"),
    "since": pl.Datetime("us", "UTC"),
}


def activity(events: pl.DataFrame) -> pl.DataFrame:
    """Of each member of some events: `events`, `first` and `last` act, `source`, and the latest of what they tell."""
    values = []
    for column in (column for column in _OF_EVENTS if events.schema.get(column) == pl.String):
        at = pl.when(pl.col(column).is_not_null()).then("time")
        values += [_latest(column, at), at.max().alias(f"{column}_at")]
    source = [pl.col("source").cast(pl.String).min()] if "source" in events.columns else []
    acts = events.drop_nulls("member").group_by(pl.col("member").cast(pl.String))
    return acts.agg(
        pl.len().cast(pl.Int64).alias("events"),
        pl.col("time").min().alias("first"),
        pl.col("time").max().alias("last"),
        *source,
        *values,
    )


def together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The activity of all events, of that of their parts."""
    whole = pl.concat(parts, how="diagonal_relaxed")
    values = []
    for column in (column for column in _OF_EVENTS if column in whole.columns):
        values += [_latest(column, pl.col(f"{column}_at")), pl.col(f"{column}_at").max()]
    source = [pl.col("source").min()] if "source" in whole.columns else []
    return whole.group_by("member").agg(
        pl.col("events").sum(), pl.col("first").min(), pl.col("last").max(), *source, *values
    )


def _latest(column: str, at: pl.Expr) -> pl.Expr:
    # Of two at one time the last by the alphabet, so that the order of the rows is no matter.
    return pl.col(column).sort_by([at, pl.col(column)]).drop_nulls().last()


def of(members: pl.DataFrame | None, acts: pl.DataFrame) -> pl.DataFrame:
    """Of each `account`: `source`, `key`, the columns of the rules, `role`, `events`, `first` and `last` act.

    What the members do not tell is that of the latest event that does. The columns of the rules with `_folded` behind
    are what is compared.
    """
    told = [column for column in ("source", *_OF_EVENTS) if column in acts.columns]
    people = acts.select("member", "events", "first", "last", pl.col(told).name.prefix("_"))
    columns = ("source", "role", *RULES.values())
    if members is not None:
        wanted = [column for column in columns if column in members.columns]
        people = members.select(pl.col("member", *wanted).cast(pl.String)).join(
            people, on="member", how="full", coalesce=True
        )
    for column in columns:
        given = [pl.col(name) for name in (column, f"_{column}") if name in people.columns]
        people = people.with_columns(pl.coalesce(*given, pl.lit(None, dtype=pl.String)).alias(column))
    prefix = pl.col("source") + ":"
    key = pl.when(pl.col("member").str.starts_with(prefix)).then(pl.col("member").str.strip_prefix(prefix))
    people = people.with_columns(key=key.otherwise(pl.col("member")))
    email = pl.coalesce("email", pl.when(pl.col("key").str.contains("@", literal=True)).then("key"))
    return people.select(
        pl.col("member").alias("account"),
        pl.col("source").fill_null(""),
        "key",
        "account_id",
        email.str.to_lowercase().str.strip_chars().alias("email"),
        "username",
        "name",
        "role",
        pl.col("events").fill_null(0).cast(pl.Int64),
        "first",
        "last",
    ).sort("account")


def tells(rule: str, blocked: Set[str] = NOT_NAMES) -> pl.Expr:
    """What a rule compares of an account, case and blanks aside; null where it tells nobody from another."""
    value, handle = _folded(RULES[rule]), _folded("username")
    is_own = ~value.is_in(sorted(blocked)) & (value != "")
    if rule == "email":
        is_own &= value.str.contains("@", literal=True) & ~value.str.contains(_NOT_ADDRESSES)
    elif rule == "handle":
        is_own &= value.str.len_chars() >= _SHORTEST_HANDLE
    elif rule == "name":
        # A name that is only the handle again is none.
        is_own &= value.str.contains(" ", literal=True) & value.ne_missing(handle)
    return pl.when((pl.col("role") != "bot").fill_null(value=True) & is_own).then(value)


def _folded(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def folded(text: str | None) -> str:
    """A text as it is compared."""
    return " ".join((text or "").lower().split())


def changed(accounts: pl.DataFrame, blocked: Set[str] = NOT_NAMES) -> pl.DataFrame:
    """Accounts of one source that begin after the end of all others of the same address, handle, name or number.

    A row for each: the `account` that ended last, the `other` that begins, `rule` and `evidence`, `until` when the one
    was seen and `since` when the other is.
    """
    active = accounts.filter(pl.col("events") > 0)
    found = [pl.DataFrame(schema=_SCHEMA)]
    for rule in RULES:
        group = ["source", "evidence"]
        alike = active.with_columns(evidence=tells(rule, blocked)).drop_nulls("evidence")
        alike = alike.filter(pl.len().over(group) > 1).sort("first", "account")
        alike = alike.with_columns(until=pl.col("last").cum_max().shift(1).over(group))
        # Of those before, the one that was there to the end.
        ended = alike.group_by(*group, pl.col("last").alias("until")).agg(pl.col("account").first().alias("before"))
        later = alike.filter(pl.col("first") > pl.col("until")).join(ended, on=[*group, "until"], maintain_order="left")
        found.append(
            later.select(
                "source",
                pl.col("before").alias("account"),
                pl.col("account").alias("other"),
                pl.lit(rule).alias("rule"),
                "evidence",
                pl.col("until", "first").cast(_SCHEMA["until"]),
            ).rename({"first": "since"})
        )
    every = pl.concat(found)
    return every.unique(["account", "other"], keep="first", maintain_order=True).sort("since", "account", "other")


def with_check(checks: pl.DataFrame, members: pl.DataFrame | None, acts: pl.DataFrame) -> pl.DataFrame:
    """The table of `quality` with a row on keys that may have changed, where more than the keys is known."""
    accounts = of(members, acts)
    if all(accounts[column].null_count() == accounts.height for column in RULES.values()):
        return checks
    how = "accounts that begin after the end of another of the same address, handle, name or number: see identities"
    row = ("keys that may have changed", changed(accounts).height, None, how)
    return pl.concat([checks, pl.DataFrame([row], schema=checks.schema, orient="row")])
