//! What holds for the rule of questions on any text.
use std::time::{Duration, Instant};

use commonweal_text::question::is_question;
use proptest::prelude::*;

/// What the rule looks at, so that its parts meet often.
fn pieces() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "?",
        "？",
        ";",
        "α",
        "`",
        "```",
        "~~~",
        "\n",
        "\n> ",
        "\n    ",
        "\t",
        "http",
        "://",
        "www",
        ".",
        "[quote]",
        "[/quote]",
        "[code",
        "how",
        "to",
        "is",
        "there",
        "any",
        "ideas",
        "don't",
        "’",
        "'",
        "-- ",
        "é",
        "ß",
        "İ",
        "猫",
        "thanks",
        "in",
        "advance",
        ",",
        ":",
        "]",
        "(",
        "hi",
        "😀",
        "\u{301}",
        " ",
        "-----Original Message-----",
    ];
    prop::collection::vec(prop::sample::select(PIECES), 0..120).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_judged(text in any::<String>()) {
        is_question(&text);
    }

    #[test]
    fn any_mixture_is_judged_and_always_the_same(text in pieces()) {
        prop_assert_eq!(is_question(&text), is_question(&text));
    }

    #[test]
    fn what_is_quoted_asks_nothing(text in "[^\\r\\n]{0,60}(\n[^\\r\\n]{0,60}){0,4}") {
        let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
        prop_assert!(!is_question(&quoted));
        let asks = quoted + "Is it so?";
        prop_assert!(is_question(&asks));
    }

    #[test]
    fn a_question_at_the_end_is_found_after_any_plain_words(words in "[a-z]{1,9}( [a-z]{1,9}){0,60}") {
        let asks = format!("{words}?");
        prop_assert!(is_question(&asks));
    }
}

#[test]
fn ten_megabytes_of_anything_take_no_time() {
    const SIZE: usize = 10_000_000;
    let made = [
        "?", "`", "`a", "``` ", "how ", "://", "http://?", "[quote\n", "> \n", "any ", "'", "a'", "---\n", "İ", "? ",
        "www.",
    ];
    for piece in made {
        let text = piece.repeat(SIZE / piece.len());
        let start = Instant::now();
        is_question(&text);
        assert!(start.elapsed() < Duration::from_secs(20), "{piece:?} took {:?}", start.elapsed());
    }
}
