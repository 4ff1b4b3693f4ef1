//! The platforms' readers on made-up exports, one for each trap.
#![allow(missing_docs)]
mod discord;
mod git;
mod github;
mod inputs;
mod irc;
mod mattermost;
mod mediawiki;
mod perceval;
mod personal;
mod realm;
mod reddit;
mod slack;
#[path = "../support/mod.rs"]
mod support;
mod telegram;
mod wordpress;

use support::samples::{JUNE, MAY, POSTS, TOPIC};
use support::{Export, gzip, pairs, rows, zip};

#[test]
fn stack_exchange() {
    let export = Export::text(&[
        ("site/Posts.xml", POSTS),
        (
            "site/comments.XML",
            "<comments><row Id=\"1\" PostId=\"2\" Text=\"1 &lt; 2 &quot;ok&quot;\" CreationDate=\"2020-01-01T13:00:00\" UserId=\"5\"/>\
             <row Id=\"2\" PostId=\"77\" Text=\"to a deleted post\" CreationDate=\"2020-01-01T13:00:00\"/></comments>",
        ),
        (
            "site/Votes.xml",
            "<votes><row Id=\"1\" PostId=\"2\" VoteTypeId=\"2\" CreationDate=\"2020-01-01T00:00:00\"/>\
             <row Id=\"2\" PostId=\"2\" VoteTypeId=\"1\" CreationDate=\"2020-01-03T00:00:00\"/>\
             <row Id=\"3\" PostId=\"1\" VoteTypeId=\"5\" UserId=\"7\" CreationDate=\"2020-01-02T00:00:00\"/>\
             <row Id=\"4\" PostId=\"77\" VoteTypeId=\"3\" CreationDate=\"2020-01-02T00:00:00\"/>\
             <row Id=\"5\" PostId=\"77\" VoteTypeId=\"12\" CreationDate=\"2020-01-02T00:00:00\"/>\
             <row Id=\"6\" PostId=\"1\" VoteTypeId=\"8\" UserId=\"7\" CreationDate=\"2020-01-02T00:00:00\"/></votes>",
        ),
        (
            "site/Users.xml",
            "<users><row Id=\"-1\" DisplayName=\"Community\" CreationDate=\"2019-01-01T00:00:00\" Reputation=\"1\"/>\
             <row Id=\"5\" DisplayName=\"Ann\" CreationDate=\"2020-01-01T09:00:00\" Reputation=\"101\"/></users>",
        ),
        ("site/Badges.xml", "<badges><row Id=\"1\" UserId=\"5\" Name=\"x\" Date=\"2020-01-01T00:00:00\"/></badges>"),
    ]);
    let source = export.read("");
    assert_eq!(source.platform, "stackexchange");
    assert_eq!(
        rows(
            &source.events,
            &["time", "member", "kind", "id", "thread", "parent", "channel", "text", "time_quality", "vote"]
        ),
        [
            "2020-01-01 12:00:00.500 | 7 | reply | p2 | p1 | p1 | rust | A & B | - | -",
            "2020-01-01 10:00:00 | 5 | post | p1 | p1 | - | rust | Why? | - | -",
            "2020-01-02 10:00:00 | - | post | p3 | p3 | - | c | x | - | -",
            "2020-01-01 13:00:00 | 5 | reply | c1 | p1 | p2 | rust | 1 < 2 \"ok\" | - | -",
            "2020-01-01 13:00:00 | - | reply | c2 | - | p77 | - | to a deleted post | - | -",
            "2020-01-01 12:00:00.500 | - | reaction | v1 | p1 | p2 | rust | - | day | up",
            "2020-01-03 00:00:00 | 5 | resolve | v2 | p1 | p2 | rust | - | day | accepted",
            "2020-01-02 00:00:00 | 7 | reaction | v3 | p1 | p1 | rust | - | day | favorite",
            "2020-01-02 00:00:00 | - | flag | v5 | - | p77 | - | - | day | spam",
            "2019-01-01 00:00:00 | -1 | join | - | - | - | - | - | - | -",
            "2020-01-01 09:00:00 | 5 | join | - | - | - | - | - | - | -",
        ]
    );
    assert_eq!(rows(&source.events, &["title", "tags", "score", "view_count"])[1], "On tests | rust,io | 2 | 9");
    assert_eq!(
        pairs(source.intake.refused()),
        [
            ("CreationDate cannot be read", 1),
            ("accepted answer that is not in Posts.xml", 1),
            ("answer without ParentId", 1),
            ("badge: an award, not an act", 1),
            ("bounty started: no act of the event table", 1),
            ("post with an Id seen before", 1),
            ("tag wiki: opens no conversation", 1),
            ("vote on a post that is not among the questions and answers", 1),
        ]
    );
    assert_eq!(
        rows(source.members.as_ref().expect("users"), &["member", "name", "joined", "role", "reputation"]),
        ["-1 | Community | 2019-01-01 00:00:00 | bot | 1", "5 | Ann | 2020-01-01 09:00:00 | - | 101"]
    );
}

