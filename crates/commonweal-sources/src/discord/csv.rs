//! The CSV form: `AuthorID,Author,Date,Content,Attachments,Reactions`, with semicolons in versions of before 2020.
use std::io::{BufReader, Read};

use chrono::{NaiveDate, NaiveTime};
use csv::{ReaderBuilder, StringRecord};

use super::text::readable;
use super::{Message, Reaction, Room, Server, What};
use crate::error::{Error, Place, Result};
use crate::input::{Allowance, Guard, RECORD_LIMIT, Utf8};
use crate::job::{Account, Job};
use crate::made::Made;
use crate::time::{Stamp, Zone, parse_iso};

const HEADER: [&str; 6] = ["AuthorID", "Author", "Date", "Content", "Attachments", "Reactions"];

/// Whether a line is the header of this form.
pub(crate) fn is_header(line: &str) -> bool {
    let line = line.trim_start_matches('\u{FEFF}').trim_end().trim_end_matches([';', ',']);
    [',', ';'].iter().any(|delimiter| line.split(*delimiter).map(|name| name.trim_matches('"')).eq(HEADER))
}

/// The rows of all files.
pub(super) struct Rows {
    zone: Option<Zone>,
    made: Made,
}

impl Rows {
    pub fn new(zone: Option<Zone>) -> Self {
        Self { zone, made: Made::default() }
    }

    pub fn read(&mut self, job: &mut Job<'_>, file: usize, server: &mut Server) -> Result<()> {
        let label = job.tree.label(file);
        let channel = channel_of(job, file);
        let mut room = Room { channel: Some(channel.clone()), thread: None };
        let head = job.tree.head(file)?;
        let head = String::from_utf8_lossy(&head);
        let delimiter = crate::table::delimiter(head.lines().next().unwrap_or_default()).unwrap_or(',');
        let allowance = Allowance::new(RECORD_LIMIT);
        let text = Utf8::new(job.tree.reader(file)?, label.clone());
        let replaced = text.replaced();
        let text = Guard::new(text, label.clone(), allowance.clone());
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter as u8)
            .flexible(true)
            .from_reader(BufReader::new(Box::new(text) as Box<dyn Read>));
        let account = &mut job.account;
        let (mut record, mut cut) = (StringRecord::new(), None);
        loop {
            allowance.renew();
            let there = reader.read_record(&mut record).map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(error) => Error::io(&label, error),
                other => Error::Malformed {
                    path: label.clone(),
                    place: Place::default(),
                    format: "CSV",
                    detail: format!("{other:?}"),
                },
            })?;
            if !there {
                break;
            }
            cut = None;
            let Some(row) = Row::of(&record) else {
                cut = record.position().map(|position| position.line());
                account.refuse("row without author, date and text");
                continue;
            };
            let message = self.message(&row, &channel, server, account);
            match message {
                Ok(message) => server.take(message, &mut room, account),
                Err(reason) => account.refuse(reason),
            }
        }
        if let Some(line) = cut {
            let detail = "the last row lacks fields".to_owned();
            return Err(Error::Truncated { path: label, place: Place::line(line), detail });
        }
        account.note_replaced(&replaced);
        Ok(())
    }

    fn message(
        &mut self,
        row: &Row<'_>,
        channel: &str,
        server: &mut Server,
        account: &mut Account<'_>,
    ) -> std::result::Result<Message, &'static str> {
        let stamp = date(row.date)?;
        let time = if stamp.zoned {
            stamp.micros
        } else {
            match self.zone {
                Some(zone) => {
                    let (time, local) = zone.to_utc(stamp.micros);
                    if let Some(note) = local.note() {
                        account.intake.note(note);
                    }
                    time
                }
                None => {
                    account.intake.note("date without a zone: taken as UTC (the option `time_zone` names another)");
                    stamp.micros
                }
            }
        };
        let author = Some(row.author).filter(|author| !author.is_empty());
        if let Some(author) = author.filter(|author| *author != super::DELETED) {
            let name = row.name.rsplit_once('#').map_or(row.name, |(name, _)| name);
            server.meet(author, Some(name), Some(row.name.trim_end_matches("#0000")), false);
        }
        let id = self.made.id(&[channel, row.author, &time.to_string(), row.content]);
        Ok(Message {
            id: Some(id),
            time: Some(time),
            what: what(row.content),
            author: author.map(str::to_owned),
            text: readable(row.content, &server.chat.people),
            edited: None,
            about: None,
            reactions: reactions(row.reactions),
        })
    }
}

struct Row<'a> {
    author: &'a str,
    name: &'a str,
    date: &'a str,
    content: &'a str,
    reactions: &'a str,
}

impl<'a> Row<'a> {
    fn of(record: &'a StringRecord) -> Option<Self> {
        if record.len() < HEADER.len() {
            return None;
        }
        let field = |at: usize| record.get(at).unwrap_or_default().trim();
        Some(Self { author: field(0), name: field(1), date: field(2), content: field(3), reactions: field(5) })
    }
}

