//! How the words around a word change its valence.
//!
//! The order of the steps is the reference's, and part of the result: each works on what the one before it gave.

use super::tokens::Token;
use super::words::{BOOST, Name};

/// What capitals add to a word, if not all words have them.
const SHOUT: f64 = 0.733;
/// What a negation makes of a valence.
const NEGATION: f64 = -0.74;
/// What "never so" and "never this" make of a valence.
const NEVER_SO: f64 = 1.25;
/// How far before a word the rules look, and how much of a booster's effect arrives from there.
const REACH: [f64; 3] = [1.0, 0.95, 0.9];

/// The words of a text.
pub(crate) struct Words<'tokens> {
    tokens: &'tokens [Token],
    /// Whether some words are shouted and some are not, so that shouting means something.
    shouting_counts: bool,
}

impl<'tokens> Words<'tokens> {
    pub(crate) fn new(tokens: &'tokens [Token]) -> Self {
        let shouted = tokens.iter().filter(|token| token.shouted).count();
        Self { tokens, shouting_counts: shouted > 0 && shouted < tokens.len() }
    }

    /// The valence of the word at `at`, 0 if it has none.
    pub(crate) fn valence(&self, at: usize) -> f64 {
        let token = &self.tokens[at];
        match token.word.valence {
            Some(rating) if !self.is_kind_of(at) => self.in_context(at, token, rating),
            _ => 0.0,
        }
    }

    /// The position of the first "but".
    pub(crate) fn but(&self) -> Option<usize> {
        self.tokens.iter().position(|token| token.name() == Name::But)
    }

    fn is_kind_of(&self, at: usize) -> bool {
        self.tokens[at].name() == Name::Kind && self.after(at, 1).name() == Name::Of
    }

    fn before(&self, at: usize, distance: usize) -> &Token {
        let found = at.checked_sub(distance).and_then(|index| self.tokens.get(index));
        found.unwrap_or(&Token::NONE)
    }

    fn after(&self, at: usize, distance: usize) -> &Token {
        self.tokens.get(at + distance).unwrap_or(&Token::NONE)
    }

    fn in_context(&self, at: usize, token: &Token, rating: f64) -> f64 {
        let mut valence = self.with_no(at, token, rating);
        if token.shouted && self.shouting_counts {
            valence += with_sign_of(valence, SHOUT);
        }
        for (distance, share) in (1..=at).zip(REACH) {
            let earlier = self.before(at, distance);
            if earlier.word.valence.is_some() {
                continue;
            }
            if earlier.word.is_booster() {
                valence += self.boost(earlier, valence) * share;
            }
            valence *= self.negation(at, distance);
            if distance == REACH.len() {
                valence = self.with_idioms(at, valence);
            }
        }
        if self.is_least(at) { valence * NEGATION } else { valence }
    }

    /// "No" has no valence before a word that has one, and negates that word instead.
    fn with_no(&self, at: usize, token: &Token, rating: f64) -> f64 {
        let is_no = |distance| self.before(at, distance).name() == Name::No;
        let after_or = matches!(self.before(at, 1).name(), Name::Or | Name::Nor);
        if is_no(1) || is_no(2) || (is_no(3) && after_or) {
            rating * NEGATION
        } else if token.name() == Name::No && self.after(at, 1).word.valence.is_some() {
            0.0
        } else {
            rating
        }
    }

    fn boost(&self, booster: &Token, valence: f64) -> f64 {
        let boost = if valence < 0.0 { -booster.word.boost } else { booster.word.boost };
        if booster.shouted && self.shouting_counts { boost + with_sign_of(valence, SHOUT) } else { boost }
    }

    /// What the word at this distance before a word makes of its valence by negation.
    fn negation(&self, at: usize, distance: usize) -> f64 {
        let name = |distance| self.before(at, distance).name();
        let is_so = |distance| matches!(name(distance), Name::So | Name::This);
        let (never_so, without_doubt) = match distance {
            1 => (false, false),
            2 => (name(2) == Name::Never && is_so(1), name(2) == Name::Without && name(1) == Name::Doubt),
            // "So" next to the word counts here without any "never": the reference's "and" binds before its "or".
            _ => (
                (name(3) == Name::Never && is_so(2)) || is_so(1),
                name(3) == Name::Without && (name(2) == Name::Doubt || name(1) == Name::Doubt),
            ),
        };
        if never_so {
            NEVER_SO
        } else if self.before(at, distance).negates && !without_doubt {
            NEGATION
        } else {
            1.0
        }
    }

    fn with_idioms(&self, at: usize, valence: f64) -> f64 {
        let names = [
            self.before(at, 3).name(),
            self.before(at, 2).name(),
            self.before(at, 1).name(),
            self.tokens[at].name(),
            self.after(at, 1).name(),
            self.after(at, 2).name(),
        ];
        let up_to_here = [&names[2..4], &names[1..4], &names[1..3], &names[0..3], &names[0..2]];
        let from_here = [&names[3..6], &names[3..5]];
        let mut phrases = from_here.into_iter().chain(up_to_here);
        let valence = phrases.find_map(idiom).unwrap_or(valence);
        valence + dampening(&names[0..2]) + dampening(&names[1..3])
    }

    /// Whether "least" stands before the word, but not "at least" or "very least".
    fn is_least(&self, at: usize) -> bool {
        let after_at = matches!(self.before(at, 2).name(), Name::At | Name::Very);
        self.before(at, 1).name() == Name::Least && !after_at
    }
}

/// Zero counts as negative here, as in the reference.
fn with_sign_of(valence: f64, size: f64) -> f64 {
    if valence > 0.0 { size } else { -size }
}

/// The valence of a phrase that does not follow from its words.
fn idiom(phrase: &[Name]) -> Option<f64> {
    use Name::*;
    match phrase {
        [The, Shit] | [The, Bomb] | [To, Die, For] => Some(3.0),
        [Beating, Heart] => Some(3.5),
        [Bad, Ass] => Some(1.5),
        [Bus, Stop] => Some(0.0),
        [Kiss, Of, Death] => Some(-1.5),
        [Yeah, Right] => Some(-2.0),
        _ => None,
    }
}

/// Two words that weaken the next.
fn dampening(phrase: &[Name]) -> f64 {
    match phrase {
        [Name::Just, Name::Enough] | [Name::Kind, Name::Of] | [Name::Sort, Name::Of] => -BOOST,
        _ => 0.0,
    }
}
