//! The HTML form, of 2019 as of today: told by the classes that its elements have had all along.
use std::io::BufRead;
use std::path::Path;

use super::csv::what;
use super::text::readable;
use super::{Message, Reaction, Room, Server, What, time_of};
use crate::error::{Error, Place, Result};
use crate::html::html_to_text;
use crate::input::{Allowance, Guard, RECORD_LIMIT, Utf8};
use crate::job::{Account, Job};

/// Elements that have no end.
const VOID: [&str; 9] = ["img", "br", "meta", "link", "hr", "input", "source", "wbr", "col"];

pub(super) fn read(job: &mut Job<'_>, file: usize, server: &mut Server) -> Result<()> {
    let label = job.tree.label(file);
    let text = Utf8::new(job.tree.reader(file)?, label.clone());
    let replaced = text.replaced();
    let allowance = Allowance::new(RECORD_LIMIT);
    let mut source = Guard::new(text, label.clone(), allowance.clone());
    let mut page = Page::new(server, &mut job.account, allowance);
    let is_whole = tokens(&mut source, &label, &mut page)?;
    if !is_whole {
        let detail = "HTML whose last element is not closed".to_owned();
        return Err(Error::Truncated { path: label, place: Place::default(), detail });
    }
    job.account.note_replaced(&replaced);
    Ok(())
}

/// Hands over text and tags in turn, in memory one at a time. True when the page is whole.
fn tokens<R: BufRead>(source: &mut R, path: &Path, page: &mut Page<'_, '_>) -> Result<bool> {
    let told = |error| Error::io(path, error);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        source.read_until(b'<', &mut bytes).map_err(told)?;
        let closed = bytes.pop_if(|byte| *byte == b'<').is_some();
        page.text(&String::from_utf8_lossy(&bytes));
        if !closed {
            return Ok(page.is_over);
        }
        bytes.clear();
        source.read_until(b'>', &mut bytes).map_err(told)?;
        // A comment ends at its own sign, and may hold others.
        while bytes.starts_with(b"!--") && !bytes.ends_with(b"-->") {
            if source.read_until(b'>', &mut bytes).map_err(told)? == 0 {
                break;
            }
        }
        if bytes.pop_if(|byte| *byte == b'>').is_none() {
            return Ok(false);
        }
        page.tag(&String::from_utf8_lossy(&bytes));
    }
}

/// What the text that comes is for, and at which depth its element ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Author,
    Content,
    Notice,
    Count,
    Channel,
    /// Scripts and styles, in which `<` is no tag.
    Raw,
}

#[derive(Debug, Default)]
struct Author {
    id: Option<String>,
    full_name: Option<String>,
    name: String,
    is_bot: bool,
}

struct Page<'s, 'j> {
    server: &'s mut Server,
    account: &'s mut Account<'j>,
    allowance: Allowance,
    room: Room,
    depth: usize,
    part: Option<(Part, usize)>,
    /// The markup of the part so far.
    markup: String,
    author: Author,
    message: Option<(Message, usize)>,
    emoji: Option<String>,
    entries: usize,
    is_over: bool,
}

impl<'s, 'j> Page<'s, 'j> {
    fn new(server: &'s mut Server, account: &'s mut Account<'j>, allowance: Allowance) -> Self {
        Self {
            server,
            account,
            allowance,
            room: Room::default(),
            depth: 0,
            part: None,
            markup: String::new(),
            author: Author::default(),
            message: None,
            emoji: None,
            entries: 0,
            is_over: false,
        }
    }

    fn text(&mut self, text: &str) {
        if self.part.is_some() {
            self.markup.push_str(text);
        }
    }

    fn tag(&mut self, tag: &str) {
        if tag.starts_with(['!', '?']) {
            return;
        }
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if self.part.is_some_and(|(part, _)| part == Part::Raw) {
            // Within a script `<` is no tag, so what ends it may stand behind one.
            if tag.contains("/script") || tag.contains("/style") {
                self.depth = self.depth.saturating_sub(1);
                self.close();
            }
            return;
        }
        if tag.starts_with('/') {
            self.is_over |= name == "html";
            self.depth = self.depth.saturating_sub(1);
            self.close();
        } else if VOID.contains(&name.as_str()) || tag.ends_with('/') {
            self.open(tag, &name);
        } else {
            self.open(tag, &name);
            self.depth += 1;
        }
        if let Some((part, _)) = self.part
            && part != Part::Raw
        {
            self.markup.push('<');
            self.markup.push_str(tag);
            self.markup.push('>');
        }
    }

