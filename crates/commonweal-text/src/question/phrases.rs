//! How questions begin in English, and the phrases of asking, as one tree of words.
use std::collections::HashMap;
use std::sync::LazyLock;

/// A word of the phrases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Word(u16);

impl Word {
    /// Any word that is in no phrase.
    pub(super) const OTHER: Self = Self(0);
}

/// Stands for the beginning of a sentence.
pub(super) const START: Word = Word(1);

/// The phrases, built once.
pub(super) static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::build);

/// A tree of words; place 0 is its root.
#[derive(Debug)]
pub(super) struct Phrases {
    words: HashMap<&'static str, Word>,
    steps: HashMap<(u32, Word), u32>,
    /// Whether a phrase ends at a place.
    ends: Vec<bool>,
    fillers: Vec<Word>,
}

/// Words before a question that leave it at the beginning of its sentence.
const FILLERS: &str = "hi hello hey dear all everyone everybody folks guys so and but also or ok okay well now then please anyway \
                       question q btw first second";

/// Sentences that begin with one of the left and go on with one of the right are questions. Right of nothing: the left is enough.
const BEGINNINGS: &[(&str, &str)] = &[
    ("does doesn't doesnt", ""),
    (
        "is are was were isn't aren't wasn't weren't",
        "there it this that these those the my our your he she they you we anyone anybody someone somebody any i",
    ),
    (
        "do did don't didn't",
        "i you we they he she it these those the any anyone anybody someone somebody people most this that",
    ),
    (
        "can could should would will shall can't couldn't shouldn't wouldn't won't may might",
        "i you we they he she it this that these those the there anyone anybody someone somebody any one my our your",
    ),
    ("have has hasn't haven't had", "i you we they he she it anyone anybody someone somebody any there this that the"),
    ("am", "i"),
    (
        "how",
        "do does did can could should would is are to come many much long often might will was were has have hard shall am",
    ),
    (
        "what",
        "is are was were does do did can could should would if about kind sort happens happened else am will might's exactly type",
    ),
    ("what's whats how's where's who's why's", ""),
    ("where when", "is are can do does should could would did to will was were"),
    (
        "why",
        "is are do does did can can't don't doesn't isn't aren't didn't not would should was were am has have won't cannot the",
    ),
    ("who", "is are can does has knows should was would else"),
    ("which", "one ones way of version do does should would"),
    ("anyone anybody someone", "know knows have has had tried else using used here able got seen"),
    ("explain", "what what's why how"),
];

/// Phrases of asking, one a line; `a/b` is either.
const ANYWHERE: &str = "
    can't/cannot/couldn't/cant figure out
    can not figure out
    could not figure out
    trying/try to figure out how/why/what/if/whether/where/which
    any idea/ideas/advice/hint/hints/pointer/pointers/clue/clues/tip/tips/suggestion/suggestions/thoughts/recommendations
    any other/good/better ideas/suggestions/way/ways
    any help/assistance/guidance is/would/will/appreciated/welcome/with/on/please/greatly/much/highly/from
    no idea how/why/what/where/if/whether/which
    help needed/wanted/please/me
    need/needs/want/looking/ask/asking/hoping for help
    need/needs help
    need some/a/your help/advice/clarification/guidance
    please help/explain/advise/enlighten/suggest
    please provide/give/tell/show/point me/us/a/an/the/some/any
    looking for help/advice/suggestions/pointers/recommendations/information
    hoping someone/somebody/anyone
    someone/somebody/anyone/anybody help/explain/point/tell/enlighten/clarify
    someone/somebody/anyone can/could/please help/explain/point/tell
    would appreciate any/some/it/help/your/if
    i'd/we'd appreciate any/some/it/help/if
    i/i'm/am/was/been/just/we're/me wondering/wonder
    wondering if/whether/how/why/what/about/where/which
    i'm/am/was curious if/whether/how/what/why/about/where
    like/love/want/wanted/need/curious/interested/happy/good/nice/great to know how/why/what/if/whether/where/which/more/about/the/is/that
    like/want/wanted to ask
    don't/didn't/dont know/understand/see/get how/why/what/where/if/whether/which/the/this
    do not know/understand/see how/why/what/where/if/whether/which
    can't/cannot/couldn't/cant find/get/understand/seem
    can not find/get/understand/seem
    i'm/am not sure how/why/what/where/if/whether/which
    not sure how/why/what/where/which
    unsure how/why/what/where/which/of/if/whether
    does/do/has/did/is/would/can/could/if anyone/anybody
    can/could/would/if someone/somebody
    how do/can/could/should/would/might i/we/you/one
    what am i
    what is/would/'s the best/right/correct/proper/easiest/recommended
    what's the best/right/correct/proper/easiest/recommended/way
    is there a/any/some/an way/ways/possibility/chance/option/plan/plans/method/function/example/examples/documentation
    is there anything/something/anyone/someone/already
    are there any/some/other
    is it possible
    would it be possible
    do you know/think/have
    you know how/why/what/where/if/whether
    have/had/got a/another/some/few/two question/questions
    a few/couple/newbie/noob/quick/stupid/dumb/simple/silly/naive/basic/general/beginner's/beginner question/questions
    few/couple/two/three/several/following of/more/quick questions
    newbie/noob/quick/stupid/dumb/simple/silly/naive/basic/beginner/little question
    my/the/first/second/another/one question is/was
    question about/regarding
    i'm/am/got/getting stuck
    stuck on/with/at
    have/having/had/has trouble/troubles/problem/problems/difficulty/difficulties/issues with/in/trying/getting/making/understanding/using/to/finding/doing/figuring/building/installing
    having a/some/an/the problem/problems/trouble/difficulty/difficulties/issue/issues/hard
    have a problem
    struggling to/with
    thanks/thank/thx/cheers in advance
    thanks/thank you in advance
    many thanks in advance
    thanks/thank for any/the/your help/advice/hints
    thank you for any/the/your/all help/advice
    what am i doing
    tell/show/teach/remind/explain me how/what/why/if/where/whether/which
    point me to/in/at
    am i missing/doing/right/wrong/correct/supposed/allowed
    do i need/have
    should i use/be/do/just
    why is/does/do/doesn't/isn't/are/can't/am this/that/it/the/there/my/i
