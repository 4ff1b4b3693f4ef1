//! The scores are those of PyPI's vaderSentiment 3.3.2, in every digit.

use std::error::Error;
use std::path::Path;

use commonweal_text::vader::{Scorer, Scores};

type Result = std::result::Result<(), Box<dyn Error>>;

/// A text and what the reference gives it.
struct Case {
    text: String,
    expected: Scores,
}

/// Scores all cases with one scorer, so that leftovers of one text would show in the next.
fn assert_equal(cases: &[Case]) {
    let mut scorer = Scorer::new();
    for case in cases {
        assert_eq!(scorer.score(&case.text), case.expected, "{:?}", case.text);
    }
}

/// Made by `fixture/make_fixture.py`.
#[test]
fn fixture() -> Result {
    let mut cases = Vec::new();
    for line in include_str!("fixture/vader.jsonl").lines() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        let number = |key: &str| line[key].as_f64().ok_or("not a number");
        cases.push(Case {
            text: line["text"].as_str().ok_or("not a text")?.to_owned(),
            expected: Scores {
                compound: number("compound")?,
                positive: number("pos")?,
                neutral: number("neu")?,
                negative: number("neg")?,
            },
        });
    }
    assert!(cases.len() > 300);
    assert_equal(&cases);
    Ok(())
}

/// The texts of the paper: `set, neg, neu, pos, compound, text`. They are not part of the repository.
#[test]
fn ground_truth() -> Result {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/labels-vader-groundtruth/parity_vader332.tsv");
    if !path.exists() {
        println!("skipped: there is no {}", path.display());
        return Ok(());
    }
    let mut cases = Vec::new();
    for line in std::fs::read_to_string(path)?.lines().skip(1) {
        let fields: Vec<&str> = line.splitn(6, '\t').collect();
        let [_, negative, neutral, positive, compound, text] = fields[..] else {
            return Err(format!("six fields expected: {line}").into());
        };
        cases.push(Case {
            text: text.to_owned(),
            expected: Scores {
                compound: compound.parse()?,
                positive: positive.parse()?,
                neutral: neutral.parse()?,
                negative: negative.parse()?,
            },
        });
    }
    assert_eq!(cases.len(), 23_703);
    assert_equal(&cases);
    Ok(())
}
