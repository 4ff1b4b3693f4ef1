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
    with pytest.raises(OptionError, match="'email', 'handle', 'name'"):
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
    again = cw.identities(cw.Community(events.with_columns(time=pl.lit(NOON)), people))
    assert set(again.doubtful["why"]) == {shared}


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
