//! The best pairs, without looking at all.
use rayon::prelude::*;

use super::Introductions;
use super::profiles::{Profile, Profiles};
use crate::stats::graph::Graph;

/// Contacts with more contacts introduce nobody: everyone knows them.
const MOST_CONTACTS: usize = 500;
/// Members of a group who are looked at: those who wrote last.
const MOST_MEMBERS: usize = 5_000;
/// What pairs with nothing in common but contacts count.
const BASE: f64 = 0.2;

/// A pair, and why.
#[derive(Clone, Debug)]
pub(super) struct Pair<'t> {
    pub(super) members: [&'t str; 2],
    pub(super) units: [Option<&'t str>; 2],
    pub(super) score: f64,
    pub(super) common: i64,
    pub(super) through: Option<String>,
    pub(super) channels: Option<String>,
    pub(super) terms: Option<String>,
}

/// The best pairs of a group; `both` holds both directions of every tie.
pub(super) fn best<'t>(both: &Graph, names: &[&'t str], profiles: &Profiles<'t>, kpi: &Introductions) -> Vec<Pair<'t>> {
    let mut looked: Vec<usize> = (0..names.len()).filter(|member| profiles.recency[*member] > 0.0).collect();
    looked.sort_by(|a, b| profiles.recency[*b].total_cmp(&profiles.recency[*a]).then(a.cmp(b)));
    looked.truncate(MOST_MEMBERS);
    let mut at = vec![false; names.len()];
    looked.iter().for_each(|member| at[*member] = true);
    let contacts: Vec<usize> = (0..names.len()).map(|member| both.arcs(member).count()).collect();
    let top = kpi.top as usize;
    let of_member = |a: usize| -> Vec<(f64, usize, usize)> {
        let mut near: Vec<(usize, f64)> = vec![];
        for (contact, _) in both.arcs(a).filter(|(contact, _)| contacts[*contact] <= MOST_CONTACTS) {
            let weight = 1.0 / (contacts[contact] as f64).ln();
            near.extend(both.arcs(contact).filter(|(b, _)| *b > a && at[*b]).map(|(b, _)| (b, weight)));
        }
        near.sort_by_key(|(b, _)| *b);
        near.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0.0 };
            same
        });
        let other_unit = |b: usize| {
            kpi.unit.is_none() || matches!((profiles.unit[a], profiles.unit[b]), (Some(a), Some(b)) if a != b)
        };
        near.retain(|(b, _)| other_unit(*b) && !both.arcs(a).any(|(contact, _)| contact == *b));
        near.iter_mut().for_each(|(b, weight)| *weight *= profiles.recency[a] * profiles.recency[*b]);
        near.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        let mut found: Vec<(f64, usize, usize)> = vec![];
        for (b, weight) in near {
            // No pair after this can be better than the last of the best: cosines are 1 at most.
            if found.len() >= top && weight * (BASE + 2.0) < found[top - 1].0 {
                break;
            }
            let alike =
                cosine(&profiles.channels[a], &profiles.channels[b]) + cosine(&profiles.terms[a], &profiles.terms[b]);
            found.push((weight * (BASE + alike), a, b));
            if found.len() >= 2 * top {
                sort(&mut found);
                found.truncate(top);
            } else if found.len() >= top {
                sort(&mut found);
            }
        }
        found
    };
    looked.sort_unstable();
    let mut found: Vec<_> =
        looked.par_iter().flat_map_iter(|a| of_member(*a)).filter(|(score, ..)| *score > 0.0).collect();
    sort(&mut found);
    found.truncate(top);
    let pair = |(score, a, b): (f64, usize, usize)| {
        let mut common: Vec<usize> =
            both.arcs(a).map(|(c, _)| c).filter(|c| both.arcs(b).any(|(other, _)| other == *c)).collect();
        common.sort_by_key(|c| (contacts[*c], *c));
        let through: Vec<&str> = common.iter().take(3).map(|c| names[*c]).collect();
        Pair {
            members: [names[a], names[b]],
            units: [profiles.unit[a], profiles.unit[b]],
            score,
            common: common.len() as i64,
            through: Some(through.join(", ")).filter(|through| !through.is_empty()),
            channels: shared(&profiles.channels[a], &profiles.channels[b], &profiles.channel_names, 3),
            terms: shared(&profiles.terms[a], &profiles.terms[b], &profiles.term_names, 5),
        }
    };
    found.into_iter().map(pair).collect()
}

/// The best first; of equals the first by name.
fn sort(found: &mut [(f64, usize, usize)]) {
    found.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
}

/// The product of each name that both have.
fn products<'p>(a: &'p Profile, b: &'p Profile) -> impl Iterator<Item = (u32, f64)> + 'p {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    few.iter().filter_map(|(name, weight)| {
        let at = many.binary_search_by_key(name, |(name, _)| *name).ok()?;
        Some((*name, weight * many[at].1))
    })
}

fn cosine(a: &Profile, b: &Profile) -> f64 {
    products(a, b).map(|(_, product)| product).sum::<f64>().min(1.0)
}

/// The names that both have in common most.
fn shared(a: &Profile, b: &Profile, names: &[&str], most: usize) -> Option<String> {
    let mut found: Vec<(u32, f64)> = products(a, b).collect();
    found.sort_by(|x, y| y.1.total_cmp(&x.1).then(names[x.0 as usize].cmp(names[y.0 as usize])));
    let found: Vec<&str> = found.iter().take(most).map(|(name, _)| names[*name as usize]).collect();
    (!found.is_empty()).then(|| found.join(", "))
}
