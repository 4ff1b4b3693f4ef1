"""commonweal.spark on a local Spark: every KPI with the bytes of one machine, and what is refused."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from conftest import NOON, events

import commonweal as cw
from commonweal.exceptions import CommonwealError, OptionError, SchemaError, StateError
from commonweal.spark import _merged

pytestmark = pytest.mark.filterwarnings("ignore")

KPIS = list(cw.kpis()["kpi"])


@pytest.fixture(scope="module")
def awkward(community: cw.Community) -> pl.DataFrame:
    """Events with unknown authors, without threads, and a member with half of all."""
    row = pl.int_range(pl.len())
    author = pl.when(row % 17 == 0).then(None).when(row % 2 == 0).then(pl.lit("hub")).otherwise("member")
    alone = row % 23 == 0
    return community.events.with_columns(
        member=author,
        thread=pl.when(alone | (pl.col("kind") == "join")).then(None).otherwise("thread"),
        parent=pl.when(alone).then(None).otherwise("parent"),
    )


def test_every_kpi_has_the_bytes_of_one_machine(spark: Any, community: cw.Community, awkward: pl.DataFrame) -> None:
    people = community.members
    merged = _merged(to_spark(spark, awkward), {kpi: {} for kpi in KPIS}, people, None, "Europe/Berlin", None, 5, True)
    assert set(merged) == set(KPIS)
    whole = cw.Community(awkward, people, tz="Europe/Berlin")
    finished = 0
    for kpi, (spec, state) in merged.items():
        assert state == cw.partial(cw.Spec(kpi, tz="Europe/Berlin"), awkward, members=people), kpi
        try:
            expected = whole.compute(kpi)
        except CommonwealError:
            continue
        finished += 1
        assert cw.finish(spec, state).equals(expected), kpi
    assert finished > 40


def test_compute(spark: Any, community: cw.Community) -> None:
    people = community.members
    assert people is not None
    held = [("u1", "department", "a", NOON, None), ("u2", "department", "b", NOON, None)]
    names = ["member", "dimension", "value", "from", "to"]
    affiliations = pl.DataFrame(held, schema=names, orient="row").with_columns(
        pl.col("to").cast(pl.Datetime("us", "UTC"))
    )
    end = community.as_of - timedelta(days=20)
    table = cw.spark.compute(
        to_spark(spark, community.events),
        "response.first_response",
        within=["1h", timedelta(days=1)],
        by="department",
        members=to_spark(spark, people),
        affiliations=affiliations,
        tz="America/New_York",
        as_of=end,
        partitions=3,
    )
    one = cw.Community(community.events, people, affiliations=affiliations, tz="America/New_York", as_of=end)
    assert table.equals(one.response.first_response(within=["1h", "1d"], by="department"))


def test_more_partitions_than_keys(spark: Any, small: pl.DataFrame) -> None:
    # Most are empty; and no events at all are a community, too.
    for rows in (small, small.clear()):
        tables = cw.spark.compute_all(to_spark(spark, rows), ["adoption.growth", "response.backlog"], partitions=12)
        whole = cw.Community(rows)
        assert tables["adoption.growth"].equals(whole.adoption.growth())
        assert tables["response.backlog"].equals(whole.response.backlog())


def test_threads_are_found_through_parents_wherever_they_are(spark: Any) -> None:
    draw = random.Random(5)
    rows: list[tuple[Any, ...]] = []
    for i in range(400):
        kind = draw.choice(["post", "reply", "reply", "reply", "reaction", "join"])
        parent = draw.choice([None, f"e{draw.randrange(420)}", f"e{max(i - 1, 0)}"])
        thread = f"t{draw.randrange(9)}" if draw.random() < 0.1 else None
        rows.append(
            (i, draw.choice([None, "ana", "bo"]), kind, thread, None if draw.random() < 0.1 else f"e{i}", parent)
        )
    # A chain of replies, and two circles with something that hangs on one.
    rows += [(500 + i, "cy", "reply", None, f"c{i}", f"c{i - 1}" if i else None) for i in range(90)]
    rows += [(600, "cy", "reply", None, a, b) for a, b in (("x", "y"), ("y", "z"), ("z", "x"), ("w", "z"), ("o", "o"))]
    frame = events(*(row[:4] for row in rows), id=[row[4] for row in rows], parent=[row[5] for row in rows])
    frame = frame.with_columns(pl.col("id", "parent").cast(pl.String))
    for columns in (frame.columns, ["time", "member", "kind", "parent"], ["time", "member", "kind", "id"]):
        given = frame.select(columns)
        filled = pl.DataFrame(cw.spark.with_threads(to_spark(spark, given)).toArrow())
        expected = cw.Community(given).events
        order = expected.columns
        assert (
            filled.select(order)
            .with_columns(pl.col("time").dt.convert_time_zone("UTC"))
            .sort(order)
            .equals(expected.sort(order))
        )
    table = cw.spark.compute(to_spark(spark, frame), "engagement.conversations", partitions=4)
    assert table.equals(cw.Community(frame).engagement.conversations())


def test_faults_are_told_by_the_driver_as_on_one_machine(spark: Any, small: pl.DataFrame) -> None:
    frame = to_spark(spark, small)
    with pytest.raises(OptionError, match="within must be"):
        cw.spark.compute(frame, "response.first_response", within=0)
    with pytest.raises(OptionError, match='there is no column "nowhere" to group by'):
        cw.spark.compute(frame, "response.first_response", by="nowhere", partitions=2)
    with pytest.raises(OptionError, match="partitions must be"):
        cw.spark.compute(frame, "response.first_response", partitions=0)
    with pytest.raises(OptionError, match="without the column 'cw_bucket'"):
        cw.spark.compute(frame.withColumnRenamed("channel", "cw_bucket"), "adoption.growth")
    with pytest.raises(SchemaError, match='column "time": is missing'):
        cw.spark.compute(frame.drop("time"), "adoption.growth")
    unknown = to_spark(spark, small.with_columns(kind=pl.lit("shout")))
    with pytest.raises(SchemaError, match='column "kind": has "shout" beside'):
        cw.spark.compute(unknown, "adoption.growth", partitions=2)
    twice = to_spark(spark, small.with_columns(id=pl.lit("e1")))
    with pytest.raises(SchemaError, match="repeats a value given before, 'e1' among them"):
        cw.spark.compute(twice, "adoption.growth", partitions=2)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (lambda rows: rows.repartition(3), "not kept together|opened twice"),
        (lambda rows: rows.where("cw_bucket <> 1 or kind <> 'cw_bucket'"), "a row is of bucket 1"),
        (lambda rows: rows.where("cw_bucket <> 1"), "missing, of 4 buckets: 1"),
        (lambda rows: rows.unionByName(rows), "opened twice|came twice|count twice"),
        (lambda rows: rows.withColumn("thread", rows["channel"]), "threads were torn apart"),
    ],
)
def test_a_broken_shuffle_is_an_error(
    spark: Any, community: cw.Community, monkeypatch: pytest.MonkeyPatch, broken: Callable[[Any], Any], told: str
) -> None:
    gathered = cw.spark._gathered
    monkeypatch.setattr(cw.spark, "_gathered", lambda *args: broken(gathered(*args)))
    with pytest.raises(StateError, match=told):
        cw.spark.compute(to_spark(spark, community.events), "response.first_response", partitions=4)


def to_spark(spark: Any, frame: pl.DataFrame) -> Any:
    return spark.createDataFrame(frame.to_arrow())
