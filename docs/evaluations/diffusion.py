"""Does the forecast of `adoption.diffusion_curve` hold what came? Real communities, cut at dates.

    python docs/evaluations/diffusion.py   # the table of docs/kpis/adoption.diffusion.md, in Markdown

At each date a community is cut with `between`; the members who ever took part are foretold twelve months, or eight or
twelve weeks on, and counted on the whole community.
"""

import sys
from datetime import datetime, timezone
from pathlib import Path

import polars as pl

import commonweal as cw

sys.path.insert(0, str(Path(__file__).parent))
from churn import DATA, READERS

CASES = {
    "stackexchange-beer-2017": ("1mo", 12, [(2015, 3), (2015, 9), (2016, 3)]),
    "pipermail-twisted": ("1mo", 12, [(year, 12) for year in range(2005, 2020)]),
    "network-collegemsg": ("1w", 8, [(2004, 6), (2004, 7), (2004, 8), (2004, 9)]),
    "irc-zig": ("1w", 12, [(2019, 3), (2019, 6), (2019, 9)]),
}


def main() -> None:
    """Prints the table."""
    print("| community | until | declined | foretold until | members | came |\n|---|---|---|---|---|---|")
    within = made = 0
    for name, (every, ahead, cuts) in CASES.items():
        words, read = READERS[name]
        community = read(DATA / name)
        start = community.events["time"].min()
        whole = community.adoption.active_members(every=every).select("period", came=pl.col("new").cum_sum())
        for year, month in cuts:
            cut = datetime(year, month, 1, tzinfo=timezone.utc)
            try:
                curve = community.between(start, cut).adoption.diffusion_curve(every=every, forecast=ahead)
            except cw.exceptions.DeclinedError:
                print(f"| {words} | {cut:%Y-%m} | yes | | | |")
                continue
            row = curve.filter("forecast").join(whole, on="period").row(ahead - 1, named=True)
            low, high, came = row["expected_low"], row["expected_high"], row["came"]
            made, within = made + 1, within + (low <= came <= high)
            foretold = f"{row['expected']:.0f} ({low:.0f}–{high:.0f})"
            print(f"| {words} | {cut:%Y-%m} | | {row['period']} | {foretold} | {came} |")
            words = ""
    print(f"\n{within} of {made} within their interval")


if __name__ == "__main__":
    main()
