//! Who should know whom.
mod pairs;
mod profiles;

use hashbrown::HashMap;
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::Ties;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::view::Group;
use pairs::Pair;
use profiles::Profiles;

/// Pairs worth introducing: they have not answered each other yet, know the same people, and write about the same things.
///
/// # Formula
/// score = AA · r(a) · r(b) · (0.2 + channels + terms). AA = Σ over the contacts c of both of 1 / ln(contacts of c) (Adamic & Adar); r = 2^(−age of
/// the last message / 30 days); channels = cosine of the messages by channel, terms = cosine of the threads taken part in by their terms, each
/// ln(1 + n) · ln(members / members with any). A contact is who one has answered or was answered by. The terms of a thread are the first
/// sixteen of title, tags and text of its posts.
///
/// # Columns
/// `by` … (of the act), rank (from 1), `member_a`, `member_b` (in order of name), with `unit` `unit_a`, `unit_b` (at their last message), score (its order is what
/// it says), common (contacts of both), through (up to three of them, who know the fewest others), channels (up to three shared), terms (up to five shared).
///
/// # Edge cases
/// Only pairs with a contact in common; contacts with more than 500 of their own introduce nobody. Only the 5,000 members of each group who wrote last. With
/// `unit`, only pairs of different known units. Those who have left by the members table are not listed. Without channels, or texts, that part is 0. `min_group` hides groups
/// with fewer members tied. No interval: how often such pairs meet by themselves is measured in the docs.
///
/// # Source
/// Adamic & Adar, *Friends and neighbors on the Web*, Social Networks 25 (2003); Liben-Nowell & Kleinberg, *The link-prediction problem*, JASIST 58 (2007);
/// profiles beside ties: Chen et al., *Make new friends, but keep the old*, CHI (2009).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Introductions {
    /// So many of each group. Default: 20.
    pub top: u32,
    /// A column of the members, such as a department: only pairs across it. Default: none.
    pub unit: Option<String>,
    /// Whether reactions tie as well as replies. Default: no.
    pub reactions: bool,
    /// Grouping and who counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Introductions {
    fn default() -> Self {
        Self { top: 20, unit: None, reactions: false, scope: Scope::default() }
    }
}

impl Introductions {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.introductions",
        question: "Who should get to know whom?",
        formula: "score = Adamic–Adar · recency of both · (0.2 + cosine of channels + cosine of terms), of pairs not tied yet",
        unit: "score",
        source: "Adamic & Adar (2003); Liben-Nowell & Kleinberg (2007)",
        whole: Whole::Thread,
    };

    fn ties(&self) -> Ties {
        Ties { reactions: self.reactions, half_life: None }
    }
}

impl Kpi for Introductions {
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
        if !(1..=10_000).contains(&self.top) {
            return Err(Error::option("top", "from 1 to 10,000", self.top));
        }
        if self.unit.as_deref() == Some("") {
            return Err(Error::option("unit", "a column of the members, as \"department\", or none", "\"\""));
        }
        self.scope.refuse_names(|name| matches!(name, "channels" | "terms" | "through"))?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Replies, reactions, names; then messages by channel, the last message, threads taken part in, their terms, who has left.
        const {
            &[
                Shape::sums(1),
                Shape::sums(1),
                Shape::least(1),
                Shape::sums(1),
                Shape::least(1),
                Shape::least(1),
                Shape::least(1),
                Shape::least(1),
            ]
        }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let mut tables = self.ties().partial(part, &self.scope, false)?;
        tables.extend(profiles::partial(self, part)?);
        Ok(tables)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let width = self.scope.by.len();
        let [_, _, _, about @ ..] = tables else { return Err(Error::malformed()) };
        let networks = self.ties().networks(tables, width, horizon)?;
        let groups: Vec<&Group> = networks.iter().map(|network| &network.group).collect();
        let cells = Cells::new(groups, None, None, horizon)?;
        let (mut rows, mut listed): (Vec<usize>, Vec<Pair<'_>>) = Default::default();
        for (cell, network) in networks.iter().enumerate() {
            let profiles = Profiles::read(about, network, horizon)?;
            let pairs = pairs::best(&network.graph.undirected(), &network.names(), &profiles, self);
            rows.extend(pairs.iter().map(|_| cell));
            listed.extend(pairs);
        }
        let members = networks.iter().map(|network| network.members.len() as i64).collect();
        let mut last: HashMap<usize, i64> = HashMap::new();
        let ranks: Vec<i64> = rows
            .iter()
            .map(|cell| {
                let rank = last.entry(*cell).or_insert(0);
                *rank += 1;
                *rank
            })
            .collect();
        let text = |of: fn(&Pair<'_>) -> Option<String>| Values::Text(listed.iter().map(of).collect());
        let mut sheet = cells
            .sheet(&self.scope)
            .members(members)
            .rows(rows)
            .counts("rank", ranks)
            .column("member_a", text(|pair| Some(pair.members[0].to_owned())))
            .column("member_b", text(|pair| Some(pair.members[1].to_owned())));
        if self.unit.is_some() {
            sheet = sheet
                .column("unit_a", text(|pair| pair.units[0].map(str::to_owned)))
                .column("unit_b", text(|pair| pair.units[1].map(str::to_owned)));
        }
        sheet
            .numbers("score", listed.iter().map(|pair| Some(pair.score)))
            .counts("common", listed.iter().map(|pair| pair.common))
            .column("through", text(|pair| pair.through.clone()))
            .column("channels", text(|pair| pair.channels.clone()))
            .column("terms", text(|pair| pair.terms.clone()))
            .one_row_if_hidden()
            .finish()
    }
}

#[cfg(test)]
mod tests;
