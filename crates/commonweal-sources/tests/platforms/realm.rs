//! Zulip: an invented export of an organisation.
use crate::support::{Export, gzip, pairs, rows, tar};

const REALM: &str = r#"{
  "zerver_realm": [{"id": 1, "name": "Club"}],
  "zerver_userprofile": [
    {"id": 7, "full_name": "Ann Lee", "email": "user7@example.org", "is_bot": false, "is_active": true, "role": 200, "date_joined": 1588320000.5},
    {"id": 8, "full_name": "Bo", "is_bot": false, "is_active": false, "role": 400, "date_joined": 1588320001},
    {"id": 9, "full_name": "Helper", "is_bot": true, "is_active": true, "role": 400, "date_joined": 1588320002}],
  "zerver_userprofile_crossrealm": [{"id": 3, "email": "notification-bot@zulip.com"}],
  "zerver_stream": [{"id": 20, "name": "general", "invite_only": false}, {"id": 21, "name": "board", "invite_only": true}],
  "zerver_recipient": [{"id": 30, "type": 2, "type_id": 20}, {"id": 31, "type": 2, "type_id": 21}, {"id": 32, "type": 1, "type_id": 8}, {"id": 33, "type": 3, "type_id": 5}],
  "zerver_reaction": [{"id": 1, "user_profile": 8, "message": 101, "emoji_name": "tada"}, {"id": 2, "user_profile": 8, "message": 999, "emoji_name": "x"}],
  "zerver_defaultstream": [{"id": 1, "stream": 20}]
}"#;
const FIRST: &str = r#"{"zerver_usermessage": [{"id": 1, "message": 101}], "zerver_message": [
  {"id": 100, "sender": 3, "recipient": 30, "subject": "Cake", "date_sent": 1588320050.0, "content": "moved", "rendered_content": "<p>This topic was moved here by <span class=\"user-mention\">@Ann Lee</span>.</p>"},
  {"id": 101, "sender": 7, "recipient": 30, "subject": "Cake", "date_sent": 1588320060.25, "content": "Who bakes?", "rendered_content": "<p>Who <em>bakes</em>?</p>", "last_edit_time": 1588320090.0},
  {"id": 102, "sender": 8, "recipient": 30, "subject": "cake", "pub_date": 1588320120.0, "content": "> Who bakes?\nI do", "rendered_content": null},
  {"id": 103, "sender": 8, "recipient": 31, "subject": "Cake", "date_sent": 1588320180.0, "content": "in private"},
  {"id": 104, "sender": 7, "recipient": 32, "subject": "", "date_sent": 1588320240.0, "content": "psst"}]}"#;
const SECOND: &str = r#"{"zerver_message": [
  {"id": 105, "sender": 9, "recipient": 33, "subject": "", "date_sent": 1588320300.0, "content": "to you all"},
  {"id": 106, "sender": 3, "recipient": 30, "subject": "Cake", "date_sent": 1588320360.0, "content": "x", "rendered_content": "<p><span class=\"user-mention\">@Ann Lee</span> has marked this topic as resolved.</p>"},
  {"id": 101, "sender": 7, "recipient": 30, "subject": "Cake", "date_sent": 1588320060.0, "content": "again"},
  {"id": 107, "sender": 7, "recipient": 99, "subject": "Cake", "date_sent": 1588320060.0, "content": "nowhere"},
  {"id": 108, "sender": 7, "recipient": 30, "subject": "Cake", "content": "no time"}], "zerver_usermessage": []}"#;

#[test]
fn an_organisation() {
    let files =
        [("export/messages-000001.json", FIRST), ("export/messages-000002.json", SECOND), ("export/realm.json", REALM)];
    let packed: Vec<(&str, char, &[u8])> = files.iter().map(|(name, text)| (*name, '0', text.as_bytes())).collect();
    let archive = Export::new(&[("export.tar.gz", &gzip(&tar(&packed)))]);
    for source in [Export::text(&files).read(""), archive.read("export.tar.gz")] {
        assert_eq!(source.platform, "zulip");
        assert_eq!(
            rows(
                &source.events,
                &["time", "member", "kind", "id", "thread", "parent", "channel", "channel_type", "text"]
            ),
            [
                "2020-05-01 08:00:50 | 7 | moderate | 100 | 20/cake | - | general | public | This topic was moved here by @Ann Lee.",
                "2020-05-01 08:01:00.250 | 7 | post | 101 | 20/cake | - | general | public | Who bakes?",
                "2020-05-01 08:01:00.250 | 8 | reaction | - | 20/cake | 101 | general | public | -",
                "2020-05-01 08:02:00 | 8 | reply | 102 | 20/cake | 101 | general | public | I do",
                "2020-05-01 08:03:00 | 8 | post | 103 | 21/cake | - | board | private | in private",
                "2020-05-01 08:04:00 | 7 | post | 104 | - | - | - | dm | psst",
                "2020-05-01 08:05:00 | 9 | post | 105 | - | - | - | group_dm | to you all",
                "2020-05-01 08:06:00 | 7 | resolve | 106 | 20/cake | 101 | general | public | @Ann Lee has marked this topic as resolved.",
            ]
        );
        let told = rows(&source.events, &["emoji", "edited", "title", "time_quality"]);
        assert_eq!(
            (told[1].as_str(), told[2].as_str()),
            ("- | 2020-05-01 08:01:30 | Cake | -", "tada | - | - | inherited")
        );
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("message to a recipient that realm.json lacks", 1),
                ("message with an id seen before", 1),
                ("reaction to a message that is not in the export", 1),
                ("timestamp cannot be read", 1),
            ]
        );
        assert_eq!(
            rows(source.members.as_ref().expect("users"), &["member", "name", "joined", "deleted", "role"]),
            [
                "7 | Ann Lee | 2020-05-01 08:00:00.500 | false | staff",
                "8 | Bo | 2020-05-01 08:00:01 | true | -",
                "9 | Helper | 2020-05-01 08:00:02 | false | bot",
                "3 | - | - | false | bot",
            ]
        );
    }
}

#[test]
fn faults() {
    let part = Export::text(&[("messages-000001.json", FIRST)]);
    assert_eq!(part.fault("", "{}"), ".: the export has no realm.json; give the folder or archive that holds it");
    let cut = Export::text(&[("realm.json", REALM), ("messages-000001.json", &FIRST[..FIRST.len() - 4])]);
    assert!(
        cut.fault("", "{}").starts_with("messages-000001.json, line 6: the file is cut off ("),
        "{}",
        cut.fault("", "{}")
    );
}
