"""The KPIs against tables that polars, DuckDB, ClickHouse and pandas agree on, at 1e6 events.

The events are made by the peers' own generator; their definitions are in `../shared/peers/SPEC.md`.
"""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from conftest import SHARED
from polars.testing import assert_frame_equal

import commonweal as cw

PEERS = SHARED / "peers"
ORACLE = PEERS / "oracle" / "1000000"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not ORACLE.is_dir():
        pytest.skip(f"{PEERS} is not here: the peers' results cannot be compared")
    folder = tmp_path_factory.mktemp("peers")
    subprocess.run([sys.executable, PEERS / "gen.py", "1e6", folder], check=True, capture_output=True)
    return Path(folder)


@pytest.fixture(scope="module")
def community(folder: Path) -> cw.Community:
    return cw.read(folder / "events_1000000.parquet")


def oracle(name: str) -> pl.DataFrame:
    table = pl.read_parquet(ORACLE / f"{name}.parquet")
    days = [column for column in ("day", "week", "month") if column in table.columns]
    return table.rename({days[0]: "period"}).with_columns(pl.col("period").cast(pl.Date)) if days else table


def same(ours: pl.DataFrame, theirs: pl.DataFrame, keys: list[str], columns: dict[str, str]) -> None:
    """Our columns against theirs, in every row of theirs."""
    expected = theirs.select(*keys, *[pl.col(their).alias(our) for our, their in columns.items()]).sort(keys)
    found = ours.join(expected.select(keys), on=keys, how="semi").select(*keys, *columns).sort(keys)
    assert expected.height > 0
    assert_frame_equal(found, expected, check_dtypes=False, rel_tol=1e-12, abs_tol=1e-12)


def test_rolling_active(community: cw.Community) -> None:
    theirs = oracle("a_day")
    ours = community.adoption.rolling_active(window="28d")
    assert ours.height == theirs.height
    same(ours, theirs, ["period"], {"dau": "dau", "mau": "mau28", "stickiness": "stickiness"})


@pytest.mark.parametrize(("every", "table", "column"), [("1w", "a_week", "wau"), ("1mo", "a_month", "mau")])
def test_active_members(community: cw.Community, every: str, table: str, column: str) -> None:
    theirs = oracle(table)
    ours = community.adoption.active_members(every=every)  # type: ignore[arg-type]
    assert ours.height == theirs.height
    same(ours, theirs, ["period"], {"active": column})


def test_growth(community: cw.Community) -> None:
    theirs = oracle("b")
    ours = community.adoption.growth(every="1w")
    assert ours.height == theirs.height
    columns = ("new", "retained", "resurrected", "churned")
    same(ours, theirs, ["period"], {column: column for column in columns})
    # The identity, in every period.
    before = ours["active"].shift(1, fill_value=0)
    assert (ours["active"] == before + ours["new"] + ours["resurrected"] - ours["churned"]).all()


def test_retention(community: cw.Community) -> None:
    theirs = oracle("c").rename({"period": "cohort"} if "period" in oracle("c").columns else {})
    theirs = theirs.with_columns(pl.col("cohort").cast(pl.Date))
    ours = community.adoption.retention(every="1w").rename({"offset": "k"})
    # They list only those k where anybody was active.
    assert ours.filter(pl.col("active") > 0).height == theirs.height
    same(ours, theirs, ["cohort", "k"], {"active": "active", "size": "size"})
    done = ours.filter("complete")
    same(done, theirs.join(done, on=["cohort", "k"], how="semi"), ["cohort", "k"], {"rate": "retention"})


def test_activity(community: cw.Community) -> None:
    theirs = oracle("d")
    ours = community.engagement.activity(every="1w", by="channel").filter(pl.col("contributions") > 0)
    assert ours.height == theirs.height
    columns = ("posts", "replies", "reactions", "contributors", "replies_per_post")
    same(ours, theirs, ["channel", "period"], {column: column for column in columns})


def test_inequality(community: cw.Community) -> None:
    theirs = oracle("d")
    ours = community.engagement.inequality(every="1w", by="channel").filter(pl.col("members") > 0)
    assert ours.height == theirs.height
    columns = {"members": "contributors", "gini": "gini", "top1_share": "top1_share"}
    same(ours, theirs, ["channel", "period"], columns)


def test_first_response(community: cw.Community) -> None:
    theirs = oracle("e")
    ours = community.response.first_response(within="1h", every="1w", by="channel").filter(pl.col("n") > 0)
    assert ours.height == theirs.height
    counts = ours.with_columns(unanswered_share=pl.col("unanswered") / pl.col("n"))
    same(
        counts,
        theirs,
        ["channel", "period"],
        {"n": "n_posts", "answered": "answered", "unanswered_share": "unanswered"},
    )
    # They interpolate the median of the answered to fractions of a microsecond, we give whole ones.
    medians = ours.select("channel", "period", ours=pl.col("answered_median").dt.total_microseconds() / 1e6).join(
        theirs.select("channel", "period", "median_s"), on=["channel", "period"]
    )
    assert (medians["ours"] - medians["median_s"]).abs().max() <= 1e-6
    assert (medians["ours"].is_null() == medians["median_s"].is_null()).all()


def test_attained(community: cw.Community) -> None:
    """Where a week was over an hour before the end, our share in time of the due is their share of all."""
    theirs = oracle("e")
    ours = community.response.first_response(within="1h", every="1w", by="channel").filter("complete", pl.col("n") > 0)
    ours = ours.filter(pl.col("period") < ours["period"].max())
    same(
        ours,
        theirs.join(ours, on=["channel", "period"], how="semi"),
        ["channel", "period"],
        {"attained_due": "within_1h"},
    )


def test_kaplan_meier_median(community: cw.Community) -> None:
    theirs = oracle("e_km")
    ours = community.response.first_response(by="channel").with_columns(
        median_s=pl.col("median").dt.total_microseconds() / 1e6
    )
    assert ours.height == theirs.height
    same(ours, theirs, ["channel"], {"n": "n", "answered": "events", "median_s": "median_s"})


def test_edges(community: cw.Community, folder: Path) -> None:
    # They number members by name.
    members = pl.read_parquet(folder / "members_1000000.parquet")["member_id"].sort()
    named = pl.DataFrame({"code": range(members.len()), "name": members})
    theirs = (
        oracle("f_edges")
        .join(named.rename({"code": "src", "name": "source"}), on="src")
        .join(named.rename({"code": "dst", "name": "target"}), on="dst")
    )
    ours = community.network.edges()
    assert ours.height == theirs.height
    same(ours, theirs, ["source", "target"], {"replies": "w", "weight": "w"})
