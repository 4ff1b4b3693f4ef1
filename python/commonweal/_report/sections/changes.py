"""What has changed since the period before, and whether it is more than noise."""

from typing import Any

import polars as pl

from commonweal._report._data import Data
from commonweal._report._format import NONE, count, during, estimate, listed, points, ratio, share_range, unit
from commonweal._report._model import Cell, Section, Table
from commonweal.typing import Every

_ANCHOR, _TITLE, _QUESTION = "changes", "What has changed", "What is different from the period before, and is it noise?"
_MINUS = "\N{MINUS SIGN}"
_NAMES = {"answered in time": "answered within a day", "returning": "members who came back"}


def changes(report: Data) -> Section:
    """The section that a reader in a hurry reads."""
    report.step("changes")
    every: Every = "1w" if report.every == "1d" and report.days >= 28 else report.every
    table = report.community.health(every=every, min_group=report.min_group)
    tested = table.drop_nulls("p_adjusted")
    kpis = tuple(table["kpi"].unique(maintain_order=True).to_list())
    if tested.is_empty():
        lead = (
            f"There are not yet two complete {unit(every, 2)} one after the other, so nothing can be said of a change."
        )
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, kpis=kpis)
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        _lead(tested, every),
        tables=[_table(table, every)],
        notes=[
            f"Each figure is compared with that of the {unit(every)} before. {count(tested.height, 'comparison')} are "
            "made; their p-values are adjusted together (Holm), so that where nothing has changed the chance of even "
            "one false alarm is 5%. A season, a holiday or a launch is a change like any other. What moved a figure is "
            "told in parts: other figures of the channels (rate) and other sizes of them (mix)."
        ],
        kpis=kpis,
    )


def _lead(tested: pl.DataFrame, every: Every) -> str:
    newest = tested["period"].max()
    rows = tested.filter(pl.col("status") != "no clear change").sort("p_adjusted", maintain_order=True)
    same = tested.filter(pl.col("status") == "no clear change")
    where = f"{during(newest, every)}, against the {unit(every)} before"  # type: ignore[arg-type]
    if rows.is_empty():
        return (
            f"{where}: nothing has changed more than chance explains. Looked at were "
            f"{listed([_NAMES.get(name, name) for name in same['indicator']])}."
        )
    said = [
        f"{_sentence(row)} ({'good' if row['status'] == 'better' else 'bad'} news)"
        for row in rows.iter_rows(named=True)
    ]
    text = f"{where}: {listed(said)}. {'That is' if rows.height == 1 else 'These are'} more than noise."
    if same.height:
        text += f" No clear change: {listed([_NAMES.get(name, name) for name in same['indicator']])}."
    return text


def _sentence(row: dict[str, Any]) -> str:
    moved = "rose" if row["change"] > 0 else "fell"
    return f"{_NAMES.get(row['indicator'], row['indicator'])} {moved} by {_size(row)} to {_value(row, '')}"


def _value(row: dict[str, Any], which: str) -> str:
    name = "before" if which else "value"
    value = row[name]
    if value is None:
        return NONE
    if row["unit"] == "share":
        ends = ("before_low", "before_high") if which else ("low", "high")
        return estimate(value, row[ends[0]], row[ends[1]])
    if row["unit"] == "net":
        return points(value)
    return count(int(value)) if row["unit"] == "members" else ratio(value)


def _size(row: dict[str, Any]) -> str:
    size = abs(row["change"])
    if row["unit"] in ("share", "net"):
        return f"{100 * size:.1f} points" if size < 0.01 else f"{100 * size:.0f} points"
    return count(int(size)) if row["unit"] == "members" else ratio(size)


def _signed(value: float, kind: str) -> str:
    if kind in ("share", "net"):
        value *= 100
    text = f"{abs(value):,.0f}" if kind == "members" or abs(value) >= 10 else f"{abs(value):,.1f}"
    return f"{'+' if value > 0 else _MINUS if value < 0 else ''}{text}"


def _change(row: dict[str, Any]) -> Cell:
    if row["change"] is None:
        return Cell(NONE, soft=True)
    kind = row["unit"]
    suffix = " points" if kind in ("share", "net") else ""
    ends = ""
    if row["change_low"] is not None:
        ends = f"{_signed(row['change_low'], kind)} to {_signed(row['change_high'], kind)}"
    return Cell(f"{_signed(row['change'], kind)}{suffix}", ends)


def _moved(row: dict[str, Any]) -> Cell:
    if row["rate"] is None:
        return Cell(row["moved_by"] or "", soft=True)
    parts = f"rate {_signed(row['rate'], 'share')}, mix {_signed(row['mix'], 'share')}"
    return Cell(f"most: {row['moved_by']}", parts, soft=True)


def _table(table: pl.DataFrame, every: Every) -> Table:
    rows = []
    for row in table.iter_rows(named=True):
        name = _NAMES.get(row["indicator"], row["indicator"])
        ends = share_range(row["low"], row["high"]) if row["unit"] == "share" else ""
        before = share_range(row["before_low"], row["before_high"]) if row["unit"] == "share" else ""
        verdict = row["status"] or "not tested"
        p = row["p_adjusted"]
        rows.append(
            [
                Cell(f"{name[0].upper()}{name[1:]}", row["unit"] if row["unit"].startswith("members a") else ""),
                Cell(_value(row, ""), ends),
                Cell(_value(row, "before"), before, soft=row["before"] is None),
                _change(row),
                Cell(
                    verdict,
                    "" if p is None else f"p {p:.3f}" if p >= 0.001 else "p under 0.001",
                    soft=row["status"] is None,
                ),
                _moved(row),
            ]
        )
    header = ["Indicator", f"Last {unit(every)}", f"{unit(every).capitalize()} before", "Change", "Verdict", "Moved by"]
    return Table(f"The last complete {unit(every)} against the one before it", header, rows)
