//! Mattermost: an invented bulk export.
use crate::support::{Export, pairs, rows, zip};

const EXPORT: &str = r#"{"type":"version","version":1,"info":{"generator":"mattermost-server"}}
{"type":"team","team":{"name":"club","display_name":"Club","type":"O"}}
{"type":"channel","channel":{"team":"club","name":"town-square","type":"O"}}
{"type":"channel","channel":{"team":"club","name":"board","type":"P"}}
{"type":"user","user":{"username":"ann","email":"ann@example.org","nickname":"","first_name":"Ann","last_name":"Lee","roles":"system_user system_admin","delete_at":0}}
{"type":"user","user":{"username":"bo","nickname":"Bo","first_name":"","last_name":"","roles":"system_user","delete_at":1590969600000}}
{"type":"bot","bot":{"username":"reminder","display_name":"Reminder","owner":"ann"}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"ann","type":"","message":"Who knows?\n> a quote","props":{},"create_at":1588320060123,"edit_at":1588320090000,"reactions":[{"user":"bo","create_at":1588320100000,"emoji_name":"eyes"},{"user":"cy","create_at":0,"emoji_name":"+1"}],"replies":[{"user":"bo","type":"","message":"I do","create_at":1588320120000,"reactions":[{"user":"ann","create_at":1588320130000,"emoji_name":"tada"}]},{"user":"bo","message":"late","create_at":null}]}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"bo","type":"system_join_channel","message":"bo joined","create_at":1588320000000}}
{"type":"post","post":{"team":"club","channel":"board","user":"ann","type":"system_add_to_channel","message":"added","props":{"addedUsername":"bo"},"create_at":1588320001000}}
{"type":"post","post":{"team":"club","channel":"board","user":"bo","type":"system_leave_channel","message":"left","create_at":1588420001000}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"ann","type":"system_remove_from_channel","message":"removed","props":{"removedUsername":"bo"},"create_at":1588520001000}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"ann","type":"system_header_change","message":"new header","create_at":1588320002000}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"ann","message":"build is red","props":{"from_webhook":"true","override_username":"ci"},"create_at":1588320003000}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"reminder","message":"stand up","props":{"from_bot":"true"},"create_at":1588320004000}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"reminder","message":"stand up","create_at":1588320004000}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"","message":"by nobody","create_at":1588320005000}}
{"type":"direct_post","direct_post":{"channel_members":["ann","bo"],"user":"ann","message":"psst","create_at":1588320006000}}
{"type":"post","post":{"team":"club","channel":"town-square","user":"bo","message":"no time","replies":[{"user":"ann","message":"to it","create_at":1588320120000}]}}
{"type":"post"}
no json
{"type":"emoji","emoji":{"name":"x"}}
"#;

#[test]
fn a_bulk_export() {
    let packed = zip(&[("import.jsonl", EXPORT.as_bytes()), ("data/x.png", b"\x89PNG")]);
    let export = Export::new(&[("export.zip", &packed), ("alone/import.jsonl", EXPORT.as_bytes())]);
    for source in [export.read("export.zip"), export.read("alone"), export.read("alone/import.jsonl")] {
        assert_eq!(source.platform, "mattermost");
        let columns = ["time", "member", "kind", "channel", "channel_type", "text", "action", "emoji", "time_quality"];
        assert_eq!(
            rows(&source.events, &columns),
            [
                "2020-05-01 08:01:00.123 | ann | post | town-square | public | Who knows? | - | - | -",
                "2020-05-01 08:01:40 | bo | reaction | town-square | public | - | - | eyes | -",
                "2020-05-01 08:01:00.123 | cy | reaction | town-square | public | - | - | +1 | inherited",
                "2020-05-01 08:02:00 | bo | reply | town-square | public | I do | - | - | -",
                "2020-05-01 08:02:10 | ann | reaction | town-square | public | - | - | tada | -",
                "2020-05-01 08:00:00 | bo | join | town-square | public | bo joined | system_join_channel | - | -",
                "2020-05-01 08:00:01 | bo | join | board | private | added | system_add_to_channel | - | -",
                "2020-05-01 08:00:02 | ann | moderate | town-square | public | new header | system_header_change | - | -",
                "2020-05-01 08:00:03 | @ci | post | town-square | public | build is red | - | - | -",
                "2020-05-01 08:00:04 | reminder | post | town-square | public | stand up | - | - | -",
                "2020-05-01 08:00:05 | - | post | town-square | public | by nobody | - | - | -",
                "2020-05-01 08:00:06 | ann | post | direct-db5a5687204edb73 | dm | psst | - | - | -",
                "2020-05-02 11:46:41 | bo | moderate | board | private | - | system_leave_channel | - | -",
                "2020-05-03 15:33:21 | bo | leave | town-square | public | - | system_leave_channel | - | -",
            ]
        );
        let told = rows(&source.events, &["id", "thread", "parent", "edited"]);
        let id = told[0].split(" | ").next().expect("an id").to_owned();
        assert_eq!(told[0], format!("{id} | - | - | 2020-05-01 08:01:30"));
        assert_eq!(told[1], format!("- | - | {id} | -"));
        assert!(told[3].ends_with(&format!(" | {id} | {id} | -")), "{}", told[3]);
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("create_at cannot be read", 2),
                ("line of a post without the post", 1),
                ("line that is no JSON object", 1),
                ("post met twice: of the same author, time and text", 1),
                ("reply to a post that is refused", 1),
            ]
        );
        assert_eq!(pairs(source.intake.notes()), [("message by nobody known", 1)]);
        assert_eq!(
            rows(source.members.as_ref().expect("users"), &["member", "name", "left", "role"]),
            [
                "ann | Ann Lee | - | staff",
                "bo | Bo | 2020-06-01 00:00:00 | -",
                "reminder | Reminder | - | bot",
                "cy | - | - | -",
                "@ci | - | - | bot",
            ]
        );
    }
}

#[test]
fn parts_and_faults() {
    // Two teams, whose channels may have one name.
    let teams =
        EXPORT.replace("{\"type\":\"user\"", "{\"type\":\"team\",\"team\":{\"name\":\"other\"}}\n{\"type\":\"user\"");
    let source = Export::text(&[("import.jsonl", &teams)]).read("");
    assert_eq!(rows(&source.events, &["channel"])[0], "club/town-square");
    // A part without its first lines; and a table, for who says so.
    let part: String = EXPORT.lines().skip(7).take(1).map(|line| format!("{line}\n")).collect();
    assert_eq!(Export::text(&[("import.jsonl", &part)]).read("").events.height(), 5);
    let rows = r#"{"type":"post","post":{"x":1},"time":1588320060,"member":"ann"}"#;
    let mapping = r#"{"format": "ndjson", "mapping": {"kind": "type"}}"#;
    assert_eq!(Export::text(&[("x.ndjson", rows)]).read_with("x.ndjson", mapping).platform, "table");
    let cut = Export::text(&[("import.jsonl", &EXPORT[..EXPORT.len() - 20])]);
    assert_eq!(
        cut.fault("import.jsonl", "{}"),
        "import.jsonl, line 22: the file is cut off (JSON that does not close); fetch or export it again"
    );
    let line =
        format!("{{\"type\":\"version\",\"version\":1}}\n{{\"type\":\"post\",\"x\":\"{}\"}}\n", "x".repeat(64 << 20));
    let packed = Export::new(&[("x.zip", &zip(&[("import.jsonl", line.as_bytes())]))]);
    assert!(packed.fault("x.zip", "{}").starts_with("x.zip/import.jsonl: unpacks to more than "));
}
