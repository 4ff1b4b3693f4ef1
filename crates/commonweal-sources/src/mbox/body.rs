//! What the sender wrote, without what others wrote and what programs added.

/// Lines that begin what is not the sender's: from here on nothing counts.
const ENDS: [&str; 8] = [
    "-------------- next part --------------",
    "-----original message-----",
    "-------- original message",
    "---------- forwarded message",
    "----- forwarded message",
    "begin forwarded message:",
    "-----begin pgp signature-----",
    "-----begin pgp public key block-----",
];

/// The text without quotes and the lines that introduce them, signature, forwarded mail and list footer.
pub(super) fn own_words(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut in_quote = false;
    for line in text.lines() {
        let bare = line.trim_end();
        if is_end(bare) {
            break;
        }
        if is_quote(bare) {
            if !in_quote {
                // "On Monday, Ann Lee <ann at x.org" and on the next line "> wrote:".
                let rest = bare.trim_start_matches(['>', ' ']);
                if rest.len() < 20 && is_introduction(rest) {
                    kept.push(rest);
                }
                drop_introduction(&mut kept);
            }
            in_quote = true;
            continue;
        }
        if !bare.is_empty() {
            in_quote = false;
        }
        if bare == "-----BEGIN PGP SIGNED MESSAGE-----"
            || bare.starts_with("Hash: ") && kept.iter().all(|line| line.is_empty())
        {
            continue;
        }
        if !(bare.is_empty() && kept.last().is_none_or(|last| last.is_empty())) {
            kept.push(bare);
        }
    }
    kept.join("\n").trim().to_owned()
}

fn is_end(line: &str) -> bool {
    let start = line.trim_start();
    let is_rule = start.len() >= 20 && start.bytes().all(|byte| byte == b'_');
    let is_known = || {
        let start = start.to_ascii_lowercase();
        ENDS.iter().any(|end| start.starts_with(end))
    };
    line == "--" || is_rule || (start.starts_with(['-', 'b', 'B']) && is_known())
}

/// `> text`, or `AB> text` with the initials of who is quoted.
fn is_quote(line: &str) -> bool {
    let start = line.trim_start();
    let initials = start.bytes().take_while(u8::is_ascii_alphabetic).count();
    initials <= 3 && start.as_bytes().get(initials) == Some(&b'>')
}

/// Takes back "On Monday, Ann Lee wrote:", which may run over two lines and be followed by a blank one.
fn drop_introduction(kept: &mut Vec<&str>) {
    while kept.last().is_some_and(|line| line.is_empty()) {
        kept.pop();
    }
    let Some(last) = kept.last().map(|line| line.trim_end()) else { return };
    if !is_introduction(last) || last.len() > 200 {
        return;
    }
    let lower = last.to_lowercase();
    kept.pop();
    const OPENINGS: [&str; 5] = ["on ", "am ", "le ", "el ", "il "];
    let opens = |line: &str| OPENINGS.iter().any(|opening| line.to_lowercase().starts_with(opening));
    if !opens(&lower)
        && kept.last().is_some_and(|line| opens(line) && line.len() < 120 && !line.ends_with(['.', '!', '?']))
    {
        kept.pop();
    }
}

fn is_introduction(line: &str) -> bool {
    const VERBS: [&str; 9] = ["wrote", "writes", "said", "says", "schrieb", "écrit", "escribió", "scrisse", "scritto"];
    line.ends_with(':') && {
        let lower = line.to_lowercase();
        VERBS.iter().any(|verb| lower.contains(verb))
    }
}

#[cfg(test)]
mod tests {
    use super::own_words;

    #[test]
    fn quotes_go_with_their_introduction() {
        let text = "Hi,\n\nOn Mon, Sep 16, 2013 at 5:58 PM, Ann Lee\n<ann at x.org> wrote:\n\n> an awful idea\n>\n> AB> worse\n\nI like it.\n> bad\nReally.\n";
        assert_eq!(own_words(text), "Hi,\n\nI like it.\nReally.");
        assert_eq!(own_words("AL> question\nanswer"), "answer");
        assert_eq!(own_words("Yes.\n\nOn Monday, Ann <ann at x.org\n> wrote:\n\n> an idea\n"), "Yes.");
        assert_eq!(own_words("She said:\nthis is mine"), "She said:\nthis is mine");
        assert_eq!(own_words("a -> b\nx > y"), "a -> b\nx > y");
    }

    #[test]
    fn what_programs_add_goes() {
        assert_eq!(own_words("text\n-- \nAnn Lee\nBoss"), "text");
        assert_eq!(own_words("text\n--\nAnn"), "text");
        assert_eq!(own_words("text\n-------------- next part --------------\nA non-text attachment"), "text");
        assert_eq!(own_words("text\n_______________________________________________\nlist mailing list"), "text");
        assert_eq!(own_words("text\n-----Original Message-----\nFrom: Ann"), "text");
        assert_eq!(
            own_words("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\ntext\n-----BEGIN PGP SIGNATURE-----\nabc"),
            "text"
        );
        assert_eq!(own_words("- an item\n-- not a signature"), "- an item\n-- not a signature");
    }

    #[test]
    fn nothing_of_ones_own_is_nothing() {
        assert_eq!(own_words("> all\n> quoted\n"), "");
        assert_eq!(own_words(""), "");
    }
}
