//! Subjects as keys of conversations.

/// Prefixes that say "in answer to", in the languages mail programs speak.
const REPLIES: [&str; 10] = ["re", "aw", "sv", "vs", "antw", "odp", "ref", "res", "rv", "ynt"];
/// Prefixes that say something else and belong to no subject.
const OTHERS: [&str; 4] = ["fw", "fwd", "wg", "was"];

/// The subject without list tags and prefixes, in lower case; and whether a prefix says that it answers.
pub(super) fn normalise(subject: &str) -> (String, bool) {
    // Some archives put the whole subject in quotes.
    let mut rest = subject.trim().trim_matches(['\'', '"']).trim_start();
    let mut answers = false;
    loop {
        let before = rest;
        if let Some((tag, after)) = rest.strip_prefix('[').and_then(|inside| inside.split_once(']'))
            && tag.len() <= 40
        {
            rest = after.trim_start();
        }
        if let Some((head, after)) = rest.split_once(':') {
            // "Re", "Re[2]", "Re (3)"
            let prefix = head.trim_end_matches([')', ']', ' ']).trim_end_matches(|c: char| c.is_ascii_digit());
            let prefix = prefix.trim_end_matches(['(', '[', '^', ' ', '*']).to_ascii_lowercase();
            let is_reply = REPLIES.contains(&prefix.as_str());
            if is_reply || OTHERS.contains(&prefix.as_str()) {
                answers |= is_reply;
                rest = after.trim_start();
            }
        }
        if rest.len() == before.len() {
            break;
        }
    }
    (rest.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(), answers)
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn prefixes_and_tags_go() {
        for (subject, key, answers) in [
            ("Hello  World", "hello world", false),
            ("Re: Hello", "hello", true),
            ("[club-talk] Re: [club-talk] RE: Aw: Hello", "hello", true),
            ("Re[2]: Hello", "hello", true),
            ("Re (3): Hello", "hello", true),
            ("'Re: Hello'", "hello", true),
            ("Fwd: Hello", "hello", false),
            ("Note: read this", "note: read this", false),
            ("Re:", "", true),
            ("[]", "", false),
            ("[never closed", "[never closed", false),
        ] {
            assert_eq!(normalise(subject), (key.to_owned(), answers), "{subject}");
        }
    }
}
