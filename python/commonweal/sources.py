"""Several sources in one community: put together, people with several accounts joined, programs marked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from commonweal import _core
from commonweal._bots import Bots, bots
from commonweal._identities import Identities, identities
from commonweal._options import wrong
from commonweal.community import Community

__all__ = ["Bots", "Identities", "bots", "concat", "identities"]


def concat(sources: Mapping[str, Community] | Sequence[Community], /) -> Community:
    """Several sources as one community.

    The name of a source goes before its keys, as in `forum:17`: the same key in two sources is not the same person;
    `identities` tells who is. A column `source` of events and members holds the name. Observation ends with the latest
    of all: where exports were made at different times, use `between` up to the earliest.

    Args:
        sources: The communities by the names that they are to have; or in a list, then named by their platforms.

    Raises:
        OptionError: there are none, names repeat, or time zones differ.
        SchemaError: two sources have a column of different types.

    Example:
        >>> import commonweal as cw
        >>> a, b = cw.datasets.simulate(members=60, days=60), cw.datasets.simulate(members=60, days=60, seed=1)
        >>> both = cw.concat({"forum": a, "chat": b})
        >>> both.n_events == a.n_events + b.n_events, sorted(set(both.events["source"]))
        (True, ['chat', 'forum'])
    """
    named = dict(sources) if isinstance(sources, Mapping) else dict(_by_platform(sources))
    for name, community in named.items():
        if not isinstance(name, str) or not isinstance(community, Community):
            raise wrong(
                "sources", "communities, or a mapping of names to communities", {name: type(community).__name__}
            )
    return Community._wrap(
        _core.concat(list(named), [community._core for community in named.values()]),
        max((community._min_group for community in named.values()), default=0),
    )


def _by_platform(sources: Iterable[Community]) -> Iterator[tuple[str, Community]]:
    """Names by the one platform of each, with a number where several have it."""
    seen: dict[str, int] = {}
    for community in sources:
        if not isinstance(community, Community):
            raise wrong("sources", "communities, or a mapping of names to communities", type(community).__name__)
        columns = community.events.columns
        platforms = community.events["platform"].drop_nulls().unique().to_list() if "platform" in columns else []
        name = platforms[0] if len(platforms) == 1 else "source"
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}{seen[name]}"), community
