//! Telegram: an invented group, as Telegram Desktop exports it.
use crate::support::{Export, pairs, rows, zip};

const GROUP: &str = r#"{
 "name": "Club", "type": "public_supergroup", "id": 4242,
 "messages": [
  {"id": 1, "type": "service", "date": "2023-05-01T10:00:00", "date_unixtime": "1682928000", "actor": "Ann", "actor_id": "user7",
   "action": "create_group", "title": "Club", "members": ["Bo"]},
  {"id": 2, "type": "service", "date": "2023-05-01T10:01:00", "date_unixtime": "1682928060", "actor": "Cy", "actor_id": "user9",
   "action": "join_group_by_link", "inviter": "Ann", "text": "", "text_entities": []},
  {"id": 3, "type": "service", "date": "2023-05-01T10:02:00", "date_unixtime": "1682928120", "actor": "Ann", "actor_id": "user7",
   "action": "invite_members", "members": ["Bo", "Dee", null]},
  {"id": 4, "type": "message", "date": "2023-05-01T10:03:00", "date_unixtime": "1682928180", "edited": "2023-05-01T10:05:00",
   "edited_unixtime": "1682928300", "from": "Ann", "from_id": "user7",
   "text": ["Who knows ", {"type": "mention", "text": "@bo"}, "?\n", {"type": "pre", "text": "code", "language": ""}, " See ", {"type": "link", "text": "https://x.org"}],
   "reactions": [{"type": "emoji", "count": 3, "emoji": "👍", "recent": [{"from": "Bo", "from_id": "user8", "date": "2023-05-01T10:06:00"}]}]},
  {"id": 5, "type": "message", "date": "2023-05-01T10:04:00", "date_unixtime": "1682928240", "from": "Bo", "from_id": "user8",
   "reply_to_message_id": 4, "text": "I\x1F do"},
  {"id": 6, "type": "message", "date": "2023-05-01T10:05:00", "date_unixtime": "1682928300", "from": null, "from_id": "user10",
   "forwarded_from": "News", "text": "their words"},
  {"id": 7, "type": "message", "date": "2023-05-01T10:06:00", "date_unixtime": "1682928360", "from": "Club News", "from_id": "channel5",
   "forwarded_from": "Club News", "text": "our channel's post"},
  {"id": 8, "type": "message", "date": "2023-05-01T10:07:00", "date_unixtime": "1682928420", "from": "Poll Bot", "from_id": "user11", "text": "vote"},
  {"id": 9, "type": "service", "date": "2023-05-01T10:08:00", "date_unixtime": "1682928480", "actor": "Ann", "actor_id": "user7",
   "action": "topic_created", "title": "Help"},
  {"id": 10, "type": "message", "date": "2023-05-01T10:09:00", "date_unixtime": "1682928540", "from": "Bo", "from_id": "user8",
   "reply_to_message_id": 9, "text": "in the topic"},
  {"id": 11, "type": "message", "date": "2023-05-01T10:10:00", "date_unixtime": "1682928600", "from": "Bo", "from_id": "user8",
   "reply_to_message_id": 77, "reply_to_peer_id": "channel99", "text": "to another chat"},
  {"id": 12, "type": "unsupported"},
  {"id": 5, "type": "message", "date_unixtime": "1682928240", "from_id": "user8", "text": "again"},
  {"id": 13, "type": "message", "date": "soon", "from_id": "user8", "text": "x"},
  {"type": "message", "date_unixtime": "1682928240", "from_id": "user8", "text": "x"},
  {"id": 14, "type": "service", "date_unixtime": "1682928660", "actor": "Bo", "actor_id": "user8", "action": "remove_members", "members": ["Bo"]},
  {"id": 15, "type": "service", "date_unixtime": "1682928720", "actor": "Ann", "actor_id": "user7", "action": "remove_members", "members": []},
  {"id": 16, "type": "message", "date_unixtime": "1682928780", "from_id": null, "text": 5}
 ]}"#;

const COLUMNS: [&str; 7] = ["time", "member", "kind", "id", "parent", "text", "action"];

