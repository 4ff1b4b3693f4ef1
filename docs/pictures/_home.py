"""Units for a real community that knows none: the channel that each member writes in most."""

import polars as pl

import commonweal as cw


def by_home(community: cw.Community) -> cw.Community:
    """The community whose members have a `home`."""
    events = community.events
    wrote = events.filter(pl.col("kind").is_in(["post", "reply"]), pl.col("member").is_not_null())
    by_channel = wrote.group_by("member", "channel").len().sort(["len", "channel"], descending=[True, False])
    home = by_channel.group_by("member", maintain_order=True).first().select("member", home="channel")
    return cw.Community(events, home)
