//! Weights, shared and of one way of talking.

use std::sync::{Arc, OnceLock};

use super::fault::Fault;
use super::file;
use super::meaning::Meanings;
use super::table::{LANES, Table};

/// Heads of the model, each a lane of its tables.
pub(crate) const HEADS: usize = 5;
/// Negative, neutral and positive.
pub(crate) const SENTIMENT: [usize; 3] = [0, 1, 2];
pub(crate) const OFFENSIVE: usize = 3;
pub(crate) const ATTACK: usize = 4;
const _: () = assert!(HEADS <= LANES);

/// The weights that all profiles share, and the built-in profiles; made by `examples/train_model.rs`.
const WEIGHTS: &[u8] = include_bytes!("../../data/commonweal-2.bin");

/// The SHA-256 of the shared weights. Weights with another hash are refused.
pub const FINGERPRINT: &str = include_str!("../../data/commonweal-2.sha256");

/// How a head's logit comes of the sums of shared and of own weights, and of the meanings of words, in units of 2⁻²⁰.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Blend {
    pub(crate) shared: i32,
    pub(crate) own: i32,
    pub(crate) meaning: i32,
    pub(crate) bias: i32,
}

/// What is a profile's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) name: String,
    pub(crate) blends: [Blend; HEADS],
    /// What to add to the logits of negative and positive for the label: it is told as if the classes were equally common.
    pub(crate) lean: [i32; 2],
    pub(crate) table: Option<Table>,
}

/// All weights of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Weights {
    pub(crate) shared: Table,
    pub(crate) meanings: Meanings,
    pub(crate) profiles: Vec<Arc<Own>>,
}

impl Weights {
    /// The weights in the library, read at the first call.
    pub(crate) fn built_in() -> Result<&'static Self, Fault> {
        static BUILT_IN: OnceLock<Result<Weights, Fault>> = OnceLock::new();
        let weights = BUILT_IN.get_or_init(|| file::read_weights(WEIGHTS, Some(FINGERPRINT)));
        weights.as_ref().map_err(Clone::clone)
    }
}

/// A way of talking that messages are scored for: weights of its own beside those that all share, and its own calibration.
///
/// It is cheap to clone and can be shared between threads.
#[derive(Clone, Debug)]
pub struct Profile {
    pub(crate) weights: &'static Weights,
    pub(crate) own: Arc<Own>,
}

impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.own == other.own
    }
}

impl Profile {
    /// The names of the built-in profiles.
    pub const NAMES: [&'static str; 5] = ["general", "developer", "chat", "forum", "social"];

    /// The shared weights alone: for messages of any kind.
    ///
    /// # Errors
    ///
    /// [`Fault::Altered`] if the library was built with other weights than its own.
    pub fn general() -> Result<Self, Fault> {
        Self::named(Self::NAMES[0])
    }

    /// A built-in profile.
    ///
    /// # Errors
    ///
    /// [`Fault::UnknownProfile`] if none has this name; else as [`Profile::general`].
    ///
    /// ```
    /// use commonweal_text::model::Profile;
    ///
    /// assert_eq!(Profile::named("developer")?.name(), "developer");
    /// assert!(Profile::named("poets").is_err());
    /// # Ok::<(), commonweal_text::model::Fault>(())
    /// ```
    pub fn named(name: &str) -> Result<Self, Fault> {
        let weights = Weights::built_in()?;
        let own = weights.profiles.iter().find(|own| own.name == name);
        let own = own.ok_or_else(|| Fault::UnknownProfile { name: name.to_owned() })?;
        Ok(Self { weights, own: Arc::clone(own) })
    }

    /// What the profile is called.
    pub fn name(&self) -> &str {
        &self.own.name
    }
}
