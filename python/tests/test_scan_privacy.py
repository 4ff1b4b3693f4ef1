"""Privacy of what is larger than memory."""

import re
from pathlib import Path

import polars as pl
import pytest
from scans import KPIS, all_equal

import commonweal as cw
from commonweal._scan import pieces
from commonweal.exceptions import OptionError

pytestmark = pytest.mark.usefixtures("small_parts")


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_privacy_is_that_of_read(few: cw.Community, tmp_path: Path, suffix: str) -> None:
    people = few.members
    assert people is not None
    erased = str(few.events["member"].drop_nulls()[5])
    people = people.with_columns(name=pl.format("Name of {}", "member"))
    frame = few.events.with_columns(
        text=pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.lit(f"hello Name of {erased}, write to a@b.org")),
        salary=pl.lit(7),
    )
    path, beside = tmp_path / f"events.{suffix}", tmp_path / f"members.{suffix}"
    if suffix == "csv":
        frame = frame.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
        frame.write_csv(path)
        people.write_csv(beside)
    else:
        frame.write_parquet(path, row_group_size=300)
        people.write_parquet(beside)
    privacy = cw.Privacy(pseudonymise="correct horse battery", keep_text=True, min_group=8, erase=(erased,))
    whole = cw.read(path, privacy=privacy)
    assert "salary" not in whole.events.columns
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LEAST_PIECE", 1 << 15)
        with cw.scan(path, privacy=privacy, spill=tmp_path / ".", memory_limit="3MB") as scanned:
            all_equal(scanned, whole, kpis=[kpi for kpi in KPIS if kpi != "quality"])
            assert scanned.quality().equals(whole.quality())
            assert scanned.response.first_response(by="channel", min_group=1).equals(
                whole.response.first_response(by="channel", min_group=1)
            )
            assert scanned.members is not None
            assert whole.members is not None
            assert scanned.members.equals(whole.members)
            (folder,) = tmp_path.glob("commonweal-scan-*")
            spill = scanned._brought.spills["thread"]
            kept = spill.read(range(spill.buckets), ["member", "text"])
            assert kept["member"].drop_nulls().str.starts_with("m-").all()
            assert not kept["text"].drop_nulls().str.contains("Name of|a@b").any()
            assert not list(folder.glob("piece*"))


def test_what_does_not_go_with_privacy(small: pl.DataFrame, tmp_path: Path) -> None:
    small.write_parquet(tmp_path / "events.parquet")
    privacy = cw.Privacy(pseudonymise="correct horse battery")
    people = pl.DataFrame({"member": ["ana"]})
    with pytest.raises(OptionError, match="members must be the path of a table where privacy is given"):
        cw.scan(tmp_path / "events.parquet", members=people, privacy=privacy)
    with pytest.raises(OptionError, match="affiliations must be None where privacy is given"):
        cw.scan(tmp_path / "events.parquet", affiliations=people, privacy=privacy)
    with pytest.raises(OptionError, match=re.escape("privacy must be a commonweal.Privacy")):
        cw.scan(tmp_path / "events.parquet", privacy="yes")  # type: ignore[arg-type]
