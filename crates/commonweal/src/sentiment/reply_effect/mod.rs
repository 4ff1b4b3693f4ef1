//! Whether complainers are more content after staff replied than like complainers whom staff did not answer.
mod episodes;
#[cfg(test)]
mod tests;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::model::Model;
use super::shifts::hour_of;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::episodes::{Compared, Estimate, check_days};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table, aimed_at, opener};
use crate::period::{Every, Span};
use crate::schema::{Kind, Role};
use crate::view::scores::ONE;
use crate::view::{Group, NONE};
use episodes::{Answered, Member};

/// Which messages of staff answer a complaint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A reply to it; one that names no message is to the opening post.
    #[default]
    Reply,
    /// Any reply in its thread after it.
    Thread,
}

/// How much more content complainers are after a reply of staff than like complainers without one.
///
/// **An association, no proof of an effect.** Nobody drew lots for who is answered. Staff answer the worst complaints, of members on a bad
/// day, who would be more content afterwards in any case (regression to the mean); so a before and after says nothing. Here complainers are
/// compared who complained as badly, in the same time and the same mood, with and without an answer.
///
/// # Formula
/// A *complaint* is a message with a score of `below` or less, by a member who is not staff. An episode is a day on which a member
/// complained, none of whose complaints of the `within` before had been answered by its landmark. It is *answered* where staff (another member) replied to one of its
/// complaints by the end of the `landmark` days after it. A vote is the mean score of what a member wrote in one hour; before = the mean of
/// the votes in the `within` before the day; after = the same in the `within` after the landmark. Answered episodes are matched with
/// others of the same period (`adjust_every`), with like worst scores on the day, means before (each by fifths of a point), and
/// votes before (1, 2–3, 4–7 …). With Δ = after − before: difference = mean over the matched answered of Δ − mean Δ of the others
/// of their stratum. pre_trend is the same of (before − the `within` before that): near 0 where both were on one path.
///
/// # Columns
/// One row for each group: `by` …, complaints (episodes), answered (of them), early (left out: the time before is not on record), censored
/// (left out: the time after is not over), without_before (left out: no vote before), silent (left out: no vote after), unmatched (nobody is
/// like them), matched, controls (episodes that they are compared with), control_members, treated_before, treated_after, control_before,
/// control_after (means over the matched, −1 to 1), before_after (treated_after − treated_before: the naive figure), difference, pre_trend
/// with `_low` and `_high` (null where nothing is matched, or one member alone), treated_silent, control_silent (the shares that never
/// wrote after, of those alike before), silent_difference with `_low` and `_high`, evidence (text: `association`).
///
/// # Edge cases
/// Days are local. answered = early + censored + without_before + silent + unmatched + matched. The day and those up to the landmark are in
/// neither window. Who is not answered now may be later, and stays: to leave them out would keep those who complain the least. The mood
/// is that of those who write again; who falls silent has none, so read silent_difference first. Messages of unknown authors are no
/// complaints, and messages without a time of their own do not count. With `by`, all is within the group of the complaint. Intervals are by
/// member. Declines where staff have replied to nobody, to no complaint, or nobody is matched.
///
/// # Source
/// As [`crate::RecognitionEffect`]: Iacus, King & Porro, Political Analysis 20 (2012); Li, Propert & Rosenbaum, JASA 96 (2001); Abadie &
/// Imbens, Econometrica 74 (2006); Heckman, Ichimura & Todd, Review of Economic Studies 64 (1997). Regression to the mean: Barnett, van der
/// Pols & Dobson, International Journal of Epidemiology 34 (2005).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyEffect {
    /// How long before and after are, in whole days. Default: 30 days.
    pub within: Span,
    /// Until when, in whole days after that of the complaint, an answer counts. Default: 1 day.
    pub landmark: Span,
    /// The score of a complaint, at most. Default: −0.3, which takes a clearly negative word that nothing makes up for.
    pub below: f64,
    /// Which messages of staff answer. Default: replies to the complaint.
    pub answer: Answer,
    /// The period within which complainers are compared. Default: month.
    pub adjust_every: Every,
    /// What scores. Default: VADER.
    pub model: Model,
    /// Grouping, and whose messages count. Staff answer whatever the roles.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for ReplyEffect {
    fn default() -> Self {
        Self {
            within: Span::days(30),
            landmark: Span::days(1),
            below: -0.3,
            answer: Answer::default(),
            adjust_every: Every::Month,
            model: Model::default(),
            scope: Scope::default(),
        }
    }
}