#[test]
fn accepted_answers_without_votes_inherit_their_time() {
    let source = Export::text(&[("Posts.xml", POSTS)]).read("Posts.xml");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "thread", "parent", "time_quality"])[3],
        "2020-01-01 12:00:00.500 | 5 | resolve | p1 | p2 | inherited"
    );
}

#[test]
fn discourse() {
    let single = Export::text(&[("t/3.json", TOPIC)]);
    let list = Export::text(&[("all.json", &format!("[{TOPIC}]"))]);
    for source in [single.read(""), single.read("t/3.json"), list.read("all.json")] {
        assert_eq!(
            rows(
                &source.events,
                &["time", "member", "kind", "id", "thread", "parent", "channel", "text", "time_quality"]
            ),
            [
                "2020-01-01 10:00:00 | 5 | post | 10 | t3 | - | 7 | Help! :sob: | -",
                "2020-01-01 10:00:00 | - | reaction | - | t3 | 10 | 7 | - | inherited",
                "2020-01-01 10:00:00 | - | reaction | - | t3 | 10 | 7 | - | inherited",
                "2020-01-01 11:00:00 | 6 | reply | 11 | t3 | 10 | 7 | Do this. | -",
                "2020-01-01 11:00:00 | - | resolve | - | t3 | 11 | 7 | - | inherited",
                "2020-01-01 12:00:00 | 5 | reply | 12 | t3 | 11 | 7 | Thanks | -",
                "2020-01-01 12:30:00 | @gone | reply | 13 | t3 | 10 | 7 | Me too | -",
                "2020-01-01 13:00:00 | -1 | moderate | 14 | t3 | 10 | 7 | - | -",
            ]
        );
        assert_eq!(rows(&source.events, &["title", "action", "reads"])[0], "Help wanted | - | 4");
        assert_eq!(rows(&source.events, &["action"])[7], "closed.enabled");
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("created_at cannot be read", 1),
                ("post with an id seen before", 1),
                ("whisper: only staff can see it", 1),
            ]
        );
        assert_eq!(
            pairs(source.intake.notes()),
            [
                ("reply to a post that is not in the file: hung on the opening post", 1),
                ("topic of which the file holds only a part of the posts", 1),
            ]
        );
        assert_eq!(
            rows(source.members.as_ref().expect("authors"), &["member", "name", "username", "role"]),
            ["5 | Ann | ann | -", "6 | bo | bo | staff", "@gone | gone | gone | -", "-1 | system | system | bot"]
        );
    }
}

