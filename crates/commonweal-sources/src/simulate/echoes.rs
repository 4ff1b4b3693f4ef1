//! What messages set off: reactions, views and shares; and the joins and leaves of the people.

use super::crowd::Crowd;
use super::draw::Draw;
use super::log::{Act, Kind, NONE};
use super::people::{Person, Role};
use super::posts::after;
use super::rhythm::Calendar;
use super::text::Voice;
use super::world::*;

/// Median and sigma, in clock hours, of the delays of reactions, views and shares.
const REACTION_AFTER: (f64, f64) = (1.0, 1.6);
const VIEW_AFTER: (f64, f64) = (3.0, 1.6);
const SHARE_AFTER: (f64, f64) = (8.0, 1.4);
const SHARES_PER_POST: f64 = 0.04;

struct Echoes<'a> {
    calendar: &'a Calendar,
    people: &'a [Person],
    reactors: Crowd<'a>,
    viewers: Crowd<'a>,
    seen: Vec<u32>,
}

pub(super) fn echo(calendar: &Calendar, people: &[Person], draw: &mut Draw, acts: &mut Vec<Act>) {
    let mut echoes = Echoes {
        calendar,
        people,
        reactors: Crowd::new(calendar, people, |person| person.reactions),
        viewers: Crowd::new(calendar, people, |person| person.views),
        seen: Vec::new(),
    };
    for row in 0..acts.len() {
        let act = acts[row];
        let Some(channel) = act.channel.filter(|_| act.voice.is_some_and(|voice| voice != Voice::Auto)) else {
            continue;
        };
        let channel = &CHANNELS[channel as usize];
        // A popular post is seen, liked and passed on more, all three.
        let popular = draw.popularity(1.0);
        echoes.of(row, Kind::Reaction, channel.reactions * popular, draw, acts);
        if act.kind == Kind::Post {
            echoes.of(row, Kind::View, channel.views * popular, draw, acts);
            echoes.of(row, Kind::Share, SHARES_PER_POST * popular, draw, acts);
        }
    }
}

impl Echoes<'_> {
    fn of(&mut self, row: usize, kind: Kind, mean: f64, draw: &mut Draw, acts: &mut Vec<Act>) {
        let act = acts[row];
        let near = self.people[act.who as usize].department;
        let (crowd, delay, near) = match kind {
            Kind::View => (&self.viewers, VIEW_AFTER, None),
            Kind::Share => (&self.reactors, SHARE_AFTER, None),
            _ => (&self.reactors, REACTION_AFTER, Some(near)),
        };
        self.seen.clear();
        self.seen.push(act.who);
        for _ in 0..draw.poisson(mean) {
            let time = after(self.calendar, act.time, draw.lognormal(delay.0, delay.1));
            if time >= self.calendar.end {
                continue;
            }
            if let Some(who) = crowd.pick(draw, time, near, &self.seen) {
                self.seen.push(who);
                acts.push(Act { time, who, kind, parent: row as u32, voice: None, signed: false, ..act });
            }
        }
    }
}

/// A join for every person but the bots, and a leave for those who leave.
pub(super) fn comings_and_goings(people: &[Person], acts: &mut Vec<Act>) {
    for (who, person) in people.iter().enumerate().filter(|(_, person)| person.role != Role::Bot) {
        let mut act = |time: i64, kind: Kind| {
            acts.push(Act {
                time,
                who: who as u32,
                thread: NONE,
                parent: NONE,
                kind,
                channel: None,
                voice: None,
                signed: true,
                target: None,
            });
        };
        act(person.joined, Kind::Join);
        if person.left < i64::MAX {
            act(person.left, Kind::Leave);
        }
    }
}
