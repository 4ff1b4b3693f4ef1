//! What VADER knows of a word, and the words its rules name.

/// What VADER knows of a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// The mean rating in the lexicon.
    pub(crate) valence: Option<f64>,
    /// What it adds to a positive word after it; 0 for a word that is no booster.
    pub(crate) boost: f64,
    pub(crate) negates: bool,
    pub(crate) name: Name,
}

impl Word {
    pub(crate) const UNKNOWN: Self = Self { valence: None, boost: 0.0, negates: false, name: Name::Other };

    pub(crate) fn is_booster(&self) -> bool {
        self.boost != 0.0
    }
}

/// What *very* adds to a word, and *slightly* takes away.
pub(crate) const BOOST: f64 = 0.293;

/// Words that strengthen the next.
pub(crate) const INTENSIFIERS: &str = "absolutely amazingly awfully completely considerable considerably decidedly deeply effing \
    enormous enormously entirely especially exceptional exceptionally extreme extremely fabulously flipping flippin frackin \
    fracking fricking frickin frigging friggin fully fuckin fucking fuggin fugging greatly hella highly hugely incredible \
    incredibly intensely major majorly more most particularly purely quite really remarkably so substantially thoroughly total \
    totally tremendous tremendously uber unbelievably unusually utter utterly very";

/// Words that weaken the next. "just enough", "kind of" and "sort of" are in the rules.
pub(crate) const DAMPENERS: &str = "almost barely hardly kinda kindof kind-of less little marginal marginally occasional \
    occasionally partly scarce scarcely slight slightly somewhat sorta sortof sort-of";

/// Words that negate. So does any word with "n't" in it.
pub(crate) const NEGATIONS: &str = "aint arent cannot cant couldnt darent didnt doesnt ain't aren't can't couldn't daren't didn't \
    doesn't dont hadnt hasnt havent isnt mightnt mustnt neither don't hadn't hasn't haven't isn't mightn't mustn't neednt \
    needn't never none nope nor not nothing nowhere oughtnt shant shouldnt uhuh wasnt werent oughtn't shan't shouldn't uh-uh \
    wasn't weren't without wont wouldnt won't wouldn't rarely seldom despite";

/// Makes [`Name`] and the list of its spellings from one list.
macro_rules! names {
    ($($name:ident $spelling:literal),* $(,)?) => {
        /// A word that a rule names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Name { Other, $($name),* }

        pub(crate) const NAMES: &[(Name, &str)] = &[$((Name::$name, $spelling)),*];
    };
}

names! {
    Ass "ass", At "at", Bad "bad", Beating "beating", Bomb "bomb", Bus "bus", But "but", Death "death", Die "die", Doubt "doubt",
    Enough "enough", For "for", Heart "heart", Just "just", Kind "kind", Kiss "kiss", Least "least", Never "never", No "no",
    Nor "nor", Of "of", Or "or", Right "right", Shit "shit", So "so", Sort "sort", Stop "stop", The "the", This "this", To "to",
    Very "very", Without "without", Yeah "yeah",
}
