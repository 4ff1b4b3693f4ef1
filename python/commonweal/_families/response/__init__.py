"""How fast posts are answered, with unanswered posts counted as such."""

from typing import ClassVar

from commonweal._families.response.backlog import Backlog
from commonweal._families.response.compare import Compare
from commonweal._families.response.curve import Curve
from commonweal._families.response.experts import Experts
from commonweal._families.response.first_response import FirstResponse
from commonweal._families.response.handoffs import Handoffs
from commonweal._families.response.incidence import Incidence
from commonweal._families.response.load import Load
from commonweal._families.response.resolution import Resolution
from commonweal._families.response.responders import Responders
from commonweal._families.response.retention_effect import RetentionEffect
from commonweal._families.response.return_curve import ReturnCurve
from commonweal._families.response.routing import Routing
from commonweal._families.response.waiting import Waiting


class Response(
    FirstResponse,
    Curve,
    Responders,
    Incidence,
    Resolution,
    Backlog,
    Waiting,
    Compare,
    RetentionEffect,
    ReturnCurve,
    Experts,
    Routing,
    Load,
    Handoffs,
):
    """How fast posts are answered: `community.response`.

    A post without an answer is *censored* at `as_of`, not left out: leaving it out makes a community that ignores its
    hard questions look fast. A response is the earliest reply in the thread by another human of the asked role.
    """

    __slots__ = ()

    name: ClassVar[str] = "response"
