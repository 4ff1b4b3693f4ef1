//! Perceval: invented items of several backends.
use crate::support::{Export, pairs, rows};

fn item(backend: &str, category: &str, origin: &str, data: &str) -> String {
    format!(
        "{{\"backend_name\": \"{backend}\", \"backend_version\": \"0.1\", \"category\": \"{category}\", \"data\": {data},\n \
         \"origin\": \"{origin}\", \"perceval_version\": \"1\", \"timestamp\": 1.5, \"updated_on\": 2.5, \"uuid\": \"x\"}}"
    )
}

const ISSUE: &str = r#"{"number": 1, "title": "It burns", "body": "Why?", "created_at": "2020-05-01T10:00:00Z", "closed_at": "2020-05-02T10:00:00Z",
  "user": {"login": "ann"}, "author_association": "NONE", "labels": [{"name": "bug"}], "closed_by": {"login": "bo"},
  "reactions_data": [{"content": "heart", "created_at": "2020-05-01T10:30:00Z", "user": {"login": "cy"}}],
  "comments_data": [{"id": 7, "body": "Too hot.", "created_at": "2020-05-01T11:00:00Z", "author_association": "OWNER", "user": {"login": "bo"},
     "reactions_data": []}, {"id": 8, "created_at": null}]}"#;

#[test]
fn github_in_every_shape_of_file() {
    let one = item("GitHub", "issue", "https://github.com/club/cake", ISSUE);
    let wiki = item("GitHub", "repository", "https://github.com/club/cake", "{\"stars\": 1}");
    let list = format!("[{one},\n{wiki}]");
    let after = format!("{one}\n{wiki}\n");
    let lines = format!("{}\n{}\n", one.replace('\n', " "), wiki.replace('\n', " "));
    for text in [list, after, lines] {
        let export = Export::text(&[("github.json", &text)]);
        for source in [export.read(""), export.read("github.json")] {
            assert_eq!(source.platform, "github");
            assert_eq!(
                rows(
                    &source.events,
                    &["time", "member", "kind", "id", "thread", "parent", "channel", "text", "action", "emoji"]
                ),
                [
                    "2020-05-01 10:00:00 | ann | post | club/cake#1 | club/cake#1 | - | club/cake | Why? | - | -",
                    "2020-05-01 10:30:00 | cy | reaction | - | club/cake#1 | club/cake#1 | club/cake | - | - | heart",
                    "2020-05-01 11:00:00 | bo | reply | c7 | club/cake#1 | club/cake#1 | club/cake | Too hot. | - | -",
                    "2020-05-02 10:00:00 | bo | resolve | - | club/cake#1 | club/cake#1 | club/cake | - | closed | -",
                ]
            );
            assert_eq!(
                pairs(source.intake.refused()),
                [("created_at cannot be read", 1), ("item of GitHub, category \"repository\": not read", 1)]
            );
        }
    }
}

#[test]
fn history_and_mail_are_read_as_their_own_formats() {
    let commit = r#"{"commit": "abc", "Author": "Ann <ann@example.org>", "AuthorDate": "Fri May 1 10:00:00 2020 +0000", "message": "Begin\n\nx", "parents": ["1", "2"]}"#;
    let source = Export::text(&[("git.json", &item("Git", "commit", "https://example.org/cake.git", commit))]).read("");
    assert_eq!(
        rows(&source.events, &["member", "kind", "id", "channel", "action", "title"]),
        ["ann@example.org | edit | abc | cake | merge | Begin"]
    );
    let first = r#"{"From": "ann at example.org (Ann)", "Date": "Fri, 1 May 2020 10:00:00 +0000", "Subject": "Cake\r\nFrom: x@evil.org", "Message-ID": "<1@x>", "body": {"plain": "Hi"}}"#;
    let second = r#"{"From": "Bo <bo@example.org>", "Date": "Fri, 1 May 2020 11:00:00 +0000", "Subject": "Re: Cake", "Message-ID": "<2@x>", "In-Reply-To": "<1@x>", "body": {"plain": "> Hi\nYes"}}"#;
    let items =
        [first, second].map(|data| item("MBox", "message", "http://example.org/lists/bakers/", data)).join("\n");
    let source = Export::text(&[("mbox.json", &items)]).read("");
    assert_eq!(
        rows(&source.events, &["member", "kind", "id", "thread", "parent", "channel", "text"]),
        [
            "ann@example.org | post | 1@x | 1@x | - | bakers | Hi",
            "bo@example.org | reply | 2@x | 1@x | 1@x | bakers | Yes",
        ]
    );
}

