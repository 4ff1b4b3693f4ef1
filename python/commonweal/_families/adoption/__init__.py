"""Who takes part, and whether they come back."""

from typing import ClassVar

from commonweal._families.adoption.activation import Activation
from commonweal._families.adoption.active_members import ActiveMembers
from commonweal._families.adoption.churn import Churn
from commonweal._families.adoption.diffusion import Diffusion
from commonweal._families.adoption.diffusion_curve import DiffusionCurve
from commonweal._families.adoption.funnel import Funnel
from commonweal._families.adoption.growth import Growth
from commonweal._families.adoption.lifecycle import Lifecycle
from commonweal._families.adoption.lifecycle_transitions import LifecycleTransitions
from commonweal._families.adoption.power_users import PowerUsers
from commonweal._families.adoption.retention import Retention
from commonweal._families.adoption.rolling_active import RollingActive


class Adoption(
    ActiveMembers,
    RollingActive,
    Growth,
    Retention,
    PowerUsers,
    Lifecycle,
    LifecycleTransitions,
    Activation,
    Funnel,
    Churn,
    Diffusion,
    DiffusionCurve,
):
    """Who takes part, and whether they come back: `community.adoption`."""

    __slots__ = ()

    name: ClassVar[str] = "adoption"
