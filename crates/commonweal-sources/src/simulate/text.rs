//! Messages: a template of the wanted voice and tone, its slots filled, sometimes with a word before and an emoji
//! after.

use super::draw::{Draw, Stream};
use super::mood::Tone;
use super::phrases::{self, Phrases};

/// How a message sounds: the part it plays in its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    Announce,
    Intro,
    Ask,
    Talk,
    Idea,
    Social,
    Answer,
    Chat,
    Banter,
    Greet,
    FollowUp,
    Host,
    Reminder,
    Auto,
    Digest,
}

impl Voice {
    /// Written by a bot: always neutral.
    pub(super) fn is_bot(self) -> bool {
        matches!(self, Self::Auto | Self::Digest)
    }

    fn phrases(self) -> &'static Phrases {
        match self {
            Self::Announce => &phrases::ANNOUNCE,
            Self::Intro => &phrases::INTRO,
            Self::Ask => &phrases::ASK,
            Self::Talk => &phrases::TALK,
            Self::Idea => &phrases::IDEA,
            Self::Social => &phrases::SOCIAL,
            Self::Answer => &phrases::ANSWER,
            Self::Chat => &phrases::CHAT,
            Self::Banter => &phrases::BANTER,
            Self::Greet => &phrases::GREET,
            Self::FollowUp => &phrases::FOLLOW_UP,
            Self::Host => &phrases::HOST,
            Self::Reminder => &phrases::REMINDER,
            Self::Auto => &phrases::AUTO,
            Self::Digest => &phrases::DIGEST,
        }
    }

    /// Openings that may start with a greeting.
    fn greets(self) -> bool {
        matches!(self, Self::Announce | Self::Ask | Self::Idea)
    }

    /// Speaks of the launch and the outage in their days.
    fn is_topical(self) -> bool {
        matches!(self, Self::Announce | Self::Ask | Self::Talk | Self::Idea | Self::Chat)
    }
}

/// What people talk about at a moment: how likely a message is about it.
#[derive(Clone, Copy)]
pub(super) struct Topics {
    pub launch: f64,
    pub outage: f64,
}

/// What a conversation is about.
pub(super) struct Subject {
    tool: &'static str,
    other: &'static str,
    thing: &'static str,
    team: &'static str,
    place: &'static str,
    day: &'static str,
}

impl Subject {
    /// The subject of the thread of this number: the same whoever asks.
    pub(super) fn of(seed: u64, thread: u32) -> Self {
        let own = (u64::from(thread) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut draw = Draw::new(seed ^ own, Stream::Subjects);
        Self {
            tool: draw.pick(&phrases::TOOLS),
            other: draw.pick(&phrases::OTHER_TOOLS),
            thing: draw.pick(&phrases::THINGS),
            team: draw.pick(&phrases::TEAMS),
            place: draw.pick(&phrases::PLACES),
            day: draw.pick(&phrases::DAYS),
        }
    }
}

/// Writes a message into `out`, which is cleared first.
pub(super) fn write(out: &mut String, voice: Voice, tone: Tone, topics: Topics, subject: &Subject, draw: &mut Draw) {
    out.clear();
    let (topic, kind) = (draw.unit(), voice.is_topical());
    let own = voice.phrases()[tone as usize];
    let from = match tone {
        Tone::Positive if kind && topic < topics.launch => phrases::LAUNCH[0],
        Tone::Neutral if kind && topic < topics.launch / 2.0 => phrases::LAUNCH[1],
        Tone::Negative if kind && topic < topics.outage => phrases::OUTAGE[2],
        Tone::Neutral if kind && topic < topics.outage / 2.0 => phrases::OUTAGE[1],
        _ => own,
    };
    if voice.greets() && draw.chance(0.2) {
        out.push_str(draw.pick(&phrases::OPENERS));
    }
    fill(out, draw.pick(from), subject, draw);
    match tone {
        Tone::Positive if draw.chance(0.22) => out.push_str(draw.pick(&phrases::HAPPY)),
        Tone::Negative if draw.chance(0.10) => out.push_str(draw.pick(&phrases::SAD)),
        _ => {}
    }
}

fn fill(out: &mut String, template: &str, subject: &Subject, draw: &mut Draw) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (slot, after) = after.split_once('}').unwrap_or((after, ""));
        let word = match slot {
            "tool" => subject.tool,
            "other" => subject.other,
            "thing" => subject.thing,
            "team" => subject.team,
            "place" => subject.place,
            "day" => subject.day,
            "n" => draw.pick(&phrases::NUMBERS),
            _ => draw.pick(&phrases::CODES),
        };
        if out.is_empty() || out.ends_with(". ") || out.ends_with("! ") || out.ends_with("? ") {
            out.extend(word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)));
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_fills_its_slots() {
        let mut draw = Draw::new(0, Stream::Text);
        let all = [Voice::Announce, Voice::Intro, Voice::Ask, Voice::Talk, Voice::Idea, Voice::Social, Voice::Answer]
            .into_iter()
            .chain([
                Voice::Chat,
                Voice::Banter,
                Voice::Greet,
                Voice::FollowUp,
                Voice::Host,
                Voice::Reminder,
                Voice::Auto,
                Voice::Digest,
            ]);
        let mut out = String::new();
        let mut seen = 0;
        for template in all.flat_map(|voice| *voice.phrases()).chain(phrases::LAUNCH).chain(phrases::OUTAGE).flatten() {
            out.clear();
            fill(&mut out, template, &Subject::of(0, seen), &mut draw);
            assert!(!out.contains(['{', '}']) && !out.contains("  ") && out.len() > 10, "{template}: {out}");
            seen += 1;
        }
        assert!(seen > 200, "{seen}");
    }
}
