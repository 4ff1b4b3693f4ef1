//! What the text of community messages says: scores and terms.
//!
//! [`terms`] are the words that a text is about; [`question`] tells messages that ask; [`vader`] is the VADER sentiment score, equal to the
//! reference implementation in every digit it gives; [`model`] scores sentiment, offence and attack by trained weights.
//!
//! ```
//! use commonweal_text::vader;
//!
//! let scores = vader::score("The release notes are GREAT, thank you!");
//! assert_eq!(scores.compound, 0.8236);
//! assert_eq!(scores.label(), vader::Label::Positive);
//! ```
//!
//! The crate knows no tables: it takes a `&str` and gives numbers, pieces of it, or a yes.

pub mod address;
mod lanes;
pub mod model;
pub mod question;
pub mod terms;
pub mod vader;
