//! Whether members do more after they were recognised than others like them.
mod episodes;
#[cfg(test)]
mod tests;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::episodes::{Compared, check_days};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table, aimed_at, one_or_many, opener};
use crate::period::{Every, Span};
use crate::schema::{Kind, Role};
use crate::view::{Group, NONE};
use episodes::{Member, Recognised};

/// What is compared before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Days with a contribution.
    #[default]
    ActiveDays,
    /// Posts and replies.
    Messages,
}

/// How much more members do after a recognition than like members without one.
///
/// **An association, no proof of an effect.** Nobody drew lots for who is recognised. Recognition comes to those who are having a busy
/// time, who would do less afterwards in any case (regression to the mean); so a before and after says nothing. Here members are compared
/// who were as busy, at the same time, with and without. What else goes with being recognised (a good answer) stays in.
///
/// # Formula
/// An episode is a day with a message of a member none of whose earlier messages had been recognised by its landmark (`first`; else: in the
/// `within` before). It is *recognised* where an act of a kind in `recognition`, by another member, is on one of the day's messages by the
/// end of the `landmark` days after it. before = active days (or messages) in the `within` before the day; after = the same in the `within`
/// after the landmark. Recognised episodes are matched with others of the same period (`adjust_every`) and like active days before,
/// messages before, messages on the day (each 0, 1, 2–3, 4–7, 8–15 …), and active days earlier than that (0, 1–3, 4–15, 16–63 …). With Δ =
/// after − before: difference = mean over the matched recognised of Δ − mean Δ of the others of their stratum. pre_trend is the same of
/// (before − the `within` before that): near 0 where both were on one path.
///
/// # Columns
/// One row for each group: `by` …, recognitions (recognised episodes), early (left out: the time before is not on record), censored (left
/// out: the time after is not over), unmatched (nobody is like them), matched, controls (episodes that they are compared with),
/// control_members, treated_before, treated_after, control_before, control_after (means over the matched, per episode), before_after
/// (treated_after − treated_before: the naive figure), difference, pre_trend with `_low` and `_high` (null where nothing is matched, or one
/// member alone), evidence (text: `association`).
///
/// # Edge cases
/// Days are local. recognitions = early + censored + unmatched + matched. The day and those up to the landmark are in neither window: they
/// are chosen for what happened on them. Who is not recognised now may be later, and stays: to leave out who is recognised in the window
/// after would keep the least active. An act whose author is unknown may be the own, and counts with `anonymous` only; one whose time is
/// that of the message, with `inherited` only, as of its day. A reply with no parent is to the opening post. With `by`, all is within the
/// group. Intervals are by member. Declines where no message is recognised, or nobody matched,
/// and where rows hold one side of the talk alone.
///
/// # Source
/// Iacus, King & Porro, Political Analysis 20 (2012), for the matching; Li, Propert & Rosenbaum, JASA 96 (2001), for matching those at risk
/// at the same time; Abadie & Imbens, Econometrica 74 (2006), for its variance; Heckman, Ichimura & Todd, Review of Economic Studies 64
/// (1997), for the difference of differences; Daw & Hatfield, Health Services Research 53 (2018), on what matching before can do wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecognitionEffect {
    /// How long before and after are, in whole days. Default: 30 days.
    pub within: Span,
    /// The kinds that recognise: reaction, reply, share, resolve. Default: reaction.
    #[serde(deserialize_with = "one_or_many")]
    pub recognition: Vec<Kind>,
    /// Until when, in whole days after that of the message, a recognition counts. Default: 1 day.
    pub landmark: Span,
    /// Whether only the first recognition of a member is one; else any that none has come before `within`. Default: yes.
    pub first: bool,
    /// Whether acts of unknown authors recognise. Default: no.
    pub anonymous: bool,
    /// Whether acts whose time is only that of their message recognise, as of its day. Default: no.
    pub inherited: bool,
    /// What is compared. Default: active days.
    pub outcome: Outcome,
    /// The period within which members are compared. Default: week.
    pub adjust_every: Every,
    /// Grouping, and whose messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for RecognitionEffect {
    fn default() -> Self {
        Self {
            within: Span::days(30),
            recognition: vec![Kind::Reaction],
            landmark: Span::days(1),
            first: true,
            anonymous: false,
            inherited: false,
            outcome: Outcome::default(),
            adjust_every: Every::Week,
            scope: Scope::default(),
        }
    }
}

/// Kinds that are aimed at a message and may please its author.
const PLEASE: [Kind; 4] = [Kind::Reaction, Kind::Reply, Kind::Share, Kind::Resolve];

/// Why an act of a kind that recognises did not, in the order of the last table.
const REASONS: [&str; 5] = [
    "on a message of a member",
    "on none on record",
    "on the author's own",
    "by unknown authors",
    "without a time of their own",
];

