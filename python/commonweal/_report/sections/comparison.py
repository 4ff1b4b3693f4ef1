"""Two communities, or two times of one, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from commonweal._health.change import Estimate, holm, mover
from commonweal._observed import Observed
from commonweal._report._data import Data
from commonweal._report._format import NONE, count, day, estimate, listed, share_range, wait, wait_range
from commonweal._report._model import Cell, Section, Table
from commonweal.exceptions import CommonwealError

_ANCHOR, _TITLE = "comparison", "Comparison"
_RESAMPLES = 1_000
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class _Line:
    name: str
    kpi: str
    kind: str
    row: Callable[[Observed], dict[str, Any] | None]
    column: str


def _first(table: Any) -> dict[str, Any] | None:
    return table.row(0, named=True) if table.height else None


def _within(length: str) -> Callable[[Observed], dict[str, Any] | None]:
    return lambda c: _first(c.response.first_response(within=length))


_LINES: Sequence[_Line] = (
    _Line("Posts answered within an hour", "response.first_response", "share", _within("1h"), "attained"),
    _Line("Posts answered within a day", "response.first_response", "share", _within("1d"), "attained"),
    _Line("Median wait, all posts", "response.first_response", "wait", _within("1d"), "median"),
    _Line(
        "Conversations that are two-way",
        "engagement.conversations",
        "share",
        lambda c: _first(c.engagement.conversations(within="7d")),
        "two_way_share",
    ),
    _Line(
        "Made by the most active tenth",
        "engagement.inequality",
        "share",
        lambda c: _first(c.engagement.inequality(bootstrap=_RESAMPLES)),
        "top10_share",
    ),
    _Line(
        "Newcomers tied to another within 30 days",
        "network.newcomers",
        "share",
        lambda c: _first(c.network.newcomers(k=[1], within="30d")),
        "attained",
    ),
    _Line(
        "Contribute within 30 days of joining",
        "adoption.activation",
        "share",
        lambda c: _first(c.adoption.activation(within="30d")),
        "attained",
    ),
)


def comparison(report: Data) -> Section | None:
    """The section, where there is something to compare with."""
    if report.other is None:
        return None
    report.step("comparison")
    name = report.other_name
    question = f"How does this community differ from {name}?"
    found = [(line, pair) for line in _LINES if (pair := _pair(line, report)) is not None]
    changes = [mover(_in_units(there), _in_units(here)) for _, (here, there) in found]
    adjusted = holm([change.p_value for change in changes])
    rows, clear = [], []
    for (line, (here, there)), change, p in zip(found, changes, adjusted, strict=True):
        verdict = "not tested" if p is None else "differs" if p <= 0.05 else "no clear difference"
        if verdict == "differs":
            clear.append(f"{line.name[0].lower()}{line.name[1:]} ({_text(here, line)} against {_text(there, line)})")
        told = "" if p is None else f"p {p:.3f}" if p >= 0.001 else "p under 0.001"
        ends = "" if change.low is None else f"{_signed(change.low, line)} to {_signed(change.high, line)}"
        cells = [_cell(here, line), _cell(there, line), Cell(_signed(change.value, line), ends)]
        rows.append([Cell(line.name), *cells, Cell(verdict, told, soft=p is None)])
    kpis = tuple(dict.fromkeys(line.kpi for line, _ in found))
    lead = f"{_who(report.community, report, 'Here')} {_who(report.other, report, f'In {name}')} "
    if not rows:
        return Section(_ANCHOR, _TITLE, question, f"{lead}Nothing is known of both.", kpis=kpis)
    lead += (
        f"They differ, more than chance explains, in {listed(clear)}."
        if clear
        else "Nothing that was looked at differs more than chance explains."
    )
    header = ["Whole time", "Here", name[:1].upper() + name[1:], "Difference", "Verdict"]
    note = (
        f"Differences are here less {name}, with MOVER intervals (95%); p-values are adjusted after Holm: where "
        "nothing differs, the chance of even one false alarm is 5%. No difference tells its cause: much may differ."
    )
    return Section(_ANCHOR, _TITLE, question, lead, tables=[Table("Side by side", header, rows, note)], kpis=kpis)


def _who(community: Observed, report: Data, where: str) -> str:
    if community.span is None:
        return f"{where}: no events."
    first, last = (moment.astimezone(report.zone).date() for moment in community.span)
    counts = f"{count(community.n_events, 'event')} by {count(community.n_members, 'member')}"
    return f"{where}: {counts}, {day(first)} to {day(last)}."


_Both = tuple[dict[str, Any], dict[str, Any]]


def _pair(line: _Line, report: Data) -> _Both | None:
    sides = []
    for community in (report.community, report.other):
        assert community is not None  # noqa: S101  (told by the caller)
        try:
            row = line.row(community)
        except CommonwealError:
            return None
        if row is None or row[line.column] is None:
            return None
        sides.append({end or "value": row.get(f"{line.column}{end}") for end in ("", "_low", "_high")})
    return sides[0], sides[1]


def _in_units(side: dict[str, Any]) -> Estimate:
    numbers = [value.total_seconds() if isinstance(value, timedelta) else value for value in side.values()]
    return Estimate(*numbers)


def _text(side: dict[str, Any], line: _Line) -> str:
    value, low, high = side.values()
    return wait(value) if line.kind == "wait" else estimate(value, low, high)


def _cell(side: dict[str, Any], line: _Line) -> Cell:
    _, low, high = side.values()
    return Cell(_text(side, line), wait_range(low, high) if line.kind == "wait" else share_range(low, high))


def _signed(value: float | None, line: _Line) -> str:
    if value is None:
        return NONE
    sign = "+" if value > 0 else _MINUS if value < 0 else ""
    if line.kind == "wait":
        return f"{sign}{wait(timedelta(seconds=abs(value)))}"
    size = abs(100 * value)
    return f"{sign}{size:.0f} points" if size >= 1 or not size else f"{sign}{size:.1f} points"
