//! Hub and spoke: the community team hands questions to the department that can help, at times by way of others.

use super::draw::Draw;
use super::log::{Act, Kind};
use super::people::{Person, Role};
use super::posts::after;
use super::rhythm::{Calendar, SECOND};
use super::world::*;

/// The hub is the last of the departments, that of the staff.
const HUB: usize = DEPARTMENTS.len() - 1;

/// Adds assignments, and changes nothing else. An answered post is handed over before its first answer, and at last to the
/// department that answers; one that staff answer stays with them. One that nobody answers waits where it was handed to.
pub(super) fn hand_over(calendar: &Calendar, people: &[Person], draw: &mut Draw, acts: &mut Vec<Act>) {
    let staff: Vec<u32> = (0..people.len() as u32).filter(|who| people[*who as usize].role == Role::Staff).collect();
    let posts = acts.iter().take_while(|act| act.kind == Kind::Post).count();
    let mut answers: Vec<Option<Act>> = vec![None; posts];
    for act in acts.iter().filter(|act| act.kind == Kind::Reply && act.signed) {
        answers[act.thread as usize] = Some(*act);
    }
    for (row, answer) in answers.into_iter().enumerate() {
        let post = acts[row];
        let handed = post.channel.is_some_and(|channel| CHANNELS[channel as usize].handed);
        if !handed || !draw.chance(HANDED) {
            continue;
        }
        let anyone = draw.weighted(DEPARTMENTS.iter().map(|department| department.1));
        let right = answer.map_or(anyone, |answer| people[answer.who as usize].department);
        if right == HUB {
            continue;
        }
        let path = path(right, draw);
        let mut times: Vec<i64> = match answer {
            Some(answer) => {
                let span = (answer.time - post.time - 2 * SECOND) as f64;
                path.iter().map(|_| post.time + SECOND + (draw.unit() * span) as i64).collect()
            }
            None => path.iter().map(|_| after(calendar, post.time, draw.lognormal(12.0, 1.0))).collect(),
        };
        times.sort_unstable();
        for (time, department) in times.into_iter().zip(path).filter(|(time, _)| *time < calendar.end) {
            let there = |who: &u32| people[*who as usize].there(time);
            let picked = draw.pick(&staff);
            let Some(who) = [picked].into_iter().chain(staff.iter().copied()).find(there) else { continue };
            acts.push(Act {
                time,
                who,
                parent: row as u32,
                kind: Kind::Assign,
                voice: None,
                signed: true,
                target: Some(department as u8),
                ..post
            });
        }
    }
}

/// The departments that a post is handed to: others, each another one, and at last the right one.
fn path(right: usize, draw: &mut Draw) -> Vec<usize> {
    let mut path = vec![];
    let mut is_right = draw.chance(FIRST_RIGHT);
    while !is_right {
        let others = (0..HUB).filter(|other| *other != right && path.last() != Some(other));
        path.push(draw.pick(&others.collect::<Vec<_>>()));
        is_right = draw.chance(NEXT_RIGHT);
    }
    path.push(right);
    path
}
