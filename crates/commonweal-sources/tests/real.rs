//! Real exports, counted by other means before. They lie outside of the repository; without them these tests say so and pass.
#![allow(clippy::print_stderr, clippy::unwrap_used, clippy::expect_used, missing_docs)]
use std::collections::BTreeMap;
use std::path::PathBuf;

use commonweal_sources::{Format, ReadOptions, Source, read, recognise};
use polars::prelude::*;

/// The folder of a data set, or none with a word about it.
fn data(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: no data set {name}");
        return None;
    }
    Some(path)
}

fn load(path: &PathBuf) -> Source {
    let source = read(path, &ReadOptions::default()).unwrap();
    check(&source);
    source
}

fn texts(frame: &DataFrame, column: &str) -> Vec<Option<String>> {
    frame.column(column).unwrap().str().unwrap().iter().map(|text| text.map(str::to_owned)).collect()
}

fn count(frame: &DataFrame, column: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for value in texts(frame, column) {
        *counts.entry(value.unwrap_or_else(|| "null".to_owned())).or_default() += 1;
    }
    counts
}

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

/// What holds for every source.
fn check(source: &Source) {
    let events = &source.events;
    assert_eq!(source.intake.kept(), events.height() as u64);
    let refused: u64 = source.intake.refused().values().sum();
    assert_eq!(source.intake.read(), source.intake.kept() + refused);
    let names = events.get_column_names();
    let contract = ["time", "member", "kind", "id", "thread", "parent", "channel", "platform", "text", "time_quality"];
    assert_eq!(names[..10].iter().map(|name| name.as_str()).collect::<Vec<_>>(), contract);
    assert_eq!(
        events.column("time").unwrap().dtype(),
        &DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))
    );
    assert_eq!(events.column("time").unwrap().null_count(), 0);
    assert_eq!(events.column("kind").unwrap().null_count(), 0);
    let mut ids: Vec<String> = texts(events, "id").into_iter().flatten().collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids are unique");
    if let Some(members) = &source.members {
        assert_eq!(members.column("member").unwrap().null_count(), 0);
        assert_eq!(count(members, "member").len(), members.height(), "one row a member");
    }
}

#[test]
fn stack_exchange_quantum_computing() {
    let Some(path) = data("stackexchange-quantumcomputing-2018") else { return };
    assert_eq!(recognise(&path).unwrap(), Format::StackExchange);
    let source = load(&path);
    // 612 questions, 1,060 answers, 3,413 comments; 12,560 votes, 3,461 users.
    let votes = 10_103 - 154 + 668 - 242 + 710 - 4;
    let expected = counts(&[
        ("post", 612),
        ("reply", 1_060 + 3_413),
        ("reaction", votes),
        ("resolve", 389),
        ("flag", 1 + 2),
        ("moderate", 121 + 18 + 91),
        ("join", 3_461),
    ]);
    assert_eq!(count(&source.events, "kind"), expected);
    let refused = counts(&[
        ("tag wiki excerpt: opens no conversation", 157),
        ("tag wiki: opens no conversation", 157),
        ("bounty started: no act of the event table", 22),
        ("bounty awarded: no act of the event table", 20),
        ("edit approved: no act of the event table", 414),
        ("vote on a post that is not among the questions and answers", 154 + 242 + 4 + 1),
        ("badge: an award, not an act", 4_671),
    ]);
    assert_eq!(source.intake.refused(), &refused);
    assert_eq!(source.intake.read(), 1_986 + 3_413 + 12_560 + 3_461 + 4_671);
    let members = source.members.as_ref().unwrap();
    assert_eq!(members.height(), 3_461);
    assert_eq!(count(members, "role"), counts(&[("bot", 1), ("null", 3_460)]));
    assert_eq!(members.column("joined").unwrap().null_count(), 0);

    // The score that the site computed is ups minus downs, for every question and answer.
    let (ids, parents, vote) =
        (texts(&source.events, "id"), texts(&source.events, "parent"), texts(&source.events, "vote"));
    let mut scores: BTreeMap<String, i64> = BTreeMap::new();
    for (parent, vote) in parents.iter().zip(&vote) {
        let worth = match vote.as_deref() {
            Some("up") => 1,
            Some("down") => -1,
            _ => continue,
        };
        *scores.entry(parent.clone().unwrap()).or_default() += worth;
    }
    let given = source.events.column("score").unwrap().i64().unwrap().clone();
    let mut compared = 0;
    for (id, score) in ids.iter().zip(given.iter()) {
        if let (Some(id), Some(score)) = (id.as_ref().filter(|id| id.starts_with('p')), score) {
            assert_eq!(scores.get(id).copied().unwrap_or(0), score, "{id}");
            compared += 1;
        }
    }
    assert_eq!(compared, 612 + 1_060);

    // And so are the answers that it counted for each question.
    let xml = std::fs::read_to_string(path.join("Posts.xml")).unwrap();
    let attribute = |row: &str, name: &str| -> String {
        let value = row.split(&format!(" {name}=\"")).nth(1).unwrap_or("\"");
        value.split('"').next().unwrap().to_owned()
    };
    let questions = xml.lines().filter(|row| row.contains(" PostTypeId=\"1\""));
    let mut asked = 0;
    for question in questions {
        let id = format!("p{}", attribute(question, "Id"));
        let answers = ids.iter().zip(&parents).filter(|(answer, parent)| {
            parent.as_ref() == Some(&id) && answer.as_ref().is_some_and(|answer| answer.starts_with('p'))
        });
        assert_eq!(answers.count().to_string(), attribute(question, "AnswerCount"), "{id}");
        asked += 1;
    }
    assert_eq!(asked, 612);
}

