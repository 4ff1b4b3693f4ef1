"""Privacy at the door, and members who are to be forgotten."""

import contextlib
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
