"""The KPIs in ClickHouse (chdb): one in-memory table with enums and integer keys, one query per KPI."""

import io
import tempfile

import polars as pl
from chdb import session

from stages import Stages, pagerank

run = Stages()
folder = tempfile.TemporaryDirectory()
db = session.Session(folder.name)


def table(query: str) -> pl.DataFrame:
    return pl.read_ipc_stream(io.BytesIO(db.query(query, "ArrowStream").bytes()))


# Days and weeks are integers since 1970; week 0 begins on Thursday minus three days, a Monday.
WEEK = "toInt32(intDiv(day + 3, 7))"
DATE = "toDate32(toInt32({}))".format
MONDAY = lambda week: DATE(f"{week} * 7 - 3")  # noqa: E731
WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"

with run.stage("load"):
    for statement in (
        "CREATE DATABASE k ENGINE = Atomic",
        "USE k",
        "SET session_timezone = 'UTC', join_use_nulls = 1, output_format_arrow_string_as_string = 1",
    ):
        db.query(statement)
    source = f"file('{run.events}', Parquet)"
    names = table(f"SELECT DISTINCT ifNull(channel, '') AS name FROM {source} ORDER BY name")
    channels = ", ".join(f"'{name}' = {code}" for code, name in enumerate(names["name"]))
    db.query(f"""
        CREATE TABLE members ENGINE = Memory AS
        SELECT toUInt32(rowNumberInAllBlocks()) AS code, member FROM (SELECT DISTINCT assumeNotNull(member) AS member FROM {source})""")
    db.query(f"""
        CREATE TABLE events ENGINE = Memory AS
        SELECT toUnixTimestamp64Micro(assumeNotNull(time)) AS us, toUInt16(intDiv(us, 86400000000)) AS day, code AS member,
            CAST(assumeNotNull(kind) AS Enum8('post' = 0, 'reply' = 1, 'reaction' = 2, 'view' = 3, 'join' = 4)) AS kind, thread,
            CAST(ifNull(channel, '') AS Enum16({channels})) AS channel {"".join(f", {name}" for name in run.of_network)}
        FROM {source} AS e INNER JOIN members AS m ON e.member = m.member""")

CONTRIBUTION = "kind IN ('post', 'reply', 'reaction')"

with run.stage("active"):
    db.query(f"CREATE TABLE days ENGINE = Memory AS SELECT DISTINCT member, day FROM events WHERE {CONTRIBUTION}")
    daily = table(f"""
        WITH
        -- a member counts from an active day until 28 days later, or until the next active day
        spans AS (SELECT day, least(day + 28, if(next = 0, day + 28, next)) AS until FROM
            (SELECT day, leadInFrame(toInt32(day), 1, 0) OVER (PARTITION BY member ORDER BY day {WHOLE}) AS next FROM days)),
        steps AS (SELECT day, sum(step) AS step FROM
            (SELECT toInt32(day) AS day, toInt64(1) AS step FROM spans UNION ALL SELECT toInt32(until), toInt64(-1) FROM spans) GROUP BY day),
        actives AS (SELECT toInt32(day) AS day, toInt64(count()) AS dau FROM days GROUP BY day),
        calendar AS (SELECT toInt32(arrayJoin(range(toUInt32(min(day)), toUInt32(max(day)) + 1))) AS day FROM days)
        SELECT {DATE("calendar.day")} AS period, ifNull(actives.dau, 0) AS dau, sum(ifNull(steps.step, 0)) OVER (ORDER BY calendar.day) AS mau,
            dau / mau AS stickiness
        FROM calendar LEFT JOIN actives ON calendar.day = actives.day LEFT JOIN steps ON calendar.day = steps.day""")
    weekly = table(f"SELECT {MONDAY(WEEK)} AS period, toInt64(uniqExact(member)) AS active FROM days GROUP BY period")
    monthly = table(
        "SELECT toDate32(toStartOfMonth(toDate(day))) AS period, toInt64(uniqExact(member)) AS active FROM days GROUP BY period"
    )
run.tables |= {"active_daily": daily, "active_weekly": weekly, "active_monthly": monthly}

with run.stage("growth"):
    run.tables["growth"] = table(f"""
        WITH weeks AS (SELECT DISTINCT member, {WEEK} AS week FROM days),
        around AS (SELECT week, lagInFrame(week, 1, 0) OVER own AS before, leadInFrame(week, 1, 0) OVER own AS after FROM weeks
            WINDOW own AS (PARTITION BY member ORDER BY week {WHOLE})),
        counts AS (SELECT week, countIf(before = 0) AS new, countIf(before = week - 1) AS retained,
            countIf(before > 0 AND before < week - 1) AS resurrected, countIf(after = 0 OR after > week + 1) AS gone
            FROM around GROUP BY week ORDER BY week WITH FILL)
        SELECT {MONDAY("week")} AS period, toInt64(new) AS new, toInt64(retained) AS retained, toInt64(resurrected) AS resurrected,
            toInt64(lagInFrame(gone, 1, 0) OVER (ORDER BY week {WHOLE})) AS churned
        FROM counts""")

