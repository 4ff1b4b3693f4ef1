"""Several sources in one community: who is one person, who is a program."""

from datetime import datetime, timedelta, timezone

import polars as pl
import pytest

import commonweal as cw
from commonweal.exceptions import OptionError, SchemaError

NOON = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)


def one(*members: tuple[str, str | None, str | None], acts: int = 1, **columns: list[str | None]) -> cw.Community:
    """A source: key, user name and name of each member, who posts so often."""
    keys = [key for key, _, _ in members]
    events = pl.DataFrame(
        {"time": [NOON] * (len(keys) * acts), "member": keys * acts, "kind": ["post"] * (len(keys) * acts)}
    )
    people = pl.DataFrame(
        {"member": keys, "username": [u for _, u, _ in members], "name": [n for _, _, n in members], **columns},
        schema_overrides={"username": pl.String, "name": pl.String},
    )
    return cw.Community(events, people)


@pytest.fixture
def both() -> cw.Community:
    forum = one(
        ("1", "ana", "Ana Lee"), ("2", "bobby", "Bo Roe"), ("3", "admin", "Root"), ("4", "dee", "Dee Dah"), acts=2
    )
    chat = one(
        ("U1", "Ana", "ana lee"), ("U2", "bobby", "Bob Ruffian"), ("U3", "admin", "Other"), ("U4", "d", "Dee  Dah")
    )
    mail = one(("ana@x.org", None, None), ("ANA@x.org", None, None), ("noreply@x.org", None, None))
    return cw.concat({"forum": forum, "chat": chat, "mail": mail})


def test_rules_join_what_is_exactly_the_same(both: cw.Community) -> None:
    found = cw.identities(both)
    rows = {(*sorted((a, b)), rule) for a, b, rule, _ in found.log.iter_rows()}
    assert rows == {("chat:U1", "forum:1", "handle"), ("mail:ANA@x.org", "mail:ana@x.org", "email")}
    doubtful = {(*sorted((a, b)), rule): why for a, b, rule, _, why, _ in found.doubtful.iter_rows()}
    assert doubtful == {
        ("chat:U2", "forum:2", "handle"): "the names differ",
        ("chat:U4", "forum:4", "name"): "people share names",
    }
    assert found.doubtful["events"].to_list() == [3, 3]
    joined = found.apply()
    assert joined.n_members == both.n_members - 2
    assert joined.n_events == both.n_events
    # The account with the most events gives the key.
    assert "forum:1" in set(joined.events["member"])
    assert "chat:U1" not in set(joined.events["member"])
    assert found.apply(doubtful=True).n_members == both.n_members - 4


def test_the_log_can_be_undone(both: cw.Community) -> None:
    joined = cw.identities(both, rules=("email", "handle", "name")).apply()
    assert joined.n_members == both.n_members - 3
    again = cw.Identities.split(joined)
    assert again.events.equals(both.events)
    assert set(again.members["member"]) == set(both.members["member"])  # type: ignore[index]
    assert cw.Identities.split(both) is both
    with pytest.raises(SchemaError, match="split"):
        cw.identities(joined, same=[("forum:1", "forum:2")]).apply()


def test_pairs_settled_by_hand(both: cw.Community) -> None:
    found = cw.identities(both, same=[("forum:2", "chat:U2")], different=[("forum:1", "chat:U1")], block=["ana@x.org"])
    assert [(a, b, rule) for a, b, rule, _ in found.log.iter_rows()] == [("forum:2", "chat:U2", "given")]
    with pytest.raises(OptionError, match="members of the community"):
        cw.identities(both, same=[("forum:2", "nobody")])
    with pytest.raises(OptionError, match="'account', 'email', 'handle', 'name'"):
        cw.identities(both, rules=("phone",))  # type: ignore[arg-type]


def test_a_key_that_changed() -> None:
    days = [NOON, NOON + timedelta(days=1), NOON + timedelta(days=2), NOON + timedelta(days=1)]
    events = pl.DataFrame({"time": days, "member": ["1", "1", "2", "3"], "kind": ["post"] * 4})
    names = {"1": "Ana Lee", "2": "ana  lee", "3": "Bo Roe", "4": "Bo Roe", "5": "Ana Lee"}
    people = pl.DataFrame({"member": list(names), "name": list(names.values())})
    found = cw.identities(cw.Community(events, people))
    assert found.log.is_empty()
    doubts = {(*sorted((a, b)),): why for a, b, why in found.doubtful.select("account", "other", "why").iter_rows()}
    changed = "an account of this name begins in the same source after the other's end: a key that changed?"
    shared = "several accounts of this name in one source"
    # The fourth and fifth have done nothing.
    assert doubts == {("1", "2"): changed, ("1", "5"): shared, ("3", "4"): shared}
    assert found.changed.rows() == [("", "1", "2", "name", "ana lee", days[1], days[2], False)]
    again = cw.identities(cw.Community(events.with_columns(time=pl.lit(NOON)), people))
    assert set(again.doubtful["why"]) == {shared}
    assert again.changed.is_empty()


