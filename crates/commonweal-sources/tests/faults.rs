//! What a user is told when an export cannot be read: the whole message.
#![allow(missing_docs)]
mod support;

use commonweal_sources::recognise;
use support::{Export, gzip, pairs, zip};

const TABLE: &str = "time,member,kind\n2021-07-01T12:00:00Z,a,post\n";

fn fault(name: &str, content: &[u8]) -> String {
    Export::new(&[(name, content)]).fault(name, "{}")
}

#[test]
fn paths() {
    let export = Export::text(&[("a/notes.md", "words")]);
    assert_eq!(export.fault("none.csv", "{}"), "none.csv: no such file or folder; check the path");
    assert_eq!(
        export.fault("a", "{}"),
        "a: no export in this folder or archive; readable are: a Stack Exchange dump, Discourse topic JSON, zulip-archive JSON, \
         a Slack export, DiscordChatExporter files (JSON, HTML, CSV), a Mattermost bulk export, Telegram's result.json, IRC logs, \
         WordPress WXR, archives of GitHub, MediaWiki XML, dumps of Reddit, items of Perceval, `git log`, archives of X, Facebook and \
         LinkedIn, exports of Viva Engage (Yammer), mbox or Pipermail text, and tables of events as Parquet, CSV or NDJSON"
    );
    assert_eq!(fault("x.csv", b""), "x.csv: the file is empty; export it again");
}

#[test]
fn unknown_and_packed_content() {
    assert_eq!(
        fault("x.csv", b"Dear all, this is\na letter."),
        "x.csv: the format is not recognised (it begins with \"Dear all, this is\\na letter.\"); readable are: \
         a Stack Exchange dump, Discourse topic JSON, zulip-archive JSON, a Slack export, DiscordChatExporter files (JSON, HTML, CSV), \
         a Mattermost bulk export, Telegram's result.json, IRC logs, \
         WordPress WXR, archives of GitHub, MediaWiki XML, dumps of Reddit, items of Perceval, `git log`, archives of X, Facebook and \
         LinkedIn, exports of Viva Engage (Yammer), mbox or Pipermail text, and tables of events as Parquet, CSV or NDJSON"
    );
    assert_eq!(
        fault("beer.7z", b"7z\xBC\xAF\x27\x1C\0\x04"),
        "beer.7z: is a 7z archive, which is not unpacked here; unpack it first and give the folder"
    );
    let array = "[\n  {\"time\": \"2021-07-01T12:00:00Z\", \"member\": \"a\", \"kind\": \"post\"}\n]\n";
    let export = Export::text(&[("x.json", array), ("folder/events.json", array)]);
    let remedy = "is one JSON array, of no export that is known; a table of events has one object a line: write it so, \
                  as `jq -c '.[]' events.json > events.ndjson` does, \
                  or in Python `polars.read_json(\"events.json\").write_ndjson(\"events.ndjson\")`";
    for options in ["{}", r#"{"format": "ndjson"}"#] {
        assert_eq!(export.fault("x.json", options), format!("x.json: {remedy}"));
        assert_eq!(export.fault("folder", options), format!("folder/events.json: {remedy}"));
    }
    assert_eq!(fault("x.csv", b"\xFF\xFEt\0i\0"), "x.csv: is encoded as UTF-16; save it as UTF-8");
    assert!(fault("x.xml", b"<?xml version=\"1.0\"?><rss/>").starts_with("x.xml: the format is not recognised"));
}

