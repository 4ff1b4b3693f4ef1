"""Units that keep to themselves, and who talks with whom whatever the unit: parts of the section on the network."""

import polars as pl

from commonweal import plot
from commonweal._report._data import Data
from commonweal._report._figure import figure
from commonweal._report._format import count
from commonweal._report._model import Cell, Figure, Table

KPIS = ("network.silos", "network.silo_matrix", "network.communities")
_UNIT = "department"
_FEWEST, _MOST_UNITS = 20, 24
_FAR = 2.0


def communities(report: Data, _: pl.DataFrame) -> Figure | None:
    """The communities within."""
    found = report.community.network.communities()
    if found.height < _FEWEST:
        return None
    modularity, chance = found["modularity"][0], found["modularity_random"][0]
    groups = found.with_columns(community=pl.format("no. {}", "community"))
    told = (
        "They are more closed than random ties of these strengths would be"
        if modularity > chance
        else "Random ties of these strengths would be as closed, so read nothing into the borders"
    )
    return figure(
        "communities",
        plot.network(report.community.network.edges(), groups),
        "Members by whom they talk with, as the Leiden algorithm parts them: behind each number its members. "
        f"{told}: modularity {modularity:.2f} against {chance:.2f}.",
        "A network of groups of members, with lines for the ties between them.",
    )


def _has_units(report: Data) -> bool:
    members = report.community.members
    return members is not None and _UNIT in members.columns and 2 <= members[_UNIT].n_unique() <= _MOST_UNITS


def matrix(report: Data, _: pl.DataFrame) -> Figure | None:
    """Department by department."""
    if not _has_units(report):
        return None
    pairs = report.community.network.silo_matrix(unit=_UNIT, min_group=report.min_group).drop_nulls("ties")
    if pairs.height < _FEWEST // 5:
        return None
    return figure(
        "silo-matrix",
        plot.silo_matrix(pairs),
        "How often one department (rows) answers another (columns), as a multiple of what chance would do: orange "
        "more, blue less, bold where chance hardly would. The diagonal is what stays within.",
        "A grid of departments by departments: replies as a multiple of what is expected.",
    )


def _signed(number: float, decimals: int = 2) -> str:
    return f"{number:+.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def silos(report: Data) -> Table | None:
    """The departments, those that keep most to themselves first."""
    if not _has_units(report):
        return None
    table = report.community.network.silos(unit=_UNIT, min_group=report.min_group)
    units = table.filter(pl.col("unit").is_not_null()).drop_nulls(["ei", "z"]).sort("z", "unit")
    if units.is_empty():
        return None
    rows = []
    for row in units.iter_rows(named=True):
        verdict = "to itself" if row["z"] <= -_FAR else "to others" if row["z"] >= _FAR else "as chance would"
        expected = Cell(_signed(row["expected"]), f"{_signed(row['expected_low'])} to {_signed(row['expected_high'])}")
        rows.append(
            [
                Cell(row["unit"]),
                Cell(count(row["members"])),
                Cell(_signed(row["ei"])),
                expected,
                Cell(_signed(row["z"], 1)),
                Cell(verdict, soft=verdict.startswith("as")),
            ]
        )
    note = (
        "E-I index: −1 where all replies stay within the department, +1 where all go out. Expected: of members as "
        "active who answer anyone; z: how far from it, in standard deviations of departments dealt anew."
    )
    return Table(
        "Which departments keep to themselves", ["Department", "Members", "E-I", "Expected", "z", "Talks"], rows, note
    )
