"""Writes the Python of README.md and of each page in docs/ as modules that a type checker can look at.

`python tools/snippets.py FOLDER` writes them to FOLDER; `make lint-python` looks at build/snippets.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main(folder: Path) -> None:
    """Makes the folder anew, a module for each page."""
    if folder.exists() and any(one.suffix != ".py" and one.name != "__pycache__" for one in folder.iterdir()):
        sys.exit(f"{folder} holds other things than snippets, and would be emptied: name a folder for them alone")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = 0
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        if blocks:
            name = re.sub(r"\W", "_", str(page.relative_to(ROOT).with_suffix("")))
            (folder / f"{name}.py").write_text("\n".join(blocks), encoding="utf-8")
            written += 1
    if written < 40:
        sys.exit(f"{written} pages with Python, which are too few: has docs/ moved?")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
