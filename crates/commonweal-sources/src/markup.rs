//! What a person said, out of the Markdown-like text of chats.

/// The text without blocks of code and without quotes of others (lines that begin with `>`; all that follows a `>>>`), as the
/// author did not say those. Blanks at the ends go, the rest stays as written.
pub(crate) fn spoken(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    // A fence that nothing closes is no fence.
    while let Some((before, (inside, after))) =
        rest.split_once("```").and_then(|(before, tail)| Some((before, tail.split_once("```")?)))
    {
        said.push_str(before);
        if !inside.is_empty() {
            said.push('\n');
        }
        rest = after;
    }
    said.push_str(rest);
    let mut lines: Vec<&str> = Vec::new();
    for line in said.lines() {
        let begun = line.trim_start();
        if begun.starts_with(">>>") {
            break;
        }
        if !begun.starts_with('>') {
            lines.push(line.trim_end());
        }
    }
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn code_and_quotes_are_not_the_authors_words() {
        for (text, said) in [
            ("plain `x` words", "plain `x` words"),
            ("see:\n```\nfn main() {}\n```\nit fails", "see:\n\nit fails"),
            ("a ```b``` c", "a\n c"),
            ("> awful\nNo.\n > worse\nNever.", "No.\nNever."),
            ("Well\n>>> all\nof this", "Well"),
            ("never ```closed", "never ```closed"),
            ("a -> b > c", "a -> b > c"),
            ("", ""),
        ] {
            assert_eq!(spoken(text), said, "{text}");
        }
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for piece in ["```", "`", ">", "> \n", "```\n"] {
            spoken(&piece.repeat(200_000));
        }
    }
}