#[test]
fn a_group() {
    let export = Export::new(&[
        ("ChatExport/result.json", GROUP.as_bytes()),
        ("x.zip", &zip(&[("ChatExport/result.json", GROUP.as_bytes())])),
    ]);
    for source in [export.read("ChatExport"), export.read("x.zip")] {
        assert_eq!(source.platform, "telegram");
        assert_eq!(
            rows(&source.events, &COLUMNS),
            [
                "2023-05-01 08:00:00 | user7 | moderate | 4242/1 | - | - | create_group",
                "2023-05-01 08:01:00 | user9 | join | 4242/2 | - | - | join_group_by_link",
                "2023-05-01 08:03:00 | user7 | post | 4242/4 | - | Who knows @bo?\n See https://x.org | -",
                "2023-05-01 08:03:00 | user8 | reaction | - | 4242/4 | - | -",
                "2023-05-01 08:03:00 | - | reaction | - | 4242/4 | - | -",
                "2023-05-01 08:03:00 | - | reaction | - | 4242/4 | - | -",
                "2023-05-01 08:04:00 | user8 | reply | 4242/5 | 4242/4 | I\u{1F} do | -",
                "2023-05-01 08:05:00 | user10 | share | 4242/6 | - | - | -",
                "2023-05-01 08:06:00 | channel5 | post | 4242/7 | - | our channel's post | -",
                "2023-05-01 08:07:00 | user11 | post | 4242/8 | - | vote | -",
                "2023-05-01 08:08:00 | user7 | moderate | 4242/9 | - | - | topic_created",
                "2023-05-01 08:09:00 | user8 | post | 4242/10 | - | in the topic | -",
                "2023-05-01 08:10:00 | user8 | reply | 4242/11 | 99/77 | to another chat | -",
                "2023-05-01 08:13:00 | - | post | 4242/16 | - | - | -",
                "2023-05-01 08:02:00 | user8 | join | 4242/3 | - | - | invite_members",
                "2023-05-01 08:02:00 | Dee | join | - | - | - | invite_members",
                "2023-05-01 08:02:00 | - | join | - | - | - | invite_members",
                "2023-05-01 08:11:00 | user8 | leave | 4242/14 | - | - | remove_members",
            ]
        );
        let told = rows(&source.events, &["channel", "channel_type", "edited", "emoji", "time_quality"]);
        assert_eq!(told[2], "Club | public | 2023-05-01 08:05:00 | - | second");
        assert_eq!(told[3], "Club | public | - | 👍 | inherited");
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("date cannot be read", 1),
                ("message that Telegram could not export (unsupported)", 1),
                ("message with an id seen before", 1),
                ("message without id", 1),
                ("service message about members that names none", 1),
            ]
        );
        assert_eq!(pairs(source.intake.notes()), [("message by nobody known", 2)]);
        assert_eq!(
            rows(source.members.as_ref().expect("members"), &["member", "name", "role"]),
            [
                "user7 | Ann | -",
                "user9 | Cy | -",
                "user8 | Bo | -",
                "user10 | - | -",
                "channel5 | Club News | -",
                "user11 | Poll Bot | bot",
                "Dee | Dee | -",
            ]
        );
    }
}

#[test]
fn everything_of_an_account() {
    let chat = |name: &str, kind: &str, id: u32, rest: &str| {
        format!(
            r#"{{"name": "{name}", "type": "{kind}", "id": {id}, "messages": [{{"id": 1, "type": "message", "date": "2019-07-01T12:00:00",
            "from": "Ann", "from_id": 7, "text": "hello"}}{rest}]}}"#
        )
    };
    let leave = r#", {"id": 2, "type": "service", "date": "2019-07-02T12:00:00", "actor": "Ann", "actor_id": 7, "action": "remove_members", "members": ["Ann"]}"#;
    let text = format!(
        r#"{{"about": "Here is the data you requested. Telegram.", "personal_information": {{"user_id": 7}}, "chats": {{"about": "x", "list": [{}, {}]}},
            "left_chats": {{"list": [{}]}}}}"#,
        chat("One", "private_group", 1, leave),
        chat("Two", "personal_chat", 2, ""),
        chat("Three", "private_channel", 3, "")
    );
    let export = Export::text(&[("result.json", &text)]);
    let source = export.read("");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "channel", "channel_type"]),
        [
            "2019-07-01 12:00:00 | user7 | post | 1/1 | One | private",
            "2019-07-01 12:00:00 | user7 | post | 2/1 | Two | dm",
            "2019-07-01 12:00:00 | user7 | post | 3/1 | Three | private",
            "2019-07-02 12:00:00 | user7 | moderate | 1/2 | One | private",
        ]
    );
    assert_eq!(source.intake.notes()["date without a zone: taken as UTC (the option `time_zone` names another)"], 4);
    let source = export.read_with("", r#"{"time_zone": "Europe/Berlin"}"#);
    assert_eq!(rows(&source.events, &["time"])[0], "2019-07-01 10:00:00");
}

#[test]
fn faults() {
    let cut = Export::text(&[("result.json", &GROUP[..GROUP.len() - 20])]);
    assert_eq!(
        cut.fault("result.json", "{}"),
        "result.json, line 33: the file is cut off (JSON that does not close); fetch or export it again"
    );
    let bomb = [&GROUP.as_bytes()[..600], &vec![b' '; 64 << 20]].concat();
    let packed = Export::new(&[("x.zip", &zip(&[("result.json", &bomb)]))]);
    assert!(packed.fault("x.zip", "{}").starts_with("x.zip/result.json: unpacks to more than "));
}