#[test]
fn stack_exchange_posts_alone() {
    let Some(path) = data("stackexchange-beer-2017") else { return };
    for path in [path.clone(), path.join("Posts.xml")] {
        let source = load(&path);
        assert_eq!(count(&source.events, "kind"), counts(&[("post", 663), ("reply", 1_572), ("resolve", 410)]));
        assert_eq!(count(&source.events, "time_quality")["inherited"], 410);
        assert_eq!(source.intake.read(), 2_354 + 410);
        assert!(source.members.is_none());
        let channels = count(&source.events, "channel");
        assert!(!channels.contains_key("null"), "every question has a tag");
    }
}

#[test]
fn discourse_of_2020() {
    let Some(path) = data("discourse-urho3d") else { return };
    assert_eq!(recognise(&path).unwrap(), Format::Discourse);
    let source = load(&path);
    // 403 topics, 4,087 posts of which 32 are system actions, 1,886 likes, 132 accepted answers, 151 authors.
    let expected =
        counts(&[("post", 403), ("reply", 4_087 - 403 - 32), ("moderate", 32), ("reaction", 1_886), ("resolve", 132)]);
    assert_eq!(count(&source.events, "kind"), expected);
    assert!(source.intake.refused().is_empty());
    // 2,073 posts reply to a post; 22 of those posts are not in their topic any more.
    assert_eq!(
        source.intake.notes(),
        &counts(&[("reply to a post that is not in the file: hung on the opening post", 22)])
    );
    let members = source.members.as_ref().unwrap();
    assert_eq!(members.height(), 151);
    assert_eq!(count(&source.events, "thread").len(), 403);
    assert_eq!(count(&source.events, "channel").len(), 11);
}

#[test]
fn zulip_with_its_hidden_files() {
    let Some(path) = data("zulip-lean") else { return };
    assert_eq!(recognise(&path).unwrap(), Format::Zulip);
    let source = load(&path);
    // 45,826 messages in 2,132 topics. A shell glob leaves out the 61 files whose names begin with a dot: 44,981 in 2,071.
    assert_eq!(source.events.height(), 45_826);
    assert_eq!(count(&source.events, "thread").len(), 2_132);
    assert!(source.intake.refused().is_empty());
    let kinds = count(&source.events, "kind");
    // 13 topics hold notices alone: their messages were moved elsewhere.
    let expected = counts(&[("post", 2_119), ("reply", 43_458), ("moderate", 172), ("resolve", 54), ("reopen", 23)]);
    assert_eq!(kinds, expected);
    let channels = counts(&[
        ("new-members", 23_171),
        ("Machine-Learning-for-Theorem-Proving", 9_585),
        ("Geographic-locality", 3_617),
        ("Lean-for-teaching", 3_122),
        ("FLT", 2_469),
        ("Zulip-meta", 2_176),
        ("Lean-for-the-curious-mathematician-2020", 1_252),
        ("job-postings", 434),
    ]);
    assert_eq!(count(&source.events, "channel"), channels);
}

