"""What the options of the command mean."""

import json
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast, get_args

import commonweal as cw
from commonweal import _export, _inputs, _time
from commonweal.exceptions import OptionError

COLUMNS = 'our column -> your column, such as {"member": "user_id"}'
SCHEDULE = 'a schedule, such as {"zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:00"]]}}'


def cut(option: str, community: cw.Community | cw.Scan, between: str | None) -> cw.Community | cw.Scan:
    """The community in this time."""
    if between is None:
        return community
    start, sign, end = between.partition("..")
    if not sign or not start or not end:
        raise OptionError(f"{option} must be START..END, such as 2026-01-01..2026-04-01, got {between!r}")
    # Checked here, where it is known what was typed.
    names = (f"the START of {option}", f"the END of {option}")
    return community.between(*_time.window(start, end, community.tz, names))


def called(compare: str) -> str:
    """A name for what is compared with, within a sentence."""
    start, sign, end = compare.partition("..")
    return f"{start} to {end}" if sign else Path(compare).stem or "the other community"


def theme(theme: str) -> cw.typing.Theme:
    if theme not in get_args(cw.typing.Theme):
        raise OptionError(f"--theme must be one of {', '.join(get_args(cw.typing.Theme))}, got {theme!r}")
    return cast("cw.typing.Theme", theme)


def asked(
    sources: list[str],
    format_in: str | None,
    mapping: str | None,
    time_zone: str | None,
    tz: str,
    as_of: str | None,
    members: Path | None,
    preset: str | None,
    query: str | None,
    identities: list[str] | None,
    key_file: Path | None,
    drop_text: bool,
    keep: list[str] | None,
    erase: list[str] | None,
    min_group: int,
    memory_limit: str | None = None,
) -> _inputs.Inputs:
    return _inputs.Inputs(
        sources=sources,
        format_in=format_in,
        mapping=None if mapping is None else json_object("--mapping", mapping, COLUMNS),
        time_zone=time_zone,
        tz=tz,
        as_of=as_of,
        members=members,
        preset=preset,
        query=_inputs.query(query),
        rules=identities or (),
        privacy=_inputs.privacy(key_file, drop_text=drop_text, keep=keep or (), erase=erase or (), min_group=min_group),
        memory_limit=memory_limit,
    )


def json_object(option: str, text: str, what: str) -> dict[str, Any]:
    path = Path(text)
    try:
        value = json.loads(text if text.lstrip().startswith("{") else path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OptionError(f"{option} must be JSON or the path of a JSON file: {error}") from None
    if not isinstance(value, dict):
        raise OptionError(f"{option} must be an object of {what}")
    return value


def defaults(name: str) -> dict[str, Any]:
    rows = {row["kpi"]: row for row in cw.kpis().iter_rows(named=True)}
    if name not in rows:
        if Path(name).exists():
            first = "the name of a KPI comes before it"
            raise OptionError(f"{name} is a file or a folder: {first}, as `kpi quality {name}`")
        near = [kpi for kpi in rows if kpi.endswith(f".{name}")] or [kpi for kpi in rows if name in kpi]
        known = {kpi if "." in name else kpi.partition(".")[2]: kpi for kpi in rows}
        near = near or [known[one] for one in get_close_matches(name, known, n=1, cutoff=0.75)]
        if 0 < len(near) <= 3:
            raise OptionError(f"there is no KPI {name!r}; did you mean {' or '.join(near)}?")
        raise OptionError(f"there is no KPI {name!r}; the KPIs are {', '.join(rows)}")
    return cast("dict[str, Any]", json.loads(rows[name]["options"]))


def named(pairs: list[str]) -> dict[str, Any]:
    options = {}
    for pair in pairs:
        key, sign, text = pair.partition("=")
        if not sign or not key:
            raise OptionError(f"--option must be name=value, got {pair!r}")
        try:
            options[key] = json.loads(text)
        except ValueError:
            options[key] = text
    return options


def chosen(asked: list[str]) -> dict[str, dict[str, Any]]:
    """KPIs with their options; all of them where none is named."""
    chosen: dict[str, dict[str, Any]] = {}
    for one in asked or list(cw.kpis()["kpi"]):
        name, sign, text = one.partition("=")
        defaults(name)
        options = json_object("--kpi", text, "options") if sign else {}
        try:
            cw.Spec(name, options)
        except OptionError as error:
            raise OptionError(f"--kpi {name}: {error}") from None
        chosen[name] = options
    return chosen


def kind(form: str | None, output: Path | None) -> _export.Format:
    if form is None:
        return _export.format_of(output)
    if form not in ("csv", "parquet", "json"):
        raise OptionError(f"--format must be one of csv, parquet, json, got {form!r}")
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise OptionError("--format parquet is not for a terminal: name a file with --output")
    return cast("_export.Format", form)
