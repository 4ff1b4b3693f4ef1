"""How much is said and done."""

from typing import ClassVar

from commonweal._families.engagement.activity import Activity


class Engagement(Activity):
    """How much is said and done: `community.engagement`."""

    __slots__ = ()

    name: ClassVar[str] = "engagement"
