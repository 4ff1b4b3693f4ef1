//! IRC: logs of irssi, weechat and ZNC, those of the Ubuntu channels, and logs of epoch, nick and text in blocks of lines.
//!
//! | in the log | becomes |
//! |---|---|
//! | `<nick> text`, a notice, `* nick acts` | `post`, without thread and parent: IRC has neither, so nothing says what answers what |
//! | joined | `join` |
//! | kicked, mode, topic | `moderate` by who did it, with the column `action` |
//! | parted, quit | no event: a visit ends, a membership does not. Counted |
//! | is now known as | no event: it tells who the new nick is. Counted |
//!
//! `infer_threads` finds conversations in what is flat here; without it every message is a post.
//!
//! The member is the nick, in lower case, as IRC tells no case apart. Where the log says that a nick changed, what is said under either
//! on that day is by one member: the one of these nicks that is used most in the whole log. The next day each nick stands for itself
//! again, as nicks are taken by others.
//!
//! The day is told by the line, by `--- Log opened` and `--- Day changed`, else by the file's name (`2018-05-01`, `20180501`); a clock that goes back by
//! more than half a day is the next day's. The zone is the option `time_zone`, else UTC, which is noted. Times to the second are
//! `time_quality` `second`; those to the minute have no name for that, and are noted. One log is one channel: the one that its lines of joining name, if
//! all name the same, else the one that its name or its folder tells.
mod channels;
mod line;
mod names;
mod stamp;

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

use chrono::{Days, NaiveDate, NaiveTime};
use polars::prelude::*;

use crate::Source;
use crate::error::{Error, Result};
use crate::event::{Event, EventColumns, Member, MemberColumns, strings};
use crate::format::Format;
use crate::input::{Allowance, Guard, RECORD_LIMIT, Utf8};
use crate::job::{Account, Job, refuse_table_options};
use crate::time::{Zone, epoch};
use crate::zulip::is_bot;
use channels::Channels;
use line::What;
use names::Names;
use stamp::{Stamped, day_of_name, stamp};

pub(crate) const PLATFORM: &str = "irc";

/// How a file writes its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Lines,
    /// Three lines and an empty one: seconds since 1970, nick, text.
    Blocks,
}

/// Whether a text is a log: most of its first lines are a log's, and somebody says something.
pub(crate) fn is_log(text: &str) -> bool {
    form(text).is_some()
}

fn form(text: &str) -> Option<Form> {
    const LOOKS: usize = 40;
    let text = text.trim_start_matches('\u{FEFF}');
    let mut lines = text.lines();
    let first = lines.next()?;
    if is_epoch(first) && lines.next().is_some_and(is_nick) {
        let third = lines.next();
        // A message may be empty, then its line is the one that ends the block.
        if third.is_some_and(|text| text.is_empty() || lines.next().is_none_or(str::is_empty)) {
            return Some(Form::Blocks);
        }
    }
    let (mut logged, mut said, mut all) = (0, 0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(LOOKS) {
        let stamped = stamp(line);
        let what = line::what(stamped.rest, stamped.time.is_some());
        // A table may have a time and a tab in each row, but it has a header.
        if all == 0 && what.is_none() {
            return None;
        }
        all += 1;
        logged += usize::from(what.is_some());
        said += usize::from(stamped.time.is_some() && matches!(what, Some(What::Said(..) | What::Joined(..))));
    }
    (said > 0 && logged * 10 >= all * 8).then_some(Form::Lines)
}

fn is_epoch(line: &str) -> bool {
    (9..=11).contains(&line.len()) && line.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_nick(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && !text.contains(char::is_whitespace)
}

/// Reads logs.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Irc)?;
    let path = job.path();
    let zone = Zone::option(job.options.time_zone.as_deref())?;
    let mut logs = Logs {
        events: EventColumns::new(),
        action: strings("action"),
        names: Names::default(),
        members: Vec::new(),
        channels: Channels::default(),
        zone,
        log: Log::default(),
    };
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        let Some(form) = form(&String::from_utf8_lossy(&head)) else {
            job.account.intake.note("file skipped: it is no log");
            continue;
        };
        let (channel, date) = places(&job, file);
        if logs.log.channel != channel || logs.log.date != date || date.is_none() {
            logs.names.forget();
        }
        logs.channels.begin(channel.as_deref(), logs.members.len());
        logs.log = Log { channel, date, ..Log::default() };
        logs.read(&mut job, file, form)?;
        job.account.file_done();
    }
    logs.finish(&path, job.account)
}