def acts(*rows: tuple[int, str], **columns: list[str | None]) -> pl.DataFrame:
    """A post of a member on each of some days."""
    days = {"time": [NOON + timedelta(days=day) for day, _ in rows], "member": [member for _, member in rows]}
    return pl.DataFrame({**days, "kind": ["post"] * len(rows), **columns})


def test_a_handle_that_changed_and_a_number_that_stayed() -> None:
    # The key is a login; the number of the account stands in each row, and ann-lee is whom ann has become.
    rows = acts((0, "ann"), (1, "ann"), (2, "bo"), (3, "ann-lee"), (4, "cy"), account_id=["7", "7", "8", "7", None])
    found = cw.identities(cw.Community(rows))
    assert found.log.rows() == [("ann", "ann-lee", "account", "7")]
    assert found.changed.drop("until", "since").rows() == [("", "ann", "ann-lee", "account", "7", True)]
    assert found.apply().n_members == 3
    assert cw.identities(cw.Community(rows), rules=("email",)).changed["joined"].to_list() == [False]
    # The same number in two sources is not the same account.
    both = cw.concat({"a": cw.Community(rows.head(2)), "b": cw.Community(rows.slice(3, 1))})
    assert cw.identities(both).log.is_empty()


def test_a_number_that_changed_and_an_address_that_stayed() -> None:
    mails = ["ana@x.org", "ANA@x.org", "noreply@x.org", "noreply@x.org", "bo@x.org", "bo@x.org", "bo@x.org"]
    rows = acts((0, "1"), (1, "2"), (2, "3"), (3, "4"), (4, "5"), (6, "5"), (5, "6"), email=mails)
    found = cw.identities(cw.Community(rows))
    # The third address is everybody's; the fifth and the sixth were there at the same time.
    assert found.changed.drop("until", "since").rows() == [("", "1", "2", "email", "ana@x.org", True)]
    assert [pair for *pair, _, _ in found.log.iter_rows()] == [["1", "2"], ["5", "6"]]
    table = cw.Community(rows).quality()
    assert table.row(-1)[:2] == ("keys that may have changed", 1)
    assert cw.identities(cw.Community(rows), different=[("1", "2")]).changed.is_empty()
    # Nothing beside the key is known of anybody: nothing can be said.
    assert "keys that may have changed" not in cw.Community(rows.drop("email")).quality()["check"].to_list()


def test_a_handle_in_one_source_that_another_account_takes_up() -> None:
    people = pl.DataFrame({"member": ["1", "2", "3"], "username": ["ana", "Ana", "ana"]})
    community = cw.Community(acts((0, "1"), (5, "2"), (1, "3"), (2, "3")), people)
    found = cw.identities(community)
    assert found.log.is_empty()
    assert (
        found.doubtful["why"].to_list()
        == ["an account of this user name begins in the same source after the other's end: a key that changed?"] * 2
    )
    # In a row: whom the third takes over from, and whom the second.
    assert found.changed.select("account", "other").rows() == [("1", "3"), ("3", "2")]
    assert community.quality().row(-1)[1] == 2
    assert cw.identities(community, block=["ANA"]).changed.is_empty()


def test_what_doubtful_pairs_change(both: cw.Community) -> None:
    effects = cw.identities(both).effects()
    row = effects.filter((pl.col("kpi") == "engagement.activity") & (pl.col("column") == "contributors"))
    assert row.rows() == [("engagement.activity", "contributors", 9.0, 7.0)]


def test_members_that_become_one() -> None:
    day = [datetime(2020, 1, d, tzinfo=timezone.utc) for d in (1, 2, 3)]
    forum = one(("1", "ana", "Ana"), role=["member"], joined=[day[1]], left=[day[2]])  # type: ignore[list-item]
    chat = one(("U1", "ana", "Ana"), role=["staff"], joined=[day[0]], left=[None])  # type: ignore[list-item]
    joined = cw.identities(cw.concat({"forum": forum, "chat": chat})).apply()
    assert joined.members is not None
    assert joined.members.height == 1
    row = joined.members.row(0, named=True)
    assert (row["role"], row["joined"], row["left"], sorted(row["account"])) == (
        "staff",
        day[0],
        None,
        ["chat:U1", "forum:1"],
    )


