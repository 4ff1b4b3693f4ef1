"""What a report is made of; the template draws it."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Download:
    """A table for other programs, as the address of its bytes."""

    name: str
    address: str
    rows: int

    @property
    def file(self) -> str:
        """What to call it on disk."""
        return f"{self.name.replace(' ', '_')}.csv"


@dataclass(frozen=True)
class Stat:
    """One figure that stands out; `kpi` is where it is defined, by default the first of its section."""

    label: str
    value: str
    detail: str
    mark: str = ""
    kpi: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart as SVG in two widths, with what it shows in words."""

    caption: str
    alt: str
    wide: str
    narrow: str
    finding: str = ""
    hidden: str = ""


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
    downloads: Sequence[Download] = ()