impl RecognitionEffect {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.recognition_effect",
        question: "Do members do more after they were recognised than others like them?",
        formula: "difference in differences: (after − before) of recognised days, minus that of others of the same period, with as many active days and messages before and messages on the day",
        unit: "active days, or messages",
        source: "Iacus, King & Porro (2012); Li, Propert & Rosenbaum (2001); Heckman, Ichimura & Todd (1997)",
        whole: Whole::Thread,
    };

    /// Why there is nothing to say.
    fn declined(&self, seen: &Table, all: &[Recognised]) -> Error {
        let kinds: Vec<&str> = self.recognition.iter().map(|kind| kind.name()).collect();
        let recognised: usize = all.iter().map(Recognised::recognitions).sum();
        if recognised == 0 {
            let sums = seen.rows().fold([0i128; REASONS.len()], |mut sums, (.., row)| {
                sums.iter_mut().zip(row).for_each(|(sum, n)| *sum = sum.saturating_add(*n));
                sums
            });
            let found: Vec<String> = sums.iter().zip(REASONS).map(|(n, reason)| format!("{n} {reason}")).collect();
            let needs =
                format!("messages recognised ({}) by another member within {}", kinds.join(", "), self.landmark);
            let advice = "recognition=, anonymous= and inherited= say what counts";
            return Error::declined(Self::SPEC.name, needs, format!("found: {}; {advice}", found.join(", ")));
        }
        let sum = |of: fn(&Recognised) -> usize| all.iter().map(of).sum::<usize>();
        let (early, censored, unmatched) = (sum(|r| r.early), sum(|r| r.censored), sum(|r| r.compared.unmatched));
        let found = format!(
            "of {recognised} recognised, {early} come too early, {censored} too late, and {unmatched} have nobody like them: take a longer \
             adjust_every, or a shorter within"
        );
        Error::declined(Self::SPEC.name, "recognised members and others like them without", found)
    }
}

impl Kpi for RecognitionEffect {
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
        check_days([("within", self.within), ("landmark", self.landmark)])?;
        let names: Vec<String> = PLEASE.iter().map(|kind| format!("{:?}", kind.name())).collect();
        let allowed = format!("one of {}, or several", names.join(", "));
        if let Some(kind) = self.recognition.iter().find(|kind| !PLEASE.contains(kind)) {
            return Err(Error::option("recognition", allowed, format!("{:?}", kind.name())));
        }
        if self.recognition.is_empty() {
            return Err(Error::option("recognition", allowed, "none"));
        }
        self.scope.check()
    }

    fn needs_both_sides(&self) -> bool {
        true
    }

    fn shapes(&self) -> &'static [Shape] {
        // By member and day: messages, contributions. By member and day of a message: the first recognition. Acts that may recognise, by
        // whether they do.
        const { &[Shape::sums(2), Shape::least(1), Shape::sums(REASONS.len())] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let community = part.community;
        let (dense, roles, parents) = (community.dense(), community.roles(), community.parents()?);
        let (time, member) = (dense.time(), &dense.member.rows);
        let keys = community.groups(&self.scope.by_and(&["member"]))?;
        let all_days = Periods::of(community, Some(Every::Day));
        let (mut days, mut first) = (TableBuilder::<2>::new(), TableBuilder::<1>::least());
        let mut seen = TableBuilder::<{ REASONS.len() }>::new();
        for (thread, rows) in part.groups() {
            let opening = if part.is_none(thread) { None } else { opener(&scoped, rows) };
            for row in rows.iter().map(|row| *row as usize) {
                let (by, kind) = (member[row], dense.kind[row]);
                if by != NONE && kind.is_contribution() && dense.has_own_time(row) && scoped.counts(row) {
                    let counts = days.at(keys.of(row), all_days.start_of(time[row]), 0);
                    counts[0] += i128::from(kind.is_message());
                    counts[1] += 1;
                }
                let role = roles.at(by, time[row]);
                if !self.recognition.contains(&kind) || (role == Some(Role::Bot) && !self.scope.bots) {
                    continue;
                }
                let to = aimed_at(dense, &parents, opening, row);
                let to = to.filter(|to| member[*to] != NONE && scoped.counts(*to));
                let reason = match to {
                    None => 1,
                    Some(to) if member[to] == by => 2,
                    Some(_) if by == NONE && !self.anonymous => 3,
                    Some(_) if !dense.has_own_time(row) && !self.inherited => 4,
                    Some(to) => {
                        let least = &mut first.at(keys.of(to), all_days.start_of(time[to]), 0)[0];
                        *least = i128::from(time[row]).min(*least);
                        0
                    }
                };
                seen.at(0, 0, 0)[reason] += 1;
            }
        }
        Ok(vec![
            days.finish(|code| keys.label(code)),
            first.finish(|code| keys.label(code)),
            seen.finish(|_| Group::new()),
        ])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let members = episodes::members(tables, self.scope.by.len(), horizon)?;
        let mut groups: Vec<Group> = members.iter().map(|member| member.group.to_vec()).collect();
        groups.dedup();
        let cells = Cells::new(&groups, None, None, horizon)?;
        let of_groups: Vec<&[Member<'_>]> = members.chunk_by(|a, b| a.group == b.group).collect();
        let start = members.iter().filter_map(|member| member.days.first()).map(|day| day.date).min();
        let all: Vec<Recognised> =
            of_groups.iter().map(|members| episodes::compare(self, members, start, horizon)).collect();
        if !all.is_empty() && all.iter().all(|found| found.compared.matched == 0) {
            return Err(self.declined(&tables[2], &all));
        }
        let count = |of: fn(&Recognised) -> usize| all.iter().map(|found| of(found) as i64).collect::<Vec<_>>();
        let compared: Vec<&Compared> = all.iter().map(|found| &found.compared).collect();
        let evidence = vec![Some("association".to_owned()); all.len()];
        cells
            .sheet(&self.scope)
            .members(compared.iter().map(|compared| compared.members()).collect())
            .counts("recognitions", count(Recognised::recognitions))
            .counts("early", count(|found| found.early))
            .counts("censored", count(|found| found.censored))
            .compared(&compared, self.scope.confidence)
            .column("evidence", Values::Text(evidence))
            .finish()
    }
}
