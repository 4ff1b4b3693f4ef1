//! What is made of a community the first time it is asked for.
//!
//! No lock is held while anything is made in parallel: a thread that waits for others may be given other work that needs the same, and would wait for
//! itself. Two threads that ask at once may both make it, and one of both goes: see [`crate::kpi::Part::nobody`], which keeps parts from that. What one
//! thread makes alone may be made under a lock.
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hashbrown::HashMap;

use crate::error::Result;

/// The value, made the first time.
pub(super) fn made<V>(value: &OnceLock<V>, make: impl FnOnce() -> V) -> &V {
    if let Some(known) = value.get() {
        return known;
    }
    let new = make();
    value.get_or_init(|| new)
}

pub(super) type Cache<K, V> = Mutex<HashMap<K, Arc<V>>>;

/// The value of a key, made the first time.
pub(super) fn cached<K: Eq + Hash, V>(cache: &Cache<K, V>, key: K, make: impl FnOnce() -> Result<V>) -> Result<Arc<V>> {
    let known = || cache.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = known().get(&key) {
        return Ok(value.clone());
    }
    let made = Arc::new(make()?);
    Ok(known().entry(key).or_insert(made).clone())
}

/// What was asked for last, and what it was.
pub(super) type Last<V> = Mutex<Option<(String, Arc<V>)>>;

/// The value of a key, made where it is not the last.
pub(super) fn kept<V>(last: &Last<V>, key: String, make: impl FnOnce() -> Result<V>) -> Result<Arc<V>> {
    let last = || last.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, value)) = last().as_ref().filter(|(known, _)| *known == key) {
        return Ok(value.clone());
    }
    let made = Arc::new(make()?);
    *last() = Some((key, made.clone()));
    Ok(made)
}
