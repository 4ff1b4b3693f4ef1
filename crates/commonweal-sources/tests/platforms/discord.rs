//! Discord: an invented server, in the three forms of DiscordChatExporter.
use crate::support::{Export, pairs, rows, zip};

const CHANNEL: &str = r#"{"guild": {"id": "1", "name": "Club"},
  "channel": {"id": "500", "type": "GuildTextChat", "categoryId": "400", "category": "Lobby", "name": "general", "topic": "x"},
  "dateRange": {"after": null, "before": null}, "exportedAt": "2023-05-02T00:00:00+02:00",
  "messages": [
    {"id": "1102000000000000001", "type": "GuildMemberJoin", "timestamp": "2023-05-01T10:00:00.123+02:00", "content": "Joined the server.",
     "author": {"id": "7", "name": "ann", "discriminator": "0000", "nickname": "Ann Lee", "isBot": false, "roles": []}},
    {"id": "1102000000000000002", "type": "Default", "timestamp": "2023-05-01T10:01:00+02:00", "timestampEdited": "2023-05-01T10:05:00+02:00",
     "content": "Who knows <@8>?\n```x```", "author": {"id": "7", "name": "ann", "nickname": "Ann Lee", "isBot": false},
     "mentions": [{"id": "8", "name": "bo", "discriminator": "1234", "nickname": "Bo", "isBot": false}],
     "reactions": [{"emoji": {"id": "", "name": "👍", "code": "thumbsup"}, "count": 2,
                    "users": [{"id": "8", "name": "bo", "nickname": "Bo", "isBot": false}]}]},
    {"id": "1102000000000000003", "type": "Reply", "timestamp": "2023-05-01T10:02:00+02:00", "content": "I do",
     "author": {"id": "8", "name": "bo", "discriminator": "1234", "nickname": "Bo", "isBot": false},
     "reference": {"messageId": "1102000000000000002", "channelId": "500", "guildId": "1"}},
    {"id": "1102000000000000004", "type": "Reply", "timestamp": "2023-05-01T10:03:00+02:00", "content": "and so do I",
     "author": {"id": "456226577798135808", "name": "Deleted User", "discriminator": "0000"}, "reference": null},
    {"id": "1102000000000000005", "type": "Default", "timestamp": "2023-05-01T10:04:00+02:00", "content": "news from elsewhere",
     "author": {"id": "9", "name": "herald", "isBot": true}, "reference": {"messageId": "3", "channelId": "999", "guildId": "2"}},
    {"id": "1102000000000000006", "type": "Default", "timestamp": "2023-05-01T10:05:00+02:00", "content": "",
     "author": {"id": "8", "name": "bo"}, "reference": {"type": "Forward", "messageId": "4", "channelId": "998"},
     "forwardedMessage": {"timestamp": "2023-04-01T10:05:00+02:00", "content": "old words"}},
    {"id": "1102000000000000007", "type": "ChannelPinnedMessage", "timestamp": "2023-05-01T10:06:00+02:00", "content": "Pinned a message.",
     "author": {"id": "7", "name": "ann"}, "reference": {"messageId": "1102000000000000002", "channelId": "500"}},
    {"id": "1102000000000000003", "type": "Reply", "timestamp": "2023-05-01T10:02:00+02:00", "content": "I do"},
    {"id": "1102000000000000008", "type": "Default", "timestamp": "soon", "content": "by its id", "author": {"id": "7"}},
    {"type": "Default", "timestamp": "2023-05-01T10:02:00+02:00", "content": "no id"},
    {"id": "x", "type": "Default", "timestamp": "soon", "content": "no time"}
  ], "messageCount": 10}"#;

/// A thread that a message of the channel opened, and one of a forum.
const THREAD: &str = r#"{"guild": {"id": "1"}, "channel": {"id": "1102000000000000002", "type": "GuildPublicThread", "category": "general", "name": "Who"},
  "messages": [
    {"id": "1102000000000000010", "type": "ThreadStarterMessage", "timestamp": "2023-05-01T10:07:00+02:00", "content": "",
     "author": {"id": "7"}, "reference": {"messageId": "1102000000000000002", "channelId": "500"}},
    {"id": "1102000000000000011", "type": "Default", "timestamp": "2023-05-01T10:08:00+02:00", "content": "more here", "author": {"id": "8"}}]}"#;
const FORUM: &str = r#"{"guild": {"id": "1"}, "channel": {"id": "1102000000000000020", "type": "11", "category": "questions", "name": "How?"},
  "messages": [
    {"id": "1102000000000000020", "type": "Default", "timestamp": "2023-05-01T10:07:00+02:00", "content": "How is it done?", "author": {"id": "7"}},
    {"id": "1102000000000000021", "type": "Default", "timestamp": "2023-05-01T10:08:00+02:00", "content": "Thus.", "author": {"id": "8"}},
    {"id": "1102000000000000022", "type": "Reply", "timestamp": "2023-05-01T10:09:00+02:00", "content": "Thanks", "author": {"id": "7"},
     "reference": {"messageId": "1102000000000000021", "channelId": "1102000000000000020"}}]}"#;

