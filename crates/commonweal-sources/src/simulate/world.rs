//! The parameters of the simulated community, in one place. What is read from them is handed out as
//! [`Truth`](super::Truth).

use chrono_tz::Tz;

use super::text::Voice;

/// A delay of answers: lognormal, in hours of the answering clock (see `rhythm`).
pub(super) struct Delay {
    pub median: f64,
    pub sigma: f64,
}

pub(super) struct Channel {
    pub name: &'static str,
    pub platform: &'static str,
    /// Weight among ordinary posts; 0 where only special posts go.
    pub posts: f64,
    /// Share of posts that no person ever answers.
    pub never: f64,
    /// Share of the answered posts that staff answer first.
    pub staff: f64,
    pub by_staff: Delay,
    pub by_peer: Delay,
    /// Mean replies after the first, mean reactions per message, mean views per post.
    pub further: f64,
    pub reactions: f64,
    pub views: f64,
    /// Share of posts that the bot answers at once, and of answered posts whose answer is accepted.
    pub auto: f64,
    pub resolved: f64,
    /// Whether the hub hands its posts over to departments.
    pub handed: bool,
    /// Shift of the log-odds of a positive message, and of those of a negative one downwards.
    pub mood: f64,
    /// How an opening post and a reply sound.
    pub opening: Voice,
    pub answer: Voice,
    /// How the poster sounds in the conversation.
    pub poster: Voice,
}

const fn delay(median: f64, sigma: f64) -> Delay {
    Delay { median, sigma }
}

pub(super) const ANNOUNCEMENTS: usize = 0;
pub(super) const INTRODUCTIONS: usize = 7;

#[rustfmt::skip]
pub(super) const CHANNELS: [Channel; 8] = [
    Channel { name: "announcements", platform: "slack", posts: 0.0, never: 0.38, staff: 0.15,
        by_staff: delay(2.5, 1.2), by_peer: delay(1.5, 1.4), further: 2.0, reactions: 4.0, views: 18.0,
        auto: 0.0, resolved: 0.0, handed: false, mood: 0.5, opening: Voice::Announce, answer: Voice::Chat, poster: Voice::Host },
    Channel { name: "general", platform: "slack", posts: 0.25, never: 0.14, staff: 0.15,
        by_staff: delay(2.0, 1.3), by_peer: delay(1.0, 1.6), further: 2.0, reactions: 1.1, views: 6.0,
        auto: 0.0, resolved: 0.0, handed: false, mood: 0.1, opening: Voice::Talk, answer: Voice::Chat, poster: Voice::Host },
    Channel { name: "help", platform: "discourse", posts: 0.22, never: 0.32, staff: 0.45,
        by_staff: delay(6.0, 1.3), by_peer: delay(12.0, 1.8), further: 1.6, reactions: 0.4, views: 6.0,
        auto: 0.35, resolved: 0.55, handed: true, mood: -0.4, opening: Voice::Ask, answer: Voice::Answer, poster: Voice::FollowUp },
    Channel { name: "how-to", platform: "discourse", posts: 0.14, never: 0.20, staff: 0.25,
        by_staff: delay(4.0, 1.3), by_peer: delay(4.0, 1.7), further: 1.4, reactions: 0.7, views: 8.0,
        auto: 0.15, resolved: 0.45, handed: true, mood: -0.1, opening: Voice::Ask, answer: Voice::Answer, poster: Voice::FollowUp },
    Channel { name: "ideas", platform: "discourse", posts: 0.09, never: 0.28, staff: 0.30,
        by_staff: delay(16.0, 1.3), by_peer: delay(8.0, 1.8), further: 2.0, reactions: 1.5, views: 7.0,
        auto: 0.0, resolved: 0.0, handed: false, mood: 0.1, opening: Voice::Idea, answer: Voice::Chat, poster: Voice::Host },
    Channel { name: "projects", platform: "slack", posts: 0.16, never: 0.10, staff: 0.08,
        by_staff: delay(2.5, 1.2), by_peer: delay(1.5, 1.5), further: 2.2, reactions: 0.7, views: 4.0,
        auto: 0.0, resolved: 0.0, handed: false, mood: 0.0, opening: Voice::Talk, answer: Voice::Chat, poster: Voice::Host },
    Channel { name: "social", platform: "slack", posts: 0.14, never: 0.18, staff: 0.05,
        by_staff: delay(2.0, 1.2), by_peer: delay(0.6, 1.6), further: 2.6, reactions: 2.2, views: 6.0,
        auto: 0.0, resolved: 0.0, handed: false, mood: 0.6, opening: Voice::Social, answer: Voice::Banter, poster: Voice::Host },
    Channel { name: "introductions", platform: "slack", posts: 0.0, never: 0.06, staff: 0.50,
        by_staff: delay(2.0, 1.2), by_peer: delay(2.0, 1.5), further: 1.4, reactions: 2.5, views: 7.0,
        auto: 0.0, resolved: 0.0, handed: false, mood: 0.7, opening: Voice::Intro, answer: Voice::Greet, poster: Voice::Host },
];

/// Where people live: name, zone, share.
pub(super) const PLACES: [(&str, Tz, f64); 6] = [
    ("Berlin", Tz::Europe__Berlin, 0.40),
    ("London", Tz::Europe__London, 0.14),
    ("New York", Tz::America__New_York, 0.18),
    ("São Paulo", Tz::America__Sao_Paulo, 0.07),
    ("Bengaluru", Tz::Asia__Kolkata, 0.15),
    ("Sydney", Tz::Australia__Sydney, 0.06),
];

