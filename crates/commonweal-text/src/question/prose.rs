//! The lines of a message that are its author's own.

/// A line and what its sentences need to know of the lines before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    pub(crate) text: &'t str,
    /// Whether a sentence begins with it, whatever the line before ended with.
    pub(crate) begins: bool,
}

/// A line shorter than this was not wrapped by a mail program: its sentence ends with it.
const WRAPPED: usize = 50;

/// The lines left when code, quotations and signatures are put aside.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
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

/// The pieces of a message that are its author's own words: its lines without code between backticks.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    lines(text).flat_map(|line| outside_code(line.text))
}

/// What of a line is not between backticks. One that is not closed opens nothing.
fn outside_code(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let here = rest?;
        let code = here.find('`').and_then(|start| {
            let ticks = here[start..].len() - here[start..].trim_start_matches('`').len();
            let inside = start + ticks;
            let close = here[inside..].find(&here[start..inside])?;
            Some((start, inside + close + ticks))
        });
        let Some((start, end)) = code else {
            rest = None;
            return Some(here);
        };
        rest = Some(&here[end..]);
        Some(&here[..start])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> Vec<&str> {
        pieces(text).map(str::trim).filter(|piece| !piece.is_empty()).collect()
    }

    #[test]
    fn code_in_a_line_is_put_aside() {
        assert_eq!(own("see `foo` and ``a ` b`` here"), ["see", "and", "here"]);
        assert_eq!(own("a ` alone"), ["a ` alone"]);
        assert_eq!(own("``` open"), Vec::<&str>::new());
    }

    #[test]
    fn nothing_is_left_of_code_quotations_and_signatures() {
        assert!(own("> quoted\n```\ncode\n```\n    more\n`x`\n-- \nana").is_empty());
    }
}
