"""The KPIs in commonweal: the columns loaded once, one call per KPI."""

import commonweal as cw
from stages import Stages

run = Stages()

with run.stage("load"):
    community = cw.read(run.events, columns=["time", "member", "kind", "thread", "channel", *run.of_network])

with run.stage("active"):
    daily = community.adoption.rolling_active(window="28d")
    weekly = community.adoption.active_members(every="1w")
    monthly = community.adoption.active_members(every="1mo")
run.tables |= {"active_daily": daily, "active_weekly": weekly, "active_monthly": monthly}

with run.stage("growth"):
    run.tables["growth"] = community.adoption.growth(every="1w")

with run.stage("retention"):
    run.tables["retention"] = community.adoption.retention(every="1w")

with run.stage("response"):
    response_weekly = community.response.first_response(within="1h", every="1w", by="channel")
    response = community.response.first_response(within="1h", by="channel")
run.tables |= {"response_weekly": response_weekly, "response": response}
run.end_of_families()

with run.stage("activity"):
    run.tables["activity"] = community.engagement.activity(every="1w", by="channel")
    run.tables["inequality"] = community.engagement.inequality(every="1w", by="channel")

with run.stage("network"):
    run.tables["edges"] = community.network.edges()
    run.tables["pagerank"] = community.network.leaders(
        top=None, direction="attention", betweenness=False, bootstrap=0, window=None
    )

messages = run.messages()
with run.stage("sentiment"):
    run.tables["sentiment"] = cw.Community(messages).sentiment.messages()

run.finish()
