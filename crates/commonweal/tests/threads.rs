//! Many threads of a machine share what is made of a community, and none waits for another that waits for it: for every KPI of the registry.
#![allow(clippy::expect_used, clippy::unwrap_used)]
mod options;

use std::sync::mpsc::channel;
use std::time::Duration;

use commonweal::{Community, KPIS};
use polars::prelude::*;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

/// More than are spelled, or looked through, in one piece.
const EVENTS: usize = 70_000;
const THREADS: usize = 8;
const TIMES: usize = 3;
const LONGEST: Duration = Duration::from_secs(120);

fn events() -> DataFrame {
    let texts = ["this is great", "awful, I hate it", "a table", "is it a table, you fool?"];
    let kinds = ["post", "reply", "reply", "view", "reaction", "reply"];
    let rows = 0..EVENTS;
    let answers = |row: usize| kinds[row % 6] != "post";
    let mut events = df![
        "time" => rows.clone().map(|row| 1_711_000_000_000_000 + row as i64 * 60_000_000).collect::<Vec<_>>(),
        "member" => rows.clone().map(|row| format!("m{}", row * row % 997)).collect::<Vec<_>>(),
        "kind" => rows.clone().map(|row| kinds[row % 6]).collect::<Vec<_>>(),
        "id" => rows.clone().map(|row| format!("e{row}")).collect::<Vec<_>>(),
        "thread" => rows.clone().map(|row| format!("t{}", row / 6)).collect::<Vec<_>>(),
        "parent" => rows.clone().map(|row| answers(row).then(|| format!("e{}", row - 1))).collect::<Vec<_>>(),
        "channel" => rows.clone().map(|row| format!("c{}", row / 6 % 5)).collect::<Vec<_>>(),
        "text" => rows.map(|row| texts[row * row % 4]).collect::<Vec<_>>(),
    ]
    .expect("columns of one length");
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = events.column("time").expect("time").cast(&utc).expect("a cast of integers");
    events.with_column(time).expect("a column of this length");
    events
}

fn members() -> DataFrame {
    let units = ["a", "b", "c"];
    df![
        "member" => (0..997).map(|i| format!("m{i}")).collect::<Vec<_>>(),
        "department" => (0..997).map(|i| units[i % 3]).collect::<Vec<_>>(),
        "role" => (0..997).map(|i| if i % 50 == 0 { "staff" } else { "member" }).collect::<Vec<_>>(),
    ]
    .expect("columns of one length")
}

#[test]
fn no_thread_waits_for_another_for_ever() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build().expect("threads");
    let (told, tells) = channel();
    std::thread::spawn(move || {
        let (mut runner, events) = (TestRunner::deterministic(), events());
        for entry in KPIS {
            let drawn = options::options().remove(entry.spec.name).expect("options");
            for _ in 0..TIMES {
                let options = drawn.new_tree(&mut runner).expect("options").current();
                let kpi = commonweal::parse(entry.spec.name, &options).expect("a KPI");
                // Anew, so that nothing of it has been made.
                let community = Community::builder(events.clone()).members(members()).build().expect("valid events");
                told.send(Some(format!("{} with {options}", entry.spec.name))).expect("somebody listens");
                // What is declined was asked for as well.
                let _ = pool.install(|| community.compute(kpi.as_ref()));
            }
        }
        told.send(None).expect("somebody listens");
    });
    let mut last = String::new();
    loop {
        match tells.recv_timeout(LONGEST) {
            Ok(Some(next)) => last = next,
            Ok(None) => return,
            Err(_) => panic!("threads wait for each other, or one has panicked: {last}"),
        }
    }
}
