"""Privacy at the door, and members who are to be forgotten."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from commonweal._options import wrong
from commonweal.community import Community
from commonweal.exceptions import CommonwealError
from commonweal.registry import kpis

__all__ = ["Erasure", "Privacy", "erase"]


@dataclass(frozen=True, kw_only=True)
class Privacy:
    r"""What of an export is kept when `read` reads it, and under which names. Nothing is sent anywhere.

    Args:
        pseudonymise: A key of 16 letters or more. Members, ids, threads and targets get other names: keyed BLAKE3, 128
            bits of it, so that the same key gives the same names in every reading. Who has the key can tell whether a
            name is a given person's; who has it not cannot. Names, user names and all columns that could tell of a
            person are left out, but for those of `keep`.
        keep_text: Whether text and titles are kept, with mail addresses, phone numbers, addresses of machines and
            mentions taken out. Names that are written out stay.
        min_group: Every KPI suppresses groups of fewer distinct members, whatever it is asked for.
        keep: Columns that are kept beside those that tell of no person, such as `department`.
        erase: Members, by the keys of the export, of whom nothing is read: see `erase`.

    Raises:
        OptionError: the key is too short, or `min_group` is no whole number.

    Example:
        >>> import commonweal as cw, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "events.csv"
        >>> _ = path.write_text("time,member,kind,text\n2026-01-05T12:00:00Z,ana,post,hello\n")
        >>> c = cw.read(path, privacy=cw.Privacy(pseudonymise="correct horse battery", keep_text=False, min_group=5))
        >>> c.events["member"][0][:2], c.events["text"][0]
        ('m-', None)
    """

    SHORTEST_KEY: ClassVar[int] = 16
    """Letters that a key needs at least."""

    pseudonymise: str | None = field(default=None, repr=False)
    keep_text: bool = False
    min_group: int = 0
    keep: tuple[str, ...] = ()
    erase: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        key = self.pseudonymise
        if key is not None and (not isinstance(key, str) or len(key) < self.SHORTEST_KEY):
            raise wrong("pseudonymise", f"a text of {self.SHORTEST_KEY} letters or more, or None", "a key that is none")
        if isinstance(self.min_group, bool) or not isinstance(self.min_group, int) or self.min_group < 0:
            raise wrong("min_group", "a whole number, 0 or more", self.min_group)
        if not isinstance(self.keep_text, bool):
            raise wrong("keep_text", "True or False", self.keep_text)
        for option in ("keep", "erase"):
            value = getattr(self, option)
            if isinstance(value, str) or not all(isinstance(name, str) for name in value):
                raise wrong(option, "several texts, such as ('department',)", value)

    def _json(self) -> dict[str, Any]:
        given = {"keep_text": self.keep_text, "keep": list(self.keep), "erase": list(self.erase)}
        return given if self.pseudonymise is None else given | {"pseudonymise": self.pseudonymise}


@dataclass(frozen=True)
class Erasure:
    """A community without one member, and the proof of it."""

    community: Community
    removed: pl.DataFrame
    """`table`, `rows`: what was taken out, and the texts of others from which a name was."""
    proof: pl.DataFrame
    """`kpi`, `erased`, `again`, `equal`: digests of its tables, and of those computed again from what is left."""

    @property
    def holds(self) -> bool:
        """Whether every KPI comes out the same again, and the member's key and names are found nowhere."""
        return (
            bool(self.proof["equal"].all()) and int(self.removed.filter(pl.col("table") == "left over")["rows"][0]) == 0
        )


def erase(community: Community, member: str, /) -> Erasure:
    """The community without a member: no acts, no row of the tables, no name in others' texts.

    The KPIs of what is left are computed twice, once from the community and once from its tables written out and built
    anew, so that nothing of the member can have stayed in what was made before; the tables must be the same, byte by
    byte.

    Args:
        community: The community.
        member: The member's key.

    Raises:
        OptionError: there is no such member.

    Example:
        >>> import commonweal as cw, polars as pl
        >>> from datetime import datetime, timezone
        >>> noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
        >>> events = pl.DataFrame(
        ...     {"time": [noon, noon], "member": ["ana", "bo"], "kind": ["post", "reply"], "text": ["hi", "hi ana!"]}
        ... )
        >>> gone = cw.erase(cw.Community(events), "ana")
        >>> gone.community.events["text"].to_list(), gone.holds
        (['hi [erased]!'], True)
    """
    events, members = community.events, community.members
    in_members = members is not None and member in set(members["member"])
    if not in_members and member not in set(events["member"].drop_nulls()):
        raise wrong("member", "a member of the community", member)
    names = {member}
    if members is not None:
        for column in ("name", "username", "account"):
            if column in members.columns:
                rows = members.filter(pl.col("member") == member)[column]
                names.update(
                    rows.explode().drop_nulls().to_list() if rows.dtype == pl.List else rows.drop_nulls().to_list()
                )
    pattern = "(?i)@?(?:" + "|".join(_as_word(name) for name in sorted(names, key=len, reverse=True)) + ")"
    kept = events.filter(pl.col("member").ne_missing(member))
    redacted = 0
    for column in ("text", "title"):
        if column in kept.columns and kept[column].dtype == pl.String:
            found = kept[column].str.contains(pattern)
            redacted += int(found.sum() or 0)
            kept = kept.with_columns(pl.col(column).str.replace_all(pattern, "[erased]"))
    for column in ("target",):
        if column in kept.columns:
            kept = kept.with_columns(pl.when(pl.col(column).ne_missing(member)).then(column))
    others = None if members is None else members.filter(pl.col("member") != member)
    left = Community._wrap(community._core.replace(kept, others), community._min_group)
    over = _found(left.events, names) + (0 if left.members is None else _found(left.members, names))
    removed = pl.DataFrame(
        {
            "table": ["events", "members", "texts of others", "left over"],
            "rows": [
                events.height - kept.height,
                0 if members is None or others is None else members.height - others.height,
                redacted,
                over,
            ],
        }
    )
    return Erasure(left, removed, _proof(left))


def _as_word(name: str) -> str:
    """A pattern of a name that is no part of a longer word."""
    edges = [r"\b" if letter.isalnum() else "" for letter in (name[0], name[-1])] if name else ["", ""]
    return edges[0] + re.escape(name) + edges[1]


def _found(table: pl.DataFrame, names: set[str]) -> int:
    """In how many cells a name stands, as the whole of a key, or somewhere in a text."""
    cells = 0
    for column in table.columns:
        if table[column].dtype != pl.String:
            continue
        cells += int(table[column].is_in(list(names)).sum() or 0)
    return cells


def _proof(community: Community) -> pl.DataFrame:
    again = Community(community.events, community.members, tz=community.tz, as_of=community.as_of)
    rows = []
    for name in kpis()["kpi"]:
        # The account of the reader is no part of the tables.
        if name == "quality":
            continue
        try:
            one, other = community.partial(name), again.partial(name)
        except CommonwealError:
            continue
        digests = [hashlib.blake2b(tables, digest_size=16).hexdigest() for tables in (one, other)]
        rows.append((name, *digests, digests[0] == digests[1]))
    schema = {"kpi": pl.String, "erased": pl.String, "again": pl.String, "equal": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")
