"""The Python of every page in docs/ runs, and every page that is linked to is there."""

import re
from pathlib import Path

import polars as pl
import pytest

import commonweal as cw

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def _name(page: Path) -> str:
    return str(page.relative_to(DOCS))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    with pl.Config():  # what a page sets is forgotten after it
        for block in blocks:
            exec(compile(block, _name(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_every_kpi_has_its_page_and_the_index_leads_to_it() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = 0
    for name in cw.kpis()["kpi"]:
        if "." in name:
            assert (DOCS / "kpis" / f"{name}.md").exists()
            assert f"(kpis/{name}.md)" in index
            pages += 1
    assert pages >= 53


def test_the_site_leads_to_every_page() -> None:
    site = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")
    assert not [_name(page) for page in PAGES if f": {_name(page)}\n" not in site]
