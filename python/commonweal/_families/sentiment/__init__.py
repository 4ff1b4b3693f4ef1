"""The tone of what is said."""

from typing import ClassVar

from commonweal._families.sentiment.messages import Messages
from commonweal._families.sentiment.trend import Trend


class Sentiment(Messages, Trend):
    """The tone of what is said: `community.sentiment`.

    An automatic score is an index, not a measured share: read its changes, not its level.
    """

    __slots__ = ()

    name: ClassVar[str] = "sentiment"
