//! Items of chats: Slack, Mattermost, Rocket.Chat.
use serde_json::Value;

use super::Sheet;
use super::value::{list, number, text, time};
use crate::chat::{Extra, MOST_REACTIONS};
use crate::event::{Event, INHERITED};
use crate::job::Account;
use crate::markup::spoken;

/// The reactions of one emoji: those who are named, and as many more by nobody known as the count says.
fn react(
    under: Event<'_>,
    emoji: Option<&str>,
    named: &[String],
    count: u64,
    sheet: &mut Sheet,
    account: &mut Account<'_>,
) {
    let all = count.max(named.len() as u64);
    for at in 0..all.min(MOST_REACTIONS) {
        let member = named.get(at as usize).map(String::as_str);
        if let Some(member) = member {
            sheet.meet(member, None, None);
        }
        let event =
            Event { member, kind: "reaction", id: None, parent: under.id, text: None, quality: INHERITED, ..under };
        sheet.push(event, Extra { emoji, ..Extra::default() }, account);
    }
    account
        .intake
        .refuse_many("reaction beyond 20,000 of one emoji to one message", all.saturating_sub(MOST_REACTIONS));
}

pub(super) fn slack(data: &Value, sheet: &mut Sheet, account: &mut Account<'_>) {
    let Some(stamp) = text(data, "ts") else { return account.refuse("message without ts") };
    let Some(at) = time(data, "ts") else { return account.refuse("ts cannot be read") };
    let info = &data["channel_info"];
    let room = text(info, "id").unwrap_or_default();
    let channel = text(info, "name").or_else(|| text(info, "id"));
    let user = text(data, "user").or_else(|| text(data, "bot_id"));
    let subtype = text(data, "subtype");
    let is_bot = subtype.as_deref() == Some("bot_message") || text(data, "user").is_none() && user.is_some();
    if let Some(user) = &user {
        let profile = &data["user_data"];
        let is_bot = is_bot || profile["is_bot"] == Value::Bool(true);
        let is_staff = ["is_admin", "is_owner"].iter().any(|name| profile[*name] == Value::Bool(true));
        let role = if is_bot { Some("bot") } else { is_staff.then_some("staff") };
        sheet.meet(user, text(profile, "real_name").or_else(|| text(profile, "name")), role);
    }
    let id = format!("{room}/{stamp}");
    let root = text(data, "thread_ts").filter(|root| *root != stamp).map(|root| format!("{room}/{root}"));
    let is_root = text(data, "thread_ts").as_ref() == Some(&stamp);
    let kind = match subtype.as_deref() {
        Some("channel_join" | "group_join") => "join",
        None | Some("bot_message" | "me_message" | "thread_broadcast" | "file_share" | "file_comment") => {
            if root.is_some() { "reply" } else { "post" }
        }
        Some(_) => "moderate",
    };
    let body = spoken(&text(data, "text").unwrap_or_default());
    let event = Event {
        time: at,
        member: user.as_deref(),
        kind,
        id: Some(&id),
        thread: if is_root { Some(&id) } else { root.as_deref() },
        parent: root.as_deref(),
        channel: channel.as_deref(),
        text: Some(&body),
        quality: None,
    };
    let action = subtype.as_deref().filter(|_| matches!(kind, "moderate" | "join"));
    if !sheet.push(event, Extra { action, ..Extra::default() }, account) {
        return;
    }
    for reaction in list(data, "reactions") {
        let named: Vec<String> = list(reaction, "users").iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let count = number(reaction, "count").and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
        react(event, text(reaction, "name").as_deref(), &named, count, sheet, account);
    }
}

pub(super) fn mattermost(data: &Value, sheet: &mut Sheet, account: &mut Account<'_>) {
    let Some(id) = text(data, "id") else { return account.refuse("post without an id") };
    let Some(at) = time(data, "create_at") else { return account.refuse("create_at cannot be read") };
    let channel = text(&data["channel_data"], "name").or_else(|| text(data, "channel_id"));
    let user = text(data, "user_id");
    if let Some(user) = &user {
        let profile = &data["user_data"];
        let is_bot = profile["is_bot"] == Value::Bool(true) || data["props"]["from_webhook"] == "true";
        let is_staff = text(profile, "roles").is_some_and(|roles| roles.contains("admin"));
        let role = if is_bot { Some("bot") } else { is_staff.then_some("staff") };
        sheet.meet(user, text(profile, "nickname").or_else(|| text(profile, "username")), role);
    }
    let root = text(data, "root_id");
    let kind = match text(data, "type").as_deref() {
        Some("system_join_team" | "system_join_channel") => "join",
        Some(kind) if kind.starts_with("system_") => "moderate",
        _ if root.is_some() => "reply",
        _ => "post",
    };
    let action = text(data, "type").filter(|_| matches!(kind, "moderate" | "join"));
    let body = spoken(&text(data, "message").unwrap_or_default());
    let event = Event {
        time: at,
        member: user.as_deref(),
        kind,
        id: Some(&id),
        thread: root.as_deref(),
        parent: root.as_deref(),
        channel: channel.as_deref(),
        text: Some(&body),
        quality: None,
    };
    if !sheet.push(event, Extra { action: action.as_deref(), ..Extra::default() }, account) {
        return;
    }
    for reaction in list(&data["metadata"], "reactions") {
        let member = text(reaction, "user_id");
        if let Some(member) = &member {
            sheet.meet(member, None, None);
        }
        let own = time(reaction, "create_at");
        let quality = if own.is_some() { None } else { INHERITED };
        let event = Event {
            time: own.unwrap_or(at),
            member: member.as_deref(),
            kind: "reaction",
            id: None,
            parent: Some(&id),
            text: None,
            quality,
            ..event
        };
        sheet.push(event, Extra { emoji: text(reaction, "emoji_name").as_deref(), ..Extra::default() }, account);
    }
}

pub(super) fn rocket_chat(data: &Value, room: &str, sheet: &mut Sheet, account: &mut Account<'_>) {
    let Some(id) = text(data, "_id") else { return account.refuse("message without an _id") };
    let Some(at) = time(data, "ts") else { return account.refuse("ts cannot be read") };
    let user = text(&data["u"], "username");
    if let Some(user) = &user {
        let role = (data.get("bot").is_some_and(|bot| !bot.is_null())).then_some("bot");
        sheet.meet(user, text(&data["u"], "name"), role);
    }
    let channel = text(&data["channel_info"], "name").unwrap_or_else(|| room.to_owned());
    let root = text(data, "tmid");
    let kind = match text(data, "t").as_deref() {
        Some("uj" | "au") => "join",
        Some("ul" | "ru") => "moderate",
        Some(_) => "moderate",
        None if root.is_some() => "reply",
        None => "post",
    };
    let action = text(data, "t");
    let body = spoken(&text(data, "msg").unwrap_or_default());
    let event = Event {
        time: at,
        member: user.as_deref(),
        kind,
        id: Some(&id),
        thread: root.as_deref(),
        parent: root.as_deref(),
        channel: Some(&channel),
        text: Some(&body),
        quality: None,
    };
    if !sheet.push(event, Extra { action: action.as_deref(), ..Extra::default() }, account) {
        return;
    }
    if let Some(reactions) = data["reactions"].as_object() {
        for (emoji, reaction) in reactions {
            let named: Vec<String> =
                list(reaction, "usernames").iter().filter_map(Value::as_str).map(str::to_owned).collect();
            react(event, Some(emoji), &named, 0, sheet, account);
        }
    }
}
