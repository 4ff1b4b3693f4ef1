//! The posts that are open now.
use polars::prelude::{DataFrame, StringChunked};
use serde::{Deserialize, Serialize};

use super::acts::{Acts, WaitsBuilder};
use super::answers::{Asked, Per, Responder, one_clock};
use super::waits;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::hours::{BusinessHours, Meter};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::{LabelledBuilder, TableBuilder, Tally};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::Span;
use crate::view::Group;

/// Which posts wait for an answer now, the longest waiting first, and how likely each is to get one soon.
///
/// # Formula
/// A post is open where it has no response at the end of observation; its age is the time since it was asked. With S the Kaplan–Meier
/// curve of the waits of all posts of its group, answered or not: the chance of an answer within the next h is 1 − S(age + h) / S(age),
/// which is the curve of the posts that had waited as long, so its interval is that of their curve (Greenwood, log–log; at chances of 0
/// and 1 Wilson's bound).
///
/// # Columns
/// At most `top` rows for each group, longest waiting first: `by` …, id, thread, channel, text (null where there is none), asked (UTC),
/// age (duration), chance_1h, chance_1d with `_low` and `_high` (null where no post of the group was
/// still unanswered and watched at age + h, and the curve had not come down to 0 between; or where none waited longer than age).
///
/// # Edge cases
/// A column that `by` names stands at its place in `by` alone. With `per` of turns a row is the message that a turn starts with. Posts of
/// one time come in the order of id, thread, channel, text. Every row is one post of one person: `min_group` does not make the list
/// anonymous. It hides the rows of every group whose posts, open or answered, have fewer distinct askers, behind one row of nulls.
/// With `hours`, ages and chances are of open time on the team's clock ("1d" is 24 open hours); a member's clock is declined.
///
/// # Source
/// Kaplan & Meier, JASA 53 (1958); Klein & Moeschberger, Survival Analysis (2003), section 4.6, on curves of those that have lasted so
/// long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The number of posts, in each group. Default: 20.
    pub top: u32,
    /// Whose reply is a response. Default: any other person's.
    pub responder: Responder,
    /// What waits: each post, or each turn of an asker. Default: each post.
    pub per: Per,
    /// Whether only messages that ask count. A post without text is left out, as nobody can tell. Default: no.
    pub questions_only: bool,
    /// Ages and chances count the open time of this schedule only, on the team's clock. Default: none, every hour counts.
    pub hours: Option<BusinessHours>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Waiting {
    fn default() -> Self {
        let (responder, per) = (Responder::Any, Per::Post);
        Self { top: 20, responder, per, questions_only: false, hours: None, scope: Scope::default() }
    }
}

/// Posts in a list, at most.
const MOST: u32 = 1_000_000;

/// What a row says of its post, in the order of the labels after those of the group.
const OWN: [&str; 4] = ["id", "thread", "channel", "text"];

/// The times within which an answer may come.
const SOON: [(Span, [&str; 3]); 2] = [
    (Span::hours(1), ["chance_1h", "chance_1h_low", "chance_1h_high"]),
    (Span::days(1), ["chance_1d", "chance_1d_low", "chance_1d_high"]),
];

impl Waiting {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.waiting",
        question: "Which posts wait for an answer now, and will they get one?",
        formula: "chance within h = 1 − S(age + h) / S(age), S = Kaplan–Meier of the time to the first response of all posts",
        unit: "share",
        source: "Kaplan & Meier (1958); Klein & Moeschberger (2003), section 4.6",
        whole: Whole::Thread,
    };

    fn asked(&self) -> Asked<'_> {
        let Self { responder, per, questions_only, ref hours, ref scope, .. } = *self;
        Asked { scope, every: None, responder, per, questions_only, hours: hours.as_ref() }
    }
}

