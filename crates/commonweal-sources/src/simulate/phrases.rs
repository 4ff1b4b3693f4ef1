//! The words that messages are made of. Each template has one tone, which VADER reads as meant.

pub(super) use super::answers::*;
pub(super) use super::openings::*;

/// Templates by tone: positive, neutral, negative.
pub(super) type Phrases = [&'static [&'static str]; 3];

// What fills the slots {tool}, {other}, {thing}, {team}, {place}, {day}, {n} and {code}. The tools are invented.
pub(super) const TOOLS: [&str; 6] = ["Tidemark", "Lanternboard", "Inkwell", "Relay", "Plotline", "Copperdesk"];
pub(super) const OTHER_TOOLS: [&str; 5] =
    ["the intranet", "the calendar", "a spreadsheet", "the wiki", "the mobile app"];
pub(super) const THINGS: [&str; 14] = [
    "monthly report",
    "project page",
    "timesheet",
    "onboarding checklist",
    "team calendar",
    "budget view",
    "data export",
    "request form",
    "mailing list",
    "meeting template",
    "release page",
    "survey",
    "dashboard",
    "project folder",
];
pub(super) const TEAMS: [&str; 8] =
    ["engineering", "sales", "logistics", "operations", "marketing", "product", "finance", "HR"];
pub(super) const PLACES: [&str; 6] = ["Berlin", "London", "New York", "São Paulo", "Bengaluru", "Sydney"];
pub(super) const DAYS: [&str; 5] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
pub(super) const NUMBERS: [&str; 8] = ["two", "three", "four", "five", "six", "eight", "nine", "ten"];
pub(super) const CODES: [&str; 6] = ["403", "404", "412", "500", "502", "1073"];

pub(super) const OPENERS: [&str; 6] =
    ["Hey all! ", "Hi everyone. ", "Quick one. ", "Hello! ", "Morning! ", "Hi team. "];
pub(super) const HAPPY: [&str; 6] = [" 😊", " 🎉", " ❤️", " 😄", " :)", " 🥳"];
pub(super) const SAD: [&str; 4] = [" 😞", " 😡", " :(", " 😢"];

/// Said in the weeks after the launch.
pub(super) const LAUNCH: Phrases = [
    &[
        "Harbour is live and it looks fantastic. Congratulations to the whole team!",
        "First week with Harbour: the search is so much better. Love it.",
        "Really impressed by the Harbour launch, everything is easy to find now.",
        "Just moved the {thing} to Harbour in {n} minutes. Brilliant work, {team}!",
        "Harbour is a huge improvement over what we had. Thank you for listening to us!",
        "The Harbour tour in {place} was great fun, thanks for hosting it.",
        "Best launch we have had in years. Harbour just works.",
    ],
    &[
        "Where do I find the {thing} in Harbour?",
        "Does Harbour take over the pages from {tool}, or do we move them page by page?",
        "The Harbour session for {team} is on {day} at {n}.",
        "Is the old {thing} going away now that Harbour is out?",
        "The Harbour guide is on the wiki, under {team}.",
    ],
    &[],
];

/// Said in the weeks after the outage.
pub(super) const OUTAGE: Phrases = [
    &[],
    &[
        "Is the login page back for anyone in {place}?",
        "When is the next update on the outage expected?",
        "What is the plan for the {thing} that was due on {day}?",
        "Which tools besides {tool} does the outage touch?",
        "Has {team} moved to {other} until {tool} is back?",
    ],
    &[
        "The outage cost our team a whole day. This is really bad.",
        "{tool} is down again. The worst week we have had, and nobody tells us anything.",
        "Still locked out since {day}. This is unacceptable.",
        "We lost the {thing} in the outage. I am so angry.",
        "The outage is a disaster for {team}: we missed {n} customer deadlines.",
        "Very disappointed with how the outage was handled. Terrible communication.",
        "Error {code} all morning, and the status page is useless.",
        "Customers in {place} are furious about the outage, and I have nothing to tell them.",
        "Another failed login, another lost hour. I hate this.",
        "I am worried that {tool} will fail again before the {thing} is due.",
        "This outage is painful. We were warned in spring and ignored it.",
        "Not a word from anybody, not even an apology. What an awful mess.",
    ],
];
