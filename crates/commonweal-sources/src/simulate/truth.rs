//! What is true of a simulated community.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The true parameters of a simulated community, to compare estimates with.
///
/// Shares are fractions of 1, hours are hours of wall time unless they are named clock hours. The *answering clock*
/// runs as fast as the community is awake: an hour of it passes in 25 to 30 minutes of a working day, in up to two
/// hours of the night, and in two hours or more at the weekend. Weeks start on Monday in `tz`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// Rows of the members table: people, staff and bots.
    pub members: usize,
    /// Days of the span.
    pub days: u32,
    /// The seed.
    pub seed: u64,
    /// The zone in which days and weeks are counted.
    pub tz: String,
    /// First moment of the span.
    pub start: DateTime<Utc>,
    /// First moment after the span: the end of observation.
    pub end: DateTime<Utc>,
    /// The launch: joins, posts and mood go up, and fade.
    pub launch: DateTime<Utc>,
    /// The outage: posts go up, the mood turns, and recovers.
    pub outage: DateTime<Utc>,
    /// First answers to the posts of people, in all channels.
    pub response: Response,
    /// The same by channel, with the parameters behind it.
    pub channels: Vec<Channel>,
    /// Joins by week; they sum to the people (bots do not join).
    pub joins: Vec<Joins>,
    /// How people leave.
    pub churn: Churn,
    /// The tone of the messages of people by week. Weeks without messages are left out.
    pub sentiment: Vec<Sentiment>,
    /// When people write.
    pub rhythm: Rhythm,
    /// Who the members are and whom they talk to.
    pub people: People,
    /// How questions are handed to departments.
    pub routing: Routing,
}

/// First answers by a person other than the poster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Share of posts that no person ever answers.
    pub never_answered: f64,
    /// Share of the first answers that staff give.
    pub staff_share: f64,
    /// Hours after which half of all posts are answered, the never answered counted. None where half never are, or
    /// without posts.
    pub median_hours: Option<f64>,
    /// The median over the posts that get an answer: what one sees who forgets the others.
    pub answered_median_hours: Option<f64>,
    /// Share of all posts answered within an hour.
    pub within_1h: Option<f64>,
    /// Share of all posts answered within 24 hours.
    pub within_24h: Option<f64>,
}

/// A channel. A post is never answered with one probability; else it is answered by staff or by a peer, after a
/// lognormal delay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// Its name in the column `channel`.
    pub channel: String,
    /// Its platform.
    pub platform: String,
    /// First answers.
    pub response: Response,
    /// Delay of the first answers by staff.
    pub staff: Delay,
    /// Delay of the first answers by peers.
    pub peer: Delay,
    /// Share of posts that a bot answers within six seconds (no answer in the sense of `response`).
    pub auto_replied: f64,
    /// Share of answered posts whose first answer is accepted, if the poster is still there and the span lasts.
    pub resolved: f64,
    /// What the channel adds to the log-odds of positive against neutral messages, and takes from those of negative
    /// ones.
    pub mood: f64,
}

/// A lognormal delay.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delay {
    /// Median, in clock hours.
    pub median_clock_hours: f64,
    /// Standard deviation of the logarithm.
    pub sigma: f64,
}

/// Joins of a week.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Joins {
    /// The week's Monday.
    pub week: NaiveDate,
    /// Expected joins.
    pub expected: f64,
}

/// Members leave at a hazard; staff and bots stay.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Churn {
    /// Hazard in the first days, per day.
    pub early_hazard: f64,
    /// Hazard after the first days, per day.
    pub later_hazard: f64,
    /// How many days the first days are.
    pub early_days: f64,
    /// A first post is answered fast if it is within so many hours. The effect starts when they are over.
    pub fast_hours: f64,
    /// What a first post answered fast multiplies the hazard by.
    pub fast_hazard_ratio: f64,
}

/// The tone of a week's messages (posts and replies of people): what was to be expected of them, given when and where
/// they were written. The mood itself turns at the outage, not at the start of its week.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sentiment {
    /// The week's Monday.
    pub week: NaiveDate,
    /// Messages.
    pub messages: usize,
    /// Expected share of positive messages.
    pub positive: f64,
    /// Expected share of neutral messages.
    pub neutral: f64,
    /// Expected share of negative messages.
    pub negative: f64,
}

/// When people post, in their own zones: a product of factors of mean 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rhythm {
    /// By weekday from Monday.
    pub weekday: [f64; 7],
    /// By hour of the day.
    pub hour: [f64; 24],
    /// Dips of the year; 1 on other days.
    pub seasons: Vec<Season>,
}

/// A dip of the year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Season {
    /// What it is.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Factor on posts, joins and answers.
    pub factor: f64,
}

/// Who the members are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// Number of staff.
    pub staff: usize,
    /// Number of bots.
    pub bots: usize,
    /// Share of members who ever write; the others react and read.
    pub writers: f64,
    /// Departments and their shares among members. Staff and bots are in the department "Community", which is not
    /// listed.
    pub departments: Vec<Share>,
    /// Places and their shares.
    pub places: Vec<Share>,
    /// How many times likelier a member replies to or reacts on one of the same department than on one of another.
    pub own_department: f64,
    /// Share of posts, later replies, reactions, views and shares without an author.
    pub lost_authors: f64,
}

/// Hub and spoke: staff hand questions to the department that answers them, at times by way of others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Routing {
    /// The channels whose posts are handed over.
    pub channels: Vec<String>,
    /// The department that hands them over, that of the staff.
    pub hub: String,
    /// Share of their posts that are handed over, of those that staff do not answer.
    pub handed: f64,
    /// Share of the handed over whose first department is the one that answers.
    pub first_right: f64,
    /// The same of each department after a wrong one.
    pub next_right: f64,
    /// Hand-offs of a post that is answered, the first assignment not counted: (1 − first_right) / next_right.
    pub handoffs: f64,
}

/// A share of the whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Of what.
    pub name: String,
    /// The share.
    pub share: f64,
}
