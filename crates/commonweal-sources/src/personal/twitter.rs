//! X, formerly Twitter: the archive that an account can ask for (*Settings* → *Your account* → *Download an archive of your data*).
//!
//! | source | becomes |
//! |---|---|
//! | post of the account (`tweets.js`, `tweet.js`, `community-tweet.js`) | `post` |
//! | answer to a post | `reply`, parent that post, `target` the account that it answers |
//! | repost (text `RT @…`) | `share`, without text, as the words are another's |
//! | like (`like.js`) | `reaction` to the post that is liked; the archive does not tell when: the time is that of the post, `inherited` |
//!
//! **One-sided**: what others answered is not in the archive, so each row has `one_sided` true. The time of a post that was liked is
//! in its number; posts of before November 2010 have none there, and likes of them are refused. Files of followers, messages,
//! advertisements and the like are skipped. The member is the account's number, if `account.js` is there.
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;

use super::{Act, Diary};
use crate::Source;
use crate::error::{Error, Place, Result};
use crate::event::INHERITED;
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::json::{self, loose_text};
use crate::time::parse_mail;

pub(crate) const PLATFORM: &str = "x";

/// What a script of the archive holds: `tweets` of `window.YTD.tweets.part0 = [`.
pub(crate) fn part_of(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches('\u{FEFF}').trim_start().strip_prefix("window.YTD.")?;
    rest.split(['.', ' ', '=']).next()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    tweet: Option<Tweet>,
    like: Option<Like>,
    account: Option<Account_>,
    /// Older archives have the post without an envelope.
    #[serde(flatten)]
    bare: Tweet,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tweet {
    #[serde(deserialize_with = "loose_text")]
    id_str: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    created_at: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    full_text: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    text: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    in_reply_to_status_id_str: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    in_reply_to_screen_name: Option<String>,
    entities: Option<Entities>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entities {
    hashtags: Vec<Hashtag>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hashtag {
    #[serde(deserialize_with = "loose_text")]
    text: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Like {
    #[serde(rename = "tweetId", deserialize_with = "loose_text")]
    tweet: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Account_ {
    #[serde(rename = "accountId", deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    username: Option<String>,
    #[serde(rename = "accountDisplayName", deserialize_with = "loose_text")]
    name: Option<String>,
}

/// Reads an archive.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Twitter)?;
    let path = job.path();
    let (mut diary, mut seen) = (Diary::default(), HashSet::new());
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        let head = String::from_utf8_lossy(&head);
        let part = part_of(&head);
        if !matches!(part, Some("tweet" | "tweets" | "community_tweet" | "like" | "account")) {
            job.account.intake.note("file skipped: neither posts, likes nor the account");
            continue;
        }
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let replaced = json::each(after_equals(source, &label)?, &label, |item: Item| {
            take(item, &mut diary, &mut seen, account);
            Ok(())
        })?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    diary.finish(&path, PLATFORM, job.account)
}

/// What follows the first `=`.
fn after_equals(source: impl Read, path: &std::path::Path) -> Result<impl Read> {
    const LONGEST: u64 = 200;
    let mut source = BufReader::new(source);
    let mut name = Vec::new();
    (&mut source).take(LONGEST).read_until(b'=', &mut name).map_err(|error| Error::io(path, error))?;
    if name.ends_with(b"=") {
        return Ok(source);
    }
    let detail = "no `=` after its name".to_owned();
    Err(Error::Malformed { path: path.to_owned(), place: Place::line(1), format: "archive script", detail })
}

fn take(item: Item, diary: &mut Diary, seen: &mut HashSet<String>, account: &mut Account<'_>) {
    if let Some(own) = item.account {
        diary.key = own.id;
        diary.username = own.username;
        diary.name = own.name;
    } else if let Some(like) = item.like {
        match liked(&like) {
            Ok(act) => diary.acts.push(act),
            Err(reason) => account.refuse(reason),
        }
    } else {
        match posted(item.tweet.unwrap_or(item.bare)) {
            Ok(act) if act.id.as_ref().is_some_and(|id| !seen.insert(id.clone())) => {
                account.refuse("post with an id seen before");
            }
            Ok(act) => diary.acts.push(act),
            Err(reason) => account.refuse(reason),
        }
    }
}

fn posted(tweet: Tweet) -> std::result::Result<Act, &'static str> {
    let id = tweet.id_str.filter(|id| !id.is_empty()).ok_or("post without id_str")?;
    let written = tweet.created_at.as_deref().and_then(parse_mail);
    let time = written.map(|stamp| stamp.micros).or_else(|| time_of(&id)).ok_or("created_at cannot be read")?;
    let text = tweet.full_text.or(tweet.text).unwrap_or_default();
    let text = htmlize::unescape(text).into_owned();
    let parent = tweet.in_reply_to_status_id_str.filter(|id| !id.is_empty());
    let is_share = parent.is_none() && text.starts_with("RT @");
    let kind = if is_share {
        "share"
    } else if parent.is_some() {
        "reply"
    } else {
        "post"
    };
    let target = match (kind, text.strip_prefix("RT @")) {
        ("share", Some(rest)) => rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned),
        _ => tweet.in_reply_to_screen_name.filter(|_| kind == "reply"),
    };
    let tags: Vec<String> =
        tweet.entities.unwrap_or_default().hashtags.into_iter().filter_map(|tag| tag.text).collect();
    Ok(Act {
        time,
        kind,
        id: Some(id),
        parent,
        text: Some(text).filter(|_| !is_share),
        tags: Some(tags.join(",")).filter(|tags| !tags.is_empty()),
        target,
        ..Act::default()
    })
}

fn liked(like: &Like) -> std::result::Result<Act, &'static str> {
    let id = like.tweet.clone().filter(|id| !id.is_empty()).ok_or("like without tweetId")?;
    let time =
        time_of(&id).ok_or("like of a post of which the number tells no time: it is not told when it was given")?;
    Ok(Act { time, kind: "reaction", parent: Some(id), quality: INHERITED, ..Act::default() })
}

/// The time in a number of a post: milliseconds since November 2010 in all but the last 22 bits.
fn time_of(id: &str) -> Option<i64> {
    const BEGAN: i64 = 1_288_834_974_657;
    /// Numbers of before were counted, and are smaller.
    const FIRST: i64 = 29_700_859_247;
    let id: i64 = id.parse().ok().filter(|id| *id > FIRST)?;
    ((id >> 22) + BEGAN).checked_mul(1_000)
}
