"""Threads through parents, where the parents are anywhere in the files."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import polars as pl

from commonweal import _core
from commonweal._scan import memory
from commonweal._scan.pieces import Piece
from commonweal.exceptions import OptionError

NEEDED: Final = ("time", "member", "kind", "id", "thread", "parent")
"""What tells threads, and what a row must have to be one."""

Read = Callable[[Mapping[str, Any]], Iterator[Piece]]
"""All of the source, with these options in the place of its own."""


class Threads:
    """The threads of acts that name a parent and no thread, and the acts that others answer.

    Made in a first pass over the ids, the threads and the parents alone. Only acts whose own row does not tell their
    thread are held, and those that they answer.
    """

    def __init__(self, read: Callable[[], Iterator[Piece]], limit: int, room: int) -> None:
        links, opens, told = _open(read(), limit, room)
        names = pl.concat([links["parent"], opens["id"]]).unique()
        # Who has a thread of another name than its own id, and is answered by one that has none.
        known = [_pairs()]
        answered = [links.select(pl.col("parent").alias("id")).join(opens, on="id", how="semi")["id"]]
        if told or opens.height:
            for piece in read():
                events = _texts(piece.events)
                there = events.filter(_tells()).select("id", "thread").drop_nulls()
                known.append(there.join(names.to_frame("id"), on="id", how="semi"))
                asked = events["parent"].drop_nulls().unique()
                answered.append(asked.to_frame("id").join(opens, on="id", how="semi")["id"])
        found = _filled(links, pl.concat(known))
        roots = opens.join(pl.concat(answered).unique().to_frame("id"), on="id", how="semi")
        self._found = found.filter(pl.col("id") != pl.col("thread"))
        self._roots = roots.unique()

    def fill(self, events: pl.DataFrame) -> pl.DataFrame:
        """Events with the threads that only other rows tell."""
        if "id" not in events.columns and "parent" not in events.columns:
            return events
        whole = _texts(events)
        child, root = _is_child(), _is_open()
        parents = whole.filter(child).select(pl.col("parent").alias("id")).unique()
        own = whole.filter(root).select("id").unique()
        found = parents.join(self._found, on="id", how="left").with_columns(pl.coalesce("thread", "id").alias("thread"))
        opened = own.join(self._roots, on="id", how="semi").with_columns(thread="id")
        by_parent = whole.select(pl.col("parent").alias("id")).join(found, on="id", how="left", maintain_order="left")
        by_id = whole.select("id").join(opened, on="id", how="left", maintain_order="left")
        thread = (
            pl.when(child)
            .then(by_parent["thread"])
            .when(root)
            .then(by_id["thread"])
            .otherwise("thread")
            .alias("thread")
        )
        return events.with_columns(whole.select(thread))


def _texts(events: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, pl.String).alias(name) for name in ("id", "thread", "parent") if name not in events.columns]
    return events.with_columns(absent).select(pl.col("kind", "id", "thread", "parent").cast(pl.String))


def _is_child() -> pl.Expr:
    return pl.col("thread").is_null() & pl.col("parent").is_not_null() & (pl.col("kind") != "post")


def _is_open() -> pl.Expr:
    alone = pl.col("thread").is_null() & pl.col("parent").is_null() & (pl.col("kind") != "post")
    return alone & pl.col("id").is_not_null()


def _tells() -> pl.Expr:
    """A post opens the thread of its own name, which is what is taken where nothing is known."""
    return pl.col("thread").is_not_null() & (pl.col("thread") != pl.col("id"))


def _pairs() -> pl.DataFrame:
    return pl.DataFrame(schema={"id": pl.String, "thread": pl.String})


def _open(pieces: Iterator[Piece], limit: int, room: int) -> tuple[pl.DataFrame, pl.DataFrame, bool]:
    """Acts whose thread only others tell; acts that may open one; whether any row tells the thread of others."""
    links = [pl.DataFrame(schema={"id": pl.String, "parent": pl.String})]
    opens = [pl.DataFrame(schema={"id": pl.String})]
    told, size = False, 0
    for piece in pieces:
        events = _texts(piece.events)
        links.append(events.filter(_is_child()).select("id", "parent").unique())
        opens.append(events.filter(_is_open()).select("id"))
        told = told or bool(events.select(_tells().any()).item())
        size += memory.of(links[-1]) + memory.of(opens[-1])
        if size * memory.TIMES > room:
            acts = sum(part.height for part in [*links, *opens])
            need = limit - room + size * memory.TIMES
            raise OptionError(
                f"memory_limit must be more than {memory.written(need)}: no thread is given for {acts:,} acts and more "
                f"(of the first part of the source, up to {piece.name}), so that their ids and parents have to be held "
                f"to find it, got {memory.written(limit)}; or fill in the column thread before"
            )
    return pl.concat(links), pl.concat(opens), told


def _filled(links: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The threads of the names that are answered, as `commonweal.Community` finds them."""
    named = links.drop_nulls("id").join(links.select(pl.col("parent").alias("id")).unique(), on="id", how="semi")
    # Ids that occur twice are refused elsewhere, or trusted not to.
    known = known.unique("id", keep="first")
    rows = pl.concat([known, named.unique("id", keep="first").join(known, on="id", how="anti")], how="diagonal")
    if not rows.height:
        return _pairs()
    whole = rows.with_columns(
        time=pl.lit(0).cast(pl.Datetime("us", "UTC")), member=pl.lit(None, pl.String), kind=pl.lit("reply")
    )
    return pl.DataFrame(_core.Community(whole, None, None, "UTC", None).events()).select(
        pl.col("id", "thread").cast(pl.String)
    )
