//! Broken input of every kind: an error or an account that adds up, never a panic.
#![allow(missing_docs)]
mod support;

use commonweal_sources::{ReadOptions, read};
use polars::prelude::*;
use support::samples::{DISCORD_CSV, DISCORD_HTML, JUNE, POSTS, TOPIC};
use support::{Export, gzip, tar, zip, zstd};

/// A small generator: the tests must break the same way everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// The content with some bytes changed, dropped or doubled, or its end cut off.
    fn spoil(&mut self, content: &[u8]) -> Vec<u8> {
        let mut spoilt = content.to_vec();
        for _ in 0..=self.roll(8) {
            let at = self.roll(spoilt.len().max(1)).min(spoilt.len().saturating_sub(1));
            match self.roll(6) {
                0 if !spoilt.is_empty() => spoilt[at] = self.roll(256) as u8,
                1 if !spoilt.is_empty() => spoilt[at] = b"<>\"'&{}[],:\n\0\xFF"[self.roll(14)],
                2 if !spoilt.is_empty() => drop(spoilt.remove(at)),
                3 => spoilt.truncate(at),
                4 => spoilt.extend_from_within(at..),
                _ => spoilt.extend_from_slice("\u{1F600}\r\n".as_bytes()),
            }
        }
        spoilt
    }
}

