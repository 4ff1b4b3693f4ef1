from _typeshed import SupportsGetItem
from commonweal.typing import ArrowStream
from datetime import datetime, timedelta
from typing import Any, SupportsFloat, SupportsIndex, final

__all__ = ["Community", "Gathering", "Hours", "Profile", "Table", "concat", "file_rows", "finish", "give_back_at_once", "impact", "is_question", "kpis", "merge", "openers", "partials", "read", "simulate", "spec", "spec_key", "table_rows", "vader", "with_buckets"]

@final
class Community:
    """
    Events and members of one community, validated; every KPI by name and JSON.
    """
    def __new__(cls, /, events: ArrowStream, members: ArrowStream | None = None, affiliations: ArrowStream | None = None, tz: str = "UTC", as_of: datetime | None = None) -> Community: ...
    def append(self, /, events: ArrowStream) -> Community:
        """
        This community and more events.
        """
    @property
    def as_of(self, /) -> datetime:
        """
        The end of observation, in UTC.
        """
    def between(self, /, start: datetime, end: datetime) -> Community:
        """
        The events in `[start, end)`.
        """
    def compute(self, /, name: str, options_json: str) -> Table:
        """
        The table of a KPI, its options given as JSON.
        """
    def events(self, /) -> Table:
        """
        The events.
        """
    def filter(self, /, mask: ArrowStream) -> Community:
        """
        The events for which the one column of `mask`, a boolean, is true.
        """
    def infer_threads(self, /, channel: SupportsGetItem[int, str], longest_gap: str, look_back: SupportsIndex, min_confidence: SupportsFloat | SupportsIndex) -> Community:
        """
        The community with the conversations of a chat that has no threads.
        """
    def members(self, /) -> Table | None:
        """
        The members, where they were given.
        """
    @property
    def n_events(self, /) -> int:
        """
        The number of events.
        """
    @property
    def n_members(self, /) -> int:
        """
        The number of distinct members that did something.
        """
    @property
    def n_threads(self, /) -> int:
        """
        The number of distinct threads.
        """
    def partial(self, /, name: str, options_json: str) -> bytes:
        """
        The additive tables of a KPI, as bytes.
        """
    def partition(self, /, n: SupportsIndex, key: str) -> list[Community]:
        """
        Communities that hold every member, or every thread, whole.
        """
    def replace(self, /, events: ArrowStream, members: ArrowStream | None = None) -> Community:
        """
        This community with other events and members in the place of its own.
        """
    @staticmethod
    def restore(given: ArrowStream, members: ArrowStream | None, affiliations: ArrowStream | None, rest: str) -> Community:
        """
        The community again, of what `saved` gave.
        """
    def saved(self, /) -> tuple[Table, Table | None, Table | None, str]:
        """
        What makes the community again: the events as they were given, members, affiliations, and the rest as JSON.
        """
    @property
    def span(self, /) -> tuple[datetime, datetime] | None:
        """
        The first and the last event, in UTC; None without events.
        """
    @property
    def tz(self, /) -> str:
        """
        The IANA zone of the calendar.
        """

@final
class Gathering:
    """
    Partials put together as they come.
    """
    def __new__(cls, /) -> Gathering: ...
    def add(self, /, partial: bytes | bytearray) -> None:
        """
        Adds the bytes of a partial.
        """
    def finish(self, /, spec: str) -> Table:
        """
        The table of the KPI.
        """
    def to_bytes(self, /) -> bytes:
        """
        The bytes of their sum.
        """

@final
class Hours:
    """
    A schedule of opening hours, read from JSON and validated.
    """
    def __new__(cls, /, json: str) -> Hours: ...
    def between(self, /, start: datetime, end: datetime) -> timedelta:
        """
        The open time from one instant to a later one.
        """
    def due(self, /, start: datetime, within: str) -> datetime | None:
        """
        When so much open time has passed; None where it never does.
        """
    def json(self, /) -> str:
        """
        The schedule as canonical JSON.
        """

