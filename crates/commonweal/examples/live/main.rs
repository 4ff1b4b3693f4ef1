//! A live service: events are posted in batches, KPIs are answered as JSON.
//!
//! ```sh
//! cargo run --release --example live -- FOLDER 127.0.0.1:8080
//! curl localhost:8080/events -d '[{"time": "2026-01-05T12:00:00Z", "member": "ana", "kind": "post", "id": "e1"}]'
//! curl localhost:8080/kpi -d '{"kpi": "response.first_response", "options": {"within": "1h"}}'
//! ```
//!
//! A batch is acknowledged when it lies in FOLDER, as Parquet, to stay; a restart reads them. Each KPI that was asked for once is kept up:
//! a batch touches some members and threads, so the buckets that hold them are asked anew, and what they said before is replaced in the
//! answer of all ([`commonweal::Partial::replace`]). Readers see the answers before a batch or those after it, never any between.
//!
//! `cargo run --release --example live -- measure` measures it on 1e6 events.
#![allow(clippy::print_stdout, clippy::print_stderr)]
mod batch;
mod http;
mod live;
mod measure;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

/// Whatever goes wrong, in words.
type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["measure"] => measure::run(),
        [folder, address] => {
            let live = Arc::new(live::Live::open(folder.as_ref())?);
            let server = http::serve(address, &live)?;
            let at = server.address().map_or_else(|| address.to_owned(), |at| at.to_string());
            println!("{} events; listening on {at}", live.snapshot().events);
            server.join();
            Ok(())
        }
        _ => {
            eprintln!("usage: live FOLDER ADDRESS, or live measure");
            std::process::exit(2)
        }
    }
}
