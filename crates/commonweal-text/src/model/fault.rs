//! What can be wrong with a model, a profile or the labels for one.

use std::fmt;

/// Why a model or a profile cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are no profile of commonweal.
    NotAProfile,
    /// The bytes are of another version of the format.
    Version {
        /// The version found.
        found: u16,
    },
    /// The bytes are not those that were saved: their hash differs.
    Altered,
    /// The profile was fitted to other shared weights than those of this version.
    OtherModel {
        /// The first digits of the hash of the weights it was fitted to.
        found: String,
    },
    /// No built-in profile has this name.
    UnknownProfile {
        /// The name asked for.
        name: String,
    },
    /// The labels are not enough, or not what the head takes.
    Labels(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAProfile => {
                write!(formatter, "this is no profile of commonweal: save one with `save` and load that")
            }
            Self::Version { found } => write!(
                formatter,
                "the profile has version {found} of the format and this commonweal reads {}: fit it again",
                super::file::VERSION
            ),
            Self::Altered => {
                write!(formatter, "the profile was altered or cut short since it was saved: its hash differs")
            }
            Self::OtherModel { found } => write!(
                formatter,
                "the profile was fitted to other weights ({found}…) than this commonweal has ({}…): fit it again",
                &super::FINGERPRINT[..8]
            ),
            Self::UnknownProfile { name } => {
                write!(formatter, "there is no profile {name:?}; the profiles are {}", super::Profile::NAMES.join(", "))
            }
            Self::Labels(fault) => formatter.write_str(fault),
        }
    }
}

impl std::error::Error for Fault {}
