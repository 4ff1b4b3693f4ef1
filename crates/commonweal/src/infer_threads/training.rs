//! What the weights are learnt from: the cells of every choice, as the weights see them.
use polars::prelude::*;
use serde_json::{Value, json};

use super::given::Given;
use super::link::{Choice, Weights, links};
use super::read::Logs;
use super::template::{OPENING, OPENING_STARTS, PAIR, PAIR_STARTS, SIZE, Template};
use super::{InferThreads, confidence};
use crate::community::Community;
use crate::error::{Error, Result};

/// The choices of the messages for which `wanted` is true: `message` and `candidate` (rows; the candidate is null where the message opens a
/// conversation) and the cell of each table, `c0`, `c1` … Beside it the tables.
/// `weights` stand for those that were learnt: the links found so far are among what is looked at. It is made for learning weights, and may change.
///
/// # Errors
/// As [`Community::infer_threads`].
#[doc(hidden)]
pub fn infer_threads_features(
    community: &Community,
    options: &InferThreads,
    wanted: &BooleanChunked,
    weights: Option<&[i16]>,
) -> Result<(DataFrame, Value)> {
    let weights = match weights {
        None => Weights::LEARNT,
        Some(weights) if weights.len() == SIZE => Weights { with_text: weights, without_text: weights },
        Some(weights) => return Err(Error::option("weights", format!("{SIZE}"), weights.len())),
    };
    let events = community.events();
    let before = confidence(events)?;
    let order = community.order();
    let given = Given::read(events, &order, &before.iter().map(Option::is_some).collect::<Vec<_>>())?;
    let logs = Logs::read(community, &order, &given, &options.apart(events))?;
    let (mut message, mut candidate): (Vec<u32>, Vec<Option<u32>>) = (vec![], vec![]);
    let mut cells: Vec<Vec<u16>> = vec![vec![]; PAIR.len()];
    for log in &logs.0 {
        links(&log.log, options.limits(weights), |at, choice: &Choice| {
            if wanted.get(log.rows[at] as usize) != Some(true) {
                return;
            }
            let mut put = |other: Option<usize>, row: &[u16]| {
                message.push(log.rows[at]);
                candidate.push(other.map(|other| log.rows[other]));
                cells.iter_mut().enumerate().for_each(|(i, cells)| cells.push(row.get(i).copied().unwrap_or(0)));
            };
            put(None, &choice.opening);
            choice.candidates.iter().for_each(|(other, row)| put(Some(*other), row));
        });
    }
    let height = message.len();
    let mut columns = vec![Column::new("message".into(), message), Column::new("candidate".into(), candidate)];
    columns.extend(cells.into_iter().enumerate().map(|(i, cells)| Column::new(format!("c{i}").into(), cells)));
    let described = |templates: &[Template], starts: &[usize]| -> Vec<Value> {
        let one = |(template, start): (&Template, &usize)| json!({ "name": template.name, "rows": template.rows, "columns": template.columns, "start": start });
        templates.iter().zip(starts).map(one).collect()
    };
    let tables =
        json!({ "size": SIZE, "pair": described(PAIR, &PAIR_STARTS), "opening": described(OPENING, &OPENING_STARTS) });
    Ok((DataFrame::new(height, columns)?, tables))
}