/// System messages have no mark of their own, only these words.
pub(super) fn what(content: &str) -> What {
    let content = content.trim_end();
    let is_call =
        || content.strip_prefix("Started a call that lasted ").is_some_and(|rest| rest.ends_with(" minutes."));
    match content {
        "Joined the server." => What::Join,
        "Pinned a message." => What::System("ChannelPinnedMessage".to_owned()),
        "Changed the channel icon." => What::System("ChannelIconChange".to_owned()),
        "Started a thread." => What::System("ThreadCreated".to_owned()),
        _ if content.starts_with("Changed the channel name: ") => What::System("ChannelNameChange".to_owned()),
        _ if is_call() => What::System("Call".to_owned()),
        _ => What::Said,
    }
}

/// `🙏 (7),👌 (5)`.
fn reactions(text: &str) -> Vec<Reaction> {
    let mut found = Vec::new();
    for piece in text.split("),") {
        let Some((emoji, count)) = piece.trim_end_matches(')').rsplit_once(" (") else { continue };
        let Ok(count) = count.parse() else { continue };
        found.push(Reaction { emoji: Some(emoji.to_owned()), count, users: vec![] });
    }
    found
}

/// ISO 8601, `05-Jun-18 07:13 AM`, `05.06.2018 07:13`, `6/5/2018 7:13 AM` (the American order, as only that one has AM and PM).
fn date(text: &str) -> std::result::Result<Stamp, &'static str> {
    if let Some(stamp) = parse_iso(text).filter(|stamp| !stamp.day_only) {
        return Ok(stamp);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let unread = "Date cannot be read";
    let (date, clock, half) = match words.as_slice() {
        [date, clock] => (*date, *clock, None),
        [date, clock, half] => (*date, *clock, Some(half.to_ascii_uppercase())),
        _ => return Err(unread),
    };
    let parsed = if date.contains('-') {
        NaiveDate::parse_from_str(date, "%d-%b-%y")
    } else if date.contains('.') {
        NaiveDate::parse_from_str(date, "%d.%m.%Y")
    } else if half.is_some() {
        NaiveDate::parse_from_str(date, "%m/%d/%Y")
    } else {
        return Err("Date whose day and month cannot be told apart: export with ISO 8601 dates");
    };
    let date = parsed.map_err(|_| unread)?;
    let format = if clock.matches(':').count() == 2 { "%H:%M:%S" } else { "%H:%M" };
    let time = match half.as_deref() {
        None => NaiveTime::parse_from_str(clock, format),
        Some(half @ ("AM" | "PM")) => {
            NaiveTime::parse_from_str(&format!("{clock} {half}"), &format!("{} %p", format.replace("%H", "%I")))
        }
        Some(_) => return Err(unread),
    };
    let micros = date.and_time(time.map_err(|_| unread)?).and_utc().timestamp_micros();
    Ok(Stamp { micros, zoned: false, day_only: false })
}

/// The channel: in `Guild - Category - channel [123].csv` the last part; of `1.csv` the folder; else the file's name.
fn channel_of(job: &Job<'_>, file: usize) -> String {
    let stem = job.tree.entries()[file].stem();
    if stem.bytes().all(|byte| byte.is_ascii_digit())
        && let Some(folder) = job.tree.folder_of(file)
    {
        return folder;
    }
    let name = stem.rfind(" [").map_or(stem, |at| &stem[..at]);
    let name = name.rfind(" [").filter(|_| stem.contains("[part ")).map_or(name, |at| &name[..at]);
    name.rsplit(" - ").next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_forms_that_can_be_told() {
        let micros = 1_528_182_780_000_000;
        for text in
            ["05-Jun-18 07:13 AM", "05.06.2018 07:13", "6/5/2018 7:13 AM", "2018-06-05T07:13:00", "05-Jun-18 07:13"]
        {
            assert_eq!(date(text), Ok(Stamp { micros, zoned: false, day_only: false }), "{text}");
        }
        assert_eq!(date("05-Jun-18 12:13 AM").map(|stamp| stamp.micros), Ok(micros - 7 * 3_600_000_000));
        assert_eq!(date("05-Jun-18 07:13 PM").map(|stamp| stamp.micros), Ok(micros + 12 * 3_600_000_000));
        assert!(date("2018-06-05T07:13:00+02:00").is_ok_and(|stamp| stamp.zoned));
        for bad in [
            "",
            "yesterday",
            "05/06/2018 07:13",
            "05-Jun-18",
            "05-Jun-18 13:13 AM",
            "05-Jun-18 07:13 XM",
            "99-Jun-18 07:13 AM",
        ] {
            assert!(date(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn headers_and_reactions() {
        assert!(is_header("AuthorID;Author;Date;Content;Attachments;Reactions;"));
        assert!(is_header("\u{FEFF}AuthorID,Author,Date,Content,Attachments,Reactions\r"));
        assert!(!is_header("Author,Date,Content"));
        let found: Vec<_> = reactions("🙏 (7),Komodo (5)").into_iter().map(|r| (r.emoji, r.count)).collect();
        assert_eq!(found, [(Some("🙏".to_owned()), 7), (Some("Komodo".to_owned()), 5)]);
        assert!(reactions("").is_empty() && reactions("x (y)").is_empty());
    }
}
