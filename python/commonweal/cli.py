"""The command `commonweal`.

Exit codes: 0 it worked, 1 the input or the data is at fault, 2 the command line is, 3 bench found a KPI slower.
"""

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import commonweal as cw
from commonweal import _arguments, _bench, _export, _flags, _terminal, _watching
from commonweal._version import version
from commonweal.exceptions import CommonwealError, OptionError

__all__ = ["app", "main"]

app = typer.Typer(
    name="commonweal",
    help="Community health analytics: KPIs that survive a meeting.\n\n"
    "Exit codes: 0 it worked, 1 the input or the data is at fault, 2 the command line is, 3 bench found a KPI slower.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Input = Annotated[
    Path, typer.Argument(metavar="INPUT", help="An export, or a table of events: a file, folder, archive or pattern.")
]
Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Exports, or tables of events: files, folders, archives, patterns; or a database, postgresql://host/name. "
        "Several become one community; NAME=INPUT gives one a name.",
    ),
]
Preset = Annotated[str | None, typer.Option(help="For databases: the platform whose tables they are: discourse.")]
Query = Annotated[str | None, typer.Option(help="For databases: SQL that gives events, or a file NAME.sql of it.")]
Rules = Annotated[
    list[str] | None,
    typer.Option("--identities", help="Join accounts of one person by email, handle, name; may be repeated."),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--pseudonymise-key-file", help="A file with a key: members, ids, threads get other names by it; no names stay."
    ),
]
DropText = Annotated[bool, typer.Option("--drop-text", help="Keep no text and no titles.")]
Keep = Annotated[list[str] | None, typer.Option(help="With a key: a column that stays; may be repeated.")]
Erase = Annotated[list[str] | None, typer.Option(help="A member of whom nothing is read; may be repeated.")]
FormatIn = Annotated[str | None, typer.Option("--format-in", help="What INPUT is; recognised where it is not given.")]
Mapping = Annotated[str | None, typer.Option(help="For tables: JSON, or a JSON file, of our column -> yours.")]
TimeZone = Annotated[str | None, typer.Option(help="The zone of times in INPUT that carry none.")]
Zone = Annotated[str, typer.Option("--tz", help="The IANA zone of the calendar periods.")]
AsOf = Annotated[str | None, typer.Option(help="The end of observation, ISO 8601; by default the last event.")]
Members = Annotated[Path | None, typer.Option(help="For tables: the table of members, where it is not beside INPUT.")]
InferThreads = Annotated[
    bool,
    typer.Option("--infer-threads", help="First find the conversations of a chat without threads, such as IRC."),
]
MemoryLimit = Annotated[
    str | None,
    typer.Option("--memory-limit", help="Read a table in pieces, and hold no more than this, such as 2GB."),
]
Title = Annotated[str | None, typer.Option(help="The title of the page.")]
Between = Annotated[str | None, typer.Option(help="Only this time of it: START..END, dates or instants.")]
Theme = Annotated[str, typer.Option(help="light, dark, or auto: that of the reader's screen.")]
Logo = Annotated[Path | None, typer.Option(help="A picture for the head of the page.")]
MinGroup = Annotated[int, typer.Option(help="Suppress groups of fewer distinct members (0: none).")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"commonweal {version()}")
        raise typer.Exit


@app.callback()
def _commonweal(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")] = False,
) -> None:
    pass


