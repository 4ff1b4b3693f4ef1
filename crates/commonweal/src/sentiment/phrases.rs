//! Patterns of words, and which of them a text has.
use unicode_normalization::UnicodeNormalization;

/// Words, in order, that a text is searched for. Letters' case and what stands between words make no difference; a `*` at the end of a
/// pattern stands for the rest of a word: `"log in"` is found in "Log-in failed", `"price*"` in "the prices".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase(String);

impl Phrase {
    /// The pattern of a text; none where it has no word, or a `*` elsewhere.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let (start, is_start) = match pattern.trim_end().strip_suffix('*') {
            Some(start) => (start, true),
            None => (pattern, false),
        };
        let mut words = String::from(" ");
        read(start, &mut words);
        if words.len() == 1 || start.contains('*') {
            return None;
        }
        if is_start && !start.ends_with(char::is_whitespace) {
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
    // A letter may be written with its accent, or as a letter and an accent after it.
    if text.is_ascii() { each(text.chars(), into) } else { each(text.nfc(), into) }
}

fn each(letters: impl Iterator<Item = char>, into: &mut String) {
    for c in letters {
        if c.is_ascii_alphanumeric() {
            into.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() || is_mark(c) && !into.ends_with(' ') {
            // The small letter of the Turkish capital with a dot has the dot apart.
            into.extend(c.to_lowercase().filter(|c| *c != '\u{307}'));
        } else if matches!(c, '+' | '#') && !into.ends_with(' ') {
            // At the end of a word, as of C#; before one, as of #launch, it says nothing.
            into.push(c);
        } else if !matches!(c, '\'' | '\u{2019}') && !into.ends_with(' ') {
            into.push(' ');
        }
    }
    if !into.ends_with(' ') {
        into.push(' ');
    }
}

/// Accents that no letter is written with in one.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
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
        assert!(found("über", "u\u{308}ber uns") && found("u\u{308}ber", "über uns") && found("istanbul", "İstanbul"));
        assert!(
            found("price*", "awful #prices today") && found("#launch", "the launch") && found("launch", "#launch!")
        );
        assert!(found("c#", "C# or F#") && !found("c", "C#"));
        for none in [" - ", "*", "log*in", "*price", "+", "price**"] {
            assert_eq!(Phrase::new(none), None, "{none}");
        }
    }
}