#[test]
fn spoilt_exports_never_panic() {
    let message = r#"[{"content": "<p>a</p>", "id": 1, "sender_full_name": "Ann", "timestamp": 1600000000}]"#;
    let table = "time,member,kind,id\n2021-07-01T12:00:00Z,a,post,1\n2021-07-01T12:00:00Z,\"b\",reply,2\n";
    let rows =
        "{\"time\": 1700000000, \"member\": \"a\", \"kind\": \"post\"}\n{\"time\": 1700000000, \"kind\": \"post\"}\n";
    let slack = r#"[{"type": "message", "ts": "1588320000.000100", "user": "U1", "text": "<@U1> a", "reactions": [{"name": "x", "count": 2, "users": ["U2"]}]}]"#;
    let tweets = r#"window.YTD.tweets.part0 = [{"tweet": {"id_str": "1262000000000000001", "created_at": "Sun May 17 12:00:00 +0000 2020", "full_text": "a"}}]"#;
    let faces = r#"{"comments_v2": [{"timestamp": 1588320060, "data": [{"comment": {"comment": "Yes", "author": "Ann"}}], "title": "x"}]}"#;
    let shares =
        "Date,ShareLink,ShareCommentary\n2020-05-01 10:00:00,urn:li:share:1,a\n2020-05-01 10:00:01,urn:li:share:2,b\n";
    let yammer = "id,replied_to_id,thread_id,sender_id,body,created_at\n1,,1,5,a,2020-05-01T10:00:00Z\n2,1,1,6,b,2020-05-01T11:00:00Z\n";
    let hub = r#"{"repo": "a/b", "issues": [{"number": 1, "author": "a", "authorAssociation": "NONE", "createdAt": "2020-05-01T10:00:00Z", "closedAt": null, "comments": [{"author": "b", "body": "x", "createdAt": "2020-05-01T11:00:00Z"}]}]}"#;
    let hour = "{\"id\":\"1\",\"type\":\"IssuesEvent\",\"actor\":{\"login\":\"a\"},\"repo\":{\"name\":\"a/b\"},\"payload\":{\"action\":\"opened\",\"issue\":{\"number\":1}},\"created_at\":\"2020-05-01T10:00:00Z\"}\n";
    let wiki = "<mediawiki><page><title>T</title><ns>1</ns><revision><id>1</id><timestamp>2020-05-01T10:00:00Z</timestamp><contributor><username>A</username></contributor><text>== x ==\nHi [[User:A]] 10:00, 1 May 2020 (UTC)\n:No [[User:B]] 10:01, 1 May 2020 (UTC)</text></revision></page></mediawiki>";
    let reddit = "{\"id\":\"a\",\"author\":\"b\",\"created_utc\":1588320000,\"subreddit\":\"c\",\"title\":\"t\",\"selftext\":\"x\"}\n{\"id\":\"d\",\"author\":\"e\",\"created_utc\":1588320001,\"subreddit\":\"c\",\"body\":\"x\",\"link_id\":\"t3_a\"}\n";
    let items = r#"[{"backend_name": "GitHub", "backend_version": "1", "category": "issue", "origin": "https://github.com/a/b", "data": {"number": 1, "created_at": "2020-05-01T10:00:00Z", "user": {"login": "a"}, "comments_data": [{"id": 1, "created_at": "2020-05-01T11:00:00Z", "user": {"login": "b"}}]}}]"#;
    let log = "commit 1111111111\nAuthor: A <a@example.org>\nDate:   Fri May 1 10:00:00 2020 +0200\n\n    x\n\ncommit 2222222222\nAuthor: B <b@example.org>\nDate:   Fri May 1 11:00:00 2020 +0200\n\n    y\n";
    let samples: [(&str, Vec<u8>); 25] = [
        ("tweets.js", tweets.into()),
        ("comments.json", faces.into()),
        ("Shares.csv", shares.into()),
        ("Messages.csv", yammer.into()),
        ("archive.json", hub.into()),
        ("2020-05-01-1.json.gz", gzip(hour.as_bytes())),
        ("wiki.xml", wiki.into()),
        ("RS.zst", zstd(reddit.as_bytes())),
        ("items.json", items.into()),
        ("cake.log", log.into()),
        ("general/2020-05-01.json", slack.into()),
        ("x/1.csv", DISCORD_CSV.into()),
        ("2018-05-01.log", "[10:00] <ann> hello\n[10:01] * bo waves\n[10:02] *** Joins: cy (c@example.org)\n".into()),
        ("x.tar", tar(&[("x.csv", '0', table.as_bytes()), ("y.csv", '0', table.as_bytes())])),
        ("x.csv.zst", zstd(table.as_bytes())),
        ("x/1.html", DISCORD_HTML.into()),
        ("Posts.xml", POSTS.into()),
        ("3.json", TOPIC.into()),
        ("1-a/b.json", message.into()),
        ("2020-June.txt", JUNE.into()),
        ("x.csv", table.into()),
        ("x.ndjson", rows.into()),
        ("x.csv.gz", gzip(table.as_bytes())),
        ("x.zip", zip(&[("x.csv", table.as_bytes())])),
        ("dump.zip", zip(&[("Posts.xml", POSTS.as_bytes())])),
    ];
    let (mut dice, mut readable, mut refused) = (Dice(7), 0, 0);
    for (name, content) in &samples {
        for _ in 0..100 {
            let export = Export::new(&[(name, &dice.spoil(content))]);
            for path in [export.path(""), export.path(name)] {
                match read(path, &ReadOptions::default()) {
                    Ok(source) => {
                        assert_eq!(source.intake.kept(), source.events.height() as u64);
                        readable += 1;
                    }
                    Err(error) => {
                        assert!(error.to_string().len() < 2_000);
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(readable > 250 && refused > 250, "{readable} readable, {refused} not: both must be tried");
}

#[test]
fn endless_lines_and_names_are_no_harm() {
    let long = "x".repeat(1 << 20);
    let envelope = "From ann at x.org  Fri May  1 10:00:00 2020";
    let mail = format!(
        "{envelope}\nFrom: {long}\nSubject: {long}\nReferences: {}\nDate: {long}\n\n{long}\n",
        "<a@b> ".repeat(50_000)
    );
    assert_eq!(Export::text(&[("x.mbox", &mail)]).read("x.mbox").events.height(), 1);
    let re = format!("{envelope}\nFrom: a@x.org\nSubject: {}\n\n{}\n", "Re: ".repeat(100_000), "> ".repeat(100_000));
    assert_eq!(Export::text(&[("x.mbox", &re)]).read("x.mbox").events.height(), 1);
    let likes = r#"{"id": 1, "post_stream": {"posts": [{"id": 1, "post_number": 1, "created_at": "2020-01-01T00:00:00Z",
                   "actions_summary": [{"id": 2, "count": 9000000000000000000}]}]}}"#;
    let source = Export::text(&[("1.json", likes)]).read("1.json");
    assert_eq!(source.events.height(), 20_001);
    assert_eq!(source.intake.refused()["like beyond 20,000 of one post"], 9_000_000_000_000_000_000 - 20_000);
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_not_followed() {
    let outside = Export::text(&[("secret.csv", "time,member,kind\n2021-07-01T12:00:00Z,a,post\n")]);
    let export = Export::text(&[("x.csv", "time,member,kind\n2021-07-01T12:00:00Z,b,post\n")]);
    std::os::unix::fs::symlink(outside.path("secret.csv"), export.path("y.csv")).expect("a link");
    std::os::unix::fs::symlink(export.path(""), export.path("loop")).expect("a link");
    assert_eq!(support::rows(&export.read("").events, &["member"]), ["b"]);
    // The path itself may be a link: the caller chose it.
    std::os::unix::fs::symlink(outside.path(""), export.path("chosen")).expect("a link");
    assert_eq!(support::rows(&export.read("chosen").events, &["member"]), ["a"]);
}

#[test]
fn one_event_beyond_all_calendars_is_refused_alone() {
    let far = "{\"time\": 9466848000000000000, \"member\": \"a\", \"kind\": \"post\"}";
    let near = "{\"time\": 1588320000000000, \"member\": \"b\", \"kind\": \"post\"}";
    let export = Export::text(&[("x.ndjson", &format!("{far}\n{near}\n"))]);
    let source = export.read_with("x.ndjson", r#"{"mapping": {"time_unit": "us"}}"#);
    assert_eq!(support::rows(&source.events, &["member"]), ["b"]);
    assert_eq!(support::pairs(source.intake.refused()), [("time cannot be read", 1)]);
    commonweal::Community::builder(source.events).build().expect("a community");

    let members = "member,joined\na,9466848000000000000\nb,1588320000000000\n";
    let export =
        Export::text(&[("events.csv", "time,member,kind\n2020-05-01T00:00:00Z,a,post\n"), ("members.csv", members)]);
    let source = export.read("events.csv");
    let people = source.members.expect("members");
    assert_eq!(support::rows(&people, &["member", "joined"]), ["a | -", "b | 2020-05-01 08:00:00"]);
}

/// A whole number as Thrift's compact protocol writes it.
fn thrift(number: i64) -> Vec<u8> {
    let (mut rest, mut bytes) = (((number << 1) ^ (number >> 63)) as u64, vec![]);
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

#[test]
fn a_length_that_a_file_claims_is_not_made_room_for() {
    let names = Column::new("member".into(), vec!["ann"; 500]);
    let times = Column::new("time".into(), vec![1_588_320_000_i64; 500]);
    let mut table =
        DataFrame::new(500, vec![times, names, Column::new("kind".into(), vec!["post"; 500])]).expect("a table");
    let export = Export::text(&[("y.csv", "")]);
    support::parquet(&export.path("x.parquet"), &mut table);
    let whole = std::fs::read(export.path("x.parquet")).expect("the file");
    let account = polars_parquet::read::read_metadata(&mut std::io::Cursor::new(&whole)).expect("its account");
    let footer = whole.len() - 8 - u32::from_le_bytes(whole[whole.len() - 8..][..4].try_into().expect("four")) as usize;
    let mut tried = 0;
    for chunk in account.row_groups[0].parquet_columns() {
        // The fields of a chunk's account: values, bytes unpacked, bytes packed.
        let sizes = [chunk.num_values(), chunk.uncompressed_size(), chunk.compressed_size()];
        let fields: Vec<Vec<u8>> = sizes.iter().map(|size| [vec![0x16], thrift(*size)].concat()).collect();
        let honest = fields.concat();
        let Some(at) = (footer..whole.len()).find(|at| whole[*at..].starts_with(&honest)) else { continue };
        for claim in [1 << 40, 1 << 60, i64::MAX, -1] {
            for field in [1, 2] {
                let mut fields = fields.clone();
                fields[field] = [vec![0x16], thrift(claim)].concat();
                let claimed = fields.concat();
                let mut spoilt = [&whole[..at], &claimed, &whole[at + honest.len()..whole.len() - 8]].concat();
                let length = (spoilt.len() - footer) as u32;
                spoilt.extend(length.to_le_bytes());
                spoilt.extend(b"PAR1");
                std::fs::write(export.path("x.parquet"), &spoilt).expect("a file");
                if let Ok(source) = read(export.path("x.parquet"), &ReadOptions::default()) {
                    assert_eq!(source.intake.kept(), 500, "{claim}");
                }
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 3 * 8, "each of the three chunks' accounts must be found");
}
