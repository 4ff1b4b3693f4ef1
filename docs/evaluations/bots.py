"""Who says the same sentences again, in real communities: people and programs.

    python docs/evaluations/bots.py FOLDER

FOLDER holds real communities. For each it prints the members with twenty sentences or more, the highest shares of
sentences that were said on another day, too, and who of them is taken for a program by `cw.bots(..., behaviour=True)`.
Names are not printed: who is a program was looked up by hand.
"""

import sys
from pathlib import Path
from typing import Any

import polars as pl

import commonweal as cw
from commonweal._behaviour import machines, repeats

SETS: dict[str, tuple[str, dict[str, Any]]] = {
    "Discord, 11 channels": ("discord-komodo/before-2019-Dec-05/csv", {"time_zone": "UTC"}),
    "IRC, 153 days of Ubuntu": ("irc-disentanglement/train.tar.gz", {"time_zone": "UTC", "format": "irc"}),
    "IRC, three years of Zig": ("irc-zig", {"time_zone": "UTC"}),
    "Zulip": ("zulip-lean/zulip_json", {}),
    "Discourse": ("discourse-urho3d/posts/json", {}),
    "Stack Exchange": ("stackexchange-quantumcomputing-2018", {}),
    "Mailing list": ("pipermail-twisted/twisted-web", {}),
    "GitHub": ("github-ietf-tls-esni", {}),
}


def main(data: Path) -> None:
    """Prints the table."""
    print("| community | messages of | taken for programs | the highest shares |")
    print("|---|---|---|---|")
    for name, (place, how) in SETS.items():
        events = cw.read(data / place, **how).events
        told = repeats(events).filter(pl.col("said") >= 20)
        shares = told.select((pl.col("again") / pl.col("said")).round(2)).to_series().sort(descending=True)
        print(f"| {name} | {told.height} | {machines(events).height} | {', '.join(map(str, shares.head(10)))} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
