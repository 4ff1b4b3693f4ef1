//! JSON documents that are one record or a list of records, handed over one at a time.
use std::cell::RefCell;
use std::fmt;
use std::io::{BufRead, Read};
use std::marker::PhantomData;
use std::path::Path;
use std::rc::Rc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Place, Result};
use crate::input::{Allowance, Guard, RECORD_LIMIT, Replaced, Utf8};

/// Files up to this size are read whole, which is faster.
const WHOLE: u64 = 32 * 1024 * 1024;

/// Where a reader's own fault waits while serde's error ends the parsing.
type Fault = Rc<RefCell<Option<Error>>>;

/// Hands over each record of a document: the elements of a list, or the one object that it is. The first fault ends it.
pub(crate) fn each<T: DeserializeOwned>(
    source: impl Read,
    path: &Path,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<Replaced> {
    parse(source, path, |allowance, fault| Records { allowance, take: &mut take, fault, of: PhantomData })
}

/// What [`walk`] comes by; the names are the objects' keys on the way to it.
pub(crate) enum Seen<'a, T> {
    /// A text, number or truth value.
    Field(&'a [String], String),
    /// A record: an element of one of the lists asked for.
    Item(&'a [String], T),
}

/// Walks through a document whose records stand in lists of the given names, however deep, and hands over what it comes by, a
/// record at a time. The first fault ends it.
pub(crate) fn walk<T: DeserializeOwned>(
    source: impl Read,
    path: &Path,
    lists: &[&str],
    mut take: impl FnMut(Seen<'_, T>) -> Result<()>,
) -> Result<Replaced> {
    parse(source, path, |allowance, fault| Walk {
        allowance,
        take: &mut take,
        fault,
        lists,
        at: Vec::new(),
        of: PhantomData,
    })
}

/// Hands over each line that is a record, and none for each that is something else. A last line that breaks off is an error.
pub(crate) fn lines<T: DeserializeOwned>(
    source: impl Read,
    path: &Path,
    mut take: impl FnMut(Option<T>),
) -> Result<Replaced> {
    let text = Utf8::of_json(source, path.to_owned());
    let replaced = text.replaced();
    let allowance = Allowance::new(RECORD_LIMIT);
    let mut lines = Guard::new(text, path.to_owned(), allowance.clone());
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        allowance.renew();
        if lines.read_until(b'\n', &mut line).map_err(|error| Error::io(path, error))? == 0 {
            return Ok(replaced);
        }
        number += 1;
        let content = line.trim_ascii();
        if content.is_empty() {
            continue;
        }
        match serde_json::from_slice(content) {
            Ok(record) => take(Some(record)),
            Err(error) if error.is_eof() && !line.ends_with(b"\n") => {
                let detail = "JSON that does not close".to_owned();
                return Err(Error::Truncated { path: path.to_owned(), place: Place::line(number), detail });
            }
            Err(_) => take(None),
        }
    }
}

/// Hands over each of the documents that stand one after the other, on lines of their own or not; the elements of those that are lists.
pub(crate) fn documents(
    source: impl Read,
    path: &Path,
    mut take: impl FnMut(serde_json::Value) -> Result<()>,
) -> Result<Replaced> {
    let mut text = Utf8::of_json(source, path.to_owned());
    let replaced = text.replaced();
    // A list is read element by element, as it may be the whole file.
    let is_list = loop {
        let bytes = text.fill_buf().map_err(|error| Error::io(path, error))?;
        let blanks = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match bytes.get(blanks) {
            Some(first) => break *first == b'[',
            None if blanks == 0 => break false,
            None => text.consume(blanks),
        }
    };
    if is_list {
        each(text, path, take)?;
        return Ok(replaced);
    }
    let allowance = Allowance::new(RECORD_LIMIT);
    let guard = Guard::new(text, path.to_owned(), allowance.clone());
    for document in serde_json::Deserializer::from_reader(guard).into_iter() {
        allowance.renew();
        take(document.map_err(|error| told(path, error))?)?;
    }
    Ok(replaced)
}

fn parse<V>(source: impl Read, path: &Path, visitor: impl FnOnce(Allowance, Fault) -> V) -> Result<Replaced>
where
    for<'a, 'de> &'a mut V: Visitor<'de, Value = ()>,
{
    let text = Utf8::of_json(source, path.to_owned());
    let replaced = text.replaced();
    let allowance = Allowance::new(RECORD_LIMIT);
    let mut guard = Guard::new(text, path.to_owned(), allowance.clone());
    let mut whole = Vec::new();
    (&mut guard).take(WHOLE).read_to_end(&mut whole).map_err(|error| Error::io(path, error))?;
    let fault = Rc::default();
    let mut records = visitor(allowance, Rc::clone(&fault));
    let result = if (whole.len() as u64) < WHOLE {
        let mut json = serde_json::Deserializer::from_slice(&whole);
        json.deserialize_any(&mut records).and_then(|()| json.end())
    } else {
        let mut json = serde_json::Deserializer::from_reader(whole.as_slice().chain(guard));
        json.deserialize_any(&mut records).and_then(|()| json.end())
    };
    match (result, fault.take()) {
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
    fault: Fault,
    of: PhantomData<T>,
}

impl<T, F: FnMut(T) -> Result<()>> Records<'_, T, F> {
    fn hand_over<E: serde::de::Error>(&mut self, record: T) -> std::result::Result<(), E> {
        self.allowance.renew();
        (self.take)(record).map_err(|fault| stop(&self.fault, fault))
    }
}

fn stop<E: serde::de::Error>(place: &Fault, fault: Error) -> E {
    *place.borrow_mut() = Some(fault);
    E::custom("stopped by the reader")
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

struct Walk<'a, T, F> {
    allowance: Allowance,
    take: &'a mut F,
    fault: Fault,
    lists: &'a [&'a str],
    at: Vec<String>,
    of: PhantomData<T>,
}

impl<T, F: FnMut(Seen<'_, T>) -> Result<()>> Walk<'_, T, F> {
    fn field<E: serde::de::Error>(&mut self, value: String) -> std::result::Result<(), E> {
        self.allowance.renew();
        (self.take)(Seen::Field(&self.at, value)).map_err(|fault| stop(&self.fault, fault))
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(Seen<'_, T>) -> Result<()>> DeserializeSeed<'de> for &mut Walk<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> std::result::Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(Seen<'_, T>) -> Result<()>> Visitor<'de> for &mut Walk<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<(), E> {
        self.field(text.to_owned())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> std::result::Result<(), E> {
        self.field(number.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> std::result::Result<(), E> {
        self.field(number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> std::result::Result<(), E> {
        self.field(number.to_string())
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> std::result::Result<(), E> {
        self.field(value.to_string())
    }

    fn visit_unit<E>(self) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        while list.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> std::result::Result<(), A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            let is_list = self.lists.contains(&key.as_str());
            self.at.push(key);
            if is_list {
                object.next_value_seed(Items(&mut *self))?;
            } else {
                object.next_value_seed(&mut *self)?;
            }
            self.at.pop();
        }
        Ok(())
    }
}

/// The elements of a list that was asked for.
struct Items<'w, 'a, T, F>(&'w mut Walk<'a, T, F>);

impl<'de, T: DeserializeOwned, F: FnMut(Seen<'_, T>) -> Result<()>> DeserializeSeed<'de> for Items<'_, '_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> std::result::Result<(), D::Error> {
        value.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(Seen<'_, T>) -> Result<()>> Visitor<'de> for Items<'_, '_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            self.0.allowance.renew();
            (self.0.take)(Seen::Item(&self.0.at, item)).map_err(|fault| stop(&self.0.fault, fault))?;
        }
        Ok(())
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

/// The same for truth values; false where there is none.
pub(crate) fn loose_bool<'de, D: Deserializer<'de>>(field: D) -> std::result::Result<bool, D::Error> {
    Ok(field.deserialize_any(Loose)?.is_some_and(|text| text == "true"))
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
