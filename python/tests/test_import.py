"""What `import commonweal` loads, and what waits until it is needed."""

import json
import subprocess
import sys

import pytest

import commonweal as cw

HEAVY = {
    "altair",
    "vl_convert",
    "jinja2",
    "typer",
    "rich",
    "click",
    "pandas",
    "pyarrow",
    "numpy",
    "narwhals",
    "pyspark",
}


def loaded(*statements: str) -> list[str]:
    """The modules in a fresh interpreter after these statements."""
    code = "; ".join([*statements, "import json, sys", "print(json.dumps(sorted(sys.modules)))"])
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return modules


def test_an_import_loads_nothing_heavy() -> None:
    ours = set(loaded("import polars", "import commonweal")) - set(loaded("import polars"))
    assert "commonweal._core" in ours
    assert not {name.split(".")[0] for name in ours} & HEAVY
    assert not [name for name in ours if name.startswith(("commonweal.plot", "commonweal._report", "commonweal.cli"))]
    # Beyond our own modules, a few of the standard library.
    assert len([name for name in ours if not name.startswith("commonweal")]) < 40


def test_charts_and_the_report_are_loaded_when_asked_for() -> None:
    assert "altair" in loaded("import commonweal as cw", "cw.plot.growth")
    assert "altair" not in loaded("import commonweal as cw", "cw.report")
    assert "plot" in dir(cw)
    assert {name for name in dir(cw) if not name.startswith("_")} == set(cw.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'plots'"):
        cw.plots  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    ("missing", "asked", "extra"),
    [
        ("altair", "cw.plot", "plot"),
        ("vl_convert", "cw.plot", "plot"),
        ("adbc_driver_postgresql", "cw.read_database('postgresql://h/n', preset='discourse')", "database"),
        ("jinja2", "cw.report(cw.datasets.simulate(members=20, days=9), 'no.html')", "report"),
    ],
)
def test_what_is_not_installed_is_named_with_its_extra(missing: str, asked: str, extra: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; import commonweal as cw; {asked}"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"pip install 'commonweal[{extra}]'" in done.stderr
