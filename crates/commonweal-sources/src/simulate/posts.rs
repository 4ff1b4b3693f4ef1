//! Posts, and whether, when and by whom they are first answered. A first post's answer decides on leaving, so each
//! person is followed through their stay.

use super::draw::Draw;
use super::people::{Person, Role, leaves};
use super::rhythm::{Calendar, DAY, HOUR, SECOND};
use super::world::*;

/// The first answer of a post by a person.
#[derive(Clone, Copy)]
pub(super) struct FirstAnswer {
    pub time: i64,
    pub staff: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Post {
    pub time: i64,
    pub author: u32,
    pub channel: u8,
    /// None: never answered. The time may lie after the span.
    pub answer: Option<FirstAnswer>,
}

/// All posts in the order of time; the people's leaving is set.
pub(super) fn posts(calendar: &Calendar, people: &mut [Person], draw: &mut Draw) -> Vec<Post> {
    let mut posts = Vec::new();
    for (author, person) in people.iter_mut().enumerate() {
        match person.role {
            Role::Bot if author == DIGEST_BOT => digests(calendar, author as u32, &mut posts),
            Role::Bot => {}
            Role::Staff | Role::Member => stay(calendar, author as u32, person, draw, &mut posts),
        }
    }
    announcements(calendar, people, draw, &mut posts);
    posts.sort_by_key(|post| (post.time, post.author));
    posts
}

fn stay(calendar: &Calendar, author: u32, person: &mut Person, draw: &mut Draw, posts: &mut Vec<Post>) {
    let curve = &calendar.places[person.place];
    person.left = leaves(person.joined, person.patience, None);
    let mut reached = curve.at(person.joined + SECOND);
    let mut first = true;
    while person.posts > 0.0 {
        reached += draw.exponential() / person.posts;
        let time = curve.when(reached).max(person.joined + 30 * SECOND);
        if time >= person.left.min(calendar.end) {
            break;
        }
        let channel = match draw.unit() {
            u if first && person.role == Role::Member && u < FIRST_IS_INTRODUCTION => INTRODUCTIONS,
            u if u > 1.0 - FAVOURITE_CHANNEL => person.favourite,
            _ => draw.weighted(CHANNELS.iter().map(|channel| channel.posts)),
        };
        let answer = first_answer(calendar, channel, time, draw);
        if first {
            let landmark = time + (FAST_HOURS * HOUR as f64) as i64;
            if answer.is_some_and(|answer| answer.time <= landmark) {
                person.left = leaves(person.joined, person.patience, Some(landmark));
            }
        }
        first = false;
        posts.push(Post { time, author, channel: channel as u8, answer });
    }
    if person.left >= calendar.end {
        person.left = i64::MAX;
    }
}

/// A mixture: never with one probability, else by staff or by a peer, each after a lognormal delay in clock hours.
fn first_answer(calendar: &Calendar, channel: usize, time: i64, draw: &mut Draw) -> Option<FirstAnswer> {
    let channel = &CHANNELS[channel];
    let never = draw.chance(channel.never);
    let staff = draw.chance(channel.staff);
    let delay = if staff { &channel.by_staff } else { &channel.by_peer };
    let hours = draw.lognormal(delay.median, delay.sigma);
    (!never).then(|| FirstAnswer { time: after(calendar, time, hours), staff })
}

/// The moment so many hours of the answering clock after `time`, at least 20 seconds.
pub(super) fn after(calendar: &Calendar, time: i64, hours: f64) -> i64 {
    calendar.clock.when(calendar.clock.at(time) + hours).max(time + 20 * SECOND)
}

fn announcements(calendar: &Calendar, people: &[Person], draw: &mut Draw, posts: &mut Vec<Post>) {
    let staff: Vec<u32> = (0..people.len() as u32).filter(|i| people[*i as usize].role == Role::Staff).collect();
    let curve = &calendar.places[0];
    let mut reached = curve.at(calendar.start + 8 * HOUR);
    loop {
        reached += draw.exponential() * 7.0 * 24.0 / ANNOUNCEMENTS_PER_WEEK;
        let time = curve.when(reached);
        if time >= calendar.end {
            break;
        }
        let answer = first_answer(calendar, ANNOUNCEMENTS, time, draw);
        posts.push(Post { time, author: draw.pick(&staff), channel: ANNOUNCEMENTS as u8, answer });
    }
}

/// The bot's digest, on Mondays at 8:00.
fn digests(calendar: &Calendar, author: u32, posts: &mut Vec<Post>) {
    let mondays = calendar.weeks().into_iter().filter(|(monday, from, _)| calendar.week(*from) == *monday);
    for (_, from, to) in mondays {
        let time = from + 8 * HOUR;
        if to - from > 6 * DAY && time < calendar.end {
            posts.push(Post { time, author, channel: ANNOUNCEMENTS as u8, answer: None });
        }
    }
}
