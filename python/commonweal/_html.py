"""How a community shows itself: as text in a terminal, as a card in a notebook."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

if TYPE_CHECKING:
    from commonweal.community import Community

_NAMES_SHOWN = 4


@dataclass(frozen=True)
class Summary:
    """The facts of a community that fit on a card."""

    headline: str
    facts: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """The card for a terminal."""
        width = max(len(label) for label, _ in self.facts)
        lines = [f"Community: {self.headline}", *(f"  {label:<{width}}  {value}" for label, value in self.facts)]
        return "\n".join(lines)

    def html(self) -> str:
        """The card for a notebook: no script, no remote resource, everything escaped."""
        rows = "".join(
            f'<tr><th scope="row">{escape(label)}</th><td dir="auto">{escape(value)}</td></tr>'
            for label, value in self.facts
        )
        return (
            f"<style>{_css()}</style>"
            '<div class="cw-card"><div class="cw-head">'
            f"<strong>Community</strong><span>{escape(self.headline)}</span></div>"
            f'<table class="cw-facts"><tbody>{rows}</tbody></table></div>'
        )


def summarise(community: "Community") -> Summary:
    """The facts of this community."""
    events = community.events
    counts = (community.n_events, "event"), (community.n_members, "member"), (community.n_threads, "thread")
    headline = " · ".join(_count(number, noun) for number, noun in counts)
    facts = [("Span", _span(community)), ("Observed until", _local(community.as_of, community.tz))]
    facts += [(label, _names(events, column)) for label, column in (("Platforms", "platform"), ("Channels", "channel"))]
    facts += [("Roles", _roles(community.members)), ("Unknown authors", _unknown(events))]
    return Summary(headline, tuple((label, value) for label, value in facts if value))


def _span(community: "Community") -> str:
    if community.span is None:
        return "no events"
    first, last = community.span
    days = (last - first).days + 1
    return f"{_local(first, community.tz)} to {_local(last, community.tz)} ({_count(days, 'day')})"


def _local(moment: datetime, tz: str) -> str:
    return f"{moment.astimezone(ZoneInfo(tz)):%Y-%m-%d %H:%M} {tz}"


def _names(events: pl.DataFrame, column: str) -> str:
    if column not in events.columns:
        return ""
    counts = events.lazy().select(pl.col(column).cast(pl.String)).drop_nulls().group_by(column).len()
    ranked = counts.sort("len", column, descending=[True, False]).collect()
    if ranked.is_empty():
        return ""
    shown = ", ".join(_short(name) for name in ranked[column].head(_NAMES_SHOWN).to_list())
    rest = ranked.height - _NAMES_SHOWN
    return f"{ranked.height:,}: {shown}" + (f" and {rest:,} more" if rest > 0 else "")


def _short(name: str) -> str:
    printable = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
    return printable if len(printable) <= 32 else f"{printable[:31]}…"


def _roles(members: pl.DataFrame | None) -> str:
    if members is None:
        return "no members table: staff and bots are not known"
    if "role" not in members.columns:
        return "no role column: staff and bots are not known"
    counts = dict(members.select(pl.col("role").cast(pl.String).fill_null("member")).group_by("role").len().iter_rows())
    return f"{_count(counts.get('staff', 0), 'staff', '')}, {_count(counts.get('bot', 0), 'bot')} in the members table"


def _unknown(events: pl.DataFrame) -> str:
    if events.is_empty():
        return ""
    unknown = events["member"].null_count()
    return f"{unknown / events.height:.1%} of the events" if unknown else "none"


def _count(number: int, noun: str, plural: str = "s") -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else plural)


@cache
def _css() -> str:
    return files("commonweal").joinpath("_html.css").read_text(encoding="utf-8").replace("\n", "")
