"""What a report is made of; the template draws it."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stat:
    """One figure that stands out."""

    label: str
    value: str
    detail: str
    mark: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart as SVG in two widths, with what it shows in words."""

    caption: str
    alt: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, and under it the interval or the like."""

    text: str
    under: str = ""
    soft: bool = False
    columns: int = 1


@dataclass(frozen=True)
class Table:
    """A small table; the first column names the row."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    words: bool = False


@dataclass(frozen=True)
class Section:
    """One question and its answer."""

    anchor: str
    title: str
    question: str
    lead: str
    explanation: str = ""
    stats: Sequence[Stat] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    kpis: Sequence[str] = field(default=())
