//! Options as JSON: read with errors that name the option, written in one canonical form.
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Kpi;
use crate::error::{Error, Result};
use crate::period::Span;

/// JSON with sorted keys, so that equal options have equal text.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let inner: Vec<_> =
                entries.into_iter().map(|(k, v)| format!("{}:{}", Value::from(k.as_str()), canonical(v))).collect();
            format!("{{{}}}", inner.join(","))
        }
        other => other.to_string(),
    }
}

/// Options from JSON, the defaults where it says nothing.
pub(super) fn parse<K>(json: &Value) -> Result<Box<dyn Kpi>>
where
    K: Kpi + Default + Serialize + DeserializeOwned + 'static,
{
    let kpi = K::default();
    let name = kpi.spec().name;
    let mut options = kpi.options();
    let Some(given) = json.as_object() else {
        return Err(Error::option("options", "a JSON object", json));
    };
    let have: Vec<String> = options.as_object().into_iter().flat_map(|o| o.keys().cloned()).collect();
    for (option, value) in given {
        if !have.contains(option) {
            return Err(Error::UnknownOption { kpi: name, option: option.clone(), have });
        }
        let before = std::mem::replace(&mut options[option], value.clone());
        // One at a time, so that what is wrong has a name.
        if let Err(e) = serde_json::from_value::<K>(options.clone()) {
            let got = if value.is_null() { "nothing".to_owned() } else { value.to_string() };
            return Err(inner(option, &e.to_string())
                .unwrap_or_else(|| Error::option(option, allowed(&e.to_string(), &before), got)));
        }
    }
    let kpi: K = serde_json::from_value(options).map_err(|e| Error::option("options", "valid", e))?;
    kpi.check()?;
    Ok(Box::new(kpi))
}

/// The fault of a part of an option, as `hours.week.mon`, out of serde's message; none where it is one of the option as a whole.
fn inner(option: &str, message: &str) -> Option<Error> {
    let (path, rest) = message.split_once(" must be ")?;
    let (allowed, got) = rest.split_once(", got ")?;
    path.strip_prefix(option)?.starts_with('.').then(|| Error::option(path, allowed, got))
}

/// What an option takes, out of serde's message or, where that does not say, by the type of its default.
fn allowed(message: &str, default: &Value) -> String {
    if let Some((_, rest)) = message.split_once(" must be ") {
        return rest.split(", got").next().unwrap_or(rest).to_owned();
    }
    if let Some((_, names)) = message.split_once("expected one of ") {
        return format!("one of {}", names.replace('`', "\""));
    }
    if let Some((_, names)) = message.split_once(", expected ") {
        return match names.trim() {
            "u32" => "a whole number, 0 or more".to_owned(),
            "f64" => "a number".to_owned(),
            "a boolean" => "true or false".to_owned(),
            "a string" | "string or map" if default.is_string() => format!("a text such as {default}"),
            names => names.replace('`', "\""),
        };
    }
    format!("like {default}")
}

/// A list, or one value for a list of one.
pub(crate) fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        Many(Vec<Value>),
        One(Value),
    }
    let values = match OneOrMany::deserialize(deserializer)? {
        OneOrMany::Many(values) => values,
        OneOrMany::One(Value::Null) => vec![],
        OneOrMany::One(value) => vec![value],
    };
    values.into_iter().map(|v| T::deserialize(v).map_err(serde::de::Error::custom)).collect()
}

/// Refuses a list of nothing.
pub(crate) fn check_top<N: Default + PartialEq>(top: &Option<N>) -> Result<()> {
    match top {
        Some(n) if *n == N::default() => Err(Error::option("top", "1 or more, or nothing for all", 0)),
        _ => Ok(()),
    }
}

/// Refuses no length at all, and one that comes twice.
pub(crate) fn lengths(option: &str, spans: &[Span]) -> Result<()> {
    if spans.is_empty() {
        return Err(Error::option(option, "one length or several, as \"1h\"", "none"));
    }
    match spans.iter().enumerate().find_map(|(i, span)| spans[..i].contains(span).then_some(span)) {
        None => Ok(()),
        Some(twice) => Err(Error::option(option, "lengths that differ", format!("{twice} twice"))),
    }
}
