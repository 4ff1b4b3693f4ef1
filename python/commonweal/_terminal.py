"""What the command shows while it works, and when it fails."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

import commonweal as cw
from commonweal import _flags, _inputs
from commonweal.exceptions import CommonwealError, OptionError

STDERR = Console(stderr=True, highlight=False)


def opened(progress: Progress, asked: _inputs.Inputs, infer_threads: bool) -> cw.Community | cw.Scan:
    """What is asked for, in memory, or in pieces where a limit is set."""
    if asked.memory_limit is None:
        return gather(progress, asked, infer_threads)
    if infer_threads:
        raise OptionError("--infer-threads compares messages of the whole table, and does not go with --memory-limit")
    task = progress.add_task("Reading", total=None)
    return asked.scan(
        lambda what, done, total: progress.update(task, description=what, completed=done, total=total or None)
    )


def gather(progress: Progress, asked: _inputs.Inputs, infer_threads: bool) -> cw.Community:
    task = progress.add_task("Reading", total=None)
    community = asked.read(
        lambda what, done, total: progress.update(task, description=what, completed=done, total=total or None)
    )
    if infer_threads:
        progress.update(task, description="Finding conversations", total=None)
        community = community.infer_threads()
    progress.remove_task(task)
    return community


def progress() -> Progress:
    """Progress on standard error, and only where somebody watches it."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        console=STDERR,
        transient=True,
        disable=not STDERR.is_terminal,
    )


@contextmanager
def faults(context: typer.Context) -> Iterator[None]:
    """Turns what can go wrong into a message and an exit code."""
    try:
        yield
    except BrokenPipeError:
        # The reader has gone, as with `| head`; what is left in the buffer must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except OptionError as error:
        raise stopped(context, error, 2) from None
    except (CommonwealError, OSError, pl.exceptions.PolarsError) as error:
        raise stopped(context, error, 1) from None


def stopped(context: typer.Context, error: Exception, code: int) -> typer.Exit:
    text = _flags.told(error, context) or type(error).__name__
    if isinstance(error, OSError) and error.filename is not None:
        text = f"{error.filename}: {error.strerror}"
    printable = "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    typer.echo(f"commonweal: {printable}", err=True)
    return typer.Exit(code)
