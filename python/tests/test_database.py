"""Databases: a real PostgreSQL and DuckDB with the tables of a Discourse, against the reader of its topics."""

import json
import re
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import duckdb
import polars as pl
import pytest
from conftest import SHARED
from discourse import LIKED_LATER, SOLVED, create, tables

import commonweal as cw
from commonweal import _discourse
from commonweal.exceptions import OptionError, SchemaError, SourceError

MADE = ["time", "member", "kind", "id", "thread", "parent", "channel", "text", "title", "action", "reads"]
INDEX = "CREATE UNIQUE INDEX index_posts_on_topic_id_and_post_number ON posts (topic_id, post_number)"
COUNTED = ["parent", "kind", "thread", "channel"]


def post(number: int, user: int | None, cooked: str, **more: Any) -> dict[str, Any]:
    """A post as the API gives it."""
    name = f"user{user}" if user is not None else None
    plain = {
        "id": 100 + number,
        "post_number": number,
        "post_type": 1,
        "user_id": user,
        "username": name,
        "name": "",
        "created_at": f"2026-01-05T12:{number:02}:00.250Z",
        "cooked": cooked,
        "reply_to_post_number": None,
        "reads": number,
        "actions_summary": [],
        "accepted_answer": False,
        "admin": False,
        "moderator": False,
        "staff": False,
    }
    return plain | more


def topic(number: int, *posts: dict[str, Any], category: int = 4) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Topic {number}",
        "category_id": category,
        "archetype": "regular",
        "created_at": "2026-01-05T12:01:00.000Z",
        "post_stream": {"posts": list(posts), "stream": [one["id"] for one in posts]},
    }


TOPICS = [
    topic(
        1,
        post(1, 7, "<p>How do I <b>mount</b> a disk &amp; keep it?</p>", actions_summary=[{"id": 2, "count": 2}]),
        post(2, 8, "<p>With <code>mount</code>:</p><pre>mount -a</pre>", name="Bo Roe", moderator=True, staff=True),
        post(3, 7, "<blockquote>With mount</blockquote><p>Thanks!</p>", reply_to_post_number=2),
        post(4, 9, "<p>Or in <i>fstab</i>.</p>", reply_to_post_number=1, accepted_answer=True),
        post(6, -1, "", post_type=3, action_code="closed.enabled"),
        post(7, 8, "<p>Moved here.</p>", post_type=2),
        post(9, None, "<p>I left.</p>", reply_to_post_number=5),
    ),
    topic(2, post(11, 9, "<p>Hello</p>", post_number=1), post(12, 9, "<pre>x</pre>", post_number=2), category=5),
]

AT = "TIMESTAMP '2026-01-05 12:08:00'"
HIDDEN = [
    # A whisper, a deleted post with a like, a deleted topic, and a message between users.
    "INSERT INTO posts (id, user_id, topic_id, post_number, raw, cooked, created_at, updated_at, post_type) VALUES"
    f" (105, 8, 1, 5, '', 'secret', {AT}, {AT}, 4)",
    "INSERT INTO posts (id, user_id, topic_id, post_number, raw, cooked, created_at, updated_at, deleted_at) VALUES"
    f" (108, 9, 1, 8, '', 'gone', {AT}, {AT}, {AT}),"
    f" (131, 9, 3, 1, '', 'gone', {AT}, {AT}, NULL),"
    f" (141, 9, 4, 1, '', 'private', {AT}, {AT}, NULL)",
    "INSERT INTO topics (id, title, created_at, updated_at, last_post_user_id, bumped_at, deleted_at, archetype) VALUES"
    f" (3, 'x', {AT}, {AT}, 9, {AT},"
    f"  {AT}, 'regular'),"
    f" (4, 'x', {AT}, {AT}, 9, {AT},"
    "  NULL, 'private_message')",
    # Likes of what is hidden, a like taken back, and a bookmark.
    "INSERT INTO post_actions (id, post_id, user_id, post_action_type_id, created_at, updated_at, deleted_at) VALUES"
    f" (901, 108, 7, 2, {AT}, {AT}, NULL),"
    f" (902, 141, 7, 2, {AT}, {AT}, NULL),"
    f" (903, 102, 9, 2, {AT}, {AT}, {AT}),"
    f" (904, 102, 9, 1, {AT}, {AT}, NULL)",
    "INSERT INTO user_visits (id, user_id, visited_at) VALUES (1, 7, DATE '2026-01-04'), (2, 8, DATE '2026-01-05')",
    "UPDATE categories SET name = 'Help', parent_category_id = 4 WHERE id = 5",
    f"""INSERT INTO "groups" (id, name, created_at, updated_at) VALUES
       (41, 'founders', {AT}, {AT})""",
    "UPDATE users SET primary_group_id = 41 WHERE id = 8",
]

