//! Works out what is true of the answers in wall time, and gathers the [`Truth`].

use super::people::{Person, Role, first_people};
use super::posts::Post;
use super::rhythm::{Calendar, HOUR, normalised, utc};
use super::truth::{Channel, Churn, Delay, Joins, People, Response, Rhythm, Routing, Sentiment, Share};
use super::world::{self, *};
use super::{Simulation, Truth};

/// Posts looked at per channel; more would change the third digit.
const SAMPLE: usize = 1_000;
/// The longest delay looked for, in hours.
const LONGEST: f64 = 1e4;

pub(super) fn truth(
    simulation: &Simulation,
    calendar: &Calendar,
    posts: &[Post],
    people: &[Person],
    tone: Vec<Sentiment>,
) -> Truth {
    let curves: Vec<Answers> =
        (0..CHANNELS.len()).map(|channel| Answers::new(calendar, channel, posts, people)).collect();
    Truth {
        members: simulation.members,
        days: simulation.days,
        seed: simulation.seed,
        tz: simulation.tz.name().to_owned(),
        start: utc(calendar.start),
        end: utc(calendar.end),
        launch: utc(calendar.launch),
        outage: utc(calendar.outage),
        response: response(&curves),
        channels: curves.iter().zip(&CHANNELS).map(|(curve, channel)| channel_truth(curve, channel)).collect(),
        joins: joins(calendar, simulation.members),
        churn: Churn {
            early_hazard: LEAVING_EARLY,
            later_hazard: LEAVING_LATER,
            early_days: EARLY_DAYS,
            fast_hours: FAST_HOURS,
            fast_hazard_ratio: FAST_RATIO,
        },
        sentiment: tone,
        rhythm: Rhythm { weekday: normalised(WEEKDAYS), hour: normalised(HOURS), seasons: calendar.seasons.clone() },
        people: People {
            staff: first_people(simulation.members).0,
            bots: BOTS,
            writers: WRITERS,
            departments: shares(DEPARTMENTS.iter().copied()),
            places: shares(PLACES.iter().map(|(name, _, share)| (*name, *share))),
            own_department: OWN_DEPARTMENT,
            lost_authors: LOST_AUTHORS,
        },
        routing: Routing {
            channels: CHANNELS.iter().filter(|channel| channel.handed).map(|channel| channel.name.to_owned()).collect(),
            hub: DEPARTMENTS[DEPARTMENTS.len() - 1].0.to_owned(),
            handed: HANDED,
            first_right: FIRST_RIGHT,
            next_right: NEXT_RIGHT,
            handoffs: (1.0 - FIRST_RIGHT) / NEXT_RIGHT,
        },
    }
}

/// The answers of one channel: the posts' positions on the clock, and how many posts they stand for.
struct Answers<'a> {
    calendar: &'a Calendar,
    channel: &'static world::Channel,
    posts: usize,
    sample: Vec<i64>,
}

impl<'a> Answers<'a> {
    fn new(calendar: &'a Calendar, channel: usize, posts: &[Post], people: &[Person]) -> Self {
        let by_people =
            |post: &&Post| post.channel as usize == channel && people[post.author as usize].role != Role::Bot;
        let times: Vec<i64> = posts.iter().filter(by_people).map(|post| post.time).collect();
        let step = times.len().div_ceil(SAMPLE).max(1);
        let sample = times.iter().copied().step_by(step).collect();
        Self { calendar, channel: &CHANNELS[channel], posts: times.len(), sample }
    }

    /// The share of the posts that ever get an answer which are answered within so many hours: the mean over the posts,
    /// as the clock runs differently after each.
    fn within(&self, hours: f64) -> f64 {
        let clock = &self.calendar.clock;
        let share = |time: &i64| {
            let passed = clock.at(time + (hours * HOUR as f64) as i64) - clock.at(*time);
            let staff = self.channel.staff;
            staff * lognormal(passed, &self.channel.by_staff) + (1.0 - staff) * lognormal(passed, &self.channel.by_peer)
        };
        self.sample.iter().map(share).sum::<f64>() / self.sample.len() as f64
    }
}

