//! Scores each line of standard input: compound, positive, neutral and negative, parted by tabs, one line a text.
//!
//! With `--null`, texts end with a NUL instead of a line end, and can hold line ends. `tests/compare_with_pypi.py` uses it.

use std::io::{self, BufRead, Write};

use commonweal_text::vader::Scorer;

fn main() -> io::Result<()> {
    let end = if std::env::args().any(|argument| argument == "--null") { 0 } else { b'\n' };
    let mut scorer = Scorer::new();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for text in io::stdin().lock().split(end) {
        let scores = scorer.score(&String::from_utf8_lossy(&text?));
        let [compound, positive, neutral, negative] =
            [scores.compound, scores.positive, scores.neutral, scores.negative];
        writeln!(out, "{compound:.4}\t{positive:.3}\t{neutral:.3}\t{negative:.3}")?;
    }
    out.flush()
}