#[test]
fn cut_off_files() {
    assert_eq!(
        fault(
            "Posts.xml",
            b"<posts>\n<row Id=\"1\" PostTypeId=\"1\" CreationDate=\"2020-01-01\" Body=\"x\"/>\n<row Id=\"2"
        ),
        "Posts.xml, byte 72: the file is cut off (attribute value not closed: `\"` not found before end of input); \
         fetch or export it again"
    );
    assert_eq!(
        fault("Posts.xml", b"<posts>\n<row Id=\"1\"/>\n"),
        "Posts.xml, byte 22: the file is cut off (its last element is not closed); fetch or export it again"
    );
    assert_eq!(
        fault("1.json", b"{\"post_stream\": {\"posts\": [\n{\"id\": 1,"),
        "1.json, line 2: the file is cut off (JSON that does not close); fetch or export it again"
    );
    assert_eq!(
        fault("x.ndjson", b"{\"time\": 1, \"member\": 2, \"kind\": 3}\n{\"time\": 1"),
        "x.ndjson, line 2: the file is cut off (JSON that does not close); fetch or export it again"
    );
    assert_eq!(
        fault("x.csv", b"time,member,kind\n2021-07-01T12:00:00Z,a,post\n2021-07-0"),
        "x.csv, line 3: the file is cut off (the last row lacks fields and a line end); fetch or export it again"
    );
    assert_eq!(
        fault("x.parquet", b"PAR1\x15\x04\x15\x10half a file"),
        "x.parquet: the file is cut off (Parquet without its closing mark); fetch or export it again"
    );
    let packed = gzip(TABLE.repeat(1000).as_bytes());
    assert_eq!(
        fault("x.csv.gz", &packed[..packed.len() / 2]),
        "x.csv.gz: the file is cut off (its packed content ends too early); fetch or export it again"
    );
    let archive = zip(&[("x.csv", TABLE.as_bytes())]);
    assert!(
        fault("x.zip", &archive[..archive.len() / 2]).starts_with("x.zip: the file is cut off ("),
        "{}",
        fault("x.zip", &archive[..archive.len() / 2])
    );
}

#[test]
fn broken_content() {
    assert_eq!(
        fault("1.json", b"{\"post_stream\": {\"posts\": [\n{\"id\" 1}]}}"),
        "1.json, line 2: not valid JSON (expected `:` at line 2 column 7); export it again, or mend that place"
    );
    assert_eq!(
        fault("Posts.xml", b"<posts><row Id=\"1\"/></other>"),
        "Posts.xml, byte 20: not valid XML (ill-formed document: expected `</posts>`, but `</other>` was found); \
         export it again, or mend that place"
    );
    assert_eq!(
        fault("x.csv", b"time,member,kind,time\n2021-07-01T12:00:00Z,a,post,1\n"),
        "x.csv, line 1: not valid CSV (two columns are named \"time\"); export it again, or mend that place"
    );
    assert!(fault("x.parquet", b"PAR1 no Parquet at all PAR1").starts_with("x.parquet: not valid Parquet ("));
}

#[test]
fn deep_nesting_is_no_deep_recursion() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let topic = format!("{{\"id\": 1, \"post_stream\": {{\"posts\": [{{\"id\": {deep}, \"x\": {deep}}}]}}}}");
    let source = Export::text(&[("1.json", &topic)]).read("1.json");
    assert_eq!(pairs(source.intake.refused()), [("post without id or post_number", 1)]);
    let line = format!("{{\"time\": 1, \"member\": 1, \"kind\": 1}}\n{{\"x\": {deep}}}\n");
    let source = Export::text(&[("x.ndjson", &line)]).read("x.ndjson");
    assert_eq!(pairs(source.intake.refused()), [("line that is no JSON object", 1), ("time cannot be read", 1)]);
}

#[test]
fn hostile_archives() {
    for name in ["../x.csv", "/etc/x.csv", "a/..\\x.csv", "C:/x.csv"] {
        let message = fault("x.zip", &zip(&[(name, TABLE.as_bytes())]));
        let shown = name.replace('\\', "/");
        let expected = format!(
            "x.zip: holds the unsafe name {shown:?}; such an archive is not read, pack it again with relative names"
        );
        assert_eq!(message, expected);
    }
    let bomb = [TABLE.as_bytes(), &vec![b'x'; 64 << 20]].concat();
    let packed = gzip(&bomb);
    assert_eq!(
        fault("x.csv.gz", &packed),
        format!(
            "x.csv.gz: unpacks to more than {} bytes from {}; if you trust it, unpack it first and give the folder",
            packed.len() * 250 + (1 << 20),
            packed.len()
        )
    );
    let archive = zip(&[("x.csv", &bomb)]);
    assert!(fault("x.zip", &archive).starts_with("x.zip/x.csv: unpacks to more than "));
}

