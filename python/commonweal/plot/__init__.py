"""Charts of KPI tables: each takes the table of the KPI of its name as it comes.

The charts are Altair charts: change them with `.properties(...)`, show them in a notebook, or save them offline with
`.save("chart.svg")`. Tables with `by` columns give small multiples. To lay several charts side by side, take the theme
off first: `chart.config = alt.Undefined`.

>>> import commonweal as cw
>>> c = cw.datasets.simulate(members=60, days=60)
>>> svg = cw.plot.svg(cw.plot.growth(c.adoption.growth(every="1mo")))
>>> svg.startswith("<svg")
True
"""

from commonweal.plot._render import png, svg
from commonweal.plot._theme import PALETTE
from commonweal.plot.active_members import active_members, adoption_rate
from commonweal.plot.activity import activity
from commonweal.plot.attainment import attainment
from commonweal.plot.backlog import backlog
from commonweal.plot.churn import churn
from commonweal.plot.compare import compare
from commonweal.plot.conversations import conversations
from commonweal.plot.diffusion import diffusion
from commonweal.plot.flow import flow
from commonweal.plot.funnel import funnel
from commonweal.plot.growth import growth
from commonweal.plot.heatmap import heatmap
from commonweal.plot.incidence import incidence
from commonweal.plot.inequality import inequality
from commonweal.plot.leaders import leaders
from commonweal.plot.lifecycle import lifecycle, lifecycle_transitions
from commonweal.plot.lorenz import lorenz
from commonweal.plot.network import network
from commonweal.plot.power_users import power_users
from commonweal.plot.recognition_effect import recognition_effect
from commonweal.plot.responders import responders
from commonweal.plot.retention import retention
from commonweal.plot.retention_effect import retention_effect
from commonweal.plot.rolling_active import rolling_active, stickiness
from commonweal.plot.routing import routing
from commonweal.plot.sentiment_trend import sentiment_trend
from commonweal.plot.silo_matrix import silo_matrix
from commonweal.plot.survival import survival
from commonweal.plot.trending import trending

__all__ = [
    "PALETTE",
    "active_members",
    "activity",
    "adoption_rate",
    "attainment",
    "backlog",
    "churn",
    "compare",
    "conversations",
    "diffusion",
    "flow",
    "funnel",
    "growth",
    "heatmap",
    "incidence",
    "inequality",
    "leaders",
    "lifecycle",
    "lifecycle_transitions",
    "lorenz",
    "network",
    "png",
    "power_users",
    "recognition_effect",
    "responders",
    "retention",
    "retention_effect",
    "rolling_active",
    "routing",
    "sentiment_trend",
    "silo_matrix",
    "stickiness",
    "survival",
    "svg",
    "trending",
]
