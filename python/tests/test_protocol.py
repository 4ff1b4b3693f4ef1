"""The protocol for what no single machine holds: the bytes of one machine, or a refusal."""

import json
import pickle
import re
import zlib
from datetime import timedelta

import polars as pl
import pyarrow as pa
import pytest
from conftest import NOON, events

import commonweal as cw
from commonweal.exceptions import CommonwealError, OptionError, SchemaError, StateError

KPIS = list(cw.kpis()["kpi"])


def parts(spec: cw.Spec, community: cw.Community, workers: int = 3) -> list[bytes]:
    """What workers make that hold some buckets each, as the engine put them."""
    numbered = cw.protocol.with_buckets(spec, community.events)
    opened = pl.concat([numbered, cw.protocol.openers(spec, numbered)])
    held = [opened.filter(pl.col("cw_bucket") % workers == worker) for worker in range(workers)]
    return [cw.partial(spec, rows, members=community.members) for rows in held]


@pytest.mark.parametrize("kpi", KPIS)
def test_every_kpi_has_the_bytes_and_the_table_of_one_machine(community: cw.Community, kpi: str) -> None:
    spec = cw.Spec(kpi, tz="Europe/Berlin", buckets=8)
    one = cw.partial(cw.Spec(kpi, tz="Europe/Berlin"), community.events, members=community.members)
    merged = cw.merge(parts(spec, community)[::-1])
    assert merged == one
    whole = cw.Community(community.events, community.members, tz="Europe/Berlin")
    assert whole.partial(kpi) in merged
    try:
        expected = whole.compute(kpi)
    except CommonwealError as error:
        with pytest.raises(type(error), match=f"^{re.escape(str(error))}$"):
            cw.finish(spec, merged)
    else:
        assert cw.finish(spec, merged).equals(expected)


def test_nobody_has_to_know_the_last_event(small: pl.DataFrame) -> None:
    community = cw.Community(small)
    spec = cw.Spec("response.backlog", {"every": "1d"}, buckets=50)
    assert cw.finish(spec, cw.merge(parts(spec, community, 50))).equals(community.response.backlog(every="1d"))
    end = NOON + timedelta(days=3)
    later = cw.Spec("response.backlog", {"every": "1d"}, as_of=end, buckets=50)
    expected = cw.Community(small, as_of=end).response.backlog(every="1d")
    assert cw.finish(later, cw.merge(parts(later, community, 50))).equals(expected)
    with pytest.raises(StateError, match=r"as_of is .* in one and the last event in the other"):
        cw.merge([*parts(later, community, 2), *parts(spec, community, 2)])


def test_buckets_are_those_of_zlib(small: pl.DataFrame) -> None:
    for kpi, key in (("adoption.growth", "member"), ("response.first_response", "thread")):
        spec = cw.Spec(kpi, buckets=1000)
        assert spec.key == key
        numbered = cw.protocol.with_buckets(spec, small)
        assert numbered["cw_bucket"].to_list() == [zlib.crc32(name.encode()) % 1000 for name in numbered[key]]


def test_several_specs_share_one_reading(community: cw.Community) -> None:
    asked = ["response.first_response", "response.curve", "network.edges"]
    specs = [cw.Spec(kpi) for kpi in asked]
    # A reader gives its batches once.
    table = pa.table(community.events)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=100))
    states = cw.protocol.partials(specs, reader, members=community.members)
    for spec, kpi, state in zip(specs, asked, states, strict=True):
        assert state == cw.partial(spec, community.events, members=community.members)
        assert cw.finish(spec, state).equals(community.compute(kpi))
    with pytest.raises(OptionError, match="specs must be of one key"):
        cw.protocol.partials([cw.Spec("adoption.growth"), *specs], table)


def test_a_spec_travels(small: pl.DataFrame) -> None:
    spec = cw.Spec("response.first_response", {"within": timedelta(hours=1)}, tz="Asia/Kathmandu", buckets=4)
    assert pickle.loads(pickle.dumps(spec)) == spec == cw.Spec.from_json(spec.to_json())
    assert hash(spec) == hash(cw.Spec.from_json(spec.to_json()))
    assert eval(repr(spec), {"Spec": cw.Spec}) == spec
    assert json.loads(spec.to_json())["options"]["within"] == ["1h"]


