"""What the command line reads: exports, several of them, and databases; and what of them is kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from commonweal import _remote
from commonweal._scan import Scan, scan
from commonweal._scan.files import TableFormat
from commonweal.community import Community
from commonweal.database import read_database
from commonweal.exceptions import OptionError
from commonweal.io import read
from commonweal.privacy import Privacy
from commonweal.sources import concat, identities

if TYPE_CHECKING:
    from commonweal.typing import DatabasePreset, IdentityRule, SourceFormat

__all__ = ["Inputs", "privacy", "query"]

Tell = Callable[[str, int, int], None]
"""Called with what is done, the bytes read and the bytes there are."""

_NAMED = re.compile(r"([A-Za-z][\w-]*)=(.+)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Paths and addresses, and how to read them."""

    sources: Sequence[str]
    format_in: str | None = None
    mapping: Mapping[str, Any] | None = None
    time_zone: str | None = None
    tz: str = "UTC"
    as_of: str | None = None
    members: Path | None = None
    preset: str | None = None
    query: str | None = None
    rules: Sequence[str] = ()
    privacy: Privacy | None = None
    memory_limit: str | None = None

    def paths(self) -> list[Path]:
        """The files and folders; an error where one is a database."""
        for _, source in self._named():
            if "://" in source:
                raise OptionError("a database or an address cannot be watched: only files tell when they change")
        return [Path(source) for _, source in self._named()]

    def read(self, tell: Tell) -> Community:
        """One community of all."""
        named = self._named()
        if len(named) > 1 and self.members is not None:
            raise OptionError("--members goes with one INPUT: put members.parquet beside events.parquet of each")
        if self.rules and self.privacy is not None and self.privacy.pseudonymise is not None:
            raise OptionError("--identities needs the names that --pseudonymise-key-file takes out: give one of them")
        if (self.preset or self.query) and not any(_is_database(source) for _, source in named):
            raise OptionError(
                "--preset and --query are for an INPUT that is a database, such as postgresql://host/name"
            )
        parts = [self._one(source, tell) for _, source in named]
        if len(parts) == 1:
            whole = parts[0]
        elif any(name for name, _ in named):
            # Those without a name are called by their place.
            whole = concat(
                {
                    name or f"source{place}": part
                    for place, ((name, _), part) in enumerate(zip(named, parts, strict=True), start=1)
                }
            )
        else:
            whole = concat(parts)
        if self.rules:
            tell("Joining accounts", 0, 0)
            rules = [rule.strip() for given in self.rules for rule in given.split(",")]
            whole = identities(whole, rules=cast("list[IdentityRule]", rules)).apply()
        return whole

    def scan(self, tell: Tell) -> Scan:
        """The one table that there is, in pieces."""
        if len(self.sources) > 1 or self.rules or self.preset or self.query or _is_database(self.sources[0]):
            raise OptionError(
                "--memory-limit goes with one INPUT that is a table (Parquet, CSV, NDJSON), without --identities: what "
                "is one community is told from all accounts at once"
            )
        if self.format_in not in (None, *get_args(TableFormat)):
            raise OptionError(f"--memory-limit is for tables: Parquet, CSV or NDJSON, not {self.format_in}")
        return scan(
            self.sources[0],
            memory_limit=self.memory_limit or "",
            format=cast("TableFormat | None", self.format_in),
            mapping=self.mapping,
            members=self.members,
            time_zone=self.time_zone,
            tz=self.tz,
            as_of=self.as_of,
            privacy=self.privacy,
            progress=lambda done, total: tell("Reading", done, total),
        )

    def _named(self) -> list[tuple[str | None, str]]:
        """`forum=topics/` is called forum, unless there is a file of that whole name."""
        found: list[tuple[str | None, str]] = []
        for source in self.sources:
            match = _NAMED.fullmatch(source)
            if match is None or "://" in match[1] or Path(source).exists():
                found.append((None, source))
            else:
                found.append((match[1], match[2]))
        names = [name for name, _ in found if name]
        if len(set(names)) < len(names):
            raise OptionError(f"each INPUT needs a name of its own, got {', '.join(names)}")
        return found

    def _one(self, source: str, tell: Tell) -> Community:
        if _is_database(source):
            tell("Asking the database", 0, 0)
            return read_database(
                source,
                preset=cast("DatabasePreset | None", self.preset),
                query=self.query,
                mapping=self.mapping,
                time_zone=self.time_zone,
                tz=self.tz,
                as_of=self.as_of,
                privacy=self.privacy,
                progress=lambda done, total: tell("Reading", done, total),
            )
        return read(
            source,
            format=cast("SourceFormat | None", self.format_in),
            mapping=self.mapping,
            tz=self.tz,
            as_of=self.as_of,
            time_zone=self.time_zone,
            members=self.members,
            privacy=self.privacy,
            progress=lambda done, total: tell("Reading", done, total),
        )


def _is_database(source: str) -> bool:
    return "://" in source and _remote.address(source) is None


def privacy(
    key_file: Path | None, *, drop_text: bool, keep: Sequence[str], erase: Sequence[str], min_group: int
) -> Privacy | None:
    """What the options ask for; none where they ask for nothing."""
    if key_file is None and not drop_text and not erase:
        if keep:
            raise OptionError("--keep goes with --pseudonymise-key-file, which leaves columns out")
        return None
    key = None
    if key_file is not None:
        try:
            key = key_file.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:
            raise OptionError(f"--pseudonymise-key-file must be a file of text, and {key_file} is none") from None
        if len(key) < Privacy.SHORTEST_KEY:
            raise OptionError(
                f"--pseudonymise-key-file must hold {Privacy.SHORTEST_KEY} letters or more,"
                f" and {key_file} holds {len(key)}"
            )
    return Privacy(pseudonymise=key, keep_text=not drop_text, min_group=min_group, keep=tuple(keep), erase=tuple(erase))


def query(text: str | None) -> str | None:
    """SQL, or what a file of it holds."""
    if text is not None and text.endswith(".sql"):
        return Path(text).read_text(encoding="utf-8")
    return text