impl ReplyEffect {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "sentiment.reply_effect",
        question: "Are complainers more content after staff replied than like complainers without an answer?",
        formula: "difference in differences: mood after − mood before of answered complainers, minus that of others of the same period who complained as badly, with a like mood and as many votes before",
        unit: "score",
        source: "Iacus, King & Porro (2012); Li, Propert & Rosenbaum (2001); Heckman, Ichimura & Todd (1997)",
        whole: Whole::Thread,
    };

    /// Why there is nothing to say.
    fn declined(&self, seen: &Table, all: &[Answered]) -> Error {
        let sum = |of: fn(&Answered) -> usize| all.iter().map(of).sum::<usize>();
        let answered = sum(Answered::answered);
        if answered == 0 {
            let replies: i128 = seen.rows().fold(0, |sum, (.., n)| n.iter().fold(sum, |sum, n| sum.saturating_add(*n)));
            let found = format!(
                "found: {} complaints (score {} or less), {replies} replies of staff, none of them to a complaint in time; members with the \
                 role staff, below= and answer= say what counts",
                sum(|a| a.complaints),
                self.below
            );
            return Error::declined(Self::SPEC.name, "complaints that staff replied to by the landmark", found);
        }
        let found = format!(
            "of {answered} answered, {} come too early, {} too late, {} have no message before, {} none after, and {} have nobody like them: \
             take a longer adjust_every, or another within",
            sum(|a| a.early),
            sum(|a| a.censored),
            sum(|a| a.without_before),
            sum(|a| a.silent),
            sum(|a| a.compared.unmatched),
        );
        Error::declined(Self::SPEC.name, "answered complainers and others like them without an answer", found)
    }
}

impl Kpi for ReplyEffect {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn needs_both_sides(&self) -> bool {
        true
    }

