//! One pass over the lines of a message, sentence by sentence.
use super::phrases::{Phrases, START, Word};
use super::prose::Line;

/// Bytes of the longest word that is looked up.
const LONGEST: usize = 16;

/// The end of a greeting: what follows a comma after so few words begins a sentence.
const GREETING: u32 = 3;

/// Where the pass is.
#[derive(Debug)]
pub(super) struct Scan<'p> {
    phrases: &'p Phrases,
    /// Phrases under way, by their place in the tree.
    open: Vec<u32>,
    next: Vec<u32>,
    /// Whether the next word begins a sentence.
    begins: bool,
    /// Words of the sentence so far.
    words: u32,
    word: String,
    long: bool,
    /// The last character that is no blank.
    last: char,
}

impl<'p> Scan<'p> {
    pub(super) fn new(phrases: &'p Phrases) -> Self {
        Self {
            phrases,
            open: vec![],
            next: vec![],
            begins: true,
            words: 0,
            word: String::with_capacity(LONGEST),
            long: false,
            last: ' ',
        }
    }

    /// Reads a line; whether it shows that the message asks.
    pub(super) fn line(&mut self, line: Line<'_>) -> bool {
        if line.begins {
            // A phrase may go on over the end of a line, whoever wrapped it.
            (self.begins, self.words) = (true, 0);
        }
        let mut rest = line.text.chars();
        while let Some(c) = rest.next() {
            let next = rest.clone().next();
            if c == '`' {
                // Code: a word that nobody knows. Without an end it is a mark like others.
                if let Some(end) = rest.as_str().find('`') {
                    if self.end_word() {
                        return true;
                    }
                    rest = rest.as_str()[end + 1..].chars();
                    self.open.clear();
                    (self.begins, self.words, self.last) = (false, self.words + 1, 'x');
                    continue;
                }
            }
            let address = (c == ':' && rest.as_str().starts_with("//")) || (c == '.' && self.word == "www");
            if address {
                let end = rest.as_str().find(|c: char| c.is_whitespace() || "<>()[]\"".contains(c));
                let (address, after) = rest.as_str().split_at(end.unwrap_or(rest.as_str().len()));
                // What punctuates the sentence is no part of the address.
                let own = address.trim_end_matches(['?', '!', '.', ',', ';', ':']);
                rest = rest.as_str()[own.len()..].chars();
                debug_assert!(rest.as_str().ends_with(after));
                self.word.clear();
                self.long = false;
                self.open.clear();
                (self.begins, self.words, self.last) = (false, self.words + 1, 'x');
                continue;
            }
            if self.read(c, next) {
                return true;
            }
        }
        self.end_word()
    }

    fn read(&mut self, c: char, next: Option<char>) -> bool {
        let c = if c == '\u{2019}' { '\'' } else { c };
        if c.is_alphanumeric() || (c == '\'' && !self.word.is_empty() && next.is_some_and(char::is_alphabetic)) {
            self.long |= self.word.len() + c.len_utf8() > LONGEST;
            if !self.long {
                self.word.extend(c.to_lowercase());
            }
            self.last = c;
            return false;
        }
        if self.end_word() {
            return true;
        }
        if self.is_mark(c, next) {
            return true;
        }
        match c {
            '.' | '!' | '?' | ':' | ']' | '。' | '！' => self.sentence(),
            ',' if self.words <= GREETING => self.sentence(),
            _ => {}
        }
        if !c.is_whitespace() {
            self.last = c;
        }
        false
    }

    /// Whether a character is a question mark that ends a sentence.
    fn is_mark(&self, c: char, next: Option<char>) -> bool {
        let after_a_word = self.last.is_alphanumeric() || ")]}\"'”’»*_".contains(self.last);
        match c {
            '？' | '؟' | '\u{37e}' | '⁇' | '⁈' | '⁉' | '፧' | '﹖' => self.words > 0,
            ';' => matches!(self.last, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}') && self.words > 0,
            '?' => {
                let code = next.is_some_and(|next| next.is_ascii_alphanumeric() || "=&/{\\%+:.".contains(next));
                self.words > 0 && after_a_word && !(code && self.last.is_ascii())
            }
            _ => false,
        }
    }

    /// A sentence begins.
    fn sentence(&mut self) {
        (self.begins, self.words) = (true, 0);
        self.open.clear();
    }

    /// Looks the word up that has been read, if any; whether a phrase of asking ends with it.
    fn end_word(&mut self) -> bool {
        if self.word.is_empty() && !self.long {
            return false;
        }
        let word = if self.long { Word::OTHER } else { self.phrases.word(&self.word) };
        self.word.clear();
        self.long = false;
        self.words = self.words.saturating_add(1);
        if word == Word::OTHER {
            self.open.clear();
            self.begins = false;
            return false;
        }
        self.next.clear();
        let starts = self.begins.then(|| self.phrases.step(0, START)).flatten();
        for place in self.open.drain(..).chain(starts).chain([0]) {
            if let Some(place) = self.phrases.step(place, word) {
                if self.phrases.asks(place) {
                    return true;
                }
                self.next.push(place);
            }
        }
        std::mem::swap(&mut self.open, &mut self.next);
        // A greeting or an "and" leaves the sentence to begin.
        self.begins &= self.phrases.is_filler(word);
        false
    }
}
