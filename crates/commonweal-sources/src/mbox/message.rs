//! One message: its headers, its date, its text.
use std::borrow::Cow;

use mail_parser::{HeaderName, MessageParser};

use super::address::{self, From};
use super::split::{Raw, date_of};
use super::{body, subject};
use crate::html::html_to_text;
use crate::time::{Stamp, Zone, parse_mail};

/// What is needed of a message.
#[derive(Debug)]
pub(super) struct Message {
    pub id: Option<String>,
    /// Ids of `In-Reply-To`.
    pub in_reply_to: Vec<String>,
    /// True when `In-Reply-To` is prose ("Your message of …"), so that what looks like an id may be an address.
    pub reply_to_is_prose: bool,
    pub references: Vec<String>,
    pub time: i64,
    pub from: From,
    pub subject: String,
    pub subject_key: String,
    pub says_reply: bool,
    pub is_automatic: bool,
    pub text: String,
    pub notes: Vec<&'static str>,
}

impl Message {
    /// Reads a message, or says why it is none.
    pub fn parse(raw: &Raw, zone: Option<Zone>) -> Result<Self, &'static str> {
        let mut notes = Vec::new();
        let bytes = decode(&raw.bytes, &mut notes);
        let parser = MessageParser::new()
            .with_mime_headers()
            .header_text(HeaderName::From)
            .header_text(HeaderName::Subject)
            .default_header_raw();
        let parsed = parser.parse(bytes.as_ref()).ok_or("message without headers")?;
        let header = |name: HeaderName<'static>| parsed.header_raw(name).map(unfold);
        let decoded =
            |name: HeaderName<'static>| parsed.header(name).and_then(|value| value.as_text()).unwrap_or_default();

        let from = address::parse(decoded(HeaderName::From));
        let date = header(HeaderName::Date);
        if from == From::default() && date.is_none() {
            return Err("message without sender and date");
        }
        let time = time(date.as_deref(), &raw.envelope, zone, &mut notes)?;
        let answered = header(HeaderName::InReplyTo).unwrap_or_default();
        let (in_reply_to, reply_to_is_prose) = reply_ids(&answered);
        let subject = decoded(HeaderName::Subject).split_whitespace().collect::<Vec<_>>().join(" ");
        let (subject_key, says_reply) = subject::normalise(&subject);
        let automatic = header(HeaderName::Other("Auto-Submitted".into()));
        Ok(Self {
            id: header(HeaderName::MessageId).and_then(|header| message_id(&header)),
            in_reply_to,
            reply_to_is_prose,
            references: angled(&header(HeaderName::References).unwrap_or_default()),
            time,
            from,
            subject_key,
            says_reply,
            subject,
            is_automatic: automatic.is_some_and(|value| !value.eq_ignore_ascii_case("no")),
            text: text(&parsed),
            notes,
        })
    }
}

/// Mail that is no UTF-8 and names no charset is what Windows wrote, more often than anything else.
fn decode<'a>(bytes: &'a [u8], notes: &mut Vec<&'static str>) -> Cow<'a, [u8]> {
    let names_charset = || bytes.windows(8).any(|window| window.eq_ignore_ascii_case(b"charset="));
    if std::str::from_utf8(bytes).is_ok() || names_charset() {
        return Cow::Borrowed(bytes);
    }
    notes.push("text without a charset that is not UTF-8, read as Windows-1252");
    Cow::Owned(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned().into_bytes())
}

fn text(message: &mail_parser::Message<'_>) -> String {
    let is_html = message.text_part(0).is_some_and(|part| part.is_text_html());
    let text = if is_html {
        html_to_text(&message.body_html(0).unwrap_or_default())
    } else {
        message.body_text(0).unwrap_or_default().into_owned()
    };
    body::own_words(&text)
}

fn unfold(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The `Date` header; where it cannot be read, the envelope line.
fn time(
    date: Option<&str>,
    envelope: &str,
    zone: Option<Zone>,
    notes: &mut Vec<&'static str>,
) -> Result<i64, &'static str> {
    let plausible = |stamp: &Stamp| (0..4_102_444_800_000_000).contains(&stamp.micros);
    let stamp = date.and_then(parse_mail).filter(plausible);
    let stamp = match stamp {
        Some(stamp) => stamp,
        None => {
            let mended = date_of(envelope).as_deref().and_then(parse_mail).filter(plausible);
            notes.push("date missing or not readable: taken from the envelope line");
            mended.ok_or("date missing or not readable")?
        }
    };
    if stamp.zoned {
        return Ok(stamp.micros);
    }
    let (micros, local) = zone.unwrap_or(Zone::UTC).to_utc(stamp.micros);
    notes.extend(local.note());
    if zone.is_none() {
        notes.push("date without a zone: taken as UTC (the option `time_zone` names another)");
    }
    Ok(micros)
}

/// Ids in angle brackets, ` at ` undone.
fn angled(header: &str) -> Vec<String> {
    let pieces = header.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    pieces.map(|(id, _)| clean(id)).filter(|id| !id.is_empty()).collect()
}

fn clean(id: &str) -> String {
    id.replace(" at ", "@").split_whitespace().collect()
}

