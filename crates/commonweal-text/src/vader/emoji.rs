//! Text as VADER reads it: emoji spelled out in words.

use std::sync::OnceLock;

/// `emoji TAB description`, one a line. See `data/README.md`.
const EMOJI_LEXICON: &str = include_str!("../../data/emoji_utf8_lexicon.txt");

/// `'K'` in its own right, the sign of kelvin: the only character whose lower case is an ASCII letter.
const KELVIN_SIGN: char = '\u{212A}';

/// Characters are told apart in blocks of this many, so that most letters of other scripts need no search.
const BLOCK: usize = 256;

/// Emoji of one character and what they are called, in order. VADER reads character by character, so longer ones are never found.
struct Emoji {
    names: Vec<(char, &'static str)>,
    blocks: Vec<bool>,
}

impl Emoji {
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Emoji> = OnceLock::new();
        SHARED.get_or_init(Self::build)
    }

    fn build() -> Self {
        let mut names: Vec<_> = EMOJI_LEXICON.lines().filter_map(single_character).collect();
        names.sort_unstable();
        let mut blocks = vec![false; char::MAX as usize / BLOCK + 1];
        for (emoji, _) in &names {
            blocks[*emoji as usize / BLOCK] = true;
        }
        Self { names, blocks }
    }

    fn name(&self, character: char) -> Option<&'static str> {
        if !self.blocks[character as usize / BLOCK] {
            return None;
        }
        let found = self.names.binary_search_by_key(&character, |(emoji, _)| *emoji);
        found.ok().map(|index| self.names[index].1)
    }
}

fn single_character(line: &'static str) -> Option<(char, &'static str)> {
    let (emoji, name) = line.split_once('\t')?;
    let mut characters = emoji.chars();
    let first = characters.next()?;
    characters.next().is_none().then_some((first, name))
}

/// Writes `text` to `spelled` with emoji as words, and with what is not ASCII but means ASCII to VADER as that: spaces, and the
/// kelvin sign.
pub(crate) fn spell_out(text: &str, spelled: &mut String) {
    let emoji = Emoji::shared();
    spelled.clear();
    let mut after_space = true;
    let mut rest = text;
    while let Some(start) = rest.bytes().position(|byte| !byte.is_ascii()) {
        let (ascii, other) = rest.split_at(start);
        if let Some(last) = ascii.bytes().last() {
            after_space = last == b' ';
            spelled.push_str(ascii);
        }
        let mut characters = other.chars();
        let Some(character) = characters.next() else { break };
        if let Some(name) = emoji.name(character) {
            if !after_space {
                spelled.push(' ');
            }
            spelled.push_str(name);
        } else {
            spelled.push(plain(character));
        }
        after_space = false;
        rest = characters.as_str();
    }
    spelled.push_str(rest);
}

fn plain(character: char) -> char {
    match character {
        KELVIN_SIGN => 'K',
        _ if character.is_whitespace() => ' ',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> String {
        let mut spelled = String::from("what was there before");
        spell_out(text, &mut spelled);
        spelled
    }

    #[test]
    fn emoji_become_words() {
        assert_eq!(spelled("so 😁"), "so beaming face with smiling eyes");
        assert_eq!(spelled("no emoji"), "no emoji");
        assert_eq!(spelled(""), "");
    }

    #[test]
    fn a_space_is_added_before_but_not_after() {
        assert_eq!(spelled("wow💘wow"), "wow heart with arrowwow");
        assert_eq!(spelled("💘💘"), "heart with arrow heart with arrow");
        assert_eq!(spelled("\u{A0}💘"), "  heart with arrow");
    }

    #[test]
    fn spaces_and_kelvins_become_ascii() {
        assert_eq!(spelled("thin\u{2009}space"), "thin space");
        assert_eq!(spelled("\u{212A}ind"), "Kind");
        assert_eq!(spelled("naïve Ünïcode"), "naïve Ünïcode");
    }

    #[test]
    fn every_single_character_is_found() {
        let emoji = Emoji::shared();
        assert_eq!(emoji.names.len(), 1_212);
        assert!(emoji.names.iter().all(|(character, name)| emoji.name(*character) == Some(*name)));
        assert!(emoji.names.iter().all(|(character, _)| !character.is_ascii()));
    }
}
