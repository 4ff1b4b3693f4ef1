"""Accounts of a community, and what KPIs make of them."""

import polars as pl

from commonweal import _keys
from commonweal.community import Community
from commonweal.exceptions import CommonwealError
from commonweal.registry import kpis

__all__ = ["accounts", "effects", "everyone"]


def everyone(community: Community) -> pl.DataFrame:
    """A row for each member, those of the table and those who only did something."""
    active = community.events.select("member").drop_nulls().unique(maintain_order=True)
    members = community.members
    if members is None:
        return active
    return pl.concat([members, active.join(members, on="member", how="anti")], how="diagonal")


def accounts(community: Community) -> pl.DataFrame:
    """The accounts of a community, with what is known of each."""
    return _keys.of(community.members, _keys.activity(community.events))


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
