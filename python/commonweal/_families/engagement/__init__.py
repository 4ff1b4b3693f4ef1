"""What is said and done, by how many, and how they talk with each other."""

from typing import ClassVar

from commonweal._families.engagement.activity import Activity
from commonweal._families.engagement.conversations import Conversations
from commonweal._families.engagement.inequality import Inequality
from commonweal._families.engagement.lorenz import Lorenz
from commonweal._families.engagement.members import Members
from commonweal._families.engagement.recognition import Recognition
from commonweal._families.engagement.recognition_effect import RecognitionEffect
from commonweal._families.engagement.rhythm import Rhythm
from commonweal._families.engagement.trending import Trending


class Engagement(
    Activity, Inequality, Lorenz, Conversations, Members, Rhythm, Trending, Recognition, RecognitionEffect
):
    """What is said and done, by how many, and how they talk with each other: `community.engagement`."""

    __slots__ = ()

    name: ClassVar[str] = "engagement"
