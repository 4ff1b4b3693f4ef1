"""Who is tied to whom, as a picture that can be read at any size."""

import math
from typing import Any

import altair as alt
import polars as pl

from commonweal.exceptions import OptionError
from commonweal.plot._chart import Chart, layered
from commonweal.plot._finding import percent
from commonweal.plot._frame import AnyChart, inline, need, nothing, titled
from commonweal.plot._labels import beside, named
from commonweal.plot._layout import force, sunflower
from commonweal.plot._theme import HEAT, PALETTE, SERIES

_WIDTH, _HEIGHT = 720, 520
_MOST_GROUPS, _MOST_MEMBERS = 20, 150
_OTHERS, _NONE = "(others)", "(none)"
_DOT = 14.0


def network(edges: pl.DataFrame, groups: pl.DataFrame | None, *, group: str = "community") -> AnyChart:
    """Units or communities as circles, the ties between them as lines; each member where there are 150 or fewer.

    The area of a circle is its members, its shade the share of its acts that stay within it, the width of a line
    the acts between two. Groups that are tied more are drawn nearer. A name is below its circle, or above it
    where weaker ties pass, or on it where both would hide others and it hides no members. The same table gives the
    same picture.

    Of more than 20 groups the smallest are drawn as one, `(others)`; what stays within is what stays within each of
    them. Members of no known group are drawn as `(none)`: their acts, and those on their messages, count neither as
    within nor as going out, so the circle is grey.

    Args:
        edges: Of `community.network.edges()`.
        groups: A table that says of each `member` which group it is in: of `community.network.communities()`, or
            `community.members`.
        group: The column of `groups` that does.
    """
    need(edges, "network", ("source", "target", "weight"))
    if groups is None:
        raise OptionError(
            f"plot.network needs a table that says of each member which {group} it is in, got none; where a community "
            "has no members, community.with_members(table) gives it some"
        )
    need(groups, "network", ("member", group))
    if groups["member"].is_duplicated().any():
        raise OptionError("plot.network needs one row of groups for each member; filter the table first")
    of = groups.select("member", own=pl.col(group).cast(pl.String))
    ties = edges.drop_nulls("weight").select("source", "target", "weight")
    tied = pl.concat([ties.select(member="source"), ties.select(member="target")]).unique(maintain_order=True)
    people = _merged(tied.join(of, on="member", how="left", maintain_order="left"))
    if people.is_empty():
        return nothing(_HEIGHT)
    sizes = people.group_by("unit").len("members").sort(["members", "unit"], descending=[True, False])
    for end in ("source", "target"):
        side = people.select(
            pl.col("member").alias(end), pl.col("unit").alias(f"{end}_unit"), pl.col("own").alias(f"{end}_own")
        )
        ties = ties.join(side, on=end)
    between = (
        ties.with_columns(
            a=pl.min_horizontal("source_unit", "target_unit"), b=pl.max_horizontal("source_unit", "target_unit")
        )
        .group_by("a", "b")
        .agg(pl.col("weight").sum())
        .sort("a", "b")
    )
    within = _known(ties).group_by(unit="source_unit").agg(within=_within())
    sizes = sizes.join(within, on="unit", how="left", maintain_order="left")
    members = people.height <= _MOST_MEMBERS
    finding = _finding(ties, people)
    radii = _radii(sizes["members"].to_list(), crowded=members)
    across = between.filter(pl.col("a") != pl.col("b"))
    units = sizes["unit"].to_list()
    places = {unit: place for place, unit in enumerate(units)}
    links = [(places[a], places[b], w) for a, b, w in across.iter_rows()]
    spots = force(radii, links, _WIDTH, _HEIGHT)
    x, y = [spot[0] for spot in spots], [spot[1] for spot in spots]
    nodes = sizes.with_columns(x=pl.Series(x), y=pl.Series(y), radius=pl.Series(radii, dtype=pl.Float64))
    if members:
        return titled(_finished(_members(ties, people, nodes)), finding)
    return titled(_finished(_groups(across, nodes)), finding)


