//! What made a score.

use std::ops::Range;

use super::features::{Origin, Tokens, each};
use super::meaning;
use super::profile::{ATTACK, HEADS, OFFENSIVE, Profile, SENTIMENT};
use super::train::own_hash;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A word, mark or emoji, by its place in bytes: itself, its letters, VADER's rating of it, half of each pair it is in, and what it
    /// means among the others.
    Word(Range<usize>),
    /// A count over the whole text.
    Whole(&'static str),
    /// What holds before anything is read.
    Start,
}

/// What a part of a text adds to the logits, in units of 2⁻²⁰.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The part.
    pub part: Part,
    /// What it adds to the logit of positive, less what it adds to that of negative.
    pub sentiment: i32,
    /// What it adds to the logit of offensive.
    pub offensive: i32,
    /// What it adds to the logit of attack.
    pub attack: i32,
}

impl Reason {
    fn strength(&self) -> i32 {
        self.sentiment.abs().max(self.offensive.abs()).max(self.attack.abs())
    }
}

/// The reasons for the scores of a text, the strongest first.
pub(crate) fn explain(tokens: &Tokens, profile: &Profile) -> Vec<Reason> {
    let own = &profile.own;
    let weight = |hash: u32, head: usize| {
        let blend = own.blends[head];
        let of_own = own.table.as_ref().map_or(0, |table| table.weight(own_hash(hash), head));
        i64::from(profile.weights.shared.weight(hash, head)) * i64::from(blend.shared)
            + i64::from(of_own) * i64::from(blend.own)
    };
    let mut of_words = vec![[0i64; HEADS]; tokens.all.len()];
    let mut of_whole: Vec<(&'static str, [i64; HEADS])> = vec![];
    let mut count: u64 = 0;
    each(tokens, |hash, origin| {
        count += 1;
        let weights: [i64; HEADS] = std::array::from_fn(|head| weight(hash, head));
        let mut add = |at: usize, part: i64| {
            of_words[at].iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * part / 2);
        };
        match origin {
            Origin::Word(at) | Origin::Rating(at) | Origin::Letters(at) => add(at, 2),
            Origin::Pair(at, before) => {
                add(at, 1);
                add(before, 1);
            }
            Origin::Text(name) => match of_whole.iter_mut().find(|(have, _)| *have == name) {
                Some((_, sums)) => sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight),
                None => of_whole.push((name, weights)),
            },
        }
    });
    let root = (count.max(1) << 20).isqrt() as i64;
    let reason = |part: Part, sums: [i64; HEADS]| {
        let [negative, _, positive] = SENTIMENT.map(|head| sums[head]);
        Reason {
            part,
            sentiment: (positive - negative) as i32,
            offensive: sums[OFFENSIVE] as i32,
            attack: sums[ATTACK] as i32,
        }
    };
    let scaled = |sums: [i64; HEADS]| sums.map(|sum| (sum << 10) / root);
    let meanings = &profile.weights.meanings;
    let blended = |part: i64, head: usize| (part * i64::from(own.blends[head].meaning)) >> 20;
    let mut start = meanings.logits(meaning::words(tokens));
    let words = tokens.all.iter().zip(of_words).zip(meanings.parts(tokens)).map(|((token, sums), parts)| {
        let place = token.place.start as usize..token.place.end as usize;
        start.iter_mut().zip(parts).for_each(|(rest, part)| *rest -= part);
        let sums = scaled(sums);
        reason(Part::Word(place), std::array::from_fn(|head| sums[head] + blended(parts[head], head)))
    });
    let words: Vec<Reason> = words.collect();
    let whole = of_whole.into_iter().map(|(name, sums)| reason(Part::Whole(name), scaled(sums)));
    let of_start = std::array::from_fn(|head| blended(start[head], head) + i64::from(own.blends[head].bias));
    let mut reasons: Vec<Reason> = words.into_iter().chain(whole).chain([reason(Part::Start, of_start)]).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.strength()));
    reasons
}
