//! Prints how long a text takes to score, on one core: `time_scoring FILE` with one text a line, the best of 30 runs.

use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use commonweal_text::vader::Scorer;

fn main() -> io::Result<()> {
    let Some(path) = std::env::args().nth(1) else {
        return Err(io::Error::other("usage: time_scoring FILE"));
    };
    let text = std::fs::read_to_string(path)?;
    let texts: Vec<&str> = text.lines().collect();

    let (mut scorer, first) = timed(Scorer::new);
    let mut score_all = || {
        for text in &texts {
            black_box(scorer.score(text));
        }
    };
    let best = std::iter::repeat_with(|| timed(&mut score_all).1).take(30).min().unwrap_or_default();

    let micros = best.as_secs_f64() * 1e6 / texts.len() as f64;
    let bytes = best.as_secs_f64() * 1e9 / text.len() as f64;
    writeln!(
        io::stdout(),
        "{} texts: {micros:.3} us a text, {bytes:.2} ns a byte; first scorer: {first:?}",
        texts.len()
    )
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}
