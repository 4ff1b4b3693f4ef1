//! Archives of one person: invented ones of X, Facebook, LinkedIn, Discourse; and exports of Viva Engage.
use crate::support::{Export, pairs, rows, zip};

const TWEETS: &str = r#"window.YTD.tweets.part0 = [
  {"tweet": {"id_str": "1262000000000000001", "created_at": "Sun May 17 12:00:00 +0000 2020", "full_text": "Cake &amp; tea #cake", "entities": {"hashtags": [{"text": "cake"}]}}},
  {"tweet": {"id_str": "1262000000000000002", "created_at": "Sun May 17 13:00:00 +0000 2020", "full_text": "@bo yes", "in_reply_to_status_id_str": "1261999999999999999", "in_reply_to_screen_name": "bo", "entities": null}},
  {"tweet": {"id_str": "1262000000000000003", "created_at": "Sun May 17 14:00:00 +0000 2020", "full_text": "RT @cy_1: hear, hear"}},
  {"tweet": {"id_str": "1262000000000000003", "created_at": "Sun May 17 14:00:00 +0000 2020", "full_text": "RT @cy_1: hear, hear"}},
  {"tweet": {"created_at": "soon"}}]"#;

#[test]
fn x() {
    let export = Export::text(&[
        (
            "data/account.js",
            r#"window.YTD.account.part0 = [{"account": {"accountId": "77", "username": "ann", "accountDisplayName": "Ann"}}]"#,
        ),
        ("data/tweets.js", TWEETS),
        (
            "data/like.js",
            r#"window.YTD.like.part0 = [{"like": {"tweetId": "1262000000000000009", "fullText": "x"}}, {"like": {"tweetId": "20"}}]"#,
        ),
        ("data/follower.js", "window.YTD.follower.part0 = []"),
        ("data/manifest.js", "window.__THAR_CONFIG = {}"),
    ]);
    let source = export.read("");
    assert_eq!(source.platform, "x");
    assert_eq!(
        rows(
            &source.events,
            &["time", "member", "kind", "id", "parent", "text", "tags", "target", "time_quality", "one_sided"]
        ),
        [
            "2020-05-17 12:40:21.483 | 77 | reaction | - | 1262000000000000009 | - | - | - | inherited | true",
            "2020-05-17 12:00:00 | 77 | post | 1262000000000000001 | - | Cake & tea #cake | cake | - | - | true",
            "2020-05-17 13:00:00 | 77 | reply | 1262000000000000002 | 1261999999999999999 | @bo yes | - | bo | - | true",
            "2020-05-17 14:00:00 | 77 | share | 1262000000000000003 | - | - | - | cy_1 | - | true",
        ]
    );
    assert_eq!(
        pairs(source.intake.refused()),
        [
            ("like of a post of which the number tells no time: it is not told when it was given", 1),
            ("post with an id seen before", 1),
            ("post without id_str", 1),
        ]
    );
    assert_eq!(rows(source.members.as_ref().expect("one"), &["member", "name", "username"]), ["77 | Ann | ann"]);
    let alone = Export::text(&[("tweet.js", &TWEETS.replace("tweets.part0", "tweet.part0"))]).read("tweet.js");
    assert_eq!(rows(&alone.events, &["member"])[0], "owner");
    let fault = Export::text(&[("tweets.js", &TWEETS[..300])]).fault("tweets.js", "{}");
    assert!(fault.contains("the file is cut off"), "{fault}");
}

