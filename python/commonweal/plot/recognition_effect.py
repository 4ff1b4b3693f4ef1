"""What members do after a recognition, against others like them."""

import polars as pl

from commonweal.plot._frame import AnyChart
from commonweal.plot._matched import matched_effect


def recognition_effect(table: pl.DataFrame) -> AnyChart:
    """The naive change after a recognition, the difference to others like them, and that before it, with intervals.

    Args:
        table: Of `community.engagement.recognition_effect()`; with `by` columns, one panel for each group.
    """
    title = "Change in active days, or messages, for each recognition"
    return matched_effect(table, "recognition_effect", title=title, after="After a recognition", number="+.1f")
