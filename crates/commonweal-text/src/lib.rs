//! What the text of community messages says: scores and terms.
//!
//! [`question`] tells messages that ask; [`terms`] are the words that a text is about; [`vader`] is the VADER sentiment score, equal to the
//! reference implementation in every digit it gives.
//!
//! ```
//! use commonweal_text::vader;
//!
//! let scores = vader::score("The release notes are GREAT, thank you!");
//! assert_eq!(scores.compound, 0.8236);
//! assert_eq!(scores.label(), vader::Label::Positive);
//! ```
//!
//! The crate has no dependencies and no tables: it takes a `&str` and gives numbers, a yes or a no, and pieces of it.

pub mod question;
pub mod terms;
pub mod vader;
