//! From post to resolution.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::columns;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::firsts::Askers;
use crate::kpi::sheet::Cells;
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, one_or_many};
use crate::period::{Every, Span};
use crate::schema::{Kind, Role};

/// How long posts stay open until they are resolved (an answer accepted, a case closed), and which share is resolved in time. What is
/// not resolved is not left out: it is censored at the end of observation. A reopening begins another spell.
///
/// # Formula
/// A spell runs from a post, or from the reopening of its thread, to the next `resolve` in the thread, not before it. With S the Kaplan–Meier curve of the
/// lengths of all spells: median, p75, p90 = the smallest t with S(t) ≤ 0.5, 0.25, 0.1; attained = 1 − S(within). `attained_due` =
/// spells resolved within / spells that `within` has passed for. `resolved_median` = the median of the resolved alone: it forgets the open.
///
/// # Columns
/// One row for each period, group and `within` with a spell: period (of the start of the spell; with `every`), `by` … (of the post), within (duration; each has a row of
/// its own), n, resolved, unresolved, reopened (spells; reopened: those of n that a reopening began), median, p75, p90 with `_low` and
/// `_high` (durations; null where the curve does not get there), attained with `_low` and `_high` (null where no spell was still
/// open and watched at `within`, and the curve had not come down to 0 before), `attained_due` with `_low` and `_high` (null where none is due), `resolved_median` (null where none was resolved),
/// complete (with `every`).
///
/// # Edge cases
/// Who resolves does not matter: askers accept answers to their own posts, and many sources do not say who it was. But acts of bots count only with `bots`: a program
/// that closes what is old resolves nothing, and the post goes on waiting. A `reopen` of what is open changes nothing, as does a `resolve` of what is resolved; at
/// one instant both act, so what was resolved is reopened and resolved at once. The spell of a reopening belongs to the first post of the thread that counts.
///
/// An act whose time is only that of what it resolves (`time_quality` inherited: Discourse and some Stack Exchange dumps do not say when an
/// answer was accepted) has no time that could end a wait. With `inherited` it ends the wait at the time it has, and the measure is the time until
/// the answer was written that was accepted in the end; else the KPI declines. A time that is known to the day only is taken as it is, the start of that
/// day, so such spells come out too short, by up to a day. Events without any resolve are declined as well: nothing tells whether nothing
/// was resolved, or nobody wrote it down.
///
/// # Source
/// As [`crate::FirstResponse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    /// The times within which a resolution is wanted. Default: 1 day.
    #[serde(deserialize_with = "one_or_many")]
    pub within: Vec<Span>,
    /// Whether acts without a time of their own end the wait at the time they inherit: that of the accepted answer. Default: no.
    pub inherited: bool,
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Resolution {
    fn default() -> Self {
        Self { within: vec![Span::days(1)], inherited: false, every: None, scope: Scope::default() }
    }
}

impl Resolution {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.resolution",
        question: "How long do posts stay open until they are resolved, and which share is resolved in time?",
        formula: "S = Kaplan–Meier of the time from post or reopening to the next resolve, open ones censored; median = min t: S(t) ≤ ½; attained = 1 − S(within)",
        unit: "duration",
        source: "Kaplan & Meier (1958); Greenwood, log–log; Brookmeyer & Crowley (1982)",
        whole: Whole::Thread,
    };
}

/// Stands for the length of an open spell: it goes on ageing until `finish`.
const OPEN: i64 = -1;

/// A spell of one thread.
#[derive(Clone, Copy, Debug)]
struct Spell {
    /// The row of its post.
    post: usize,
    start: i64,
    reopened: bool,
}

