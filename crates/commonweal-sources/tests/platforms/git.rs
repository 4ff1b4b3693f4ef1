//! Git: invented logs in the forms that are usual.
use crate::support::{Export, pairs, rows};

const FULLER: &str = "commit 1111111111111111111111111111111111111111 2222222222222222222222222222222222222222 3333333333333333333333333333333333333333 (HEAD -> refs/heads/main)
Merge: 2222222 3333333
Author:     Ann Lee <Ann@example.org>
AuthorDate: Fri May 1 10:00:00 2020 +0200
Commit:     Bo <bo@example.org>
CommitDate: Fri May 1 12:00:00 2020 +0200

    Merge the oven

    Co-authored-by: Bo <bo@example.org>
    co-authored-by: ann lee <ann@example.org>

:100644 100644 aaaaaaa bbbbbbb M\toven.txt
10\t0\toven.txt

commit 2222222222222222222222222222222222222222
Author: ci[bot] <ci@example.org>
Date:   2020-05-01 09:00:00 +0000

    Bump

commit 2222222222222222222222222222222222222222
Author: ci[bot] <ci@example.org>
Date:   2020-05-01T09:00:00Z

    Bump

commit 3333333333333333333333333333333333333333
Author: Cy
Date:   yesterday

commit 4444444444444444444444444444444444444444
Author: Cy
Date:   2020-05-01 09:00:00
";

#[test]
fn commits_are_edits() {
    let export = Export::text(&[("cake/log.txt", FULLER)]);
    let source = export.read("cake");
    assert_eq!(source.platform, "git");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "thread", "channel", "text", "action", "title"]),
        [
            "2020-05-01 08:00:00 | ann@example.org | edit | - | cake | - | merge | Merge the oven",
            "2020-05-01 08:00:00 | bo@example.org | edit | - | cake | - | co-author | Merge the oven",
            "2020-05-01 09:00:00 | ci@example.org | edit | - | cake | - | - | Bump",
            "2020-05-01 09:00:00 | Cy | edit | - | cake | - | - | -",
        ]
    );
    assert_eq!(rows(&source.events, &["id"])[1], "-");
    assert_eq!(pairs(source.intake.refused()), [("commit met before", 1), ("date of a commit cannot be read", 1)]);
    assert_eq!(
        rows(source.members.as_ref().expect("authors"), &["member", "name", "role"]),
        ["ann@example.org | Ann Lee | -", "bo@example.org | Bo | -", "ci@example.org | ci[bot] | bot", "Cy | Cy | -"]
    );
    let source = export.read_with("cake/log.txt", r#"{"time_zone": "Asia/Tokyo"}"#);
    assert_eq!(rows(&source.events, &["time"])[3], "2020-05-01 00:00:00");
}