    fn check(&self) -> Result<()> {
        check_days([("within", self.within), ("landmark", self.landmark)])?;
        if !(self.below >= -1.0 && self.below < 0.0) {
            return Err(Error::option("below", "a negative score, from −1 to below 0, as −0.3", self.below));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By member and hour: messages, sum of their scores. By member and day: the worst complaint, and when the first answer came. By
        // whether there is a complaint: replies of staff.
        const { &[Shape::sums(2), Shape::least(2), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let community = part.community;
        let (dense, roles, parents) = (community.dense(), community.roles(), community.parents()?);
        let (time, member, scores) = (dense.time(), &dense.member.rows, self.model.scores(community)?);
        let keys = community.groups(&self.scope.by_and(&["member"]))?;
        let all_days = Periods::of(community, Some(Every::Day));
        let most = (self.below * ONE as f64).round() as i64;
        let (mut votes, mut complaints) = (TableBuilder::<2>::new(), TableBuilder::<2>::least());
        let mut seen = TableBuilder::<1>::new();
        let is_staff = |row: usize| roles.at(member[row], time[row]) == Some(Role::Staff);
        let score = |row: usize| {
            let counts = dense.kind[row].is_message() && dense.has_own_time(row) && member[row] != NONE;
            let score = scores.get(row).filter(|_| counts && scoped.counts(row) && !is_staff(row));
            score.map(|score| self.model.soft(score))
        };
        let complains = |row: usize| score(row).is_some_and(|score| score <= most);
        let replies = |row: usize| dense.kind[row] == Kind::Reply && dense.has_own_time(row) && is_staff(row);
        // Complaints that wait for an answer, in their thread.
        let mut waiting: Vec<usize> = vec![];
        for (thread, rows) in part.groups() {
            let opening = if part.is_none(thread) { None } else { opener(&scoped, rows) };
            waiting.clear();
            for instant in rows.chunk_by(|a, b| time[*a as usize] == time[*b as usize]) {
                let instant = || instant.iter().map(|row| *row as usize);
                for row in instant() {
                    let Some(score) = score(row) else { continue };
                    let vote = votes.at(keys.of(row), hour_of(time[row], community.zone()), 0);
                    vote[0] += 1;
                    vote[1] += i128::from(score);
                    if score <= most {
                        let worst = &mut complaints.at(keys.of(row), all_days.start_of(time[row]), 0)[0];
                        *worst = i128::from(score).min(*worst);
                        waiting.push(row);
                    }
                }
                for row in instant().filter(|row| replies(*row)) {
                    seen.at(0, 0, 0)[0] += 1;
                    let mut answer = |to: usize| {
                        let other = member[to] != member[row];
                        if other {
                            let first = &mut complaints.at(keys.of(to), all_days.start_of(time[to]), 0)[1];
                            *first = i128::from(time[row]).min(*first);
                        }
                        !other
                    };
                    match self.answer {
                        Answer::Reply => {
                            let to = aimed_at(dense, &parents, opening, row);
                            to.filter(|to| complains(*to)).map(&mut answer);
                        }
                        Answer::Thread if part.is_none(thread) => {}
                        Answer::Thread => waiting.retain(|to| answer(*to)),
                    }
                }
            }
        }
        Ok(vec![
            votes.finish(|code| keys.label(code)),
            complaints.finish(|code| keys.label(code)),
            seen.finish(|_| Group::new()),
        ])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let members = episodes::members(tables, self.scope.by.len(), horizon)?;
        let mut groups: Vec<Group> = members.iter().map(|member| member.group.to_vec()).collect();
        groups.dedup();
        let cells = Cells::new(&groups, None, None, horizon)?;
        let of_groups: Vec<&[Member<'_>]> = members.chunk_by(|a, b| a.group == b.group).collect();
        let start = members.iter().filter_map(Member::first_day).min();
        let all: Vec<Answered> =
            of_groups.iter().map(|members| episodes::compare(self, members, start, horizon)).collect();
        if !all.is_empty() && all.iter().all(|found| found.compared.matched == 0) {
            return Err(self.declined(&tables[2], &all));
        }
        let count = |of: fn(&Answered) -> usize| all.iter().map(|found| of(found) as i64).collect::<Vec<_>>();
        let compared: Vec<&Compared> = all.iter().map(|found| &found.compared).collect();
        let silent: Vec<Estimate> = all.iter().map(|found| found.silent_difference(self.scope.confidence)).collect();
        let evidence = vec![Some("association".to_owned()); all.len()];
        cells
            .sheet(&self.scope)
            .members(compared.iter().map(|compared| compared.members()).collect())
            .counts("complaints", count(|found| found.complaints))
            .counts("answered", count(Answered::answered))
            .counts("early", count(|found| found.early))
            .counts("censored", count(|found| found.censored))
            .counts("without_before", count(|found| found.without_before))
            .counts("silent", count(|found| found.silent))
            .compared(&compared, self.scope.confidence)
            .numbers("treated_silent", all.iter().map(|found| found.silent_shares().map(|shares| shares[0])))
            .numbers("control_silent", all.iter().map(|found| found.silent_shares().map(|shares| shares[1])))
            .estimates(["silent_difference", "silent_difference_low", "silent_difference_high"], &silent)
            .column("evidence", Values::Text(evidence))
            .finish()
    }
}
