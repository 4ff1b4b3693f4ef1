//! IRC: invented logs of several clients.
use crate::support::{Export, gzip, pairs, rows, zip};

const IRSSI: &str = "--- Log opened Tue May 01 12:34:56 2018
12:34 -!- Irssi: #club: Total of 3 nicks [1 ops, 0 halfops, 0 voices, 2 normal]
12:35 -!- bo [b@example.org] has joined #club
12:36 <@Ann> bo: hello \u{03}04there
12:37 < bo>  hi
12:38  * Ann waves
12:39 -!- Ann is now known as Ann|away
12:40 < Ann|away> still me
12:41 -!- mode/#club [+o bo] by Ann|away
12:42 -!- cy was kicked from #club by bo [spam]
12:43 -!- bo [b@example.org] has quit [bye]
12:44 something else
--- Log closed Tue May 01 12:45:00 2018
--- Log opened Tue May 01 13:00:00 2018
--- Day changed Wed May 02 2018
00:01 < Ann|away> who am I?
";

#[test]
fn irssi() {
    let source = Export::text(&[("logs/#club.log", IRSSI)]).read("");
    assert_eq!(source.platform, "irc");
    assert_eq!(
        rows(
            &source.events,
            &["time", "member", "kind", "thread", "parent", "channel", "text", "action", "time_quality"]
        ),
        [
            "2018-05-01 12:35:00 | bo | join | - | - | #club | - | - | -",
            "2018-05-01 12:36:00 | ann | post | - | - | #club | bo: hello there | - | -",
            "2018-05-01 12:37:00 | bo | post | - | - | #club | hi | - | -",
            "2018-05-01 12:38:00 | ann | post | - | - | #club | waves | - | -",
            "2018-05-01 12:40:00 | ann | post | - | - | #club | still me | - | -",
            "2018-05-01 12:41:00 | ann | moderate | - | - | #club | -!- mode/#club [+o bo] by Ann|away | mode | -",
            "2018-05-01 12:42:00 | bo | moderate | - | - | #club | -!- cy was kicked from #club by bo [spam] | kick | -",
            "2018-05-02 00:01:00 | ann|away | post | - | - | #club | who am I? | - | -",
        ]
    );
    assert_eq!(
        pairs(source.intake.refused()),
        [
            ("line of no form that is known", 1),
            ("line of the client's or the server's own", 1),
            ("nick change: tells who the new nick is", 1),
            ("parted or quit: a visit ends, not a membership", 1),
        ]
    );
    assert_eq!(
        pairs(source.intake.notes()),
        [
            ("gap: the log was closed and opened again", 1),
            ("time to the minute only", 11),
            ("time without a zone: taken as UTC (the option `time_zone` names another)", 11),
        ]
    );
    assert_eq!(
        rows(source.members.as_ref().expect("nicks"), &["member", "name", "role"]),
        ["bo | bo | -", "ann | Ann | -", "ann|away | Ann|away | -"]
    );
}

#[test]
fn weechat_and_znc() {
    let weechat = "2018-05-01 23:59:58\t-->\tbo (b@example.org) has joined #club\n\
        2018-05-01 23:59:59\t@ann\thello, all\n2018-05-02 00:00:01\t *\tbo waves\n\
        2018-05-02 00:00:02\t--\tbo is now known as bo2\n2018-05-02 00:00:03\tbo2\ta\tb\n2018-05-02 00:00:04\t<--\tbo2 (b@example.org) has left #club\n";
    let source =
        Export::text(&[("irc.net.#club.weechatlog", weechat)]).read_with("", r#"{"time_zone": "Europe/Berlin"}"#);
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "channel", "text", "time_quality"]),
        [
            "2018-05-01 21:59:58 | bo | join | #club | - | second",
            "2018-05-01 21:59:59 | ann | post | #club | hello, all | second",
            "2018-05-01 22:00:01 | bo | post | #club | waves | second",
            "2018-05-01 22:00:03 | bo | post | #club | a\tb | second",
        ]
    );
    assert!(source.intake.notes().is_empty());
    let day = "[23:59:59] <ann> late\n[00:00:01] <ann> later\n[00:00:02] *** Joins: bo (b@example.org)\n[00:00:03] * bo waves\n\
        [00:00:04] *** Quits: bo (b@example.org) (bye)\n[00:00:05] -ann- notice\n";
    let export = Export::new(&[
        ("net/#club/2018-05-01.log", day.as_bytes()),
        ("net/#club/2018-05-03.log.gz", &gzip(b"[10:00:00] <bo> back\n")),
        ("net/#club/notes.txt", b"Dear all"),
    ]);
    let packed = Export::new(&[("net.zip", &zip(&[("#club/2018-05-01.log", day.as_bytes())]))]);
    assert_eq!(packed.read("net.zip").events.height(), 5);
    let source = export.read("net");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "channel"]),
        [
            "2018-05-01 23:59:59 | ann | post | #club",
            "2018-05-02 00:00:01 | ann | post | #club",
            "2018-05-02 00:00:02 | bo | join | #club",
            "2018-05-02 00:00:03 | bo | post | #club",
            "2018-05-02 00:00:05 | ann | post | #club",
            "2018-05-03 10:00:00 | bo | post | #club",
        ]
    );
    assert_eq!(source.intake.notes()["file skipped: it is no log"], 1);
}

