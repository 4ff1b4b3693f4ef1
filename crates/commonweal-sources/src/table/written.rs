//! Columns of a file of text, in which all is text: what they hold, where the contract does not say.
use polars::prelude::*;

use super::columns::{IDS, Known};
use crate::job::Account;

/// Ids that other programs take for numbers.
fn is_id(column: &str) -> bool {
    IDS.contains(&column) || matches!(column, "member" | "target")
}

/// The table with the types that all its rows together say. Columns of the contract stay the text that is written, and so do those of
/// `as_written`.
pub(super) fn settle(
    frame: DataFrame,
    table: &str,
    list: &[Known],
    as_written: &[String],
    account: &mut Account<'_>,
) -> PolarsResult<DataFrame> {
    let height = frame.height();
    let settled = frame.columns().iter().map(|column| {
        let (name, texts) = (column.name().as_str(), column.str()?);
        // Of the contract's, the role alone may be a truth: that of being staff.
        let is_known = name != "role" && list.iter().any(|known| known.name == name);
        Ok(match as_written.iter().any(|written| written == name) {
            false if !is_known => typed(texts),
            false if is_id(name) => whole(texts, table, account).unwrap_or_else(|| column.clone()),
            _ => column.clone(),
        })
    });
    DataFrame::new(height, settled.collect::<PolarsResult<_>>()?)
}

/// Ids that another program has turned into fractions, because some were missing: each ends in `.0`, so that none becomes another's without it.
fn whole(ids: &StringChunked, table: &str, account: &mut Account<'_>) -> Option<Column> {
    let all = ids.iter().flatten().all(|id| before_fraction(id).is_some());
    let changed = ids.len() - ids.null_count();
    if changed == 0 || !all {
        return None;
    }
    let note = format!("{table}: {} such as 12.0 taken as 12", ids.name());
    (0..changed).for_each(|_| account.intake.note(&note));
    let whole: StringChunked = ids.iter().map(|id| id.and_then(before_fraction)).collect();
    Some(whole.with_name(ids.name().clone()).into_column())
}

/// `12` of `12.0`.
fn before_fraction(id: &str) -> Option<&str> {
    let whole = id.strip_suffix(".0")?;
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(whole)
}

/// A column of text as numbers or truth values, where all of it is such. Numbers that begin with a zero are codes.
pub(super) fn typed(column: &StringChunked) -> Column {
    let is_code = |text: &str| {
        let digits = text.trim_start_matches('-');
        digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let all = |is: &dyn Fn(&str) -> bool| column.iter().flatten().all(is);
    let truth = |text: &str| match text {
        "true" | "True" => Some(true),
        "false" | "False" => Some(false),
        _ => None,
    };
    let name = column.name().clone();
    if column.null_count() == column.len() {
        column.clone().into_column()
    } else if all(&|text| text.parse::<i64>().is_ok() && !is_code(text)) {
        let numbers: Int64Chunked = column.iter().map(|text| text.and_then(|text| text.parse().ok())).collect();
        numbers.with_name(name).into_column()
    } else if all(&|text| text.parse::<f64>().is_ok_and(f64::is_finite) && !is_code(text)) {
        let numbers: Float64Chunked = column.iter().map(|text| text.and_then(|text| text.parse().ok())).collect();
        numbers.with_name(name).into_column()
    } else if all(&|text| truth(text).is_some()) {
        let truths: BooleanChunked = column.iter().map(|text| text.and_then(truth)).collect();
        truths.with_name(name).into_column()
    } else {
        column.clone().into_column()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::columns::EVENTS;

    fn settled(name: &str, texts: &[Option<&str>], as_written: &[String]) -> (Column, u64) {
        let frame = DataFrame::new(texts.len(), vec![Column::new(name.into(), texts)]).expect("a column");
        let mut account = Account::default();
        let frame = settle(frame, "events", &EVENTS, as_written, &mut account).expect("text");
        (frame.columns()[0].clone(), account.intake.notes().values().sum())
    }

    #[test]
    fn fractions_are_whole_where_all_are() {
        for (name, given, expected, noted) in [
            ("parent", [Some("1.0"), None, Some("-20.0")], [Some("1"), None, Some("-20")], 2),
            ("parent", [Some("1.0"), Some("1"), None], [Some("1.0"), Some("1"), None], 0),
            (
                "thread",
                [Some("1767614400.0"), Some("1767614400.000100"), None],
                [Some("1767614400.0"), Some("1767614400.000100"), None],
                0,
            ),
            (
                "member",
                [Some("1e5"), Some("100000"), Some("+100000")],
                [Some("1e5"), Some("100000"), Some("+100000")],
                0,
            ),
            ("channel", [Some("1.0"), Some("2.0"), None], [Some("1.0"), Some("2.0"), None], 0),
            ("text", [Some("true"), Some("false"), None], [Some("true"), Some("false"), None], 0),
            ("id", [None, None, None], [None, None, None], 0),
            ("member", [Some(".0"), Some("-.0"), None], [Some(".0"), Some("-.0"), None], 0),
        ] {
            let (column, notes) = settled(name, &given, &[]);
            assert!(column.str().expect("text").iter().eq(expected), "{name}: {given:?}");
            assert_eq!(notes, noted, "{name}: {given:?}");
        }
    }

    #[test]
    fn columns_that_are_none_of_the_contracts_say_what_they_are() {
        for (texts, dtype) in [
            ([Some("1"), None, Some("-2")], DataType::Int64),
            ([Some("1"), None, Some("1.50")], DataType::Float64),
            ([Some("true"), None, Some("False")], DataType::Boolean),
            ([Some("true"), None, Some("1")], DataType::String),
            ([Some("007"), None, Some("1")], DataType::String),
            ([None, None, None], DataType::String),
        ] {
            assert_eq!(settled("extra", &texts, &[]).0.dtype(), &dtype, "{texts:?}");
            let (kept, _) = settled("extra", &texts, &["extra".to_owned()]);
            assert!(kept.str().expect("text").iter().eq(texts), "{texts:?}");
        }
    }
}
