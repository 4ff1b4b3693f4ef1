"""From a community to a page."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from commonweal._options import wrong
from commonweal._version import version
from commonweal.community import Community
from commonweal.registry import kpis
from commonweal.report._data import Data
from commonweal.report._format import day
from commonweal.report._model import Section, Stat
from commonweal.report.sections import SECTIONS


def report(
    community: Community,
    path: str | os.PathLike[str] = "report.html",
    *,
    title: str | None = None,
    min_group: int = 5,
    progress: Callable[[str], object] | None = None,
) -> Path:
    """Writes one self-contained HTML file that says how the community is doing.

    The file needs no network and no JavaScript, names no member, and is the same for the same community.

    Args:
        community: What to report on.
        path: Where to write; an existing file is replaced.
        title: The page's title.
        min_group: Channels with fewer distinct members are shown as suppressed (0: none).
        progress: Called with the name of each section before it is computed.

    Returns:
        The path written.

    Raises:
        OptionError: `min_group` is negative.
        OSError: the file cannot be written.

    Example:
        >>> import commonweal as cw, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "report.html"
        >>> cw.report(cw.datasets.simulate(members=60, days=60), path).name
        'report.html'
    """
    if isinstance(min_group, bool) or not isinstance(min_group, int) or min_group < 0:
        raise wrong("min_group", "a whole number of members, 0 or more", min_group)
    target = Path(path)
    target.write_text(render(community, title, min_group, progress), encoding="utf-8")
    return target


def render(
    community: Community, title: str | None, min_group: int, progress: Callable[[str], object] | None = None
) -> str:
    """The page."""
    data = Data(community, min_group, progress or (lambda _: None))
    sections = [section(data) for section in SECTIONS]
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_file),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    page = environment.get_template("template.html.j2").render(
        title=title or "Community health report",
        subtitle=_subtitle(data),
        highlights=_highlights(sections),
        sections=sections,
        definitions=_definitions(sections),
        min_group=min_group,
        css=_file("style.css"),
        version=version(),
    )
    return page + "\n"


def _file(name: str) -> str:
    return files("commonweal.report").joinpath(name).read_text(encoding="utf-8")


def _subtitle(data: Data) -> str:
    span = data.community.span
    if span is None:
        return "no events"
    first, last = (_date(moment, data) for moment in span)
    platforms = []
    if "platform" in data.events.columns:
        platforms = data.events["platform"].cast(pl.String).drop_nulls().unique().sort().head(3).to_list()
    return " · ".join([*platforms, f"{first} – {last}", f"time zone {data.community.tz}"])


def _date(moment: datetime, data: Data) -> str:
    return day(moment.astimezone(data.zone).date())


def _highlights(sections: list[Section]) -> list[tuple[Section, Stat]]:
    """The first figure of each section."""
    return [(section, section.stats[0]) for section in sections if section.stats]


@dataclass(frozen=True)
class _Definition:
    kpi: str
    question: str
    formula: str
    source: str


def _definitions(sections: list[Section]) -> list[_Definition]:
    used = [kpi for section in sections for kpi in section.kpis]
    rows: dict[str, dict[str, Any]] = {row["kpi"]: row for row in kpis().iter_rows(named=True)}
    return [
        _Definition(kpi, *(rows[kpi][name] for name in ("question", "formula", "source")))
        for kpi in used
        if kpi in rows
    ]
