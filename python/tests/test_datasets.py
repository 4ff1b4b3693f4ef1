"""The simulated community."""

import pytest

import commonweal as cw
from commonweal.exceptions import OptionError


def test_the_same_seed_gives_the_same_community() -> None:
    one, same, other = (cw.datasets.simulate(members=40, days=30, seed=seed) for seed in (1, 1, 2))
    assert one.events.equals(same.events)
    assert not one.events.equals(other.events)


def test_it_has_what_a_community_has(community: cw.Community) -> None:
    members = community.members
    assert members is not None
    assert {"staff", "bot"} <= set(members["role"])
    assert {"post", "reply", "reaction", "join"} <= set(community.events["kind"])
    assert community.events["channel"].n_unique() > 2
    row = community.response.first_response().row(0, named=True)
    assert row["answered"] > 0
    assert row["unanswered"] > 0


def test_the_truth_is_told() -> None:
    assert cw.datasets.truth(members=40, days=30, seed=1)


@pytest.mark.parametrize(("option", "value"), [("members", 0), ("days", 1.5), ("seed", -1), ("members", True)])
def test_numbers_out_of_range(option: str, value: int) -> None:
    with pytest.raises(OptionError, match=f"^{option} must be a whole number"):
        cw.datasets.simulate(**{option: value})