/// Departments and their shares of the members; staff have a department of their own, the last.
pub(super) const DEPARTMENTS: [(&str, f64); 9] = [
    ("Engineering", 0.24),
    ("Sales", 0.16),
    ("Support", 0.14),
    ("Operations", 0.13),
    ("Marketing", 0.10),
    ("Product", 0.09),
    ("Finance", 0.07),
    ("People", 0.07),
    ("Community", 0.0),
];

/// Posting by weekday from Monday, and by hour of the local day, relative; normalised to mean 1 where they are used.
pub(super) const WEEKDAYS: [f64; 7] = [1.02, 1.12, 1.10, 1.04, 0.86, 0.20, 0.18];
pub(super) const HOURS: [f64; 24] = [
    0.12, 0.08, 0.06, 0.05, 0.06, 0.12, 0.35, 0.90, 1.80, 2.40, 2.60, 2.40, 1.50, 1.90, 2.40, 2.30, 1.90, 1.20, 0.75,
    0.60, 0.60, 0.50, 0.35, 0.20,
];

/// A dip of the year, first and last day as (month, day): the factor on all activity, joins and answers included.
pub(super) struct Dip {
    pub name: &'static str,
    pub from: (u32, u32),
    pub to: (u32, u32),
    pub factor: f64,
}

pub(super) const DIPS: [Dip; 3] = [
    Dip { name: "new year", from: (1, 1), to: (1, 3), factor: 0.35 },
    Dip { name: "summer", from: (7, 15), to: (8, 25), factor: 0.70 },
    Dip { name: "christmas", from: (12, 21), to: (12, 31), factor: 0.30 },
];

// Where the launch and the outage lie in the span, before they are moved to the Tuesday of their week, 10:00.
pub(super) const LAUNCH_AT: f64 = 0.30;
pub(super) const OUTAGE_AT: f64 = 0.72;
/// Added to posting (relative) at the launch and at the outage, and the days after which 1/e of it is left.
pub(super) const LAUNCH_POSTS: (f64, f64) = (0.5, 7.0);
pub(super) const OUTAGE_POSTS: (f64, f64) = (0.8, 3.0);

/// Joining: shares of the founders (first day), the S-curve's middle and width (of the span), its floor, the launch
/// campaign's height over the S-curve's peak and the days after which 1/e of it is left.
pub(super) const FOUNDERS: f64 = 0.04;
pub(super) const GROWTH: (f64, f64, f64) = (0.45, 0.13, 0.12);
pub(super) const CAMPAIGN: (f64, f64) = (1.6, 9.0);

/// Roles.
pub(super) const STAFF: f64 = 0.025;
pub(super) const BOTS: usize = 2;
pub(super) const AUTO_RESPONDER: usize = 0;
pub(super) const DIGEST_BOT: usize = 1;

/// Leaving: hazard per day in the first month and after, the days of the first month, and what a first post answered
/// within `FAST_HOURS` multiplies the hazard by, from `FAST_HOURS` after that post on.
pub(super) const LEAVING_EARLY: f64 = 0.010;
pub(super) const LEAVING_LATER: f64 = 0.0016;
pub(super) const EARLY_DAYS: f64 = 30.0;
pub(super) const FAST_HOURS: f64 = 24.0;
pub(super) const FAST_RATIO: f64 = 0.5;

/// Who writes at all, and their posts per (ordinary) week: lognormal.
pub(super) const WRITERS: f64 = 0.5;
pub(super) const POSTS_PER_WEEK: Delay = delay(0.22, 1.1);
pub(super) const STAFF_POSTS_PER_WEEK: f64 = 0.8;
pub(super) const ANNOUNCEMENTS_PER_WEEK: f64 = 2.0;
pub(super) const FIRST_IS_INTRODUCTION: f64 = 0.35;
pub(super) const FAVOURITE_CHANNEL: f64 = 0.45;

/// How much likelier a member of the same department replies or reacts than one of another, all else equal.
pub(super) const OWN_DEPARTMENT: f64 = 6.0;

/// Share of acts whose author is lost. First answers, joins, leaves and resolves always have one.
pub(super) const LOST_AUTHORS: f64 = 0.006;

/// Log-weights of positive and negative messages against neutral ones; what launch and outage add to the mood; the
/// half-life of the outage's effect and the 1/e time of the launch's, in days.
pub(super) const MOOD: (f64, f64) = (-0.25, -1.15);
pub(super) const LAUNCH_MOOD: (f64, f64) = (0.5, 14.0);
pub(super) const OUTAGE_MOOD: (f64, f64) = (-1.6, 10.0);

/// The share of messages about the launch and the outage right after them, and the days after which 1/e of it is left.
pub(super) const LAUNCH_TOPIC: (f64, f64) = (0.55, 10.0);
pub(super) const OUTAGE_TOPIC: (f64, f64) = (0.85, 9.0);

/// Share of the questions that the hub hands over to a department, unless it answers them itself; and how often the first
/// department, and each after a wrong one, is the right one.
pub(super) const HANDED: f64 = 0.6;
pub(super) const FIRST_RIGHT: f64 = 0.7;
pub(super) const NEXT_RIGHT: f64 = 0.8;
