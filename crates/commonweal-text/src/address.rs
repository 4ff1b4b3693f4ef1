//! Whom a message speaks to: words of the second person, and the harshest sentence that has one.
//!
//! Hostility is not profanity: in disputes, talk about *you* tells of personal attacks better than rude words do. In help it is common, too
//! ("you can do it with"), so beside the count stands how negative a sentence is that has such a word.
//!
//! Code, quotations and signatures are put aside, as for questions, and so are addresses of pages.
use crate::question::prose;
use crate::vader::Scorer;

/// What a message says to others.
///
/// ```
/// use commonweal_text::{address, vader::Scorer};
///
/// let found = address::read("> You are wrong.\nNo. You are a horrible liar! It works for me.", &mut Scorer::new());
/// assert_eq!((found.words, found.second_person), (10, 1));
/// assert_eq!(found.sentence.as_deref(), Some("You are a horrible liar!"));
/// assert!(found.directed > 5_000);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Words of the author's own.
    pub words: u32,
    /// Those of the second person: you, your, u, ...
    pub second_person: u32,
    /// How negative the harshest sentence with such a word is, by VADER: 0 for none, up to 10,000.
    pub directed: u32,
    /// That sentence, where it is negative at all; long ones are cut.
    pub sentence: Option<String>,
}

const SECOND_PERSON: [&str; 15] = [
    "u",
    "ur",
    "ya",
    "you",
    "you'd",
    "you'll",
    "you're",
    "you've",
    "youre",
    "yourself",
    "yourselves",
    "your",
    "yours",
    "y'all",
    "yall",
];

/// Sentences longer than this are cut: they are lists, or no prose.
const LONGEST: usize = 400;

/// Reads a message.
pub fn read(text: &str, scorer: &mut Scorer) -> Address {
    let mut address = Address::default();
    let mut sentence = String::new();
    for line in prose::lines(text) {
        if line.begins {
            address.end(&mut sentence, scorer);
        }
        for word in words(line.text) {
            if !sentence.is_empty() {
                sentence.push(' ');
            }
            sentence.push_str(word);
            if word.trim_end_matches(['"', '\'', ')', '”', '’']).ends_with(['.', '!', '?', '。', '！', '？']) {
                address.end(&mut sentence, scorer);
            }
        }
    }
    address.end(&mut sentence, scorer);
    address
}

/// What is read of a message: the words that are its author's own.
///
/// ```
/// let text = "> You are wrong.\nSee `foo` at https://example.org/foo please\n-- \nana";
/// assert_eq!(commonweal_text::address::prose(text), "See at please");
/// ```
pub fn prose(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    for word in prose::lines(text).flat_map(|line| words(line.text)) {
        if !read.is_empty() {
            read.push(' ');
        }
        read.push_str(word);
    }
    read
}

/// The words of a line, without code in backticks and addresses of pages.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    line.split_whitespace().filter(move |word| {
        let ticks = word.matches('`').count();
        let inside = code || ticks > 0;
        code ^= ticks % 2 == 1;
        !(inside || word.contains("://") || word.starts_with("www."))
    })
}

impl Address {
    /// Takes a whole sentence, and clears it.
    fn end(&mut self, sentence: &mut String, scorer: &mut Scorer) {
        let (mut words, mut second_person) = (0, 0);
        each_word(sentence, |word| {
            words += 1;
            second_person += u32::from(SECOND_PERSON.contains(&word));
        });
        self.words = self.words.saturating_add(words);
        self.second_person = self.second_person.saturating_add(second_person);
        if second_person > 0 {
            let cut = sentence.char_indices().nth(LONGEST).map_or(sentence.len(), |(at, _)| at);
            let harsh = -scorer.score(&sentence[..cut]).compound_ten_thousandths();
            if harsh > self.directed as i32 {
                self.directed = harsh as u32;
                self.sentence = Some(sentence[..cut].to_owned());
            }
        }
        sentence.clear();
    }
}

/// Calls `found` for each word in lower case: letters, digits, and apostrophes between them.
fn each_word(text: &str, mut found: impl FnMut(&str)) {
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        let c = if c == '\u{2019}' { '\'' } else { c };
        if c.is_alphanumeric() || (c == '\'' && !word.is_empty()) {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            found(word.trim_end_matches('\''));
            word.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Address {
        read(text, &mut Scorer::new())
    }

    #[test]
    fn the_second_person_in_its_forms() {
        let found = of("You're not yourself, are you? Your code; ur idea, YOU’VE seen it. Youth is no you.");
        assert_eq!((found.words, found.second_person), (16, 7));
        assert_eq!(of(""), Address::default());
    }

    #[test]
    fn only_what_is_said_to_somebody_is_directed() {
        assert_eq!(of("This release is horrible and awful.").directed, 0);
        let found = of("This release is horrible. Thank you for it!");
        assert_eq!((found.directed, found.sentence), (0, None));
        let found = of("Nice work.\nYou are stupid. You are an evil and horrible idiot.");
        assert_eq!(found.sentence.as_deref(), Some("You are an evil and horrible idiot."));
    }

    #[test]
    fn code_quotations_and_addresses_are_no_prose() {
        assert_eq!(
            of("> you you\n```\nyou\n```\n`you are` so `a you` https://you.example/you www.you.example").words,
            1
        );
        // An odd backtick ends with its line.
        assert_eq!(of("a ` you\nyou").second_person, 1);
    }

    #[test]
    fn a_sentence_may_run_over_lines() {
        let found = of("I think that you and the others who have written this piece of\nhorrible nonsense. Fine.");
        assert!(found.sentence.is_some_and(|s| s.ends_with("nonsense.")));
    }

    #[test]
    fn long_texts_take_no_longer_than_their_length() {
        let found = of(&"you bad ".repeat(100_000));
        assert_eq!((found.words, found.second_person), (200_000, 100_000));
        assert_eq!(found.sentence.map(|s| s.chars().count()), Some(LONGEST));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,80}") {
            let found = of(&text);
            assert!(found.second_person <= found.words && found.directed <= 10_000);
        }
    }
}
