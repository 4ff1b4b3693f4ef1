//! What holds for the scores of the trained model.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::time::{Duration, Instant};

use commonweal_text::model::train::Head;
use commonweal_text::model::{Fault, Label, ONE, Part, Profile, Scorer, Scores, Unscored};
use proptest::prelude::*;

fn scorer(name: &str) -> Scorer {
    Scorer::new(Profile::named(name).unwrap())
}

fn label(text: &str) -> Label {
    scorer("general").score(text).unwrap().label
}

#[test]
fn plain_cases() {
    assert_eq!(label("I love this release, great work everyone!"), Label::Positive);
    assert_eq!(label("This is terrible, nothing works any more and I am angry."), Label::Negative);
    assert_eq!(label("The meeting is on Tuesday at ten."), Label::Neutral);
    assert_eq!(label("This is not good at all."), Label::Negative);
    let mut scorer = scorer("general");
    let mut attack = |text: &str| scorer.score(text).unwrap().attack;
    assert!(attack("You are an idiot and your opinion is worthless.") > attack("The worker thread stops at once."));
}

#[test]
fn what_is_not_prose_has_no_score() {
    let mut scorer = scorer("general");
    for (text, reason) in [
        ("", Unscored::Empty),
        (" \n\t", Unscored::Empty),
        ("```\nlet x = 1;\n```", Unscored::NotProse),
        ("`foo()`", Unscored::NotProse),
        ("> I hate this", Unscored::NotProse),
        ("https://example.org/awful", Unscored::NotProse),
        ("@ana @ben", Unscored::NotProse),
        ("-- \nana", Unscored::NotProse),
        ("Спасибо, всё работает", Unscored::OtherLanguage),
        ("こんにちは、これは良いですね", Unscored::OtherLanguage),
        ("Me gusta mucho la nueva versión de este programa, gracias a todos", Unscored::OtherLanguage),
    ] {
        assert_eq!(scorer.score(text), Err(reason), "{text:?}");
    }
    let quoted = scorer.score("> You are all idiots.\nThank you, that helps a lot.").unwrap();
    assert_eq!(quoted, scorer.score("Thank you, that helps a lot.").unwrap());
}

#[test]
fn short_and_odd_english_is_scored() {
    let mut scorer = scorer("general");
    for text in ["lgtm", "+1", "thx!!", "😀", ":(", "wtf dude", "ok", "lol gg ez", "Nice find"] {
        assert!(scorer.score(text).is_ok(), "{text:?}");
    }
}

#[test]
fn reasons_sum_up_to_the_scores() {
    for name in Profile::NAMES {
        let mut scorer = scorer(name);
        let text = "I DON'T like @ana's idea, but the docs are great... 😀 Why??";
        let scores = scorer.score(text).unwrap();
        let reasons = scorer.explain(text).unwrap();
        let total =
            |of: fn(&commonweal_text::model::Reason) -> i32| reasons.iter().map(|r| Scores::number(of(r))).sum::<f64>();
        let logistic = |logit: f64| 1.0 / (1.0 + (-logit).exp());
        assert!((logistic(total(|r| r.offensive)) - Scores::number(scores.offensive)).abs() < 2e-4);
        assert!((logistic(total(|r| r.attack)) - Scores::number(scores.attack)).abs() < 2e-4);
        assert!(reasons.iter().any(|reason| reason.part == Part::Start));
    }
}

/// Scores as they are on every machine; a change of them is a change of the model.
#[test]
fn scores_are_the_same_everywhere() {
    let texts =
        ["Thank you!", "this is broken again", "You never listen to anyone here.", "The docs are at the top 😀"];
    let mut sum = 0u64;
    for name in Profile::NAMES {
        let mut scorer = scorer(name);
        for text in texts {
            let s = scorer.score(text).unwrap();
            for part in [s.sentiment, s.confidence, s.offensive, s.attack] {
                sum = sum.wrapping_mul(0x100_0000_01B3) ^ u64::from(part as u32);
            }
        }
    }
    assert_eq!(sum, 0x6f17_5767_8b46_7dee, "{sum:#x}");
}

