"""What a person should look at."""

from typing import ClassVar

from commonweal._families.moderation.heated import Heated
from commonweal._families.moderation.trolls import Trolls
from commonweal._families.moderation.workload import Workload


class Moderation(Heated, Trolls, Workload):
    """What a person should look at: `community.moderation`.

    Ranked lists for a person to read, never a verdict and never an action.
    """

    __slots__ = ()

    name: ClassVar[str] = "moderation"