    fn begin(&mut self, part: Part) {
        if self.part.is_none() {
            self.part = Some((part, self.depth));
            self.markup.clear();
        }
    }

    /// An element begins; `self.depth` is the one it stands at.
    fn open(&mut self, tag: &str, name: &str) {
        let classes = attribute(tag, "class").unwrap_or_default();
        let is = |class: &str| classes.split_ascii_whitespace().any(|other| other == class);
        if let Some(id) = attribute(tag, "data-message-id") {
            self.end_of_message();
            self.allowance.renew();
            let message = Message { id: Some(id.to_owned()), time: time_of(id), ..Message::default() };
            self.message = Some((message, self.depth));
        }
        if is("chatlog__message-group") {
            self.author = Author::default();
        } else if is("chatlog__author-name") || is("chatlog__author") || is("chatlog__system-notification-author") {
            self.author = Author {
                id: attribute(tag, "data-user-id").map(str::to_owned),
                full_name: attribute(tag, "title").map(|title| htmlize::unescape(title).into_owned()),
                ..Author::default()
            };
            self.begin(Part::Author);
        } else if is("chatlog__bot-tag") || is("chatlog__author-tag") {
            self.author.is_bot = true;
        } else if is("chatlog__content") {
            self.begin(Part::Content);
        } else if is("chatlog__system-notification-content") {
            self.begin(Part::Notice);
        } else if is("info__channel-name") {
            self.begin(Part::Channel);
        } else if is("preamble__entry") {
            self.entries += 1;
            // The first names the guild, the second the channel.
            if self.entries == 2 {
                self.begin(Part::Channel);
            }
        } else if is("chatlog__reaction-count") {
            self.begin(Part::Count);
        } else if is("chatlog__reaction") {
            self.emoji = None;
        } else if matches!(name, "script" | "style") {
            self.begin(Part::Raw);
        } else if is("emoji") && self.part.is_none() {
            let shown = attribute(tag, "alt").or(attribute(tag, "title"));
            self.emoji = shown.map(|emoji| htmlize::unescape(emoji).into_owned());
        }
        if let Some((_, target)) =
            attribute(tag, "onclick").and_then(|click| click.split_once("scrollToMessage(event,"))
            && let Some((message, _)) = &mut self.message
        {
            let id: String = target.chars().filter(char::is_ascii_digit).collect();
            message.about = Some(id).filter(|id| !id.is_empty());
            message.what = What::Answer;
        }
        if (is("chatlog__reply-unknown") || is("chatlog__reference-unknown"))
            && let Some((message, _)) = &mut self.message
        {
            message.what = What::Answer;
        }
    }

    /// An element has ended; `self.depth` is the one it stood at.
    fn close(&mut self) {
        if let Some((part, depth)) = self.part
            && self.depth <= depth
        {
            self.part = None;
            let markup = std::mem::take(&mut self.markup);
            self.end_of(part, &markup);
        }
        if self.message.as_ref().is_some_and(|(_, depth)| self.depth <= *depth) {
            self.end_of_message();
        }
    }

    fn end_of(&mut self, part: Part, markup: &str) {
        match part {
            Part::Author => self.author.name = html_to_text(markup),
            Part::Channel => {
                let name = html_to_text(markup);
                self.room.channel = Some(name.rsplit(" / ").next().unwrap_or(&name).to_owned());
            }
            Part::Content => {
                if let Some((message, _)) = &mut self.message {
                    message.text = said(markup);
                    if message.what == What::Said {
                        message.what = what(&message.text);
                    }
                }
            }
            Part::Notice => {
                if let Some((message, _)) = &mut self.message {
                    message.text = html_to_text(markup);
                    message.what = match message.text.as_str() {
                        "joined the server." => What::Join,
                        _ => What::System(notice(&message.text).to_owned()),
                    };
                }
            }
            Part::Count => {
                if let (Some((message, _)), Ok(count)) = (&mut self.message, html_to_text(markup).trim().parse()) {
                    message.reactions.push(Reaction { emoji: self.emoji.take(), count, users: vec![] });
                }
            }
            Part::Raw => {}
        }
    }

