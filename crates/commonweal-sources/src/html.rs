//! What a person said, out of the HTML that a platform made of it.
//!
//! Left out, because the author did not say it or did not say it in words: code blocks (`<pre>`), quotes of others
//! (`<blockquote>`, Discourse's `<aside>`), formulas' MathML, scripts and styles. Code within a sentence (`<code>`) stays.
//! Emoji that are images or spans come out as their character or their `:name:`.
use std::borrow::Cow;

const DROPPED: [&str; 9] = ["pre", "blockquote", "aside", "script", "style", "math", "svg", "template", "head"];
const BLOCKS: [&str; 25] = [
    "p", "div", "br", "hr", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr",
    "section", "article", "details", "summary", "figure", "header", "footer",
];

/// The text of a piece of HTML: one line per block, blanks collapsed. Never fails, and takes time linear in the input.
pub(crate) fn html_to_text(html: &str) -> String {
    let mut text = Text { out: String::with_capacity(html.len() / 2), pending: Gap::None };
    let mut skipping: Option<(String, usize)> = None;
    for token in (Tags { rest: html, whole_quotes: true }) {
        match (token, &mut skipping) {
            (Token::Text(raw), None) => text.push(&htmlize::unescape(raw)),
            (Token::Tag(tag), None) => {
                let name = tag.name();
                if tag.opens() && DROPPED.contains(&name.as_ref()) {
                    text.gap(Gap::Line);
                    skipping = Some((name.into_owned(), 1));
                    continue;
                }
                if (tag.opens() || name == "img")
                    && let Some(emoji) = tag.emoji(&name)
                {
                    text.push(&emoji);
                    if name != "img" {
                        skipping = Some((name.into_owned(), 1));
                    }
                    continue;
                }
                if BLOCKS.contains(&name.as_ref()) {
                    text.gap(Gap::Line);
                } else if name == "td" || name == "th" {
                    text.gap(Gap::Blank);
                }
            }
            (Token::Tag(tag), Some((name, depth))) if tag.name() == name.as_str() => {
                *depth = if tag.opens() { *depth + 1 } else { *depth - 1 };
                if *depth == 0 {
                    skipping = None;
                }
            }
            (_, Some(_)) => {}
        }
    }
    text.out
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Blank,
    Line,
}

struct Text {
    out: String,
    pending: Gap,
}

impl Text {
    fn gap(&mut self, gap: Gap) {
        self.pending = self.pending.max(gap);
    }

    fn push(&mut self, text: &str) {
        for word in text.split_inclusive(char::is_whitespace) {
            let bare = word.trim_end();
            if !bare.is_empty() {
                if !self.out.is_empty() {
                    match self.pending {
                        Gap::None => {}
                        Gap::Blank => self.out.push(' '),
                        Gap::Line => self.out.push('\n'),
                    }
                }
                self.pending = Gap::None;
                self.out.push_str(bare);
            }
            if bare.len() < word.len() {
                self.gap(Gap::Blank);
            }
        }
    }
}

enum Token<'a> {
    Text(&'a str),
    Tag(Tag<'a>),
}

/// What stands between `<` and `>`.
struct Tag<'a>(&'a str);

impl<'a> Tag<'a> {
    fn opens(&self) -> bool {
        !self.0.starts_with('/') && !self.0.ends_with('/')
    }

    fn name(&self) -> Cow<'a, str> {
        let name = self.0.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = &name[..end];
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            Cow::Borrowed(name)
        }
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        let from = self.0.find(&format!(" {name}=\""))? + name.len() + 3;
        let value = &self.0[from..];
        Some(&value[..value.find('"')?])
    }

    /// Discourse: `<img class="emoji" alt=":smile:">`. Zulip: `<span class="emoji emoji-1f642">:smile:</span>`.
    fn emoji(&self, name: &str) -> Option<String> {
        if !matches!(name, "img" | "span") {
            return None;
        }
        let mut classes = self.attribute("class")?.split(' ');
        if !classes.clone().any(|class| class == "emoji") {
            return None;
        }
        if name == "img" {
            return self.attribute("alt").map(|alt| htmlize::unescape(alt).into_owned());
        }
        let code = classes.find_map(|class| class.strip_prefix("emoji-"))?;
        code.split('-').map(|hex| u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)).collect()
    }
}

