//! The comments of a talk page, out of its wikitext: each ends with a signature.
use chrono::NaiveDate;

use super::wikitext::plain;

/// A signed comment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// The number of the section, from 0 before the first heading.
    pub section: usize,
    pub heading: String,
    /// How far it is indented.
    pub depth: usize,
    /// It stands at the margin again, though it answers the one before.
    pub is_outdented: bool,
    pub user: Option<String>,
    pub address: Option<String>,
    /// Microseconds by the clock of the signature.
    pub time: i64,
    pub is_utc: bool,
    pub text: String,
}

/// A user name as MediaWiki writes it: blanks for underscores, the first letter large.
pub(super) fn canonical(name: &str) -> String {
    let name = name.replace('_', " ");
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What links to users begin with in this wiki, in lower case.
#[derive(Debug)]
pub(super) struct Links(Vec<String>);

impl Default for Links {
    fn default() -> Self {
        Self(["user:", "user talk:"].map(str::to_owned).into())
    }
}

/// A signature: who, when, and where in its line it begins and ends.
struct Signature {
    user: Option<String>,
    address: Option<String>,
    time: i64,
    is_utc: bool,
    start: usize,
    end: usize,
}

impl Links {
    /// Learns what the wiki calls the namespaces of users.
    pub fn learn(&mut self, key: i64, name: &str) {
        let prefix = format!("{}:", name.trim().to_lowercase());
        if matches!(key, 2 | 3) && prefix.len() > 1 && !self.0.contains(&prefix) {
            self.0.push(prefix);
        }
    }

    /// The signed comments of a page, in the order they stand in. What nobody signed belongs to the next signature of its section.
    pub fn comments(&self, text: &str) -> Vec<Comment> {
        let mut comments = Vec::new();
        let (mut section, mut heading) = (0, String::new());
        let mut lines: Vec<&str> = Vec::new();
        for line in text.lines() {
            if let Some(name) = heading_of(line) {
                section += 1;
                heading = plain(name);
                lines.clear();
                continue;
            }
            let mut rest = line;
            while let Some(signature) = self.signature(rest) {
                lines.push(&rest[..signature.start]);
                rest = &rest[signature.end..];
                comments.push(comment(&lines, section, &heading, signature));
                lines.clear();
            }
            if !rest.trim().is_empty() {
                lines.push(rest);
            }
        }
        comments
    }

    /// The first signature of a line.
    fn signature(&self, line: &str) -> Option<Signature> {
        let mut from = 0;
        while let Some(open) = line[from..].find('(').map(|at| at + from) {
            from = open + 1;
            // A zone is short, and so is a time before it.
            let mut limit = (open + 8).min(line.len());
            while !line.is_char_boundary(limit) {
                limit -= 1;
            }
            let mut floor = open.saturating_sub(48);
            while !line.is_char_boundary(floor) {
                floor += 1;
            }
            let zone = line[open + 1..limit].split(')').next().unwrap_or_default();
            let is_zone = (2..=5).contains(&zone.len()) && zone.bytes().all(|byte| byte.is_ascii_uppercase());
            if !is_zone || !line[open + 1 + zone.len()..].starts_with(')') {
                continue;
            }
            let Some((start, time)) = time_before(&line[floor..open]) else { continue };
            let start = start + floor;
            let (user, address, linked) = self.signed(&line[..start]);
            let end = open + zone.len() + 2;
            let is_utc = matches!(zone, "UTC" | "GMT");
            return Some(Signature { user, address, time, is_utc, start: linked.unwrap_or(start), end });
        }
        None
    }

    /// Whom the links before a time name, and where the first of these links begins. A signature is rarely longer than 400 letters.
    fn signed(&self, before: &str) -> (Option<String>, Option<String>, Option<usize>) {
        let mut floor = before.len().saturating_sub(600);
        while !before.is_char_boundary(floor) {
            floor += 1;
        }
        let (mut found, mut start) = (None, None);
        let mut end = before.len();
        while let Some(open) = before[floor..end].rfind("[[").map(|at| at + floor) {
            end = open;
            let link = before[open + 2..].split(['|', ']', '#']).next().unwrap_or_default();
            let link = link.trim().trim_start_matches(':').replace('_', " ");
            let lower = link.to_lowercase();
            let name =
                self.0.iter().find_map(|prefix| lower.starts_with(prefix.as_str()).then(|| link.get(prefix.len()..)));
            let address = lower.strip_prefix("special:contributions/").map(str::to_owned);
            let who = match (name.flatten(), address) {
                (Some(name), _) => canonical(name.split('/').next().unwrap_or_default()),
                (None, Some(address)) => canonical(&address),
                (None, None) => continue,
            };
            // The links of one signature name one user; another's is a mention in the text.
            if found.as_ref().is_some_and(|found| *found != who) {
                break;
            }
            (found, start) = (Some(who), Some(open));
        }
        match found {
            Some(who) if who.parse::<std::net::IpAddr>().is_ok() => (None, Some(who), start),
            who => (who, None, start),
        }
    }
}

/// The text of a heading of the second level, which opens a section. Deeper ones stay within it.
fn heading_of(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let inside = line.strip_prefix("==")?.strip_suffix("==")?;
    (!inside.starts_with('=') && !inside.trim().is_empty()).then(|| inside.trim())
}

fn comment(lines: &[&str], section: usize, heading: &str, signature: Signature) -> Comment {
    let indent = |line: &str| line.bytes().take_while(|byte| matches!(byte, b':' | b'*' | b'#')).count();
    let first = lines.iter().find(|line| !line.trim().is_empty()).copied().unwrap_or_default();
    let lower = first.trim_start().to_lowercase();
    let is_outdented = ["{{outdent", "{{od}}", "{{od|", "{{undent"].iter().any(|mark| lower.starts_with(mark));
    let body = lines.iter().map(|line| line[indent(line)..].trim()).collect::<Vec<_>>().join("\n");
    let text = plain(&body);
    Comment {
        section,
        heading: heading.to_owned(),
        depth: indent(first),
        is_outdented,
        user: signature.user,
        address: signature.address,
        time: signature.time,
        is_utc: signature.is_utc,
        text: text.trim().trim_end_matches(['-', '—', '–', '~']).trim_end().to_owned(),
    }
}

/// A time that ends a text, such as `04:40, 10 March 2004 `: where it begins, and microseconds.
fn time_before(text: &str) -> Option<(usize, i64)> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let trimmed = text.trim_end();
    let mut starts = trimmed.match_indices(' ').map(|(at, _)| at + 1).rev();
    let (year_at, month_at, day_at) = (starts.next()?, starts.next()?, starts.next()?);
    let year: i32 = trimmed[year_at..].parse().ok().filter(|year| (2001..=9999).contains(year))?;
    let month = trimmed[month_at..year_at].trim().trim_end_matches('.').to_lowercase();
    let month =
        MONTHS.iter().position(|name| *name == month || month.len() == 3 && name.starts_with(month.as_str()))?;
    let day: u32 = trimmed[day_at..month_at].trim().trim_end_matches('.').parse().ok()?;
    let clock = trimmed[..day_at].trim_end().trim_end_matches(',');
    let start = clock
        .rfind(|c: char| !c.is_ascii_digit() && c != ':')
        .map_or(0, |at| at + clock[at..].chars().next().map_or(1, char::len_utf8));
    let (hour, minute) = clock[start..].split_once(':')?;
    let time = NaiveDate::from_ymd_opt(year, month as u32 + 1, day)?.and_hms_opt(
        hour.parse().ok()?,
        minute.split(':').next()?.parse().ok()?,
        0,
    )?;
    Some((start, time.and_utc().timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let shown = |c: &Comment| {
            let who = c.user.as_deref().or(c.address.as_deref()).unwrap_or("-");
            format!("{}/{} {} {} {}: {}", c.section, c.heading, c.depth, c.is_outdented, who, c.text)
        };
        Links::default().comments(text).iter().map(shown).collect()
    }

    #[test]
    fn comments_end_with_signatures() {
        let page = "{{Talk header}}\n== Is it ''true''? ==\nI doubt it, see [[Cake|the cake]].\nReally. -- [[User:ann|Ann]] ([[User talk:ann|talk]]) 09:56, 20 May 2024 (UTC)\n\
                    :It is, says [[User:Cy]]. [[User:Bo_Roe|<span style=\"x\">Bo</span>]] 10:01, 20 May 2024 (UTC)\n\
                    ::No. [[Special:Contributions/192.0.2.7|192.0.2.7]] ([[User talk:192.0.2.7|talk]]) 10:02, 20 May 2024 (UTC)\n\
                    {{od}} Stop. [[User:Ann|A]] 11:00, 1 Jun 2024 (CEST)\n\
                    ===Deeper===\nAgain [[User:Ann|A]] 11:10, 1 June 2024 (UTC)\n\
                    ==Next==\nunsigned words\n";
        assert_eq!(
            shown(page),
            [
                "1/Is it true? 0 false Ann: I doubt it, see the cake.\nReally.",
                "1/Is it true? 1 false Bo Roe: It is, says User:Cy.",
                "1/Is it true? 2 false 192.0.2.7: No.",
                "1/Is it true? 0 true Ann: Stop.",
                "1/Is it true? 0 false Ann: ===Deeper===\nAgain",
            ]
        );
    }

    #[test]
    fn what_looks_like_a_signature_and_is_none() {
        for text in [
            "(UTC)",
            "at 10:00 (UTC)",
            "10:00, 32 May 2024 (UTC)",
            "10:00, 1 Mayhem 2024 (UTC)",
            "é (UTC)",
            "25:00, 1 May 2024 (UTC)",
            "((((",
            "1 May 2024 (UTC",
        ] {
            assert_eq!(shown(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(shown("hm 10:00, 1 May 2024 (UTC)"), ["0/ 0 false -: hm"]);
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for piece in ["[[User:", "(UTC)", "10:00, 1 May 2024 (UTC)", ":", "== x ==\n", "{{od"] {
            Links::default().comments(&piece.repeat(50_000));
        }
    }
}
