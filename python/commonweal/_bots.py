"""Which accounts are programs."""

import re
from collections.abc import Sequence

import polars as pl

from commonweal import _accounts, _behaviour
from commonweal._options import wrong
from commonweal.community import Community

__all__ = ["Bots", "bots"]

_BOTS = (r"\[bot\]$", r"(^|[-_. ])bot$", r"bot$", r"^(auto|mod)?moderator$", r"^(jenkins|zuul|travis|github-actions)$")


class Bots:
    """Who is taken for a program, and why. Nothing is changed until `apply`."""

    __slots__ = ("_community", "table")

    def __init__(self, community: Community, table: pl.DataFrame) -> None:
        self._community = community
        self.table = table
        """`member`, `reason` (`source`: the export says so, or an app wrote it; `name`: called like one; `behaviour`;
        `given`), `evidence`, `events`."""

    def apply(self) -> Community:
        """The community with these members as bots: never deleted, and left out of every KPI unless `bots=True`."""
        community, marked = (
            self._community,
            self.table.select("member", _bot=pl.lit("bot"), bot_reason=pl.col("reason")),
        )
        members = _accounts.everyone(community)
        if "role" not in members.columns:
            members = members.with_columns(role=pl.lit(None, dtype=pl.String))
        members = (
            members.drop("bot_reason", strict=False)
            .join(marked, on="member", how="left", maintain_order="left")
            .with_columns(role=pl.coalesce("_bot", "role"))
            .drop("_bot")
        )
        return community._with(community._core.replace(community.events, members))

    def effects(self) -> pl.DataFrame:
        """Each KPI with and without them: `kpi`, `column`, `without`, `with`. KPIs of one row, with defaults."""
        return _accounts.effects(self.apply(), self._community)


def bots(
    community: Community,
    *,
    names: Sequence[str] = _BOTS,
    behaviour: bool = False,
    given: Sequence[str] = (),
    never: Sequence[str] = (),
) -> Bots:
    r"""Who is a program: those that the source marks, and those that are called, or behave, like one.

    Args:
        community: The community.
        names: Regular expressions, one of which is found in the name, the user name or the key, case aside.
        behaviour: Whether to look at what members say, too: who said three in ten of their sentences on another day
            as well. Whom it is said to, numbers and addresses aside; of twenty sentences or more.
        given: Members that are programs, whatever they are called.
        never: Members that are none, whatever they are called.

    Raises:
        OptionError: a pattern is no regular expression, or a member is not known.

    Example:
        >>> import commonweal as cw, polars as pl
        >>> from datetime import datetime, timezone
        >>> noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
        >>> events = pl.DataFrame({"time": [noon, noon], "member": ["ana", "ci[bot]"], "kind": ["post", "post"]})
        >>> found = cw.bots(cw.Community(events))
        >>> found.table["member"].to_list(), found.table["reason"].to_list()
        (['ci[bot]'], ['name'])
    """
    try:
        patterns = [re.compile(name, re.IGNORECASE) for name in names]
    except re.error as error:
        raise wrong("names", f"regular expressions ({error})", list(names)) from None
    if not isinstance(behaviour, bool):
        raise wrong("behaviour", "True or False", behaviour)
    accounts = _accounts.accounts(community)
    known = set(accounts["account"])
    for option, members in (("given", given), ("never", never)):
        for member in members:
            if member not in known:
                raise wrong(option, "members of the community", member)
    machines = dict(_behaviour.machines(community.events).iter_rows()) if behaviour else {}
    rows = []
    for account in accounts.iter_rows(named=True):
        key = account["account"]
        if key in never:
            continue
        told = [text for text in (account["name"], account["username"], account["key"]) if text]
        match = next((text for text in told if any(pattern.search(text) for pattern in patterns)), None)
        if key in given:
            rows.append((key, "given", "", account["events"]))
        elif account["role"] == "bot":
            rows.append((key, "source", "role", account["events"]))
        elif match is not None:
            rows.append((key, "name", match, account["events"]))
        elif key in machines:
            rows.append((key, "behaviour", machines[key], account["events"]))
    schema = {"member": pl.String, "reason": pl.String, "evidence": pl.String, "events": pl.Int64}
    return Bots(community, pl.DataFrame(rows, schema=schema, orient="row"))
