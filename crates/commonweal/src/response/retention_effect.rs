//! Whether newcomers who are answered in time come back more often.
use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::answers::Responder;
use super::newcomers::{self, Design, Newcomer, Newcomers, SHAPES};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, one_or_many};
use crate::period::{Calendar, Every, Span};
use crate::stats::difference::difference;
use crate::stats::log_rank::log_rank;
use crate::stats::stratified::{MantelHaenszel, Stratum, e_value};
use crate::stats::survival::{KaplanMeier, Step};
use crate::view::Group;

/// How many newcomers come back, of those whose first post was answered in time and of those whose first post was not.
///
/// **An association, no proof of an effect.** Nobody drew lots for who is answered. The landmark rules one error out (that who stays
/// longer has more time to be answered); strata take out channel, season and earlier activity; what else goes with both (a better
/// question) stays in, and the E-value says how strong it would have to be.
///
/// # Formula
/// Newcomers are members at their first post. At the landmark (first post + `landmark`) each is classed, once and for all: *answered*
/// where the first response to that post came `within`, else *unanswered*. The watch begins there: T = local days from
/// the landmark's to that of the first contribution on a later one, censored after the last day watched to its end. With S the Kaplan–Meier curve of T of a class, its rate is
/// 1 − S(horizon); difference = answered_rate − unanswered_rate; p_value of the log-rank test of T, cut at the horizon. Adjusted figures
/// compare, among newcomers whose horizon has passed, those alike in `adjust` (their channel), period (`adjust_every`) and activity before (0, 1,
/// 2–3, 4–7 … earlier days): Mantel–Haenszel difference, ratio of risks, odds ratio. e_value = R + √(R (R − 1)) with R the ratio of
/// risks, or its inverse below 1.
///
/// # Columns
/// One row for each group: `by` … (of the first post), newcomers, answered, unanswered (members, at the landmark), early, unreached
/// (members left out: too near to the start of the record; landmark not reached yet, or left before it), answered_rate and unanswered_rate
/// with `_low` and `_high` (shares that came back within the horizon; null where nobody of the class was still away and watched
/// at the horizon, and its curve had not come down to 0 before), difference with
/// `_low` and `_high`, p_value (null where nobody came back, or a class is empty), matched (members in strata that hold both classes),
/// adjusted_difference, risk_ratio, odds_ratio with `_low` and `_high` (null where no stratum tells), e_value, e_value_limit (of the interval's end that is
/// nearer to 1; 1 where it holds 1), evidence (text: `association`).
///
/// # Edge cases
/// A contribution on the landmark's own day is the same visit (a thanks), no return. Days are counted, not hours: those who post in the
/// evening would come back sooner, and the hour goes with being answered. Leaving after the landmark censors nobody: who left
/// has not come back. Activity is that before the *first post*: what follows an answer may be its consequence, and adjusting for it would
/// hide it. With `wash_in`, members whose first contribution lies within it of the first contribution of all are left out: a record that
/// begins in the middle shows old hands as new. Responses are those of [`crate::FirstResponse`]. A first post in no thread can't be
/// answered. Of several first posts at one instant the one answered soonest counts.
///
/// # Source
/// Anderson, Cain & Gelber, *Analysis of survival by tumor response*, JCO 1 (1983) for the landmark; MOVER (Zou & Donner 2008) for the
/// difference; Mantel & Haenszel (1959), Robins, Breslow & Greenland (1986), Greenland & Robins (1985), Sato (1989); VanderWeele & Ding
/// (2017). The question is that of Joyce & Kraut, J. Computer-Mediated Communication 11 (2006).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RetentionEffect {
    /// An answer until then is in time. Default: 1 hour.
    pub within: Span,
    /// How long after the landmark a return is waited for. Default: 30 days.
    pub horizon: Span,
    /// When after the first post classes are told. Default: none, `within`.
    pub landmark: Option<Span>,
    /// Members whose first contribution lies so near to the start of the record are left out; none for nobody. Default: 30 days.
    pub wash_in: Option<Span>,
    /// Whose reply is a response. Default: any other person's.
    pub responder: Responder,
    /// The columns within which newcomers are compared. Default: channel, where the events have one.
    #[serde(deserialize_with = "one_or_many")]
    pub adjust: Vec<String>,
    /// The period within which newcomers are compared. Default: month.
    pub adjust_every: Every,
    /// Grouping by columns of the first post, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for RetentionEffect {
    fn default() -> Self {
        Self {
            within: Span::hours(1),
            horizon: Span::days(30),
            landmark: None,
            wash_in: Some(Span::days(30)),
            responder: Responder::Any,
            adjust: vec!["channel".to_owned()],
            adjust_every: Every::Month,
            scope: Scope::default(),
        }
    }
}

