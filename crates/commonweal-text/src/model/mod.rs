//! Sentiment, offence and attack of a message, by a trained model.
//!
//! A message is read once, as words and pairs of words, runs of letters, negations, capitals, marks, and VADER's ratings of its words.
//! Each such feature has a weight of four bits for each head. Each word has 32 numbers of four bits too, learned from a larger model,
//! so that words which mean the like have the like; a small network of their sums adds to sentiment. The sums are the scores:
//!
//! - **sentiment**: the probability that a reader calls the message positive, less the probability that they call it negative;
//! - **offensive**: the probability that it is rude: profanity, insult, threat;
//! - **attack**: the probability that it attacks a person, or is uncivil towards one.
//!
//! # The shape of it
//!
//! A [`Profile`] is a way of talking: [`Profile::general`], one of the [built-in ones](Profile::NAMES) by [`Profile::named`], or your
//! own by [`Profile::fit`]. A [`Scorer`] takes a profile and gives each text [`Scores`], or says why it has none: [`Unscored`]. All
//! numbers are integers in units of 2⁻²⁰ ([`ONE`]), and so is all arithmetic: any machine gives the same.
//!
//! ```
//! use commonweal_text::model::{Label, ONE, Profile, Scorer, Unscored};
//!
//! let mut scorer = Scorer::new(Profile::general()?);
//! let scores = scorer.score("Thank you so much, this works great!")?;
//! assert_eq!(scores.label, Label::Positive);
//! assert!(scores.sentiment > ONE / 2 && scores.offensive < ONE / 2 && scores.attack < ONE / 2);
//!
//! assert_eq!(scorer.score(" \n"), Err(Unscored::Empty));
//! assert_eq!(scorer.score("> works for me\n`cargo test`"), Err(Unscored::NotProse));
//! assert_eq!(scorer.score("Me gusta mucho la nueva versión de este programa, gracias a todos"), Err(Unscored::OtherLanguage));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is left out
//!
//! Code, quoted lines, signatures and addresses are put aside first, as in [`question`](crate::question). What then has no word, mark or
//! emoji has no score. Nor has a text in another language: one mostly of letters that are not Latin, or with few words that only English
//! has, and which is surely in another by the rules of the detector `whatlang`.
//!
//! # What it is not for
//!
//! It ranks messages for a person to look at, and follows the mood of many. It does not know hate speech from other offence, nor irony,
//! and knows English alone. Take no action on one message because of its score. The model card, `docs/models/commonweal-2.md`, has
//! the sets it was trained on and what was measured.

mod explain;
mod fault;
mod features;
mod file;
mod fixed;
mod language;
mod meaning;
mod memory;
mod profile;
mod scorer;
mod scores;
mod table;
pub mod train;

pub use crate::vader::Label;
pub use explain::{Part, Reason};
pub use fault::Fault;
pub use fixed::ONE;
pub use profile::{FINGERPRINT, Profile};
pub use scorer::Scorer;
pub use scores::{Scores, Unscored};
