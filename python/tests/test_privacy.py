"""Privacy at the door, and members who are to be forgotten."""

import contextlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest

import commonweal as cw
from commonweal.exceptions import OptionError

KEY = "a key that nobody guesses"
LINES = """time,member,kind,id,thread,parent,text,target,department,email
2026-01-05T12:00:00Z,ana,post,p1,p1,,"Mail bo@x.org, or +49 431 1234567",,Sales,ana@x.org
2026-01-05T13:00:00Z,bo,reply,r1,p1,p1,"@ana at 10:30, from 192.0.2.7",ana,Sales,bo@x.org
2026-01-05T14:00:00Z,cy,reply,r2,p1,r1,thanks Ana,,Baking,cy@x.org
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "events.csv"
    file.write_text(LINES)
    return file


def everything(community: cw.Community) -> str:
    return community.events.write_csv() + ("" if community.members is None else community.members.write_csv())


def test_no_name_and_no_text_is_left(path: Path) -> None:
    c = cw.read(path, privacy=cw.Privacy(pseudonymise=KEY))
    for told in ("ana", "bo", "cy", "@", "431", "p1", "192"):
        assert told not in everything(c), told
    assert c.events["text"].null_count() == 3
    assert "email" not in c.events.columns
    assert "department" not in c.events.columns
    # Structure is left: the numbers are those of the names.
    plain = cw.read(path)
    assert c.response.first_response().equals(plain.response.first_response())
    assert c.n_threads == plain.n_threads
    assert c.n_members == plain.n_members
    assert c.events["parent"][1] == c.events["id"][0]
    assert c.events["target"][1] == c.events["member"][0]


def test_the_key_decides(path: Path) -> None:
    def names(key: str) -> list[str]:
        return cw.read(path, privacy=cw.Privacy(pseudonymise=key)).events["member"].to_list()

    assert names(KEY) == names(KEY)
    assert not set(names(KEY)) & set(names(KEY + "!"))
    assert KEY not in repr(cw.Privacy(pseudonymise=KEY))


def test_text_is_kept_without_what_tells_of_people(path: Path) -> None:
    c = cw.read(path, privacy=cw.Privacy(pseudonymise=KEY, keep_text=True, keep=("department",)))
    assert c.events["text"].to_list() == [
        "Mail [mail], or [phone]",
        "@[someone] at 10:30, from [address]",
        "thanks Ana",
    ]
    assert c.events["department"].to_list() == ["Sales", "Sales", "Baking"]


def test_small_groups_are_hidden_in_every_kpi(path: Path) -> None:
    c = cw.read(path, privacy=cw.Privacy(pseudonymise=KEY, keep=("department",), min_group=3))
    for community in (c, c.filter(pl.col("kind") != "view"), cw.concat({"a": c})):
        table = community.engagement.activity(by="department")
        assert table["suppressed"].all()
        assert community.engagement.activity(by="department", min_group=1)["suppressed"].all()
    assert not c.engagement.activity(min_group=0)["suppressed"].any()
    for name in cw.kpis()["kpi"]:
        with contextlib.suppress(cw.exceptions.DeclinedError, cw.exceptions.OptionError):
            c.compute(name)


def test_erasure_at_the_door(path: Path) -> None:
    c = cw.read(path, privacy=cw.Privacy(keep_text=True, erase=("ana",)))
    assert "ana" not in everything(c).lower().replace("[erased]", "")
    quality = dict(c.quality().select("check", "count").iter_rows())
    assert (quality["rows read"], quality["rows kept"], quality["rows refused: act of a member who is erased"]) == (
        3,
        2,
        1,
    )


def test_a_member_is_forgotten(path: Path) -> None:
    before = cw.read(path)
    gone = cw.erase(before, "ana")
    assert gone.holds
    assert dict(gone.removed.iter_rows()) == {"events": 1, "members": 0, "texts of others": 2, "left over": 0}
    assert "ana" not in everything(gone.community).lower()
    assert gone.proof.height > 20
    assert gone.proof["equal"].all()
    # The proof can fail: another community has other tables.
    assert cw.erase(before, "cy").proof["erased"].to_list() != gone.proof["erased"].to_list()
    with pytest.raises(OptionError, match="a member of the community"):
        cw.erase(before, "nobody")


def test_wrong_options(path: Path) -> None:
    with pytest.raises(OptionError, match="16 letters") as caught:
        cw.Privacy(pseudonymise="short")
    assert "short" not in str(caught.value).replace("shorter", "")
    with pytest.raises(OptionError, match="min_group"):
        cw.Privacy(min_group=-1)
    with pytest.raises(OptionError, match="keep"):
        cw.Privacy(keep="department")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"commonweal\.Privacy"):
        cw.read(path, privacy={"min_group": 5})  # type: ignore[arg-type]


def test_no_total_gives_a_small_group_away() -> None:
    # Two groups that share neither channel nor site: the one that is small is the total less the other.
    events = pl.DataFrame(
        {
            "time": pl.datetime_range(
                pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 1, 10), "1h", eager=True, time_zone="UTC"
            ),
            "member": [f"m{i}" for i in range(11)],
            "kind": "post",
            "channel": ["x"] * 10 + ["y"],
            "site": ["IT"] * 10 + ["HR"],
        }
    )
    community = cw.Community(events)
    for table in (
        community.response.first_response(by=["channel", "site"], min_group=5),
        community.adoption.growth(by=["channel", "site"], min_group=5),
    ):
        assert table["suppressed"].to_list() == [True, True]


def test_a_pair_of_channels_is_not_the_rest_of_its_source() -> None:
    # Ten in a, of whom two go on to b.
    time = [datetime(2025, 1, 5, tzinfo=timezone.utc)] * 10 + [datetime(2025, 2, 5, tzinfo=timezone.utc)] * 2
    events = pl.DataFrame(
        {"time": time, "member": [f"m{i % 10}" for i in range(12)], "kind": "post", "channel": ["a"] * 10 + ["b"] * 2}
    )
    flow = cw.Community(events, as_of=datetime(2025, 3, 1, tzinfo=timezone.utc)).network.flow(min_group=5)
    assert flow["n"].null_count() == flow.height == 2


def test_a_thread_that_is_not_due_hides_nobody() -> None:
    # One thread of the channel has been watched for a week; those of six others are of yesterday.
    jan = [datetime(2025, 1, day, tzinfo=timezone.utc) for day in (1, 2, 31)]
    rows = [(jan[0], "solo", "post", "A"), (jan[1], "ana", "reply", "A")]
    rows += [(jan[2], f"n{i}", "post", f"N{i}") for i in range(6)]
    events = pl.DataFrame(rows, schema=["time", "member", "kind", "thread"], orient="row").with_columns(
        channel=pl.lit("x")
    )
    table = cw.Community(events).engagement.conversations(within="7d", min_group=5, by="channel")
    assert table["suppressed"].to_list() == [True]
    assert table["threads"].to_list() == [None]


def test_who_changes_departments_is_one_person() -> None:
    # Three who answer one another; all three were in another department before.
    rows, start = [], datetime(2025, 1, 1, tzinfo=timezone.utc)
    for hour in range(60):
        asker, answerer = f"m{hour % 3}", f"m{(hour + 1 + hour // 30) % 3}"
        at = start + timedelta(days=hour)
        rows += [(at, asker, "post", f"t{hour}"), (at + timedelta(hours=1), answerer, "reply", f"t{hour}")]
    events = pl.DataFrame(rows, schema=["time", "member", "kind", "thread"], orient="row")
    change = start + timedelta(days=30)
    spells = pl.DataFrame(
        {
            "member": [f"m{i}" for i in range(3)] * 2,
            "dimension": "department",
            "value": ["A", "B", "C", "D", "E", "F"],
            "from": [start] * 3 + [change] * 3,
            "to": [change] * 3 + [None] * 3,
        }
    )
    community = cw.Community(events.with_columns(channel=pl.lit("small")), affiliations=spells)
    table = community.network.bridges(by="channel", min_group=5)
    assert table["member"].drop_nulls().is_empty()
