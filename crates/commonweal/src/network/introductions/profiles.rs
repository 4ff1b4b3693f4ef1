//! What members write about, where, and when they did last.
use std::collections::BTreeMap;

use hashbrown::HashMap;
use polars::prelude::*;

use super::Introductions;
use crate::error::{Error, Result};
use crate::hash::stable_hash;
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Part, Table};
use crate::network::graph::Network;
use crate::schema::Kind;
use crate::view::{Group, NONE};

/// Terms of a thread that count: the first ones.
const TERMS: usize = 16;
/// The age of the last message at which a member counts half.
const HALF_LIFE: f64 = 30.0 * 86_400e6;

/// The tables of a part: messages by group, member and channel; the last message by group, member and unit, its time negative; threads taken part
/// in; the terms of threads; when members left.
pub(super) fn partial(kpi: &Introductions, part: &Part<'_>) -> Result<[Table; 5]> {
    let (scoped, community) = (part.scoped(&kpi.scope)?, part.community);
    let dense = community.dense();
    let events = community.events();
    let channel = match events.get_column_index("channel") {
        Some(_) => Some(community.dimension("channel")?),
        None => None,
    };
    let unit = kpi.unit.as_ref().map(|unit| community.dimension(unit)).transpose();
    let unit = unit.map_err(|error| error.of_option("unit", kpi.unit.as_slice()))?;
    let texts: Vec<StringChunked> = ["title", "tags", "text"]
        .iter()
        .filter_map(|name| events.column(name).ok()?.str().ok().map(|column| column.rechunk().into_owned()))
        .collect();
    let mut codes: HashMap<(u32, u32, u32), u32> = HashMap::new();
    let mut code = |group: u32, member: u32, more: u32| {
        let next = codes.len() as u32;
        *codes.entry((group, member, more)).or_insert(next)
    };
    let (mut messages, mut last, mut threads) =
        (TableBuilder::<1>::new(), TableBuilder::<1>::least(), TableBuilder::<1>::least());
    let mut terms = LabelledBuilder::<1>::least();
    for (thread, rows) in part.groups() {
        let known = !part.is_none(thread);
        let id = if known { stable_hash(dense.thread().labels[thread].as_bytes()) as i64 } else { 0 };
        let mut found: Vec<(i64, &str, Vec<String>)> = vec![];
        let mut someone = false;
        for row in rows.iter().map(|row| *row as usize) {
            let (kind, member) = (dense.kind[row], dense.member.rows[row]);
            if known && kind == Kind::Post && !texts.is_empty() {
                found.push((dense.time()[row], dense.member.label(member).unwrap_or_default(), terms_of(&texts, row)));
            }
            if !matches!(kind, Kind::Post | Kind::Reply) || member == NONE || !scoped.counts(row) {
                continue;
            }
            let group = scoped.groups.of(row);
            let own = code(group, member, NONE);
            if let Some(channel) = channel.as_ref().map(|channel| channel.events.code(row)).filter(|code| *code != NONE)
            {
                messages.at(code(group, member, channel), 0, 0)[0] += 1;
            }
            let before = unit.as_ref().map_or(NONE, |unit| unit.events.code(row));
            // Units are told from channels by their table.
            let at = last.at(code(group, member, before), 0, 0);
            at[0] = at[0].min(-i128::from(dense.time()[row]));
            if known {
                threads.at(own, 0, id)[0] = 0;
                someone = true;
            }
        }
        if someone {
            found.sort();
            let mut seen: Vec<&String> = vec![];
            for term in found.iter().flat_map(|(_, _, terms)| terms) {
                if seen.len() < TERMS && !seen.contains(&term) {
                    seen.push(term);
                }
            }
            for term in seen {
                terms.at(vec![Some(term.clone())], 0, id)[0] = 0;
            }
        }
    }
    let mut left = LabelledBuilder::<1>::least();
    if let Some(membership) = community.membership()?.as_ref() {
        for (_, member, _) in codes.keys() {
            let name = &dense.member.labels[*member as usize];
            if let Some((_, gone)) = membership.of(name).filter(|(_, gone)| *gone < i64::MAX) {
                let row = left.at(vec![Some(name.to_owned())], 0, 0);
                row[0] = row[0].min(i128::from(gone));
            }
        }
    }
    let mut labels = vec![(0, NONE, NONE); codes.len()];
    codes.into_iter().for_each(|(label, code)| labels[code as usize] = label);
    let label = |code: u32, more: &dyn Fn(u32) -> Option<String>| -> Group {
        let (group, member, other) = labels[code as usize];
        let mut label = scoped.groups.label(group);
        label.extend([dense.member.label(member).map(str::to_owned), more(other)]);
        label
    };
    let of_channel = |code: u32| channel.as_ref()?.events.label(code).map(str::to_owned);
    let of_unit = |code: u32| unit.as_ref()?.events.label(code).map(str::to_owned);
    Ok([
        messages.finish(|code| label(code, &of_channel)),
        last.finish(|code| label(code, &of_unit)),
        threads.finish(|code| label(code, &|_| None)),
        terms.finish(),
        left.finish(),
    ])
}

