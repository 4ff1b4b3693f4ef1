"""The KPIs in DuckDB: one table with enums and integer keys, one query per KPI."""

import duckdb
import polars as pl

from stages import Stages, pagerank

run = Stages()
db = duckdb.connect()
db.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")


def table(query: str) -> pl.DataFrame:
    return db.sql(query).pl()


# Days and weeks are integers since 1970; week 0 begins on Thursday minus three days, a Monday.
DATE = "(DATE '1970-01-01' + ({})::INTEGER)".format
MONDAY = lambda week: DATE(f"{week} * 7 - 3")  # noqa: E731
WEEK = "((day + 3) // 7)"
CONTRIBUTION = "kind IN ('post', 'reply', 'reaction')"

with run.stage("load"):
    db.execute(f"""
        CREATE TYPE kinds AS ENUM ('post', 'reply', 'reaction', 'view', 'join');
        CREATE TYPE channels AS ENUM (SELECT DISTINCT channel FROM '{run.events}' WHERE channel IS NOT NULL ORDER BY channel);
        CREATE TABLE members AS SELECT row_number() OVER ()::INTEGER AS code, member FROM (SELECT DISTINCT member FROM '{run.events}');
        CREATE TABLE events AS
            SELECT epoch_us(time) AS us, (epoch_us(time) // 86400000000)::INTEGER AS day, code AS member, kind::kinds AS kind, thread,
                channel::channels AS channel {"".join(f", {name}" for name in run.of_network)}
            FROM '{run.events}' JOIN members USING (member)""")

with run.stage("active"):
    db.execute(f"CREATE TABLE days AS SELECT DISTINCT member, day FROM events WHERE {CONTRIBUTION}")
    daily = table(f"""
        WITH dau AS (SELECT day, count(*) AS dau FROM days GROUP BY day),
        -- a member counts from an active day until 28 days later, or until the next active day
        spans AS (SELECT day, least(day + 28, coalesce(lead(day) OVER (PARTITION BY member ORDER BY day), day + 28)) AS until FROM days),
        steps AS (SELECT day, sum(step) AS step FROM (SELECT day, 1 AS step FROM spans UNION ALL SELECT until, -1 FROM spans) GROUP BY day),
        calendar AS (SELECT unnest(generate_series(min(day), max(day)))::INTEGER AS day FROM days),
        rolling AS (SELECT day, coalesce(dau, 0) AS dau, (sum(coalesce(step, 0)) OVER (ORDER BY day))::BIGINT AS mau
                    FROM calendar LEFT JOIN dau USING (day) LEFT JOIN steps USING (day))
        SELECT {DATE("day")} AS period, dau, mau, dau / mau AS stickiness FROM rolling""")
    weekly = table(
        f"SELECT {MONDAY('week')} AS period, count(*) AS active FROM (SELECT DISTINCT member, {WEEK} AS week FROM days) GROUP BY week"
    )
    monthly = table(f"""
        SELECT period, count(*) AS active FROM (SELECT DISTINCT member, date_trunc('month', {DATE("day")})::DATE AS period FROM days)
        GROUP BY period""")
run.tables |= {"active_daily": daily, "active_weekly": weekly, "active_monthly": monthly}

with run.stage("growth"):
    run.tables["growth"] = table(f"""
        WITH weeks AS (SELECT DISTINCT member, {WEEK} AS week FROM days),
        around AS (SELECT week, lag(week) OVER own AS before, lead(week) OVER own AS after FROM weeks
                   WINDOW own AS (PARTITION BY member ORDER BY week)),
        counts AS (SELECT week, count(*) FILTER (before IS NULL) AS new, count(*) FILTER (before = week - 1) AS retained,
                       count(*) FILTER (before < week - 1) AS resurrected, count(*) FILTER (after IS NULL OR after > week + 1) AS gone
                   FROM around GROUP BY week),
        calendar AS (SELECT unnest(generate_series(min(week), max(week))) AS week FROM weeks)
        SELECT {MONDAY("week")} AS period, coalesce(new, 0) AS new, coalesce(retained, 0) AS retained,
            coalesce(resurrected, 0) AS resurrected, coalesce(lag(gone) OVER (ORDER BY week), 0) AS churned
        FROM calendar LEFT JOIN counts USING (week)""")

with run.stage("retention"):
    run.tables["retention"] = table(f"""
        WITH weeks AS (SELECT DISTINCT member, {WEEK} AS week FROM days),
        cohorts AS (SELECT member, min(week) AS cohort FROM weeks GROUP BY member)
        SELECT {MONDAY("cohort")} AS cohort, week - cohort AS "offset", count(*) AS active
        FROM weeks JOIN cohorts USING (member) GROUP BY cohorts.cohort, week""")

