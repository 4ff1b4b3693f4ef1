//! Whether a message asks for something: information, help, an opinion.
//!
//! The rule, in the order it is applied:
//!
//! 1. What is not the author's own prose is put aside: fenced code, code in backticks, lines indented by four blanks or a tab, quoted
//!    lines (`>`, `[quote]`), what follows a signature mark (`-- `) or "Original Message", and addresses of pages.
//! 2. A question mark that ends a sentence makes a question: one after a word, a bracket or a quotation mark, with no letter, digit or
//!    sign of code right behind it. Those of other scripts count too: `？`, `؟`, `⁇`, `፧`, Greek `;` after a Greek letter.
//! 3. So does a sentence that begins as questions do in English, mark or none: "how do", "is there", "does", "can anyone".
//! 4. So does a phrase of asking anywhere: "any ideas", "I can't figure out", "was wondering", "thanks in advance".
//!
//! Steps 3 and 4 know English alone. The rule reads a text once, keeps a few words of it, and stops at the first sign of a question.
mod phrases;
pub(crate) mod prose;
mod scan;

use phrases::PHRASES;
use scan::Scan;

/// Whether a message asks.
///
/// ```
/// use commonweal_text::question::is_question;
///
/// assert!(is_question("How do I turn this off"));
/// assert!(is_question("The build fails. Any ideas what to try"));
/// assert!(is_question("もう試しましたか？"));
/// assert!(!is_question("> Does it work?\nIt does. See https://example.org/?page=2"));
/// ```
pub fn is_question(text: &str) -> bool {
    let mut scan = Scan::new(&PHRASES);
    prose::lines(text).any(|line| scan.line(line))
}

#[cfg(test)]
mod tests {
    use super::is_question;

    fn all_ask(texts: &[&str]) {
        texts.iter().for_each(|text| assert!(is_question(text), "{text:?} asks"));
    }

    fn none_asks(texts: &[&str]) {
        texts.iter().for_each(|text| assert!(!is_question(text), "{text:?} does not ask"));
    }

    #[test]
    fn marks_end_questions() {
        all_ask(&[
            "It works, right?",
            "Is this (or that)?",
            "several forms on one page ?",
            "\"really?\" he said",
            "Qué hora es?",
            "你好吗?我很好",
            "什么？为什么",
            "ما هذا؟",
            "τι είναι αυτό;",
            "Where is https://example.org/a?",
            "Seen it? See http://a.b/?c=d",
        ]);
    }

    #[test]
    fn other_marks_do_not() {
        none_asks(&[
            "",
            "?",
            "? ?",
            "See http://a.b/?c=d for it",
            "See www.a.b/x?y=z for it",
            "let a = b?.c",
            "let a = b?c:d",
            "That is odd (?) but fine",
            "Thank you!? That works.",
            "one; two; three",
        ]);
    }

    #[test]
    fn code_and_quotes_are_put_aside() {
        none_asks(&[
            "> Does this work?\nYes.",
            "Fixed:\n```\nwhat? is this?\n```\nDone.",
            "Fixed:\n~~~rust\nfoo()? ;\n~~~\n",
            "Fixed: `is it?` it was.",
            "It is:\n\n    how do I\n\tcan anyone?\n",
            "[quote=\"ana, post:1\"]\nDoes this work?\n[/quote]\nIt does.",
            "[code]\na ? b\n[/code]",
            "It is done.\n-- \nana\nWho reads signatures?",
            "It is done.\n-----Original Message-----\nIs it done?",
        ]);
        all_ask(&[
            "```\ncode\n```\nWhy does it fail",
            "> quoted\nDoes it?",
            "what does `x` do",
            "a ` alone: why is it so?",
        ]);
    }

    #[test]
    fn sentences_begin_as_questions_do() {
        all_ask(&[
            "how to mock a reactor",
            "Hi all,\nis there any way to do it",
            "I tried it. Does lean support that",
            "Hello, can someone point me to it",
            "So why doesn\u{2019}t it work",
            "[list] How do I do it",
        ]);
        none_asks(&[
            "The manual says how to do it.",
            "This is how it is done.",
            "It is what it is.",
            "Do not use it.",
            "A long line that is wrapped by the mail program since it has many letters\nis a part of the same sentence.",
        ]);
    }

    #[test]
    fn phrases_of_asking() {
        all_ask(&[
            "It fails. I can't figure out what is wrong.",
            "Any ideas",
            "HELP NEEDED",
            "I was wondering about that",
            "Fails since yesterday, thanks in advance",
            "I don't know how to do it",
            "any\nadvice would be most appreciated",
        ]);
        none_asks(&["Many ideas were shown.", "anyideas", "It helps.", "Release 1.0 is out, please test it."]);
    }
}
