//! Who holds the network together.
mod measures;
mod roles;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::Ties;
use super::graph::{Network, weighed};
use super::ties::age;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, check_top};
use crate::period::Span;
use crate::view::Group;
use measures::{Asked, Leader, Walk};

/// What PageRank looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Who answers those who answer others: rank goes from who is answered to who answers.
    #[default]
    Help,
    /// Who is answered by those who are answered by others: rank goes from who answers to who is answered.
    Attention,
}

/// In which order leaders are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortedBy {
    /// By rank over all time.
    #[default]
    Rank,
    /// The first of the last window, the surest rise first.
    Rise,
}

/// Who leads: by whom ties run, how surely, and who is on the rise.
///
/// # Formula
/// On the ties of [`crate::Edges`]: in_strength = Σ weights in, out_strength = Σ weights out, degree = distinct partners. pagerank x solves
/// x_v = (1 − d)/n + d (Σ_u x_u w_uv / Σ w_u· + D/n), d = `damping`, D the x of those without an arc out; arcs are the ties turned round (`direction` help:
/// from who is answered to who answers) or as they are (attention). betweenness = the share of pairs of others whose shortest way, by number of
/// ties in either direction, leads through the member. core = the largest k such that the member is in a group of whom each has ties to k of it.
/// rank = 1 + those of larger pagerank.
///
/// # Columns
/// `by` …, rank with `_low` and `_high`, member, role (of the last act), in_strength, out_strength (acts), degree (members), pagerank (share, of all
/// 1), betweenness (share of pairs), betweenness_exact (else it is from 256 sources drawn at random), core, rank_before, rank_now (rank by the
/// acts of the `window` before the last one, and of the last one), rise = rank_before − rank_now with `_low` and `_high`, rising (the whole
/// interval is above 0).
///
/// # Edge cases
/// As in [`crate::Edges`]. Who is tied to nobody is not in the network. Members of equal pagerank have one rank. In a window everyone of the
/// network is ranked, and equals share the last of their places, so that who does nothing is last of all in either; where in one of them
/// nobody does anything, there is no rise. Intervals are of a bootstrap: each act is drawn Poisson(1) times, `bootstrap` times over; of a
/// rank they tell how far it rests on few acts. Without a bootstrap they are null, as is rising.
///
/// # Source
/// Brin & Page (1998); Zhang, Ackerman & Adamic (2007) for the direction; Freeman (1977), Brandes (2001), Brandes & Pich (2007); Seidman (1983),
/// Batagelj & Zaveršnik (2003); Hanley & MacGibbon, *Creating non-parametric bootstrap samples using Poisson frequencies* (2006).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leaders {
    /// So many of each group; none for all. Default: 20.
    pub top: Option<usize>,
    /// In which order. Default: by rank.
    pub sort_by: SortedBy,
    /// What PageRank looks for. Default: help.
    pub direction: Direction,
    /// The probability that the walk of PageRank goes on, within (0, 1). Default: 0.85.
    pub damping: f64,
    /// Whether betweenness is computed; it takes longest by far. Default: yes.
    pub betweenness: bool,
    /// How many bootstrap samples the intervals are from; 0 for none. Default: 200.
    pub bootstrap: u32,
    /// The length of the windows that a rise is between, in whole days; none for no rise. Default: 90 days.
    pub window: Option<Span>,
    /// What ties.
    #[serde(flatten)]
    pub ties: Ties,
    /// Grouping and who counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Leaders {
    fn default() -> Self {
        Self {
            top: Some(20),
            sort_by: SortedBy::Rank,
            direction: Direction::Help,
            damping: 0.85,
            betweenness: true,
            bootstrap: 200,
            window: Some(Span::days(90)),
            ties: Ties::default(),
            scope: Scope::default(),
        }
    }
}

/// Bootstrap samples, at most.
const MOST_SAMPLES: u32 = 10_000;

impl Leaders {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.leaders",
        question: "Who leads the network, how surely, and who is on the rise?",
        formula: "PageRank of the ties, turned round (help) or as they are (attention), with strengths, degree, betweenness and core; rank with a bootstrap interval",
        unit: "rank",
        source: "Brin & Page (1998); Zhang, Ackerman & Adamic (2007); Brandes (2001); Seidman (1983)",
        whole: Whole::Thread,
    };
}