/// The channel and the day that a file's name tells, or the folders it is in.
fn places(job: &Job<'_>, file: usize) -> (Option<String>, Option<NaiveDate>) {
    let name = &job.tree.entries()[file].name;
    let parts: Vec<&str> = name.split('/').collect();
    let date = day_of_name(name);
    let named = parts.iter().rev().find_map(|part| {
        let from = part.find('#')?;
        let end = part[from..].find(['.', '_', ' ', ',']).map_or(part.len(), |at| from + at);
        Some(part[from..end].to_owned())
    });
    // Folders of years and months name no channel.
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'));
    let folders = parts[..parts.len() - 1].iter().rev().find(|part| !is_number(part)).map(|part| (*part).to_owned());
    let stem = job.tree.entries()[file].stem();
    let own = Some(stem.to_owned()).filter(|stem| date.is_none() && !is_number(stem));
    let whole = || job.tree.name().filter(|name| !is_number(name));
    (named.or(own).or(folders).or_else(whole), date)
}

/// Where in a log the reading is.
#[derive(Debug, Default)]
struct Log {
    /// The channel that its name tells.
    channel: Option<String>,
    date: Option<NaiveDate>,
    /// The last time of day, and the last instant.
    clock: Option<NaiveTime>,
    last: Option<(i64, bool)>,
    /// It was closed, and not opened again yet.
    is_closed: bool,
}

struct Logs {
    events: EventColumns,
    action: StringChunkedBuilder,
    names: Names,
    /// Who did each event.
    members: Vec<Option<u32>>,
    channels: Channels,
    zone: Option<Zone>,
    log: Log,
}

impl Logs {
    fn read(&mut self, job: &mut Job<'_>, file: usize, form: Form) -> Result<()> {
        let label = job.tree.label(file);
        let text = Utf8::new(job.tree.reader(file)?, label.clone());
        let replaced = text.replaced();
        let allowance = Allowance::new(RECORD_LIMIT);
        let mut source = Guard::new(text, label.clone(), allowance.clone());
        let account = &mut job.account;
        let mut next = || -> Result<Option<String>> {
            let mut line = Vec::new();
            allowance.renew();
            if source.read_until(b'\n', &mut line).map_err(|error| Error::io(&label, error))? == 0 {
                return Ok(None);
            }
            let line = String::from_utf8_lossy(&line);
            Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
        };
        match form {
            Form::Lines => {
                while let Some(line) = next()? {
                    if !line.trim().is_empty() {
                        self.take(&line, account);
                    }
                }
            }
            Form::Blocks => {
                let mut block: Vec<String> = Vec::new();
                loop {
                    let line = next()?;
                    // The number of the next block ends a message, as texts may hold empty lines.
                    let is_between = block.last().is_none_or(String::is_empty);
                    let begins = line.as_ref().is_none_or(|line| is_between && is_epoch(line));
                    if begins && !block.is_empty() {
                        self.take_block(&std::mem::take(&mut block), account);
                    }
                    match line {
                        Some(line) => block.push(line),
                        None => break,
                    }
                }
            }
        }
        account.note_replaced(&replaced);
        Ok(())
    }

    fn take_block(&mut self, block: &[String], account: &mut Account<'_>) {
        let time = block.first().filter(|line| is_epoch(line)).and_then(|line| line.parse().ok());
        let Some(time) = time.and_then(|time| epoch(time, Some(crate::TimeUnit::Seconds))) else {
            return account.refuse("lines before the first time");
        };
        let Some(nick) = block.get(1).filter(|nick| is_nick(nick)) else {
            return account.refuse("block without a nick");
        };
        let day = time.div_euclid(86_400_000_000);
        let date =
            NaiveDate::from_ymd_opt(1970, 1, 1).and_then(|first| first.checked_add_days(Days::new(day.unsigned_abs())));
        self.turn(date);
        let text = block.get(2..).unwrap_or_default().join("\n");
        self.push("post", Some(nick), Some(text.as_str()), None, time, Some("second"), account);
    }

    /// Sets the day; on another one nicks stand for themselves again.
    fn turn(&mut self, date: Option<NaiveDate>) {
        if date != self.log.date {
            self.log.date = date;
            self.names.forget();
        }
    }