";

impl Phrases {
    fn build() -> Self {
        let words = HashMap::new();
        let mut built = Self { words, steps: HashMap::new(), ends: vec![false], fillers: vec![] };
        built.fillers = FILLERS.split_whitespace().map(|word| built.learn(word)).collect();
        for (left, right) in BEGINNINGS {
            for first in left.split_whitespace() {
                let place = built.grow(0, START);
                let first = built.learn(first);
                let place = built.grow(place, first);
                built.ends[place as usize] |= right.is_empty();
                for second in right.split_whitespace() {
                    let second = built.learn(second);
                    let place = built.grow(place, second);
                    built.ends[place as usize] = true;
                }
            }
        }
        for phrase in ANYWHERE.lines().map(str::trim).filter(|phrase| !phrase.is_empty()) {
            let mut places = vec![0];
            for choice in phrase.split_whitespace() {
                let words: Vec<Word> = choice.split('/').map(|word| built.learn(word)).collect();
                let from = std::mem::take(&mut places);
                for place in from {
                    places.extend(words.iter().map(|word| built.grow(place, *word)));
                }
            }
            places.into_iter().for_each(|place| built.ends[place as usize] = true);
        }
        built
    }

    fn learn(&mut self, word: &'static str) -> Word {
        let next = Word(self.words.len() as u16 + 2);
        *self.words.entry(word).or_insert(next)
    }

    fn grow(&mut self, place: u32, word: Word) -> u32 {
        let next = self.ends.len() as u32;
        let place = *self.steps.entry((place, word)).or_insert(next);
        if place == next {
            self.ends.push(false);
        }
        place
    }

    /// The word of these letters, in lower case.
    pub(super) fn word(&self, letters: &str) -> Word {
        self.words.get(letters).copied().unwrap_or(Word::OTHER)
    }

    /// The place after a word, where a phrase goes on with it.
    pub(super) fn step(&self, place: u32, word: Word) -> Option<u32> {
        self.steps.get(&(place, word)).copied()
    }

    /// Whether a phrase ends at a place.
    pub(super) fn asks(&self, place: u32) -> bool {
        self.ends[place as usize]
    }

    pub(super) fn is_filler(&self, word: Word) -> bool {
        self.fillers.contains(&word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_found_in_the_tree() {
        let tree = Phrases::build();
        let phrases: Vec<&str> = ANYWHERE.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert!(phrases.len() > 50 && tree.ends.len() < 10_000, "{} places", tree.ends.len());
        for phrase in phrases {
            let mut first = phrase.split_whitespace().map(|choice| choice.split('/').next().unwrap_or_default());
            let place = first.try_fold(0, |place, word| tree.step(place, tree.word(word)));
            assert!(place.is_some_and(|place| tree.asks(place)), "{phrase}");
        }
    }
}
