#![allow(missing_docs, clippy::all)]
fn rss() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .unwrap()
        .lines()
        .find(|l| l.starts_with("VmHWM"))
        .unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        / 1024
}
#[test]
fn timing() {
    let Ok(paths) = std::env::var("TIMED") else { return };
    for path in paths.split(':') {
        let start = std::time::Instant::now();
        match commonweal_sources::read(
            path,
            &serde_json::from_str(&std::env::var("OPT").unwrap_or("{}".into())).unwrap(),
        ) {
            Ok(source) => {
                println!(
                    "{path}: {:?} {} events, {:?} members, peak {} MB\n{:?}\n{:?}",
                    start.elapsed(),
                    source.events.height(),
                    source.members.as_ref().map(|m| m.height()),
                    rss(),
                    source.intake,
                    source.events
                );
                if let Some(m) = source.members {
                    println!("{m:?}");
                }
            }
            Err(error) => println!("{path}: {error}"),
        }
    }
}