@app.command()
def report(
    context: typer.Context,
    sources: Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")] = Path("report.html"),
    title: Title = None,
    between: Between = None,
    compare: Annotated[
        str | None,
        typer.Option(help="Set beside it: another export, or a time of this one, START..END."),
    ] = None,
    compare_name: Annotated[str | None, typer.Option(help="What to call what it is compared with.")] = None,
    theme: Theme = "auto",
    logo: Logo = None,
    min_group: MinGroup = 5,
    format_in: FormatIn = None,
    mapping: Mapping = None,
    time_zone: TimeZone = None,
    tz: Zone = "UTC",
    as_of: AsOf = None,
    members: Members = None,
    infer_threads: InferThreads = False,
    preset: Preset = None,
    query: Query = None,
    identities: Rules = None,
    pseudonymise_key_file: KeyFile = None,
    drop_text: DropText = False,
    keep: Keep = None,
    erase: Erase = None,
    memory_limit: MemoryLimit = None,
) -> None:
    """Write one self-contained HTML file that says how the community is doing."""
    with _terminal.faults(context), _terminal.progress() as progress:
        how = (format_in, mapping, time_zone, tz, as_of, members, preset, query, identities)
        asked = _arguments.asked(sources, *how, pseudonymise_key_file, drop_text, keep, erase, min_group, memory_limit)
        whole = _terminal.opened(progress, asked, infer_threads)
        community = _arguments.cut("--between", whole, between)
        other: cw.Community | cw.Scan | None = None
        if compare is not None and ".." in compare and not Path(compare).exists():
            other = _arguments.cut("--compare", whole, compare)
        elif compare is not None:
            beside = replace(asked, sources=[compare], format_in=None, as_of=None, members=None, rules=())
            other = _terminal.opened(progress, beside, infer_threads)
        task = progress.add_task("Computing", total=None)
        path = cw.report(
            community,
            output,
            title=title,
            compare=other,
            compare_name=compare_name or _arguments.called(compare or ""),
            theme=_arguments.theme(theme),
            logo=logo,
            min_group=min_group,
            progress=lambda section: progress.update(task, description=f"Computing {section}"),
        )
    typer.echo(str(path))


@app.command()
def watch(
    context: typer.Context,
    sources: Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")] = Path("report.html"),
    title: Title = None,
    theme: Theme = "auto",
    logo: Logo = None,
    min_group: MinGroup = 5,
    every: Annotated[float, typer.Option(help="Seconds between two looks at INPUT.", min=0.05)] = 2.0,
    renders: Annotated[int, typer.Option(help="Stop after so many reports (0: never).", min=0)] = 0,
    format_in: FormatIn = None,
    mapping: Mapping = None,
    time_zone: TimeZone = None,
    tz: Zone = "UTC",
    members: Members = None,
    infer_threads: InferThreads = False,
    preset: Preset = None,
    query: Query = None,
    identities: Rules = None,
    pseudonymise_key_file: KeyFile = None,
    drop_text: DropText = False,
    keep: Keep = None,
    erase: Erase = None,
) -> None:
    """Write the report, and write it again whenever INPUT changes; Ctrl-C ends it."""
    with _terminal.faults(context):
        chosen = _arguments.theme(theme)
        how = (format_in, mapping, time_zone, tz, None, members, preset, query, identities)
        asked = _arguments.asked(sources, *how, pseudonymise_key_file, drop_text, keep, erase, min_group)
        paths = asked.paths()

    # Whoever looks at the page meanwhile sees the old one or the new one, and never a half.
    fresh = output.with_name(f".{output.name}.part")

    def write(first: bool) -> None:
        try:
            with _terminal.progress() as progress:
                community = _terminal.gather(progress, asked, infer_threads)
                progress.add_task("Computing", total=None)
                cw.report(community, fresh, title=title, theme=chosen, logo=logo, min_group=min_group)
            fresh.replace(output)
            typer.echo(f"{datetime.now().astimezone():%H:%M:%S} {output}")
        except (CommonwealError, OSError, pl.exceptions.PolarsError) as error:
            # A file that is being written may be no good yet; an option that is wrong at first will never be right.
            ends = first and isinstance(error, OptionError)
            _terminal.stopped(context, error, 2 if ends else 1)
            if ends:
                raise typer.Exit(2) from None
        finally:
            fresh.unlink(missing_ok=True)

    try:
        for number, _ in enumerate(_watching.changes(paths, every, renders, but=(output, fresh))):
            write(first=number == 0)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@app.command()
