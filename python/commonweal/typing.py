"""The types of the public signatures."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

__all__ = [
    "Act",
    "Activity",
    "Answer",
    "ArrowStream",
    "By",
    "Clock",
    "Cohort",
    "DatabasePreset",
    "DateRange",
    "DiffusionMethod",
    "Each",
    "Every",
    "FunnelStep",
    "Hours",
    "IdentityRule",
    "Instant",
    "LeadersBy",
    "Outcome",
    "PartitionKey",
    "Per",
    "Progress",
    "RankFlow",
    "RankedBy",
    "RecognitionKind",
    "Responder",
    "RetentionKind",
    "RightUnit",
    "Role",
    "ShiftMethod",
    "ShiftSide",
    "SourceFormat",
    "Theme",
    "TiedBy",
    "Towards",
    "Week",
    "Within",
]


@runtime_checkable
class ArrowStream(Protocol):
    """A table that speaks the Arrow PyCapsule interface: of polars, pandas, pyarrow, DuckDB and others."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> object:
        """An Arrow C stream in a capsule."""
        ...


Act: TypeAlias = Literal[
    "contribution",
    "message",
    "post",
    "reply",
    "reaction",
    "view",
    "share",
    "resolve",
    "reopen",
    "assign",
    "flag",
    "moderate",
    "lead",
    "convert",
    "edit",
]
"""What a member may do for the first time: a post, reply, reaction or edit, a post or reply, or an act of a kind."""

Activity: TypeAlias = Literal["contributing", "present"]
"""What makes a member active: a post, reply, reaction or edit, or any act at all (for events that hold views)."""

Answer: TypeAlias = Literal["reply", "thread"]
"""What answers a complaint: a reply to it, or any reply in its thread after it."""

By: TypeAlias = str | Sequence[str] | None
"""One or more dimension columns of the events, the members or the affiliations."""

Cohort: TypeAlias = Literal["first_active", "joined"]
"""What puts members into a cohort: their first qualifying act, or their joining."""

DatabasePreset: TypeAlias = Literal["discourse"]
"""The platforms whose tables `read_database` knows."""

DateRange: TypeAlias = tuple[str | date, str | date]
"""From a date to another that is no part of it, in the zone of the community."""

Each: TypeAlias = Literal["responder", "role"]
"""Of what a table has a row: of each responder, or of staff and of peers."""

DiffusionMethod: TypeAlias = Literal["likelihood", "least_squares"]
"""How the Bass model is fitted."""

Every: TypeAlias = Literal["1d", "1w", "1mo", "1q", "1y"]
"""The length of a period: day, week (from Monday), month, quarter, year."""

Clock: TypeAlias = Literal["team", "asker", "responder"]
"""Whose clock business hours are read on."""

Hours: TypeAlias = Mapping[str, Any]
"""A `commonweal.BusinessHours`, or a dict of the same keys."""

Week: TypeAlias = Mapping[str, Sequence[Sequence[str | time]]]
"""Opening intervals by weekday: `{"mon": [["09:00", "12:30"], ["13:30", "17:00"]]}`."""

FunnelStep: TypeAlias = Act | Literal["join", "leave", "first_reply_received"]
"""A step of a funnel: joining, an act, or another person's first reply to a message of theirs."""

IdentityRule: TypeAlias = Literal["account", "email", "handle", "name"]
"""What two accounts may have in common, exactly, that makes them one person."""

Instant: TypeAlias = datetime | date | str
"""A datetime with a zone, a date (its first instant in the community's zone), or either in ISO 8601."""

LeadersBy: TypeAlias = Literal["rank", "rise"]
"""In which order leaders are listed: by rank, or the first of the last window by how surely they rose."""

Outcome: TypeAlias = Literal["active_days", "messages"]
"""What is compared before and after: days with a contribution, or posts and replies."""

PartitionKey: TypeAlias = Literal["member", "thread"]
"""What stays whole in a partition."""

Per: TypeAlias = Literal["post", "turn"]
"""What waits for a response: each post, or each turn of an asker."""

Progress: TypeAlias = Callable[[int, int], object]
"""Called with the bytes read so far and the bytes there are."""

RankFlow: TypeAlias = Literal["help", "attention"]
"""Where rank goes along a tie: to who answers, or to who is answered."""

RankedBy: TypeAlias = Literal["members", "units"]
"""Who is ranked: people, or the units that they are of."""

RecognitionKind: TypeAlias = Literal["reaction", "reply", "share", "resolve"]
"""What recognises a member: an act of another on a message of theirs."""

Responder: TypeAlias = Literal["any", "staff", "peer"]
"""Whose reply counts as a response."""

RetentionKind: TypeAlias = Literal["bounded", "unbounded"]
"""What counts as staying: activity in exactly the k-th period, or in it or any later one."""
RightUnit: TypeAlias = Literal["last", "resolved"]
"""Which posts tell their right unit: all that a unit has touched, or the resolved alone."""

Role: TypeAlias = Literal["member", "staff"]
"""The role of a member at the time of the act."""

SourceFormat: TypeAlias = Literal[
    "stackexchange",
    "discourse",
    "zulip",
    "slack",
    "discord",
    "mattermost",
    "telegram",
    "irc",
    "wordpress",
    "github",
    "mediawiki",
    "reddit",
    "perceval",
    "git",
    "twitter",
    "facebook",
    "linkedin",
    "yammer",
    "mbox",
    "parquet",
    "csv",
    "ndjson",
]
"""What an export is."""

ShiftMethod: TypeAlias = Literal["pelt", "cusum", "ewma"]
"""How shifts of the mood are found: looking back, or by one of two control charts."""

ShiftSide: TypeAlias = Literal["both", "negative", "positive"]
"""Which side of a score votes on shifts of the mood."""

TiedBy: TypeAlias = Literal["either", "answered", "answering"]
"""What ties a newcomer: being answered, answering, or either."""

Theme: TypeAlias = Literal["light", "dark", "auto"]
"""The paper that a report or a chart is on; `auto` is that of the reader's screen."""

Towards: TypeAlias = Literal["both", "drop", "rise"]
"""Which shifts of the mood a control chart tells of."""

Within: TypeAlias = str | timedelta | Sequence[str | timedelta]
"""One or more durations: `"30m"`, `"1h"`, `"2d"`, or a `timedelta`."""
