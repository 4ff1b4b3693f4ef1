"""Draws the pictures of the docs from real communities: `make pictures`, or `python docs/pictures NAME ...`.

Each module here draws one, `docs/img/<module>.svg`: its `draw(data)` gives a chart of the folder of real communities.
"""

import importlib
import sys
from pathlib import Path

import commonweal as cw

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"


def main(wanted: list[str]) -> None:
    """Draws the wanted pictures, or all."""
    if not DATA.exists():
        sys.exit(f"nothing to draw from: the real communities are not beside the clone ({DATA})")
    sys.path.insert(0, str(HERE))
    for path in sorted(HERE.glob("[!_]*.py")):
        if wanted and path.stem not in wanted:
            continue
        chart = importlib.import_module(path.stem).draw(DATA)
        target = HERE.parent / "img" / f"{path.stem}.svg"
        target.write_text(cw.plot.svg(chart, theme="auto"), encoding="utf-8")
        print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


main(sys.argv[1:])
