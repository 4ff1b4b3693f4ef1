//! Slack: an invented workspace with the quirks of the format.
use crate::support::{Export, gzip, pairs, rows, zip};

const USERS: &str = r#"[
    {"id": "U1", "name": "ann", "real_name": "Ann Lee", "deleted": false, "is_bot": false, "is_owner": true,
     "profile": {"display_name": "", "email": "ann@example.org"}},
    {"id": "U2", "name": "bo", "deleted": true, "profile": {"display_name": "Bo", "real_name": "Bo Roe"}},
    {"id": "U3", "name": "helper", "is_bot": true, "profile": {"real_name": "Helper", "bot_id": "B3"}},
    {"name": "no id"}]"#;
const CHANNELS: &str = r#"[{"id": "C1", "name": "general", "is_general": true}, {"id": "C2", "name": "help"}]"#;
const GROUPS: &str = r#"[{"id": "G1", "name": "staff-only"}]"#;
const DMS: &str = r#"[{"id": "D1", "members": ["U1", "U2"]}]"#;

/// A thread with a broadcast reply met twice, reactions (one by nobody named), an edit, bots and a deleted opening.
const MAY: &str = r#"[
    {"type": "message", "subtype": "channel_join", "user": "U2", "ts": "1588320000.000100", "text": "<@U2> has joined the channel"},
    {"type": "message", "user": "U1", "ts": "1588320060.000200", "thread_ts": "1588320060.000200", "reply_count": 2,
     "text": "Who knows <#C2|help>, <@U2>?\n```let x = 1;```", "edited": {"user": "U1", "ts": "1588320090.000000"},
     "reactions": [{"name": "+1", "count": 3, "users": ["U2", "U9"]}]},
    {"type": "message", "user": "U2", "ts": "1588320120.000300", "thread_ts": "1588320060.000200", "parent_user_id": "U1",
     "text": "&gt; Who knows\nI do &amp; so does <@U9>"},
    {"type": "message", "subtype": "thread_broadcast", "user": "U9", "ts": "1588320180.000400", "thread_ts": "1588320060.000200",
     "user_profile": {"display_name": "", "real_name": "Cy Guest", "name": "cy"}, "text": "me too"},
    {"type": "message", "subtype": "thread_broadcast", "user": "U9", "ts": "1588320180.000400", "thread_ts": "1588320060.000200",
     "text": "me too"},
    {"type": "message", "subtype": "bot_message", "bot_id": "B3", "ts": "1588320240.000500", "text": "build is green"},
    {"type": "message", "subtype": "bot_message", "bot_id": "B7", "username": "alerts", "ts": "1588320300.000600", "text": "build is red"},
    {"type": "message", "subtype": "bot_message", "username": "old hook", "ts": "1588320301.000600", "text": "from long ago"},
    {"type": "message", "user": "USLACKBOT", "ts": "1588320360.000700", "text": "Reminder: stand up"}]"#;
const JUNE: &str = r#"[
    {"type": "message", "subtype": "channel_topic", "user": "U1", "ts": "1590969600.000100", "text": "set the topic", "topic": "x"},
    {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": "1590969660.000200", "thread_ts": "1590969660.000200",
     "text": "This message was deleted.", "hidden": true},
    {"type": "message", "user": "U1", "ts": "1590969720.000300", "thread_ts": "1590969660.000200", "text": "still an answer"},
    {"type": "message", "subtype": "huddle_thread", "user": "USLACKBOT", "ts": "1590969780.000400", "text": "A huddle happened"},
    {"type": "message", "subtype": "weather_report", "user": "U1", "ts": "1590969781.000400", "text": "rain"},
    {"type": "message", "subtype": "reply_broadcast", "user": "U2", "ts": "1590969782.000500", "text": "replied to a thread"},
    {"type": "message", "subtype": "message_deleted", "ts": "1590969783.000500"},
    {"type": "goodbye", "ts": "1590969784.000500"},
    {"type": "message", "user": "U1", "ts": "soon", "text": "x"},
    {"ts": "1590969785.000500"},
    {"type": "message", "subtype": "channel_leave", "user": "U2", "ts": "1590969900.000600", "text": "<@U2> has left the channel"}]"#;
const HELP: &str = r#"[
    {"type": "message", "subtype": "channel_join", "user": "U2", "ts": "1588330000.000100", "text": "joined"},
    {"type": "message", "subtype": "channel_leave", "user": "U2", "ts": "1590880000.000100", "text": "left"},
    {"type": "message", "user": "U1", "ts": "1588320060.000200", "text": "one more, at the same instant as in general"}]"#;