#[test]
fn zulip() {
    let message = |id: u32, who: &str, time: f64, content: &str| {
        format!("{{\"content\": {content:?}, \"id\": {id}, \"sender_full_name\": {who:?}, \"timestamp\": {time}}}")
    };
    let who = "<span class='x'></span><span class=\\\"user-mention silent\\\" data-user-id=\\\"7\\\">Bo</span>"
        .replace("\\\"", "\"");
    let moved =
        message(1, "Notification Bot", 1_600_000_000.0, &format!("This topic was moved here from <a>x</a> by {who}."));
    let files = [
        (
            "zulip_json/12-new-members/.E2.9C.94.20a.3F.json",
            format!(
                "[{}, {}, {}, {moved}]",
                message(3, "Bo", 1_600_000_200.5, "<p>yes <span class=\"emoji emoji-1f44d\">:+1:</span></p>"),
                message(2, "Ann  Lee", 1_600_000_100.0, "<p>May I?</p>"),
                message(
                    4,
                    "Notification Bot",
                    1_600_000_300.0,
                    &format!("<p>{who} has marked this topic as resolved.</p>")
                ),
            ),
        ),
        (
            "zulip_json/12-new-members/b.json",
            format!("[{}, {{\"id\": 6}}]", message(3, "Ann Lee", 1_600_000_000.0, "again")),
        ),
        ("zulip_json/stream_index.json", "{\"streams\": {}}".to_owned()),
        ("zulip_json/12-new-members/empty.json", "[]".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let source = Export::text(&files).read("");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "thread", "parent", "channel", "text", "title"]),
        [
            "2020-09-13 12:26:40 | Bo | moderate | 1 | 12-new-members/✔ a? | 2 | new-members | This topic was moved here from x by Bo. | -",
            "2020-09-13 12:28:20 | Ann Lee | post | 2 | 12-new-members/✔ a? | - | new-members | May I? | ✔ a?",
            "2020-09-13 12:30:00.500 | Bo | reply | 3 | 12-new-members/✔ a? | 2 | new-members | yes 👍 | -",
            "2020-09-13 12:31:40 | Bo | resolve | 4 | 12-new-members/✔ a? | 2 | new-members | Bo has marked this topic as resolved. | -",
        ]
    );
    assert_eq!(
        pairs(source.intake.refused()),
        [("message with an id seen before", 1), ("timestamp cannot be read", 1)]
    );
    assert_eq!(pairs(source.intake.notes()), [("file skipped: JSON that is no list of messages", 1)]);
    assert_eq!(rows(source.members.as_ref().expect("names"), &["member", "role"]), ["Bo | -", "Ann Lee | -"]);
}

#[test]
fn mailing_list() {
    let june = gzip(JUNE.as_bytes());
    let export = Export::new(&[
        ("club/2020-May.txt", MAY.as_bytes()),
        ("club/2020-June.txt.gz", &june),
        ("club/LICENSE", b"Do what you like, and have fun."),
        ("club/2020-July.txt", b""),
    ]);
    let source = export.read("club");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "thread", "parent", "channel", "text", "title"]),
        [
            "2020-06-01 09:00:00 | bo@example.org | post | 3@example.org | 3@example.org | - | club | Who bakes? | [club] Cake",
            "2020-06-01 10:00:00 | mailer-daemon@example.org | reply | 4@example.org | 3@example.org | 3@example.org | club | bounced | -",
            "2020-05-01 10:00:00 | ann@example.org | post | 1@example.org | 1@example.org | - | club | Shall we? | [club] Picnic",
            "2020-05-01 11:00:00 | bo@example.org | reply | 2@example.org | 1@example.org | 1@example.org | club | Yes! | -",
        ]
    );
    assert_eq!(pairs(source.intake.refused()), [("message with a Message-ID seen before", 1)]);
    assert_eq!(
        pairs(source.intake.notes()),
        [
            ("date missing or not readable: taken from the envelope line", 1),
            ("date without a zone: taken as UTC (the option `time_zone` names another)", 2),
            ("file skipped: it is no mailbox", 1),
            ("reply without references: joined to its conversation by the subject", 1),
            ("sender's address hidden by the list: told by the name", 1),
        ]
    );
    assert_eq!(
        rows(source.members.as_ref().expect("senders"), &["member", "name", "role"]),
        ["bo@example.org | Bo Roe | -", "mailer-daemon@example.org | - | bot", "ann@example.org | Ann Lee | -"]
    );
    let source = export.read_with("club/2020-June.txt.gz", r#"{"time_zone": "America/New_York"}"#);
    assert_eq!(rows(&source.events, &["time", "channel"])[0], "2020-06-01 13:00:00 | club");
}

