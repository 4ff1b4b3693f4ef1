//! GitHub: an invented archive of a repository, and an invented hour.
use crate::support::{Export, gzip, pairs, rows};

const ARCHIVE: &str = r#"{"magic": "E!vIA5L86J2I", "timestamp": "2025-01-01T00:00:00+00:00", "repo": "club/cake",
 "labels": [{"name": "bug"}],
 "issues": [
  {"number": 1, "id": "I1", "title": "It burns", "state": "CLOSED", "author": "ann", "authorAssociation": "NONE", "assignees": [],
   "labels": ["bug", "oven"], "body": "See:\n```\nlog\n```\nWhy?", "createdAt": "2020-05-01T10:00:00Z", "closedAt": "2020-05-02T10:00:00Z",
   "comments": [
    {"author": "bo", "authorAssociation": "MEMBER", "body": "> Why?\nToo hot.", "createdAt": "2020-05-01T11:00:00Z"},
    {"author": "ghost", "authorAssociation": "NONE", "body": "me too", "createdAt": "2020-05-01T12:00:00Z"},
    {"author": "ci[bot]", "authorAssociation": "NONE", "body": "stale", "createdAt": "soon"}]},
  {"number": 1, "title": "again", "author": "ann", "createdAt": "2020-05-01T10:00:00Z", "comments": [{"author": "bo"}]},
  {"title": "no number"}],
 "pulls": [
  {"number": 2, "id": "P2", "title": "Cooler", "state": "MERGED", "author": "dependabot", "authorAssociation": "NONE", "labels": [],
   "body": "", "createdAt": "2020-05-03T10:00:00Z", "closedAt": "2020-05-03T12:00:00Z", "mergedAt": "2020-05-03T12:00:00Z", "mergedBy": "bo",
   "comments": [],
   "reviews": [{"id": "R1", "author": "bo", "authorAssociation": "MEMBER", "state": "APPROVED", "body": "Good.", "createdAt": "2020-05-03T11:00:00Z",
     "comments": [{"originalPosition": 3, "body": "Here too.", "createdAt": "2020-05-03T11:00:00Z"}]}]}]}"#;

#[test]
fn an_archive_of_a_repository() {
    let export = Export::text(&[("archive.json", ARCHIVE)]);
    for source in [export.read(""), export.read("archive.json")] {
        assert_eq!(source.platform, "github");
        assert_eq!(
            rows(&source.events, &["time", "member", "kind", "thread", "channel", "text", "action", "title", "tags"]),
            [
                "2020-05-01 10:00:00 | ann | post | club/cake#1 | club/cake | See:\n\nWhy? | - | It burns | bug,oven",
                "2020-05-01 11:00:00 | bo | reply | club/cake#1 | club/cake | Too hot. | - | - | -",
                "2020-05-01 12:00:00 | - | reply | club/cake#1 | club/cake | me too | - | - | -",
                "2020-05-02 10:00:00 | - | resolve | club/cake#1 | club/cake | - | closed | - | -",
                "2020-05-03 10:00:00 | dependabot | post | club/cake#2 | club/cake | - | - | Cooler | -",
                "2020-05-03 11:00:00 | bo | reply | club/cake#2 | club/cake | Good.\nHere too. | approved | - | -",
                "2020-05-03 12:00:00 | bo | resolve | club/cake#2 | club/cake | - | merged | - | -",
            ]
        );
        assert_eq!(rows(&source.events, &["id", "parent"])[5], "R1 | club/cake#2");
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("comment or review under what is refused", 1),
                ("createdAt cannot be read", 1),
                ("issue or pull request met before", 1),
                ("issue or pull request without a number", 1),
            ]
        );
        assert_eq!(pairs(source.intake.notes()), [("written by an account that was deleted", 1)]);
        assert_eq!(
            rows(source.members.as_ref().expect("people"), &["member", "name", "role"]),
            ["ann | ann | -", "bo | bo | staff", "dependabot | dependabot | bot"]
        );
    }
}