Forum = Callable[..., Any]


def fill(connection: Any, cursor: Any, topics: list[dict[str, Any]], solved: str, more: list[str]) -> None:
    """Makes the tables anew, with these topics."""
    cursor.execute("DROP SCHEMA public CASCADE")
    cursor.execute("CREATE SCHEMA public")
    for statement in (*create(solved), INDEX):
        cursor.execute(statement)
    for name, rows in tables(topics, solved).items():
        cursor.adbc_ingest("given", rows.to_arrow(), mode="replace", temporary=True)
        names = ", ".join(rows.columns)
        cursor.execute(f'INSERT INTO "{name}" ({names}) SELECT {names} FROM given')
    for statement in more:
        cursor.execute(statement)
    connection.commit()
    cursor.execute("ANALYZE")
    connection.commit()


@pytest.fixture(params=["postgresql", "duckdb"])
def forum(request: pytest.FixtureRequest) -> Iterator[Forum]:
    """Makes the database of a forum, and gives what `read_database` takes for it."""
    if request.param == "duckdb":
        with closing(duckdb.connect()) as store:

            def load(topics: list[dict[str, Any]], solved: str = "topic_answers", more: list[str] | None = None) -> Any:
                for statement in create(solved):
                    store.execute(statement)
                for name, rows in tables(topics, solved).items():
                    store.register("given", rows.to_arrow())
                    store.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM given')
                for statement in more or []:
                    store.execute(statement)
                return store

            yield load
        return
    address = request.getfixturevalue("postgres")
    with adbc.connect(address) as connection, connection.cursor() as cursor:

        def load(topics: list[dict[str, Any]], solved: str = "topic_answers", more: list[str] | None = None) -> Any:
            fill(connection, cursor, topics, solved, more or [])
            return address

        yield load


def as_topics(topics: list[dict[str, Any]], folder: Path) -> cw.Community:
    """What the reader of topics makes of the same."""
    for one in topics:
        (folder / f"{one['id']}.json").write_text(json.dumps(one), encoding="utf-8")
    return cw.read(folder)


def told(events: pl.DataFrame) -> pl.DataFrame:
    """What is written in the forum."""
    return events.filter(pl.col("kind").is_in(["post", "reply", "moderate"])).select(MADE).sort("id")


def counted(events: pl.DataFrame) -> pl.DataFrame:
    """Likes and answers, as far as topics tell of them."""
    return events.filter(pl.col("kind").is_in(["reaction", "resolve"])).group_by(COUNTED).len().sort("parent", "kind")


def equal(live: cw.Community, topics: cw.Community, names: dict[str, str] | None = None) -> None:
    expected = topics.events.with_columns(channel=("c" + pl.col("channel")).replace(names or {}))
    assert told(live.events).equals(told(expected))
    assert counted(live.events).equals(counted(expected))
    assert live.members is not None
    assert topics.members is not None
    columns = ["member", "name", "username", "role"]
    assert live.members.select(columns).sort("member").equals(topics.members.select(columns).sort("member"))