fn files() -> Vec<(&'static str, &'static str)> {
    vec![
        ("users.json", USERS),
        ("channels.json", CHANNELS),
        ("groups.json", GROUPS),
        ("dms.json", DMS),
        ("integration_logs.json", "[]"),
        ("general/2020-05-01.json", MAY),
        ("general/2020-06-01.json", JUNE),
        ("help/2020-05-01.json", HELP),
        ("help/canvas.json", "{}"),
        (
            "staff-only/2020-05-02.json",
            r#"[{"type": "message", "user": "U1", "ts": "1588406400.000100", "text": "psst"}]"#,
        ),
        (
            "D1/2020-05-02.json",
            r#"[{"type": "message", "user": "U1", "ts": "1588406400.000100", "text": "hello you"}]"#,
        ),
    ]
}

#[test]
fn a_workspace() {
    let folder = Export::text(&files());
    let inside: Vec<(String, &str)> = files().iter().map(|(name, text)| (format!("My export/{name}"), *text)).collect();
    let inside: Vec<(&str, &[u8])> = inside.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let packed = Export::new(&[("export.zip", &zip(&inside))]);
    for source in [folder.read(""), packed.read("export.zip"), folder.read_with("", r#"{"format": "slack"}"#)] {
        assert_eq!(source.platform, "slack");
        let columns = ["time", "member", "kind", "id", "thread", "parent", "channel", "text"];
        let mut found = rows(&source.events, &columns);
        found.sort();
        assert_eq!(
            found,
            [
                "2020-05-01 08:00:00.000100 | U2 | join | C1/1588320000.000100 | - | - | general | @Bo has joined the channel",
                "2020-05-01 08:01:00.000200 | - | reaction | - | C1/1588320060.000200 | C1/1588320060.000200 | general | -",
                "2020-05-01 08:01:00.000200 | U1 | post | C1/1588320060.000200 | C1/1588320060.000200 | - | general | Who knows #help, @Bo?",
                "2020-05-01 08:01:00.000200 | U1 | post | C2/1588320060.000200 | - | - | help | one more, at the same instant as in general",
                "2020-05-01 08:01:00.000200 | U2 | reaction | - | C1/1588320060.000200 | C1/1588320060.000200 | general | -",
                "2020-05-01 08:01:00.000200 | U9 | reaction | - | C1/1588320060.000200 | C1/1588320060.000200 | general | -",
                "2020-05-01 08:02:00.000300 | U2 | reply | C1/1588320120.000300 | C1/1588320060.000200 | C1/1588320060.000200 | general | I do & so does @U9",
                "2020-05-01 08:03:00.000400 | U9 | reply | C1/1588320180.000400 | C1/1588320060.000200 | C1/1588320060.000200 | general | me too",
                "2020-05-01 08:04:00.000500 | U3 | post | C1/1588320240.000500 | - | - | general | build is green",
                "2020-05-01 08:05:00.000600 | B7 | post | C1/1588320300.000600 | - | - | general | build is red",
                "2020-05-01 08:05:01.000600 | @old hook | post | C1/1588320301.000600 | - | - | general | from long ago",
                "2020-05-01 08:06:00.000700 | USLACKBOT | post | C1/1588320360.000700 | - | - | general | Reminder: stand up",
                "2020-05-01 10:46:40.000100 | U2 | join | C2/1588330000.000100 | - | - | help | joined",
                "2020-05-02 08:00:00.000100 | U1 | post | D1/1588406400.000100 | - | - | D1 | hello you",
                "2020-05-02 08:00:00.000100 | U1 | post | G1/1588406400.000100 | - | - | staff-only | psst",
                "2020-05-30 23:06:40.000100 | U2 | moderate | C2/1590880000.000100 | - | - | help | -",
                "2020-06-01 00:00:00.000100 | U1 | moderate | C1/1590969600.000100 | - | - | general | set the topic",
                "2020-06-01 00:01:00.000200 | - | post | C1/1590969660.000200 | C1/1590969660.000200 | - | general | -",
                "2020-06-01 00:02:00.000300 | U1 | reply | C1/1590969720.000300 | C1/1590969660.000200 | C1/1590969660.000200 | general | still an answer",
                "2020-06-01 00:03:00.000400 | USLACKBOT | moderate | C1/1590969780.000400 | - | - | general | A huddle happened",
                "2020-06-01 00:03:01.000400 | U1 | moderate | C1/1590969781.000400 | - | - | general | rain",
                "2020-06-01 00:05:00.000600 | U2 | leave | C1/1590969900.000600 | - | - | general | -",
            ]
        );
        let mut told = rows(&source.events, &["kind", "action", "emoji", "edited", "channel_type", "time_quality"]);
        told.sort();
        told.dedup();
        assert_eq!(
            told,
            [
                "join | channel_join | - | - | public | -",
                "leave | channel_leave | - | - | public | -",
                "moderate | channel_leave | - | - | public | -",
                "moderate | channel_topic | - | - | public | -",
                "moderate | huddle_thread | - | - | public | -",
                "moderate | weather_report | - | - | public | -",
                "post | - | - | - | dm | -",
                "post | - | - | - | private | -",
                "post | - | - | - | public | -",
                "post | - | - | 2020-05-01 08:01:30 | public | -",
                "post | tombstone | - | - | public | -",
                "reaction | - | +1 | - | public | inherited",
                "reply | - | - | - | public | -",
            ]
        );
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("JSON object that is no message", 1),
                ("entry of a type other than message", 1),
                ("message with a ts seen before in its channel", 1),
                ("notice that a message was changed, deleted or answered", 1),
                ("reply_broadcast: the copy of a reply", 1),
                ("ts cannot be read", 1),
            ]
        );
        assert_eq!(
            pairs(source.intake.notes()),
            [
                ("file skipped: it is no day of a channel", 2),
                ("message by nobody known", 1),
                ("message of the subtype \"weather_report\", taken as the system's", 1),
            ]
        );
        assert_eq!(
            rows(source.members.as_ref().expect("users"), &["member", "name", "username", "deleted", "role"]),
            [
                "U1 | Ann Lee | ann | false | staff",
                "U2 | Bo | bo | true | -",
                "U3 | Helper | helper | false | bot",
                "U9 | Cy Guest | cy | false | -",
                "B7 | alerts | - | false | bot",
                "@old hook | old hook | - | false | bot",
                "USLACKBOT | - | - | false | bot",
            ]
        );
    }
}

