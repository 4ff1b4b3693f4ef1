"""The Python methods against the registry of the core: the same names, options and defaults."""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import with_flags

import commonweal as cw
from commonweal import _families

FAMILIES = [
    _families.Adoption,
    _families.Engagement,
    _families.Moderation,
    _families.Network,
    _families.Response,
    _families.Sentiment,
]
HEADINGS = ("Returns:", "Example:")
ROOT = Path(__file__).parents[2]


def methods() -> dict[str, Callable[..., pl.DataFrame]]:
    found = {
        f"{family.name}.{name}": method
        for family in FAMILIES
        for name, method in inspect.getmembers(family, inspect.isfunction)
        if not name.startswith("_")
    }
    assert len(found) >= 7
    return {**found, "quality": cw.Community.quality}


def defaults(name: str) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(cw.kpis().filter(pl.col("kpi") == name)["options"].item())
    return options


def canonical(value: Any) -> Any:
    """The value as a list of one or more where that is the same option; a length of whole weeks in days."""
    if isinstance(value, list | tuple):
        return [part for item in value for part in (canonical(item) if isinstance(item, str) else [item])] or None
    weeks = re.fullmatch(r"(\d+)w", value) if isinstance(value, str) else None
    return [f"{7 * int(weeks[1])}d" if weeks else value] if isinstance(value, str) else value or None


def test_every_kpi_has_a_method_and_every_method_a_kpi() -> None:
    assert sorted(methods()) == sorted(set(cw.kpis()["kpi"]) - {"kpis"})


@pytest.mark.parametrize("name", methods())
def test_signature_and_registry_agree(name: str) -> None:
    parameters = [p for p in inspect.signature(methods()[name]).parameters.values() if p.name != "self"]
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters)
    python = {p.name: canonical(p.default) for p in parameters}
    core = {option: canonical(value) for option, value in defaults(name).items()}
    assert python == core


@pytest.mark.parametrize("name", methods())
def test_method_is_documented(name: str) -> None:
    doc = inspect.getdoc(methods()[name]) or ""
    assert doc.split("\n", 1)[0].endswith("?"), "starts with the question it answers"
    for heading in HEADINGS:
        assert heading in doc
    for option in inspect.signature(methods()[name]).parameters:
        assert option == "self" or f"    {option}: " in doc


@pytest.mark.parametrize("name", methods())
def test_documented_columns_are_the_columns(community: cw.Community, name: str) -> None:
    doc = inspect.getdoc(methods()[name]) or ""
    returns = doc.split("Returns:")[1].split("Raises:")[0]
    # The Bass model needs periods enough, and aspects a subject.
    options = {"every": "1d"} if name.startswith("adoption.diffusion") else {}
    options |= {"terms": {"a": "a"}} if name == "sentiment.aspects" else {}
    community = with_flags(community) if name == "moderation.workload" else community
    for column in community.compute(name, options).columns:
        root = column.removesuffix("_low").removesuffix("_high")
        assert f"`{root}`" in returns


@pytest.mark.parametrize("name", [name for name in methods() if "." in name and not name.startswith("engagement.")])
def test_a_kpi_answers_one_question_wherever_it_is_told_of(name: str) -> None:
    question = cw.kpis().filter(pl.col("kpi") == name)["question"].item()
    assert (inspect.getdoc(methods()[name]) or "").split("\n", 1)[0] == question
    page = (ROOT / "docs" / "kpis" / f"{name}.md").read_text(encoding="utf-8")
    assert page.split("\n")[2] == f"**{question}**"
    assert f"| `{name}` | {question} |" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"| [{name}](kpis/{name}.md) | {question} |" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


def test_registry_rows_are_complete() -> None:
    kpis = cw.kpis()
    assert kpis.columns == ["kpi", "question", "formula", "unit", "source", "options"]
    assert kpis["kpi"].is_unique().all()
    assert kpis.null_count().sum_horizontal().item() == 0


def test_every_public_name_exists_and_is_documented() -> None:
    assert len(cw.__all__) >= 9
    for name in cw.__all__:
        assert inspect.getdoc(getattr(cw, name))