@pytest.mark.parametrize("solved", list(SOLVED))
def test_a_forum_is_what_its_topics_are(forum: Forum, tmp_path: Path, solved: str) -> None:
    live = cw.read_database(forum(TOPICS, solved, HIDDEN), preset="discourse")
    equal(live, as_topics(TOPICS, tmp_path), {"c5": "c4 / Help"})
    assert dict(live.events["kind"].value_counts().iter_rows()) == {
        "post": 2,
        "reply": 5,
        "moderate": 2,
        "reaction": 2,
        "resolve": 1,
        "view": 2,
    }
    rows = {row["id"]: row for row in live.events.iter_rows(named=True) if row["id"]}
    noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
    assert rows["101"]["time"] == noon.replace(minute=1, microsecond=250_000)
    assert (rows["101"]["text"], rows["101"]["title"]) == ("How do I mount a disk & keep it?", "Topic 1")
    assert (rows["103"]["parent"], rows["104"]["parent"]) == ("102", "101")
    # What answers a whisper hangs on the opening post; who left is nobody.
    assert (rows["109"]["parent"], rows["109"]["member"]) == ("101", None)
    assert (rows["112"]["text"], rows["112"]["channel"]) == (None, "c4 / Help")
    # What topics do not tell: who likes and when, who accepts and when, visits, joining, groups.
    answer = live.events.row(by_predicate=pl.col("kind") == "resolve", named=True)
    at = noon.replace(minute=4, microsecond=250_000) + LIKED_LATER
    assert (answer["time"], answer["member"], answer["time_quality"]) == (at, None if solved == "fields" else "7", None)
    likes = live.events.filter(pl.col("kind") == "reaction")
    assert (set(likes["member"]), set(likes["time_quality"])) == ({"10000", "10001"}, {None})
    views = live.events.filter(pl.col("kind") == "view").sort("time")
    assert views["time"].dt.date().to_list() == [date(2026, 1, 4), date(2026, 1, 5)]
    assert set(views["time_quality"]) == {"day"}
    assert live.members is not None
    people = {row["member"]: row for row in live.members.iter_rows(named=True)}
    assert people["8"]["primary_group"] == "founders"
    assert people["8"]["joined"] == datetime(2013, 1, 1, tzinfo=timezone.utc)
    counts = dict(live.quality().select("check", "count").iter_rows())
    assert counts["rows read"] == counts["rows kept"] == live.n_events == 14


def test_a_real_forum_is_what_its_topics_are(forum: Forum) -> None:
    folder = SHARED / "data" / "discourse-urho3d" / "posts" / "json"
    if not folder.is_dir():
        pytest.skip("the archive of a real forum is not beside the clone")
    topics = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    hidden = [json.loads(path.read_bytes()) for path in sorted(folder.glob(".*.json"))]
    live = cw.read_database(forum(topics + hidden), preset="discourse")
    read = cw.read(folder)
    equal(live, read)
    assert live.n_events == read.n_events > 6_000
    # Answers are a matter of posts alone, so that the KPI is the same.
    one, other = (c.filter(~pl.col("kind").is_in(["reaction", "resolve"])) for c in (live, read))
    assert one.response.first_response(within="1d").equals(other.response.first_response(within="1d"))


def test_texts_that_are_not_kept_are_not_asked_for(forum: Forum) -> None:
    broken = [*HIDDEN, "ALTER TABLE posts RENAME COLUMN cooked TO other", "ALTER TABLE posts ADD COLUMN cooked integer"]
    # A text of another type would be noticed if it were asked for.
    database = forum(TOPICS, more=broken)
    key = "a key that nobody guesses"
    secret = cw.read_database(database, preset="discourse", privacy=cw.Privacy(pseudonymise=key, min_group=5))
    assert secret.events["text"].null_count() == secret.n_events
    assert all(name is None or name.startswith("m-") for name in secret.events["member"])
    few = cw.read_database(database, preset="discourse", columns=["thread", "channel"])
    assert few.n_events == secret.n_events
    assert "reads" not in few.events.columns
    with pytest.raises(OptionError, match=r"columns must be some of time, .*got 'words'"):
        cw.read_database(database, preset="discourse", columns=["words"])