#[test]
fn hostile_texts_take_bounded_time() {
    let mut texts = vec![
        "x".repeat(10_000_000),
        "good ".repeat(2_000_000),
        "😀".repeat(1_000_000),
        "e\u{300}\u{200d}".repeat(1_000_000),
        "\u{202e}\u{5d0}".repeat(1_000_000),
        "`".repeat(1_000_000),
        "` ".repeat(500_000),
        "> ".repeat(1_000_000),
        "\n".repeat(1_000_000),
        "\0\u{1}\u{7f}".repeat(100_000),
        "@".repeat(1_000_000),
        "-'".repeat(500_000),
    ];
    texts.push(format!("{}\u{10ffff}", "é".repeat(32_767)));
    let mut scorer = scorer("social");
    for text in &texts {
        let start = Instant::now();
        let first = scorer.score(text);
        assert!(start.elapsed() < Duration::from_secs(2), "{:?} {:?}", text.chars().next(), start.elapsed());
        assert_eq!(scorer.score(text), first);
        _ = scorer.explain(text);
    }
    assert!(scorer.score(&texts[2]).is_ok());
}

#[test]
fn profiles_are_kept_and_altered_ones_refused() {
    let profile = Profile::named("developer").unwrap();
    let bytes = profile.save();
    assert_eq!(Profile::load(&bytes), Ok(profile));
    assert_eq!(Profile::load(b"something else"), Err(Fault::NotAProfile));
    assert_eq!(Profile::load(&bytes[..bytes.len() - 1]), Err(Fault::Altered));
    for at in [10, 50, 110, 130, 200, bytes.len() - 1] {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert_eq!(Profile::load(&altered), Err(Fault::Altered), "byte {at}");
    }
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert_eq!(Profile::load(&newer), Err(Fault::Version { found: 9 }));
    assert!(Fault::Altered.to_string().contains("hash"));
}

#[test]
fn a_fitted_profile_learns_what_words_mean_here() {
    let texts: Vec<String> = (0..400)
        .map(|i| match i % 4 {
            0 => format!("ship case {i} to the sick list"),
            1 => format!("case {i} was a banger today"),
            2 => format!("case {i} went to the vault"),
            _ => format!("case {i} is with the clerk"),
        })
        .collect();
    let labelled: Vec<(&str, u8)> =
        texts.iter().enumerate().map(|(i, text)| (text.as_str(), [2, 2, 0, 1][i % 4])).collect();
    let fitted = Profile::general().unwrap().fit("ours", Head::Sentiment, &labelled).unwrap();
    let mut scorer = Scorer::new(fitted.clone());
    let mut label = |text: &str| scorer.score(text).unwrap().label;
    assert_eq!(label("case 999 went to the vault"), Label::Negative);
    assert_eq!(label("case 999 was a banger"), Label::Positive);
    assert_eq!(label("case 999 is with the clerk"), Label::Neutral);
    assert_eq!(Profile::load(&fitted.save()).unwrap(), fitted);
    assert_eq!(Profile::general().unwrap().fit("ours", Head::Sentiment, &labelled).unwrap(), fitted);

    let few = Profile::general().unwrap().fit("ours", Head::Sentiment, &labelled[..249]);
    assert!(few.unwrap_err().to_string().contains("250"));
    let wrong: Vec<(&str, u8)> = labelled.iter().map(|(text, _)| (*text, 3)).collect();
    assert!(matches!(Profile::general().unwrap().fit("ours", Head::Attack, &wrong), Err(Fault::Labels(_))));
}

proptest! {
    #[test]
    fn any_text_has_scores_or_a_reason(text in any::<String>()) {
        let mut scorer = scorer("chat");
        if let Ok(scores) = scorer.score(&text) {
            prop_assert!((-ONE..=ONE).contains(&scores.sentiment));
            for probability in [scores.confidence, scores.offensive, scores.attack] {
                prop_assert!((0..=ONE).contains(&probability));
            }
        }
        let reasons = scorer.explain(&text);
        prop_assert_eq!(reasons.is_ok(), scorer.score(&text).is_ok());
    }

    #[test]
    fn a_scorer_remembers_nothing(first in "\\PC{0,80}", second in "[a-z!?' ]{0,80}") {
        let mut used = scorer("general");
        _ = used.score(&first);
        prop_assert_eq!(used.score(&second), scorer("general").score(&second));
    }

    #[test]
    fn what_is_not_seen_changes_nothing(words in prop::collection::vec("[a-z]{1,8}", 4..9), at in 0usize..4) {
        let plain = words.join(" ");
        let mut joined = words;
        joined[at].insert(1, '\u{200d}');
        let mut scorer = scorer("general");
        let (plain, joined) = (scorer.score(&plain), scorer.score(&joined.join(" ")));
        if let (Ok(plain), Ok(joined)) = (plain, joined) {
            prop_assert_eq!(plain, joined);
        }
    }
}
