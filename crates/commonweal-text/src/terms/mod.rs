//! The terms of a text, for search and for comparing texts: what it is about, in words.
mod stop;

use stop::STOP_WORDS;

/// Longer terms are no words: hashes, encoded data.
const LONGEST: usize = 40;

/// Calls `found` for each term of a text, in order, in lower case.
///
/// A term is a run of letters and digits of more than one character. Runs joined by one of `_ . : / - +`, as in `std::vec`,
/// `read_csv` or `setup.py`, give each run and the whole; a trailing `#` or `+` belongs to the word, as in `C#` and `C++`. Of Chinese
/// and Japanese script, which does not part its words, every two neighbouring characters are a term. English words that say nothing
/// of the subject are left out; nothing is cut to a stem, so other languages fare no worse.
///
/// ```
/// let mut terms = vec![];
/// commonweal_text::terms::each("How do I call std::sort in C++?", |term| terms.push(term.to_owned()));
/// assert_eq!(terms, ["call", "std", "sort", "std::sort", "c++"]);
/// ```
pub fn each(text: &str, mut found: impl FnMut(&str)) {
    let mut word = Word::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if is_letter(c) {
            word.letter(c);
        } else if let Some(joint) = joint(c, &mut chars).filter(|_| word.ends_in_letter()) {
            word.text.push_str(joint);
        } else if matches!(c, '+' | '#') && !word.text.is_empty() {
            word.text.push(c);
        } else {
            word.tell(&mut found);
        }
    }
    word.tell(&mut found);
}

fn is_letter(c: char) -> bool {
    // Combining accents belong to their letter.
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// What joins two runs into one word, where a letter follows.
fn joint(c: char, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<&'static str> {
    let mut ahead = rest.clone();
    let next = ahead.next()?;
    if c == ':' && next == ':' && ahead.next().is_some_and(is_letter) {
        rest.next();
        return Some("::");
    }
    let joints = [('_', "_"), ('.', "."), (':', ":"), ('/', "/"), ('-', "-"), ('+', "+")];
    joints.iter().find(|(joint, _)| *joint == c && is_letter(next)).map(|(_, text)| *text)
}

/// The word being read.
#[derive(Default)]
struct Word {
    text: String,
    /// Where the runs of letters in it start and end.
    runs: Vec<(usize, usize)>,
}

impl Word {
    fn ends_in_letter(&self) -> bool {
        self.runs.last().is_some_and(|(_, end)| *end == self.text.len())
    }

    fn letter(&mut self, c: char) {
        let start = self.text.len();
        let goes_on = self.ends_in_letter();
        self.text.extend(c.to_lowercase());
        let end = self.text.len();
        match self.runs.last_mut().filter(|_| goes_on) {
            Some(run) => run.1 = end,
            None => self.runs.push((start, end)),
        }
    }

    fn tell(&mut self, found: &mut impl FnMut(&str)) {
        for (start, end) in &self.runs {
            let run = &self.text[*start..*end];
            if run.chars().any(is_unparted) { neighbours(run, found) } else { tell(run, found) }
        }
        let plain = matches!(self.runs.as_slice(), [(0, end)] if *end == self.text.len());
        if !plain && !self.text.chars().any(is_unparted) {
            tell(&self.text, found);
        }
        self.text.clear();
        self.runs.clear();
    }
}

fn tell(term: &str, found: &mut impl FnMut(&str)) {
    // Two at least, and not too many; most are short, so not all of a long one is counted.
    let length = term.chars().take(LONGEST + 1).count();
    if (2..=LONGEST).contains(&length) && STOP_WORDS.binary_search(&term).is_err() {
        found(term);
    }
}

/// Kana and Han.
fn is_unparted(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Every two characters of unparted script that stand together, one alone as it is, and the words between.
fn neighbours(run: &str, found: &mut impl FnMut(&str)) {
    let mut rest = run;
    while let Some(first) = rest.chars().next() {
        let unparted = is_unparted(first);
        let end = rest.find(|c| is_unparted(c) != unparted).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        if !unparted {
            tell(piece, found);
            continue;
        }
        let starts: Vec<usize> = piece.char_indices().map(|(at, _)| at).chain([piece.len()]).collect();
        if starts.len() == 2 {
            found(piece);
        }
        starts.windows(3).for_each(|two| found(&piece[two[0]..two[2]]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let mut terms = vec![];
        each(text, |term| terms.push(term.to_owned()));
        terms
    }

    #[test]
    fn words_and_code() {
        assert_eq!(terms("The GHZ state"), ["ghz", "state"]);
        assert_eq!(terms("pd.read_csv(\"a.csv\")"), ["pd", "read", "csv", "pd.read_csv", "csv", "a.csv"]);
        assert_eq!(terms("C#, C++ and c++11."), ["c#", "c++", "11", "c++11"]);
        assert_eq!(terms("x = y+z; end."), ["y+z", "end"]);
        assert_eq!(terms("https://example.org/a-b"), ["example", "org", "example.org/a-b"]);
        assert_eq!(terms("don't I'll it’s"), Vec::<String>::new());
        assert_eq!(terms("..a__b:: --x"), Vec::<String>::new());
    }

    #[test]
    fn other_scripts() {
        assert_eq!(terms("Über Straße"), ["über", "straße"]);
        assert_eq!(terms("東京都でrust"), ["東京", "京都", "都で", "rust"]);
        assert_eq!(terms("é水"), ["水"]);
        assert_eq!(terms("Привет, мир"), ["привет", "мир"]);
    }

    #[test]
    fn what_is_too_long_is_no_word() {
        let long = "a".repeat(41);
        assert_eq!(terms(&format!("{long} {}", &long[1..])), [&long[1..]]);
        assert_eq!(terms(&format!("{long}.ok")), ["ok"]);
    }

    #[test]
    fn stop_words_can_be_searched() {
        assert!(STOP_WORDS.is_sorted());
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_terms_in_lower_case(text in "\\PC{0,60}") {
            each(&text, |term| {
                assert!(!term.is_empty() && term.chars().count() <= LONGEST);
                assert!(!term.contains(char::is_whitespace));
                assert_eq!(term.chars().filter(char::is_ascii_uppercase).count(), 0);
            });
        }
    }
}
