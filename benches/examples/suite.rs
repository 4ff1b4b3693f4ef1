//! The KPIs of the peer comparison on one Parquet file, stage by stage, for a profiler: `suite EVENTS.parquet [repeats [stages]]` prints
//! seconds by the clock and of the processor; stages by name, with commas between them, all without. Ids and parents are read only for networks.
#![allow(missing_docs, clippy::print_stdout)]
use std::error::Error;
use std::time::Instant;

use commonweal_sources::{ReadOptions, read};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which file?")?;
    let repeats = arguments.next().map_or(Ok(1), |n| n.parse::<usize>())?;
    let stages = arguments.next();
    let is_asked = |stage: &str| stages.as_ref().is_none_or(|stages| stages.split(',').any(|asked| asked == stage));
    let mut columns = vec!["time", "member", "kind", "thread", "channel"];
    if is_asked("edges") || is_asked("pagerank") {
        columns.extend(["id", "parent"]);
    }
    let columns = columns.into_iter().map(str::to_owned).collect();
    let (mut began, mut spent) = (Instant::now(), cpu_seconds().unwrap_or_default());
    let mut lap = |stage: &str| {
        let used = cpu_seconds().unwrap_or_default();
        println!(
            "{stage:<24} {:.3} s / {:.2}{}",
            began.elapsed().as_secs_f64(),
            used - spent,
            peak().unwrap_or_default()
        );
        (began, spent) = (Instant::now(), used);
    };
    let source = read(&path, &ReadOptions { columns: Some(columns), numbered: true, ..Default::default() })?;
    lap("read");
    let community = source.into_builder().build()?;
    lap("build");
    let kpis = [
        ("active", "adoption.rolling_active", json!({"window": "28d"})),
        ("", "adoption.active_members", json!({"every": "1w"})),
        ("", "adoption.active_members", json!({"every": "1mo"})),
        ("growth", "adoption.growth", json!({"every": "1w"})),
        ("retention", "adoption.retention", json!({"every": "1w"})),
        ("activity", "engagement.activity", json!({"every": "1w", "by": "channel"})),
        ("inequality", "engagement.inequality", json!({"every": "1w", "by": "channel"})),
        ("response", "response.first_response", json!({"within": "1h", "every": "1w", "by": "channel"})),
        ("", "response.first_response", json!({"within": "1h", "by": "channel"})),
        ("edges", "network.edges", json!({})),
        (
            "pagerank",
            "network.leaders",
            json!({"top": null, "direction": "attention", "betweenness": false, "bootstrap": 0, "window": null}),
        ),
    ];
    let mut group = "";
    for (stage, name, options) in kpis {
        group = if stage.is_empty() { group } else { stage };
        if !is_asked(group) {
            continue;
        }
        for _ in 0..repeats {
            community.compute(commonweal::parse(name, &options)?.as_ref())?;
        }
        lap(if stage.is_empty() { name } else { stage });
    }
    Ok(())
}

/// Seconds of the processor so far, to a hundredth, where Linux tells them.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

/// The highest memory so far, where Linux tells it.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(format!(", {:.0} MB at most so far", kilobytes / 1e3))
}
