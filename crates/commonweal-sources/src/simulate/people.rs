//! Who there is: when they join, where they sit, how much they write; and when they leave.

use super::draw::Draw;
use super::names::display_name;
use super::rhythm::{Calendar, DAY, HOUR, SECOND};
use super::world::*;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Member,
    Staff,
    Bot,
}

impl Role {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Staff => "staff",
            Self::Bot => "bot",
        }
    }
}

pub(super) struct Person {
    pub name: Option<String>,
    pub role: Role,
    pub place: usize,
    pub department: usize,
    pub joined: i64,
    /// When they left; `i64::MAX` for those who stay beyond the span.
    pub left: i64,
    /// The exponential draw that decides on leaving: they go when the summed hazard reaches it.
    pub patience: f64,
    /// Posts per clock hour.
    pub posts: f64,
    /// Weights among those who reply, react and view.
    pub replies: f64,
    pub reactions: f64,
    pub views: f64,
    pub favourite: usize,
}

impl Person {
    /// There at `time`, so that they can act.
    pub(super) fn there(&self, time: i64) -> bool {
        self.joined < time && time < self.left
    }
}

/// All people in the order of joining: the bots, the staff, the founders of the first day, the rest.
pub(super) fn people(calendar: &Calendar, members: usize, draw: &mut Draw) -> Vec<Person> {
    let (staff, founders) = first_people(members);
    let mut arrivals: Vec<(i64, usize, Role)> = Vec::with_capacity(members);
    for i in 0..members {
        let place = draw.weighted(PLACES.iter().map(|place| place.2));
        let (joined, role) = match i {
            i if i < BOTS => (calendar.start + SECOND, Role::Bot),
            i if i < BOTS + staff => (calendar.start + 6 * HOUR + (draw.unit() * HOUR as f64) as i64, Role::Staff),
            i if i < BOTS + staff + founders => {
                (calendar.start + 7 * HOUR + (draw.unit() * 10.0 * HOUR as f64) as i64, Role::Member)
            }
            _ => {
                let growth = &calendar.growth[place];
                let joined = growth.when(draw.unit() * growth.at(calendar.end - 1));
                // Nobody comes before the staff, nor in the last hour.
                (joined.clamp(calendar.start + 7 * HOUR, calendar.end - HOUR), Role::Member)
            }
        };
        arrivals.push((joined, place, role));
    }
    arrivals.sort_by_key(|(joined, ..)| *joined);
    arrivals.into_iter().map(|(joined, place, role)| person(joined, place, role, draw)).collect()
}

/// How many staff and founders a community of so many has.
pub(super) fn first_people(members: usize) -> (usize, usize) {
    let share = |share: f64| (share * members as f64 + 0.5) as usize;
    (share(STAFF).max(2), share(FOUNDERS).max(3))
}

fn person(joined: i64, place: usize, role: Role, draw: &mut Draw) -> Person {
    let department = draw.weighted(DEPARTMENTS.iter().map(|department| department.1));
    let writes = draw.chance(WRITERS);
    let posts = draw.lognormal(POSTS_PER_WEEK.median, POSTS_PER_WEEK.sigma);
    let (helpful, fond, curious) = (draw.popularity(0.8), draw.popularity(0.8), draw.popularity(1.0));
    let favourite = draw.weighted(CHANNELS.iter().map(|channel| channel.posts));
    let patience = draw.exponential();
    let name = Some(display_name(draw)).filter(|_| !draw.chance(0.03));
    let (posts, patience) = match role {
        Role::Member => (if writes { posts } else { 0.0 }, patience),
        Role::Staff => (STAFF_POSTS_PER_WEEK, f64::INFINITY),
        Role::Bot => (0.0, f64::INFINITY),
    };
    let person = role != Role::Bot;
    Person {
        name,
        role,
        place,
        department: if role == Role::Member { department } else { DEPARTMENTS.len() - 1 },
        joined,
        left: i64::MAX,
        patience,
        posts: posts / (7.0 * 24.0),
        replies: posts * helpful,
        // Those who never write still react now and then, and read.
        reactions: if person { (libm::sqrt(posts) + 0.03) * fond } else { 0.0 },
        views: if person { (libm::sqrt(posts) + 0.25) * curious } else { 0.0 },
        favourite,
    }
}

/// When a person leaves: the moment at which the hazard since joining sums to their patience. `soothed` is the moment
/// from which a quick answer to the first post lowers it.
pub(super) fn leaves(joined: i64, patience: f64, soothed: Option<i64>) -> i64 {
    let early_ends = joined + (EARLY_DAYS * DAY as f64) as i64;
    let soothed = soothed.unwrap_or(i64::MAX);
    let mut bounds = [early_ends.min(soothed), early_ends.max(soothed), i64::MAX];
    bounds.sort_unstable();
    let (mut from, mut rest) = (joined, patience);
    for to in bounds {
        let early = if from < early_ends { LEAVING_EARLY } else { LEAVING_LATER };
        let hazard = if from >= soothed { early * FAST_RATIO } else { early };
        let spent = hazard * ((to - from) as f64 / DAY as f64);
        if rest < spent {
            return from.saturating_add((rest / hazard * DAY as f64) as i64);
        }
        rest -= spent;
        from = to;
    }
    i64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_the_summed_hazard() {
        let day = |days: f64| (days * DAY as f64) as i64;
        let near = |a: i64, b: i64| assert!((a - b).abs() < SECOND, "{a} {b}");
        near(leaves(0, 10.0 * LEAVING_EARLY, None), day(10.0));
        near(leaves(0, 30.0 * LEAVING_EARLY + 7.0 * LEAVING_LATER, None), day(37.0));
        near(leaves(0, 5.0 * LEAVING_EARLY + 10.0 * LEAVING_EARLY * FAST_RATIO, Some(day(5.0))), day(15.0));
        near(leaves(0, 40.0 * LEAVING_LATER + 30.0 * LEAVING_EARLY, Some(day(70.0))), day(70.0));
        assert_eq!(leaves(0, f64::INFINITY, None), i64::MAX);
    }
}
