//! Templates of the replies and of the bots' messages, by tone: positive, neutral, negative.

use super::phrases::Phrases;

pub(super) const ANSWER: Phrases = [
    &[
        "Good question! Open the {thing}, then Settings, then Sync. That solved it for me.",
        "Happy to help: send me the {thing} and I will take a look.",
        "Yes! The new version of {tool} can do that, and it works great.",
        "Glad you asked. The easiest way is to copy the {thing} into {other}.",
        "That is easy: choose {other} in the menu and you are done. Enjoy!",
        "We had the same in {team} and found a nice solution: open it in {other}.",
        "Welcome! The best guide is on the wiki, page {n}. It helped me a lot.",
        "I love this question. {tool} has a great feature for it under Advanced.",
    ],
    &[
        "Open the {thing}, then Settings, then Sync.",
        "You find it in {tool} under Reports, in the menu on the left.",
        "Which version of {tool} do you have? In mine it is under Options.",
        "The {team} team owns the {thing}. Write to them on {day}.",
        "It takes about {n} minutes until {other} shows the change.",
        "Export it as CSV first, then load it into {other}.",
        "The guide is on the wiki, page {n}.",
        "Log out of {tool}, wait {n} minutes, log in again.",
        "Which office are you in? In {place} it is a different form.",
        "You need the editor role for that. {team} can set it.",
        "Did you try it in {other}?",
        "It depends on the {thing}: up to {n} rows it goes through, above that use {other}.",
        "Same as in {tool}: right-click, then Move.",
        "That changed on {day}. It is now under Reports.",
    ],
    &[
        "Same problem here, {tool} is terrible with the {thing}.",
        "Sorry, that is broken since {day} and there is no fix yet.",
        "I am fed up with the {thing}, it fails every time. Terrible.",
        "Bad luck, {tool} cannot do that. It is a known problem.",
        "That guide is wrong and dangerous: it deletes the {thing}.",
        "Error {code} means that you have no access. Annoying, I know.",
        "Unfortunately {team} refused the request. I am disappointed too.",
    ],
];

pub(super) const CHAT: Phrases = [
    &[
        "Great work!",
        "Love it, thanks for telling us.",
        "Congratulations, well deserved!",
        "Welcome! So good to have you here.",
        "Awesome. {team} will be happy to hear that.",
        "Nice! Count me in.",
        "Wonderful, thank you.",
        "That is a brilliant idea, I would love to help.",
        "Looks good to me, nice work on the {thing}.",
        "Excellent, this helps {team} a lot.",
        "Haha, best message of the week.",
    ],
    &[
        "I will be there on {day}.",
        "Where is the link to the {thing}?",
        "We did the same in {place} {n} months ago.",
        "Does this include {team}?",
        "I added it to the {thing}.",
        "Could we do it on {day} instead?",
        "Which {thing} do you mean?",
        "Same here in {place}.",
        "Let me ask {team} and come back to you on {day}.",
        "I can bring the {thing}.",
        "The notes are on the wiki.",
        "What changes for {team}?",
    ],
    &[
        "I disagree, this makes it worse for {team}.",
        "That is a bad idea, we tried it and it failed.",
        "Sorry, I cannot make it. Too much stress this week.",
        "Not again! {team} has enough problems already.",
        "I am disappointed, we were promised more.",
        "This is confusing, and the {thing} is wrong.",
        "Sad to hear that.",
    ],
];

pub(super) const FOLLOW_UP: Phrases = [
    &[
        "Thanks, that worked!",
        "Perfect, thank you so much.",
        "That solved it. You saved my day, thanks!",
        "Thank you all, very helpful.",
        "Great, it works now. Much appreciated!",
        "Brilliant, exactly what I needed. Thanks!",
        "Thanks for the quick reply, I will give it a try.",
    ],
    &[
        "It is version {n}, on {other}.",
        "I see the menu, but the {thing} is not in it. Where else could it be?",
        "Let me try that on {day}.",
        "It is for {team}, about {n} people.",
        "And after that, where does the {thing} go?",
        "I meant the one in {other}.",
        "Done. Now it shows {n} rows.",
    ],
    &[
        "Still broken, same error {code}.",
        "That made it worse, now the {thing} is gone. I am lost.",
        "No luck, it fails again.",
        "Hm, that is disappointing.",
        "I tried that already and it is a waste of time.",
    ],
];

pub(super) const BANTER: Phrases = [
    &[
        "Haha, love it!",
        "Enjoy! Wish I could be there.",
        "That sounds wonderful.",
        "Best message of the week.",
        "Great fun, count me in for {day}!",
        "Beautiful. Thanks for the smile.",
        "Happy to hear that!",
        "So good. {place} is always fun.",
    ],
    &[
        "See you on {day}.",
        "Same here in {place}.",
        "Is there one in {place} too?",
        "I was there {n} years ago.",
        "What time on {day}?",
        "The one next to the station.",
        "Ask {team}, they go there each {day}.",
        "{n} of us will come along.",
    ],
    &[
        "Oh no, how sad.",
        "That is terrible.",
        "I hate when that happens.",
        "Sorry, I am sick and cannot come on {day}.",
        "Same in {place}, and it is awful.",
    ],
];

pub(super) const GREET: Phrases = [
    &[
        "Welcome! So good to have you here.",
        "Welcome to {team}! Happy to show you around on {day}.",
        "Great to have you with us!",
        "Hello and welcome! {place} is a lovely place to start.",
        "Welcome aboard! The {team} team is the best.",
        "So glad you joined. Enjoy the first weeks!",
    ],
    &[
        "Hello from {place}.",
        "Are you around for lunch on {day}?",
        "Which floor do you sit on?",
        "We meet on {day} at {n}, in the kitchen.",
        "What did you do before {team}?",
        "Have you seen the {thing} on the wiki?",
    ],
    &[
        "Sorry about the bad start. The laptops are a known problem.",
        "Sadly that is how it was for me, too.",
        "Do not worry, the {thing} is confusing for everybody. It is a mess.",
    ],
];

pub(super) const HOST: Phrases = [
    &[
        "Thanks, all!",
        "Thank you, that is very kind.",
        "Great, see you on {day}!",
        "Thanks for the good ideas.",
        "You are the best. Thank you!",
        "Perfect, I am glad that we agree.",
    ],
    &[
        "I will post an update on {day}.",
        "It is for {team}, about {n} people.",
        "The details are on the wiki.",
        "In {place}, at {n}.",
        "I meant the one on {day}.",
        "Let me ask {team} about that.",
    ],
    &[
        "That is not what I hoped to hear. I am disappointed.",
        "Sorry, my mistake. I was wrong about {day}.",
        "Sadly it is cancelled.",
        "I am tired of this argument.",
        "Bad news: {team} said no.",
    ],
];

pub(super) const REMINDER: Phrases = [
    &["Still hoping for an answer, any help is welcome. Thanks!", "Would love to hear from {team} on this, thank you."],
    &["Any thoughts from {team}?", "Moving this up, as it is still open.", "Has anyone seen this?"],
    &["Nobody? That is disappointing.", "Still waiting. It is a problem for {team}.", "Sad to see no answer here."],
];

pub(super) const AUTO: Phrases = [
    &[],
    &[
        "I am a bot. Your question was received and is now in the queue of the {team} team.",
        "I am a bot. People in this channel were told about your question. The guides are on the wiki.",
    ],
    &[],
];

pub(super) const DIGEST: Phrases = [
    &[],
    &[
        "I am a bot. The digest of last week is on the wiki: the most read posts, by channel.",
        "Weekly digest: see the wiki.",
    ],
    &[],
];
