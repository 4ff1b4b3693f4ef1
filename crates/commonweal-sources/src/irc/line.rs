//! What a line of a log tells, its time put aside.
use std::borrow::Cow;

use chrono::NaiveDate;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// Nick and text.
    Said(&'a str, &'a str),
    /// Nick, and the channel if the line has it.
    Joined(&'a str, Option<&'a str>),
    /// Parted or quit.
    Left(&'a str),
    /// The old nick, and the new one.
    Renamed(&'a str, &'a str),
    /// Who did something to the channel, and what.
    Done(Option<&'a str>, &'static str),
    /// The lines that follow are of this day.
    Day(NaiveDate),
    /// The log ends here.
    Closed,
    /// Words of the client's or the server's.
    Client,
}

/// What a line tells; none for what is no line of a log. `timed`: it began with a time.
pub(super) fn what(rest: &str, timed: bool) -> Option<What<'_>> {
    if let Some(about) = rest.strip_prefix("--- ") {
        return about_log(about);
    }
    if let Some(told) = rest.strip_prefix("=== ") {
        return Some(ubuntus(told));
    }
    if !timed {
        return None;
    }
    if let Some(inside) = rest.strip_prefix('<')
        && !rest.starts_with("<--")
    {
        let (nick, text) = inside.split_once('>')?;
        return said(nick, text.strip_prefix(' ').unwrap_or(text));
    }
    for mark in ["-!- ", "*** ", "-->", "<--", "--"] {
        if let Some(told) = rest.strip_prefix(mark)
            && (mark.ends_with(' ') || told.starts_with(['\t', ' ']))
        {
            return Some(system(told.trim_start()).unwrap_or(What::Client));
        }
    }
    if let Some(acted) = rest.strip_prefix("*\t").or(rest.strip_prefix("* ")) {
        let (nick, text) = acted.trim_start().split_once(' ').unwrap_or((acted.trim_start(), ""));
        return said(nick, text);
    }
    if let Some((nick, text)) = rest.split_once('\t') {
        return said(nick, text);
    }
    // A notice: -nick- text, -nick:#channel- text.
    let (from, text) = rest.strip_prefix('-')?.split_once("- ")?;
    said(from.split(':').next().unwrap_or(from), text)
}

/// Somebody said something; the sign of an operator before a nick goes.
fn said<'a>(nick: &'a str, text: &'a str) -> Option<What<'a>> {
    let nick = nick.trim().trim_start_matches(['@', '+', '%', '~', '&', '!']);
    let is_nick = !nick.is_empty() && nick.len() <= 64 && !nick.contains(char::is_whitespace);
    is_nick.then_some(What::Said(nick, text))
}

/// irssi: `Log opened Tue May 01 12:34:56 2018`, `Day changed Wed May 02 2018`.
fn about_log(about: &str) -> Option<What<'_>> {
    if about.starts_with("Log closed") {
        return Some(What::Closed);
    }
    let date = about.strip_prefix("Log opened ").or(about.strip_prefix("Day changed "))?;
    let words: Vec<&str> = date.split_whitespace().collect();
    let [_, month, day, .., year] = words.as_slice() else { return None };
    NaiveDate::parse_from_str(&format!("{day} {month} {year}"), "%d %b %Y").ok().map(What::Day)
}

/// Lines without a time: who came and went, and what somebody does (`=== ann shrugs`).
fn ubuntus(told: &str) -> What<'_> {
    let has_host = told.split_whitespace().nth(1).is_some_and(|word| word.starts_with(['[', '(']));
    let is_system = has_host || told.contains(" is now known as ") || told.starts_with(['#', '*', '.', '-']);
    if is_system {
        return system(told).unwrap_or(What::Client);
    }
    let (nick, text) = told.split_once(' ').unwrap_or((told, ""));
    said(nick, text).unwrap_or(What::Client)
}

/// What the server told of people, in the words of irssi, weechat and ZNC.
fn system(told: &str) -> Option<What<'_>> {
    let words: Vec<&str> = told.split_whitespace().take(8).collect();
    // ZNC has what happened first.
    match words.as_slice() {
        ["Joins:", nick, ..] => return Some(What::Joined(nick, None)),
        ["Parts:" | "Quits:", nick, ..] => return Some(What::Left(nick)),
        [old, "is", "now", "known", "as", new, ..] => return Some(What::Renamed(old, new)),
        [_, "was", "kicked", "by", by, ..] | [_, "was", "kicked", "from", _, "by", by, ..] => {
            return Some(What::Done(Some(by), "kick"));
        }
        [by, "has", "kicked", ..] => return Some(What::Done(Some(by), "kick")),
        [by, "sets", "mode:", ..] => return Some(What::Done(Some(by), "mode")),
        [by, "changes" | "changed", "topic", ..]
        | [by, "changed", "the", "topic", ..]
        | [by, "has", "changed", "topic", ..] => {
            return Some(What::Done(Some(by), "topic"));
        }
        _ => {}
    }
    if told.starts_with("mode/") || told.starts_with("Mode ") || told.starts_with("ServerMode/") {
        return Some(What::Done(told.rsplit_once(" by ").map(|(_, by)| by.trim()), "mode"));
    }
    let nick = *words.first()?;
    // The host may stand between: nick [user@host] has joined #channel.
    let verbs = match words.get(1) {
        Some(host) if host.starts_with(['[', '(']) => &words[2..],
        _ => &words[1..],
    };
    match verbs {
        ["has", "joined", channel, ..] => Some(What::Joined(nick, Some(channel))),
        ["has", "joined"] => Some(What::Joined(nick, None)),
        ["has", "left" | "quit", ..] => Some(What::Left(nick)),
        _ => None,
    }
}

