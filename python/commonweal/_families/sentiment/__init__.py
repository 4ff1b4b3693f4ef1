"""The tone of what is said."""

from typing import ClassVar

from commonweal._families.sentiment.aspects import Aspects
from commonweal._families.sentiment.audit_sample import AuditSample
from commonweal._families.sentiment.messages import Messages
from commonweal._families.sentiment.recoveries import Recoveries
from commonweal._families.sentiment.reply_effect import ReplyEffect
from commonweal._families.sentiment.shifts import Shifts
from commonweal._families.sentiment.trend import Trend


class Sentiment(Messages, Trend, AuditSample, Shifts, Aspects, Recoveries, ReplyEffect):
    """The tone of what is said: `community.sentiment`.

    An automatic score is an index, not a measured share: read its changes, not its level. A level with an interval
    needs some messages labelled by a person: `audit_sample`, then `trend(audit=...)`.
    """

    __slots__ = ()

    name: ClassVar[str] = "sentiment"
