"""The report, as it is asked for; what makes it is loaded when one is."""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, get_args

from commonweal._extras import needed
from commonweal._observed import Observed
from commonweal._options import wrong
from commonweal.typing import Theme

__all__ = ["report"]

_PICTURES: Final = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".svg": "svg+xml", ".webp": "webp"}
_LARGEST: Final = 1_000_000


def report(
    community: Observed,
    path: str | os.PathLike[str] = "report.html",
    *,
    title: str | None = None,
    compare: Observed | None = None,
    compare_name: str = "the other community",
    theme: Theme = "auto",
    logo: str | os.PathLike[str] | None = None,
    min_group: int = 5,
    progress: Callable[[str], object] | None = None,
) -> Path:
    """Writes one self-contained HTML file that says how the community is doing.

    The file needs no network and no JavaScript, names no member, and is the same for the same community.

    Args:
        community: What to report on: a `Community`, or a `Scan`.
        path: Where to write; an existing file is replaced.
        title: The page's title.
        compare: Another community, or another time of this one (`community.between(...)`), to set beside it.
        compare_name: What to call it, within a sentence.
        theme: `light` or `dark`; `auto` is that of the reader's screen. On paper the report is light.
        logo: A picture (PNG, JPEG, SVG, WebP) for the head of the page, of 1 MB at most; it becomes part of the file.
        min_group: Channels with fewer distinct members are shown as suppressed (0: none).
        progress: Called with the name of each section before it is computed.

    Returns:
        The path written.

    Raises:
        OptionError: `min_group` is negative, or `theme` or `logo` has a value that it cannot take.
        OSError: the logo cannot be read, or the file cannot be written.

    Example:
        >>> import commonweal as cw, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "report.html"
        >>> cw.report(cw.datasets.simulate(members=60, days=60), path).name
        'report.html'
    """
    if isinstance(min_group, bool) or not isinstance(min_group, int) or min_group < 0:
        raise wrong("min_group", "a whole number of members, 0 or more", min_group)
    if theme not in get_args(Theme):
        raise wrong("theme", f"one of {', '.join(map(repr, get_args(Theme)))}", theme)
    with needed():
        from commonweal._report.page import Look, render

    look = Look(title, theme, None if logo is None else _picture(Path(logo)), compare, compare_name)
    target = Path(path)
    target.write_text(render(community, look, min_group, progress), encoding="utf-8")
    return target


def _picture(path: Path) -> str:
    """The picture as an address that holds all of it."""
    kind = _PICTURES.get(path.suffix.lower())
    if kind is None:
        raise wrong("logo", f"a picture that ends in {', '.join(_PICTURES)}", str(path))
    content = path.read_bytes()
    if len(content) > _LARGEST:
        raise wrong("logo", f"a picture of {_LARGEST:,} bytes at most", f"{path} of {len(content):,}")
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
