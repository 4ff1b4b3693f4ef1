//! Picks who acts at a moment: people who are there, by weight, by the rhythm of their place and by department.

use super::draw::Draw;
use super::people::Person;
use super::rhythm::{Calendar, DAY};
use super::world::{OWN_DEPARTMENT, PLACES};

const BLOCK: i64 = 28 * DAY;
const TRIES: usize = 60;

/// The people of a block of four weeks, with their summed weights.
#[derive(Default)]
struct Block {
    who: Vec<u32>,
    sum: Vec<f64>,
}

pub(super) struct Crowd<'a> {
    calendar: &'a Calendar,
    people: &'a [Person],
    blocks: Vec<Block>,
}

impl<'a> Crowd<'a> {
    pub(super) fn new(calendar: &'a Calendar, people: &'a [Person], weight: impl Fn(&Person) -> f64) -> Self {
        let blocks = (calendar.end - calendar.start) / BLOCK + 1;
        let mut blocks: Vec<Block> = (0..blocks).map(|_| Block::default()).collect();
        for (who, person) in people.iter().enumerate() {
            let weight = weight(person);
            if weight > 0.0 {
                let first = (person.joined - calendar.start) / BLOCK;
                let last = (person.left.min(calendar.end) - calendar.start) / BLOCK;
                for block in &mut blocks[first as usize..=last as usize] {
                    block.who.push(who as u32);
                    block.sum.push(block.sum.last().unwrap_or(&0.0) + weight);
                }
            }
        }
        Self { calendar, people, blocks }
    }

    /// Someone who is there at `time` and not among `except`; of the department `near` more often than of another.
    pub(super) fn pick(&self, draw: &mut Draw, time: i64, near: Option<usize>, except: &[u32]) -> Option<u32> {
        let block = self.blocks.get(((time - self.calendar.start) / BLOCK) as usize)?;
        let total = *block.sum.last()?;
        let mut rates = [0.0; PLACES.len()];
        let mut top = 0.0_f64;
        for (rate, curve) in rates.iter_mut().zip(&self.calendar.places) {
            *rate = curve.rate(time);
            top = top.max(*rate);
        }
        let fits = |who: u32| self.people[who as usize].there(time) && !except.contains(&who);
        let mut last = None;
        for _ in 0..TRIES {
            let at = draw.unit() * total;
            let who = block.who[block.sum.partition_point(|sum| *sum <= at).min(block.who.len() - 1)];
            if fits(who) {
                let person = &self.people[who as usize];
                let far = near.is_some_and(|department| department != person.department);
                let odds = rates[person.place] / top / if far { OWN_DEPARTMENT } else { 1.0 };
                if draw.chance(odds) {
                    return Some(who);
                }
                last = Some(who);
            }
        }
        last.or_else(|| block.who.iter().copied().find(|who| fits(*who)))
    }
}
