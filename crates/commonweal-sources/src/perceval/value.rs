//! Looking into JSON of which nothing is sure.
use serde_json::Value;

use crate::time::{epoch_fraction, parse_iso, parse_mail};

/// A field as text, where it is text or a number that is not empty.
pub(super) fn text(object: &Value, name: &str) -> Option<String> {
    match &object[name] {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A field as a whole number.
pub(super) fn number(object: &Value, name: &str) -> Option<i64> {
    match &object[name] {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A field as a time: ISO 8601, or a number since 1970 of which the magnitude tells the unit.
pub(super) fn time(object: &Value, name: &str) -> Option<i64> {
    let field = text(object, name)?;
    if let Some(stamp) = parse_iso(&field) {
        return Some(stamp.micros);
    }
    match field.trim().parse::<f64>() {
        Ok(number) => epoch_fraction(number, None),
        Err(_) => parse_mail(&field).map(|stamp| stamp.micros),
    }
}

/// A field as a list; none is an empty one.
pub(super) fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object[name].as_array().map_or(&[], Vec::as_slice)
}