with run.stage("response"):
    db.execute(f"""
        CREATE TABLE waits AS
        WITH posts AS (SELECT thread, channel, member AS asker, us AS asked, {WEEK} AS week FROM events WHERE kind = 'post'),
        first AS (SELECT thread, min(us) AS answered_at FROM events JOIN posts USING (thread)
                  WHERE kind = 'reply' AND member <> asker GROUP BY thread)
        SELECT posts.channel, week, asked, answered_at - asked AS wait FROM posts LEFT JOIN first USING (thread)""")
    weekly_response = table(f"""
        SELECT {MONDAY("week")} AS period, channel::VARCHAR AS channel, count(*) AS n, count(wait) AS answered,
            quantile_cont(wait::DOUBLE, 0.5) AS answered_median, count(*) FILTER (wait <= 3600000000) / count(*) AS within_1h
        FROM waits GROUP BY week, channel""")
    response = table("""
        WITH ends AS (SELECT channel, wait IS NOT NULL AS observed, coalesce(wait, (SELECT max(us) FROM events) - asked) AS wait FROM waits),
        ranks AS (SELECT *, count(*) OVER (PARTITION BY channel)
                      - row_number() OVER (PARTITION BY channel ORDER BY wait, NOT observed) + 1 AS at_risk FROM ends),
        curve AS (SELECT channel, observed, wait, sum(CASE WHEN NOT observed THEN 0 WHEN at_risk = 1 THEN -1e9 ELSE ln(1 - 1 / at_risk) END)
                      OVER (PARTITION BY channel ORDER BY at_risk DESC) AS log_survival FROM ranks)
        SELECT channel::VARCHAR AS channel, count(*) AS n, count(*) FILTER (observed) AS answered,
            min(wait) FILTER (exp(log_survival) <= 0.5 + 1e-9) AS median
        FROM curve GROUP BY channel""")
run.tables["response_weekly"] = weekly_response.with_columns(pl.col("answered_median").round().cast(pl.Duration("us")))
run.tables["response"] = response.with_columns(pl.col("median").cast(pl.Duration("us")))
run.end_of_families()

with run.stage("activity"):
    # Ranks are from the numbers of members who contributed as often: a window over fewer rows than one over members.
    activity = table(f"""
        WITH cells AS (SELECT channel, {WEEK} AS week, member, count(*) AS own, count(*) FILTER (kind = 'post') AS posts,
                           count(*) FILTER (kind = 'reply') AS replies FROM events WHERE {CONTRIBUTION} GROUP BY ALL),
        alike AS (SELECT channel, week, own, count(*) AS n, sum(posts) AS posts, sum(replies) AS replies FROM cells GROUP BY ALL),
        ranked AS (SELECT *, sum(n) OVER (PARTITION BY channel, week ORDER BY own) AS upto, sum(n) OVER (PARTITION BY channel, week) AS members
                   FROM alike),
        sums AS (SELECT channel, week, sum(posts)::BIGINT AS posts, sum(replies)::BIGINT AS replies, sum(own * n)::BIGINT AS contributions,
                     sum(n)::BIGINT AS contributors, sum(own * (n * (upto - n) + n * (n + 1) // 2))::DOUBLE AS ranked,
                     sum(own * greatest(0, least(n, (members + 99) // 100 - (members - upto))))::DOUBLE AS largest
                 FROM ranked GROUP BY channel, week)
        SELECT {MONDAY("week")} AS period, channel::VARCHAR AS channel, posts, replies, contributions - posts - replies AS reactions, contributors,
            CASE WHEN posts > 0 THEN replies / posts END AS replies_per_post, contributions, largest / contributions AS top1_share,
            2 * ranked / (contributors * contributions)::DOUBLE - (contributors + 1) / contributors AS gini
        FROM sums""")
run.activity(activity)

with run.stage("network"):
    db.execute("""
        CREATE TABLE edges AS SELECT r.member AS source, p.member AS target, count(*) AS replies
        FROM events r JOIN events p ON r.parent = p.id WHERE r.kind = 'reply' AND r.member <> p.member GROUP BY ALL""")
    arcs = db.sql("FROM edges").fetchnumpy()
    nodes, ranks = pagerank(arcs["source"], arcs["target"], arcs["replies"])
    coded = pl.DataFrame({"code": nodes, "pagerank": ranks})
    edges = table("""
        SELECT s.member AS source, t.member AS target, replies
        FROM edges JOIN members s ON source = s.code JOIN members t ON target = t.code""")
    ranks = table("SELECT member, pagerank FROM coded JOIN members USING (code)")
run.tables |= {"edges": edges, "pagerank": ranks}

run.finish()
