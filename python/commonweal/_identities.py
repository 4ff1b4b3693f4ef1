"""Which accounts are one person."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from commonweal import _accounts, _keys
from commonweal._options import wrong
from commonweal.community import Community
from commonweal.exceptions import SchemaError
from commonweal.typing import IdentityRule

__all__ = ["Identities", "identities"]


class Identities:
    """Which accounts are one person, and why. Nothing is changed until `apply`."""

    __slots__ = ("_community", "_sure", "_unsure", "changed", "doubtful", "log")

    def __init__(self, community: Community, log: pl.DataFrame, doubtful: pl.DataFrame, changed: pl.DataFrame) -> None:
        self._community = community
        self.log = log
        """What is joined: `account`, `other`, `rule`, `evidence`. One row for each pair that a rule found."""
        self.doubtful = doubtful
        """What could be joined and is not, unless asked: the same columns, `why` it is in doubt, `events` of both."""
        self.changed = changed
        """Keys that may have changed: the `account` of a `source` that ended, the `other` that began later, `rule`,
        `evidence`, `until` when the one was seen, `since` when the other is, and whether they are `joined`."""
        self._sure = list(zip(log["account"], log["other"], strict=True))
        self._unsure = list(zip(doubtful["account"], doubtful["other"], strict=True))

    def apply(self, *, doubtful: bool = False) -> Community:
        """The community with one member for each person.

        The member is the account with the most events. Events and members keep their own in the column `account`, so
        that `split` undoes it. Of the rows of the members table that become one, the first value of each column counts;
        `joined` is the earliest, and a person has left only where every account has.

        Args:
            doubtful: Join the doubtful ones too.
        """
        pairs = self._sure + (self._unsure if doubtful else [])
        return _joined(self._community, _persons(self._community, pairs))

    def effects(self) -> pl.DataFrame:
        """What the doubtful ones change in each KPI of one row: `kpi`, `column`, `without`, `with`."""
        return _accounts.effects(self.apply(), self.apply(doubtful=True))

    @staticmethod
    def split(community: Community) -> Community:
        """Undoes `apply`: every account is a member again, its columns in the members as they were joined."""
        events = community.events
        if "account" not in events.columns:
            return community
        back = events.with_columns(member=pl.col("account")).drop("account")
        members = community.members
        if members is not None and "account" in members.columns:
            members = members.explode("account").with_columns(member=pl.col("account")).drop("account")
        return community._with(community._core.replace(back, members))


def identities(
    community: Community,
    *,
    rules: Sequence[IdentityRule] = ("account", "email", "handle"),
    block: Sequence[str] = (),
    same: Sequence[tuple[str, str]] = (),
    different: Sequence[tuple[str, str]] = (),
) -> Identities:
    """Which accounts of a community are one person: of several sources, or of one in which keys change.

    Accounts are joined where a rule finds the same value, exactly, letters' case aside:

    - `account`: the same `account_id` in one source, the platform's own number of an account whose key is a name that
      can be changed.
    - `email`: the same mail address, in the key (mailing lists, git) or in a column `email`.
    - `handle`: the same `username` in two sources. In doubt, and so not joined, where both have names that differ, and
      in one source.
    - `name`: the same `name` of two words or more. Always in doubt, unless asked for here: people share names.

    `account_id`, `email` and `username` are columns of the members, or of the events, of which the latest counts;
    `name` is one of the members. Two accounts of one source, of which one begins after the other's end, may be a key
    that changed: they are in `changed`, and `why` says so where they are in doubt.

    Args:
        community: The community, mostly one of `concat`.
        rules: The rules that join. Those left out are shown as doubtful.
        block: Addresses, handles and names that join nobody, beside those of `admin`, `info`, `noreply` and the like.
        same: Pairs of accounts that are one person, whatever the rules say.
        different: Pairs that are not, whatever the rules say.

    Raises:
        OptionError: a rule or an account is not known.

    Example:
        >>> import commonweal as cw, polars as pl
        >>> from datetime import datetime, timezone
        >>> noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
        >>> def one(key):
        ...     events = pl.DataFrame({"time": [noon], "member": [key], "kind": ["post"]})
        ...     return cw.Community(events, pl.DataFrame({"member": [key], "username": ["ana"]}))
        >>> both = cw.concat({"forum": one("17"), "chat": one("U1")})
        >>> found = cw.identities(both)
        >>> found.log["rule"].to_list(), found.apply().n_members
        (['handle'], 1)
    """
    for rule in rules:
        if rule not in _keys.RULES:
            raise wrong("rules", f"some of {', '.join(map(repr, _keys.RULES))}", rule)
    accounts = _accounts.accounts(community)
    known = set(accounts["account"])
    for option, pairs in (("same", same), ("different", different)):
        for account in (account for pair in pairs for account in pair):
            if account not in known:
                raise wrong(option, "pairs of members of the community", account)
    blocked = {text.lower() for text in block} | _keys.NOT_NAMES
    never = {frozenset(pair) for pair in different}
    found = [
        (a, b, rule, evidence, why)
        for a, b, rule, evidence, why in _pairs(accounts, blocked)
        if frozenset((a, b)) not in never
    ]
    log: list[tuple[str, str, str, str, str | None]] = [(a, b, "given", "", None) for a, b in same]
    log += [row for row in found if (row[4] is None and row[2] in rules) or (row[2] == "name" and "name" in rules)]
    taken = set(log)
    unsure = [row for row in found if row not in taken]
    columns = {"account": pl.String, "other": pl.String, "rule": pl.String, "evidence": pl.String, "why": pl.String}
    counts = dict(zip(accounts["account"], accounts["events"], strict=True))
    joined = pl.DataFrame(log, schema=columns, orient="row").drop("why")
    doubtful = pl.DataFrame(unsure, schema=columns, orient="row").with_columns(
        pl.col("why").fill_null("the rule is not asked for"),
        events=pl.Series([counts[a] + counts[b] for a, b, *_ in unsure], dtype=pl.Int64),
    )
    return Identities(community, joined, doubtful, _changed(accounts, blocked, never, joined))


def _changed(
    accounts: pl.DataFrame, blocked: set[str], never: set[frozenset[str]], joined: pl.DataFrame
) -> pl.DataFrame:
    """Keys that may have changed, and whether they are joined, be it over others."""
    found = _keys.changed(accounts, blocked)
    pairs = [frozenset(pair) for pair in found.select("account", "other").iter_rows()]
    person = _roots(zip(joined["account"], joined["other"], strict=True))
    one = [len({person.get(account, account) for account in pair}) == 1 for pair in pairs]
    return found.with_columns(joined=pl.Series(one, dtype=pl.Boolean)).filter([pair not in never for pair in pairs])


def _pairs(accounts: pl.DataFrame, blocked: set[str]) -> Iterator[tuple[str, str, str, str, str | None]]:
    """Each account with the first one of the same value: account, other, rule, evidence, and why it is in doubt."""
    seen: set[frozenset[str]] = set()
    for rule in _keys.RULES:
        group = ["source", "value"] if rule == "account" else ["value"]
        alike = accounts.with_columns(value=_keys.tells(rule, blocked)).drop_nulls("value")
        alike = alike.filter(pl.len().over(group) > 1)
        for _, members in alike.group_by(group, maintain_order=True):
            first, *others = members.iter_rows(named=True)
            for other in others:
                pair = frozenset((first["account"], other["account"]))
                if pair in seen:
                    continue
                seen.add(pair)
                yield first["account"], other["account"], rule, first["value"], _doubt(rule, first, other, members)


def _doubt(rule: str, one: dict[str, Any], other: dict[str, Any], members: pl.DataFrame) -> str | None:
    if rule in ("account", "email"):
        return None
    what = "name" if rule == "name" else "user name"
    if one["source"] == other["source"]:
        if _follows(one, other):
            return f"an account of this {what} begins in the same source after the other's end: a key that changed?"
        return f"several accounts of this {what} in one source"
    if rule == "name":
        several = members["source"].n_unique() < members.height
        return "several accounts of this name in one source" if several else "people share names"
    names = [_keys.folded(row["name"]) for row in (one, other)]
    handle = _keys.folded(one["username"])
    if all(name and name != handle for name in names) and names[0] != names[1]:
        return "the names differ"
    return None


def _follows(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether one account does nothing until the other has done its last."""
    if not (one["events"] and other["events"]):
        return False
    return bool(one["last"] < other["first"] or other["last"] < one["first"])