#[test]
fn pipermail_of_twisted_web() {
    let Some(path) = data("pipermail-twisted/twisted-web") else { return };
    assert_eq!(recognise(&path).unwrap(), Format::Mbox);
    let source = load(&path);
    // 5,374 envelopes. Counting only senders of the form "user at host" gives 5,121: the list rewrote 253 others.
    assert_eq!(source.intake.read(), 5_374);
    assert_eq!(source.intake.refused(), &counts(&[("message with a Message-ID seen before", 3)]));
    let kinds = count(&source.events, "kind");
    assert_eq!(kinds["post"] + kinds["reply"], 5_371);
    assert_eq!(count(&source.events, "channel"), counts(&[("twisted-web", 5_371)]));
    let notes = source.intake.notes();
    assert_eq!(notes["date without a zone: taken as UTC (the option `time_zone` names another)"], 3_916);
    assert_eq!(notes["text without a charset that is not UTF-8, read as Windows-1252"], 7);
    assert_eq!(notes["sender's address hidden by the list: told by the name"], 237);
    assert_eq!(notes["sender unknown: neither an address of one's own nor a name"], 21);
    assert!(!notes.contains_key("date missing or not readable: taken from the envelope line"));
    // 3,775 have In-Reply-To; 29 of them no id in it ("0", "Your message of …").
    assert!(kinds["reply"] >= 3_746);
}

#[test]
fn mailboxes_of_other_makers() {
    let Some(path) = data("bigbang-tests/tests/data") else { return };
    // Each message of this month is there twice.
    let source = load(&path.join("2001-November.txt"));
    assert_eq!((source.intake.read(), source.intake.kept()), (164, 82));
    assert_eq!(count(&source.events, "channel"), counts(&[("data", 82)]));
    let source = load(&path.join("3GPP_mbox"));
    assert_eq!(source.intake.read(), 59 + 50);
    let refused = counts(&[("message with a Message-ID seen before", 4), ("message without sender and date", 1)]);
    assert_eq!(source.intake.refused(), &refused);
    let channels = count(&source.events, "channel");
    assert_eq!(channels.len(), 2, "{channels:?}");
}

#[test]
fn discord_as_csv_and_as_html() {
    let Some(path) = data("discord-komodo/before-2019-Dec-05") else { return };
    assert_eq!(recognise(path.join("csv")).unwrap(), Format::Discord);
    let source = load(&path.join("csv"));
    // 67,056 messages in 11 channels by 2,169 authors, of whom one id stands for all who are deleted; 34,153 reactions to 4,242 of them.
    assert!(source.intake.refused().is_empty());
    let kinds = count(&source.events, "kind");
    assert_eq!(kinds, counts(&[("join", 563), ("moderate", 77), ("post", 67_056 - 563 - 77), ("reaction", 34_153)]));
    assert_eq!(source.members.as_ref().unwrap().height(), 2_168);
    let notes = source.intake.notes();
    assert_eq!(notes["message by a deleted user, or by nobody known"], 460);
    assert_eq!(notes["date without a zone: taken as UTC (the option `time_zone` names another)"], 67_056);
    assert_eq!(count(&source.events, "channel").len(), 11);

    // One channel in both forms: the same messages by the same people, the times to the minute.
    let (csv, html) = (load(&path.join("csv/lobby/introductions")), load(&path.join("htmllight/lobby/introductions")));
    assert_eq!(count(&csv.events, "kind"), count(&html.events, "kind"));
    assert_eq!(count(&html.events, "channel"), count(&csv.events, "channel"));
    assert_eq!(count(&csv.events, "member"), count(&html.events, "member"));
    assert_eq!(count(&csv.events, "emoji"), count(&html.events, "emoji"));
    let messages = |source: &Source| {
        count(&source.events, "kind").values().sum::<u64>() - count(&source.events, "kind")["reaction"]
    };
    assert_eq!((messages(&csv), messages(&html)), (2_130, 2_130));
    assert_eq!(minutes(&csv), minutes(&html));
}

/// How many events each minute has.
fn minutes(source: &Source) -> BTreeMap<i64, u64> {
    let mut counts = BTreeMap::new();
    for time in source.events.column("time").unwrap().to_physical_repr().i64().unwrap().iter().flatten() {
        *counts.entry(time.div_euclid(60_000_000)).or_default() += 1;
    }
    counts
}

