//! What is asked, and how alike a question from before is to it.
use commonweal_text::terms;
use polars::prelude::StringChunked;

use crate::hash::stable_hash;

/// Times that a question has each term, four bits each, as many as an integer holds without its sign.
const PER_WORD: usize = 31;
/// Integers for that.
pub(super) const WORDS: usize = 4;
const MOST_TIMES: u32 = 15;

/// BM25 as Robertson & Zaragoza (2009) advise.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The distinct terms of a question by first appearance, at most [`WORDS`] · [`PER_WORD`].
#[derive(Debug)]
pub(super) struct Question(Vec<Term>);

#[derive(Debug)]
struct Term {
    hash: u64,
    times: u32,
}

/// How often a question of the past has each of the terms.
pub(super) type Packed = [i128; WORDS];

/// The questions of the past, as far as BM25 asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Collection {
    pub(super) questions: i128,
    pub(super) length: i128,
    /// How many questions have each term.
    pub(super) having: Vec<i128>,
}

impl Question {
    pub(super) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found: Vec<Term> = vec![];
        for text in texts {
            terms::each(text, |term| {
                let hash = stable_hash(term.as_bytes());
                if let Some(term) = found.iter_mut().find(|term| term.hash == hash) {
                    term.times += 1;
                } else if found.len() < PER_WORD * WORDS {
                    found.push(Term { hash, times: 1 });
                }
            });
        }
        Self(found)
    }

    pub(super) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|term| term.hash)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// How often these posts have each of the terms, and how many terms they have.
    pub(super) fn read(&self, texts: &[&StringChunked], posts: impl Iterator<Item = usize>) -> (Packed, u32) {
        let (mut found, mut length) = (vec![0u32; self.len()], 0u32);
        for text in posts.flat_map(|row| texts.iter().filter_map(move |column| column.get(row))) {
            terms::each(text, |term| {
                let hash = stable_hash(term.as_bytes());
                length = length.saturating_add(1);
                if let Some(i) = self.0.iter().position(|term| term.hash == hash) {
                    found[i] = found[i].saturating_add(1);
                }
            });
        }
        let mut packed = Packed::default();
        found.iter().enumerate().for_each(|(i, times)| pack(&mut packed, i, *times));
        (packed, length)
    }

    /// Okapi BM25 of a question of the past.
    pub(super) fn likeness(&self, packed: &[i128], length: i128, all: &Collection) -> f64 {
        let n = all.questions.max(1) as f64;
        let average = (all.length.max(1) as f64 / n).max(1.0);
        let long = K1 * (1.0 - B + B * length.max(0) as f64 / average);
        let score = |(i, term): (usize, &Term)| {
            let times = times(packed, i);
            if times == 0 {
                return 0.0;
            }
            let having = (all.having.get(i).copied().unwrap_or(0) as f64).clamp(0.0, n);
            let rare = (1.0 + (n - having + 0.5) / (having + 0.5)).ln();
            f64::from(term.times) * rare * f64::from(times) * (K1 + 1.0) / (f64::from(times) + long)
        };
        self.0.iter().enumerate().map(score).sum()
    }
}

/// Notes that a question has term number `i` so many times.
pub(super) fn pack(packed: &mut Packed, i: usize, times: u32) {
    packed[i / PER_WORD] |= i128::from(times.min(MOST_TIMES)) << (4 * (i % PER_WORD));
}

/// How often it has term number `i`.
pub(super) fn times(packed: &[i128], i: usize) -> u32 {
    packed.get(i / PER_WORD).map_or(0, |word| ((word >> (4 * (i % PER_WORD))) & 15) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out() {
        let mut packed = Packed::default();
        for i in 0..PER_WORD * WORDS {
            pack(&mut packed, i, i as u32 % 20);
        }
        assert!(packed.iter().all(|word| *word > 0));
        for i in 0..PER_WORD * WORDS {
            assert_eq!(times(&packed, i), (i as u32 % 20).min(15));
        }
    }

    #[test]
    fn bm25_by_hand() {
        // Two questions of 4 and 2 terms; "qubit" is in the first alone, twice, "gate" in both, once.
        let question = Question::new(["qubit gate"]);
        let all = Collection { questions: 2, length: 6, having: vec![1, 2] };
        let mut first = Packed::default();
        pack(&mut first, 0, 2);
        pack(&mut first, 1, 1);
        // idf: ln(1 + 1.5 / 1.5) = ln 2, ln(1 + 0.5 / 2.5) = ln 1.2; k1 · (0.25 + 0.75 · 4/3) = 1.5.
        let expected = 2f64.ln() * 2.0 * 2.2 / 3.5 + 1.2f64.ln() * 2.2 / 2.5;
        assert!((question.likeness(&first, 4, &all) - expected).abs() < 1e-12);
        // A term asked for twice counts twice.
        let twice = Question::new(["qubit gate", "qubit"]);
        assert!((twice.likeness(&first, 4, &all) - expected - 2f64.ln() * 2.0 * 2.2 / 3.5).abs() < 1e-12);
        assert_eq!(question.likeness(&Packed::default(), 4, &all), 0.0);
    }
}