def _roots(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Accounts that hang together have one root."""
    parent: dict[str, str] = {}

    def root(account: str) -> str:
        parent.setdefault(account, account)
        while parent[account] != account:
            parent[account] = parent[parent[account]]
            account = parent[account]
        return account

    for one, other in pairs:
        parent[root(one)] = root(other)
    return {account: root(account) for account in list(parent)}


def _persons(community: Community, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The member that each joined account becomes."""
    counts = dict(community.events.drop_nulls("member").group_by("member").len().iter_rows())
    groups: dict[str, list[str]] = {}
    for account, root in _roots(pairs).items():
        groups.setdefault(root, []).append(account)
    heads = {key: min(group, key=lambda account: (-counts.get(account, 0), account)) for key, group in groups.items()}
    return {account: heads[key] for key, group in groups.items() for account in group}


def _joined(community: Community, persons: dict[str, str]) -> Community:
    if not persons:
        return community
    if "account" in community.events.columns:
        raise SchemaError(
            'the events have a column "account" already: undo what was joined before with Identities.split'
        )
    events = community.events.with_columns(account=pl.col("member"), member=pl.col("member").replace(persons))
    members = _accounts.everyone(community).with_columns(
        account=pl.col("member"), member=pl.col("member").replace(persons)
    )
    # The account that the person is called by comes first.
    members = members.with_columns(_own=pl.col("account") != pl.col("member")).sort("_own", maintain_order=True)
    kept = []
    for column in members.columns:
        if column in ("member", "_own"):
            continue
        value = pl.col(column)
        if column == "account":
            kept.append(value)
        elif column == "joined":
            kept.append(value.min())
        elif column == "left":
            kept.append(pl.when(value.null_count() == 0).then(value.max()).alias("left"))
        elif column == "role":
            kept.append(
                pl.when((value == "staff").any())
                .then(pl.lit("staff"))
                .otherwise(value.drop_nulls().first())
                .alias("role")
            )
        else:
            kept.append(value.drop_nulls().first())
    members = members.group_by("member", maintain_order=True).agg(kept)
    return community._with(community._core.replace(events, members))
