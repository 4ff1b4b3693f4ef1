//! What holds for the scores of any text.

use commonweal_text::vader::{Label, Scorer, Scores, score};
use proptest::prelude::*;

/// Words that rules look at, with marks and emoji between, so that the rules meet often.
fn heated_text() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "good", "bad", "GREAT", "awful!", "not", "isn't", "never", "so", "this", "no", "or", "very", "VERY", "kind",
        "of", "but", "least", "at", "without", "doubt", "the", "shit", "to", "die", "for", "hardly", "??", "!!!", ":)",
        "😀", "é", "table",
    ];
    prop::collection::vec(prop::sample::select(WORDS), 0..200).prop_map(|words| words.join(" "))
}

fn assert_in_range(scores: Scores) -> Result<(), TestCaseError> {
    prop_assert!((-1.0..=1.0).contains(&scores.compound));
    for share in [scores.positive, scores.neutral, scores.negative] {
        prop_assert!((0.0..=1.0).contains(&share));
    }
    let total = scores.positive + scores.neutral + scores.negative;
    let nothing = scores == Scores::default();
    prop_assert!(nothing || (total - 1.0).abs() < 0.002, "{scores:?}");
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_scored(text in any::<String>()) {
        assert_in_range(score(&text))?;
    }

    #[test]
    fn any_heated_text_is_scored(text in heated_text()) {
        assert_in_range(score(&text))?;
    }

    #[test]
    fn only_texts_without_words_have_no_shares(text in "[ \\t\\n\\u{a0}\\u{3000}]{0,5}[a-z]{0,2}") {
        let scores = score(&text);
        prop_assert_eq!(scores == Scores::default(), text.trim().is_empty());
    }

    #[test]
    fn a_scorer_remembers_nothing(first in heated_text(), second in heated_text()) {
        let mut scorer = Scorer::new();
        scorer.score(&first);
        prop_assert_eq!(scorer.score(&second), score(&second));
    }

    #[test]
    fn spaces_around_a_text_do_not_count(text in heated_text()) {
        prop_assert_eq!(score(&format!(" \n{text}\t ")), score(&text));
    }

    #[test]
    fn the_integer_is_the_compound(text in heated_text()) {
        let scores = score(&text);
        prop_assert_eq!(f64::from(scores.compound_ten_thousandths()) / 10_000.0, scores.compound);
    }

    #[test]
    fn the_label_follows_the_compound(text in heated_text()) {
        let scores = score(&text);
        let expected = match scores.compound_ten_thousandths() {
            500.. => Label::Positive,
            ..=-500 => Label::Negative,
            _ => Label::Neutral,
        };
        prop_assert_eq!(scores.label(), expected);
    }
}
