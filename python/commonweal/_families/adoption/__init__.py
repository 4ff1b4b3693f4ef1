"""Who takes part, and whether they come back."""

from typing import ClassVar

from commonweal._families.adoption.active_members import ActiveMembers
from commonweal._families.adoption.growth import Growth
from commonweal._families.adoption.rolling_active import RollingActive


class Adoption(ActiveMembers, RollingActive, Growth):
    """Who takes part, and whether they come back: `community.adoption`."""

    __slots__ = ()

    name: ClassVar[str] = "adoption"
