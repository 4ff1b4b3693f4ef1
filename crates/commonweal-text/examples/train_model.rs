//! Trains the weights of the library: `train_model LINES FOLDER`.
//!
//! LINES is what `docs/models/prepare.py` makes of the labelled sets. FOLDER gets `commonweal-1.bin` and `commonweal-1.sha256`; to ship
//! them it is `crates/commonweal-text/data`. Prints what the held-out parts say.

use std::io::{self, Write};
use std::path::Path;

use commonweal_text::model::train::{Labelled, Task, train};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(lines), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: train_model LINES FOLDER"));
    };
    let lines = std::fs::read_to_string(lines)?;
    let labelled: Vec<Labelled> = lines.lines().filter_map(read).collect();
    let trained = train(&labelled);
    let folder = Path::new(&folder);
    std::fs::write(folder.join("commonweal-1.bin"), trained.bytes)?;
    std::fs::write(folder.join("commonweal-1.sha256"), trained.fingerprint)?;
    let mut out = io::stdout().lock();
    trained.report.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// A line `split task domain set label text`; none for those that may not train what ships.
fn read(line: &str) -> Option<Labelled> {
    let fields: Vec<&str> = line.splitn(6, '\t').collect();
    let [split, task, domain, set, label, text] = fields[..] else { return None };
    let task = match task {
        "sentiment" => Task::Sentiment,
        "offensive" => Task::Offensive,
        "attack" => Task::Attack,
        _ => return None,
    };
    let held_out = match split {
        "train" => false,
        "val" => true,
        _ => return None,
    };
    let text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
    Some(Labelled { task, domain: domain.to_owned(), set: set.to_owned(), held_out, label: label.parse().ok()?, text })
}
