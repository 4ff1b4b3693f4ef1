//! The acts and the people as the tables of the contract.

use polars::prelude::*;

use super::draw::{Draw, Stream};
use super::log::{Act, Kind, NONE};
use super::mood::{Tone, shift, tones};
use super::people::{Person, Role};
use super::rhythm::{Calendar, fading};
use super::text::{Subject, Topics, write};
use super::truth::Sentiment;
use super::world::*;

/// Names such as m0001: as wide as the largest needs, at least four digits.
struct Names {
    prefix: char,
    width: usize,
}

impl Names {
    fn new(prefix: char, count: usize) -> Self {
        Self { prefix, width: count.to_string().len().max(4) }
    }

    fn name(&self, out: &mut String, index: usize) {
        use std::fmt::Write;
        out.clear();
        // Writing to a string cannot fail.
        let _ = write!(out, "{}{:0width$}", self.prefix, index + 1, width = self.width);
    }
}

/// The events in the order of time, and the expected tone of each week's messages.
pub(super) fn events(
    calendar: &Calendar,
    people: &[Person],
    acts: &[Act],
    seed: u64,
) -> PolarsResult<(DataFrame, Vec<Sentiment>)> {
    let n = acts.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.sort_unstable_by_key(|row| (acts[*row as usize].time, *row));
    let mut rank = vec![0_u32; n];
    // Assignments are numbered after all others, as they were added later: the others keep their names.
    let (last, first): (Vec<u32>, Vec<u32>) = order.iter().partition(|row| acts[**row as usize].kind == Kind::Assign);
    for (number, row) in first.iter().chain(&last).enumerate() {
        rank[*row as usize] = number as u32;
    }
    let (ids, who) = (Names::new('e', first.len()), Names::new('m', people.len()));
    let column = |name: &str| StringChunkedBuilder::new(name.into(), n);
    let (mut member, mut kind, mut id, mut thread) = (column("member"), column("kind"), column("id"), column("thread"));
    let (mut parent, mut channel, mut platform) = (column("parent"), column("channel"), column("platform"));
    let (mut text, mut target) = (column("text"), column("target"));
    let mut draw = Draw::new(seed, Stream::Text);
    let mut moods = Moods::new(calendar);
    let mut word = String::new();
    let mut named = |column: &mut StringChunkedBuilder, names: &Names, index: u32, place: &[u32]| match index {
        NONE => column.append_null(),
        index => {
            names.name(&mut word, place.get(index as usize).map_or(index, |place| *place) as usize);
            column.append_value(&word);
        }
    };
    let mut message = String::new();
    for (row, act) in order.iter().map(|row| (*row, &acts[*row as usize])) {
        let space = act.channel.map(|index| &CHANNELS[index as usize]);
        named(&mut member, &who, act.who, &[]);
        kind.append_value(act.kind.name());
        named(&mut id, &ids, row, &rank);
        named(&mut thread, &ids, act.thread, &rank);
        named(&mut parent, &ids, act.parent, &rank);
        channel.append_option(space.map(|space| space.name));
        platform.append_option(space.map(|space| space.platform));
        if let (Some(space), Some(voice)) = (space, act.voice) {
            let tone = if voice.is_bot() { Tone::Neutral } else { moods.tone(act.time, space.mood, &mut draw) };
            write(&mut message, voice, tone, moods.topics(act.time), &Subject::of(seed, act.thread), &mut draw);
        }
        text.append_option(act.voice.map(|_| message.as_str()));
        target.append_option(act.target.map(|department| DEPARTMENTS[department as usize].0));
    }
    let time = order.iter().map(|row| acts[*row as usize].time).collect();
    let columns = vec![
        moments("time", time)?,
        member.finish().into_column(),
        kind.finish().into_column(),
        id.finish().into_column(),
        thread.finish().into_column(),
        parent.finish().into_column(),
        channel.finish().into_column(),
        platform.finish().into_column(),
        text.finish().into_column(),
        target.finish().into_column(),
    ];
    Ok((DataFrame::new(n, columns)?, moods.finish()))
}