const COLUMNS: [&str; 8] = ["time", "member", "kind", "id", "thread", "parent", "channel", "text"];

#[test]
fn json() {
    let files = [
        ("Club - Lobby - general [500].json", CHANNEL),
        ("thread.json", THREAD),
        ("z forum.json", FORUM),
        ("notes.json", "{\"a\": 1}"),
    ];
    let bytes: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let export = Export::new(&[("all.zip", &zip(&bytes))]);
    for source in [Export::text(&files).read(""), export.read("all.zip")] {
        assert_eq!(
            rows(&source.events, &COLUMNS),
            [
                "2023-05-01 08:00:00.123 | 7 | join | 1102000000000000001 | - | - | general | Joined the server.",
                "2023-05-01 08:01:00 | 7 | post | 1102000000000000002 | - | - | general | Who knows @Bo?",
                "2023-05-01 08:01:00 | 8 | reaction | - | - | 1102000000000000002 | general | -",
                "2023-05-01 08:01:00 | - | reaction | - | - | 1102000000000000002 | general | -",
                "2023-05-01 08:02:00 | 8 | reply | 1102000000000000003 | - | 1102000000000000002 | general | I do",
                "2023-05-01 08:03:00 | - | reply | 1102000000000000004 | - | - | general | and so do I",
                "2023-05-01 08:04:00 | 9 | post | 1102000000000000005 | - | - | general | news from elsewhere",
                "2023-05-01 08:05:00 | 8 | share | 1102000000000000006 | - | 4 | general | -",
                "2023-05-01 08:06:00 | 7 | moderate | 1102000000000000007 | - | - | general | Pinned a message.",
                "2023-04-29 22:34:34.169 | 7 | post | 1102000000000000008 | - | - | general | by its id",
                "2023-05-01 08:08:00 | 8 | reply | 1102000000000000011 | 1102000000000000002 | 1102000000000000002 | general | more here",
                "2023-05-01 08:07:00 | 7 | post | 1102000000000000020 | 1102000000000000020 | - | questions | How is it done?",
                "2023-05-01 08:08:00 | 8 | reply | 1102000000000000021 | 1102000000000000020 | 1102000000000000020 | questions | Thus.",
                "2023-05-01 08:09:00 | 7 | reply | 1102000000000000022 | 1102000000000000020 | 1102000000000000021 | questions | Thanks",
            ]
        );
        assert_eq!(
            rows(&source.events, &["action", "emoji", "edited", "title", "time_quality"])[1],
            "- | - | 2023-05-01 08:05:00 | - | -"
        );
        assert_eq!(rows(&source.events, &["emoji", "time_quality"])[2], "👍 | inherited");
        assert_eq!(rows(&source.events, &["action"])[8], "ChannelPinnedMessage");
        assert_eq!(rows(&source.events, &["title"])[11], "How?");
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("message with an id seen before", 1),
                ("message without id", 1),
                ("start of a thread: its message stands in the channel", 1),
                ("time cannot be read", 1),
            ]
        );
        assert_eq!(
            pairs(source.intake.notes()),
            [
                ("file skipped: it is no export of a channel", 1),
                ("message by a deleted user, or by nobody known", 1),
                ("reply to a message that is not told", 1),
            ]
        );
        assert_eq!(
            rows(source.members.as_ref().expect("authors"), &["member", "name", "username", "role"]),
            ["7 | Ann Lee | ann | -", "8 | Bo | bo | -", "9 | herald | herald | bot"]
        );
    }
}

const CSV: &str = "AuthorID;Author;Date;Content;Attachments;Reactions;\n\
    \"7\";\"Ann#0001\";\"05-Jun-18 07:13 AM\";\"Joined the server.\";\"\";\"\";\n\
    \"7\";\"Ann#0001\";\"05-Jun-18 07:14 AM\";\"Hello;\n\n\"\"all\"\"\";\"\";\"🙏 (2),Komodo (1)\";\n\
    \"456226577798135808\";\"Deleted User#0000\";\"05-Jun-18 07:14 PM\";\"bye\";\"\";\"\";\n\
    \"8\";\"Bo#0002\";\"05-Jun-18 07:15 PM\";\"lol\";\"\";\"\";\n\
    \"8\";\"Bo#0002\";\"05-Jun-18 07:15 PM\";\"lol\";\"\";\"\";\n\
    \"8\";\"Bo#0002\";\"05/06/2018 07:15\";\"when?\";\"\";\"\";\n";

