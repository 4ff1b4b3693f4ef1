//! Which language a text in Latin letters is in, as the crate `whatlang` tells it.
//!
//! It compares the runs of three letters of a text with the 300 commonest of each of 37 languages, one language after the other, which
//! takes as long as scoring many messages. Here the languages are found by the runs. The numbers are the same; the tests compare them.

use std::cmp::Reverse;
use std::sync::OnceLock;

/// `language TAB alphabet TAB runs of three letters`, the commonest first, one a line. See `data/README.md`.
const LANGUAGES: &str = include_str!("../../data/whatlang_latin.txt");
const COUNT: usize = 37;
const ALL: u64 = (1 << COUNT) - 1;
/// Runs that are known of each language, and how far a run is that is not among them.
const RUNS: i32 = 300;

const SLOT_BITS: u32 = 13;
const SLOTS: usize = 1 << SLOT_BITS;

/// A run of letters, and which of the places are its own; none in a free slot.
#[derive(Clone, Copy, Default)]
struct Run {
    key: u64,
    begin: u16,
    end: u16,
}

/// All languages, by what is in them.
struct Languages {
    english: usize,
    /// The languages that have a letter, a bit each: of ASCII, and of others in their order.
    ascii: [u64; 128],
    others: Vec<(char, u64)>,
    /// A hash table with linear probing, half full.
    runs: Box<[Run; SLOTS]>,
    /// A language, and which of its runs it is.
    places: Vec<(u8, u16)>,
}

impl Languages {
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Languages> = OnceLock::new();
        SHARED.get_or_init(Self::build)
    }

    fn build() -> Self {
        let (mut letters, mut runs, mut english) = (vec![], vec![], 0);
        for (at, line) in LANGUAGES.lines().enumerate() {
            let mut fields = line.split('\t');
            english = if fields.next() == Some("eng") { at } else { english };
            letters.extend(fields.next().unwrap_or_default().chars().map(|letter| (letter, at)));
            let all: Vec<u64> = fields.next().unwrap_or_default().chars().map(u64::from).collect();
            runs.extend(all.chunks(3).enumerate().map(|(place, run)| (key(run), at as u8, place as u16)));
        }
        letters.sort_unstable();
        runs.sort_unstable();
        let mut languages =
            Self { english, ascii: [0; 128], others: vec![], runs: Box::new([Run::default(); SLOTS]), places: vec![] };
        for letter in letters.chunk_by(|one, other| one.0 == other.0) {
            let have = letter.iter().fold(0, |have, (_, language)| have | 1 << language);
            match languages.ascii.get_mut(letter[0].0 as usize) {
                Some(of_ascii) => *of_ascii = have,
                None => languages.others.push((letter[0].0, have)),
            }
        }
        for run in runs.chunk_by(|one, other| one.0 == other.0) {
            let (key, begin) = (run[0].0, languages.places.len() as u16);
            languages.places.extend(run.iter().map(|(_, language, place)| (*language, *place)));
            let slot = languages.slot(key);
            languages.runs[slot] = Run { key, begin, end: languages.places.len() as u16 };
        }
        languages
    }

    /// Where a run is, or would be.
    fn slot(&self, key: u64) -> usize {
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SLOT_BITS)) as usize;
        while self.runs[at].key != key && self.runs[at].key != 0 {
            at = (at + 1) % SLOTS;
        }
        at
    }

    /// The languages that lack a letter.
    fn lacking(&self, letter: char) -> u64 {
        let have = self.ascii.get(letter as usize).copied().unwrap_or_else(|| {
            let found = self.others.binary_search_by_key(&letter, |(other, _)| *other);
            found.map_or(0, |at| self.others[at].1)
        });
        ALL & !have
    }
}

fn key(run: &[u64]) -> u64 {
    run.iter().fold(0, |key, letter| key << 21 | letter)
}

/// No space, digit or mark of ASCII.
fn counts(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphabetic() || c == '\u{7f}'
}

/// Whether a text in Latin letters, at most 600 of them, is surely in another language than English.
pub(super) fn is_foreign(text: &str) -> bool {
    let languages = Languages::shared();
    let lower = text.to_lowercase();
    let (letters, of_letters) = by_letters(&lower, languages);
    let (runs, of_runs) = by_runs(&lower, languages);
    if letters == 0 || runs == 0 {
        return false;
    }
    let weight = (-(letters as f64 / 300.0) + 2.0 / 3.0).clamp(1.0 / 3.0, 2.0 / 3.0);
    let (mut first, mut second, mut found) = (0.0, 0.0, languages.english);
    for (language, (of_letters, of_runs)) in of_letters.into_iter().zip(of_runs).enumerate() {
        let score = of_letters * weight + of_runs * (1.0 - weight);
        if score > first {
            (first, second, found) = (score, first, language);
        } else if score > second {
            second = score;
        }
    }
    found != languages.english && confidence(first, second, runs) > 0.9
}