impl Kpi for Waiting {
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
        if self.top == 0 || self.top > MOST {
            return Err(Error::option("top", format!("a number of posts from 1 to {MOST}"), self.top));
        }
        one_clock(self.hours.as_ref())?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // As all of the family; then the open posts themselves, by what a row says of them.
        const { &[Shape::sums(1), Shape::sums(1), Shape::sums(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let acts = Acts::of(&self.asked(), part)?;
        let events = part.community.events();
        let strings = |name: &str| events.column(name).ok().and_then(|column| column.str().ok());
        let own: [Option<&StringChunked>; 4] = OWN.map(strings);
        let name = |row: usize| -> Group {
            let own = own.iter().map(|column| column.and_then(|column| column.get(row)).map(str::to_owned));
            acts.group(row).into_iter().chain(own).collect()
        };
        let (mut waits, mut askers) = (WaitsBuilder::default(), TableBuilder::<1>::new());
        let mut open = LabelledBuilder::<1>::new();
        acts.each(part, name, |row, answer| {
            acts.wait(&mut waits, row, answer);
            acts.count_asker(&mut askers, row, |_| 0);
            if answer.is_none() {
                open.at(name(row), acts.time[row], 0)[0] += 1;
            }
        });
        let without_text = acts.without_text(part, &Periods::of(part.community, None));
        Ok(vec![Tally::table(acts.waits(waits)), acts.table(askers), without_text, open.finish()])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, None, horizon)?;
        let waits = waits::waits(&cells, tables, horizon, self.hours.as_ref());
        let from = tables[0].first_period().unwrap_or(horizon.as_of);
        let meter = Meter::new(self.hours.as_ref(), None, from, horizon.as_of);
        let age = |asked: i64| meter.between(asked, horizon.as_of);
        let by = self.scope.by.len();
        let mut open: Vec<Vec<(i64, &[Option<String>], usize)>> = vec![vec![]; cells.len()];
        for (labels, asked, _, n) in tables[3].rows().filter(|(_, asked, ..)| *asked <= horizon.as_of) {
            let Some((group, own)) = labels.split_at_checked(by).filter(|(_, own)| own.len() == OWN.len()) else {
                return Err(Error::malformed());
            };
            if let Some(cell) = cells.index(&group.to_vec(), asked) {
                open[cell].push((asked, own, n[0].clamp(0, i128::from(self.top)) as usize));
            }
        }
        let (mut rows, mut posts): (Vec<usize>, Vec<(i64, &[Option<String>])>) = (vec![], vec![]);
        let mut chances: [Vec<Option<[f64; 3]>>; 2] = Default::default();
        for (cell, mut open) in open.into_iter().enumerate() {
            open.sort_unstable();
            let each = open.into_iter().flat_map(|(asked, own, n)| std::iter::repeat_n((asked, own), n));
            let first: Vec<_> = each.take(self.top as usize).collect();
            if first.is_empty() {
                continue;
            }
            let curve = waits[cell].curve(self.scope.confidence);
            for (chances, (soon, _)) in chances.iter_mut().zip(&SOON) {
                let of = |asked: i64| curve.after(age(asked), soon.micros(), self.scope.confidence);
                let chance = |[s, low, high]: [f64; 3]| [1.0 - s, 1.0 - high, 1.0 - low];
                chances.extend(first.iter().map(|(asked, _)| of(*asked).map(chance)));
            }
            rows.extend(first.iter().map(|_| cell));
            posts.extend(first);
        }
        let mut sheet = cells.sheet(&self.scope).members(waits.iter().map(|w| w.askers).collect());
        for (i, name) in OWN.into_iter().enumerate().filter(|(_, name)| !self.scope.by.iter().any(|by| by == name)) {
            sheet = sheet.column(name, Values::Text(posts.iter().map(|(_, own)| own[i].clone()).collect()));
        }
        sheet = sheet
            .column("asked", Values::Instant(posts.iter().map(|(asked, _)| Some(*asked)).collect()))
            .durations("age", posts.iter().map(|(asked, _)| Some(age(*asked))));
        for (chances, (_, names)) in chances.into_iter().zip(SOON) {
            sheet = sheet.rate(names, chances);
        }
        sheet.rows(rows).one_row_if_hidden().finish()
    }
}