#[test]
fn facebook() {
    let archive = zip(&[
        ("your_facebook_activity/posts/your_posts_1.json", r#"[{"timestamp": 1588320000, "data": [{"post": "Caf\u00c3\u00a9!"}, {"update_timestamp": 1}], "title": "Ann updated her status."}, {"data": []}]"#.as_bytes()),
        ("comments_and_reactions/comments.json", r#"{"comments_v2": [{"timestamp": 1588320060, "data": [{"comment": {"timestamp": 1588320060, "comment": "Yes", "author": "Ann L\u00c3\u00a9e", "group": "Bakers"}}], "title": "Ann commented on Bo's post."}]}"#.as_bytes()),
        ("comments_and_reactions/reactions.json", r#"{"reactions_v2": [{"timestamp": 1588320120, "data": [{"reaction": {"reaction": "LOVE", "actor": "Ann L\u00c3\u00a9e"}}], "title": "Ann likes a photo."}]}"#.as_bytes()),
        ("messages/inbox/bo/message_1.json", r#"{"participants": [], "messages": [{"content": "private"}]}"#.as_bytes()),
    ]);
    let source = Export::new(&[("facebook-ann.zip", &archive)]).read("facebook-ann.zip");
    assert_eq!(source.platform, "facebook");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "channel", "text", "emoji", "title", "one_sided"]),
        [
            "2020-05-01 08:01:00 | Ann Lée | reply | Bakers | Yes | - | Ann commented on Bo's post. | true",
            "2020-05-01 08:02:00 | Ann Lée | reaction | - | - | love | Ann likes a photo. | true",
            "2020-05-01 08:00:00 | Ann Lée | post | - | Café! | - | Ann updated her status. | true",
        ]
    );
    assert_eq!(pairs(source.intake.refused()), [("timestamp cannot be read", 1)]);
    assert_eq!(source.intake.notes().len(), 1);
}

#[test]
fn linkedin() {
    let export = Export::text(&[
        (
            "Shares.csv",
            "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n2020-05-01 10:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A12,\"Cake,\n\"\"good\"\" cake\",,,MEMBER_NETWORK\nsoon,,,,,\n",
        ),
        (
            "Comments.csv",
            "Date,Link,Message\n2020-05-01 11:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A9?x=1,Yes\n",
        ),
        (
            "Reactions.csv",
            "Date,Type,Link\n2020-05-01 12:00:00 UTC,PRAISE,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A9\n",
        ),
        ("Profile.csv", "First Name,Last Name,Headline\nAnn,Lee,Baker\n"),
        (
            "Connections.csv",
            "Notes:\n\"When exporting, some addresses are missing\"\n\nFirst Name,Last Name,URL,Connected On\nBo,Roe,x,01 May 2020\n",
        ),
    ]);
    let source = export.read_with("", r#"{"time_zone": "Europe/Berlin"}"#);
    assert_eq!(source.platform, "linkedin");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "parent", "text", "emoji", "one_sided"]),
        [
            "2020-05-01 09:00:00 | Ann Lee | reply | - | urn:li:activity:9 | Yes | - | true",
            "2020-05-01 12:00:00 | Ann Lee | reaction | - | urn:li:activity:9 | - | praise | true",
            "2020-05-01 08:00:00 | Ann Lee | post | urn:li:share:12 | - | Cake,\n\"good\" cake | - | true",
        ]
    );
    assert_eq!(pairs(source.intake.refused()), [("Date cannot be read", 1)]);
}