impl RetentionEffect {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.retention_effect",
        question: "Do newcomers who are answered in time come back more often?",
        formula: "at first post + landmark: answered within, or not; T = days from the landmark to the first contribution on a later one; rate = 1 − S(horizon), Kaplan–Meier; difference = answered − unanswered; adjusted by Mantel–Haenszel",
        unit: "share of newcomers",
        source: "Anderson, Cain & Gelber (1983); Mantel & Haenszel (1959); VanderWeele & Ding (2017)",
        whole: Whole::Thread,
    };

    fn design(&self) -> Design {
        Design::new(self.within, self.landmark, self.horizon, self.wash_in)
    }

    fn compare(&self, newcomers: &Newcomers, horizon: &Horizon) -> Compared {
        let class = |answered: bool| newcomers.there.iter().filter(move |n| n.answered == answered);
        let steps = |answered: bool| class(answered).map(Newcomer::step).collect::<Vec<Step>>();
        let classes = [steps(true), steps(false)];
        let [answered, unanswered] = classes.each_ref().map(|steps| {
            let curve = KaplanMeier::new(steps.iter().copied(), self.scope.confidence);
            curve.at(self.horizon.micros()).map(|[s, low, high]| [1.0 - s, 1.0 - high, 1.0 - low])
        });
        let some = |rate: Option<[f64; 3]>| rate.map_or([None; 3], |rate| rate.map(Some));
        let [estimate, low, high] = difference(some(unanswered), some(answered));
        let calendar = Calendar::new(horizon.zone, self.adjust_every);
        let mut strata: BTreeMap<(&Group, i64, u32), Stratum> = BTreeMap::new();
        for newcomer in newcomers.there.iter().filter(|newcomer| newcomer.due) {
            let activity = u32::BITS - newcomer.days_before.leading_zeros();
            let key = (&newcomer.alike, calendar.start_of(newcomer.first), activity);
            let stratum = strata.entry(key).or_default();
            let class = if newcomer.answered { &mut stratum.exposed } else { &mut stratum.others };
            class[0] += f64::from(u8::from(newcomer.returned));
            class[1] += 1.0;
        }
        let [answered_n, unanswered_n] = [true, false].map(|class_of| class(class_of).count() as i64);
        Compared {
            answered_n,
            unanswered_n,
            answered,
            unanswered,
            difference: estimate.zip(low.zip(high)).map(|(estimate, (low, high))| [estimate, low, high]),
            p: log_rank(&[&classes[0], &classes[1]]).map(|test| test.p),
            adjusted: MantelHaenszel::new(strata.into_values(), self.scope.confidence),
        }
    }
}

/// The figures of one group.
#[derive(Debug)]
struct Compared {
    answered_n: i64,
    unanswered_n: i64,
    answered: Option<[f64; 3]>,
    unanswered: Option<[f64; 3]>,
    difference: Option<[f64; 3]>,
    p: Option<f64>,
    adjusted: MantelHaenszel,
}

impl Kpi for RetentionEffect {
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
        self.design().check()?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        newcomers::partial(part, &self.scope, &self.adjust, self.responder)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let found = newcomers::read(tables, self.scope.by.len(), &self.design(), horizon);
        let cells = Cells::new(found.keys(), None, None, horizon)?;
        let all: Vec<(&Newcomers, Compared)> = found.values().map(|n| (n, self.compare(n, horizon))).collect();
        let of = |value: &dyn Fn(&Compared) -> Option<[f64; 3]>| all.iter().map(|(_, c)| value(c)).collect::<Vec<_>>();
        let count = |value: &dyn Fn(&Newcomers) -> i64| all.iter().map(|(n, _)| value(n)).collect::<Vec<_>>();
        let e_values: Vec<_> = all.iter().map(|(_, c)| c.adjusted.risk_ratio.map(e_value)).collect();
        let newcomers = count(&|n| n.there.len() as i64);
        let evidence = vec![Some("association".to_owned()); all.len()];
        cells
            .sheet(&self.scope)
            .members(newcomers.clone())
            .counts("newcomers", newcomers)
            .counts("answered", all.iter().map(|(_, c)| c.answered_n))
            .counts("unanswered", all.iter().map(|(_, c)| c.unanswered_n))
            .counts("early", count(&|n| n.early))
            .counts("unreached", count(&|n| n.unreached))
            .rate(["answered_rate", "answered_rate_low", "answered_rate_high"], of(&|c| c.answered))
            .rate(["unanswered_rate", "unanswered_rate_low", "unanswered_rate_high"], of(&|c| c.unanswered))
            .rate(["difference", "difference_low", "difference_high"], of(&|c| c.difference))
            .numbers("p_value", all.iter().map(|(_, c)| c.p))
            .counts("matched", all.iter().map(|(_, c)| c.adjusted.matched as i64))
            .rate(
                ["adjusted_difference", "adjusted_difference_low", "adjusted_difference_high"],
                of(&|c| c.adjusted.difference),
            )
            .rate(["risk_ratio", "risk_ratio_low", "risk_ratio_high"], of(&|c| c.adjusted.risk_ratio))
            .rate(["odds_ratio", "odds_ratio_low", "odds_ratio_high"], of(&|c| c.adjusted.odds_ratio))
            .numbers("e_value", e_values.iter().map(|e| e.map(|[estimate, _]| estimate)))
            .numbers("e_value_limit", e_values.iter().map(|e| e.map(|[_, limit]| limit)))
            .column("evidence", Values::Text(evidence))
            .finish()
    }
}
