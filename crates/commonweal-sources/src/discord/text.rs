//! Discord's marks in text, where the exporter was told to leave them.
use crate::chat::People;
use crate::markup::spoken;

/// The text with mentions and emoji as people read them, without quotes and blocks of code.
pub(super) fn readable(text: &str, people: &People) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // No mark is longer, so a sign that nothing closes costs little.
        let near: &str = rest.char_indices().nth(100).map_or(rest, |(end, _)| &rest[..end]);
        match near.find('>').and_then(|end| Some((mark(&rest[1..end], people)?, end))) {
            Some((read, end)) => {
                out.push_str(&read);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    spoken(&out)
}

/// `@123`, `@!123`, `:name:123`, `a:name:123`.
fn mark(inside: &str, people: &People) -> Option<String> {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(id) = inside.strip_prefix("@!").or(inside.strip_prefix('@')).filter(|id| is_id(id)) {
        return Some(format!("@{}", people.name(id).unwrap_or(id)));
    }
    let (name, id) = inside.strip_prefix('a').unwrap_or(inside).strip_prefix(':')?.split_once(':')?;
    (is_id(id) && !name.is_empty()).then(|| format!(":{name}:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_and_emoji() {
        let mut people = People::default();
        people.meet("7").name = Some("Ann".to_owned());
        for (text, said) in [
            ("hi <@7>, <@!7> and <@8>", "hi @Ann, @Ann and @8"),
            ("<:kmd:12> <a:wave:13> <#12>", ":kmd: :wave: <#12>"),
            ("> quoted\nyes < no > maybe", "yes < no > maybe"),
        ] {
            assert_eq!(readable(text, &people), said, "{text}");
        }
        readable(&"<".repeat(200_000), &people);
    }
}