def test_names_of_sources() -> None:
    a = one(("1", None, None))
    assert set(cw.concat([a, a]).events["source"]) == {"source", "source2"}
    with pytest.raises(OptionError, match="one community or more"):
        cw.concat([])
    with pytest.raises(OptionError, match="communities"):
        cw.concat([a.events])  # type: ignore[list-item]


def test_bots_are_marked_and_never_deleted() -> None:
    c = one(
        ("1", "ana", "Ana Lee"),
        ("2", "ci[bot]", None),
        ("3", "robot-fan", "Talbot"),
        ("4", None, "Helper Bot"),
        ("5", "di", None),
    )
    found = cw.bots(c, given=["5"])
    reasons = dict(found.table.select("member", "reason").iter_rows())
    # Who is called Talbot is taken for one: the pattern cannot know, and `never` says so.
    assert reasons == {"2": "name", "3": "name", "4": "name", "5": "given"}
    marked = cw.bots(c, given=["5"], never=["3"]).apply()
    assert marked.n_events == c.n_events
    assert marked.members is not None
    assert marked.members.filter(pl.col("role") == "bot")["member"].to_list() == ["2", "4", "5"]
    assert marked.engagement.activity()["posts"][0] == 2
    assert marked.engagement.activity(bots=True)["posts"][0] == 5
    assert set(cw.bots(marked).table["reason"]) == {"source", "name"}
    effects = cw.bots(c, given=["5"], never=["3"]).effects()
    assert effects.filter(pl.col("column") == "posts")["with"][0] == 5
    with pytest.raises(OptionError, match="regular expressions"):
        cw.bots(c, names=["("])


def test_bots_are_told_by_what_they_say() -> None:
    facts = [
        "the wiki is at https://x.org/1 and explains how to mount a disk",
        "please ask your question, and be patient",
    ]
    guide = [f"{who}: {facts[day % 2]}" for day, who in enumerate(["bo", "cy", "dee", "eve"] * 6)]
    people = [
        f"I have mounted the disk of room {'abcdefghijklmnopqrstuvwxyz'[day]}, and nothing works" for day in range(24)
    ]
    short = ["thank you"] * 24
    hasty = [facts[0]] * 24
    texts = {"guide": guide, "ana": people, "bo": short}
    rows = [(day, member) for member in texts for day in range(24)] + [(0, "cy")] * 24
    events = acts(*rows, text=[*guide, *people, *short, *hasty])
    # All on one day is a mishap, and not a habit.
    found = cw.bots(cw.Community(events), behaviour=True).table
    assert found.rows() == [("guide", "behaviour", "24 of 24 sentences were said on another day, too", 24)]
    assert cw.bots(cw.Community(events)).table.is_empty()
    assert cw.bots(cw.Community(events), behaviour=True, never=["guide"]).table.is_empty()
    assert cw.bots(
        cw.Community(events.filter(pl.col("time") < NOON + timedelta(days=19))), behaviour=True
    ).table.is_empty()
    assert cw.bots(cw.Community(events.drop("text")), behaviour=True).table.is_empty()
    with pytest.raises(OptionError, match="behaviour must be True or False"):
        cw.bots(cw.Community(events), behaviour="yes")  # type: ignore[arg-type]


def test_one_side_alone_is_refused_by_the_response_kpis() -> None:
    own = one(("1", None, None))
    own = cw.Community(own.events.with_columns(one_sided=True), own.members)
    both = cw.concat({"forum": one(("1", None, None)), "own": own})
    with pytest.raises(cw.exceptions.DeclinedError, match="both sides of the talk"):
        both.response.first_response()
    left = both.filter(~pl.col("one_sided").fill_null(value=False))
    assert left.response.first_response()["n"][0] == 1
    assert both.engagement.activity()["posts"][0] == 2


def test_a_report_of_one_side_says_so(tmp_path) -> None:  # type: ignore[no-untyped-def]
    own = one(("1", "ana", "Ana"), ("2", "bo", "Bo"), acts=30)
    own = cw.Community(own.events.with_columns(one_sided=True), own.members)
    html = cw.report(own, tmp_path / "r.html").read_text()
    assert "both sides of the talk" in html