with run.stage("retention"):
    run.tables["retention"] = table(f"""
        WITH own AS (SELECT member, arraySort(groupUniqArray({WEEK})) AS weeks FROM days GROUP BY member)
        SELECT {MONDAY("first")} AS cohort, toInt64(k) AS offset, toInt64(count()) AS active
        FROM (SELECT weeks[1] AS first, arrayJoin(weeks) - first AS k FROM own) GROUP BY first, k""")

with run.stage("response"):
    # One pass over the threads instead of a join: asker, time of asking and the replies of each.
    db.query("""
        CREATE TABLE waits ENGINE = Memory AS
        SELECT channel, intDiv(intDiv(asked, 86400000000) + 3, 7) AS week, asked, if(empty(answers), NULL, arrayMin(answers) - asked) AS wait FROM (
            SELECT anyIf(member, kind = 'post') AS asker, anyIf(us, kind = 'post') AS asked, anyIf(channel, kind = 'post') AS channel,
                arrayMap(r -> r.2, arrayFilter(r -> r.1 != asker, groupArrayIf((member, us), kind = 'reply'))) AS answers
            FROM events WHERE kind IN ('post', 'reply') GROUP BY thread)""")
    weekly_response = table(f"""
        SELECT {MONDAY("week")} AS period, nullIf(toString(channel), '') AS channel, toInt64(count()) AS n, toInt64(count(wait)) AS answered,
            if(answered = 0, NULL, quantileExactInclusive(0.5)(wait)) AS answered_median, countIf(wait <= 3600000000) / count() AS within_1h
        FROM waits GROUP BY channel, week""")
    response = table("""
        WITH (SELECT max(us) FROM events) AS end,
        ends AS (SELECT nullIf(toString(channel), '') AS channel, isNull(wait) AS censored, ifNull(wait, end - asked) AS lasted FROM waits),
        lists AS (SELECT channel, arraySort(groupArray((lasted, censored))) AS list, count() AS n, countIf(NOT censored) AS answered
                  FROM ends GROUP BY channel),
        curves AS (SELECT *, arrayCumSum(arrayMap((one, i) -> if(one.2, 0, if(i = n, -1e9, log(1 - 1 / (n - i + 1)))), list,
                       arrayEnumerate(list))) AS log_survival, arrayFirstIndex(s -> exp(s) <= 0.5 + 1e-9, log_survival) AS half FROM lists)
        SELECT channel, toInt64(n) AS n, toInt64(answered) AS answered, if(half = 0, NULL, list[half].1) AS median FROM curves""")
run.tables["response_weekly"] = weekly_response.with_columns(pl.col("answered_median").round().cast(pl.Duration("us")))
run.tables["response"] = response.with_columns(pl.col("median").cast(pl.Duration("us")))
run.end_of_families()

with run.stage("activity"):
    # Of each cell one sorted array: no window over members.
    activity = table(f"""
        WITH cells AS (SELECT channel, {WEEK} AS week, member, count() AS own, countIf(kind = 'post') AS p, countIf(kind = 'reply') AS r
                       FROM events WHERE {CONTRIBUTION} GROUP BY channel, week, member),
        sums AS (SELECT channel, week, sum(p) AS p, sum(r) AS r, sum(own) AS all, count() AS n, arraySort(groupArray(own)) AS list
                 FROM cells GROUP BY channel, week)
        SELECT {MONDAY("week")} AS period, nullIf(toString(channel), '') AS channel, toInt64(p) AS posts, toInt64(r) AS replies,
            contributions - posts - replies AS reactions, toInt64(n) AS contributors, if(posts > 0, replies / posts, NULL) AS replies_per_post,
            toInt64(all) AS contributions, arraySum(arraySlice(list, toInt64(n - intDiv(n + 99, 100) + 1))) / all AS top1_share,
            2 * arraySum(arrayMap((x, i) -> toFloat64(x * i), list, arrayEnumerate(list))) / (n * all) - (n + 1) / n AS gini
        FROM sums""")
run.activity(activity)

with run.stage("network"):
    db.query("""
        CREATE TABLE edges ENGINE = Memory AS SELECT r.member AS source, p.member AS target, toInt64(count()) AS replies
        FROM (SELECT member, parent FROM events WHERE kind = 'reply') AS r
        INNER JOIN (SELECT member, id FROM events WHERE kind IN ('post', 'reply')) AS p ON r.parent = p.id
        WHERE r.member != p.member GROUP BY source, target""")
    arcs = table("SELECT * FROM edges")
    nodes, ranks = pagerank(arcs["source"].to_numpy(), arcs["target"].to_numpy(), arcs["replies"].to_numpy())
    edges = table("""
        SELECT s.member AS source, t.member AS target, replies FROM edges
        INNER JOIN members AS s ON edges.source = s.code INNER JOIN members AS t ON edges.target = t.code""")
    names = table("SELECT code, member FROM members")
    ranks = pl.DataFrame({"code": nodes, "pagerank": ranks}).join(names, on="code").select("member", "pagerank")
run.tables |= {"edges": edges, "pagerank": ranks}

run.finish()
db.close()
folder.cleanup()
