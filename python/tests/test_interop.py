"""Beside other libraries: tables in and out, pickles and copies, what a REPL and a type checker see."""

import copy
import importlib
import inspect
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, get_origin

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

import commonweal as cw
from commonweal.exceptions import SchemaError

TYPING = Path(__file__).parent / "typing"


def _pandas_in(table: pl.DataFrame) -> Any:
    return pd.DataFrame(table.to_dict(as_series=False))


def _duckdb_in(table: pl.DataFrame) -> Any:
    connection = duckdb.connect()
    connection.register("events", table.to_arrow())
    return connection.sql("select * from events")


class Capsule:
    """A table of a library that nobody has heard of: it speaks Arrow, and that is all."""

    def __init__(self, table: pl.DataFrame) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


INTO: dict[str, Callable[[pl.DataFrame], Any]] = {
    "pandas": _pandas_in,
    "pandas, arrow types": lambda table: _pandas_in(table).convert_dtypes(dtype_backend="pyarrow"),
    "pyarrow": lambda table: table.to_arrow(),
    "pyarrow, batches": lambda table: pa.Table.from_batches(table.to_arrow().to_batches(max_chunksize=7)),
    "duckdb": _duckdb_in,
    "narwhals": nw.from_native,
    "narwhals of pandas": lambda table: nw.from_native(_pandas_in(table)),
    "anything with a stream": Capsule,
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    """A table of every kind of column: dates, durations, names, truths, lists, nulls."""
    c = cw.datasets.simulate(members=60, days=90, seed=7)
    return {
        "adoption.growth": c.adoption.growth(every="1mo", by="channel", min_group=5),
        "response.first_response": c.response.first_response(within=["1h", "1d"], every="1mo"),
        "network.introductions": c.network.introductions(),
        "sentiment.messages": c.sentiment.messages().head(50),
        "health": c.health(every="1mo"),
        "quality": c.quality(),
        "kpis": cw.kpis(),
    }


@pytest.mark.parametrize("library", INTO)
def test_every_library_gives_the_same_community(library: str) -> None:
    whole = cw.datasets.simulate(members=60, days=60, seed=7)
    assert whole.members is not None
    events = whole.events.select("time", "member", "kind", "id", "thread", "parent", "channel", "target", "text")
    expected = cw.Community(events, whole.members, as_of=whole.as_of)
    c = cw.Community(INTO[library](events), INTO[library](whole.members), as_of=whole.as_of)
    assert_frame_equal(c.events, expected.events, check_dtypes=False, categorical_as_str=True)
    for name in ("adoption.growth", "engagement.activity", "response.first_response", "sentiment.trend"):
        assert c.partial(name, {"by": "department"}) == expected.partial(name, {"by": "department"})


def test_every_table_goes_to_pandas_and_back(tables: dict[str, pl.DataFrame]) -> None:
    for table in tables.values():
        frame = table.to_pandas(use_pyarrow_extension_array=True)
        assert list(frame.columns) == table.columns
        assert_frame_equal(pl.from_pandas(frame), table, check_dtypes=False)
        assert len(table.to_pandas()) == table.height


def test_every_table_goes_to_pyarrow_and_back(tables: dict[str, pl.DataFrame]) -> None:
    for table in tables.values():
        assert_frame_equal(pl.DataFrame(pa.table(table)), table)


def test_every_table_can_be_asked_in_duckdb(tables: dict[str, pl.DataFrame]) -> None:
    # Instants come back in the zone of DuckDB's session, which is the machine's.
    duckdb.sql("set timezone = 'UTC'")
    for kpi in tables.values():
        # DuckDB finds Python's variables by their names.
        asked = duckdb.sql("select * from kpi")
        assert asked.columns == kpi.columns
        assert asked.fetchall() == kpi.rows()
        # A duration is an interval there, which polars takes back as a number of seconds alone.
        lengths = [name for name, kind in kpi.schema.items() if kind == pl.Duration]
        seconds = ", ".join(f"epoch({name}) as {name}" for name in lengths)
        back = duckdb.sql(f"select * replace ({seconds}) from kpi" if lengths else "select * from kpi").pl()
        expected = kpi.with_columns(pl.col(name).dt.total_microseconds() / 1e6 for name in lengths)
        assert_frame_equal(back, expected, check_dtypes=False)


def test_every_table_goes_to_narwhals(tables: dict[str, pl.DataFrame]) -> None:
    for table in tables.values():
        wrapped = nw.from_native(table, eager_only=True)
        assert wrapped.columns == table.columns
        assert_frame_equal(wrapped.head(3).to_native(), table.head(3))


@pytest.mark.parametrize("lazy", [lambda t: t.lazy(), lambda t: nw.from_native(t.lazy())], ids=["polars", "narwhals"])
def test_a_lazy_table_is_told_to_be_collected(small: pl.DataFrame, lazy: Callable[[pl.DataFrame], Any]) -> None:
    with pytest.raises(SchemaError, match=r"^events is a LazyFrame; call \.collect\(\) on it first$"):
        cw.Community(lazy(small))


IMMUTABLE: dict[str, Callable[[], Any]] = {
    "BusinessHours": lambda: cw.BusinessHours.weekdays("09:00", "17:00", zone="Europe/Berlin", holidays=["2026-12-25"]),
    "Privacy": lambda: cw.Privacy(pseudonymise="correct horse battery", min_group=5, keep=("department",)),
    "Spec": lambda: cw.Spec("response.first_response", {"within": "1h"}, buckets=4),
}


@pytest.mark.parametrize("name", IMMUTABLE)
def test_options_are_pickled_and_copied(name: str) -> None:
    one = IMMUTABLE[name]()
    for other in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert type(other) is type(one)
        assert other == one
        assert hash(other) == hash(one)
        assert repr(other) == repr(one)


def test_hours_from_a_pickle_are_open_when_they_were() -> None:
    hours = IMMUTABLE["BusinessHours"]()
    again = pickle.loads(pickle.dumps(hours))
    span = ("2026-11-20T16:00:00+01:00", "2026-11-23T10:00:00+01:00")
    assert again.between(*span) == hours.between(*span)


def test_a_profile_is_pickled_and_copied() -> None:
    profile = cw.text.Profile("developer")
    for other in (pickle.loads(pickle.dumps(profile)), copy.copy(profile), copy.deepcopy(profile)):
        assert other.name == "developer"
        assert_frame_equal(
            cw.text.score(["this is broken"], profile=other), cw.text.score(["this is broken"], profile=profile)
        )


def test_tables_and_partial_tables_are_pickled(tables: dict[str, pl.DataFrame], community: cw.Community) -> None:
    for table in tables.values():
        assert_frame_equal(pickle.loads(pickle.dumps(table)), table)
    state = pickle.loads(pickle.dumps(community.partial("adoption.growth")))
    assert cw.tables.finish("adoption.growth", state, as_of=community.as_of).equals(community.adoption.growth())


def test_errors_are_pickled() -> None:
    for kind in cw.exceptions.__all__:
        error = getattr(cw.exceptions, kind)("said")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == "said"


def test_a_copy_of_a_community_is_itself_as_it_never_changes(community: cw.Community) -> None:
    assert copy.copy(community) is community
    assert copy.deepcopy({"c": community})["c"] is community
    assert copy.deepcopy(community.adoption).growth().equals(community.adoption.growth())


def test_a_community_is_pickled_with_all_that_it_knows(community: cw.Community, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    rows = ["time,member,kind,id,thread,parent", "2026-01-05T12:00:00Z,a,post,1,,", "2026-01-05T13:00:00Z,b,reply,2,,1"]
    path.write_text("\n".join([*rows, "2026-01-05T14:00:00Z,b,wave,3,,", "2026-01-09T14:00:00Z,c,reply,4,,1"]))
    read = cw.read(path, tz="Europe/Berlin", as_of="2026-01-06")
    spells = pl.DataFrame({"member": ["a"], "dimension": ["team"], "value": ["blue"], "from": [None], "to": [None]})
    moved = cw.Community(read.events, affiliations=spells, tz="Asia/Tokyo")
    parts = community.partition(2)
    private = community.filter(pl.col("kind") != "view")
    for one in (community, read, moved, parts[1], private):
        again = pickle.loads(pickle.dumps(one))
        assert (again.tz, again.as_of, repr(again)) == (one.tz, one.as_of, repr(one))
        assert_frame_equal(again.events, one.events)
        assert (again.members is None) == (one.members is None)
        assert again.partial("engagement.activity") == one.partial("engagement.activity")
        if one is not parts[1]:
            assert_frame_equal(again.quality(), one.quality())
            assert again.response.first_response().equals(one.response.first_response())
    again = pickle.loads(pickle.dumps(moved))
    assert again.adoption.active_members(by="team").equals(moved.adoption.active_members(by="team"))
    with pytest.raises(cw.exceptions.StateError, match="whole"):
        pickle.loads(pickle.dumps(parts[1])).partial("response.first_response")
    # What lay after the end of observation is there when it moves on.
    more = pl.DataFrame({"time": ["2026-01-12T00:00:00Z"], "member": ["d"], "kind": ["post"]}).with_columns(
        pl.col("time").str.to_datetime(time_zone="UTC", time_unit="us")
    )
    assert pickle.loads(pickle.dumps(read)).append(more).n_events == read.append(more).n_events == 4


def test_what_asks_a_community_is_pickled_with_it(community: cw.Community) -> None:
    again = pickle.loads(pickle.dumps(community.response))
    assert again.first_response(by="channel").equals(community.response.first_response(by="channel"))


_FAMILIES = ("adoption", "engagement", "moderation", "network", "response", "sentiment")
PUBLIC = ("", ".datasets", ".exceptions", ".plot", ".protocol", ".spark", ".tables", ".text", ".typing")


def _named(module: ModuleType) -> list[tuple[str, Any]]:
    return [(name, getattr(module, name)) for name in module.__all__]


def _callables() -> list[tuple[str, Any]]:
    """Every function, class and method that a user can come upon."""
    found: dict[str, Any] = {}
    families = [type(getattr(cw.Community, family).fget(None)) for family in _FAMILIES]
    classes: list[type] = [*families]
    for suffix in PUBLIC:
        module = importlib.import_module(f"commonweal{suffix}")
        for name, value in _named(module):
            # To Python 3.10 an alias such as Callable[[str], bool] is a class.
            if inspect.isclass(value) and get_origin(value) is None:
                classes.append(value)
            elif inspect.isfunction(value):
                found[f"{module.__name__}.{name}"] = value
    for kind in classes:
        found[kind.__qualname__] = kind
        for name, value in inspect.getmembers(kind):
            if not name.startswith("_") and (inspect.isroutine(value) or isinstance(value, property)):
                found[f"{kind.__qualname__}.{name}"] = value
    return sorted(found.items())


def test_whatever_is_completed_shows_its_docs() -> None:
    every = _callables()
    assert len(every) > 150
    assert not [name for name, value in every if not (inspect.getdoc(value) or "").strip()]


def test_every_argument_has_a_type() -> None:
    bare = []
    for name, value in _callables():
        if not inspect.isfunction(value) or not value.__module__.startswith("commonweal"):
            continue
        parameters = [p for p in inspect.signature(value).parameters.values() if p.name not in ("self", "cls")]
        bare += [f"{name}({p.name})" for p in parameters if p.annotation is inspect.Parameter.empty]
    assert not bare


def test_completion_knows_families_and_their_kpis(community: cw.Community) -> None:
    assert set(_FAMILIES) <= set(dir(community))
    for kpi in cw.kpis()["kpi"]:
        family, _, method = kpi.rpartition(".")
        assert method in dir(getattr(community, family) if family else community)
    assert set(cw.__all__) <= set(dir(cw))


def test_what_is_shown_at_a_prompt_is_short(community: cw.Community) -> None:
    assert 3 <= len(repr(community).splitlines()) <= 12
    assert community._repr_html_().startswith("<")
    for value in (community.adoption, *(make() for make in IMMUTABLE.values()), cw.text.Profile()):
        assert 0 < len(repr(value)) < 400
        assert " object at 0x" not in repr(value)
    assert "battery" not in repr(IMMUTABLE["Privacy"]())


def test_what_users_write_runs(community: cw.Community, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TYPING))
    user_code = importlib.import_module("user_code")
    assert {c.n_events for c in user_code.tables()} == {2}
    asked = user_code.ask(community)
    assert all(isinstance(table, pl.DataFrame) for table in asked.values())
    svg, png = user_code.draw(community.adoption.growth())
    assert svg.startswith("<svg")
    assert png.startswith(b"\x89PNG")
    assert user_code.spread(community).equals(community.adoption.growth(every="1w"))
    said = user_code.wrong(community)
    assert len(said) == 4
    assert "every must be one of '1d'" in said[0]
    sys.modules.pop("user_code")