#[test]
fn parts_of_an_export() {
    let export = Export::new(&[
        ("general/2020-05-01.json", MAY.as_bytes()),
        ("general/2020-06-01.json.gz", &gzip(JUNE.as_bytes())),
        ("general/2020-06-02.json", b""),
        ("general/2020-06-03.json", b"[]"),
    ]);
    let source = export.read("general");
    assert_eq!(rows(&source.events, &["id", "channel", "channel_type"])[0], "general/1588320000.000100 | general | -");
    let no_users = "no users.json: names, bots and staff are known only as far as messages tell";
    assert_eq!(source.intake.notes()[no_users], 1);
    assert_eq!(source.intake.notes()["file skipped: it is empty"], 1);
    assert_eq!(export.read("general/2020-05-01.json").events.height(), 11);
}

#[test]
fn faults() {
    let two = Export::text(&[("a/users.json", USERS), ("b/users.json", USERS), ("a/c/2020-05-01.json", MAY)]);
    assert_eq!(
        two.fault("", "{}"),
        ".: holds several exports of one format (a/users.json, b/users.json); give the files of one of them: its file, \
         its folder, or a pattern such as \"export/*.json\""
    );
    let cut = Export::text(&[("users.json", USERS), ("general/2020-05-01.json", &MAY[..MAY.len() - 30])]);
    assert_eq!(
        cut.fault("", "{}"),
        "general/2020-05-01.json, line 15: the file is cut off (JSON that does not close); fetch or export it again"
    );
    let other = Export::text(&[
        ("users.json", USERS),
        ("general/2020-05-01.json", MAY),
        ("general/x.json", "{\"post_stream\": {}}"),
    ]);
    assert!(other.fault("", "{}").starts_with(".: holds several formats (discourse: general/x.json, slack: general/"));
    let bomb = [
        b"[{\"type\": \"message\", \"ts\": \"1588320000.000100\", \"text\": \"".as_slice(),
        &vec![b'x'; 64 << 20],
        b"\"}]",
    ]
    .concat();
    let packed = Export::new(&[("x.zip", &zip(&[("general/2020-05-01.json", &bomb)]))]);
    assert!(packed.fault("x.zip", "{}").starts_with("x.zip/general/2020-05-01.json: unpacks to more than "));
    let flood = MAY.replace("\"count\": 3", "\"count\": 9000000000000000000");
    let source = Export::text(&[("general/2020-05-01.json", &flood)]).read("");
    assert_eq!(source.events.height(), 8 + 20_000);
}