const HOUR: &str = r##"{"id":"1","type":"IssuesEvent","actor":{"id":1,"login":"ann"},"repo":{"id":9,"name":"club/cake"},"payload":{"action":"opened","issue":{"number":1,"title":"It burns","body":"Why?","author_association":"NONE","labels":[{"name":"bug"}]}},"public":true,"created_at":"2020-05-01T10:00:00Z"}
{"id":"2","type":"IssueCommentEvent","actor":{"id":2,"login":"bo"},"repo":{"name":"club/cake"},"payload":{"action":"created","issue":{"number":1},"comment":{"id":77,"body":"Too hot.","author_association":"OWNER"}},"created_at":"2020-05-01T11:00:00Z"}
{"id":"2","type":"IssueCommentEvent","actor":{"login":"bo"},"repo":{"name":"club/cake"},"payload":{"action":"created","issue":{"number":1},"comment":{"id":77}},"created_at":"2020-05-01T11:00:00Z"}
{"id":"3","type":"IssuesEvent","actor":{"login":"bo"},"repo":{"name":"club/cake"},"payload":{"action":"closed","issue":{"number":1}},"created_at":"2020-05-01T11:10:00Z"}
{"id":"4","type":"IssuesEvent","actor":{"login":"ann"},"repo":{"name":"club/cake"},"payload":{"action":"reopened","issue":{"number":1}},"created_at":"2020-05-01T11:20:00Z"}
{"id":"5","type":"IssuesEvent","actor":{"login":"bo"},"repo":{"name":"club/cake"},"payload":{"action":"assigned","issue":{"number":1},"assignee":{"login":"cy"}},"created_at":"2020-05-01T11:30:00Z"}
{"id":"6","type":"PullRequestEvent","actor":{"login":"app[bot]"},"repo":{"name":"club/cake"},"payload":{"action":"opened","number":2,"pull_request":{"id":5}},"created_at":"2020-05-01T11:40:00Z"}
{"id":"7","type":"PullRequestReviewCommentEvent","actor":{"login":"bo"},"repo":{"name":"club/cake"},"payload":{"action":"created","pull_request":{"number":2},"comment":{"id":8,"in_reply_to_id":6,"body":"Here."}},"created_at":"2020-05-01T11:41:00Z"}
{"id":"8","type":"PullRequestReviewEvent","actor":{"login":"bo"},"repo":{"name":"club/cake"},"payload":{"action":"created","pull_request":{"number":2},"review":{"id":9,"state":"COMMENTED","body":null}},"created_at":"2020-05-01T11:41:00Z"}
{"id":"9","type":"PullRequestReviewEvent","actor":{"login":"bo"},"repo":{"name":"club/cake"},"payload":{"action":"created","pull_request":{"number":2},"review":{"id":10,"state":"approved","body":null}},"created_at":"2020-05-01T11:42:00Z"}
{"id":"10","type":"PullRequestEvent","actor":{"login":"bo"},"repo":{"name":"club/cake"},"payload":{"action":"closed","number":2,"pull_request":{"number":2,"merged":true}},"created_at":"2020-05-01T11:43:00Z"}
{"id":"11","type":"PushEvent","actor":{"login":"bo"},"repo":{"name":"club/cake"},"payload":{"size":2},"created_at":"2020-05-01T11:44:00Z"}
{"id":"12","type":"WatchEvent","actor":{"id":9,"login":"di"},"repo":{"name":"club/cake"},"payload":{"action":"started"},"created_at":"2020-05-01T11:45:00Z"}
{"id":"13","type":"CreateEvent","actor":{"login":"di"},"repo":{"name":"club/cake"},"payload":{"ref_type":"branch"},"created_at":"2020-05-01T11:45:00Z"}
{"id":"14","type":"IssuesEvent","actor":{"login":"di"},"repo":{"name":"club/cake"},"payload":{"action":"labeled","issue":{"number":1}},"created_at":"2020-05-01T11:45:00Z"}
{"type":"IssueCommentEvent","actor":"ann","actor_attributes":{"type":"User"},"repository":{"owner":"club","name":"cake"},"payload":{"issue_id":1,"comment_id":5},"url":"https://github.com/club/cake/issues/4#issuecomment-5","created_at":"2012/03/10 22:45:02 -0800"}
{"id":"15","type":"ForkEvent","actor":{"login":"di"},"created_at":"2020-05-01T11:45:00Z","payload":{}}
not json
{"id":"16","type":"ForkEvent","actor":{"login":"di"},"repo":{"name":"club/cake"},"payload":[],"created_at":"999999-05-01"}
"##;

