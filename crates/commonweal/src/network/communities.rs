//! Who talks with whom: the communities within the community.
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::Ties;
use super::ties::SHAPES;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::stats::graph::leiden::{leiden, of_random};
use crate::view::Group;

/// Random graphs that the modularity is compared with.
const RANDOM: u64 = 10;

/// Which members talk with each other more than with others, whatever their units: communities by modularity.
///
/// # Formula
/// Ties as in [`crate::Edges`], both directions summed: w(i, j), with s(i) = Σ w(i, j) and W = Σ s. The communities are those that the Leiden
/// algorithm finds to make the modularity Q = Σ over the communities of \[weight within / W − `resolution` · (Σ s / W)²\] large: the best of eight
/// seeded starts, each gone over until nothing gains. `modularity_random` = the mean of what one start finds in ten random graphs of these ties, dealt anew among those of about
/// the same weight (within a factor of two), so that every member has as many of each strength.
///
/// # Columns
/// `by` … (of the act), member, community (from 1, by size; of equals the one with the first name), size (members), modularity,
/// `modularity_random` (of the group: the same in each of its rows). Sorted by group, community and member.
///
/// # Edge cases
/// Members without ties are not listed. The algorithm always finds something: where modularity is not above `modularity_random`, the communities say no more than
/// those of chance would; that bar is somewhat high, so weak communities may not pass it. Communities of fewer than some √(2 · ties) ties are too small to be seen at `resolution` 1 (the resolution limit); a higher one
/// gives smaller ones. Other seeds may give other communities of about the same modularity. `min_group` hides groups with fewer members tied.
///
/// # Source
/// Traag, Waltman & van Eck, *From Louvain to Leiden*, Scientific Reports 9 (2019); modularity: Newman & Girvan, *Physical Review E* 69 (2004); of random
/// graphs: Guimerà, Sales-Pardo & Amaral, *Physical Review E* 70 (2004); resolution: Fortunato & Barthélemy, *PNAS* 104 (2007).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Communities {
    /// Above 1 for smaller communities, below for larger ones. Default: 1.
    pub resolution: f64,
    /// The same seed gives the same. Default: 0.
    pub seed: u64,
    /// What ties.
    #[serde(flatten)]
    pub ties: Ties,
    /// Grouping and who counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Communities {
    fn default() -> Self {
        Self { resolution: 1.0, seed: 0, ties: Ties::default(), scope: Scope::default() }
    }
}

impl Communities {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.communities",
        question: "Which members talk with each other more than with others?",
        formula: "Leiden communities of the ties, both directions summed; modularity against that of random graphs of these ties",
        unit: "communities",
        source: "Traag, Waltman & van Eck (2019); Newman & Girvan (2004)",
        whole: Whole::Thread,
    };
}

impl Kpi for Communities {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn check(&self) -> Result<()> {
        if !(self.resolution > 0.0 && self.resolution.is_finite()) {
            return Err(Error::option("resolution", "a number above 0, as 1", self.resolution));
        }
        self.ties.check()?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        self.ties.partial(part, &self.scope, false)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let networks = self.ties.networks(tables, self.scope.by.len(), horizon)?;
        let groups: Vec<&Group> = networks.iter().map(|network| &network.group).collect();
        let cells = Cells::new(groups, None, None, horizon)?;
        let (mut rows, mut names, mut listed): (Vec<usize>, Vec<&str>, Vec<[i64; 2]>) = Default::default();
        let (mut found, mut random) = (vec![], vec![]);
        for (cell, network) in networks.iter().enumerate() {
            let both = network.graph.undirected();
            let (of, modularity) = leiden(&both, self.resolution, self.seed);
            found.push(modularity);
            random.push(of_random(&both, self.resolution, self.seed, RANDOM));
            let mut sizes = vec![0i64; of.len()];
            of.iter().for_each(|community| sizes[*community as usize] += 1);
            let mut order: Vec<usize> = (0..of.len()).collect();
            order.sort_by_key(|member| of[*member]);
            for member in order {
                rows.push(cell);
                names.push(&network.members[member]);
                listed.push([i64::from(of[member]) + 1, sizes[of[member] as usize]]);
            }
        }
        let members = networks.iter().map(|network| network.members.len() as i64).collect();
        let places = IdxCa::from_vec(PlSmallStr::EMPTY, (0..names.len() as IdxSize).collect());
        let names: StringChunked = names.into_iter().map(Some).collect();
        let modularity: Vec<_> = rows.iter().map(|cell| Some(found[*cell])).collect();
        let random: Vec<_> = rows.iter().map(|cell| random[*cell]).collect();
        cells
            .sheet(&self.scope)
            .members(members)
            .rows(rows)
            .column("member", Values::Name(places, names))
            .counts("community", listed.iter().map(|row| row[0]))
            .counts("size", listed.iter().map(|row| row[1]))
            .numbers("modularity", modularity)
            .numbers("modularity_random", random)
            .one_row_if_hidden()
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;
    use serde_json::json;

    use crate::community::Community;
    use crate::kpi::parse;

    #[test]
    fn two_circles_of_friends() {
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let threads = [
            ("ana", ["ben", "cid"]),
            ("ben", ["ana", "cid"]),
            ("eve", ["fin", "dea"]),
            ("fin", ["eve", "dea"]),
            ("gil", ["eve", "fin"]),
        ];
        let (mut member, mut kind, mut thread) = (vec![], vec![], vec![]);
        for (i, (opener, replies)) in threads.iter().enumerate() {
            for (n, who) in std::iter::once(opener).chain(replies).enumerate() {
                member.push(*who);
                kind.push(if n == 0 { "post" } else { "reply" });
                thread.push(i.to_string());
            }
        }
        let time: Vec<i64> = (0..member.len() as i64).map(|i| 1_700_000_000_000_000 + i).collect();
        let mut events = df!["time" => time, "member" => member, "kind" => kind, "thread" => thread].expect("columns");
        events.with_column(events.column("time").expect("time").cast(&utc).expect("a cast")).expect("a column");
        let community = Community::builder(events).build().expect("valid");
        let kpi = parse("network.communities", &json!({"seed": 3})).expect("valid");
        let table = community.compute(kpi.as_ref()).expect("a table");
        let count =
            |name: &str| table.column(name).expect(name).i64().expect("counts").iter().flatten().collect::<Vec<_>>();
        let members = table.column("member").expect("members").str().expect("names");
        let members: Vec<_> = members.iter().flatten().collect();
        assert_eq!(members, ["dea", "eve", "fin", "gil", "ana", "ben", "cid"]);
        assert_eq!(count("community"), [1, 1, 1, 1, 2, 2, 2]);
        assert_eq!(count("size"), [4, 4, 4, 4, 3, 3, 3]);
        // Of 20 ends of ties 12 are in the one and 8 in the other, and all are within.
        let modularity = table.column("modularity").expect("there").f64().expect("a number").get(0);
        assert!(modularity.is_some_and(|q| (q - (1.0 - 0.36 - 0.16)).abs() < 1e-12), "{modularity:?}");
    }
}
