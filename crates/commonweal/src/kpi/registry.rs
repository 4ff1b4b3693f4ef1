//! Every KPI, by name.
use polars::prelude::*;
use serde_json::Value;

use super::{Kpi, KpiSpec, options};
use crate::error::{Error, Result};

/// An entry of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The facts about it.
    pub spec: &'static KpiSpec,
    parse: fn(&Value) -> Result<Box<dyn Kpi>>,
}

impl Entry {
    /// The KPI with these options, the defaults where the JSON says nothing.
    ///
    /// # Errors
    /// [`Error::UnknownOption`], [`Error::InvalidOption`].
    pub fn parse(&self, options: &Value) -> Result<Box<dyn Kpi>> {
        (self.parse)(options)
    }
}

macro_rules! registry {
    ($($kpi:ty),+ $(,)?) => {
        /// Every KPI of this crate, by family.
        pub const KPIS: &[Entry] = &[$(Entry { spec: &<$kpi>::SPEC, parse: options::parse::<$kpi> }),+];
    };
}

registry![
    crate::adoption::ActiveMembers,
    crate::adoption::RollingActive,
    crate::adoption::Growth,
    crate::adoption::Retention,
    crate::adoption::PowerUsers,
    crate::adoption::Lifecycle,
    crate::adoption::LifecycleTransitions,
    crate::adoption::Activation,
    crate::adoption::Funnel,
    crate::adoption::Churn,
    crate::adoption::Diffusion,
    crate::adoption::DiffusionCurve,
    crate::engagement::Activity,
    crate::engagement::Inequality,
    crate::engagement::Lorenz,
    crate::engagement::Conversations,
    crate::engagement::Members,
    crate::engagement::Rhythm,
    crate::engagement::Trending,
    crate::engagement::Recognition,
    crate::engagement::RecognitionEffect,
    crate::response::FirstResponse,
    crate::response::Curve,
    crate::response::Backlog,
    crate::response::Waiting,
    crate::response::Responders,
    crate::response::Incidence,
    crate::response::Resolution,
    crate::response::Compare,
    crate::response::RetentionEffect,
    crate::response::ReturnCurve,
    crate::response::Experts,
    crate::response::Routing,
    crate::response::Load,
    crate::response::Handoffs,
    crate::sentiment::Messages,
    crate::sentiment::Trend,
    crate::sentiment::AuditSample,
    crate::sentiment::Shifts,
    crate::sentiment::Aspects,
    crate::sentiment::Recoveries,
    crate::sentiment::ReplyEffect,
    crate::moderation::Heated,
    crate::moderation::Trolls,
    crate::moderation::Workload,
    crate::network::Edges,
    crate::network::Leaders,
    crate::network::Newcomers,
    crate::network::Flow,
    crate::network::Silos,
    crate::network::SiloMatrix,
    crate::network::Bridges,
    crate::network::Communities,
    crate::network::Introductions,
    crate::quality::Quality,
];

/// The KPI of a name, with options as JSON.
///
/// ```
/// use serde_json::json;
/// let kpi = commonweal::parse("response.first_response", &json!({"within": ["1h", "1d"], "by": "channel"}))?;
/// assert_eq!(kpi.spec().unit, "duration");
/// let error = commonweal::parse("adoption.growth", &json!({"every": "1h"})).unwrap_err();
/// assert_eq!(error.to_string(), r#"every must be one of "1d", "1w", "1mo", "1q", "1y", got "1h""#);
/// # Ok::<(), commonweal::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownKpi`], [`Error::UnknownOption`], [`Error::InvalidOption`].
pub fn parse(name: &str, options: &Value) -> Result<Box<dyn Kpi>> {
    match KPIS.iter().find(|entry| entry.spec.name == name) {
        Some(entry) => entry.parse(options),
        None => {
            Err(Error::UnknownKpi { name: name.to_owned(), have: KPIS.iter().map(|entry| entry.spec.name).collect() })
        }
    }
}

/// The registry as a frame: kpi, question, formula, unit, source, options (the defaults, as JSON).
///
/// # Errors
/// [`Error::Polars`], should polars refuse to build the frame.
pub fn kpis() -> Result<DataFrame> {
    let column = |name: &str, value: fn(&KpiSpec) -> &'static str| {
        Column::new(name.into(), KPIS.iter().map(|entry| value(entry.spec)).collect::<Vec<_>>())
    };
    let defaults = KPIS
        .iter()
        .map(|entry| Ok(options::canonical(&entry.parse(&Value::Object(Default::default()))?.options())))
        .collect::<Result<Vec<_>>>()?;
    Ok(DataFrame::new(
        KPIS.len(),
        vec![
            column("kpi", |s| s.name),
            column("question", |s| s.question),
            column("formula", |s| s.formula),
            column("unit", |s| s.unit),
            column("source", |s| s.source),
            Column::new("options".into(), defaults),
        ],
    )?)
}