#[test]
fn archives_are_read_as_folders() {
    let archive = zip(&[("dump/Posts.xml", POSTS.as_bytes()), ("__MACOSX/dump/._Posts.xml", b"junk")]);
    let export = Export::new(&[("dump.zip", &archive)]);
    assert_eq!(export.read("dump.zip").events.height(), 4);
    let june = gzip(JUNE.as_bytes());
    let archive = zip(&[("club/2020-May.txt", MAY.as_bytes()), ("club/2020-June.txt.gz", &june)]);
    let export = Export::new(&[("club.zip", &archive)]);
    assert_eq!(export.read("club.zip").events.height(), 4);
}

#[test]
fn halves_of_surrogate_pairs_are_replaced_and_noted() {
    let row = r#"{"time": "2020-01-01T10:00:00Z", "member": "a", "kind": "post", "text": "TEXT"}"#;
    let whole = row.replace("TEXT", r"\ud83d\ude00 and \\ud83d");
    let cut = row.replace("TEXT", r"cut \ud83d");
    let source = Export::text(&[("x.ndjson", &format!("{cut}\n{whole}\n{cut}\n"))]).read("x.ndjson");
    assert_eq!(rows(&source.events, &["text"]), ["cut \u{FFFD}", "\u{1F600} and \\ud83d", "cut \u{FFFD}"]);
    assert_eq!(pairs(source.intake.notes()), [("halves of surrogate pairs, replaced by U+FFFD", 2)]);
    let message = r#"{"id": 1, "type": "message", "date_unixtime": "1577872800", "from": "a", "from_id": "user1", "text": "x\udc00"}"#;
    let export = format!(r#"{{"name": "b", "type": "private_group", "id": 1, "messages": [{message}]}}"#);
    let source = Export::text(&[("result.json", &export)]).read("");
    assert_eq!(rows(&source.events, &["text"]), ["x\u{FFFD}"]);
    assert_eq!(source.intake.notes()["halves of surrogate pairs, replaced by U+FFFD"], 1);
}

#[test]
fn bytes_that_are_no_utf8_are_replaced_and_noted() {
    let posts = "<posts><row Id=\"1\" PostTypeId=\"1\" CreationDate=\"2020-01-01T10:00:00\" Body=\"caf@\"/></posts>";
    let bytes: Vec<u8> = posts.bytes().map(|byte| if byte == b'@' { 0xE9 } else { byte }).collect();
    let source = Export::new(&[("Posts.xml", &bytes)]).read("");
    assert_eq!(rows(&source.events, &["text"]), ["caf\u{FFFD}"]);
    assert_eq!(pairs(source.intake.notes()), [("bytes that are not UTF-8, replaced by U+FFFD", 1)]);
}

#[test]
fn progress_reaches_the_end() {
    let export = Export::text(&[("club/2020-May.txt", MAY), ("club/2020-June.txt", JUNE)]);
    let mut seen = Vec::new();
    let options = commonweal_sources::ReadOptions::default();
    commonweal_sources::read_with_progress(export.path(""), &options, &mut |progress| seen.push(progress))
        .expect("mail");
    let last = seen.last().expect("told at each file");
    assert_eq!((last.files_done, last.files, last.events), (2, 2, 4));
    assert_eq!((last.bytes_done, last.bytes), ((MAY.len() + JUNE.len()) as u64, (MAY.len() + JUNE.len()) as u64));
}
