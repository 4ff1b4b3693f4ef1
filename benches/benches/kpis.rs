//! Every KPI of the registry with its default options, each from a community that has computed nothing before, so that what
//! KPIs share (codes, timeline, threads, scores) is in each of the times. `make bench`; `-- --test` runs each once.
use std::hint::black_box;

use commonweal::{Community, Error, KPIS};
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
        // A model that the data does not determine says so after all its work: that is a bench, too.
        let compute = |community: Community| match community.compute(black_box(kpi.as_ref())) {
            Err(Error::Declined { .. }) => None,
            table => Some(table.expect("computes")),
        };
        let some = compute(fresh()).is_none_or(|table| table.height() > 0);
        assert!(some, "{}: an empty table is no bench", entry.spec.name);
        group.bench_function(entry.spec.name, |bencher| bencher.iter_batched(fresh, compute, BatchSize::PerIteration));
    }
    group.finish();
}

criterion_group!(benches, kpis);
criterion_main!(benches);
