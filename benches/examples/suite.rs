//! The KPIs of the peer comparison on one Parquet file, stage by stage, for a profiler: `suite EVENTS.parquet [repeats]`.
#![allow(missing_docs, clippy::print_stdout)]
use std::error::Error;
use std::time::Instant;

use commonweal_sources::{ReadOptions, read};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which file?")?;
    let repeats = arguments.next().map_or(Ok(1), |n| n.parse::<usize>())?;
    let columns = ["time", "member", "kind", "id", "thread", "parent", "channel"].map(str::to_owned).to_vec();
    let mut began = Instant::now();
    let mut lap = |stage: &str| {
        println!("{stage:<10} {:.3} s{}", began.elapsed().as_secs_f64(), peak().unwrap_or_default());
        began = Instant::now();
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
    for (stage, name, options) in kpis {
        for _ in 0..repeats {
            community.compute(commonweal::parse(name, &options)?.as_ref())?;
        }
        lap(if stage.is_empty() { name } else { stage });
    }
    Ok(())
}

/// The highest memory so far, where Linux tells it.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(format!(", {:.0} MB at most so far", kilobytes / 1e3))
}
