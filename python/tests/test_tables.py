"""Additive tables: any split, in any order, gives the same frame."""

import pytest

import commonweal as cw
from commonweal.exceptions import StateError

# What has to stay whole in a part for the KPI to be right.
KEYS = {
    "adoption.active_members": "member",
    "adoption.rolling_active": "member",
    "adoption.growth": "member",
    "engagement.activity": "member",
    "response.first_response": "thread",
    "response.curve": "thread",
    "sentiment.trend": "member",
}


@pytest.mark.parametrize("name", KEYS)
def test_any_split_gives_the_same(community: cw.Community, name: str) -> None:
    parts = [part.partial(name, {}) for part in community.partition(3, KEYS[name])]  # type: ignore[arg-type]
    whole = community.compute(name)
    for order in (parts, parts[::-1]):
        assert cw.tables.finish(name, cw.tables.merge(order), as_of=community.as_of).equals(whole)
    assert cw.tables.merge(parts) == cw.tables.merge(parts[::-1])


def test_what_is_no_state(community: cw.Community) -> None:
    name = "engagement.activity"
    state = community.partial(name)
    for wrong in (b"", b"not a state", state[:-1], bytes([state[0] ^ 1]) + state[1:]):
        with pytest.raises(StateError):
            cw.tables.finish(name, wrong, as_of=community.as_of)
    with pytest.raises(StateError):
        cw.tables.finish("adoption.growth", state, as_of=community.as_of)
    with pytest.raises(StateError):
        cw.tables.finish(name, state, {"every": "1d"}, as_of=community.as_of)