#[test]
fn formats_that_do_not_fit() {
    let export = Export::text(&[
        ("x.txt", TABLE),
        ("two/a.csv", TABLE),
        ("two/b.ndjson", "{\"time\": 1, \"member\": 2, \"kind\": 3}\n"),
        ("dump/Comments.xml", "<comments></comments>"),
        ("sites/a/Posts.xml", "<posts></posts>"),
        ("sites/b/Posts.xml", "<posts></posts>"),
    ]);
    assert_eq!(
        export.fault("x.txt", r#"{"format": "mbox"}"#),
        "x.txt: is not mbox (its content is csv); leave the option `format` out to have it recognised"
    );
    assert_eq!(
        export.fault("two", "{}"),
        "two: holds several formats (csv: a.csv, ndjson: b.ndjson); name the one to read with the option `format`, \
         or give the path of one file"
    );
    assert_eq!(
        export.fault("two", r#"{"format": "mbox"}"#),
        "two: is not mbox (found csv: a.csv, ndjson: b.ndjson); leave the option `format` out to have it recognised"
    );
    assert_eq!(
        export.fault("dump", "{}"),
        "dump: the export has no Posts.xml; give the folder or archive that holds it"
    );
    assert_eq!(
        export.fault("sites", "{}"),
        "sites: holds several exports of one format (a/Posts.xml, b/Posts.xml); give the files of one of them: its file, \
         its folder, or a pattern such as \"export/*.json\""
    );
    assert_eq!(
        export.fault("sites/a", r#"{"mapping": {}}"#),
        "sites/a: the option `mapping` serves tables only, and this is stackexchange; leave it out"
    );
    assert_eq!(export.read_with("two", r#"{"format": "csv"}"#).events.height(), 1);
    assert_eq!(recognise(export.path("x.txt")).expect("a table").name(), "csv");
}

#[test]
fn columns_and_options_of_tables() {
    let export = Export::text(&[
        ("x.csv", "when,member,kind\n2021-07-01T12:00:00Z,a,post\n"),
        ("naive.csv", "time,member,kind\n2021-07-01T12:00:00,a,post\n"),
    ]);
    assert_eq!(
        export.fault("x.csv", "{}"),
        "x.csv: no column for `time`; the table has when, member, kind; name it in the mapping, as in {\"time\": \"your column\"}"
    );
    assert_eq!(
        export.fault("x.csv", r#"{"mapping": {"time": "whem"}}"#),
        "x.csv: the mapping takes `time` from \"whem\", which is not in the table; it has when, member, kind"
    );
    assert_eq!(
        export.fault("x.csv", r#"{"mapping": {"time": "when", "kind_values": {"post": "shout"}}}"#),
        "the mapping turns \"post\" into the kind \"shout\"; a kind must be one of post, reply, reaction, view, share, join, leave, \
         resolve, reopen, assign, flag, moderate, lead, convert, edit"
    );
    assert_eq!(
        export.fault("naive.csv", "{}"),
        "naive.csv: the times in \"time\" have no zone (such as \"2021-07-01T12:00:00\"); name it with the option `time_zone`, \
         as in \"UTC\" or \"Europe/Berlin\""
    );
    assert_eq!(
        export.fault("naive.csv", r#"{"time_zone": "Berlin"}"#),
        "the option `time_zone` must be an IANA name such as \"UTC\" or \"Europe/Berlin\", got \"Berlin\""
    );
}

#[test]
fn columns_without_end_are_told_shortly() {
    let names: Vec<String> = (0..300).map(|number| format!("{number}{}", "x".repeat(1000))).collect();
    let table = format!("{}\n1\n", names.join(","));
    let told = Export::new(&[("x.csv", table.as_bytes())]).fault("x.csv", r#"{"format": "csv"}"#);
    assert!(told.contains(", and 280 more;") && told.len() < 2_000, "{told}");
}
