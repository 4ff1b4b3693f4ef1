//! Community health analytics: adoption, engagement, response time and sentiment, with intervals and censoring.
//!
//! A [`Community`] is built from an events table, and maybe a members table. A KPI is a struct of options, such as [`FirstResponse`];
//! [`Community::compute`] gives its table. The same KPI as three steps, [`Community::partial`], [`Tables::merge`] and [`Tables::finish`],
//! serves partitions in threads, files and clusters: any split that keeps members (or threads) whole gives the same bytes. [`parse`] makes
//! a KPI of its name and JSON.
//!
//! Where each thing is:
//!
//! | module | holds |
//! |---|---|
//! | `schema`, `error` | what an event and a member are; every fault named |
//! | `period` | calendar periods in a zone |
//! | `hours` | business hours: durations that count open time only |
//! | `community` | the community: build, filter, partition, append |
//! | `view` | dense codes, rows by member and by thread |
//! | `infer_threads` | conversations of a chat that has no threads |
//! | `kpi` | the mechanism: trait, tables, bytes, groups, suppression, registry |
//! | `protocol` | a community that no single machine holds: spec, partition, partial |
//! | `adoption`, `engagement`, `response`, `sentiment`, `moderation`, `network`, `quality` | one file for each KPI |
//! | `stats` | survival curves, intervals |
mod adoption;
#[cfg(feature = "arrow")]
mod arrow;
mod categories;
mod community;
mod engagement;
mod error;
mod hash;
mod hours;
mod impact;
mod infer_threads;
mod intake;
mod kpi;
mod moderation;
mod network;
mod numbers;
mod period;
mod protocol;
mod quality;
mod repeats;
mod response;
mod schema;
mod sentiment;
mod stats;
mod view;

pub use adoption::{
    Act, Activation, ActiveMembers, ActivityKind, Churn, Cohort, Diffusion, DiffusionCurve, Funnel, Growth, Lifecycle,
    LifecycleTransitions, PowerUsers, Retention, RetentionKind, RollingActive, Thresholds,
};
#[cfg(feature = "arrow")]
pub use arrow::frame_of_batches;
pub use community::{Builder, Community, Whole, zone};
pub use engagement::{
    Activity, Conversations, Inequality, Lorenz, Members, Outcome, Recognition, RecognitionEffect, Rhythm, Trending,
};
pub use error::{Error, Fault, Faults, Result};
pub use hours::{BusinessHours, Clock};
pub use impact::{Effect, Expected, Impact, impact};
pub use infer_threads::InferThreads;
#[doc(hidden)]
pub use infer_threads::infer_threads_features;
pub use intake::Intake;
pub use kpi::{Horizon, KPIS, Kpi, KpiSpec, Part, Scope, Shape, Table, Tables, kpis, parse};
pub use moderation::{Heated, Trolls, Workload};
pub use network::{
    Bridges, Communities, Direction, Edges, Flow, Introductions, Leaders, Newcomers, SiloMatrix, Silos, SortedBy,
    TiedBy, Ties,
};
pub use numbers::{Filled, Numbers, Written};
pub use period::{Calendar, Every, Grid, Span};
pub use protocol::{Gathering, Partial, Partition, Spec};
pub use quality::Quality;
pub use response::{
    Backlog, Compare, Curve, Each, Experts, FirstResponse, Handoffs, Incidence, Load, Per, Rank, Resolution, Responder,
    Responders, RetentionEffect, ReturnCurve, Right, Routing, Waiting,
};
pub use schema::{Kind, Role, TimeQuality};
pub use sentiment::{
    Answer, Aspects, Audit, AuditSample, Labelled, Messages, Model, Mood, Recoveries, ReplyEffect, ShiftMethod,
    ShiftSide, Shifts, Towards, Trend,
};
pub use stats::bass::Method as DiffusionMethod;
pub use view::Group;

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