    fn end_of_message(&mut self) {
        let Some((mut message, _)) = self.message.take() else { return };
        let author = &self.author;
        message.author = author.id.clone().filter(|id| !id.is_empty());
        if let Some(id) = message.author.as_deref().filter(|id| *id != super::DELETED) {
            let full = author.full_name.as_deref().map(|name| name.trim_end_matches("#0000"));
            self.server.meet(id, Some(&author.name), full, author.is_bot);
        }
        message.text = readable(&message.text, &self.server.chat.people);
        self.server.take(message, &mut self.room, self.account);
    }
}

/// The words of a message: without quotes, blocks of code and the note that it was edited, which have classes and no elements of
/// their own.
fn said(markup: &str) -> String {
    let mut plain = String::with_capacity(markup.len());
    let mut rest = markup;
    // The closing tags of elements that were renamed, and how deep each is nested.
    let mut depth = 0_usize;
    let mut renamed: Vec<usize> = Vec::new();
    while let Some((before, tail)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((tag, after)) = tail.split_once('>') else { break };
        rest = after;
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_void = VOID.contains(&name) || tag.ends_with('/');
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
            if renamed.last() == Some(&depth) {
                renamed.pop();
                plain.push_str("</pre>");
                continue;
            }
        } else if !is_void {
            let class = attribute(tag, "class").unwrap_or_default();
            let is_left_out =
                ["quote", "chatlog__markdown-quote", "pre--multiline", "chatlog__markdown-pre--multiline"]
                    .iter()
                    .chain(&["chatlog__edited-timestamp"])
                    .any(|left_out| class.split_ascii_whitespace().any(|class| class == *left_out));
            if is_left_out {
                renamed.push(depth);
                depth += 1;
                plain.push_str("<pre>");
                continue;
            }
            depth += 1;
        }
        plain.push('<');
        plain.push_str(tag);
        plain.push('>');
    }
    plain.push_str(rest);
    // The page shows line ends as they are.
    html_to_text(&plain.replace('\n', "<br>"))
}

/// The type of a system message, by its words.
fn notice(text: &str) -> &'static str {
    for (words, kind) in [
        ("pinned ", "ChannelPinnedMessage"),
        ("started a call", "Call"),
        ("started a thread", "ThreadCreated"),
        ("changed the channel name", "ChannelNameChange"),
        ("changed the channel icon", "ChannelIconChange"),
        ("added ", "RecipientAdd"),
        ("removed ", "RecipientRemove"),
        ("left ", "RecipientRemove"),
    ] {
        if text.starts_with(words) {
            return kind;
        }
    }
    "Other"
}

/// The value of an attribute, with quotes of either kind or none.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = tag[from..].find(name) {
        let (start, end) = (from + at, from + at + name.len());
        from = end;
        let is_begun = tag[..start].ends_with(|c: char| c.is_ascii_whitespace());
        let Some(value) = tag[end..].strip_prefix('=').filter(|_| is_begun) else { continue };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        return Some(match quote {
            Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
            None => value.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default(),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{attribute, said};

    #[test]
    fn attributes_and_words() {
        assert_eq!(attribute("div class=\"a b\" id='x'", "id"), Some("x"));
        assert_eq!(attribute("div class=a data-message-id=12", "data-message-id"), Some("12"));
        assert_eq!(attribute("div data-class=\"no\"", "class"), None);
        let markup = "<span class=\"markdown\"><div class=\"quote\">awful <b>words</b></div>No.\nNever. <span class=\"pre pre--inline\">x</span>\
                      <div class=\"pre pre--multiline\">code</div></span><span class=\"chatlog__edited-timestamp\">(edited)</span>";
        assert_eq!(said(markup), "No.\nNever. x");
    }
}
