//! What each member wrote, to whom, and what came of it, in integers.
use hashbrown::HashMap;

use super::Trolls;
use crate::error::Result;
use crate::kpi::table::LabelledBuilder;
use crate::kpi::{Part, Scoped, Table, opener};
use crate::moderation::attack;
use crate::schema::{Kind, Role};
use crate::view::{Group, NONE, Parents};

/// What is summed up for a member, in the order of the table.
pub(super) const MESSAGES: usize = 0;
pub(super) const HOSTILE: usize = 1;
/// Replies by others to hostile messages, and to the others.
pub(super) const TO_HOSTILE: usize = 2;
pub(super) const TO_OTHER: usize = 3;
pub(super) const WIDTH: usize = 4;

/// Labels of a hostile message, after those of the group: member, target, id, beginning.
pub(super) const OWN: usize = 4;

/// Letters of a message that are shown.
const SHOWN: usize = 200;

pub(super) fn partial(kpi: &Trolls, part: &Part<'_>) -> Result<Vec<Table>> {
    let scoped = part.scoped(&kpi.scope)?;
    let community = part.community;
    let (dense, parents, attacks) = (community.dense(), community.parents()?, attack::scores(community)?);
    let (member, roles) = (&dense.member, community.roles());
    let least = (kpi.threshold * attack::ONE as f64).ceil() as i64;
    let column = |name: &str| community.events().column(name).ok().and_then(|column| column.str().ok());
    let (ids, texts) = (column("id"), column("text"));
    let name = |row: usize| member.label(member.rows[row]).map(str::to_owned);
    let mut people: HashMap<(u32, u32), [i128; WIDTH]> = HashMap::new();
    let mut hostile = LabelledBuilder::<1>::new();
    // How much a message of a known author attacks, where it counts.
    let score = |row: usize| {
        let counts = dense.kind[row].is_message() && member.rows[row] != NONE && scoped.counts(row);
        attacks.get(row).filter(|_| counts)
    };
    for (thread, rows) in part.groups() {
        let opener = if part.is_none(thread) { None } else { opener(&scoped, rows) };
        for row in rows.iter().map(|row| *row as usize) {
            let answered = answered(&scoped, &parents, opener, row);
            if let Some(score) = score(row) {
                let sums = people.entry((scoped.groups.of(row), member.rows[row])).or_default();
                sums[MESSAGES] += 1;
                if score >= least {
                    sums[HOSTILE] += 1;
                    let target = answered.and_then(name);
                    let begins = texts.and_then(|texts| texts.get(row)).map(|text| text.chars().take(SHOWN).collect());
                    let own = [name(row), target, ids.and_then(|ids| ids.get(row)).map(str::to_owned), begins];
                    let label: Group = scoped.groups.label(scoped.groups.of(row)).into_iter().chain(own).collect();
                    hostile.at(label, 0, score)[0] += 1;
                }
            }
            let role = roles.at(member.rows[row], dense.time()[row]);
            let rises = dense.has_own_time(row) && role.is_some_and(|role| kpi.scope.bots || role != Role::Bot);
            if let Some((to, score)) = answered.filter(|_| rises).and_then(|to| Some((to, score(to)?))) {
                let sums = people.entry((scoped.groups.of(to), member.rows[to])).or_default();
                sums[if score >= least { TO_HOSTILE } else { TO_OTHER }] += 1;
            }
        }
    }
    let mut all = LabelledBuilder::<WIDTH>::new();
    for ((group, who), sums) in people {
        let own = member.label(who).map(str::to_owned);
        let label: Group = scoped.groups.label(group).into_iter().chain([own]).collect();
        all.at(label, 0, 0).iter_mut().zip(sums).for_each(|(sum, value)| *sum += value);
    }
    Ok(vec![all.finish(), hostile.finish()])
}

/// The message of another that a reply answers: its parent or, where it names none, the opening post.
fn answered(scoped: &Scoped<'_>, parents: &Parents<'_>, opener: Option<usize>, row: usize) -> Option<usize> {
    let dense = scoped.community.dense();
    if dense.kind[row] != Kind::Reply {
        return None;
    }
    let to = match parents.of(row) {
        NONE => opener?,
        parent => parent as usize,
    };
    let who = &dense.member.rows;
    (who[to] != NONE && who[to] != who[row] && dense.kind[to].is_message()).then_some(to)
}
