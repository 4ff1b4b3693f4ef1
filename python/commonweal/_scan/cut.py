"""Which events of a source are asked for."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from commonweal._options import wrong
from commonweal._scan.window import Window


@dataclass(frozen=True)
class Cut:
    """A time, and predicates that events must meet; none of either asks for all."""

    window: Window | None = None
    predicates: Sequence[pl.Expr] = ()

    def __bool__(self) -> bool:
        return self.window is not None or bool(self.predicates)

    def filter(self, predicates: Sequence[pl.Expr]) -> "Cut":
        """With more predicates."""
        for predicate in predicates:
            if not isinstance(predicate, pl.Expr):
                raise wrong("filter", 'polars expressions, such as pl.col("channel") == "help"', predicate)
            # Types are not known yet; where they matter, it is looked at again when they are.
            with suppress(pl.exceptions.PolarsError):
                _refuse_across_rows(predicate, dict.fromkeys([*predicate.meta.root_names(), "time"], pl.String))
        return replace(self, predicates=[*self.predicates, *predicates])

    def between(self, window: Window) -> "Cut":
        """Within a time, too."""
        return replace(self, window=window.within(self.window))

    @property
    def columns(self) -> set[str]:
        """What the predicates look at."""
        return {name for predicate in self.predicates for name in predicate.meta.root_names()}

    def check(self, events: pl.DataFrame) -> None:
        """Refuses what looks at several rows at once, of events with these columns."""
        for predicate in self.predicates:
            _refuse_across_rows(predicate, events.schema)

    def kept(self, events: pl.DataFrame) -> pl.Series | None:
        """Which events are asked for; none where all are. What is null for an event leaves it out."""
        asked = [*self.predicates, *([] if self.window is None else [self.window.holds()])]
        if not asked:
            return None
        return events.select(kept=pl.all_horizontal(*asked).fill_null(value=False)).get_column("kept")


def _refuse_across_rows(predicate: pl.Expr, schema: Mapping[str, Any]) -> None:
    """Refuses what looks at several rows at once: its answer would depend on how the source is cut up."""
    rows = pl.DataFrame(schema=schema).lazy()
    # polars lets a filter pass a union of tables where it goes row by row, and only there.
    if pl.concat([rows, rows.head(1)]).filter(predicate).explain().startswith("FILTER"):
        raise wrong(
            "filter",
            "expressions that tell of each event by itself, since the events are read in pieces: compute first what "
            "they compare with, such as a mean",
            str(predicate),
        )