def test_tables_and_columns_that_are_missing_are_named(forum: Forum) -> None:
    database = forum(TOPICS, more=["ALTER TABLE posts DROP COLUMN reads", "ALTER TABLE posts DROP COLUMN cooked"])
    with pytest.raises(SchemaError, match=r"the table posts has no column cooked, reads: is it the database of a"):
        cw.read_database(database, preset="discourse")
    database = forum([], more=["DROP TABLE user_visits"]) if isinstance(database, str) else database
    if isinstance(database, str):
        with pytest.raises(SchemaError, match=r"the database has no table user_visits in its current schema"):
            cw.read_database(database, preset="discourse")
    with pytest.raises(SourceError, match=r"^the database says: .*nowhere"):
        cw.read_database(database, query="SELECT 1 AS one FROM nowhere")
    with pytest.raises(SourceError, match=r"^the database says: .*likes"):
        cw.read_database(database, query="SELECT likes FROM topics")
    with pytest.raises(SourceError, match=r"^the query.*member") as caught:
        cw.read_database(database, query="SELECT created_at AS time, 'post' AS kind FROM topics", time_zone="UTC")
    assert "/" not in str(caught.value).partition(":")[0]


def test_a_query_with_a_mapping(forum: Forum) -> None:
    database = forum(TOPICS)
    c = cw.read_database(
        database,
        query="SELECT p.created_at AS sent, p.user_id AS who, p.post_type AS what, p.cooked AS words FROM posts p;",
        members="SELECT id AS member, username AS name, admin AS role FROM users",
        mapping={"time": "sent", "member": "who", "kind": "what", "kind_values": {"1": "post"}},
        columns=["sent", "who", "what"],
        time_zone="UTC",
    )
    assert (c.n_events, c.n_members) == (7, 3)
    refused = c.quality().filter(pl.col("check").str.starts_with("rows refused"))
    assert refused["count"].to_list() == [1, 1]
    assert c.events["text"].null_count() == 7
    assert c.members is not None
    assert set(c.members["name"]) == {"user7", "user8", "user9", "user-1"}


def test_no_rows_are_no_events(forum: Forum) -> None:
    assert cw.read_database(forum([]), preset="discourse").n_events == 0


def test_nothing_is_written(postgres: str) -> None:
    with pytest.raises(SourceError, match="read-only"):
        cw.read_database(postgres, query="WITH x AS (SELECT nextval('s')) SELECT 1", members="CREATE TABLE x (a int)")
    with pytest.raises(SourceError, match="the database says"):
        cw.read_database(postgres, query="SELECT 1; DROP TABLE posts")


def test_an_open_connection_stays_open(postgres: str) -> None:
    with adbc.connect(postgres) as connection:
        query = "SELECT TIMESTAMPTZ '2026-01-05 12:00:00Z' AS time, 'ana' AS member, 'post' AS kind"
        for _ in range(2):
            assert cw.read_database(connection, query=query).n_events == 1


SECRET = "s3cr3t%20w0rd"


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://ana:{SECRET}@127.0.0.1:1/forum",
        f"postgresql://ana:{SECRET}%zz@127.0.0.1:1/forum",
        f"postgresql://127.0.0.1:1/forum?user=ana&password={SECRET}",
        f"postgresql://127.0.0.1:1/forum?user=ana&passwort={SECRET}",
        f"postgresql://ana:{SECRET}@[127.0.0.1/forum",
        f"mysql://ana:{SECRET}@127.0.0.1/forum",
        f"ana:{SECRET}@127.0.0.1/forum",
    ],
)
def test_no_error_tells_a_password(address: str) -> None:
    with pytest.raises((SourceError, OptionError)) as caught:
        cw.read_database(address, preset="discourse")
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))
    assert "w0rd" not in str(caught.value)


