"""How a community shows itself."""

from html.parser import HTMLParser

import polars as pl
from conftest import events

import commonweal as cw

HOSTILE = "<script>alert(1)</script>"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def card(community: cw.Community) -> Tags:
    parser = Tags()
    parser.feed(community._repr_html_())
    return parser


def test_the_card_has_the_facts(small: pl.DataFrame) -> None:
    text = card(cw.Community(small)).text
    assert "5 events · 3 members · 3 threads" in text
    assert "2: help, general" in text
    assert "2026-01-05 12:00 UTC to 2026-01-05 19:00 UTC (1 day)" in text
    assert "no members table: staff and bots are not known" in text


def test_hostile_names_are_inert() -> None:
    shown = card(cw.Community(events((0, "a", "post", "t"), channel=[HOSTILE], platform=['"><img src=x>'])))
    assert not {"script", "img", "link", "a"} & set(shown.tags)
    assert HOSTILE in shown.text


def test_the_card_is_the_same_each_time(community: cw.Community) -> None:
    again = cw.datasets.simulate(members=150, days=120, seed=7)
    assert community._repr_html_() == again._repr_html_()


def test_text_for_the_terminal(small: pl.DataFrame) -> None:
    lines = repr(cw.Community(small)).splitlines()
    assert lines[0] == "Community: 5 events · 3 members · 3 threads"
    assert "<" not in repr(cw.Community(small))


def test_control_characters_do_not_reach_the_terminal() -> None:
    shown = repr(cw.Community(events((0, "a", "post", "t"), channel=["\x1b[31mred\n"])))
    assert "\x1b" not in shown


def test_an_empty_community_shows_itself() -> None:
    shown = repr(cw.Community(events()))
    assert "no events" in shown


def test_roles_are_counted(small: pl.DataFrame) -> None:
    members = pl.DataFrame({"member": ["ana", "bo", "cy"], "role": ["staff", "bot", None]})
    assert "1 staff, 1 bot in the members table" in repr(cw.Community(small, members))