def _merged(people: pl.DataFrame) -> pl.DataFrame:
    """With the `unit` that each member is drawn in: the smallest of many groups are one, and no group is another."""
    sizes = people.drop_nulls("own").group_by("own").len().sort(["len", "own"], descending=[True, False])
    kept = sizes["own"].head(_MOST_GROUPS if sizes.height <= _MOST_GROUPS else _MOST_GROUPS - 1).implode()
    drawn = pl.when(pl.col("own").is_null()).then(pl.lit(_NONE)).when(pl.col("own").is_in(kept)).then("own")
    return people.with_columns(unit=drawn.otherwise(pl.lit(_OTHERS)))


def _known(ties: pl.DataFrame) -> pl.DataFrame:
    """The acts of members of known groups on messages of such: of others nobody can say whether they stay within."""
    return ties.drop_nulls(["source_own", "target_own"])


def _within() -> pl.Expr:
    """The share of the acts that stay within the group, whichever groups are drawn as one."""
    return pl.col("weight").filter(pl.col("source_own") == pl.col("target_own")).sum() / pl.col("weight").sum()


def _finding(ties: pl.DataFrame, people: pl.DataFrame) -> str:
    known, grouped = _known(ties), people.drop_nulls("own")
    number = people.height - grouped.height
    unknown = f"{number:,} {'is' if number == 1 else 'are'} in no known group"
    if known.is_empty():
        return f"Of {people.height:,} members {unknown}, so no acts can be told to stay within one"
    stays = percent(float(str(known.select(_within()).item())))
    count = grouped["own"].n_unique()
    said = f"{stays} of the acts stay within the {count:,} groups that {grouped.height:,} members are in"
    return f"{said}; {unknown}" if number else said


def _radii(members: list[int], *, crowded: bool) -> list[float]:
    """Areas as the members; together they cover a share of the picture."""
    share = 0.3 if crowded else 0.2
    scale = math.sqrt(share * _WIDTH * _HEIGHT / math.pi / sum(members))
    # A few dots stand together, however much room there is.
    most = _DOT if crowded else math.inf
    return [max(min(scale, most) * math.sqrt(n), 6.0) for n in members]


def _lines(table: pl.DataFrame, weakest: float, widest: float) -> alt.Chart:
    most = table["weight"].max()
    shade = pl.col("weight") / pl.lit(most)
    rows = table.with_columns(width=shade.sqrt() * widest, ink=weakest + (0.75 - weakest) * shade.sqrt())
    lines: alt.Chart = (
        Chart(inline(rows))
        .mark_rule(color=PALETTE["grey"], strokeCap="round")
        .encode(
            x=_axis("x1:Q"),
            y=_axis("y1:Q"),
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            opacity=alt.Opacity("ink:Q", scale=None),
        )
    )
    return lines


def _axis(field: str) -> Any:
    if field.startswith("x"):
        return alt.X(field, axis=None, scale=alt.Scale(domain=[0, _WIDTH], nice=False, zero=False))
    return alt.Y(field, axis=None, scale=alt.Scale(domain=[_HEIGHT, 0], nice=False, zero=False))


def _between(links: pl.DataFrame, ends: pl.DataFrame, a: str, b: str, key: str) -> pl.DataFrame:
    """The links with the places of both ends."""
    first = ends.select(pl.col(key).alias(a), x1="x", y1="y")
    second = ends.select(pl.col(key).alias(b), x2="x", y2="y")
    return links.join(first, on=a, maintain_order="left").join(second, on=b, maintain_order="left").sort("weight", a, b)