struct Tags<'a> {
    rest: &'a str,
    /// False once a quote was met that never closes; from then on `>` ends a tag wherever it stands.
    whole_quotes: bool,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(token) = self.tag() {
            return Some(token);
        }
        // Text up to the next place where a tag may begin; a `<` that begins none is text.
        let from = usize::from(self.rest.starts_with('<'));
        let end = self.rest[from..].find('<').map_or(self.rest.len(), |at| at + from);
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Token::Text(text))
    }
}

impl<'a> Tags<'a> {
    fn tag(&mut self) -> Option<Token<'a>> {
        let inside = self.rest.strip_prefix('<')?;
        if let Some(comment) = inside.strip_prefix("!--") {
            let end = comment.find("-->").map_or(comment.len(), |at| at + 3);
            self.rest = &comment[end..];
            return Some(Token::Text(""));
        }
        if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            return None;
        }
        let end = self.end_of_tag(inside);
        let tag = &inside[..end];
        self.rest = inside[end..].strip_prefix('>').unwrap_or_default();
        Some(Token::Tag(Tag(tag)))
    }

    fn end_of_tag(&mut self, inside: &str) -> usize {
        if self.whole_quotes {
            let mut quote = None;
            for (at, byte) in inside.bytes().enumerate() {
                match (byte, quote) {
                    (b'>', None) => return at,
                    (b'"' | b'\'', None) => quote = Some(byte),
                    (byte, Some(open)) if byte == open => quote = None,
                    _ => {}
                }
            }
            self.whole_quotes = false;
        }
        inside.find('>').unwrap_or(inside.len())
    }
}

#[cfg(test)]
mod tests {
    use super::html_to_text;

    #[test]
    fn blocks_become_lines_and_entities_characters() {
        assert_eq!(
            html_to_text("<p>Tom &amp; Jerry&#39;s<br>caf&eacute;</p>\n\n<p>  two   words </p>"),
            "Tom & Jerry's\ncafé\ntwo words"
        );
        assert_eq!(html_to_text("one <b>bold</b><i>er</i> word"), "one bolder word");
        assert_eq!(
            html_to_text("<ul><li>a</li><li>b</li></ul><table><tr><td>c</td><td>d</td></tr></table>"),
            "a\nb\nc d"
        );
        assert_eq!(html_to_text(""), "");
    }

    #[test]
    fn code_blocks_quotes_and_formulas_are_not_the_authors_words() {
        assert_eq!(
            html_to_text("<p>Why?</p><pre><code>kill(all);</code></pre><p>it <code>fails</code></p>"),
            "Why?\nit fails"
        );
        assert_eq!(
            html_to_text("<blockquote><p>awful<blockquote>worse</blockquote>bad</p></blockquote><p>No.</p>"),
            "No."
        );
        assert_eq!(html_to_text("<aside class=\"quote\"><div>x</div></aside>yes"), "yes");
        assert_eq!(html_to_text("<span><math><mi>x</mi></math>x</span>"), "x");
    }

    #[test]
    fn emoji_are_kept() {
        assert_eq!(html_to_text("ok <img src=\"x.png\" class=\"emoji\" alt=\":smile:\">"), "ok :smile:");
        assert_eq!(html_to_text("ok <span class=\"emoji emoji-1f642\" title=\"x\">:smile:</span>!"), "ok 🙂!");
        assert_eq!(html_to_text("ok <img class=\"emoji\" alt=\":kmd:\" src=\"x.png\" />!"), "ok :kmd:!");
        assert_eq!(html_to_text("no <img src=\"x.png\" alt=\"photo\">"), "no");
    }

    #[test]
    fn odd_markup_does_no_harm() {
        assert_eq!(html_to_text("a < b and 1<2"), "a < b and 1<2");
        assert_eq!(html_to_text("<a title=\"x>y\">z</a>"), "z");
        assert_eq!(html_to_text("a<!-- b -->c<!-- d"), "ac");
        assert_eq!(html_to_text("<p>a</p><p class=\"never closed>b</p>"), "a\nb");
        assert_eq!(html_to_text("x</pre>y</blockquote>"), "xy");
        assert_eq!(html_to_text("end<"), "end<");
        assert_eq!(html_to_text("&notanentity; &#0; &#xD800;"), "¬anentity; \u{FFFD} \u{FFFD}");
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for piece in ["<", "<a \"", "<blockquote>", "&", "<!--", "<a"] {
            html_to_text(&piece.repeat(200_000));
        }
    }
}
