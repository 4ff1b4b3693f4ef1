"""The tables of Discourse as events and members: SQL that PostgreSQL and DuckDB both run."""

from collections.abc import Mapping, Set
from typing import Final

__all__ = ["COLUMNS", "MAPPING", "MEMBERS", "NEEDED", "TEXTS", "events"]

Layout = Mapping[str, Set[str]]
"""The columns of each table that there is."""

NEEDED: Final[Layout] = {
    "categories": {"id", "name", "parent_category_id"},
    "groups": {"id", "name"},
    "post_actions": {"post_id", "user_id", "post_action_type_id", "created_at", "deleted_at"},
    "posts": {
        "action_code",
        "cooked",
        "created_at",
        "deleted_at",
        "id",
        "post_number",
        "post_type",
        "reads",
        "reply_to_post_number",
        "topic_id",
        "user_id",
    },
    "topics": {"archetype", "category_id", "deleted_at", "id", "title"},
    "user_visits": {"user_id", "visited_at"},
    "users": {"admin", "created_at", "id", "moderator", "name", "primary_group_id", "username"},
}

COLUMNS: Final = (
    "time",
    "member",
    "kind",
    "id",
    "thread",
    "parent",
    "channel",
    "platform",
    "text",
    "time_quality",
    "title",
    "action",
    "reads",
)
TEXTS: Final = ("text", "title")

MAPPING: Final[Mapping[str, str]] = {"text_format": "html"}

# The threads of all branches, with the channel called as people call it.
_TALK: Final = """\
talk AS (
  SELECT t.id, t.title, CASE WHEN above.id IS NULL THEN c.name ELSE above.name || ' / ' || c.name END AS channel
  FROM topics t
  LEFT JOIN categories c ON c.id = t.category_id
  LEFT JOIN categories above ON above.id = c.parent_category_id
  WHERE t.deleted_at IS NULL AND t.archetype <> 'private_message'
)"""

# What everybody can see: 1 is what people write, 2 and 3 are notices of moderators and of the forum; 4 is for staff.
_SEEN: Final = """\
seen AS (
  SELECT p.id, p.topic_id, p.post_number FROM posts p WHERE p.deleted_at IS NULL AND p.post_type IN (1, 2, 3)
)"""

_POSTS: Final = """\
SELECT p.created_at AS time, p.user_id AS member,
       CASE WHEN p.post_type <> 1 THEN 'moderate' WHEN p.post_number = 1 THEN 'post' ELSE 'reply' END AS kind,
       p.id AS id, 't' || CAST(p.topic_id AS varchar) AS thread, COALESCE(answered.id, opening.id) AS parent,
       talk.channel AS channel, 'discourse' AS platform, p.cooked AS text, CAST(NULL AS varchar) AS time_quality,
       CASE WHEN p.post_type = 1 AND p.post_number = 1 THEN talk.title END AS title, p.action_code AS action,
       p.reads AS reads
FROM posts p
JOIN talk ON talk.id = p.topic_id
LEFT JOIN seen answered
       ON answered.topic_id = p.topic_id AND answered.post_number = p.reply_to_post_number AND answered.id <> p.id
LEFT JOIN seen opening ON opening.topic_id = p.topic_id AND opening.post_number = 1 AND opening.id <> p.id
WHERE p.deleted_at IS NULL AND p.post_type IN (1, 2, 3)"""

_LIKES: Final = """\
SELECT a.created_at, a.user_id, 'reaction', NULL, 't' || CAST(seen.topic_id AS varchar), seen.id,
       talk.channel, 'discourse', NULL, NULL, NULL, NULL, NULL
FROM post_actions a
JOIN seen ON seen.id = a.post_id
JOIN talk ON talk.id = seen.topic_id
WHERE a.post_action_type_id = 2 AND a.deleted_at IS NULL"""

_ANSWERS: Final = """\
SELECT s.created_at, CASE WHEN s.accepter > 0 THEN s.accepter END, 'resolve', NULL,
       't' || CAST(seen.topic_id AS varchar), seen.id, talk.channel, 'discourse', NULL, NULL, NULL, NULL, NULL
FROM ({source}) s
JOIN seen ON seen.id = s.answer
JOIN talk ON talk.id = seen.topic_id"""

_VISITS: Final = """\
SELECT CAST(v.visited_at AS timestamp), v.user_id, 'view', NULL, NULL, NULL,
       NULL, 'discourse', NULL, 'day', NULL, NULL, NULL
FROM user_visits v"""

MEMBERS: Final = """\
SELECT u.id AS member, CASE WHEN TRIM(u.name) <> '' THEN u.name ELSE u.username END AS name, u.username AS username,
       u.created_at AS joined, g.name AS primary_group,
       CASE WHEN u.id <= 0 THEN 'bot' WHEN u.admin OR u.moderator THEN 'staff' END AS role
FROM users u
LEFT JOIN "groups" g ON g.id = u.primary_group_id"""

# Where the plugin for answers has kept them, from today's layout back.
_SOLVED: Final[tuple[tuple[str, frozenset[str], str], ...]] = (
    (
        "discourse_solved_topic_answers",
        frozenset({"answer_post_id", "accepter_user_id", "created_at"}),
        "SELECT answer_post_id AS answer, accepter_user_id AS accepter, created_at FROM discourse_solved_topic_answers",
    ),
    (
        "discourse_solved_solved_topics",
        frozenset({"answer_post_id", "accepter_user_id", "created_at"}),
        "SELECT answer_post_id AS answer, accepter_user_id AS accepter, created_at FROM discourse_solved_solved_topics",
    ),
    (
        "topic_custom_fields",
        frozenset({"name", "value", "created_at"}),
        "SELECT CAST(value AS integer) AS answer, CAST(NULL AS integer) AS accepter, created_at"
        " FROM topic_custom_fields WHERE name = 'accepted_answer_post_id'",
    ),
)


def events(layout: Layout) -> str:
    """The query for the events of a forum with these tables."""
    solved = next(
        (source for table, columns, source in _SOLVED if columns <= layout.get(table, set())),
        None,
    )
    branches = [_POSTS, _LIKES]
    if solved is not None:
        branches.append(_ANSWERS.format(source=solved))
    branches.append(_VISITS)
    return f"WITH {_TALK},\n{_SEEN}\n" + "\nUNION ALL\n".join(branches)
