"""Students' messages: first uses, the Bass model, what was to come."""

from datetime import datetime, timezone
from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """By the week."""
    lines = [line.split() for line in (data / "network-collegemsg" / "CollegeMsg.txt").read_text().splitlines()]
    rows = [(datetime.fromtimestamp(int(at), timezone.utc), sender) for sender, _, at in lines]
    schema = {"time": pl.Datetime("us", "UTC"), "member": pl.String}
    events = pl.DataFrame(rows, schema=schema, orient="row").with_columns(kind=pl.lit("post"))
    return cw.plot.diffusion(cw.Community(events).adoption.diffusion_curve(every="1w", forecast=8))
