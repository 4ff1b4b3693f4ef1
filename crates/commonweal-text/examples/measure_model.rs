//! Measures the model on labelled texts that trained nothing: `measure_model LINES`.
//!
//! LINES is what `docs/models/prepare.py` makes of the labelled sets. Of each set and profile it prints how many texts there are, and
//! with its standard error the mean recall of the three moods, or the area under the curve of the other heads; then the macro-F1;
//! of moods, by how many standard deviations the mean score falls where the negative share rises from 20 to 40 %. At last, profiles
//! are fitted to the GitHub sets, and measured on the fifth that each has not seen.

use std::collections::BTreeMap;
use std::io::{self, Write};

use commonweal_text::model::train::Head;
use commonweal_text::model::{Fault, Label, Profile, Scorer, Scores};

struct Text {
    label: usize,
    text: String,
}

/// The sets, of moods, that profiles are fitted to.
const FITTED: [&str; 2] = ["sa4se-gh", "sa4se-api"];

/// What a profile says of a text: the class, and the score of the head.
type Said = (usize, f64);

fn main() -> io::Result<()> {
    let Some(path) = std::env::args().nth(1) else {
        return Err(io::Error::other("usage: measure_model LINES"));
    };
    let lines = std::fs::read_to_string(path)?;
    let mut sets: BTreeMap<[&str; 4], Vec<Text>> = BTreeMap::new();
    for line in lines.lines() {
        let fields: Vec<&str> = line.splitn(6, '\t').collect();
        if let [split, task, domain, set, label, text] = fields[..] {
            let text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
            if let Some(label) = label.parse().ok().filter(|_| split != "train" && !set.starts_with("short")) {
                sets.entry([task, split, set, domain]).or_default().push(Text { label, text });
            }
        }
    }
    measure(&sets).map_err(io::Error::other)
}

fn measure(sets: &BTreeMap<[&str; 4], Vec<Text>>) -> Result<(), Fault> {
    for ([task, split, set, domain], texts) in sets {
        for name in Profile::NAMES.iter().filter(|name| **name == "general" || *name == domain) {
            let mut scorer = Scorer::new(Profile::named(name)?);
            let said: Vec<Said> = texts.iter().map(|text| say(&mut scorer, task, &text.text)).collect();
            print(&format!("{split}\t{set}\t{name}\t{task}"), task, texts, &said);
        }
    }
    for ([task, _, set, _], texts) in sets.iter().filter(|([_, _, set, _], _)| FITTED.contains(set)) {
        let mut said = vec![(1, 0.0); texts.len()];
        for fold in 0..5 {
            let learned = texts.iter().enumerate().filter(|(at, _)| at % 5 != fold);
            let labelled: Vec<(&str, u8)> = learned.map(|(_, text)| (text.text.as_str(), text.label as u8)).collect();
            let profile = Profile::named("developer")?.fit("measured", Head::Sentiment, &labelled)?;
            let mut scorer = Scorer::new(profile);
            for at in (fold..texts.len()).step_by(5) {
                said[at] = say(&mut scorer, task, &texts[at].text);
            }
        }
        print(&format!("check\t{set}\tfitted\t{task}"), task, texts, &said);
    }
    Ok(())
}

fn say(scorer: &mut Scorer, task: &str, text: &str) -> Said {
    let Ok(scores) = scorer.score(text) else { return (usize::from(task == "sentiment"), 0.0) };
    match task {
        "sentiment" => {
            let class = match scores.label {
                Label::Negative => 0,
                Label::Neutral => 1,
                Label::Positive => 2,
            };
            (class, Scores::number(scores.sentiment))
        }
        _ => {
            let score = Scores::number(if task == "offensive" { scores.offensive } else { scores.attack });
            (usize::from(score >= 0.5), score)
        }
    }
}

fn print(name: &str, task: &str, texts: &[Text], said: &[Said]) {
    let labels: Vec<usize> = texts.iter().map(|text| text.label).collect();
    let (value, error) = if task == "sentiment" { recall(&labels, said) } else { area(&labels, said) };
    let fall = if task == "sentiment" { format!("{:.3}", fall(&labels, said)) } else { String::new() };
    let line = format!("{name}\t{}\t{value:.4} ({error:.4})\t{:.3}\t{fall}\n", labels.len(), f1(&labels, said));
    // A closed pipe is no reason to fail.
    _ = io::stdout().write_all(line.as_bytes());
}

/// The mean recall of three classes.
fn recall(labels: &[usize], said: &[Said]) -> (f64, f64) {
    let (mut sum, mut variance) = (0.0, 0.0);
    for class in 0..3 {
        let of_class: Vec<&Said> =
            labels.iter().zip(said).filter(|(label, _)| **label == class).map(|two| two.1).collect();
        let count = of_class.len().max(1) as f64;
        let share = of_class.iter().filter(|said| said.0 == class).count() as f64 / count;
        sum += share / 3.0;
        variance += share * (1.0 - share) / count / 9.0;
    }
    (sum, variance.sqrt())
}

/// The area under the curve, and its error by Hanley & McNeil (1982).
fn area(labels: &[usize], said: &[Said]) -> (f64, f64) {
    let of = |class: usize| labels.iter().zip(said).filter(move |(label, _)| **label == class).map(|(_, said)| said.1);
    let mut low: Vec<f64> = of(0).collect();
    low.sort_unstable_by(f64::total_cmp);
    let below = |score: f64| {
        (low.partition_point(|other| *other < score) + low.partition_point(|other| *other <= score)) as f64 / 2.0
    };
    let (n, m) = (low.len() as f64, of(1).count() as f64);
    let a = of(1).map(below).sum::<f64>() / (n * m);
    let (q, r) = (a / (2.0 - a), 2.0 * a * a / (1.0 + a));
    (a, ((a * (1.0 - a) + (m - 1.0) * (q - a * a) + (n - 1.0) * (r - a * a)) / (n * m)).sqrt())
}

/// The mean F1 of all classes.
fn f1(labels: &[usize], said: &[Said]) -> f64 {
    let classes = labels.iter().max().map_or(0, |most| most + 1);
    let of_class = |class: usize| {
        let count = |pick: &dyn Fn(bool, bool) -> bool| {
            labels.iter().zip(said).filter(|(label, said)| pick(**label == class, said.0 == class)).count() as f64
        };
        2.0 * count(&|is, told| is && told) / (count(&|is, _| is) + count(&|_, told| told)).max(1.0)
    };
    (0..classes).map(of_class).sum::<f64>() / classes as f64
}

/// How far the mean score falls, in standard deviations of a stream with 20 % negative, 50 % neutral and 30 % positive texts, where
/// a fifth of it turns from neutral to negative.
fn fall(labels: &[usize], said: &[Said]) -> f64 {
    let moment = |class: usize, power: i32| {
        let of_class =
            labels.iter().zip(said).filter(|(label, _)| **label == class).map(|(_, said)| said.1.powi(power));
        let (count, sum) = of_class.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
        sum / f64::max(count, 1.0)
    };
    let mix = |power: i32| 0.2 * moment(0, power) + 0.5 * moment(1, power) + 0.3 * moment(2, power);
    0.2 * (moment(1, 1) - moment(0, 1)) / (mix(2) - mix(1).powi(2)).sqrt()
}