/// Draws tones, and sums the probabilities that it draws from by week.
struct Moods<'a> {
    calendar: &'a Calendar,
    /// The weeks' ends, with the sums so far.
    weeks: Vec<(i64, Sentiment)>,
}

impl<'a> Moods<'a> {
    fn new(calendar: &'a Calendar) -> Self {
        let empty = |week| Sentiment { week, messages: 0, positive: 0.0, neutral: 0.0, negative: 0.0 };
        Self { calendar, weeks: calendar.weeks().into_iter().map(|(week, _, to)| (to, empty(week))).collect() }
    }

    fn tone(&mut self, time: i64, offset: f64, draw: &mut Draw) -> Tone {
        let tones = tones(shift(self.calendar, time) + offset);
        let week = self.weeks.partition_point(|(to, _)| *to <= time);
        if let Some((_, week)) = self.weeks.get_mut(week) {
            week.messages += 1;
            week.positive += tones[0];
            week.neutral += tones[1];
            week.negative += tones[2];
        }
        Tone::ALL[draw.weighted(tones.into_iter())]
    }

    fn topics(&self, time: i64) -> Topics {
        Topics {
            launch: fading(time, self.calendar.launch, LAUNCH_TOPIC),
            outage: fading(time, self.calendar.outage, OUTAGE_TOPIC),
        }
    }

    fn finish(self) -> Vec<Sentiment> {
        let share = |(_, week): (i64, Sentiment)| {
            let n = week.messages as f64;
            Sentiment { positive: week.positive / n, neutral: week.neutral / n, negative: week.negative / n, ..week }
        };
        self.weeks.into_iter().filter(|(_, week)| week.messages > 0).map(share).collect()
    }
}

/// The members in the order of joining.
pub(super) fn members(people: &[Person]) -> PolarsResult<DataFrame> {
    let names = Names::new('m', people.len());
    let mut word = String::new();
    let mut ids = StringChunkedBuilder::new("member".into(), people.len());
    for index in 0..people.len() {
        names.name(&mut word, index);
        ids.append_value(&word);
    }
    let bot = |person: &Person| person.role == Role::Bot;
    let person_only = |person: &Person, value: &'static str| (!bot(person)).then_some(value);
    let strings = |name: &str, of: &dyn Fn(&Person) -> Option<String>| {
        StringChunked::from_iter_options(name.into(), people.iter().map(of)).into_column()
    };
    let display = |index: usize, person: &Person| match person.role {
        Role::Bot => Some(["Concierge Bot", "Digest Bot"][index.min(1)].to_owned()),
        _ => person.name.clone(),
    };
    let shown = people.iter().enumerate().map(|(index, person)| display(index, person));
    let columns = vec![
        ids.finish().into_column(),
        StringChunked::from_iter_options("name".into(), shown).into_column(),
        moments("joined", people.iter().map(|person| person.joined).collect())?,
        optional_moments(
            "left",
            people.iter().map(|person| Some(person.left).filter(|left| *left < i64::MAX)).collect(),
        )?,
        strings("role", &|person| Some(person.role.name().to_owned())),
        strings("department", &|person| person_only(person, DEPARTMENTS[person.department].0).map(str::to_owned)),
        strings("location", &|person| person_only(person, PLACES[person.place].0).map(str::to_owned)),
        strings("timezone", &|person| person_only(person, PLACES[person.place].1.name()).map(str::to_owned)),
    ];
    DataFrame::new(people.len(), columns)
}

fn moments(name: &str, times: Vec<i64>) -> PolarsResult<Column> {
    stamped(Int64Chunked::from_vec(name.into(), times))
}

fn optional_moments(name: &str, times: Vec<Option<i64>>) -> PolarsResult<Column> {
    stamped(times.into_iter().collect::<Int64Chunked>().with_name(name.into()))
}

fn stamped(times: Int64Chunked) -> PolarsResult<Column> {
    times.into_series().cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))).map(Series::into_column)
}
