//! Whether a text is in another language than English.

use whatlang::Lang;

use super::features::{Kind, Tokens};

/// Shorter texts are judged by their letters alone.
const FEWEST_WORDS: usize = 4;
/// Text of which one word in so many is English is taken as English without asking the detector.
const ONE_IN: usize = 6;
/// The detector reads so many bytes.
const ENOUGH: usize = 400;

/// Whether the tokens of a text are in another language.
pub(crate) fn is_foreign(tokens: &Tokens, text: &str) -> bool {
    let words = || tokens.all.iter().filter(|token| token.kind == Kind::Word);
    if tokens.not_latin * 2 > tokens.letters {
        return true;
    }
    // As many as would do if all tokens were words: most texts have them soon.
    let plenty = tokens.all.len().div_ceil(ONE_IN);
    let english = words().filter(|token| token.known.is_english() || token.known.rating != 0).take(plenty).count();
    if english == plenty {
        return false;
    }
    let words = words().count();
    if words < FEWEST_WORDS || english * ONE_IN >= words {
        return false;
    }
    let start = tokens.all.first().map_or(0, |token| token.place.start as usize);
    let end = (start..=text.len().min(start + ENOUGH)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(start);
    whatlang::detect(&text[start..end]).is_some_and(|found| found.lang() != Lang::Eng && found.is_reliable())
}
