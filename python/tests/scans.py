"""What tests of scans compare with what is in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

import commonweal as cw
from commonweal.exceptions import CommonwealError

KPIS = list(cw.kpis()["kpi"])
READER = "by the reader of the source"


def answer_of(whole: cw.Community, kpi: str) -> pl.DataFrame | CommonwealError:
    try:
        return whole.compute(kpi)
    except CommonwealError as error:
        return error


def all_equal(scanned: cw.Scan, whole: cw.Community, least: int = 40, kpis: Sequence[str] = KPIS) -> None:
    """Every KPI has the table of memory, or is declined in the same words."""
    finished = 0
    answers = scanned._answers({kpi: (kpi, {}) for kpi in kpis})
    for kpi in kpis:
        answer = answers[kpi]
        expected = answer_of(whole, kpi)
        if isinstance(expected, CommonwealError):
            assert (type(answer), str(answer)) == (type(expected), str(expected)), kpi
            continue
        assert isinstance(answer, pl.DataFrame), (kpi, answer)
        if kpi == "quality":
            # A community that was made of tables has no account of a reader.
            answer, expected = (table.filter(pl.col("detail") != READER) for table in (answer, expected))
        assert answer.equals(expected), kpi
        finished += 1
    assert finished >= least, finished
    assert scanned.as_of == whole.as_of
    assert scanned.span == whole.span
    assert (scanned.n_events, scanned.n_members, scanned.n_threads) == (
        whole.n_events,
        whole.n_members,
        whole.n_threads,
    )


def spans(whole: cw.Community) -> dict[str, tuple[datetime, datetime]]:
    assert whole.span is not None
    first, last = whole.span
    day = timedelta(days=1)
    return {
        "middle": (first + 40 * day, first + 70 * day),
        "to an event": (first, last),
        "after the end": (last - 20 * day, last + 100 * day),
        "all": (first - day, last + day),
        "afterwards": (last + day, last + 9 * day),
    }