impl Kpi for Resolution {
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
        columns::check(&self.within)?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Spells by start and length, and those of them that a reopening began; the askers, for suppression; resolve acts, and those without
        // a time of their own.
        const { &[Shape::sums(2), Shape::sums(1), Shape::sums(2)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let (dense, roles) = (part.community.dense(), part.community.roles());
        let time = dense.time();
        let mut spells = TableBuilder::<2>::new();
        let mut askers = Askers::new(part, &self.scope, self.every);
        let mut acts = [0i128; 2];
        let mut tell = |spell: Spell, end: Option<i64>| {
            let group = scoped.groups.of(spell.post);
            let row = spells.at(group, spell.start, end.map_or(OPEN, |end| end - spell.start));
            row[0] += 1;
            row[1] += i128::from(spell.reopened);
            askers.add(group, spell.post, spell.start);
        };
        for (thread, rows) in part.groups() {
            let asks = |row: usize| dense.kind[row] == Kind::Post && dense.has_own_time(row) && scoped.counts(row);
            if part.is_none(thread) {
                // A post in no thread can't be resolved.
                let posts = rows.iter().map(|row| *row as usize).filter(|row| asks(*row));
                posts.for_each(|post| tell(Spell { post, start: time[post], reopened: false }, None));
                continue;
            }
            let mut open: Vec<Spell> = vec![];
            let mut first: Option<usize> = None;
            for instant in rows.chunk_by(|a, b| time[*a as usize] == time[*b as usize]) {
                let rows = || instant.iter().map(|row| *row as usize);
                let now = time[instant[0] as usize];
                let mut act = |kind: Kind| {
                    let by_bot = |row: usize| roles.at(dense.member.rows[row], now) == Some(Role::Bot);
                    let mut acted = false;
                    for row in rows().filter(|row| dense.kind[*row] == kind && (self.scope.bots || !by_bot(*row))) {
                        let own = dense.has_own_time(row);
                        acts[0] += i128::from(kind == Kind::Resolve);
                        acts[1] += i128::from(!own);
                        acted |= own || self.inherited;
                    }
                    acted
                };
                let (resolves, reopens) = (act(Kind::Resolve), act(Kind::Reopen));
                // Of several posts at the first instant, the first by group and asker, whatever the order of the rows.
                let label = |row: &usize| {
                    (scoped.groups.label(scoped.groups.of(*row)), dense.member.label(dense.member.rows[*row]))
                };
                let posts = rows().filter(|row| asks(*row));
                let was_resolved = open.is_empty() && first.is_some();
                first = first.or_else(|| posts.clone().min_by_key(label));
                open.extend(posts.map(|post| Spell { post, start: now, reopened: false }));
                let reopened = first.filter(|_| reopens).map(|post| Spell { post, start: now, reopened: true });
                if was_resolved {
                    open.extend(reopened);
                }
                if resolves {
                    let had_any = !open.is_empty();
                    open.drain(..).for_each(|spell| tell(spell, Some(now)));
                    open.extend(reopened.filter(|_| had_any && !was_resolved));
                }
            }
            open.into_iter().for_each(|spell| tell(spell, None));
        }
        let mut seen = LabelledBuilder::<2>::new();
        *seen.at(vec![], 0, 0) = acts;
        Ok(vec![spells.finish(|code| scoped.groups.label(code)), askers.finish(&scoped), seen.finish()])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let acts = tables[2]
            .rows()
            .fold([0i128; 2], |[all, without], (.., n)| [all.saturating_add(n[0]), without.saturating_add(n[1])]);
        if cells.len() > 0 {
            self.refuse(acts)?;
        }
        let told = columns::told(&cells, tables, horizon, None, &self.within, &self.scope);
        let mut reopened = vec![0i64; cells.len()];
        for (cell, _, _, n) in cells.rows(&tables[0]).filter(|(_, start, ..)| *start <= horizon.as_of) {
            reopened[cell] = reopened[cell].saturating_add(n[1] as i64);
        }
        let more = [("reopened", reopened.as_slice())];
        columns::table(cells, &self.scope, &told, &self.within, &columns::RESOLUTIONS, &more)
    }
}

impl Resolution {
    /// Declines where nothing tells when posts were resolved.
    fn refuse(&self, [all, without]: [i128; 2]) -> Result<()> {
        if all == 0 {
            let whose = if self.scope.bots { "" } else { " by a person (bots = true counts those of bots)" };
            let needs = format!("acts of the kind resolve in a thread{whose}: an accepted answer, a closing");
            return Err(Error::declined(Self::SPEC.name, needs, "there is none"));
        }
        if without > 0 && !self.inherited {
            let allowed = "true, which measures the time until the accepted answer was written";
            let got = format!(
                "false, but {without} acts that resolve or reopen have no time of their own (time_quality inherited)"
            );
            return Err(Error::option("inherited", allowed, got));
        }
        Ok(())
    }
}
