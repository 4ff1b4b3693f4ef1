//! Scores each line of standard input by the trained model: `model_lines [PROFILE]`.
//!
//! Sentiment, label, confidence, offensive and attack, parted by tabs, in units of 2⁻²⁰; or why there are none. A line's own line ends
//! are written `\n`.

use std::io::{self, BufRead, Write};

use commonweal_text::model::{Profile, Scorer};

fn main() -> io::Result<()> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "general".to_owned());
    let mut scorer = Scorer::new(Profile::named(&name).map_err(io::Error::other)?);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for text in io::stdin().lock().lines() {
        match scorer.score(&text?.replace("\\n", "\n")) {
            Ok(s) => writeln!(out, "{}\t{:?}\t{}\t{}\t{}", s.sentiment, s.label, s.confidence, s.offensive, s.attack)?,
            Err(reason) => writeln!(out, "{reason}")?,
        }
    }
    out.flush()
}