def _groups(across: pl.DataFrame, nodes: pl.DataFrame) -> list[alt.Chart]:
    links = _between(across, nodes, "a", "b", "unit").select("weight", "x1", "y1", "x2", "y2")
    rows = _labelled(nodes, links, 10, may_cover=True).with_columns(
        area=math.pi * pl.col("radius") ** 2,
        told=pl.col("within").is_not_null(),
        # Vega leaves out what has no shade.
        within=pl.col("within").fill_null(0),
    )
    shade = alt.Color(
        "within:Q",
        scale=alt.Scale(type="quantize", domain=[0, 1], range=list(HEAT[1:8])),
        legend=alt.Legend(title="share of acts within", format=".0%", gradientLength=200, orient="top"),
    )
    base = Chart(inline(rows))
    circles = base.mark_circle(opacity=1, stroke=PALETTE["paper"], strokeWidth=2).encode(
        x=_axis("x:Q"),
        y=_axis("y:Q"),
        size=alt.Size("area:Q", scale=None),
        color=alt.condition("datum.told", shade, alt.value(PALETTE["grey"])),
        tooltip=["unit:N", "members:Q", alt.Tooltip("within:Q", format=".0%")],
    )
    lines = [_lines(links, 0.15, 16.0)] if links.height else []
    return [*lines, circles, *_named(base)]


def _named(base: alt.Chart) -> list[alt.Chart]:
    return named(base.encode(x=_axis("x:Q"), y=_axis("label_y:Q"), text="label:N"))


def _labelled(nodes: pl.DataFrame, links: pl.DataFrame, away: float, *, may_cover: bool) -> pl.DataFrame:
    """The circles with their `label` and its place, `label_y`."""
    rows = nodes.with_columns(label=pl.col("unit") + pl.format(" · {}", "members"))
    circles, ends = rows.select("x", "y", "radius").rows(), links.select("x1", "y1", "x2", "y2", "weight").rows()
    heights = beside(rows["label"].to_list(), circles, ends, away, _HEIGHT, may_cover=may_cover)
    return rows.with_columns(label_y=pl.Series(heights))


def _members(ties: pl.DataFrame, people: pl.DataFrame, nodes: pl.DataFrame) -> list[alt.Chart]:
    ends = [ties.select("weight", member=end) for end in ("source", "target")]
    strength = pl.concat(ends).group_by("member").agg(strength=pl.col("weight").sum())
    people = people.join(strength, on="member").sort(["strength", "member"], descending=[True, False])
    spots: list[dict[str, object]] = []
    for place, node in enumerate(nodes.iter_rows(named=True)):
        own = people.filter(pl.col("unit") == node["unit"])["member"].to_list()
        plain = place >= len(SERIES) - 1 or node["unit"] in (_OTHERS, _NONE)
        colour = PALETTE["grey"] if plain else SERIES[place]
        for member, (x, y) in zip(own, sunflower(len(own), node["radius"]), strict=True):
            spots.append({"member": member, "x": node["x"] + x, "y": node["y"] + y, "colour": colour})
    dots = pl.DataFrame(spots).join(strength, on="member", maintain_order="left")
    pairs = (
        ties.select("weight", a=pl.min_horizontal("source", "target"), b=pl.max_horizontal("source", "target"))
        .group_by("a", "b")
        .agg(pl.col("weight").sum())
    )
    links = _between(pairs, dots, "a", "b", "member").select("weight", "x1", "y1", "x2", "y2")
    most = dots["strength"].max()
    dots = dots.select("x", "y", "colour", area=25 + 200 * pl.col("strength") / most)
    circles = (
        Chart(inline(dots))
        .mark_circle(opacity=1, stroke=PALETTE["paper"], strokeWidth=1)
        .encode(
            x=_axis("x:Q"),
            y=_axis("y:Q"),
            size=alt.Size("area:Q", scale=None),
            color=alt.Color("colour:N", scale=None),
        )
    )
    return [_lines(links, 0.12, 4.0), circles, *_named(Chart(inline(_labelled(nodes, links, 16, may_cover=False))))]


def _finished(layers: list[alt.Chart]) -> AnyChart:
    chart = layered(*layers, width=_WIDTH, height=_HEIGHT)
    apart: alt.LayerChart = chart.resolve_scale(size="independent", color="independent")
    return apart