#[test]
fn an_hour_of_the_archive() {
    let packed = gzip(HOUR.as_bytes());
    let export = Export::new(&[("2020-05-01-10.json.gz", &packed)]);
    let source = export.read("");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "thread", "parent", "text", "action", "target"]),
        [
            "2020-05-01 10:00:00 | ann | post | club/cake#1 | club/cake#1 | - | Why? | - | -",
            "2020-05-01 11:00:00 | bo | reply | c77 | club/cake#1 | club/cake#1 | Too hot. | - | -",
            "2020-05-01 11:10:00 | bo | resolve | - | club/cake#1 | club/cake#1 | - | closed | -",
            "2020-05-01 11:20:00 | ann | reopen | - | club/cake#1 | club/cake#1 | - | reopened | -",
            "2020-05-01 11:30:00 | bo | assign | - | club/cake#1 | club/cake#1 | - | assigned | cy",
            "2020-05-01 11:40:00 | app[bot] | post | club/cake#2 | club/cake#2 | - | - | - | -",
            "2020-05-01 11:41:00 | bo | reply | l8 | club/cake#2 | l6 | Here. | - | -",
            "2020-05-01 11:42:00 | bo | reply | r10 | club/cake#2 | club/cake#2 | - | approved | -",
            "2020-05-01 11:43:00 | bo | resolve | - | club/cake#2 | club/cake#2 | - | merged | -",
            "2020-05-01 11:44:00 | bo | edit | e11 | - | - | - | pushed | -",
            "2020-05-01 11:45:00 | di | reaction | - | - | - | - | starred | -",
            "2012-03-11 06:45:02 | ann | reply | c5 | club/cake#4 | club/cake#4 | - | - | -",
        ]
    );
    assert_eq!(
        pairs(source.intake.refused()),
        [
            ("CreateEvent: no act of the event table", 1),
            ("IssuesEvent of the action labeled: no act of the event table", 1),
            ("created_at cannot be read", 1),
            ("event met before", 1),
            ("event of no repository", 1),
            ("line that is no JSON object", 1),
            ("review that says no more than its comments, which are rows of their own", 1),
        ]
    );
    let members = rows(source.members.as_ref().expect("people"), &["member", "role", "account_id"]);
    assert_eq!(members, ["ann | - | 1", "bo | staff | 2", "app[bot] | bot | -", "di | - | 9"]);
}

#[test]
fn an_hour_may_be_meant_as_a_table() {
    let export = Export::text(&[("x.ndjson", HOUR)]);
    let options = r#"{"format": "ndjson", "mapping": {"time": "created_at", "member": "id", "kind_default": "post"}}"#;
    assert!(export.read_with("x.ndjson", options).events.height() > 10);
}

#[test]
fn what_is_cut_off_or_too_deep() {
    let export = Export::text(&[("archive.json", &ARCHIVE[..ARCHIVE.len() - 40])]);
    assert_eq!(
        export.fault("archive.json", "{}"),
        "archive.json, line 17: the file is cut off (JSON that does not close); fetch or export it again"
    );
    let deep = format!("{}{}{}\n", HOUR, "{\"payload\":".repeat(5_000), "1");
    let source = Export::text(&[("x.json", &deep)]).read("x.json");
    assert_eq!(source.intake.refused()["line that is no JSON object"], 2);
}