impl Kpi for Leaders {
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
        check_top(&self.top)?;
        if !(self.damping > 0.0 && self.damping < 1.0) {
            return Err(Error::option("damping", "between 0 and 1, both excluded", self.damping));
        }
        if self.bootstrap > MOST_SAMPLES {
            return Err(Error::option("bootstrap", format!("0 to {MOST_SAMPLES} samples"), self.bootstrap));
        }
        if let Some(window) = self.window.filter(|window| window.whole_days().is_none()) {
            return Err(Error::option("window", "whole days, as \"90d\"", window));
        }
        if self.sort_by == SortedBy::Rise && self.window.is_none() {
            return Err(Error::option("sort_by", "\"rank\" where there is no window", "\"rise\""));
        }
        self.ties.check()?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Those of ties; when each member was last seen in each role.
        const { &[Shape::sums(1), Shape::sums(1), Shape::least(1), Shape::least(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let mut tables = self.ties.partial(part, &self.scope, self.window.is_some())?;
        tables.push(roles::partial(part));
        Ok(tables)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [replies, reactions, names, roles] = tables else { return Err(Error::malformed()) };
        let width = self.scope.by.len();
        let whole = self.ties.networks(tables, width, horizon)?;
        let windows = match self.window.and_then(Span::whole_days) {
            None => None,
            Some(days) => {
                // Each act of at least `after` and less than `until` days before the end of observation.
                let of = |after: i64, until: i64| {
                    let within = move |day: i64| f64::from(u8::from((after..until).contains(&age(day, horizon))));
                    weighed([replies, reactions], names, width, within)
                };
                Some([of(days, days.saturating_mul(2))?, of(0, days)?])
            }
        };
        let asked = Asked {
            top: self.top,
            by_rise: self.sort_by == SortedBy::Rise,
            damping: self.damping,
            betweenness: self.betweenness,
            samples: self.bootstrap,
            confidence: self.scope.confidence,
        };
        let groups: Vec<&Group> = whole.iter().map(|network| &network.group).collect();
        let cells = Cells::new(groups, None, None, horizon)?;
        let (mut rows, mut leaders, mut listed) = (vec![], vec![], vec![]);
        let turned = self.direction == Direction::Help;
        for (cell, network) in whole.iter().enumerate() {
            let own = |windows: &[Network]| {
                let found = windows.binary_search_by(|window| window.group.cmp(&network.group)).ok();
                Walk::among(network, found.map(|at| &windows[at]), turned)
            };
            let windows = windows.as_ref().map(|windows| [own(&windows[0]), own(&windows[1])]);
            let found = asked.leaders(network, &Walk::along(network, turned), windows.as_ref());
            rows.extend(found.iter().map(|_| cell));
            listed.extend(found.iter().map(|leader| network.members[leader.member].as_str()));
            leaders.push(found);
        }
        let roles = roles::read(roles);
        let text = |text: &dyn Fn(&str) -> String| Values::Text(listed.iter().map(|name| Some(text(name))).collect());
        let count = |value: fn(&Leader) -> Option<i64>| Values::Count(leaders.iter().flatten().map(value).collect());
        let number = |value: fn(&Leader) -> Option<f64>| Values::Number(leaders.iter().flatten().map(value).collect());
        let flag = |value: fn(&Leader) -> Option<bool>| Values::Flag(leaders.iter().flatten().map(value).collect());
        cells
            .sheet(&self.scope)
            .members(whole.iter().map(|network| network.members.len() as i64).collect())
            .rows(rows)
            .column("rank", count(|l| Some(l.rank)))
            .column("rank_low", count(|l| l.interval.map(|i| i[0])))
            .column("rank_high", count(|l| l.interval.map(|i| i[1])))
            .column("member", text(&str::to_owned))
            .column("role", text(&|name| roles.get(name).copied().unwrap_or("member").to_owned()))
            .column("in_strength", number(|l| Some(l.in_strength)))
            .column("out_strength", number(|l| Some(l.out_strength)))
            .column("degree", count(|l| Some(l.degree)))
            .column("pagerank", number(|l| Some(l.pagerank)))
            .column("betweenness", number(|l| l.betweenness.map(|(value, _)| value)))
            .column("betweenness_exact", flag(|l| l.betweenness.map(|(_, exact)| exact)))
            .column("core", count(|l| Some(l.core)))
            .column("rank_before", count(|l| l.windows.map(|w| w[0])))
            .column("rank_now", count(|l| l.windows.map(|w| w[1])))
            .column("rise", count(|l| l.windows.map(|w| w[0] - w[1])))
            .column("rise_low", count(|l| l.rise.map(|r| r[0])))
            .column("rise_high", count(|l| l.rise.map(|r| r[1])))
            .column("rising", flag(|l| l.rise.map(|r| r[0] > 0)))
            .one_row_if_hidden()
            .finish()
    }
}
