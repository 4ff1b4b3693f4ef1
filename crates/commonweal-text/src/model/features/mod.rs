//! What of a text the weights are for: words and pairs of them, runs of three and four letters, and a few counts.

mod characters;
mod ends;
mod tokens;
mod words;

pub(crate) use characters::mix;
pub(crate) use tokens::{Kind, Recall, Token, Tokens, Word};

/// Where a feature comes from; tokens by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A word or mark.
    Word(usize),
    /// A token and the one before it that counts.
    Pair(usize, usize),
    /// VADER's rating of a word.
    Rating(usize),
    /// Letters of a word.
    Letters(usize),
    /// The text as a whole.
    Text(&'static str),
}

const NEGATED: u64 = 0x5BD1_E995;
const PAIR: u64 = 0xB16;
const NEGATED_PAIR: u64 = 0xB17;
const RATING: u64 = 0x1E50;
const START_OF_WORD: u64 = '<' as u64;
const END_OF_WORD: u64 = '>' as u64;
/// Longer words are addresses or data: only their first letters count.
const LONGEST: usize = 40;

/// Calls `found` with the hash and the origin of each feature of a text, but not with the letters of words that a memory has taken.
#[inline]
pub(crate) fn each(tokens: &Tokens, mut found: impl FnMut(u32, Origin)) {
    let mut before: Option<(usize, &Token)> = None;
    for (number, token) in tokens.all.iter().enumerate() {
        if token.known.is_group() {
            continue;
        }
        let hash = u64::from(token.hash);
        let negated = u64::from(token.negated);
        found(mix(hash ^ (NEGATED * negated)), Origin::Word(number));
        let previous = before.map_or(0, |(_, token)| u64::from(token.hash));
        let pair = Origin::Pair(number, before.map_or(number, |(number, _)| number));
        found(mix(hash << 32 ^ previous ^ PAIR << 20), pair);
        let negated_before = before.is_some_and(|(_, token)| token.negated);
        if token.negated || negated_before {
            let both = NEGATED_PAIR + 2 * negated + u64::from(negated_before);
            found(mix(hash << 32 ^ previous ^ both << 20), pair);
        }
        if token.known.rating != 0 {
            found(mix(RATING << 32 ^ rating(token) as u64), Origin::Rating(number));
        }
        if token.kind == Kind::Word {
            letters(&tokens.folded[token.folded.start as usize..token.folded.end as usize], |hash| {
                found(hash, Origin::Letters(number));
            });
        }
        before = Some((number, token));
    }
    if let Some((number, last)) = before {
        found(mix(u64::from(last.hash) ^ PAIR << 20), Origin::Pair(number, number));
    }
    whole(tokens, |key, name| found(mix(0xFACE << 32 ^ key), Origin::Text(name)));
}

/// A word's rating in its place: turned by a negation, raised by capitals.
fn rating(token: &Token) -> i32 {
    let rating = i32::from(token.known.rating);
    let rating = if token.negated { -rating * 3 / 4 } else { rating };
    if token.shouted { rating * 5 / 4 } else { rating }
}

/// The hashes of the runs of three and four letters of a word, its ends marked.
#[inline]
pub(crate) fn letters(word: &[u32], mut found: impl FnMut(u32)) {
    let word = &word[..word.len().min(LONGEST)];
    let Some((first, rest)) = word.split_first() else { return };
    // Runs as integers of 21 bits a letter: the last three read.
    const THREE: u64 = (1 << 63) - 1;
    let mut three = START_OF_WORD << 21 | u64::from(*first);
    let mut read = |letter: u64, four: bool| {
        let (before, next) = (three >> 42, (three << 21 | letter) & THREE);
        found(mix(next));
        if four {
            found(mix(next ^ (before + 1).wrapping_mul(0xC2B2_AE3D_27D4_EB4F)));
        }
        three = next;
    };
    let Some((second, rest)) = rest.split_first() else { return read(END_OF_WORD, false) };
    read(u64::from(*second), false);
    rest.iter().for_each(|letter| read(u64::from(*letter), true));
    read(END_OF_WORD, true);
}