def kpi(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A KPI, such as response.first_response.")],
    sources: Inputs,
    every: Annotated[str | None, typer.Option(help="Length of a period: 1d, 1w, 1mo, 1q, 1y, or all.")] = None,
    by: Annotated[list[str] | None, typer.Option(help="A column to group by; may be repeated.")] = None,
    within: Annotated[list[str] | None, typer.Option(help="A target such as 1h; may be repeated.")] = None,
    responder: Annotated[str | None, typer.Option(help="Whose reply counts: any, staff, peer.")] = None,
    hours: Annotated[
        str | None, typer.Option(help="Business hours: JSON, or a JSON file, as BusinessHours has it.")
    ] = None,
    window: Annotated[str | None, typer.Option(help="A trailing window such as 28d.")] = None,
    activity: Annotated[str | None, typer.Option(help="What makes active: contributing, present.")] = None,
    bots: Annotated[bool, typer.Option("--bots", help="Count bots too.")] = False,
    min_group: MinGroup = 5,
    option: Annotated[list[str] | None, typer.Option(help="Any other option, as name=value; may be repeated.")] = None,
    form: Annotated[str | None, typer.Option("--format", help="csv, parquet or json.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write; else stdout.")] = None,
    format_in: FormatIn = None,
    mapping: Mapping = None,
    time_zone: TimeZone = None,
    tz: Zone = "UTC",
    as_of: AsOf = None,
    members: Members = None,
    infer_threads: InferThreads = False,
    preset: Preset = None,
    query: Query = None,
    identities: Rules = None,
    pseudonymise_key_file: KeyFile = None,
    drop_text: DropText = False,
    keep: Keep = None,
    erase: Erase = None,
    memory_limit: MemoryLimit = None,
) -> None:
    """Compute one KPI. In CSV and JSON, durations are seconds, in columns named <name>_seconds."""
    with _terminal.faults(context):
        known = _arguments.defaults(name)
        given: dict[str, Any] = {
            "every": every,
            "by": by or None,
            # One length alone, as some KPIs take no more.
            "within": within[0] if within and len(within) == 1 else within or None,
            "responder": responder,
            "hours": None if hours is None else _arguments.json_object("--hours", hours, _arguments.SCHEDULE),
            "window": window,
            "activity": activity,
            "bots": bots or None,
        }
        options = {key: value for key, value in given.items() if value is not None} | _arguments.named(option or [])
        if options.get("every") == "all":
            options["every"] = None
        if "min_group" in known:
            options.setdefault("min_group", min_group)
        typed = _flags.flags(context)
        for key in options:
            if key not in known:
                has = ", ".join(typed.get(one, f"--option {one}") for one in known) or "none"
                raise OptionError(f"{name} has no option {typed[key]}; its options are {has}")
        if isinstance(options.get("within"), list) and not isinstance(known["within"], list):
            raise OptionError(f"within must be one length, of {name}, got {', '.join(map(str, options['within']))}")
        kind = _arguments.kind(form, output)
        how = (format_in, mapping, time_zone, tz, as_of, members, preset, query, identities)
        asked = _arguments.asked(sources, *how, pseudonymise_key_file, drop_text, keep, erase, min_group, memory_limit)
        with _terminal.progress() as progress:
            community = _terminal.opened(progress, asked, infer_threads)
            progress.add_task(f"Computing {name}", total=None)
            table = community.compute(name, options)
        _export.write(table, output, kind)