/// How sure the best language is, of the best score and the next.
fn confidence(first: f64, second: f64, runs: usize) -> f64 {
    if first == 0.0 || second == 0.0 {
        return first;
    }
    let enough = (3.0 / runs as f64) + 0.015;
    let lead = (first - second) / second;
    if lead > enough { 1.0 } else { lead / enough }
}

/// How many letters there are, and of each language, how many more are its own than are not.
fn by_letters(lower: &str, languages: &Languages) -> (usize, [f64; COUNT]) {
    let (mut count, mut lacking) = (0, [0; COUNT]);
    for letter in lower.chars().filter(|c| counts(*c)) {
        count += 1;
        let mut bits = languages.lacking(letter);
        while bits != 0 {
            lacking[bits.trailing_zeros() as usize] += 1;
            bits &= bits - 1;
        }
    }
    (count, lacking.map(|lacking| count.saturating_sub(2 * lacking) as f64 / count as f64))
}

/// How many runs of three letters there are, and how near their order is to that of each language.
fn by_runs(lower: &str, languages: &Languages) -> (usize, [f64; COUNT]) {
    let mut keys = Vec::with_capacity(lower.len() + 1);
    let [mut first, mut second] = [' ', ' '];
    for third in lower.chars().map(|c| if counts(c) { c } else { ' ' }).chain([' ']) {
        // The first letter comes after one blank.
        if second != ' ' || (first != ' ' && third != ' ') {
            keys.push(key(&[first, second, third].map(u64::from)));
        }
        (first, second) = (second, third);
    }
    keys.sort_unstable();
    let mut runs: Vec<(usize, u64)> =
        keys.chunk_by(|one, other| one == other).map(|same| (same.len(), same[0])).rev().collect();
    runs.sort_by_key(|(times, _)| Reverse(*times));
    let mut nearness = [0; COUNT];
    for (at, (_, key)) in runs.iter().enumerate() {
        let Run { begin, end, .. } = languages.runs[languages.slot(*key)];
        for (language, place) in &languages.places[usize::from(begin)..usize::from(end)] {
            nearness[usize::from(*language)] += RUNS - (at as i32 - i32::from(*place)).abs();
        }
    }
    let count = runs.len() as i32;
    let furthest = count * RUNS;
    let likeness = nearness.map(|nearness| {
        let distance = (RUNS * RUNS - nearness - RUNS * (RUNS - count).max(0)).clamp(0, RUNS * RUNS);
        f64::from(furthest - distance) / f64::from(furthest)
    });
    (runs.len(), likeness)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use whatlang::{Lang, Script};

    use super::*;

    /// As the crate tells it of a text in Latin letters.
    fn expected(text: &str) -> Option<bool> {
        let found = whatlang::detect(text).filter(|found| found.script() == Script::Latin)?;
        Some(found.lang() != Lang::Eng && found.is_reliable())
    }

    fn agree(text: &str) {
        if let Some(expected) = expected(text) {
            assert_eq!(is_foreign(text), expected, "{text:?}");
        }
    }

    #[test]
    fn languages_are_told_apart() {
        for (text, foreign) in [
            ("Me gusta mucho la nueva versión de este programa, gracias a todos", true),
            ("Die Ordnung muss für immer in diesem Haus bleiben", true),
            ("Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar", true),
            ("All human beings are born free and equal in dignity and rights", false),
            ("I am begging pardon", false),
            ("x", false),
        ] {
            assert_eq!(expected(text), Some(foreign), "{text}");
            agree(text);
        }
    }

    #[test]
    fn all_languages_are_read() {
        let languages = Languages::shared();
        assert_eq!(languages.places.len(), COUNT * RUNS as usize);
        assert_eq!(LANGUAGES.lines().nth(languages.english).map(|line| &line[..4]), Some("eng\t"));
        assert_eq!(languages.ascii[usize::from(b'a')], ALL);
        assert!(languages.runs.iter().filter(|run| run.key != 0).count() < SLOTS * 3 / 5);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// Texts made of a language's commonest runs, and of those of another.
        #[test]
        fn agrees_with_the_crate(
            one in 0..COUNT, other in 0..COUNT, parts in prop::collection::vec((any::<bool>(), 0usize..300), 1..100),
        ) {
            let lines: Vec<Vec<char>> = LANGUAGES.lines().map(|line| line.chars().skip(4).collect()).collect();
            let runs = |of: usize| {
                let start = lines[of].iter().position(|c| *c == '\t').map_or(0, |tab| tab + 1);
                lines[of][start..].chunks(3).map(String::from_iter).collect::<Vec<_>>()
            };
            let (one, other) = (runs(one), runs(other));
            agree(&parts.iter().map(|(which, at)| (if *which { &one } else { &other })[*at].as_str()).collect::<String>());
        }

        #[test]
        fn agrees_on_any_text(text in "(\\PC|[a-zA-Z !.]|[à-žİ]){0,300}") {
            agree(&text);
        }
    }
}
