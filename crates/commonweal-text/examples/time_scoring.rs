//! Prints how long a text takes to score, on one core: `time_scoring FILE [PROFILE]` with one text a line, the best of 30 runs.
//!
//! With a profile it is the model that scores, else VADER.

use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use commonweal_text::model::{self, Profile};
use commonweal_text::vader;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        return Err(io::Error::other("usage: time_scoring FILE [PROFILE]"));
    };
    let text = std::fs::read_to_string(path)?;
    let texts: Vec<&str> = text.lines().collect();
    let (first, best) = match arguments.next() {
        None => {
            let (mut scorer, first) = timed(vader::Scorer::new);
            (
                first,
                best(&texts, |text| {
                    _ = black_box(scorer.score(text));
                }),
            )
        }
        Some(name) => {
            let (profile, first) = timed(|| Profile::named(&name));
            let mut scorer = model::Scorer::new(profile.map_err(io::Error::other)?);
            (
                first,
                best(&texts, |text| {
                    _ = black_box(scorer.score(text));
                }),
            )
        }
    };
    let micros = best.as_secs_f64() * 1e6 / texts.len() as f64;
    let bytes = best.as_secs_f64() * 1e9 / text.len() as f64;
    writeln!(
        io::stdout(),
        "{} texts: {micros:.3} us a text, {bytes:.2} ns a byte; first scorer: {first:?}",
        texts.len()
    )
}

fn best(texts: &[&str], mut score: impl FnMut(&str)) -> Duration {
    let run = || timed(|| texts.iter().for_each(|text| score(text))).1;
    std::iter::repeat_with(run).take(30).min().unwrap_or_default()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}
