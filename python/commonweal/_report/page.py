"""From a community to a page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal

import jinja2

from commonweal._observed import Observed
from commonweal._report._data import Data
from commonweal._report._format import day
from commonweal._report._model import Section, Stat
from commonweal._report._recording import Recording
from commonweal._report.sections import SECTIONS
from commonweal._version import version
from commonweal.plot._theme import DARK, PALETTE
from commonweal.registry import kpis
from commonweal.typing import Theme


@dataclass(frozen=True)
class Look:
    """How the page looks, and what it is compared with."""

    title: str | None = None
    theme: Theme = "auto"
    logo: str | None = None
    other: Observed | None = None
    other_name: str = ""


def render(community: Observed, look: Look, min_group: int, progress: Callable[[str], object] | None = None) -> str:
    """The page."""
    facts, step = community._facts(), progress or (lambda _: None)

    def made(section: Callable[[Data], Section | None]) -> Callable[[Observed], Section | None]:
        def of(it: Observed) -> Section | None:
            data = Data(Recording(it), facts, min_group, step, look.other, look.other_name)
            return _with_downloads(section(data), data)

        return of

    sections = [done for done in community._together([made(section) for section in SECTIONS]) if done]
    data = Data(Recording(community), facts, min_group, step, look.other, look.other_name)
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_file),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    definitions = _definitions(sections)
    page = environment.get_template("template.html.j2").render(
        title=look.title or "Community health report",
        subtitle=_subtitle(data),
        highlights=_highlights(sections),
        sections=sections,
        definitions=definitions,
        defined={item.kpi for item in definitions},
        min_group=min_group,
        logo=look.logo,
        scheme={"auto": "light dark"}.get(look.theme, look.theme),
        css=_colours(look.theme) + _file("style.css"),
        version=version(),
    )
    return page + "\n"


def _with_downloads(section: Section | None, data: Data) -> Section | None:
    return section and replace(section, downloads=data.community.taken())


_EXTRA = {"light": {"raised": "#f5f7f9", "link": "#005f96"}, "dark": {"raised": "#1d2228", "link": "#7cc0f0"}}


def _colours(theme: Theme) -> str:
    """The colours of the page, those of the charts among them, by the name that both know them by."""

    def block(paper: Literal["light", "dark"], of: dict[str, str]) -> str:
        colours = {**of, **_EXTRA[paper]}
        return f":root{{color-scheme:{paper};" + "".join(f"--cw-{name}:{ink};" for name, ink in colours.items()) + "}\n"

    light, dark = block("light", PALETTE), block("dark", DARK)
    if theme == "light":
        return light
    # Paper is white, whatever the screen is.
    paper = "@media screen" if theme == "dark" else "@media screen and (prefers-color-scheme: dark)"
    return f"{light}{paper} {{ {dark} }}\n"


def _file(name: str) -> str:
    return files("commonweal._report").joinpath(name).read_text(encoding="utf-8")


def _subtitle(data: Data) -> str:
    span = data.community.span
    if span is None:
        return "no events"
    first, last = (_date(moment, data) for moment in span)
    return " · ".join([*data.facts.platforms, f"{first} – {last}", f"time zone {data.community.tz}"])


def _date(moment: datetime, data: Data) -> str:
    return day(moment.astimezone(data.zone).date())


def _highlights(sections: list[Section]) -> list[tuple[Section, Stat]]:
    """The first figure of each section; each has its definition."""
    return [(section, section.stats[0]) for section in sections if section.stats]


@dataclass(frozen=True)
class _Definition:
    kpi: str
    question: str
    formula: str
    source: str


def _definitions(sections: list[Section]) -> list[_Definition]:
    used = dict.fromkeys(kpi for section in sections for kpi in section.kpis)
    rows: dict[str, dict[str, Any]] = {row["kpi"]: row for row in kpis().iter_rows(named=True)}
    return [
        _Definition(kpi, *(rows[kpi][name] for name in ("question", "formula", "source")))
        for kpi in used
        if kpi in rows
    ]
