//! Slack's way of writing text, turned into what was said.
use std::collections::HashMap;

use crate::chat::People;
use crate::markup::spoken;

/// The text with mentions, links and signs as people read them, without quotes and blocks of code.
pub(super) fn readable(text: &str, people: &People, channels: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, (inside, after))) =
        rest.split_once('<').and_then(|(before, tail)| Some((before, tail.split_once('>')?)))
    {
        out.push_str(before);
        put(&mut out, inside, people, channels);
        rest = after;
    }
    out.push_str(rest);
    // A quote's sign is written as an entity, so it is undone first.
    spoken(&out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

fn put(out: &mut String, inside: &str, people: &People, channels: &HashMap<String, String>) {
    let (target, label) = match inside.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (inside, None),
    };
    let (sign, name) = if let Some(user) = target.strip_prefix('@') {
        ('@', people.name(user).or(label).unwrap_or(user))
    } else if let Some(channel) = target.strip_prefix('#') {
        ('#', label.or(channels.get(channel).map(String::as_str)).unwrap_or(channel))
    } else if let Some(special) = target.strip_prefix('!') {
        let plain = special.split('^').next().unwrap_or(special);
        match label {
            // Groups and dates carry their words.
            Some(label) if special.contains('^') => return out.push_str(label),
            _ => ('@', plain),
        }
    } else {
        return out.push_str(label.unwrap_or(target));
    };
    out.push(sign);
    out.push_str(name.trim_start_matches(sign));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_links_and_signs() {
        let mut people = People::default();
        people.meet("U1").name = Some("Ann Lee".to_owned());
        let channels = HashMap::from([("C1".to_owned(), "general".to_owned())]);
        for (text, said) in [
            ("hi <@U1>, see <#C1>", "hi @Ann Lee, see #general"),
            ("<@U9> and <@U9|bo> in <#C2|help>", "@U9 and @bo in #help"),
            ("<!here> <!channel|channel> <!subteam^S1|@team> <!date^1^x|today>", "@here @channel @team today"),
            ("<https://x.org|the page> <https://y.org>", "the page https://y.org"),
            ("a &lt; b &amp;&amp; c &gt; d &amp;lt;", "a < b && c > d &lt;"),
            ("&gt; quoted\nmine ```code &lt;x&gt;```", "mine"),
            ("5 < 6 only", "5 < 6 only"),
            ("<", "<"),
        ] {
            assert_eq!(readable(text, &people, &channels), said, "{text}");
        }
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for piece in ["<", "<@", ">", "<>", "|", "<!^|", "&amp;"] {
            readable(&piece.repeat(200_000), &People::default(), &HashMap::new());
        }
    }
}