#[test]
fn the_archive_of_a_user_of_discourse() {
    let archive = zip(&[
        ("user_archive.csv", b"topic_title,categories,is_pm,post_raw,post_cooked,like_count,reply_count,url,created_at\nCake,Baking,No,Why?,<p>Why?</p>,2,1,https://forum.example.org/t/cake/12/1,2020-05-01 10:00:00 UTC\nTea,Baking,No,So,<p>So</p>,0,0,https://forum.example.org/t/tea/13/4,2020-05-01 11:00:00 UTC\nSecret,-,Yes,x,<p>x</p>,0,0,https://forum.example.org/t/x/14/1,2020-05-01 11:00:00 UTC\n"),
        ("visits.csv", b"visited_at,posts_read,mobile,time_read\n2020-05-01,3,false,60\n"),
        ("likes.csv", b"id,post_id,created_at,updated_at,deleted_at\n1,99,2020-05-01T12:00:00Z,,\n"),
        ("badges.csv", b"badge_id,badge_name\n1,Basic\n"),
    ]);
    let source =
        Export::new(&[("user_archive-ann-260501-101010.zip", &archive)]).read("user_archive-ann-260501-101010.zip");
    assert_eq!(source.platform, "discourse");
    assert_eq!(
        rows(
            &source.events,
            &["time", "member", "kind", "id", "thread", "channel", "text", "time_quality", "one_sided"]
        ),
        [
            "2020-05-01 12:00:00 | ann | reaction | - | - | - | - | - | true",
            "2020-05-01 10:00:00 | ann | post | t12/1 | t12 | Baking | Why? | - | true",
            "2020-05-01 10:00:00 | - | reaction | - | t12 | Baking | - | inherited | true",
            "2020-05-01 10:00:00 | - | reaction | - | t12 | Baking | - | inherited | true",
            "2020-05-01 11:00:00 | ann | reply | t13/4 | t13 | Baking | So | - | true",
            "2020-05-01 00:00:00 | ann | view | - | - | - | - | day | true",
        ]
    );
    assert_eq!(pairs(source.intake.refused()), [("message between users: it is nobody else's business", 1)]);
}

const MESSAGES: &str =
    "id,replied_to_id,thread_id,group_id,sender_id,sender_name,body,created_at,deleted_at,in_private_group
10,,10,5,1,Ann,Who knows?,2020-05-01 10:00:00 UTC,,false
11,10,10,5,2,Bo,I do,2020-05-01T11:00:00Z,,false
11,10,10,5,2,Bo,I do not,2020-05-01T11:05:00Z,,false
12,10,10,5,3,Cy,gone,2020/05/01 12:00:00 +0000,2020-05-02,true
13,,13,5,1,Ann,x,never,,
";

#[test]
fn viva_engage() {
    let users = "id,name,email,job_title,location,department,joined_at,deleted_at,suspended_at\n1,Ann,ann@example.org,Baker,Kiel,Bread,2019-01-01,,\n2,Bo,bo@example.org,,,Cake,2019-02-01,2020-06-01,\n";
    let archive = zip(&[
        ("Messages.csv", MESSAGES.as_bytes()),
        ("Users.csv", users.as_bytes()),
        ("Admins.csv", b"id,name\n1,Ann\n"),
        ("Groups.csv", b"id,name,description\n5,All Company,\n"),
        ("request.txt", b"since=2020"),
    ]);
    let source = Export::new(&[("export.zip", &archive)]).read("export.zip");
    assert_eq!(source.platform, "yammer");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "id", "thread", "parent", "channel", "text", "channel_type"]),
        [
            "2020-05-01 10:00:00 | 1 | post | 10 | 10 | - | All Company | Who knows? | public",
            "2020-05-01 11:00:00 | 2 | reply | 11 | 10 | 10 | All Company | I do | public",
            "2020-05-01 12:00:00 | 3 | reply | 12 | 10 | 10 | All Company | - | private",
        ]
    );
    assert!(source.events.column("one_sided").is_err(), "a network has both sides");
    assert_eq!(pairs(source.intake.refused()), [("another version of a message", 1), ("created_at cannot be read", 1)]);
    assert_eq!(
        rows(source.members.as_ref().expect("users"), &["member", "name", "joined", "left", "department", "role"]),
        [
            "1 | Ann | 2019-01-01 00:00:00 | - | Bread | staff",
            "2 | Bo | 2019-02-01 00:00:00 | 2020-06-01 00:00:00 | Cake | -",
            "3 | Cy | - | - | - | -",
        ]
    );
    let own = Export::text(&[
        ("Messages.csv", MESSAGES),
        ("LikedMessageHistory.csv", "user_id,message_id,created_at\n1,11,2020-05-01T13:00:00Z\n"),
    ])
    .read("");
    assert_eq!(rows(&own.events, &["kind", "parent", "one_sided"])[3], "reaction | 11 | true");
}