/// The id of a message, brackets or not.
fn message_id(header: &str) -> Option<String> {
    let id = match angled(header).into_iter().next() {
        Some(id) => id,
        None => clean(header.trim_matches(['<', '>', '"', '\''])),
    };
    (!id.is_empty()).then_some(id)
}

fn reply_ids(header: &str) -> (Vec<String>, bool) {
    let found = angled(header);
    if !found.is_empty() {
        // Other words than ids: whose message it was, and when.
        let outside: String =
            header.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, after)| after)).collect();
        return (found, !outside.trim().is_empty());
    }
    let bare = header.trim_matches(['<', '>', '"', '\'']);
    if bare.contains('@') && !bare.contains(' ') { (vec![bare.to_owned()], false) } else { (vec![], false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<Message, &'static str> {
        let raw = Raw { envelope: "ann at x.org  Mon Sep 16 10:58:15 2013".to_owned(), bytes: bytes.to_vec() };
        Message::parse(&raw, None)
    }

    #[test]
    fn headers_are_decoded() {
        let message = parse(
            b"from: =?utf-8?q?Ann_L=C3=A9e?= <ann@x.org>\nSubject: Re: =?iso-8859-1?Q?caf=E9?=\n =?utf-8?q?s?=\n\
              Date: Mon, 16 Sep 2013 17:58:15 +0100\nMessage-ID: <1@x.org>\nIn-Reply-To: <0@x.org>\n\
              References: <a@x.org>\n <0@x.org>\n\nHello\n",
        )
        .expect("a message");
        assert_eq!(message.from.name.as_deref(), Some("Ann Lée"));
        assert_eq!((message.subject.as_str(), message.says_reply), ("Re: cafés", true));
        assert_eq!(message.id.as_deref(), Some("1@x.org"));
        assert_eq!(message.in_reply_to, ["0@x.org"]);
        assert_eq!(message.references, ["a@x.org", "0@x.org"]);
        assert_eq!(message.time, 1_379_350_695_000_000);
        assert_eq!(message.text, "Hello");
        assert!(message.notes.is_empty());
    }

    #[test]
    fn dates_are_mended_or_refused() {
        let mended = parse(b"From: ann@x.org\nDate: soon\n\nx").expect("the envelope has a date");
        assert_eq!(mended.time, 1_379_329_095_000_000);
        assert_eq!(
            mended.notes,
            [
                "date missing or not readable: taken from the envelope line",
                "date without a zone: taken as UTC (the option `time_zone` names another)"
            ]
        );
        let raw = Raw { envelope: String::new(), bytes: b"From: ann@x.org\nDate: soon\n\nx".to_vec() };
        assert_eq!(Message::parse(&raw, None).err(), Some("date missing or not readable"));
        assert_eq!(parse(b"Subject: x\n\nx").err(), Some("message without sender and date"));
        assert!(parse(b"Subject: x\nDate: 1 Jan 2013 10:00 UT\n\nx").expect("a date").from == From::default());
    }

    #[test]
    fn a_named_zone_serves_dates_without_one() {
        let raw =
            Raw { envelope: String::new(), bytes: b"From: a@x.org\nDate: Mon Jul  1 12:00:00 2013\n\nx".to_vec() };
        let zone = Zone::parse("America/New_York").expect("a zone");
        let message = Message::parse(&raw, Some(zone)).expect("a message");
        assert_eq!(message.time, 1_372_694_400_000_000);
        assert!(message.notes.is_empty());
    }

    #[test]
    fn bytes_without_a_charset() {
        let message = parse(b"From: a@x.org\nSubject: caf\xE9\n\na \x93word\x94").expect("a message");
        assert_eq!((message.subject.as_str(), message.text.as_str()), ("café", "a “word”"));
        assert_eq!(message.notes[0], "text without a charset that is not UTF-8, read as Windows-1252");
        let named =
            parse(b"From: a@x.org\nContent-Type: text/plain; charset=iso-8859-1\n\ncaf\xE9").expect("a message");
        assert_eq!(named.text, "café");
        assert!(parse(b"From: a@x.org\nContent-Type: text/plain; charset=klingon\n\ncaf\xE9").is_ok());
    }

    #[test]
    fn html_mail_gives_its_text() {
        let message =
            parse(b"From: a@x.org\nContent-Type: text/html; charset=utf-8\n\n<p>Hi <b>you</b></p>").expect("a message");
        assert_eq!(message.text, "Hi you");
    }

    #[test]
    fn what_stands_in_reply_to() {
        assert_eq!(reply_ids("<a@x>"), (vec!["a@x".to_owned()], false));
        assert_eq!(
            reply_ids("Message from Ann <ann@x> of Monday <1@x>"),
            (vec!["ann@x".to_owned(), "1@x".to_owned()], true)
        );
        assert_eq!(reply_ids("a@x"), (vec!["a@x".to_owned()], false));
        assert_eq!(reply_ids("0"), (vec![], false));
        assert_eq!(reply_ids("Your message of 19:46:06 on 4 July"), (vec![], false));
        assert_eq!(angled("<a at x> <b@\n x>"), ["a@x", "b@x"]);
        assert_eq!(message_id("<cut@x"), Some("cut@x".to_owned()));
        assert_eq!(message_id(""), None);
    }
}
