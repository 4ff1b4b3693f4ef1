"""What is said and done, by how many, and how they talk with each other."""

from typing import ClassVar

from commonweal._families.engagement.activity import Activity
from commonweal._families.engagement.conversations import Conversations
from commonweal._families.engagement.inequality import Inequality
from commonweal._families.engagement.lorenz import Lorenz
from commonweal._families.engagement.members import Members
from commonweal._families.engagement.rhythm import Rhythm


class Engagement(Activity, Inequality, Lorenz, Conversations, Members, Rhythm):
    """What is said and done, by how many, and how they talk with each other: `community.engagement`."""

    __slots__ = ()

    name: ClassVar[str] = "engagement"