/// The text without the signs for colour and weight.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let is_sign = |c: char| {
        matches!(c, '\u{02}' | '\u{03}' | '\u{04}' | '\u{0F}' | '\u{11}' | '\u{16}' | '\u{1D}' | '\u{1E}' | '\u{1F}')
    };
    if !text.contains(is_sign) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_sign) {
        out.push_str(&rest[..at]);
        let is_colour = rest[at..].starts_with('\u{03}');
        rest = &rest[at + 1..];
        if is_colour {
            // Up to two digits, and behind a comma two for the ground.
            let digits = |text: &str| text.bytes().take(2).take_while(u8::is_ascii_digit).count();
            let fore = digits(rest);
            rest = &rest[fore..];
            if fore > 0 && rest.starts_with(',') && digits(&rest[1..]) > 0 {
                rest = &rest[1 + digits(&rest[1..])..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::What::*;
    use super::*;

    #[test]
    fn lines_of_many_clients() {
        for (rest, told) in [
            ("<ann> hi > there", Said("ann", "hi > there")),
            ("<@ann> hi", Said("ann", "hi")),
            ("< ann>  two", Said("ann", " two")),
            ("* ann shrugs", Said("ann", "shrugs")),
            ("*\tann shrugs", Said("ann", "shrugs")),
            ("ann\thi\tthere", Said("ann", "hi\tthere")),
            ("@ann\thi", Said("ann", "hi")),
            ("-ann:#zig- psst", Said("ann", "psst")),
            ("=== ann likes cake", Said("ann", "likes cake")),
            ("=== ann has left the room", Said("ann", "has left the room")),
            ("-!- ann [a@x.org] has joined #zig", Joined("ann", Some("#zig"))),
            ("-->\tann (a@x.org) has joined #zig", Joined("ann", Some("#zig"))),
            ("*** Joins: ann (a@x.org)", Joined("ann", None)),
            ("=== ann [a@x.org]  has joined #ubuntu", Joined("ann", Some("#ubuntu"))),
            ("-!- ann [a@x.org] has left #zig [bye]", Left("ann")),
            ("-!- ann [a@x.org] has quit [Quit: x]", Left("ann")),
            ("<--\tann (a@x.org) has quit (x)", Left("ann")),
            ("*** Parts: ann (a@x.org) (x)", Left("ann")),
            ("*** Quits: ann (a@x.org) (x)", Left("ann")),
            ("-!- ann is now known as ann_", Renamed("ann", "ann_")),
            ("--\tann is now known as ann_", Renamed("ann", "ann_")),
            ("=== ann is now known as ann_", Renamed("ann", "ann_")),
            ("-!- bo was kicked from #zig by ann [spam]", Done(Some("ann"), "kick")),
            ("*** bo was kicked by ann (spam)", Done(Some("ann"), "kick")),
            ("<--\tann has kicked bo (spam)", Done(Some("ann"), "kick")),
            ("-!- mode/#zig [+o bo] by ann", Done(Some("ann"), "mode")),
            ("*** ann sets mode: +o bo", Done(Some("ann"), "mode")),
            ("--\tMode #zig [+o bo] by ann", Done(Some("ann"), "mode")),
            ("-!- ann changed the topic of #zig to: x", Done(Some("ann"), "topic")),
            ("*** ann changes topic to 'x'", Done(Some("ann"), "topic")),
            ("-!- Irssi: Join to #zig was synced in 3 secs", Client),
            ("=== #ubuntu: mode change '+o ann'", Client),
            ("=== ..[topic/#ubuntu:ann] : Welcome", Client),
            ("=== mode/#ubuntu [-b *!*@x.org]  by ann", Done(Some("ann"), "mode")),
            ("--- Log closed Tue May 01 12:34:56 2018", Closed),
        ] {
            assert_eq!(what(rest, true), Some(told), "{rest}");
        }
        let day = NaiveDate::from_ymd_opt(2018, 5, 1).map(Day);
        assert_eq!(what("--- Log opened Tue May 01 12:34:56 2018", false), day);
        assert_eq!(what("--- Day changed Tue May 01 2018", false), day);
        for rest in ["", "words", "<ann hi", "<two words> x", "--- sign", "-", "---"] {
            assert_eq!(what(rest, true), None, "{rest}");
        }
        assert_eq!(what("<ann> hi", false), None);
    }

    #[test]
    fn colours_go() {
        assert_eq!(plain("\u{03}04,12red\u{03} \u{02}bold\u{0F}, \u{03}1,x"), "red bold, ,x");
        assert_eq!(plain("plain"), "plain");
    }
}