#[test]
fn ubuntus_and_blocks() {
    let ubuntu = "=== early [e@example.org]  has joined #ubuntu\n[23:58] <ann> who knows?\n=== ann is now known as ann_\n\
        [23:59] <ann_> nobody?\n=== ann_ sighs\n[00:01] <ubottu> I do\n[00:02] <bo> two > one\n";
    let source = Export::text(&[
        ("dev/2011-05-29_19.raw.txt", ubuntu),
        ("dev/2011-05-29_19.annotation.txt", "1000 1000 -\n1001 1002 -\n"),
    ])
    .read("dev");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "channel", "text"]),
        [
            "2011-05-29 23:58:00 | ann_ | post | dev | who knows?",
            "2011-05-29 23:59:00 | ann_ | post | dev | nobody?",
            "2011-05-29 23:59:00 | ann_ | post | dev | sighs",
            "2011-05-30 00:01:00 | ubottu | post | dev | I do",
            "2011-05-30 00:02:00 | bo | post | dev | two > one",
        ]
    );
    assert_eq!(source.intake.refused()["line before the first time"], 1);
    let blocks =
        "1566261308\nAnn\nso?\n\n1566261444\nann\n\n1566261515\nbo\nfirst\nsecond\n\n1566261516\nno nick\nx\n\n";
    let source = Export::text(&[("zig/2019/08-20.txt", blocks)]).read("zig");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "channel", "text", "time_quality"]),
        [
            "2019-08-20 00:35:08 | ann | post | zig | so? | second",
            "2019-08-20 00:37:24 | ann | post | zig | - | second",
            "2019-08-20 00:38:35 | bo | post | zig | first\nsecond | second",
        ]
    );
    assert_eq!(pairs(source.intake.refused()), [("block without a nick", 1)]);
    assert!(source.intake.notes().is_empty());
}

#[test]
fn a_log_is_of_one_channel() {
    let log = "--- Log opened Mon Jan 05 12:00:00 2026\n12:00 < ann> hi\n12:02 -!- cy [c@h] has joined #zig\n12:03 < ann> waves\n";
    let export = Export::text(&[
        ("zig.log", log),
        ("days/2026-01-05.log", log),
        ("days/2026-01-06.log", "[10:00:00] <bo> nobody joins\n"),
        ("server.log", &format!("{log}12:04 -!- cy [c@h] has joined #other\n12:05 < ann> where?\n")),
    ]);
    for (name, events, channel) in [("zig.log", 3, "#zig"), ("days", 4, "#zig"), ("server.log", 5, "server")] {
        assert_eq!(rows(&export.read(name).events, &["channel"]), vec![channel; events], "{name}");
    }
}

#[test]
fn faults() {
    // Nothing tells the day: every row says so.
    let source = Export::text(&[("club.log", "[10:00] <ann> hello\n[10:01] <bo> hi\n")]).read("");
    assert_eq!(
        pairs(source.intake.refused()),
        [("time without a day: neither a line nor the file's name tells it", 2)]
    );
    let prose = Export::text(&[("club.log", "Dear all,\n<ann> is no log\n")]);
    assert!(prose.fault("club.log", "{}").starts_with("club.log: the format is not recognised"));
    let bomb = [b"[10:00] <ann> hello\n".repeat(10), vec![b'x'; 64 << 20]].concat();
    let packed = Export::new(&[("2018-05-01.log.gz", &gzip(&bomb))]);
    assert!(packed.fault("2018-05-01.log.gz", "{}").starts_with("2018-05-01.log.gz: unpacks to more than "));
}