def test_what_is_missing_twice_or_foreign_is_refused(community: cw.Community) -> None:
    spec = cw.Spec("response.first_response", buckets=8)
    all_parts = parts(spec, community, 8)
    with pytest.raises(StateError, match="missing, of 8 buckets: 2"):
        cw.finish(spec, cw.merge(all_parts[:2] + all_parts[3:]))
    with pytest.raises(StateError, match="came twice, of 8 buckets: 5"):
        cw.merge([*all_parts, all_parts[5]][4:])
    with pytest.raises(StateError, match="one is of the whole community, the other of some of 8 buckets"):
        cw.merge([*all_parts, all_parts[5]])
    with pytest.raises(StateError, match="there are none to merge"):
        cw.merge([])
    merged = cw.merge(all_parts)
    with pytest.raises(StateError, match=r"another question: within is \[\"2h\"\] in one"):
        cw.finish(cw.Spec("response.first_response", {"within": "2h"}), merged)
    with pytest.raises(StateError, match="another question: tz is Europe/Berlin in one and UTC in the other"):
        cw.finish(cw.Spec("response.first_response", tz="Europe/Berlin"), merged)
    with pytest.raises(StateError, match="no commonweal partial"):
        cw.merge([community.partial("response.first_response")])
    flipped = bytearray(all_parts[0])
    flipped[40] ^= 1
    with pytest.raises(StateError, match="damaged or cut short"):
        cw.merge([bytes(flipped)])
    with pytest.raises(StateError, match="install one version on the driver and on every worker"):
        cw.Spec.from_json(spec.to_json().replace("commonweal 0.", "commonweal 9."))


def test_a_torn_key_is_refused(community: cw.Community) -> None:
    spec = cw.Spec("response.first_response", buckets=8)
    numbered = cw.protocol.with_buckets(spec, community.events)
    some = numbered.filter(pl.col("cw_bucket") == 3)
    with pytest.raises(StateError, match="a row is of bucket 3, this partition holds 4: the buckets were not kept"):
        cw.partial(spec, some, bucket=4)
    with pytest.raises(
        StateError, match=r"thread \".*\" belongs to bucket 3, this partition holds 4: threads were torn"
    ):
        cw.partial(spec, some.drop("cw_bucket"), bucket=4)
    with pytest.raises(StateError, match="nothing tells which of 8 buckets these events are"):
        cw.partial(spec, community.events)


def test_threads_that_other_rows_tell_must_be_there_before() -> None:
    chat = events((0, "ana", "post", None), (1, "bo", "reply", None), id=["e1", "e2"], parent=[None, "e1"])
    spec = cw.Spec("response.first_response", buckets=2)
    with pytest.raises(SchemaError, match=r'column "thread": is null where parent is not.*\(row 1, counted from 0\)'):
        cw.protocol.with_buckets(spec, chat)
    filled = cw.Community(chat)
    assert cw.finish(spec, cw.merge(parts(spec, filled))).equals(filled.response.first_response())
    # Members need no threads.
    assert cw.protocol.with_buckets(cw.Spec("adoption.growth", buckets=2), chat).height == 2


@pytest.mark.parametrize("buckets", [0, -1, True, 1.5, 1 << 21, "8"])
def test_numbers_of_buckets_that_make_no_sense(buckets: object) -> None:
    with pytest.raises(OptionError, match="buckets must be a whole number from 1 to 1048576"):
        cw.Spec("adoption.growth", buckets=buckets)  # type: ignore[arg-type]


def test_no_option_of_a_kpi_has_the_name_of_an_argument() -> None:
    # commonweal.spark.compute takes both as keywords.
    own = {"members", "affiliations", "tz", "as_of", "partitions", "unique_ids"}
    assert not own & {option for row in cw.kpis()["options"] for option in json.loads(row)}