/// The distinct terms of a post that have a letter, in order.
fn terms_of(texts: &[StringChunked], row: usize) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    for text in texts.iter().filter_map(|column| column.get(row)) {
        commonweal_text::terms::each(text, |term| {
            if found.len() < TERMS && term.chars().any(char::is_alphabetic) && !found.iter().any(|known| known == term)
            {
                found.push(term.to_owned());
            }
        });
        if found.len() >= TERMS {
            break;
        }
    }
    found
}

/// Numbers by name, in order of the name's place, of length 1 (or none at all).
pub(super) type Profile = Vec<(u32, f64)>;

/// What is known of the members of a network, by their places.
#[derive(Debug, Default)]
pub(super) struct Profiles<'t> {
    /// 2^(−age / half-life); 0 of those who have left or never wrote.
    pub(super) recency: Vec<f64>,
    pub(super) unit: Vec<Option<&'t str>>,
    pub(super) channels: Vec<Profile>,
    pub(super) terms: Vec<Profile>,
    pub(super) channel_names: Vec<&'t str>,
    pub(super) term_names: Vec<&'t str>,
}

impl<'t> Profiles<'t> {
    pub(super) fn read(tables: &'t [Table], network: &Network, horizon: &Horizon) -> Result<Self> {
        let [messages, last, threads, terms, left] = tables else {
            return Err(Error::malformed());
        };
        let (width, n) = (network.group.len(), network.members.len());
        let place = |label: &'t Group| -> Option<(usize, Option<&'t str>)> {
            let [member, more] = label.get(width..)? else { return None };
            let member = network.place(member.as_deref()?).filter(|_| label[..width] == network.group)?;
            Some((member, more.as_deref()))
        };
        let mut latest: Vec<Option<(i128, Option<&str>)>> = vec![None; n];
        for (label, _, _, at) in last.rows() {
            if let Some((member, unit)) = place(label) {
                latest[member] = latest[member].max(Some((at[0].saturating_neg(), unit)));
            }
        }
        let mut recency: Vec<f64> = latest
            .iter()
            .map(|last| {
                let age = last.map_or(f64::INFINITY, |(at, _)| (i128::from(horizon.as_of) - at).max(0) as f64);
                (-age / HALF_LIFE).exp2()
            })
            .collect();
        for (label, _, _, at) in left.rows().filter(|(.., at)| at[0] <= i128::from(horizon.as_of)) {
            let name = label.first().and_then(Option::as_deref);
            let gone = name.and_then(|name| network.place(name)).filter(|_| at[0] < i128::MAX);
            gone.into_iter().for_each(|member| recency[member] = 0.0);
        }
        let mut channels: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); n];
        let mut channel_names = Names::default();
        for (label, _, _, count) in messages.rows() {
            if let Some((member, Some(channel))) = place(label) {
                *channels[member].entry(channel_names.place(channel)).or_default() += count[0] as f64;
            }
        }
        let mut of_thread: HashMap<i64, Vec<u32>> = HashMap::new();
        let mut term_names = vec![];
        for (label, _, thread, _) in terms.rows() {
            let Some(term) = label.first().and_then(Option::as_deref) else { continue };
            if term_names.last() != Some(&term) {
                term_names.push(term);
            }
            of_thread.entry(thread).or_default().push(term_names.len() as u32 - 1);
        }
        let mut terms: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); n];
        for (label, _, thread, _) in threads.rows() {
            if let Some((member, _)) = place(label) {
                for term in of_thread.get(&thread).into_iter().flatten() {
                    *terms[member].entry(*term).or_default() += 1.0;
                }
            }
        }
        Ok(Self {
            recency,
            unit: latest.into_iter().map(|last| last.and_then(|(_, unit)| unit)).collect(),
            channels: weighed(channels),
            terms: weighed(terms),
            channel_names: channel_names.names,
            term_names,
        })
    }
}

/// Numbers for names, by first appearance.
#[derive(Default)]
struct Names<'t> {
    places: HashMap<&'t str, u32>,
    names: Vec<&'t str>,
}

impl<'t> Names<'t> {
    fn place(&mut self, name: &'t str) -> u32 {
        *self.places.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.names.len() as u32 - 1
        })
    }
}

/// ln(1 + n) · ln(members / members with any), of length 1.
fn weighed(counts: Vec<BTreeMap<u32, f64>>) -> Vec<Profile> {
    let mut having: HashMap<u32, f64> = HashMap::new();
    counts.iter().flat_map(BTreeMap::keys).for_each(|name| *having.entry(*name).or_default() += 1.0);
    let n = counts.len() as f64;
    let profile = |counts: BTreeMap<u32, f64>| -> Profile {
        let weight = |(name, count): (u32, f64)| (name, count.ln_1p() * (n / having[&name]).ln());
        let mut profile: Profile = counts.into_iter().map(weight).filter(|(_, weight)| *weight > 0.0).collect();
        let length = profile.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        profile.iter_mut().for_each(|(_, weight)| *weight /= length);
        profile
    };
    counts.into_iter().map(profile).collect()
}
