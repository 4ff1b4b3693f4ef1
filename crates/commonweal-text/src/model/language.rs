//! Whether a text is in another language than English.

use super::features::{Kind, Tokens};

/// Shorter texts are judged by their letters alone.
const FEWEST_WORDS: usize = 4;
/// Text of which one word in so many is English is taken as English without asking the detector.
const ONE_IN: usize = 6;
/// The detector reads so many bytes.
const ENOUGH: usize = 400;

/// Whether the tokens of a text are in another language.
pub(crate) fn is_foreign(tokens: &Tokens, text: &str) -> bool {
    let (mut words, mut english) = (0, 0);
    let (mut letters, mut foreign) = (0, 0);
    for token in tokens.all.iter().filter(|token| token.kind == Kind::Word) {
        words += 1;
        english += usize::from(token.known.is_english() || token.known.rating != 0);
        let folded = &tokens.folded[token.folded.start as usize..token.folded.end as usize];
        letters += folded.len();
        foreign += folded.iter().filter(|c| !is_latin(**c)).count();
    }
    if foreign * 2 > letters {
        return true;
    }
    if words < FEWEST_WORDS || english * ONE_IN >= words {
        return false;
    }
    let start = tokens.all.first().map_or(0, |token| token.place.start as usize);
    let end = (start..=text.len().min(start + ENOUGH)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(start);
    whatlang::detect(&text[start..end]).is_some_and(|found| found.lang() != whatlang::Lang::Eng && found.is_reliable())
}

/// Latin letters, and what belongs to no script.
fn is_latin(folded: u32) -> bool {
    folded < 0x250 || (0x1E00..0x1F00).contains(&folded) || (0x2000..0x2E80).contains(&folded)
}