def test_a_password_that_is_wrong(postgres: str) -> None:
    with pytest.raises(SourceError, match="authentication failed") as caught:
        cw.read_database(postgres.replace("a-long-s3cret", "another-s3cret"), preset="discourse")
    assert "s3cret" not in str(caught.value)


def test_sqlite_by_address_and_by_connection(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    with closing(sqlite3.connect(path)) as chat:
        chat.execute("CREATE TABLE said (at INTEGER, who TEXT, score REAL, note TEXT)")
        rows = [(1_767_614_400 + n, f"m{n % 7}", n / 2 if n > 60_000 else None, None) for n in range(60_010)]
        chat.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", rows)
        chat.commit()
        query = "SELECT at AS time, who AS member, 'post' AS kind, score, note FROM said"
        one = cw.read_database(chat, query=query)
    other = cw.read_database(f"sqlite:///{path}", query=query)
    assert one.events.equals(other.events)
    # More than a batch; the scores of the first are all null.
    assert (other.n_events, other.n_members, other.events["score"].dtype) == (60_010, 7, pl.Float64)
    with pytest.raises(SourceError, match="there is no such file"):
        cw.read_database("sqlite:///nowhere.db", query=query)
    with pytest.raises(SourceError, match="a preset needs PostgreSQL or DuckDB"):
        cw.read_database(f"sqlite:///{path}", preset="discourse")


def test_duckdb_by_address(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with closing(duckdb.connect(str(path))) as store:
        store.execute(
            "CREATE TABLE said AS SELECT TIMESTAMP '2026-01-05 12:00:00' AS time, 'ana' AS member, 'post' AS kind"
        )
    assert cw.read_database(f"duckdb:///{path}", query="FROM said", time_zone="UTC").n_events == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "query and preset must be one of the two"),
        ({"query": "SELECT 1", "preset": "discourse"}, "query and preset must be one of the two"),
        ({"preset": "phpbb"}, "preset must be one of 'discourse'"),
        ({"preset": "discourse", "mapping": {}}, "mapping must be left out where there is a preset"),
        ({"query": " ; "}, "query must be SQL that gives a table"),
        ({"query": "SELECT 1", "members": ""}, "members must be SQL that gives a table"),
    ],
)
def test_options(options: dict[str, Any], message: str) -> None:
    with closing(sqlite3.connect(":memory:")) as store, pytest.raises(OptionError, match=re.escape(message)):
        cw.read_database(store, **options)


def test_what_is_no_connection() -> None:
    with pytest.raises(OptionError, match=r"connection must be an address such as .*got 'int'"):
        cw.read_database(3, query="SELECT 1")


def test_the_page_shows_the_query(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "sources" / "databases.md"
    blocks = re.findall(r"^```sql\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    layout = {"discourse_solved_topic_answers": {"answer_post_id", "accepter_user_id", "created_at"}}
    shown = " ".join(blocks[0].split())
    assert shown == " ".join(_discourse.events(layout).split())
    assert " ".join(blocks[1].split()) == " ".join(_discourse.MEMBERS.split())


def test_the_example_of_the_page_runs(postgres: str) -> None:
    page = Path(__file__).parents[2] / "docs" / "sources" / "databases.md"
    (block,) = re.findall(r"^```py\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    with adbc.connect(postgres) as connection, connection.cursor() as cursor:
        fill(connection, cursor, TOPICS, "topic_answers", HIDDEN)
    assert "postgresql://reader@db.example.org/discourse" in block
    exec(compile(block.replace("postgresql://reader@db.example.org/discourse", postgres), page.name, "exec"), {})
