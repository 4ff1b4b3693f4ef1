//! Scores for the text of community messages.
//!
//! [`vader`] is the VADER sentiment score, equal to the reference implementation in every digit it gives; [`question`] tells messages that ask.
//!
//! ```
//! use commonweal_text::vader;
//!
//! let scores = vader::score("The release notes are GREAT, thank you!");
//! assert_eq!(scores.compound, 0.8236);
//! assert_eq!(scores.label(), vader::Label::Positive);
//! ```
//!
//! The crate has no dependencies and no tables: it takes a `&str` and gives a number or a yes.

pub mod question;
pub mod vader;