#[test]
fn csv() {
    let export = Export::text(&[("lobby/1.csv", CSV), ("lobby/2.csv", &CSV[..52])]);
    let source = export.read("");
    let mut found = rows(&source.events, &["time", "member", "kind", "channel", "text", "emoji", "time_quality"]);
    assert_eq!(
        found,
        [
            "2018-06-05 07:13:00 | 7 | join | lobby | Joined the server. | - | -",
            "2018-06-05 07:14:00 | 7 | post | lobby | Hello;\n\n\"all\" | - | -",
            "2018-06-05 07:14:00 | - | reaction | lobby | - | 🙏 | inherited",
            "2018-06-05 07:14:00 | - | reaction | lobby | - | 🙏 | inherited",
            "2018-06-05 07:14:00 | - | reaction | lobby | - | Komodo | inherited",
            "2018-06-05 19:14:00 | - | post | lobby | bye | - | -",
            "2018-06-05 19:15:00 | 8 | post | lobby | lol | - | -",
            "2018-06-05 19:15:00 | 8 | post | lobby | lol | - | -",
        ]
    );
    let ids = rows(&source.events, &["id"]);
    assert_eq!(ids[7], format!("{}-2", ids[6]));
    let ambiguous = "Date whose day and month cannot be told apart: export with ISO 8601 dates";
    assert_eq!(pairs(source.intake.refused()), [(ambiguous, 1)]);
    let zone = "date without a zone: taken as UTC (the option `time_zone` names another)";
    assert_eq!(source.intake.notes()[zone], 5);
    found = rows(&export.read_with("lobby", r#"{"time_zone": "Europe/Berlin"}"#).events, &["time", "channel"]);
    assert_eq!(found[0], "2018-06-05 05:13:00 | lobby");
    let new =
        "AuthorID,Author,Date,Content,Attachments,Reactions\n7,ann,2023-05-01T10:00:00.0000000+02:00,\"a, b\",,\n";
    let source = Export::text(&[("Club - Lobby - general [500] [part 2].csv", new)]).read("");
    assert_eq!(rows(&source.events, &["time", "channel", "text"]), ["2023-05-01 08:00:00 | general | a, b"]);
    // Who says so gets a table.
    let mapping = r#"{"format": "csv", "mapping": {"kind_default": "post", "time": "Date", "member": "AuthorID"}}"#;
    assert_eq!(Export::text(&[("x.csv", new)]).read_with("x.csv", mapping).platform, "table");
}

const OLD_PAGE: &str = r##"<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8" /><style>.chatlog__message { a > b }</style></head><body>
<div class="info"><div class="info__metadata"><div class="info__guild-name">Club</div><div class="info__channel-name">general</div></div></div>
<div class="chatlog">
  <div class="chatlog__message-group">
    <div class="chatlog__messages">
      <span class="chatlog__author-name" title="Ann#0001" data-user-id="7">Ann &amp; Co</span>
      <span class="chatlog__timestamp">01-May-23 10:00 AM</span>
      <div class="chatlog__message " data-message-id="1102000000000000001" id="message-1"><div class="chatlog__content">
        <span class="markdown">Joined the server.</span>
      </div></div>
      <div class="chatlog__message " data-message-id="1102000000000000002" id="message-2">
        <div class="chatlog__content"><span class="markdown">Who knows?<div class="quote">them</div>
really <img class="emoji" alt=":kmd:" src="x.png" /></span> <span class="chatlog__edited-timestamp" title="x">(edited)</span></div>
        <div class="chatlog__embed"><span class="markdown">not mine</span></div>
        <div class="chatlog__reactions"><div class="chatlog__reaction"><img class="emoji emoji--small" alt="👍" title="👍" src="x" />
          <span class="chatlog__reaction-count">2</span></div></div>
      </div>
    </div>
  </div>
  <div class="chatlog__message-group">
    <span class="chatlog__author-name" title="helper#0000" data-user-id="9">helper</span><span class="chatlog__bot-tag">BOT</span>
    <div class="chatlog__message " data-message-id="1102000000000000003"></div>
  </div>
</div></body></html>"##;

const NEW_PAGE: &str = r##"<!DOCTYPE html><html lang=en><head><title>Club - general</title><script>function scrollToMessage(event,id){if(a<b){c}}</script></head><body>
<div class=preamble><div class=preamble__entries-container><div class=preamble__entry>Club</div><div class=preamble__entry>Lobby / general</div></div></div>
<div class=chatlog><div class=chatlog__message-group>
<div id=c-1 class="chatlog__message-container " data-message-id=1102000000000000001><div class=chatlog__message>
<span class=chatlog__system-notification-author title=ann data-user-id=7>Ann</span><span> </span>
<span class=chatlog__system-notification-content><span>joined the server.</span></span></div></div></div>
<div class=chatlog__message-group><div id=c-2 class=chatlog__message-container data-message-id=1102000000000000002><div class=chatlog__message>
<div class=chatlog__header><span class=chatlog__author title=ann data-user-id=7>Ann</span></div>
<div class="chatlog__content chatlog__markdown"><span class=chatlog__markdown-preserve>Who knows?</span></div></div></div>
<div id=c-3 class=chatlog__message-container data-message-id=1102000000000000003><div class=chatlog__message>
<div class="chatlog__content chatlog__markdown"><span class=chatlog__markdown-preserve>Nobody?</span></div></div></div></div>
<div class=chatlog__message-group><div id=c-4 class=chatlog__message-container data-message-id=1102000000000000004><div class=chatlog__message>
<div class=chatlog__reply><div class=chatlog__reply-author title=ann>Ann</div><div class=chatlog__reply-content>
<span class=chatlog__reply-link onclick="scrollToMessage(event, '1102000000000000002')">Who knows?</span></div></div>
<div class=chatlog__header><span class=chatlog__author title=bo data-user-id=8>Bo</span></div>
<div class="chatlog__content chatlog__markdown"><span class=chatlog__markdown-preserve>I do</span></div></div></div></div>
<div class=chatlog__message-group><div id=c-5 class=chatlog__message-container data-message-id=1102000000000000005><div class=chatlog__message>
<span class=chatlog__system-notification-author title=bo data-user-id=8>Bo</span>
<span class=chatlog__system-notification-content><span>pinned </span><a>a message</a><span> to this channel.</span></span></div></div></div>
</div></body></html>"##;

#[test]
fn html() {
    let source = Export::text(&[("1.html", OLD_PAGE)]).read("");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "parent", "channel", "text", "emoji"]),
        [
            "2023-04-29 22:34:34.169 | 7 | join | 1102000000000000001 | - | general | Joined the server. | -",
            "2023-04-29 22:34:34.169 | 7 | post | 1102000000000000002 | - | general | Who knows?\nreally :kmd: | -",
            "2023-04-29 22:34:34.169 | - | reaction | - | 1102000000000000002 | general | - | 👍",
            "2023-04-29 22:34:34.169 | - | reaction | - | 1102000000000000002 | general | - | 👍",
            "2023-04-29 22:34:34.169 | 9 | post | 1102000000000000003 | - | general | - | -",
        ]
    );
    assert_eq!(
        rows(source.members.as_ref().expect("authors"), &["member", "name", "username", "role"]),
        ["7 | Ann & Co | Ann#0001 | -", "9 | helper | helper | bot"]
    );
    let source = Export::text(&[("new.html", NEW_PAGE)]).read("new.html");
    assert_eq!(
        rows(&source.events, &["member", "kind", "id", "parent", "channel", "text", "action"]),
        [
            "7 | join | 1102000000000000001 | - | general | joined the server. | -",
            "7 | post | 1102000000000000002 | - | general | Who knows? | -",
            "7 | post | 1102000000000000003 | - | general | Nobody? | -",
            "8 | reply | 1102000000000000004 | 1102000000000000002 | general | I do | -",
            "8 | moderate | 1102000000000000005 | - | general | pinned a message to this channel. | ChannelPinnedMessage",
        ]
    );
}