@app.command()
def bench(
    context: typer.Context,
    source: Input,
    baseline: Annotated[Path | None, typer.Option(help="A file that bench wrote: what it took before.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Write the baseline, whatever it said before.")] = False,
    chosen: Annotated[
        list[str] | None,
        typer.Option("--kpi", help="A KPI, or NAME={JSON of its options}; may be repeated. By default all."),
    ] = None,
    tolerance: Annotated[float, typer.Option(help="By which share it may take longer.", min=0.0)] = 0.25,
    runs: Annotated[int, typer.Option(help="How often each is measured; the least counts.", min=1)] = 5,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The JSON file to write; else stdout.")] = None,
    format_in: FormatIn = None,
    mapping: Mapping = None,
    time_zone: TimeZone = None,
    tz: Zone = "UTC",
    as_of: AsOf = None,
    members: Members = None,
) -> None:
    """Measure how long KPIs take; with --baseline, exit with 3 where one takes longer than it did."""
    with _terminal.faults(context), _terminal.progress() as progress:
        if update and baseline is None:
            raise OptionError("--update needs --baseline, the file to write")
        asked = _arguments.chosen(chosen or [])
        before = None if baseline is None or update else _bench.baseline(baseline)
        how = (format_in, mapping, time_zone, tz, as_of, members, None, None, None)
        inputs = _arguments.asked([str(source)], *how, None, False, None, None, 0)
        measured = _bench.Bench(lambda: _terminal.gather(progress, inputs, False), asked, whatever_fits=not chosen)
        if before is not None and baseline is not None:
            _bench.check(before, measured, asked, baseline)
        task = progress.add_task("Measuring", total=None)
        for turn in range(runs):
            progress.update(task, description=f"Measuring, {turn + 1} of {runs}")
            measured.turn()
        late: list[_bench.Change] = []
        if before is not None:
            # What the machine did besides may be to blame: those again, more often.
            for _ in range(_bench.AGAIN * runs):
                late = _bench.slower(_bench.changes(measured, before), tolerance)
                measured.turn([it.name for it in late])
            late = _bench.slower(_bench.changes(measured, before), tolerance)
        told = measured.report()
        if before is not None:
            told["slower"] = {it.name: {"before": it.before, "now": it.now, "change": it.change} for it in late}
        text = json.dumps(told, indent=2) + "\n"
        if update and baseline is not None:
            baseline.write_text(text, encoding="utf-8")
        if output is not None:
            output.write_text(text, encoding="utf-8")
        elif not update:
            typer.echo(text, nl=False)
    for name, why in measured.left_out.items():
        typer.echo(f"commonweal: {name} is left out: {why}", err=True)
    left = [name for name in asked if name not in measured.left_out]
    unknown = [] if before is None else [name for name in left if name not in before["measured"]]
    if unknown:
        named = ", ".join(unknown)
        typer.echo(f"commonweal: the baseline knows nothing of {named}; write it anew with --update", err=True)
    for it in late:
        typer.echo(f"commonweal: {it.name} takes {it.change:.0%} longer than the baseline says", err=True)
    if late:
        raise typer.Exit(3)


@app.command()
def kpis(context: typer.Context) -> None:
    """List every KPI with the question that it answers."""
    with _terminal.faults(context):
        table = cw.kpis()
        if not sys.stdout.isatty():
            _export.write(table, None, "csv")
            return
        shown = Table("KPI", "Question", "Formula", box=None, header_style="bold", padding=(0, 2, 1, 0))
        for row in table.iter_rows(named=True):
            shown.add_row(escape(row["kpi"]), escape(row["question"]), escape(row["formula"]))
        Console().print(shown)


@app.command()
def simulate(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A folder, or a .parquet or .csv file for the events.")
    ],
    members: Annotated[int, typer.Option(help="How many members.")] = 1000,
    days: Annotated[int, typer.Option(help="How many days.")] = 365,
    seed: Annotated[int, typer.Option(help="The same seed gives the same community.")] = 0,
) -> None:
    """Write a simulated community: events, members, and the truth behind them."""
    with _terminal.faults(context), _terminal.progress() as progress:
        progress.add_task("Simulating", total=None)
        community, truth = cw.datasets.simulate(members, days, seed), cw.datasets.truth(members, days, seed)
        if output.suffix:
            _export.write(community.events, output, _export.format_of(output))
        else:
            output.mkdir(parents=True, exist_ok=True)
            community.events.write_parquet(output / "events.parquet")
            if community.members is not None:
                community.members.write_parquet(output / "members.parquet")
            (output / "truth.json").write_text(json.dumps(truth, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    typer.echo(str(output))


def main() -> None:
    """The entry point."""
    app()