#[test]
fn other_backends() {
    let note = |id: u32, system: bool, body: &str| {
        format!(
            "{{\"id\": {id}, \"system\": {system}, \"body\": \"{body}\", \"created_at\": \"2020-05-01T1{id}:00:00Z\", \"author\": {{\"username\": \"bo\"}}}}"
        )
    };
    let gitlab = format!(
        r#"{{"iid": 3, "title": "T", "description": "D", "created_at": "2020-05-01T10:00:00.5Z", "author": {{"username": "ann", "name": "Ann"}}, "labels": ["x", "y"],
           "closed_at": "2020-05-01T12:00:00Z", "award_emoji_data": [{{"name": "tada", "created_at": "2020-05-01T10:10:00Z", "user": {{"username": "cy"}}}}],
           "notes_data": [{}, {}, {}]}}"#,
        note(1, false, "Ja"),
        note(2, true, "closed"),
        note(3, true, "changed title")
    );
    let source =
        Export::text(&[("x.json", &item("GitLab", "issue", "https://gitlab.com/club/cake", &gitlab))]).read("");
    assert_eq!(
        rows(&source.events, &["member", "kind", "id", "text", "action", "emoji", "tags"]),
        [
            "ann | post | club/cake#3 | D | - | - | x,y",
            "cy | reaction | - | - | - | tada | -",
            "bo | reply | club/cake#3/n1 | Ja | - | - | -",
            "bo | resolve | club/cake#3/n2 | - | closed | - | -",
            "bo | moderate | club/cake#3/n3 | - | changed | - | -",
        ]
    );
    let question = r#"{"question_id": 5, "title": "A &amp; B", "tags": ["sugar"], "creation_date": 1588320000, "owner": {"user_id": 1, "display_name": "Ann"}, "accepted_answer_id": 6,
        "answers": [{"answer_id": 6, "creation_date": 1588320600, "owner": {"user_id": 2}, "body": "<p>So.</p>", "comments": [{"comment_id": 9, "creation_date": 1588320700, "body": "ok", "owner": {"user_id": 1}}]}]}"#;
    let source = Export::text(&[("x.json", &item("StackExchange", "question", "https://x", question))]).read("");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "thread", "parent", "text", "time_quality", "title"]),
        [
            "2020-05-01 08:00:00 | 1 | post | p5 | p5 | - | - | - | A & B",
            "2020-05-01 08:10:00 | 2 | reply | p6 | p5 | p5 | So. | - | -",
            "2020-05-01 08:11:40 | 1 | reply | c9 | p5 | p6 | ok | - | -",
            "2020-05-01 08:10:00 | - | resolve | - | p5 | p6 | - | inherited | -",
        ]
    );
    let slack = r#"{"ts": "1588320000.000100", "user": "U1", "text": "hey", "channel_info": {"id": "C1", "name": "general"}, "user_data": {"real_name": "Ann", "is_admin": true},
        "reactions": [{"name": "+1", "count": 2, "users": ["U2"]}]}"#;
    let source = Export::text(&[("x.json", &item("Slack", "message", "https://slack.com/C1", slack))]).read("");
    assert_eq!(
        rows(&source.events, &["member", "kind", "id", "parent", "channel", "time_quality"]),
        [
            "U1 | post | C1/1588320000.000100 | - | general | -",
            "U2 | reaction | - | C1/1588320000.000100 | general | inherited",
            "- | reaction | - | C1/1588320000.000100 | general | inherited",
        ]
    );
    let page = r#"{"pageid": 1, "title": "Cake", "revisions": [{"revid": 4, "user": "Ann", "timestamp": "2020-05-01T10:00:00Z", "minor": ""}, {"timestamp": "x"}]}"#;
    let source = Export::text(&[("x.json", &item("MediaWiki", "page", "https://wiki.example.org", page))]).read("");
    assert_eq!(rows(&source.events, &["member", "kind", "id", "action", "title"]), ["Ann | edit | r4 | minor | Cake"]);
    let jira = r#"{"key": "CAKE-1", "fields": {"created": "2020-05-01T10:00:00.000+0200", "summary": "S", "description": "D", "reporter": {"name": "ann", "displayName": "Ann"},
        "resolutiondate": "2020-05-02T10:00:00.000+0200", "resolution": {"name": "Fixed"}}, "comments_data": [{"id": "3", "created": "2020-05-01T11:00:00.000+0200", "body": "B", "author": {"name": "bo"}}]}"#;
    let source = Export::text(&[("x.json", &item("Jira", "issue", "https://jira.example.org", jira))]).read("");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "channel", "text", "action"]),
        [
            "2020-05-01 08:00:00 | ann | post | CAKE-1 | CAKE | D | -",
            "2020-05-01 09:00:00 | bo | reply | c3 | CAKE | B | -",
            "2020-05-02 08:00:00 | - | resolve | - | CAKE | - | fixed",
        ]
    );
}

#[test]
fn several_backends_are_several_sources() {
    let git = item("Git", "commit", "x", "{\"commit\": \"a\"}");
    let hub = item("GitHub", "issue", "x", "{}");
    let fault = Export::text(&[("a.json", &format!("{git}\n{hub}"))]).fault("a.json", "{}");
    assert!(fault.contains("perceval: items of Git, perceval: items of GitHub"), "{fault}");
    let broken = format!("{git}\n{{\"backend_name\"");
    let fault = Export::text(&[("a.json", &broken)]).fault("a.json", "{}");
    assert!(fault.contains("the file is cut off"), "{fault}");
}
