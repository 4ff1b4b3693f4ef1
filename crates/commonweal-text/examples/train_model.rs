//! Trains the weights of the library: `train_model ALL KNOWN FOLDER`.
//!
//! ALL and KNOWN are what `docs/models/others.py` makes: of the labelled sets and of what the teacher says of texts, and of what it says
//! of words. FOLDER gets `commonweal-2.bin` and
//! `commonweal-2.sha256`; to ship them it is `crates/commonweal-text/data`. Prints what the held-out parts say.

use std::io::{self, Write};
use std::path::Path;

use commonweal_text::model::train::{Known, Labelled, Part, Task, train};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(lines), Some(words), Some(folder)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: train_model ALL KNOWN FOLDER"));
    };
    let labelled: Vec<Labelled> = std::fs::read_to_string(lines)?.lines().filter_map(read).collect();
    let words: Vec<Known> = std::fs::read_to_string(words)?.lines().filter_map(read_word).collect();
    let trained = train(&labelled, &words);
    let folder = Path::new(&folder);
    std::fs::write(folder.join("commonweal-2.bin"), trained.bytes)?;
    std::fs::write(folder.join("commonweal-2.sha256"), trained.fingerprint)?;
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
    let part = match split {
        "train" => Part::Told,
        "soft" => Part::Taught,
        "val" => Part::HeldOut,
        _ => return None,
    };
    let numbers: Vec<f32> = label.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let told = match (part, &numbers[..]) {
        (Part::Taught, [negative, neutral, positive]) => [*negative, *neutral, *positive],
        (Part::Taught, [yes]) => [1.0 - yes, *yes, 0.0],
        (_, [label]) => [0.0, 1.0, 2.0].map(|class| f32::from(u8::from(class == *label))),
        _ => return None,
    };
    let text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
    Some(Labelled { task, domain: domain.to_owned(), set: set.to_owned(), part, told, text })
}

/// A line `word numbers`: a word and the numbers that it has, parted by spaces.
fn read_word(line: &str) -> Option<Known> {
    let (word, numbers) = line.split_once('\t')?;
    let numbers: Vec<f32> = numbers.split(' ').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    Some((word.to_owned(), numbers.try_into().ok()?))
}
