//! JSON documents that are one record or a list of records, handed over one at a time.
use std::fmt;
use std::io::Read;
use std::marker::PhantomData;
use std::path::Path;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Place, Result};
use crate::input::{Allowance, Guard, RECORD_LIMIT, Replaced, Utf8};

/// Files up to this size are read whole, which is faster.
const WHOLE: u64 = 32 * 1024 * 1024;

/// Hands over each record of a document: the elements of a list, or the one object that it is. The first fault ends it.
pub(crate) fn each<T: DeserializeOwned>(
    source: impl Read,
    path: &Path,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<Replaced> {
    let text = Utf8::new(source, path.to_owned());
    let replaced = text.replaced();
    let allowance = Allowance::new(RECORD_LIMIT);
    let mut guard = Guard::new(text, path.to_owned(), allowance.clone());
    let mut whole = Vec::new();
    (&mut guard).take(WHOLE).read_to_end(&mut whole).map_err(|error| Error::io(path, error))?;
    let mut fault = None;
    let mut records = Records { allowance, take: &mut take, fault: &mut fault, of: PhantomData };
    let result = if (whole.len() as u64) < WHOLE {
        let mut json = serde_json::Deserializer::from_slice(&whole);
        json.deserialize_any(&mut records).and_then(|()| json.end())
    } else {
        let mut json = serde_json::Deserializer::from_reader(whole.as_slice().chain(guard));
        json.deserialize_any(&mut records).and_then(|()| json.end())
    };
    match (result, fault) {
        (_, Some(fault)) => Err(fault),
        (Ok(()), None) => Ok(replaced),
        (Err(error), None) => Err(told(path, error)),
    }
}

fn told(path: &Path, error: serde_json::Error) -> Error {
    let (path, place) = (path.to_owned(), Place::line(error.line() as u64));
    if error.is_io() {
        return Error::io(&path, error.into());
    }
    if error.is_eof() {
        return Error::Truncated { path, place, detail: "JSON that does not close".to_owned() };
    }
    Error::Malformed { path, place, format: "JSON", detail: error.to_string() }
}

struct Records<'a, T, F> {
    allowance: Allowance,
    take: &'a mut F,
    fault: &'a mut Option<Error>,
    of: PhantomData<T>,
}

impl<T, F: FnMut(T) -> Result<()>> Records<'_, T, F> {
    fn hand_over<E: serde::de::Error>(&mut self, record: T) -> std::result::Result<(), E> {
        self.allowance.renew();
        (self.take)(record).map_err(|fault| {
            *self.fault = Some(fault);
            E::custom("stopped by the reader")
        })
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T) -> Result<()>> Visitor<'de> for &mut Records<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        while let Some(record) = list.next_element()? {
            self.hand_over(record)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> std::result::Result<(), A::Error> {
        let record = T::deserialize(MapAccessDeserializer::new(object))?;
        self.hand_over(record)
    }
}

/// For fields that exports write now as text, now as a number: the text of either; null for null and for anything else.
pub(crate) fn loose_text<'de, D: Deserializer<'de>>(field: D) -> std::result::Result<Option<String>, D::Error> {
    field.deserialize_any(Loose)
}

/// The same for whole numbers.
pub(crate) fn loose_number<'de, D: Deserializer<'de>>(field: D) -> std::result::Result<Option<i64>, D::Error> {
    Ok(field.deserialize_any(Loose)?.and_then(|text| text.trim().parse().ok()))
}

/// The same for numbers with a fraction.
pub(crate) fn loose_float<'de, D: Deserializer<'de>>(field: D) -> std::result::Result<Option<f64>, D::Error> {
    Ok(field.deserialize_any(Loose)?.and_then(|text| text.trim().parse().ok()))
}

struct Loose;

impl<'de> Visitor<'de> for Loose {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number or null")
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> std::result::Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_i64<E>(self, number: i64) -> std::result::Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> std::result::Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> std::result::Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_unit<E>(self) -> std::result::Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> std::result::Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> std::result::Result<Self::Value, D::Error> {
        inner.deserialize_any(Self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> std::result::Result<Self::Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