/// First answers in several channels, weighted by their posts.
fn response(curves: &[Answers]) -> Response {
    let posts = curves.iter().map(|curve| curve.posts).sum::<usize>() as f64;
    let answered = |curve: &Answers| curve.posts as f64 * (1.0 - curve.channel.never);
    let all: f64 = curves.iter().map(answered).sum();
    let within = |hours: f64| {
        let sum: f64 =
            curves.iter().filter(|curve| curve.posts > 0).map(|curve| answered(curve) * curve.within(hours)).sum();
        sum / all
    };
    let any = posts > 0.0;
    let of_all = |hours: f64| any.then(|| within(hours) * all / posts);
    let (never_answered, staff_share) = match curves {
        [one] => (one.channel.never, one.channel.staff),
        _ => (1.0 - all / posts, curves.iter().map(|curve| answered(curve) * curve.channel.staff).sum::<f64>() / all),
    };
    Response {
        never_answered,
        staff_share,
        median_hours: any.then(|| quantile(&within, 0.5 * posts / all)).flatten(),
        answered_median_hours: any.then(|| quantile(&within, 0.5)).flatten(),
        within_1h: of_all(1.0),
        within_24h: of_all(24.0),
    }
}

/// The hours at which `within` reaches `share`, by bisection on the logarithm.
fn quantile(within: &impl Fn(f64) -> f64, share: f64) -> Option<f64> {
    let (mut low, mut high) = (libm::log(1e-3), libm::log(LONGEST));
    if within(LONGEST) < share {
        return None;
    }
    for _ in 0..32 {
        let middle = (low + high) / 2.0;
        if within(libm::exp(middle)) < share { low = middle } else { high = middle }
    }
    Some(libm::exp(high))
}

/// The distribution function of a lognormal delay.
fn lognormal(hours: f64, delay: &world::Delay) -> f64 {
    if hours <= 0.0 {
        return 0.0;
    }
    libm::erfc(-libm::log(hours / delay.median) / delay.sigma / std::f64::consts::SQRT_2) / 2.0
}

fn channel_truth(curve: &Answers, channel: &world::Channel) -> Channel {
    let delay = |delay: &world::Delay| Delay { median_clock_hours: delay.median, sigma: delay.sigma };
    Channel {
        channel: channel.name.to_owned(),
        platform: channel.platform.to_owned(),
        response: response(std::slice::from_ref(curve)),
        staff: delay(&channel.by_staff),
        peer: delay(&channel.by_peer),
        auto_replied: channel.auto,
        resolved: channel.resolved,
        mood: channel.mood,
    }
}

/// Expected joins: the staff and founders of the first day, and the rest along the growth curves of their places.
fn joins(calendar: &Calendar, members: usize) -> Vec<Joins> {
    let (staff, founders) = first_people(members);
    let rest = members.saturating_sub(BOTS + staff + founders) as f64;
    let part = |from: i64, to: i64| -> f64 {
        let share = |(curve, place): (&super::rhythm::Curve, &(&str, chrono_tz::Tz, f64))| {
            place.2 * (curve.at(to - 1) - curve.at(from)) / curve.at(calendar.end - 1)
        };
        calendar.growth.iter().zip(&PLACES).map(share).sum()
    };
    let mut joins: Vec<Joins> =
        calendar.weeks().into_iter().map(|(week, from, to)| Joins { week, expected: rest * part(from, to) }).collect();
    if let Some(first) = joins.first_mut() {
        first.expected += (staff + founders) as f64;
    }
    joins
}

fn shares<'a>(list: impl Iterator<Item = (&'a str, f64)>) -> Vec<Share> {
    list.filter(|(_, share)| *share > 0.0).map(|(name, share)| Share { name: name.to_owned(), share }).collect()
}