#[test]
fn faults() {
    let both = Export::text(&[("a/1.csv", CSV), ("b/1.html", OLD_PAGE)]);
    assert_eq!(
        both.fault("", "{}"),
        ".: holds several exports of one format (discord Csv: a/1.csv, discord Html: b/1.html); give the files of one of them: its file, \
         its folder, or a pattern such as \"export/*.json\""
    );
    let cut = |name: &str, text: &str| Export::text(&[(name, text)]).fault(name, "{}");
    assert_eq!(
        cut("1.html", &OLD_PAGE[..OLD_PAGE.len() - 60]),
        "1.html: the file is cut off (HTML whose last element is not closed); fetch or export it again"
    );
    assert_eq!(
        cut("1.csv", &CSV[..150]),
        "1.csv, line 3: the file is cut off (the last row lacks fields); fetch or export it again"
    );
    assert!(cut("1.json", &CHANNEL[..CHANNEL.len() - 30]).contains("the file is cut off (JSON that does not close)"));
    let bomb = [&CHANNEL.as_bytes()[..300], &vec![b' '; 64 << 20]].concat();
    let packed = Export::new(&[("x.zip", &zip(&[("general.json", &bomb)]))]);
    assert!(packed.fault("x.zip", "{}").starts_with("x.zip/general.json: unpacks to more than "));
}
