"""How content complainers are after a reply of staff, against others like them."""

import polars as pl

from commonweal.plot._frame import AnyChart
from commonweal.plot._matched import matched_effect

_SILENT = ("treated_silent", "control_silent", *(f"silent_difference{end}" for end in ("", "_low", "_high")))


def reply_effect(table: pl.DataFrame) -> AnyChart:
    """The naive change after staff replied to a complaint, the difference to others like them, and that before it.

    Args:
        table: Of `community.sentiment.reply_effect()`; with `by` columns, one panel for each group.
    """
    title = "Change in mood for each answered complaint"
    after = "After a reply of staff"
    return matched_effect(table, "reply_effect", title=title, after=after, number="+.2f", own=_SILENT)
