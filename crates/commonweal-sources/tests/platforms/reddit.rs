//! Reddit: an invented dump.
use crate::support::{Export, pairs, rows, zstd};

const DUMP: &str = r#"{"id":"a1","author":"ann","author_fullname":"t2_7","created_utc":1588320000,"subreddit":"cake","title":"Why &amp; how?","selftext":"See\n> quote\nhere","score":9,"num_comments":2,"edited":1588320060.0,"link_flair_text":"Help"}
{"id":"c1","author":"bo","created_utc":"1588320120","subreddit":"cake","body":"Too hot","link_id":"t3_a1","parent_id":"t3_a1","distinguished":"moderator","edited":false,"score":-3}
{"id":"c2","author":"[deleted]","created_utc":1588320180.5,"subreddit":"cake","body":"[removed]","link_id":"t3_a1","parent_id":"t1_c1"}
{"id":"c3","author":"AutoModerator","created_utc":1588320240,"subreddit":"cake","body":"Rules","link_id":"t3_a1","parent_id":12345}
{"id":"c1","author":"bo","created_utc":1588320120,"subreddit":"cake","body":"Too hot","link_id":"t3_a1","parent_id":"t3_a1"}
{"id":"c4","author":"bo","created_utc":null,"subreddit":"cake","body":"x","link_id":"t3_a1"}
{"id":"c5","author":"bo","created_utc":1e300,"subreddit":"cake","body":"x","link_id":"t3_a1"}
{"author":"bo","created_utc":1588320120,"subreddit":"cake","body":"x"}
"x"
"#;

#[test]
fn submissions_and_comments() {
    let packed = zstd(DUMP.as_bytes());
    let export = Export::new(&[("RC_2020-05.zst", &packed)]);
    for source in [export.read(""), export.read("RC_2020-05.zst")] {
        assert_eq!(source.platform, "reddit");
        assert_eq!(
            rows(
                &source.events,
                &["time", "member", "kind", "id", "thread", "parent", "channel", "text", "title", "tags"]
            ),
            [
                "2020-05-01 08:00:00 | ann | post | t3_a1 | t3_a1 | - | cake | See\nhere | Why & how? | Help",
                "2020-05-01 08:02:00 | bo | reply | t1_c1 | t3_a1 | t3_a1 | cake | Too hot | - | -",
                "2020-05-01 08:03:00.500 | - | reply | t1_c2 | t3_a1 | t1_c1 | cake | - | - | -",
                "2020-05-01 08:04:00 | AutoModerator | reply | t1_c3 | t3_a1 | t3_a1 | cake | Rules | - | -",
            ]
        );
        assert_eq!(rows(&source.events, &["edited"])[..2], ["2020-05-01 08:01:00", "-"]);
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("created_utc cannot be read", 2),
                ("line that is no JSON object", 1),
                ("line without an id", 1),
                ("submission or comment met before", 1),
            ]
        );
        assert_eq!(
            pairs(source.intake.notes()),
            [("text was deleted or removed", 1), ("written by an account that was deleted", 1)]
        );
        assert_eq!(
            rows(source.members.as_ref().expect("people"), &["member", "role", "account_id"]),
            ["ann | - | t2_7", "bo | staff | -", "AutoModerator | bot | -"]
        );
    }
}

#[test]
fn dumps_packed_with_a_wide_window_are_read() {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).expect("memory");
    encoder.window_log(31).expect("a window");
    encoder.long_distance_matching(true).expect("a way");
    std::io::Write::write_all(&mut encoder, DUMP.as_bytes()).expect("memory");
    let packed = encoder.finish().expect("memory");
    assert_eq!(Export::new(&[("RS_2020-05.zst", &packed)]).read("").events.height(), 4);
    let cut = &packed[..packed.len() / 2];
    let fault = Export::new(&[("RS_2020-05.zst", cut)]).fault("RS_2020-05.zst", "{}");
    assert!(fault.starts_with("RS_2020-05.zst"), "{fault}");
}
