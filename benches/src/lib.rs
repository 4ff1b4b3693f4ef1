//! Data for the benches.
use std::sync::OnceLock;

use commonweal::Community;
use commonweal_sources::simulate::{Simulation, simulate};
use polars::prelude::DataFrame;

/// Events and members of a simulated community, always the same: `COMMONWEAL_BENCH_MEMBERS` members (default 2000), one year.
pub fn frames() -> (DataFrame, DataFrame) {
    static FRAMES: OnceLock<(DataFrame, DataFrame)> = OnceLock::new();
    let simulated = || {
        let members =
            std::env::var("COMMONWEAL_BENCH_MEMBERS").map_or(2000, |n| n.parse().expect("a number of members"));
        let simulated = simulate(&Simulation { members, ..Simulation::default() }).expect("simulates");
        (simulated.events, simulated.members)
    };
    FRAMES.get_or_init(simulated).clone()
}

/// A community of these frames that has computed nothing yet.
pub fn community(events: DataFrame, members: DataFrame) -> Community {
    Community::builder(events).members(members).build().expect("the simulated tables are valid")
}
