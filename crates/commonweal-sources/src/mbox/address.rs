//! Who sent a message, whatever the archive made of the header.

/// The sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct From {
    /// E-mail address in lower case.
    pub address: Option<String>,
    /// Display name.
    pub name: Option<String>,
}

/// What Pipermail writes where a message has no address.
const NOBODY: &str = "bogus@does.not.exist.com";

/// Reads a `From` header whose encoded words are decoded: `Ann <ann@x.org>`, `ann@x.org (Ann)`, `ann at x.org (Ann)`, `Ann`.
pub(super) fn parse(header: &str) -> From {
    let text = undo_at(header);
    let (address, name) = if let Some((before, inside)) = bracketed(&text, '<', '>') {
        (inside, before)
    } else if let Some((before, inside)) = bracketed(&text, '(', ')') {
        (before, inside)
    } else if let Some(word) = text.split_whitespace().find(|word| word.contains('@')) {
        (word, "")
    } else {
        ("", text.as_str())
    };
    let address = address.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ','));
    let address = address.strip_prefix("mailto:").unwrap_or(address).to_lowercase();
    let is_address = matches!(address.split_once('@'), Some((local, domain)) if !local.is_empty() && !domain.is_empty())
        && !address.contains(char::is_whitespace)
        && !address.ends_with("...")
        && address != NOBODY;
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ','));
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let says_more = !name.is_empty() && name.to_lowercase() != address;
    From { address: is_address.then_some(address), name: says_more.then_some(name) }
}

/// The text before an opening sign, and what stands up to the last closing one.
fn bracketed(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once(open)?;
    Some((before, rest.rsplit_once(close)?.0))
}

/// `ann at x.org` is `ann@x.org`.
fn undo_at(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let joins = words[at].eq_ignore_ascii_case("at")
            && words.get(at + 1).is_some_and(|domain| domain.contains('.'))
            && out.last().is_some_and(|local| !local.contains('@'));
        match out.last_mut() {
            Some(local) if joins => {
                local.push('@');
                local.push_str(words[at + 1]);
                at += 2;
            }
            _ => {
                out.push(words[at].to_owned());
                at += 1;
            }
        }
    }
    out.join(" ")
}

/// True when the address is the list's: mail that the list sends in a member's name.
pub(super) fn is_lists_own(address: &str, list: &str) -> bool {
    address.split('@').next().is_some_and(|local| local.eq_ignore_ascii_case(list))
}

/// True for the programs of mail systems.
pub(super) fn is_program(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    ["mailer-daemon", "mailman", "mailman-owner", "listserv", "majordomo", "postmaster"].contains(&local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_all_kinds() {
        for (header, address, name) in [
            ("Ann Lee <Ann@Example.org>", Some("ann@example.org"), Some("Ann Lee")),
            ("\"Lee, Ann\" <ann at example.org>", Some("ann@example.org"), Some("Lee, Ann")),
            ("ann at example.org (Ann Lee)", Some("ann@example.org"), Some("Ann Lee")),
            ("ann at example.org (ann at example.org)", Some("ann@example.org"), None),
            ("ann+list@example.org", Some("ann+list@example.org"), None),
            ("ann@example.... (Ann Lee)", None, Some("Ann Lee")),
            ("bogus@does.not.exist.com (Ann Lee)", None, Some("Ann Lee")),
            ("Ann Lee", None, Some("Ann Lee")),
            ("Ann at home", None, Some("Ann at home")),
            ("ann at example.org (Ann (at work) Lee)", Some("ann@example.org"), Some("Ann (at work) Lee")),
            ("", None, None),
            ("<>", None, None),
        ] {
            let expected = From { address: address.map(str::to_owned), name: name.map(str::to_owned) };
            assert_eq!(parse(header), expected, "{header}");
        }
    }

    #[test]
    fn the_list_and_its_programs_are_no_people() {
        assert!(is_lists_own("club-talk@lists.example.org", "Club-Talk"));
        assert!(!is_lists_own("ann@example.org", "club-talk"));
        assert!(is_program("mailer-daemon@example.org") && !is_program("ann@example.org"));
    }
}
