//! Every KPI of the registry once, for a tool that counts instructions: `tools/instructions.py` runs it under callgrind, which writes
//! its count down whenever `counted` returns. Prints the name of each count, in order.
#![allow(missing_docs, clippy::print_stdout)]
use std::hint::black_box;

use commonweal::{Community, Error, KPIS};
use commonweal_benches::{community, frames};
use serde_json::json;

/// What is counted: all since the last time. Not inlined, as it is known by its name.
#[inline(never)]
fn counted(what: &str) {
    println!("{}", black_box(what));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (events, members) = frames();
    counted("simulate");
    let whole: Community = community(events, members);
    counted("build");
    // The first round makes the views that KPIs share, the second finds them there.
    for round in ["views", ""] {
        for entry in KPIS {
            let kpi = entry.parse(&json!({}))?;
            match whole.compute(black_box(kpi.as_ref())) {
                Err(Error::Declined { .. }) => {}
                table => drop(black_box(table?)),
            }
            if round.is_empty() {
                counted(entry.spec.name);
            }
        }
        if !round.is_empty() {
            counted(round);
        }
    }
    Ok(())
}
