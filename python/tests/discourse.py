"""The tables of a Discourse, as its migrations leave them, and topics of its API put into them."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl

TABLES = {
    "users": """
        id integer PRIMARY KEY, username varchar(60) NOT NULL, created_at timestamp NOT NULL, updated_at timestamp
        NOT NULL, name varchar, last_posted_at timestamp, active boolean DEFAULT false NOT NULL, username_lower
        varchar(60) NOT NULL, last_seen_at timestamp, admin boolean DEFAULT false NOT NULL, trust_level integer NOT
        NULL, approved boolean DEFAULT false NOT NULL, suspended_at timestamp, suspended_till timestamp, moderator
        boolean DEFAULT false, staged boolean DEFAULT false NOT NULL, primary_group_id integer""",
    "groups": """
        id integer PRIMARY KEY, name varchar NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT NULL,
        automatic boolean DEFAULT false NOT NULL, user_count integer DEFAULT 0 NOT NULL""",
    "categories": """
        id integer PRIMARY KEY, name varchar(50) NOT NULL, color varchar(6) DEFAULT '0088CC' NOT NULL, topic_id
        integer, topic_count integer DEFAULT 0 NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT
        NULL, user_id integer NOT NULL, slug varchar NOT NULL, parent_category_id integer, read_restricted boolean
        DEFAULT false NOT NULL""",
    "topics": """
        id integer PRIMARY KEY, title varchar NOT NULL, last_posted_at timestamp, created_at timestamp NOT NULL,
        updated_at timestamp NOT NULL, views integer DEFAULT 0 NOT NULL, posts_count integer DEFAULT 0 NOT NULL,
        user_id integer, last_post_user_id integer NOT NULL, reply_count integer DEFAULT 0 NOT NULL, deleted_at
        timestamp, highest_post_number integer DEFAULT 0 NOT NULL, like_count integer DEFAULT 0 NOT NULL,
        category_id integer, visible boolean DEFAULT true NOT NULL, closed boolean DEFAULT false NOT NULL, archived
        boolean DEFAULT false NOT NULL, bumped_at timestamp NOT NULL, archetype varchar DEFAULT 'regular' NOT NULL,
        slug varchar, deleted_by_id integer""",
    "posts": """
        id integer PRIMARY KEY, user_id integer, topic_id integer NOT NULL, post_number integer NOT NULL, raw text
        NOT NULL, cooked text NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT NULL,
        reply_to_post_number integer, reply_count integer DEFAULT 0 NOT NULL, quote_count integer DEFAULT 0 NOT
        NULL, deleted_at timestamp, like_count integer DEFAULT 0 NOT NULL, incoming_link_count integer DEFAULT 0 NOT
        NULL, bookmark_count integer DEFAULT 0 NOT NULL, score double precision, reads integer DEFAULT 0 NOT NULL,
        post_type integer DEFAULT 1 NOT NULL, sort_order integer, last_editor_id integer, hidden boolean DEFAULT
        false NOT NULL, user_deleted boolean DEFAULT false NOT NULL, reply_to_user_id integer, deleted_by_id
        integer, edit_reason varchar, word_count integer, version integer DEFAULT 1 NOT NULL, wiki boolean DEFAULT
        false NOT NULL, via_email boolean DEFAULT false NOT NULL, action_code varchar""",
    "post_actions": """
        id integer PRIMARY KEY, post_id integer NOT NULL, user_id integer NOT NULL, post_action_type_id integer NOT
        NULL, deleted_at timestamp, created_at timestamp NOT NULL, updated_at timestamp NOT NULL, deleted_by_id
        integer, related_post_id integer, staff_took_action boolean DEFAULT false NOT NULL, targets_topic boolean
        DEFAULT false NOT NULL, agreed_at timestamp, agreed_by_id integer, deferred_at timestamp, deferred_by_id
        integer""",
    "user_visits": """
        id integer PRIMARY KEY, user_id integer NOT NULL, visited_at date NOT NULL, posts_read integer DEFAULT 0,
        mobile boolean DEFAULT false, time_read integer DEFAULT 0 NOT NULL""",
    "topic_custom_fields": """
        id integer PRIMARY KEY, topic_id integer NOT NULL, name varchar(256) NOT NULL, value text, created_at
        timestamp NOT NULL, updated_at timestamp NOT NULL""",
}
"""Those that are asked for, with the columns that matter to anybody."""

SOLVED = {
    "fields": {},
    "solved_topics": {
        "discourse_solved_solved_topics": """
        id integer PRIMARY KEY, topic_id integer NOT NULL, answer_post_id integer NOT NULL, accepter_user_id integer
        NOT NULL, topic_timer_id integer, created_at timestamp NOT NULL, updated_at timestamp NOT NULL""",
    },
    "topic_answers": {
        "discourse_solved_solved_topics": """
        id integer PRIMARY KEY, topic_id bigint NOT NULL, topic_timer_id bigint, created_at timestamp NOT NULL,
        updated_at timestamp NOT NULL""",
        "discourse_solved_topic_answers": """
        id integer PRIMARY KEY, solved_topic_id bigint NOT NULL, answer_post_id bigint NOT NULL, accepter_user_id
        bigint NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT NULL""",
    },
}
"""The tables of the plugin for answers, in the three layouts that it has had."""

LIKED_LATER = timedelta(hours=3)
"""How long after a post it is liked, and accepted as an answer, in the tables made here: topics do not tell."""


def create(solved: str) -> list[str]:
    """The statements that make the empty tables."""
    return [f'CREATE TABLE "{name}" ({columns})' for name, columns in (TABLES | SOLVED[solved]).items()]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z"))


def tables(topics: list[dict[str, Any]], solved: str) -> dict[str, pl.DataFrame]:
    """The rows of topics as the API gives them to a reader who is logged in: users, topics, posts, likes, answers."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (*TABLES, *SOLVED[solved])}
    users: dict[int, dict[str, Any]] = {}
    for topic in topics:
        posts = topic["post_stream"]["posts"]
        stamps = {"created_at": _time(topic["created_at"]), "updated_at": _time(topic["created_at"])}
        rows["topics"].append(
            {
                "id": topic["id"],
                "title": topic["title"],
                "category_id": topic["category_id"],
                "archetype": topic["archetype"],
                "last_post_user_id": posts[-1]["user_id"] or -1,
                "bumped_at": stamps["created_at"],
                **stamps,
            }
        )
        for post in posts:
            at = _time(post["created_at"])
            own = {"created_at": at, "updated_at": at}
            later = {"created_at": at + LIKED_LATER, "updated_at": at + LIKED_LATER}
            shared = ("id", "user_id", "post_number", "cooked", "reply_to_post_number", "reads", "post_type")
            rows["posts"].append(
                {name: post.get(name) for name in (*shared, "action_code")} | own | {"topic_id": topic["id"], "raw": ""}
            )
            if post["user_id"] is not None:
                user = users.setdefault(post["user_id"], {"admin": False, "moderator": False, "name": None})
                user |= {
                    "id": post["user_id"],
                    "username": post["username"],
                    "username_lower": post["username"].lower(),
                }
                user["name"] = post["name"] if (post["name"] or "").strip() else user["name"]
                user |= {flag: user[flag] or bool(post[flag]) for flag in ("admin", "moderator")}
                user |= {"trust_level": 1, "created_at": datetime(2013, 1, 1), "updated_at": datetime(2013, 1, 1)}
            likes = sum(action["count"] for action in post["actions_summary"] if action["id"] == 2)
            for number in range(likes):
                like = {"id": len(rows["post_actions"]) + 1, "post_id": post["id"], "user_id": 10_000 + number}
                rows["post_actions"].append(like | {"post_action_type_id": 2, **later})
            if post.get("accepted_answer"):
                accepted(rows, solved, topic["id"], post["id"], posts[0]["user_id"], later)
    rows["users"] = list(users.values())
    numbers = sorted({topic["category_id"] for topic in topics})
    epoch = datetime(2013, 1, 1)
    rows["categories"] = [
        {"id": n, "name": f"c{n}", "user_id": -1, "slug": f"c{n}", "created_at": epoch, "updated_at": epoch}
        for n in numbers
    ]
    return {name: pl.DataFrame(each, infer_schema_length=None) for name, each in rows.items() if each}


def accepted(
    rows: dict[str, list[dict[str, Any]]], solved: str, topic: int, post: int, member: int, stamps: dict[str, Any]
) -> None:
    """An accepted answer, where that layout keeps it."""
    if solved == "fields":
        number = len(rows["topic_custom_fields"]) + 1
        value = {"topic_id": topic, "name": "accepted_answer_post_id", "value": str(post)}
        rows["topic_custom_fields"].append({"id": number, **value, **stamps})
        return
    number = len(rows["discourse_solved_solved_topics"]) + 1
    answer = {"answer_post_id": post, "accepter_user_id": member, **stamps}
    if solved == "solved_topics":
        rows["discourse_solved_solved_topics"].append({"id": number, "topic_id": topic, **answer})
    else:
        rows["discourse_solved_solved_topics"].append({"id": number, "topic_id": topic, **stamps})
        rows["discourse_solved_topic_answers"].append({"id": number, "solved_topic_id": number, **answer})
