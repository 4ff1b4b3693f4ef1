//! Conversations: the bot's instant reply, the first answer, what follows it, and the accepted answer.

use super::crowd::Crowd;
use super::draw::Draw;
use super::log::{Act, Kind, NONE};
use super::people::{Person, Role};
use super::posts::{Post, after};
use super::rhythm::{Calendar, SECOND};
use super::text::Voice;
use super::world::*;

pub(super) struct Talk<'a> {
    pub calendar: &'a Calendar,
    pub people: &'a [Person],
    staff: Crowd<'a>,
    peers: Crowd<'a>,
}

impl<'a> Talk<'a> {
    pub(super) fn new(calendar: &'a Calendar, people: &'a [Person]) -> Self {
        let of = |role: Role| move |person: &Person| if person.role == role { person.replies } else { 0.0 };
        Self {
            calendar,
            people,
            staff: Crowd::new(calendar, people, of(Role::Staff)),
            peers: Crowd::new(calendar, people, of(Role::Member)),
        }
    }

    /// Posts become the first rows of the acts, so that a post's index is its row; the replies follow.
    pub(super) fn acts(&self, posts: &[Post], draw: &mut Draw) -> Vec<Act> {
        let mut acts: Vec<Act> =
            posts.iter().enumerate().map(|(row, post)| opening(row as u32, post, self.people)).collect();
        for (row, post) in posts.iter().enumerate() {
            if self.people[post.author as usize].role != Role::Bot {
                self.thread(row as u32, post, draw, &mut acts);
            }
        }
        acts
    }

    fn thread(&self, row: u32, post: &Post, draw: &mut Draw, acts: &mut Vec<Act>) {
        let channel = &CHANNELS[post.channel as usize];
        let reply = |time: i64, who: u32, parent: u32, voice: Voice| Act {
            time,
            who,
            thread: row,
            parent,
            kind: Kind::Reply,
            channel: Some(post.channel),
            voice: Some(voice),
            signed: false,
            target: None,
        };
        let auto = post.time + 2 * SECOND + (draw.unit() * 4.0 * SECOND as f64) as i64;
        if draw.chance(channel.auto) && auto < self.calendar.end {
            acts.push(reply(auto, AUTO_RESPONDER as u32, row, Voice::Auto));
        }
        // The asker reminds, where nobody came first.
        let reminder = after(self.calendar, post.time, draw.lognormal(24.0, 0.6));
        let first = post.answer.map_or(i64::MAX, |answer| answer.time);
        if draw.chance(0.2) && reminder < first.min(self.calendar.end) && self.there(post.author, reminder) {
            acts.push(reply(reminder, post.author, row, Voice::Reminder));
        }
        let Some(answer) = post.answer.filter(|answer| answer.time < self.calendar.end) else { return };
        let Some(who) = self.answerer(post, answer.staff, answer.time, draw) else { return };
        let first = acts.len() as u32;
        acts.push(Act { signed: true, ..reply(answer.time, who, row, channel.answer) });
        let mut talkers = vec![post.author, who];
        let (mut time, mut last) = (answer.time, first);
        let further = channel.further * draw.popularity(0.9);
        for _ in 0..draw.poisson(further) {
            time = after(self.calendar, time, draw.lognormal(0.9, 1.5));
            let who = match draw.unit() {
                u if u < 0.30 => Some(post.author).filter(|who| acts[last as usize].who != *who),
                u if u < 0.50 => Some(draw.pick(&talkers)).filter(|who| acts[last as usize].who != *who),
                _ => self.peers.pick(draw, time, Some(self.department(post)), &[post.author, acts[last as usize].who]),
            };
            if time >= self.calendar.end {
                break;
            }
            let Some(who) = who.filter(|who| self.there(*who, time)) else { continue };
            let voice = if who == post.author { channel.poster } else { channel.answer };
            let parent = if draw.chance(0.45) { row } else { last };
            last = acts.len() as u32;
            acts.push(reply(time, who, parent, voice));
            if !talkers.contains(&who) {
                talkers.push(who);
            }
        }
        let accepted = after(self.calendar, answer.time, draw.lognormal(3.0, 1.2));
        if draw.chance(channel.resolved) && accepted < self.calendar.end && self.there(post.author, accepted) {
            acts.push(Act {
                kind: Kind::Resolve,
                voice: None,
                signed: true,
                ..reply(accepted, post.author, first, channel.answer)
            });
        }
    }

    /// A staff member or a peer; a small or young community may have none of the wanted kind, then one of the other.
    fn answerer(&self, post: &Post, staff: bool, time: i64, draw: &mut Draw) -> Option<u32> {
        let (first, second) = if staff { (&self.staff, &self.peers) } else { (&self.peers, &self.staff) };
        let near = Some(self.department(post)).filter(|_| !staff);
        first.pick(draw, time, near, &[post.author]).or_else(|| second.pick(draw, time, None, &[post.author]))
    }

    fn department(&self, post: &Post) -> usize {
        self.people[post.author as usize].department
    }

    fn there(&self, who: u32, time: i64) -> bool {
        self.people[who as usize].there(time)
    }
}

fn opening(row: u32, post: &Post, people: &[Person]) -> Act {
    let bot = people[post.author as usize].role == Role::Bot;
    Act {
        time: post.time,
        who: post.author,
        thread: row,
        parent: NONE,
        kind: Kind::Post,
        channel: Some(post.channel),
        voice: Some(if bot { Voice::Digest } else { CHANNELS[post.channel as usize].opening }),
        signed: false,
        target: None,
    }
}
