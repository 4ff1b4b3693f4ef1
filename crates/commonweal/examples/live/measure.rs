//! How long a batch takes, from its posting until the headline KPIs are answered.
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use commonweal::{Kind, Spec};
use rayon::prelude::*;
use serde_json::json;

use crate::Result;
use crate::batch::{Act, frame};
use crate::live::Live;

const EVENTS: usize = 1_000_000;
const BATCH: usize = 1_000;
const BATCHES: usize = 60;

/// What a dashboard shows.
pub fn headlines() -> Result<Vec<Spec>> {
    let asked = [
        ("adoption.active_members", json!({"every": "1w"})),
        ("adoption.growth", json!({"every": "1mo"})),
        ("engagement.activity", json!({"every": "1w"})),
        ("response.first_response", json!({"every": "1w", "within": ["1h", "1d"]})),
        ("response.backlog", json!({"every": "1w"})),
    ];
    Ok(asked.iter().map(|(kpi, options)| Spec::new(kpi, options)).collect::<commonweal::Result<_>>()?)
}

/// Acts of a community of two years: `from` of them have been.
pub fn acts(from: usize, until: usize) -> Vec<Act> {
    let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
    // Numbers that look random and are the same each time (SplitMix64).
    let draw = |i: usize, salt: u64| {
        let mut z = (i as u64).wrapping_add(salt << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let act = |i: usize| {
        let time: DateTime<Utc> = start + TimeDelta::seconds(63 * i as i64);
        let post = i.is_multiple_of(6);
        // An answer is to one of the last 400 posts, most to the latest.
        let back = (draw(i, 2) % 20 * (draw(i, 3) % 20)) as usize;
        let to = format!("e{}", (i / 6).saturating_sub(back) * 6);
        let member = draw(i, 1) % 300 * (draw(i, 4) % 200);
        Act {
            time,
            member: Some(format!("m{member}")),
            kind: if post { Kind::Post } else { [Kind::Reply, Kind::Reaction][(draw(i, 5) % 2) as usize] },
            id: Some(format!("e{i}")),
            thread: None,
            parent: (!post).then_some(to),
            channel: Some(format!("c{}", draw(i, 6) % 12)),
            text: None,
        }
    };
    (from..until).map(act).collect()
}

/// Measures it, in a folder of its own.
pub fn run() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("commonweal-live-{}", std::process::id()));
    let live = Arc::new(Live::open(&folder)?);
    live.append(frame(&acts(0, EVENTS))?)?;
    let specs = headlines()?;
    for spec in &specs {
        live.answer(spec)?;
    }
    let mut taken: Vec<Duration> = vec![];
    for batch in 0..BATCHES {
        let from = EVENTS + batch * BATCH;
        let batch = frame(&acts(from, from + BATCH))?;
        let began = Instant::now();
        live.append(batch)?;
        // A dashboard asks for all of them at once.
        specs.par_iter().try_for_each(|spec| live.answer(spec).map(drop))?;
        taken.push(began.elapsed());
    }
    taken.sort();
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{EVENTS} events; a batch of {BATCH} appended, kept and {} KPIs answered: median {:.1} ms, 9 of 10 {:.1} ms, longest {:.1} ms",
        specs.len(),
        at(0.5),
        at(0.9),
        at(1.0)
    );
    let began = Instant::now();
    let again = Live::open(&folder)?;
    println!("opened again with {} events in {:.1} s", again.snapshot().events, began.elapsed().as_secs_f64());
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