#[test]
fn irc_in_blocks() {
    let Some(path) = data("irc-zig") else { return };
    assert_eq!(recognise(&path).unwrap(), Format::Irc);
    let source = load(&path);
    // 137,412 blocks, of which 2,105 have no text; 1,054 nicks, 1,044 without regard to case.
    assert_eq!(source.events.height(), 137_412);
    assert_eq!(count(&source.events, "kind"), counts(&[("post", 137_412)]));
    assert!(source.intake.refused().is_empty(), "{:?}", source.intake.refused());
    assert_eq!(source.events.column("text").unwrap().null_count(), 2_105);
    assert_eq!(source.members.as_ref().unwrap().height(), 1_044);
    assert_eq!(count(&source.events, "channel"), counts(&[("irc-zig", 137_412)]));
}

#[test]
fn irc_of_the_ubuntu_channels() {
    let Some(path) = data("irc-disentanglement/dev") else { return };
    assert_eq!(recognise(&path).unwrap(), Format::Irc);
    let source = load(&path);
    // 12,500 lines: 11,615 messages and 29 actions with a time; without one 40 of what somebody does, 3 of modes and one of the topic;
    // 496 joined, 48 left, 268 changed their nick.
    assert_eq!(source.intake.read(), 12_500);
    assert_eq!(count(&source.events, "kind"), counts(&[("post", 11_615 + 29 + 40), ("join", 496), ("moderate", 3)]));
    let refused = counts(&[
        ("line of the client's or the server's own", 1),
        ("nick change: tells who the new nick is", 268),
        ("parted or quit: a visit ends, not a membership", 48),
    ]);
    assert_eq!(source.intake.refused(), &refused);

    // The same packed, read as a stream: 153 logs.
    let path = path.with_file_name("train.tar.gz");
    let source = load(&path);
    assert_eq!(source.intake.read(), 220_463);
    let kinds = count(&source.events, "kind");
    assert!(kinds["post"] >= 196_146 + 452, "{kinds:?}");
    assert!(kinds["join"] <= 15_855, "{kinds:?}");
}

#[test]
fn wordpress_with_its_comments() {
    let Some(path) = data("wordpress-wxr") else { return };
    let source = load(&path.join("themeunittestdata.wordpress.xml"));
    // 180 items: 70 posts and pages that are published, 2 that are not, 108 menus and attachments. 32 comments: 25 approved,
    // 4 pingbacks and trackbacks, 3 that wait.
    assert_eq!(count(&source.events, "kind"), counts(&[("post", 70), ("reply", 25), ("share", 4)]));
    let refused = counts(&[
        ("comment that is not approved", 3),
        ("item that is no post: an attachment, a menu or of another type", 108),
        ("post that is not published", 2),
    ]);
    assert_eq!(source.intake.refused(), &refused);
}

#[test]
fn github_archive_of_a_working_group() {
    let Some(path) = data("github-ietf-tls-esni") else { return };
    assert_eq!(recognise(&path).unwrap(), Format::GitHub);
    let source = load(&path);
    // 250 issues, 392 pull requests, 1,993 comments, 1,457 reviews; 249 and 392 of them closed, of which 323 merged.
    let expected = counts(&[("post", 250 + 392), ("reply", 1_993 + 1_457), ("resolve", 249 + 392)]);
    assert_eq!(count(&source.events, "kind"), expected);
    assert!(source.intake.refused().is_empty(), "{:?}", source.intake.refused());
    assert!(source.intake.notes().is_empty(), "{:?}", source.intake.notes());
    let actions = count(&source.events, "action");
    assert_eq!(actions["merged"], 323);
    assert_eq!(actions["closed"], 249 + 69);
    assert_eq!((actions["approved"], actions["changes_requested"], actions["commented"]), (372, 51, 1_034));
    assert_eq!(count(&source.events, "thread").len(), 642);
    let members = source.members.as_ref().unwrap();
    assert_eq!(members.height(), 101);
    let by: Vec<String> = texts(&source.events, "member").into_iter().flatten().collect();
    assert_eq!(by.len(), 250 + 392 + 1_993 + 1_457 + 323, "who closed what was not merged is not told");
}
