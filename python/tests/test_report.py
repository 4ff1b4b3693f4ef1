"""The report: one file, no network, nothing hostile, nobody named."""

import base64
import itertools
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from conftest import NOON, events

import commonweal as cw
from commonweal._health.change import wilson
from commonweal._report._format import share_cell
from commonweal.exceptions import OptionError

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """What a page holds; fails on tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data.replace("\N{NO-BREAK SPACE}", " ")

    def names(self) -> set[str]:
        return {name for name, _ in self.tags}


def html(community: cw.Community, folder: Path, **options: object) -> str:
    return cw.report(community, folder / "r.html", **options).read_text(encoding="utf-8")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def page(community: cw.Community, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(html(community, tmp_path_factory.mktemp("report"), title="Our community"))


def test_it_needs_no_network_and_runs_nothing(page: Page) -> None:
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & page.names()
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href", "action", "data"):
            address = attributes.get(name) or "#"
            assert address.startswith(("#", "data:text/csv;base64,"))
            assert address.startswith("#") or "download" in attributes
        assert "url(http" not in (attributes.get("style") or "")


def test_the_style_fetches_nothing(community: cw.Community, tmp_path: Path) -> None:
    style = re.findall(r"<style>(.*?)</style>", html(community, tmp_path), flags=re.DOTALL)
    assert len(style) == 1
    assert "@import" not in style[0]
    assert "url(" not in style[0]


def test_it_can_be_read_with_a_screen_reader(page: Page) -> None:
    assert dict(page.tags)["html"]["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    charts = [attributes for tag, attributes in page.tags if tag == "div" and attributes.get("role") == "img"]
    assert len(charts) >= 10
    assert all(attributes["aria-label"] for attributes in charts)
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in page.tags if tag == "th")
    tables = [tag for tag, _ in page.tags if tag in ("table", "caption")]
    assert tables == ["table", "caption"] * (len(tables) // 2)


def test_ids_are_unique_and_links_arrive(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        if tag == "a" and "download" not in attributes:
            assert (attributes["href"] or "")[1:] in ids


def test_every_section_is_there(page: Page) -> None:
    anchors = [attributes.get("id") for tag, attributes in page.tags if tag == "section"]
    assert [a for a in anchors if a] == [
        "changes",
        "data",
        "adoption",
        "staying",
        "engagement",
        "participation",
        "response",
        "network",
        "sentiment",
        "definitions",
    ]
    for words in ("Our community", "Median, answered posts alone", "Kaplan–Meier", "Who answers", "Definitions"):
        assert words in page.text


def tables(page: Page) -> dict[str, pl.DataFrame]:
    """The downloads, by the name of the file."""
    found = {}
    for tag, attributes in page.tags:
        if tag == "a" and "download" in attributes:
            kind, _, content = (attributes["href"] or "").partition(",")
            assert kind == "data:text/csv;base64"
            found[attributes["download"] or ""] = pl.read_csv(base64.b64decode(content), infer_schema_length=None)
    return found


def test_tables_can_be_taken_away(community: cw.Community, page: Page) -> None:
    found = tables(page)
    assert len(found) > 15
    growth = community.adoption.growth(every="1w")
    assert found["adoption.growth_1w.csv"]["active"].to_list() == growth["active"].to_list()
    by_channel = found["response.first_response_channel.csv"]
    theirs = community.response.first_response(within="1d", by="channel", min_group=5)
    seconds = (theirs["median"].dt.total_microseconds() / 1e6).to_list()
    assert by_channel["median_seconds"].to_list() == pytest.approx(seconds)
    members = community.members
    assert members is not None
    names = set(members["member"])
    for table in found.values():
        for column in table.select(pl.col(pl.String)).iter_columns():
            assert not names & set(column)


def test_every_number_leads_to_its_definition(page: Page) -> None:
    ids = {attributes.get("id") for tag, attributes in page.tags if tag == "p"}
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a" and attributes.get("class") == "defined"]
    assert len(links) == len(
        [1 for tag, attributes in page.tags if (attributes.get("class") or "").startswith("stat")]
    ) - page_lists(page)
    for link in links:
        assert (link or "")[1:] in ids
    for kpi in ("response.first_response", "adoption.growth", "network.leaders", "sentiment.trend"):
        assert f"def-{kpi}" in ids


def page_lists(page: Page) -> int:
    """The lists that hold the figures."""
    return len([1 for tag, _ in page.tags if tag == "dl"])


def test_it_says_what_has_changed(page: Page, community: cw.Community) -> None:
    text = page.text.split("What has changed")[2]
    table = community.health(every="1w")
    for row in table.drop_nulls("status").iter_rows(named=True):
        assert row["status"] in text
    clear = table.filter(pl.col("status").is_in(["better", "worse"]))
    assert ("more than noise" in text) == (clear.height > 0)
    assert "the chance of even one false alarm is 5%" in text


def test_no_change_is_said_too(small: pl.DataFrame, tmp_path: Path) -> None:
    text = Page(html(cw.Community(small), tmp_path)).text
    assert "There are not yet two complete days one after the other" in text


def test_two_times_are_compared(community: cw.Community, tmp_path: Path) -> None:
    first, last = community.span or (NOON, NOON)
    middle = first + (last - first) / 2
    before, after = community.between(first, middle), community.between(middle, last)
    page = Page(html(after, tmp_path, compare=before, compare_name="the spring"))
    assert "comparison" in [attributes.get("id") for tag, attributes in page.tags if tag == "section"]
    for words in ("How does this community differ from the spring?", "Posts answered within an hour", "Side by side"):
        assert words in page.text
    assert "comparison" not in html(after, tmp_path).replace("comparisons", "")
    same = Page(html(after, tmp_path, compare=after)).text
    assert "Nothing that was looked at differs more than chance explains." in same


def test_a_comparison_is_of_what_both_have(small: pl.DataFrame, community: cw.Community, tmp_path: Path) -> None:
    assert "Contribute within 30 days" not in Page(html(cw.Community(small), tmp_path, compare=community)).text
    assert "Nothing is known of both." in Page(html(cw.Community(events()), tmp_path, compare=community)).text


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_themes(small: pl.DataFrame, tmp_path: Path, theme: str) -> None:
    page = html(cw.Community(small), tmp_path, theme=theme)
    style = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)[0]
    assert (cw.plot.DARK["paper"] in style) == (theme != "light")
    assert ("prefers-color-scheme" in style) == (theme == "auto")
    assert f'content="{"light dark" if theme == "auto" else theme}"' in page
    # What is printed is printed on white.
    assert "@media screen" in style or theme == "light"


def test_a_logo_becomes_part_of_the_file(small: pl.DataFrame, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    page = Page(html(cw.Community(small), tmp_path, logo=logo))
    image = dict(page.tags)["img"]
    assert (image["src"] or "").startswith("data:image/svg+xml;base64,")
    assert image["alt"] == ""
    assert "script" not in page.names()


def test_looks_are_checked(small: pl.DataFrame, tmp_path: Path) -> None:
    c = cw.Community(small)
    with pytest.raises(OptionError, match=r"^theme must be one of 'light', 'dark', 'auto', got 'pink'"):
        html(c, tmp_path, theme="pink")
    with pytest.raises(OptionError, match=r"^logo must be a picture that ends in \.png"):
        html(c, tmp_path, logo="logo.exe")
    (tmp_path / "large.png").write_bytes(bytes(1_000_001))
    with pytest.raises(OptionError, match=r"^logo must be a picture of 1,000,000 bytes at most"):
        html(c, tmp_path, logo=tmp_path / "large.png")
    assert not (tmp_path / "r.html").exists()


def test_nobody_is_named(community: cw.Community, page: Page) -> None:
    members = community.members
    assert members is not None
    names = set(members["member"]) | (set(members["name"].drop_nulls()) if "name" in members.columns else set())
    assert len(names) > 100
    words = set(re.findall(r"[\w.@-]+", page.text))
    assert not names & words


def test_the_same_community_gives_the_same_bytes(community: cw.Community, tmp_path: Path) -> None:
    again = cw.datasets.simulate(members=150, days=120, seed=7)
    assert html(community, tmp_path) == html(again, tmp_path)


def test_hostile_names_are_inert(small: pl.DataFrame, tmp_path: Path) -> None:
    hostile = small.with_columns(
        channel=pl.Series([HOSTILE, HOSTILE, "b", "b", "b"]), platform=pl.lit(HOSTILE), text=pl.lit(HOSTILE)
    )
    page = Page(html(cw.Community(hostile), tmp_path, title=HOSTILE, min_group=0))
    assert not {"script", "img"} & page.names()
    assert page.text.count(HOSTILE) >= 3


def test_small_channels_are_suppressed(small: pl.DataFrame, tmp_path: Path) -> None:
    page = Page(html(cw.Community(small), tmp_path))
    assert page.text.count("suppressed") > 2
    assert "fewer than 5 members" in page.text
    assert "suppressed" not in Page(html(cw.Community(small), tmp_path, min_group=0)).text


def test_all_unanswered(tmp_path: Path) -> None:
    posts = events(*((hour, "ana", "post", f"t{hour}") for hour in range(50)))
    text = Page(html(cw.Community(posts), tmp_path)).text
    assert "None of the 50 posts had an answer by the end of observation." in text
    assert "not reached" in text


def test_median_not_reached(tmp_path: Path) -> None:
    rows = [(hour, "ana", "post", f"t{hour}") for hour in range(50)]
    rows += [(hour + 0.5, "bo", "reply", f"t{hour}") for hour in range(10)]
    text = Page(html(cw.Community(events(*rows), as_of=NOON + timedelta(days=9)), tmp_path)).text
    assert "Of the 50 posts, 10 had an answer. Fewer than half of the posts are answered" in text
    assert "Median, answered posts alone30 min" in re.sub(r"\n", "", text)


def test_all_answered(tmp_path: Path) -> None:
    rows = [(hour, "ana", "post", f"t{hour}") for hour in range(9)]
    rows += [(hour + 0.5, "bo", "reply", f"t{hour}") for hour in range(9)]
    assert "Every post was answered" in Page(html(cw.Community(events(*rows)), tmp_path)).text


def test_no_text(small: pl.DataFrame, tmp_path: Path) -> None:
    assert "The data carries no text" in Page(html(cw.Community(small), tmp_path)).text


def test_no_complete_period(small: pl.DataFrame, tmp_path: Path) -> None:
    text = Page(html(cw.Community(small), tmp_path)).text
    assert "there is no complete day yet" in text


def test_no_events(tmp_path: Path) -> None:
    text = Page(html(cw.Community(events()), tmp_path)).text
    assert "There are no events, so there is nothing to measure." in text
    assert "There are no posts that could be answered" in text
    assert "The data carries no text" in text


def test_only_bots(small: pl.DataFrame, tmp_path: Path) -> None:
    members = pl.DataFrame({"member": ["ana", "bo", "cy"], "role": ["bot"] * 3})
    text = Page(html(cw.Community(small, members), tmp_path)).text
    assert "No member posted, replied or reacted" in text


def test_min_group_is_checked(small: pl.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"^min_group must be a whole number of members, 0 or more, got -1"):
        cw.report(cw.Community(small), tmp_path / "r.html", min_group=-1)
    assert not (tmp_path / "r.html").exists()


def test_a_share_never_seems_to_lie_outside_of_its_interval() -> None:
    for share, low, high in ((0.0141, 0.0106, 0.0188), (0.1424, 0.1312, 0.1545), (0.5, 0.495, 0.505), (0.9, 0.7, 1.0)):
        cell = share_cell(share, low, high)
        shown, ends = float(cell.text.rstrip("%")), [float(end) for end in cell.under.rstrip("%").split("–")]
        assert ends[0] <= shown <= ends[1], (cell.text, cell.under)
    assert share_cell(0.0141, 0.0106, 0.0188).text == "1.4%"


def test_a_share_of_several_cohorts_has_the_interval_of_the_core(community: cw.Community) -> None:
    rows = community.adoption.retention(every="1mo").filter(pl.col("rate") > 0, pl.col("rate") < 1)
    assert rows.height > 2
    for row in rows.iter_rows(named=True):
        rate = wilson(row["active"], row["size"])
        assert (rate.low, rate.high) == pytest.approx((row["rate_low"], row["rate_high"]), abs=1e-12)


def test_months_that_nobody_began_in_are_not_drawn(tmp_path: Path) -> None:
    # Forty came in a quarter, and one of them was there again two years later.
    came = [(24 * day - 20_000, f"m{day % 40}", "post", f"t{day}") for day in range(90)]
    page = html(cw.Community(events(*came, (0, "m0", "post", "late"))), tmp_path)
    assert "Of those who first took part in a month" in page
    assert "No data to draw" not in page


def test_what_the_source_has_not_is_no_zero(small: pl.DataFrame, community: cw.Community, tmp_path: Path) -> None:
    with_reactions, without = html(community, tmp_path), html(cw.Community(small), tmp_path)
    assert "reactions." in with_reactions
    assert ">Reactions<" in with_reactions
    assert "reactions" not in Page(without).text.split("How long does a post wait")[0].split("finds an echo?")[1]
    assert ">Reactions<" not in without
