//! Patterns of words, and which of them a text has.

/// Words, in order, that a text is searched for. Letters' case and what stands between words make no difference; a `*` at the end of a
/// pattern stands for the rest of a word: `"log in"` is found in "Log-in failed", `"price*"` in "the prices".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase(String);

impl Phrase {
    /// The pattern of a text; none where it has no word.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let mut words = String::from(" ");
        read(pattern.trim_end().trim_end_matches('*'), &mut words);
        if words.len() == 1 {
            return None;
        }
        if pattern.trim_end().ends_with('*') {
            words.pop();
        }
        Some(Self(words))
    }

    /// Whether a text has it; the text as [`words`] gives it.
    pub(super) fn is_in(&self, words: &str) -> bool {
        words.contains(&self.0)
    }
}

/// The words of a text in lower case, a blank before and after each.
pub(super) fn words(text: &str, into: &mut String) {
    into.clear();
    into.push(' ');
    read(text, into);
}

fn read(text: &str, into: &mut String) {
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, '+' | '#') {
            into.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '\u{2019}') && !into.ends_with(' ') {
            into.push(' ');
        }
    }
    if !into.ends_with(' ') {
        into.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> bool {
        let mut buffer = String::new();
        words(text, &mut buffer);
        Phrase::new(pattern).expect("a word").is_in(&buffer)
    }

    #[test]
    fn words_are_found_as_wholes() {
        assert!(
            found("log in", "Log-in failed")
                && found("LOG IN", "please log\nin!")
                && !found("log in", "catalog in print")
        );
        assert!(found("price*", "the prices.") && found("price*", "Price: 5") && !found("price", "the prices"));
        assert!(found("c++", "I like C++.") && !found("c", "I like C++") && found("don't", "I don’t"));
        assert!(found("preis*", "Preiserhöhung") && found("über", "ÜBER uns"));
        assert_eq!((Phrase::new(" - "), Phrase::new("*")), (None, None));
    }
}
