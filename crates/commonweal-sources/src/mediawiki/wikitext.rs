//! What people read, out of wikitext.
use crate::html::html_to_text;

/// The words of a text: links are their words, templates and marks for bold and italics are left out.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // How deep in templates.
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}', '[', '\'']) {
        let (before, from) = rest.split_at(at);
        if depth == 0 {
            out.push_str(before);
        }
        let skip = if from.starts_with("{{") {
            depth += 1;
            2
        } else if from.starts_with("}}") {
            depth = depth.saturating_sub(1);
            2
        } else if depth > 0 {
            1
        } else if let Some((inside, length)) = from.strip_prefix("[[").and_then(|link| inside(link, "]]")) {
            out.push_str(inside.rsplit('|').next().unwrap_or_default().trim_start_matches(':'));
            length + 2
        } else if let Some((inside, length)) = from.strip_prefix('[').and_then(|link| inside(link, "]"))
            && inside.contains("//")
        {
            out.push_str(inside.split_once(' ').map_or("", |(_, words)| words));
            length + 1
        } else if from.starts_with("''") {
            from.bytes().take_while(|byte| *byte == b'\'').count()
        } else {
            out.push_str(&from[..1]);
            1
        };
        rest = &from[skip..];
    }
    // A template that nothing closes is no template, but what it is cannot be told.
    if depth == 0 {
        out.push_str(rest);
    }
    lines(&out)
}

/// What stands before the end mark, on the same line and not far, and the length with the mark.
fn inside<'a>(text: &'a str, end: &str) -> Option<(&'a str, usize)> {
    const LONGEST: usize = 2_000;
    let mut limit = text.len().min(LONGEST);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let at = text[..limit].find(end)?;
    (!text[..at].contains('\n')).then(|| (&text[..at], at + end.len()))
}

/// Tags undone line by line, as a line of wikitext is a line.
fn lines(text: &str) -> String {
    let marked = text.lines().map(|line| line.trim()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("<br>");
    html_to_text(&marked)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn markup_is_not_words() {
        for (text, words) in [
            ("a ''b'' '''c''' don't", "a b c don't"),
            ("[[Cake]] [[Cake|the cake]] [[:File:X.png]]", "Cake the cake File:X.png"),
            ("see [https://example.org the page] and [1]", "see the page and [1]"),
            ("a {{t|b {{c}} d}} e", "a  e"),
            ("one<br>two\n\nthree <small>x</small>", "one\ntwo\nthree x"),
            ("never {{closed", "never"),
            ("[[open", "[[open"),
            ("}} é", "é"),
        ] {
            assert_eq!(plain(text), html(words), "{text}");
        }
    }

    fn html(words: &str) -> String {
        words.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for piece in ["{{", "}}", "[[", "[", "'", "[[a|", "{{[["] {
            plain(&piece.repeat(100_000));
        }
    }
}