@final
class Profile:
    """
    A way of talking that the trained model scores messages for.
    """
    def __new__(cls, /, name: str) -> Profile:
        """
        The built-in profile of a name.
        """
    def explain(self, /, text: str) -> Table:
        """
        What of a text made its scores, the strongest first; no row where it has none.
        """
    def fit(self, /, name: str, head: str, texts: SupportsGetItem[int, str], labels: SupportsGetItem[int, SupportsIndex]) -> Profile:
        """
        A profile fitted to labelled texts, on top of this one.
        """
    @staticmethod
    def load(content: bytes) -> Profile:
        """
        The profile that these bytes were saved from.
        """
    @property
    def name(self, /) -> str:
        """
        What the profile is called.
        """
    def save(self, /) -> bytes:
        """
        The profile as bytes.
        """
    def score(self, /, texts: SupportsGetItem[int, str | None]) -> Table:
        """
        The scores of each text, or why it has none; null for null.
        """

@final
class Table:
    """
    A table that polars, pandas, pyarrow and duckdb read.
    """
    def __arrow_c_stream__(self, /, requested_schema: "object | None" = None) -> "object":
        """
        The table as a stream of Arrow batches.
        """

def concat(names: SupportsGetItem[int, str], communities: SupportsGetItem[int, Community]) -> Community:
    """
    Several sources as one community, each with a name.
    """

def file_rows(path: str, options_json: str) -> tuple[Table, Table | None, str]:
    """
    The events and members of an export, as they were read, and the account of its rows; no community is made of them.
    """

def finish(name: str, options_json: str, tables: bytes | bytearray, as_of: datetime, tz: str = "UTC") -> Table:
    """
    The table of a KPI, of its merged tables.
    """

def give_back_at_once() -> None:
    """
    From now on, what is free goes back at once: whoever has a limit would rather wait.
    """

def impact(series: SupportsGetItem[int, SupportsFloat | SupportsIndex | None], at: SupportsIndex, season: SupportsIndex | None, controls: SupportsGetItem[int, SupportsGetItem[int, SupportsFloat | SupportsIndex | None]], confidence: SupportsFloat | SupportsIndex) -> str:
    """
    What an interruption at the period `at` changed of a series, as JSON.
    """

def is_question(texts: SupportsGetItem[int, str | None]) -> list[bool | None]:
    """
    Whether each text asks; null for null.
    """

def kpis() -> Table:
    """
    The registry: every KPI's name, question, formula, unit, source and options.
    """

def merge(parts: SupportsGetItem[int, bytes | bytearray]) -> bytes:
    """
    The sum of the tables of several partitions, of one KPI with one set of options.
    """

def openers(spec: str, like: ArrowStream) -> Table:
    """
    A row for each bucket, with the columns of numbered events.
    """

def partials(specs: SupportsGetItem[int, str], events: ArrowStream, members: ArrowStream | None = None, affiliations: ArrowStream | None = None, bucket: SupportsIndex | None = None) -> list[bytes]:
    """
    The partials of several specs on one partition, as bytes.
    """

def read(path: str, options_json: str = "{}", progress: Any | None = None) -> Community:
    """
    The community of an export. `progress` is called now and then with the bytes read and the bytes there are.
    """

def simulate(members: SupportsIndex = 1000, days: SupportsIndex = 365, seed: SupportsIndex = 0) -> tuple[Community, str]:
    """
    A simulated community, and its true parameters as JSON.
    """

def spec(name: str, options_json: str = "{}", tz: str = "UTC", as_of: datetime | None = None, buckets: SupportsIndex = 1) -> str:
    """
    The JSON of a spec: what all workers must agree on.
    """

def spec_key(spec: str) -> tuple[str, bool]:
    """
    What must be whole in a partition, "member" or "thread"; and whether threads must be known before the events are cut up.
    """

def table_rows(table: ArrowStream, name: str, options_json: str) -> tuple[Table, str]:
    """
    The events of a piece of a table, and the account of its rows as JSON: `{"kept": 1, "refused": {reason: rows}, "notes": {remark: rows}}`.
    """

def vader(texts: SupportsGetItem[int, str | None]) -> Table:
    """
    VADER's four scores of each text; null for null.
    """

def with_buckets(spec: str, events: ArrowStream) -> Table:
    """
    The events with their bucket numbers.
    """