/// Counts over the whole text, each as the step that it reaches.
fn whole(tokens: &Tokens, mut found: impl FnMut(u64, &'static str)) {
    let (mut words, mut shouted, mut addresses) = (0, 0, 0);
    let (mut praise, mut blame, mut praising, mut blaming) = (0, 0, 0u64, 0u64);
    let mut last = 0;
    for token in &tokens.all {
        words += u64::from(token.kind == Kind::Word);
        shouted += u64::from(token.shouted);
        addresses += u64::from(token.known.addresses() || token.kind == Kind::Mention);
        if token.known.rating != 0 {
            last = rating(token);
            praise += last.max(0);
            blame += (-last).max(0);
            praising += u64::from(last > 0);
            blaming += u64::from(last < 0);
        }
    }
    let mut step = |of: u64, at: u64, name| found(of << 8 | at, name);
    let counts = [
        (1, shouted, "words in capitals"),
        (2, u64::from(tokens.exclamations), "exclamation marks"),
        (3, u64::from(tokens.questions), "question marks"),
        (4, u64::from(tokens.dots > 2), "dots"),
        (5, u64::from(tokens.stretched), "stretched letters"),
        (6, addresses, "second person"),
    ];
    for (of, count, name) in counts {
        (1..=count.min(2 + u64::from(of == 1 || of == 6))).for_each(|at| step(of, at, name));
    }
    step(7, (tokens.all.len() as u64 / 5).min(6), "length");
    if addresses > 0 {
        step(8, (addresses * 32 / words.max(1)).min(12), "second person");
    }
    let sum = praise - blame;
    step(9, (sum.div_euclid(3).clamp(-9, 9) + 9) as u64, "rated words");
    step(10, praising.min(4), "praising words");
    step(11, blaming.min(4), "blaming words");
    step(12, (praise as u64 / 5).min(9), "praising words");
    step(13, (blame as u64 / 5).min(9), "blaming words");
    step(14, (last.signum() + 1) as u64, "last rated word");
    step(15, praising.min(3) * 4 + blaming.min(3), "rated words");
    for at in 0..5 {
        if sum >= 2 << at {
            step(16, at, "rated words");
        }
        if sum <= -(2 << at) {
            step(17, at, "rated words");
        }
    }
}

/// The hash of a word's token.
pub(crate) fn hash_of(word: &str) -> u32 {
    mix(characters::Fold::hash_of(word))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn hashes(text: &str) -> Vec<u32> {
        let mut tokens = Tokens::default();
        tokens.read(text, &mut ());
        let mut hashes = vec![];
        each(&tokens, |hash, _| hashes.push(hash));
        hashes
    }

    fn runs(word: &str) -> usize {
        let word: Vec<u32> = word.chars().map(u32::from).collect();
        let mut found = HashSet::new();
        letters(&word, |hash| assert!(found.insert(hash)));
        found.len()
    }

    #[test]
    fn runs_of_three_and_four_letters() {
        assert_eq!(runs("a"), 1); // <a>
        assert_eq!(runs("ab"), 3); // <ab ab> <ab>
        assert_eq!(runs("abcd"), 7); // <ab abc bcd cd> <abc abcd bcd>
    }

    #[test]
    fn a_run_is_the_same_in_any_word() {
        let of = |word: &str| {
            let word: Vec<u32> = word.chars().map(u32::from).collect();
            let mut found = HashSet::new();
            letters(&word, |hash| {
                found.insert(hash);
            });
            found
        };
        // <res est tart? share: est, esta, sta, star, tar, art, rt>, tart, art>, star
        let (one, other) = (of("restart"), of("xstart"));
        assert_eq!(one.intersection(&other).count(), 4 + 3); // sta tar art rt> and star tart art>
    }

    #[test]
    fn negation_changes_words_and_pairs() {
        let (plain, negated) = (hashes("it is a good plan"), hashes("it is not good plan"));
        let shared: HashSet<u32> = plain.iter().copied().filter(|hash| negated.contains(hash)).collect();
        assert!(shared.len() < plain.len() - 4);
        assert_eq!(hashes("A Good plan"), hashes("a good plan"));
    }
}
