//! Every KPI of the registry with its default options, each from a community that has computed nothing before, so that what
//! KPIs share (codes, timeline, threads, scores) is in each of the times. `make bench`; `-- --test` runs each once.
use std::hint::black_box;

use commonweal::{Community, KPIS};
use commonweal_benches::{community, frames};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;

fn kpis(criterion: &mut Criterion) {
    let (events, members) = frames();
    let mut group = criterion.benchmark_group("kpis");
    group.throughput(Throughput::Elements(events.height() as u64)).sample_size(10);
    group.bench_function("build", |bencher| {
        bencher.iter_batched(frames, |(events, members)| community(events, members), BatchSize::PerIteration);
    });
    for entry in KPIS {
        let kpi = entry.parse(&json!({})).expect("the defaults are valid");
        let fresh = || community(events.clone(), members.clone());
        let compute = |community: Community| community.compute(black_box(kpi.as_ref())).expect("computes");
        assert!(compute(fresh()).height() > 0, "{}: an empty table is no bench", entry.spec.name);
        group.bench_function(entry.spec.name, |bencher| bencher.iter_batched(fresh, compute, BatchSize::PerIteration));
    }
    group.finish();
}

criterion_group!(benches, kpis);
criterion_main!(benches);