    fn take(&mut self, line: &str, account: &mut Account<'_>) {
        let Stamped { date, time, has_seconds, offset, rest } = stamp(line);
        if let Some(date) = date {
            self.turn(Some(date));
        }
        let Some(what) = line::what(rest, time.is_some()) else {
            return account.refuse("line of no form that is known");
        };
        if let What::Day(date) = what {
            if std::mem::take(&mut self.log.is_closed) {
                account.intake.note("gap: the log was closed and opened again");
            }
            self.log.clock = None;
            return self.turn(Some(date));
        }
        if what == What::Closed {
            self.log.is_closed = true;
            return;
        }
        let now = match time {
            Some(time) => self.instant(time, has_seconds, offset, date.is_some(), account),
            // Lines of the Ubuntu logs that begin with === have the time of the line before.
            None => self.log.last.ok_or("line before the first time"),
        };
        let (now, has_seconds) = match now {
            Ok(now) => now,
            Err(reason) => return account.refuse(reason),
        };
        self.log.last = Some((now, has_seconds));
        let quality = has_seconds.then_some("second");
        match what {
            What::Said(nick, text) => self.push("post", Some(nick), Some(text), None, now, quality, account),
            What::Joined(nick, channel) => {
                if let Some(channel) = channel.filter(|channel| channel.starts_with('#')) {
                    self.channels.name(channel);
                }
                self.push("join", Some(nick), None, None, now, quality, account);
            }
            What::Done(nick, action) => self.push("moderate", nick, Some(rest), Some(action), now, quality, account),
            What::Left(nick) => {
                self.names.gone(nick);
                account.refuse("parted or quit: a visit ends, not a membership");
            }
            What::Renamed(old, new) => {
                self.names.rename(old, new);
                account.refuse("nick change: tells who the new nick is");
            }
            What::Client => account.refuse("line of the client's or the server's own"),
            What::Day(_) | What::Closed => {}
        }
    }

    /// The instant of a wall clock's time, with whether it is known to the second.
    fn instant(
        &mut self,
        time: NaiveTime,
        has_seconds: bool,
        offset: Option<i64>,
        is_dated: bool,
        account: &mut Account<'_>,
    ) -> std::result::Result<(i64, bool), &'static str> {
        let Some(mut date) = self.log.date else {
            return Err("time without a day: neither a line nor the file's name tells it");
        };
        let back = self.log.clock.is_some_and(|before| (before - time).num_hours() >= 12);
        if back && !is_dated {
            date = date.checked_add_days(Days::new(1)).unwrap_or(date);
            self.turn(Some(date));
        }
        self.log.clock = Some(time);
        if !has_seconds {
            account.intake.note("time to the minute only");
        }
        let wall = date.and_time(time).and_utc().timestamp_micros();
        if let Some(offset) = offset {
            return Ok((wall - offset * 1_000_000, has_seconds));
        }
        let Some(zone) = self.zone else {
            account.intake.note("time without a zone: taken as UTC (the option `time_zone` names another)");
            return Ok((wall, has_seconds));
        };
        let (time, local) = zone.to_utc(wall);
        if let Some(note) = local.note() {
            account.intake.note(note);
        }
        Ok((time, has_seconds))
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one event")]
    fn push(
        &mut self,
        kind: &str,
        nick: Option<&str>,
        text: Option<&str>,
        action: Option<&str>,
        time: i64,
        quality: Option<&str>,
        account: &mut Account<'_>,
    ) {
        let plain = text.map(|text| line::plain(text.trim()));
        self.events.push(Event { time, kind, text: plain.as_deref(), quality, ..Event::default() });
        self.action.append_option(action);
        self.members.push(nick.filter(|nick| !nick.is_empty()).map(|nick| self.names.meet(nick, kind == "post")));
        account.keep();
    }

    fn finish(self, path: &Path, account: Account<'_>) -> Result<Source> {
        let told = |error| Error::frame(path, &error);
        let keys = self.names.keys();
        let mut order: Vec<&str> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut member = strings("member");
        for who in &self.members {
            let key = who.map(|who| keys[who as usize]);
            member.append_option(key);
            if let Some(key) = key
                && !places.contains_key(key)
            {
                places.insert(key, order.len());
                order.push(key);
            }
        }
        let mut members = MemberColumns::new();
        for key in &order {
            let name = self.names.shown(key);
            members.push(Member { member: key, name: Some(name), role: is_bot(name).then_some("bot") });
        }
        let more = vec![self.channels.finish(self.members.len()), self.action.finish().into_column()];
        let mut events = self.events.finish(path, PLATFORM, more)?;
        events.with_column(member.finish().into_column()).map_err(told)?;
        let members = Some(members.finish(path, vec![])?);
        Ok(Source::new(PLATFORM, events, members, account.intake))
    }
}
