//! Where one message ends and the next begins.
use std::io::BufRead;
use std::path::PathBuf;

use crate::error::{Error, Result};

/// One message as it lies in the file.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// What follows `From ` on the envelope line.
    pub envelope: String,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

pub(super) struct Splitter<R> {
    source: R,
    path: PathBuf,
    /// A line read ahead.
    ahead: Option<Vec<u8>>,
    /// The envelope of the message that comes next.
    envelope: Option<String>,
    /// Bytes of memory for lines, used again.
    spare: Vec<u8>,
}

impl<R: BufRead> Splitter<R> {
    pub fn new(source: R, path: PathBuf) -> Self {
        Self { source, path, ahead: None, envelope: None, spare: Vec::new() }
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        let mut line = std::mem::take(&mut self.spare);
        line.clear();
        let read = self.source.read_until(b'\n', &mut line).map_err(|error| Error::io(&self.path, error))?;
        Ok((read > 0).then_some(line))
    }

    /// The next message, or none at the end.
    pub fn next_message(&mut self) -> Result<Option<Raw>> {
        let mut raw = Raw { envelope: self.envelope.take().unwrap_or_default(), bytes: Vec::new() };
        let mut begun = !raw.envelope.is_empty();
        while let Some(line) = self.line()? {
            if let Some(envelope) = self.envelope_of(&line)? {
                if begun {
                    self.envelope = Some(envelope);
                    return Ok(Some(raw));
                }
                raw.envelope = envelope;
                begun = true;
            } else if begun {
                // The mbox way of writing a line of text that begins with "From ".
                let line = if line.starts_with(b">From ") { &line[1..] } else { &line[..] };
                raw.bytes.extend_from_slice(line);
            }
            self.spare = line;
        }
        Ok(begun.then_some(raw))
    }

    /// The envelope, if the line is one and a header follows it.
    fn envelope_of(&mut self, line: &[u8]) -> Result<Option<String>> {
        if !line.starts_with(b"From ") {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(line);
        if !is_envelope(&text) {
            return Ok(None);
        }
        let next = self.line()?;
        let follows = next.as_deref().is_some_and(is_header);
        self.ahead = next;
        Ok(follows.then(|| text["From ".len()..].trim_end().to_owned()))
    }
}

/// `From <who> <weekday> <month> <day> <time> [zone] <year>`, which prose hardly ever is.
pub(crate) fn is_envelope(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("From ") else { return false };
    line.len() < 1024 && date_of(rest).is_some()
}

/// The date that an envelope line ends with.
pub(super) fn date_of(envelope: &str) -> Option<String> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = envelope.split_whitespace().collect();
    let month = (1..words.len()).find(|at| {
        let is_day = words.get(at + 1).is_some_and(|day| day.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day)));
        let is_clock = words
            .get(at + 2)
            .is_some_and(|clock| clock.contains(':') && clock.starts_with(|c: char| c.is_ascii_digit()));
        MONTHS.contains(&words[*at]) && is_day && is_clock
    })?;
    let tail = &words[month..words.len().min(month + 6)];
    let year = tail.iter().rposition(|word| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()))?;
    let zone = tail.get(year + 1).filter(|zone| zone.starts_with(['+', '-'])).map_or(0, |_| 1);
    (year >= 3).then(|| tail[..=year + zone].join(" "))
}

fn is_header(line: &[u8]) -> bool {
    match line.iter().position(|byte| *byte == b':') {
        Some(end) => end > 0 && line[..end].iter().all(|byte| (33..=126).contains(byte)),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(String, String)> {
        let mut splitter = Splitter::new(text.as_bytes(), "x.mbox".into());
        let mut all = Vec::new();
        while let Some(raw) = splitter.next_message().expect("no fault in memory") {
            all.push((raw.envelope, String::from_utf8(raw.bytes).expect("a test's text")));
        }
        all
    }

    #[test]
    fn envelopes_and_prose() {
        for line in [
            "From ann at example.org  Mon Sep 16 10:58:15 2013",
            "From MAILER-DAEMON Sat Aug 28 14:17:14 2021",
            "From ann@example.org Thu Jan  1 00:00:00 +0000 1970",
            "From ann@example.org Thu Jan  1 00:00:00 1970 -0800",
            "From 1623456@xxx Mon Mar 01 12:00 2021",
        ] {
            assert!(is_envelope(line), "{line}");
        }
        for line in [
            "From what I see, nothing works",
            "From Jan 2004 on it worked",
            "from ann Mon Sep 16 10:58:15 2013",
            "From",
            "",
        ] {
            assert!(!is_envelope(line), "{line}");
        }
    }

    #[test]
    fn only_an_envelope_before_a_header_splits() {
        let text = "From a at b.org  Mon Sep 16 10:58:15 2013\nSubject: one\n\nFrom here it is text.\n\
                    From c at d.org  Mon Sep 16 10:58:15 2013\nand this too\n>From him\n\n\
                    From e at f.org  Mon Sep 16 10:58:16 2013\nSubject: two\n\n";
        let found = split(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].0, "a at b.org  Mon Sep 16 10:58:15 2013");
        assert!(found[0].1.ends_with("and this too\nFrom him\n\n"));
        assert_eq!(found[1].1, "Subject: two\n\n");
    }

    #[test]
    fn a_message_cut_after_its_envelope_is_text() {
        assert_eq!(split("From a at b.org  Mon Sep 16 10:58:15 2013").len(), 0);
        assert_eq!(split("").len(), 0);
    }
}
