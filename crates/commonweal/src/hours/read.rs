//! A schedule from JSON, every fault with its place and its remedy, and back.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{BusinessHours, COLUMN, Clock, Week, wrong_zone};
use crate::community::zone;
use crate::error::{Error, Result};

const KEYS: [&str; 6] = ["zone", "week", "holidays", "later", "clock", "column"];

impl TryFrom<Value> for BusinessHours {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self> {
        let allowed = r#"a schedule, as {"zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:00"]]}}"#;
        let fields = value.as_object().ok_or_else(|| Error::option("hours", allowed, &value))?;
        refuse_others("hours", fields, &KEYS)?;
        let name = fields.get("zone").unwrap_or(&Value::Null);
        let zone = name.as_str().and_then(|name| zone(name).ok()).ok_or_else(|| wrong_zone(shown(name)))?;
        let week = Week::read("hours.week", fields.get("week").unwrap_or(&Value::Null))?;

        let mut later = vec![];
        for (i, change) in list("hours.later", fields.get("later"))?.iter().enumerate() {
            let path = format!("hours.later[{i}]");
            let allowed = r#"a week and the date it holds from, as {"from": "2026-07-01", "week": {}}"#;
            let change = change.as_object().ok_or_else(|| Error::option(&path, allowed, change))?;
            refuse_others(&path, change, &["from", "week"])?;
            let from = date(&format!("{path}.from"), change.get("from").unwrap_or(&Value::Null))?;
            later.push((from, Week::read(&format!("{path}.week"), change.get("week").unwrap_or(&Value::Null))?));
        }
        later.sort_by_key(|(from, _)| *from);
        if let Some(twice) = later.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::option("hours.later", "weeks from dates that differ", format!("{} twice", twice[0].0)));
        }
        if week.is_closed() && later.iter().all(|(_, week)| week.is_closed()) {
            let allowed = "open at some time, or no hours at all to count every hour";
            return Err(Error::option("hours.week", allowed, "a schedule that is never open"));
        }

        let holidays = list("hours.holidays", fields.get("holidays"))?;
        let holidays: BTreeSet<NaiveDate> =
            holidays.iter().map(|value| date("hours.holidays", value)).collect::<Result<_>>()?;
        let clock = match fields.get("clock") {
            None | Some(Value::Null) => Clock::Team,
            Some(value) => Clock::deserialize(value)
                .map_err(|_| Error::option("hours.clock", r#"one of "team", "asker", "responder""#, shown(value)))?,
        };
        let column = match fields.get("column") {
            None | Some(Value::Null) => COLUMN.to_owned(),
            Some(Value::String(name)) if !name.is_empty() => name.clone(),
            Some(value) => {
                return Err(Error::option("hours.column", "the name of a column that holds time zones", shown(value)));
            }
        };
        Ok(Self { zone, week, later, holidays, clock, column })
    }
}

impl From<BusinessHours> for Value {
    fn from(hours: BusinessHours) -> Self {
        let later = hours.later.iter().map(|(from, week)| json!({"from": from.to_string(), "week": week.to_json()}));
        json!({
            "zone": hours.zone.name(),
            "week": hours.week.to_json(),
            "holidays": hours.holidays.iter().map(NaiveDate::to_string).collect::<Vec<_>>(),
            "later": later.collect::<Vec<_>>(),
            "clock": hours.clock,
            "column": hours.column,
        })
    }
}

fn refuse_others(path: &str, fields: &Map<String, Value>, known: &[&str]) -> Result<()> {
    match fields.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(other) => Err(Error::option(path, format!("made of {}", known.join(", ")), format!("{other:?}"))),
    }
}

fn list<'v>(path: &str, value: Option<&'v Value>) -> Result<&'v [Value]> {
    match value {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(other) => Err(Error::option(path, "a list", other)),
    }
}

fn date(path: &str, value: &Value) -> Result<NaiveDate> {
    let parsed = value.as_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| Error::option(path, r#"a date such as "2026-12-25""#, shown(value)))
}

/// A value as it was given; nothing where it is missing.
fn shown(value: &Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { value.to_string() }
}
