//! What each member was last: a table of when each was last seen in each role.
use hashbrown::HashMap;

use crate::kpi::table::LabelledBuilder;
use crate::kpi::{Part, Shape, Table};
use crate::schema::Role;

/// For those whose role changes, the last act in each role, as minus its time, since the least is kept. For the others, what they are, where
/// that is not a member.
pub(super) fn partial(part: &Part<'_>) -> Table {
    if !part.first {
        return Table::new(Shape::least(1));
    }
    let community = part.community;
    let (dense, roles) = (community.dense(), community.roles());
    let mut table = LabelledBuilder::<1>::least();
    let mut see = |member: usize, role: Role, value: i128| {
        let label = vec![Some(dense.member.labels[member].to_owned()), Some(role.name().to_owned())];
        let row = table.at(label, 0, 0);
        row[0] = row[0].min(value);
    };
    for member in 0..community.n_members() {
        let role = |time: i64| roles.at(member as u32, time).unwrap_or(Role::Member);
        if roles.may_change(member as u32) {
            for time in community.timeline().rows(member).iter().map(|row| dense.time()[*row as usize]) {
                see(member, role(time), -i128::from(time));
            }
        } else if role(0) != Role::Member {
            see(member, role(0), 0);
        }
    }
    table.finish()
}

/// The last role of each, by name; who is not there is a member.
pub(super) fn read(table: &Table) -> HashMap<&str, &str> {
    let mut last: HashMap<&str, (i128, &str)> = HashMap::new();
    for (label, _, _, values) in table.rows() {
        if let (Some(name), Some(role)) = (text(label, 0), text(label, 1)) {
            let kept = last.entry(name).or_insert((i128::MAX, role));
            *kept = (*kept).min((values[0], role));
        }
    }
    last.into_iter().map(|(name, (_, role))| (name, role)).collect()
}

fn text(label: &[Option<String>], at: usize) -> Option<&str> {
    label.get(at)?.as_deref()
}
