"""The community: events, members, and the KPIs on them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import polars as pl

from commonweal import _core, _html, _keys, _options, _time, _widened
from commonweal._observed import PLATFORMS, Facts, Observed
from commonweal._tables import table as _table
from commonweal.onnx import OnnxModel, with_scores
from commonweal.typing import ArrowStream, Instant, PartitionKey

__all__ = ["Community"]

_KEPT = "commonweal: kept"
# The scores of a model: so that their sign is the label's, for what counts moods, and as they are.
_TOLD, _SOFT = "onnx: mood", "onnx: score"
_AS_THEY_ARE = frozenset({"sentiment.recoveries", "sentiment.reply_effect", "sentiment.shifts"})
_MESSAGES = ("post", "reply")
_FARTHEST = 10_000


class Community(Observed):
    """Events and members of one community, validated, and every KPI on them.

    A Community never changes: `filter`, `between` and `append` give a new one.

    Args:
        events: One row per act; `time` (with a zone), `member` and `kind` are required. A table of polars, pandas,
            pyarrow, DuckDB, or anything else with the Arrow PyCapsule interface.
        members: One row per member; `member` is required; `joined`, `left`, `role` have a meaning, other columns are
            dimensions.
        affiliations: `member`, `dimension`, `value`, `from`, `to`: what held at the time of the act.
        tz: The IANA zone of the calendar periods.
        as_of: The end of observation; by default the last event. What has not happened by then is censored, not absent.

    Raises:
        SchemaError: the tables break the contract; the message lists every fault with its column, rows and remedy.
        OptionError: `tz` or `as_of` has a value that it cannot take.

    Example:
        >>> import commonweal as cw, polars as pl
        >>> from datetime import datetime, timezone
        >>> noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
        >>> c = cw.Community(pl.DataFrame({"time": [noon, noon], "member": ["a", "b"], "kind": ["post", "reply"]}))
        >>> c.n_events, c.n_members
        (2, 2)
    """

    __slots__ = ("_core", "_min_group", "_scored", "_summary")

    def __init__(
        self,
        events: ArrowStream,
        members: ArrowStream | None = None,
        *,
        affiliations: ArrowStream | None = None,
        tz: str = "UTC",
        as_of: Instant | None = None,
    ) -> None:
        _time.zone("tz", tz)
        end = None if as_of is None else _time.instant("as_of", as_of, tz)
        people = None if members is None else _table("members", members)
        history = None if affiliations is None else _table("affiliations", affiliations)
        self._core = _core.Community(_table("events", events), people, history, tz, end)
        self._summary: _html.Summary | None = None
        self._scored: WeakKeyDictionary[OnnxModel, _core.Community] = WeakKeyDictionary()
        self._min_group = 0

    @classmethod
    def _wrap(cls, core: _core.Community, min_group: int = 0) -> "Community":
        self = cls.__new__(cls)
        self._core, self._summary, self._min_group = core, None, min_group
        self._scored = WeakKeyDictionary()
        return self

    def _with(self, core: _core.Community) -> "Community":
        """Another one under the same promise of privacy."""
        return self._wrap(core, self._min_group)

    @property
    def events(self) -> pl.DataFrame:
        """The events as they were validated: times in UTC, threads filled in, in the order they were given."""
        return pl.DataFrame(self._core.events())

    @property
    def members(self) -> pl.DataFrame | None:
        """The members table, where one was given."""
        table = self._core.members()
        return None if table is None else pl.DataFrame(table)

    @property
    def tz(self) -> str:
        """The zone of the calendar periods."""
        return self._core.tz

    @property
    def as_of(self) -> datetime:
        """The end of observation, in UTC."""
        return self._core.as_of

    @property
    def n_events(self) -> int:
        """The number of events."""
        return self._core.n_events

    @property
    def n_members(self) -> int:
        """The number of distinct members that did something."""
        return self._core.n_members

    @property
    def n_threads(self) -> int:
        """The number of conversations."""
        return self._core.n_threads

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The times of the first and the last event, in UTC; None where there is none."""
        return self._core.span

    def _columns(self) -> Sequence[str]:
        return self.events.columns

    def _facts(self) -> Facts:
        events = self.events
        has = events.columns
        named = events["platform"].cast(pl.String).drop_nulls().unique().sort() if "platform" in has else pl.Series()
        return Facts(
            unknown=events["member"].null_count(),
            channels=events["channel"].n_unique() if "channel" in has else 0,
            platforms=named.head(PLATFORMS).to_list(),
            texts="text" in has and events["text"].null_count() < events.height,
        )

    def _with_keys(self, checks: pl.DataFrame) -> pl.DataFrame:
        return _keys.with_check(checks, self.members, _keys.activity(self.events))

    def compute(self, name: str, options: Mapping[str, Any] | None = None, /) -> pl.DataFrame:
        """The KPI of this name: what every method of the families calls.

        Args:
            name: A name of `commonweal.kpis()`.
            options: Its options; the defaults of `commonweal.kpis()` hold for the others.

        Raises:
            OptionError: no KPI has this name, or an option is unknown or has a value that it cannot take.

        Example:
            >>> import commonweal as cw
            >>> cw.datasets.simulate(members=60, days=60).compute("engagement.activity", {"every": "1mo"}).columns[0]
            'period'
        """
        asked, core = self._asked(name, options or {}), self._core
        if isinstance(model := asked.get("model"), OnnxModel):
            _options.to_json({**asked, "model": _TOLD})  # what is wrong is said before minutes of scoring
            asked, core = {**asked, "model": _SOFT if name in _AS_THEY_ARE else _TOLD}, self._with_scores(model)
        return pl.DataFrame(core.compute(name, _options.to_json(asked)))

    def _with_scores(self, model: OnnxModel) -> _core.Community:
        """The community with the scores that the model gives, computed once."""
        if model not in self._scored:
            events = with_scores(model, self.events, _MESSAGES, _TOLD, _SOFT)
            self._scored[model] = self._core.replace(events, self._core.members())
        return self._scored[model]

    def compute_all(self, kpis: Mapping[str, Mapping[str, Any]] | Iterable[str], /) -> dict[str, pl.DataFrame]:
        """Several KPIs by name: as `commonweal.scan` and `commonweal.spark` compute them, which read their source once.

        Here, too, they share what is made on the way: who answers what, who is tied to whom, the days of each member.

        Args:
            kpis: Options by the name of the KPI, or names alone.

        Raises:
            CommonwealError: as `compute`. A KPI that declines makes all of them fail: ask for it alone.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=60, days=60)
            >>> tables = c.compute_all({"adoption.growth": {"every": "1mo"}, "response.backlog": {}})
            >>> list(tables)
            ['adoption.growth', 'response.backlog']
        """
        asked = kpis if isinstance(kpis, Mapping) else {kpi: {} for kpi in kpis}
        return {kpi: self.compute(kpi, options) for kpi, options in asked.items()}

    def filter(self, *predicates: pl.Expr) -> "Community":
        """The community with the events that meet every predicate; members and `as_of` stay.

        A predicate that is null for an event leaves it out, as in polars.

        A filter takes events away from threads too: filter on `channel` or the like, not on authors, before asking for
        response times.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> c = cw.datasets.simulate(members=60, days=60)
            >>> set(c.filter(pl.col("kind") == "post").events["kind"])
            {'post'}
        """
        if not predicates:
            return self
        kept = self.events.with_columns(pl.all_horizontal(*predicates).fill_null(value=False).alias(_KEPT))
        return self._with(self._core.filter(kept.select(_KEPT)))

    def between(self, start: Instant, end: Instant) -> "Community":
        """The community as it was seen in `[start, end)`: nothing after `end` is known.

        Args:
            start: A datetime with a zone, a date (its first instant in `tz`), or either in ISO 8601.
            end: The same; observation ends there.

        Raises:
            OptionError: a datetime has no zone, or `end` is not after `start`.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=60, days=60)
            >>> first, last = c.span
            >>> c.between(first, last).n_events < c.n_events
            True
        """
        return self._with(self._core.between(*_time.window(start, end, self.tz)))

    def append(self, events: ArrowStream) -> "Community":
        """The community with more events.

        Raises:
            SchemaError: the events break the contract.
        """
        return self._with(self._core.append(_table("events", events)))

    def with_members(self, table: ArrowStream, *, on: str = "member") -> "Community":
        """The community with more columns on its members, such as departments from a staff directory.

        Members whom the table does not know have nulls there; who is in the table alone stays out, since nothing says
        that they could have taken part. Events, affiliations, `tz` and `as_of` stay.

        Args:
            table: One row per person, with the columns to add.
            on: The column that says who is who, in the table and in the members: `member`, the key of the export, or
                another that the export has, such as `username`.

        Raises:
            SchemaError: a column is missing, is there already, or says of two rows that they are the same person.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timezone
            >>> noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
            >>> c = cw.Community(pl.DataFrame({"time": [noon, noon], "member": ["a", "b"], "kind": "post"}))
            >>> staff = pl.DataFrame({"member": ["a", "b"], "department": ["Sales", "Support"]})
            >>> c.with_members(staff).adoption.active_members(every=None, by="department")["active"].to_list()
            [1, 1]
        """
        added = pl.DataFrame(_table("table", table))
        members = self.members
        if members is None:
            members = self.events.select(pl.col("member").cast(pl.String)).drop_nulls().unique(maintain_order=True)
        return self._with(self._core.replace(self.events, _widened.joined(members, added, on)))

    def infer_threads(
        self,
        *,
        channel: str | Sequence[str] | None = "channel",
        longest_gap: str | timedelta = "1d",
        look_back: int = 100,
        min_confidence: float = 0.0,
    ) -> "Community":
        """The conversations of a chat that has no threads: IRC, or a channel in which nobody uses them.

        Every message (post or reply) for which the source names neither parent nor thread is compared with those before
        it in its channel. What speaks for a candidate (mentions, who spoke last to whom, the time and the messages
        between, questions, rare words in common) has weights, learnt from conversations that people had marked by hand:
        score = Σ weights, confidence = exp(score) / Σ exp(scores of all candidates and of "opens a conversation"). The
        likeliest holds. How often it is right: `docs/threads.md`.

        A message's link depends on nothing that comes after it: events that are appended later change no link, and
        messages that have a `parent_confidence` already keep it. Messages of one instant are taken in the order of the
        rows.

        Args:
            channel: The columns of the events that part one log from another, beside `platform`. None: all is one log.
                A community without a column `channel` is one log.
            longest_gap: No message answers one that is older than this.
            look_back: How many messages back candidates go, from 1 to 10000.
            min_confidence: A link that is less sure than this is not made: the message opens a conversation.

        Returns:
            The community with other events. `parent` is the id of the message that each answers, and `thread` follows
            from the parents; `kind` is `reply` for messages with a parent and `post` for others, unless the source gave
            a thread; `parent_confidence` is how sure it is that the message answers that one, or that it opens a
            conversation: 1 where the source says so, null for acts that are no messages; `id` is made up where there
            was none, from channel, time, author and text, so that it stays the same. All other columns, members and
            `as_of` stay.

        Raises:
            OptionError: an option has a value that it cannot take, or `channel` names a column that is not there.
            SchemaError: there is a column `parent_confidence` that holds no numbers.
            DeclinedError: this is a part of a partition: channels must be whole.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timedelta, timezone
            >>> noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
            >>> said = [
            ...     (0, "ana", "how do I mount a disk?"),
            ...     (20, "bo", "has anyone tried the beta?"),
            ...     (45, "cy", "ana: with the mount command"),
            ...     (60, "dee", "bo: I have, works fine"),
            ... ]
            >>> events = pl.DataFrame(
            ...     {
            ...         "time": [noon + timedelta(seconds=second) for second, _, _ in said],
            ...         "member": [who for _, who, _ in said],
            ...         "kind": "post",
            ...         "text": [text for _, _, text in said],
            ...     }
            ... )
            >>> chat = cw.Community(events).infer_threads()
            >>> chat.events["kind"].to_list(), chat.n_threads
            (['post', 'post', 'reply', 'reply'], 2)

        Source: after J. K. Kummerfeld and others, A Large-Scale Corpus for Conversation Disentanglement, ACL 2019, from
        whose corpus the weights are learnt.
        """
        columns = _options.strings("channel", channel, "a column name, several, or None") or []
        if isinstance(look_back, bool) or not isinstance(look_back, int) or not 1 <= look_back <= _FARTHEST:
            raise _options.wrong("look_back", f"a whole number of messages from 1 to {_FARTHEST}", look_back)
        if isinstance(min_confidence, bool) or not isinstance(min_confidence, int | float):
            raise _options.wrong("min_confidence", "from 0 to 1", min_confidence)
        gap = _options.duration("longest_gap", longest_gap)
        return self._with(self._core.infer_threads(columns, gap, look_back, min_confidence))

    def with_local_hours(self) -> "Community":
        """The community whose events carry `weekday` (`Monday` ...) and `hour` (`00` to `23`), on its own clock.

        Both are dimensions then, as in `first_response(by=["weekday", "hour"])`: when do posts wait? Affiliations are
        left behind; members, `tz` and `as_of` stay.

        Raises:
            SchemaError: the events have such a column already.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=60, days=60).with_local_hours()
            >>> c.response.first_response(by=["weekday", "hour"]).columns[:2]
            ['weekday', 'hour']
        """
        changed = _widened.with_local_hours(self.events, self.tz)
        return self._with(Community(changed, self.members, tz=self.tz, as_of=self.as_of)._core)

    def partition(self, n: int, key: PartitionKey = "member") -> list["Community"]:
        """The community in `n` parts, each member (or thread) whole in one of them."""
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise _options.wrong("n", "a whole number, 1 or more", n)
        if key not in ("member", "thread"):
            raise _options.wrong("key", "one of 'member', 'thread'", key)
        return [self._with(part) for part in self._core.partition(n, key)]

    def partial(self, name: str, options: Mapping[str, Any] | None = None, /) -> bytes:
        """The additive tables of a KPI on this part of a community; `commonweal.tables` merges and finishes them."""
        return self._core.partial(name, _options.to_json(self._asked(name, options or {})))

    def __copy__(self) -> "Community":
        return self

    def __deepcopy__(self, _: Mapping[int, Any]) -> "Community":
        # It never changes, so there is nothing to keep apart.
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        given, members, affiliations, rest = self._core.saved()
        tables = [None if table is None else pl.DataFrame(table) for table in (given, members, affiliations)]
        return _restored, (*tables, rest, self._min_group)

    def __repr__(self) -> str:
        return self._summarised().text()

    def _repr_html_(self) -> str:
        return self._summarised().html()

    def _summarised(self) -> "_html.Summary":
        if self._summary is None:
            self._summary = _html.summarise(self)
        return self._summary


def _restored(
    given: pl.DataFrame, members: pl.DataFrame | None, affiliations: pl.DataFrame | None, rest: str, min_group: int
) -> Community:
    """The community of a pickle."""
    return Community._wrap(_core.Community.restore(given, members, affiliations, rest), min_group)
