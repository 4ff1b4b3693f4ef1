//! The lines of a message that are its author's own.

/// A line and what its sentences need to know of the lines before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    /// Whether a sentence begins with it, whatever the line before ended with.
    pub(super) begins: bool,
}

/// A line shorter than this was not wrapped by a mail program: its sentence ends with it.
const WRAPPED: usize = 50;

/// The lines left when code, quotations and signatures are put aside.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let (mut fence, mut block, mut begins): (Option<&str>, Option<&str>, bool) = (None, None, true);
    text.lines().take_while(|line| !ends_the_message(line)).filter_map(move |line| {
        let own = line.trim();
        let aside = if let Some(open) = fence {
            if own.starts_with(open) {
                fence = None;
            }
            true
        } else if let Some(end) = block {
            if contains(own, end) {
                block = None;
            }
            true
        } else if let Some(open) = ["```", "~~~"].into_iter().find(|open| own.starts_with(open)) {
            // A block that opens and closes on one line is none.
            fence = Some(open).filter(|open| !own[open.len()..].contains(open));
            true
        } else if let Some((_, end)) = BLOCKS.into_iter().find(|(start, _)| starts(own, start)) {
            block = Some(end).filter(|end| !contains(own, end));
            true
        } else {
            own.is_empty() || own.starts_with('>') || line.starts_with("    ") || line.starts_with('\t')
        };
        if aside {
            begins = true;
            return None;
        }
        let item = own.starts_with(['-', '*', '+', '•']) || own.starts_with(|c: char| c.is_ascii_digit());
        let line = Line { text: own, begins: begins || item };
        begins = own.len() < WRAPPED;
        Some(line)
    })
}

const BLOCKS: [(&str, &str); 2] = [("[quote", "[/quote]"), ("[code", "[/code]")];

/// A signature mark, or the head of a message that is quoted as a whole.
fn ends_the_message(line: &str) -> bool {
    let line = line.trim_end();
    line == "--" || line == "- --" || (line.starts_with("---") && contains(line, "original message"))
}

fn starts(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with))
}

/// Whether a text has another in it, whatever the case. `part` is ASCII.
fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
