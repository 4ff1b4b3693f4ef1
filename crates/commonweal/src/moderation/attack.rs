//! How likely each message attacks a person, by the trained model.
use std::sync::Arc;

use commonweal_text::model::{self, Profile};

use crate::community::Community;
use crate::error::{Error, Result};
use crate::view::scores::Scores;

/// One, in the fixed point of [`scores`].
pub(super) const ONE: i64 = model::ONE as i64;

/// The probability of each message that it attacks a person; what can't be read has none.
pub(super) fn scores(community: &Community) -> Result<Arc<Scores>> {
    // No column is asked for by such a name: as a model it would be a profile of the trained one.
    community.scores("commonweal:attack", || {
        let profile = Profile::general().map_err(|fault| Error::State(fault.to_string()))?;
        Ok(Scores::attack(community.events(), &profile))
    })
}
