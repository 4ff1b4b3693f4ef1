//! What a message says about itself, without any other.
use commonweal_text::question::is_question;
use commonweal_text::terms;

use super::calls::Call;
use crate::hash::stable_hash;

/// A message of one log.
#[derive(Debug, Default)]
pub(super) struct Message {
    /// When, in microseconds.
    pub(super) time: i64,
    /// Who, as a code within the log; `NONE` where that is not known.
    pub(super) author: u32,
    pub(super) says: Says,
}

/// What the text of a message tells.
#[derive(Debug, Default)]
pub(super) struct Says {
    /// There is no text.
    pub(super) nothing: bool,
    /// It asks.
    pub(super) asks: bool,
    /// It is a command to a program: `!help`.
    pub(super) command: bool,
    pub(super) manner: Manner,
    /// The number of words.
    pub(super) length: u32,
    /// Whom it calls, of those who spoke before.
    pub(super) calls: Vec<Call>,
    /// The terms that it is about, as hashes, in order.
    pub(super) terms: Vec<u64>,
}

/// How a message begins; English alone is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Manner {
    /// As most do.
    #[default]
    Other,
    /// It thanks, anywhere.
    Thanks,
    /// hi, hello.
    Greets,
    /// yes, no.
    Agrees,
    /// oh, ok, hm.
    Nods,
    /// and, but, so.
    GoesOn,
}

const THANKS: [&str; 6] = ["thanks", "thank", "thx", "ty", "tnx", "cheers"];
const GREETS: [&str; 10] = ["hi", "hello", "hey", "hiya", "howdy", "hallo", "greetings", "morning", "evening", "yo"];
const AGREES: [&str; 14] =
    ["yes", "yeah", "yep", "yup", "ya", "no", "nope", "nah", "sure", "right", "correct", "true", "exactly", "indeed"];
const NODS: [&str; 18] = [
    "ok", "okay", "k", "kk", "oh", "ah", "ahh", "hm", "hmm", "hmmm", "lol", "haha", "heh", "cool", "great", "nice",
    "ic", "wow",
];
const GOES_ON: [&str; 11] = ["and", "but", "so", "or", "because", "then", "also", "well", "though", "it", "that"];

/// More terms than this are not compared: a pasted file.
const MOST_TERMS: usize = 48;

impl Says {
    /// Reads a text; whom it calls is put in later.
    pub(super) fn read(text: Option<&str>) -> Self {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Self { nothing: true, ..Self::default() };
        };
        let mut hashes = vec![];
        terms::each(text, |term| {
            if hashes.len() < MOST_TERMS {
                hashes.push(stable_hash(term.as_bytes()));
            }
        });
        hashes.sort_unstable();
        hashes.dedup();
        let mut signs = text.chars();
        let command = signs.next() == Some('!') && signs.next().is_some_and(char::is_alphanumeric);
        let length = text.split_whitespace().count() as u32;
        Self { asks: is_question(text), command, manner: manner(text), length, terms: hashes, ..Self::default() }
    }
}

/// A name before the text proper, as in `ana: yes`, is passed over.
fn manner(text: &str) -> Manner {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let thanks = text.split_whitespace().take(40).any(|word| THANKS.contains(&bare(word).as_str()));
    if thanks {
        return Manner::Thanks;
    }
    let mut words = text.split_whitespace();
    let known = |word: &str| {
        let word = bare(word);
        let lists: [(&[&str], Manner); 4] =
            [(&GREETS, Manner::Greets), (&AGREES, Manner::Agrees), (&NODS, Manner::Nods), (&GOES_ON, Manner::GoesOn)];
        lists.into_iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, manner)| manner)
    };
    let Some(first) = words.next() else { return Manner::Other };
    let name = first.starts_with('@') || first.starts_with("<@") || first.ends_with([':', ',']);
    known(first).or_else(|| words.next().filter(|_| name).and_then(known)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_tells_what_it_is() {
        let says = |text: &str| Says::read(Some(text));
        assert!(says("how do I mount it").asks);
        assert!(says("!mount").command && !says("! mount").command && !says("mount!").command);
        assert_eq!(says("ana: yes, it does").manner, Manner::Agrees);
        assert_eq!(says("Hello all").manner, Manner::Greets);
        assert_eq!(says("that worked, thanks!").manner, Manner::Thanks);
        assert_eq!(says("oh").manner, Manner::Nods);
        assert_eq!(says("But why").manner, Manner::GoesOn);
        assert_eq!(says("the disk is full").manner, Manner::Other);
        assert_eq!(says("the disk is full").length, 4);
        assert_eq!(says("the disk is full").terms.len(), 2);
        assert!(says("   ").nothing && Says::read(None).nothing && !says("…").nothing);
    }
}
