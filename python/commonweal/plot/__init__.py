"""Charts of KPI tables: each takes the table of the KPI of its name as it comes.

The charts are Altair charts: change them with `.properties(...)`, show them in a notebook, or save them offline with
`.save("chart.svg")`. Tables with `by` columns give small multiples. To lay several charts side by side, take the theme
off first: `chart.config = alt.Undefined`. A table can be piped into its chart: `table.pipe(cw.plot.growth)`.

The title says what there is to see, and below it what is suppressed; `chart.properties(title=...)` puts another one.
Colours are told apart by readers who see some of them alike (Okabe and Ito, 2008), on white paper and on dark.

>>> import commonweal as cw
>>> c = cw.datasets.simulate(members=60, days=60)
>>> svg = cw.plot.svg(cw.plot.growth(c.adoption.growth(every="1mo")))
>>> svg.startswith("<svg")
True
"""

from commonweal.plot._render import dark, png, svg
from commonweal.plot._theme import DARK, PALETTE
from commonweal.plot.active_members import active_members, adoption_rate
from commonweal.plot.activity import activity
from commonweal.plot.attainment import attainment
from commonweal.plot.backlog import backlog
from commonweal.plot.bridges import bridges
from commonweal.plot.churn import churn
from commonweal.plot.compare import compare
from commonweal.plot.conversations import conversations
from commonweal.plot.diffusion import diffusion
from commonweal.plot.edges import edges
from commonweal.plot.flow import flow
from commonweal.plot.funnel import funnel
from commonweal.plot.growth import growth
from commonweal.plot.heatmap import heatmap
from commonweal.plot.impact import impact
from commonweal.plot.incidence import incidence
from commonweal.plot.inequality import inequality
from commonweal.plot.introductions import introductions
from commonweal.plot.leaders import leaders
from commonweal.plot.lifecycle import gravity, lifecycle, lifecycle_transitions
from commonweal.plot.lorenz import lorenz
from commonweal.plot.network import network
from commonweal.plot.newcomers import newcomers
from commonweal.plot.outcomes import activation, resolution
from commonweal.plot.power_users import power_users
from commonweal.plot.recognition_effect import recognition_effect
from commonweal.plot.reply_effect import reply_effect
from commonweal.plot.responders import responders
from commonweal.plot.response_by_hour import response_by_hour
from commonweal.plot.retention import retention
from commonweal.plot.retention_effect import retention_effect
from commonweal.plot.rolling_active import rolling_active, stickiness
from commonweal.plot.routing import routing
from commonweal.plot.sentiment_trend import sentiment_trend
from commonweal.plot.share_of_voice import share_of_voice
from commonweal.plot.shifts import shifts
from commonweal.plot.silo_matrix import silo_matrix
from commonweal.plot.silos import silos
from commonweal.plot.survival import survival
from commonweal.plot.trending import trending

__all__ = [
    "DARK",
    "PALETTE",
    "activation",
    "active_members",
    "activity",
    "adoption_rate",
    "attainment",
    "backlog",
    "bridges",
    "churn",
    "compare",
    "conversations",
    "dark",
    "diffusion",
    "edges",
    "flow",
    "funnel",
    "gravity",
    "growth",
    "heatmap",
    "impact",
    "incidence",
    "inequality",
    "introductions",
    "leaders",
    "lifecycle",
    "lifecycle_transitions",
    "lorenz",
    "network",
    "newcomers",
    "png",
    "power_users",
    "recognition_effect",
    "reply_effect",
    "resolution",
    "responders",
    "response_by_hour",
    "retention",
    "retention_effect",
    "rolling_active",
    "routing",
    "sentiment_trend",
    "share_of_voice",
    "shifts",
    "silo_matrix",
    "silos",
    "stickiness",
    "survival",
    "svg",
    "trending",
]
