//! Templates of the posts that open a conversation, by tone: positive, neutral, negative.

use super::phrases::Phrases;

pub(super) const ANNOUNCE: Phrases = [
    &[
        "We are delighted to welcome the {team} team in {place} to the community!",
        "Good news: the new {thing} is ready, and it is much faster. Thanks to everyone who tested it.",
        "Congratulations to {team} on a great quarter!",
        "We won the award for the best internal network. Thank you all for making this place so helpful!",
        "Happy to announce that {tool} now works on the phone. Enjoy!",
        "Our community day in {place} was a wonderful success. Thanks to all who came!",
    ],
    &[
        "The all-hands is on {day} at {n}. The agenda is on the wiki.",
        "The {thing} moves to {tool} on {day}.",
        "{tool} will be updated on {day} between {n} and twelve.",
        "Office hours this week: {day}, {n} to twelve, in the {place} room.",
        "The notes of the last all-hands are on the wiki.",
        "From {day} on, the {thing} is kept by the {team} team.",
        "The survey on the {thing} is open until {day}.",
    ],
    &[
        "Unfortunately the move of the {thing} failed and has to be delayed. We are sorry for the trouble.",
        "We are aware of a serious problem with {tool}. Sorry for the disruption.",
        "Sad news: the {place} office has to cancel the community day.",
        "Warning: the {thing} in {tool} shows wrong numbers since {day}. Do not use it.",
        "We regret to say that {tool} will lose its {thing}. We know that this hurts.",
    ],
];

pub(super) const INTRO: Phrases = [
    &[
        "Hi, I just joined {team} in {place}. Excited to be here!",
        "Hello from {place}! New in {team}, happy to meet you all.",
        "First week in {team}, and everybody has been so kind and welcoming. Thank you!",
        "Glad to join this community. I love {tool} and enjoy helping others with it.",
        "New here and looking forward to learning from you. Great to see such a friendly place!",
        "Hello! I moved from {place} to join {team}. What a lovely welcome so far.",
    ],
    &[
        "Hello, I started in {team} on {day}. I work from {place}.",
        "New in {team}, based in {place}. Before this I spent {n} years in retail.",
        "Hi, I am in the {team} team and will look after the {thing}.",
        "Hello from {place}. I joined {team} {n} weeks ago.",
        "New to {tool}. Where do people in {team} usually start?",
        "Joining from {place}. I will be around on {day} if anyone wants to have lunch.",
    ],
    &[
        "New in {team}. Still no laptop and no login after {n} days, which is rather frustrating.",
        "Hello from {place}. The onboarding was confusing and I feel a bit lost.",
        "First week in {team}. Sadly the {thing} is broken and looks terrible.",
    ],
];

pub(super) const ASK: Phrases = [
    &[
        "I love the new {thing} in {tool}! How do I get it for the rest of {team}?",
        "The {thing} works beautifully now, thank you. Can we have the same for {other}?",
        "{tool} saved me hours this week, great work. Is there a way to run the {thing} each {day}?",
        "Very happy with {tool} so far. What are your best tips for the {thing}?",
        "Nice update of {tool}! Does the {thing} sync with {other} too?",
        "Good progress: {n} of us now use {tool} with success. Where do we find the next course?",
        "Thanks for the helpful guide on the {thing}! Does it apply to {other} as well?",
    ],
    &[
        "How do I export the {thing} from {tool} to {other}?",
        "Does anyone know where the settings for the {thing} live in {tool}?",
        "Where do I find the template for the {thing}?",
        "Which version of {tool} are you on? The {thing} looks different here.",
        "Is there a way to connect {tool} with {other}?",
        "Who owns the {thing} for the {team} team?",
        "Do we have a guide for the {thing} in {tool}?",
        "Can {tool} send the {thing} to a list of people each {day}?",
        "After the update on {day} the {thing} opens in a new tab. Is that intended?",
        "What is the usual way to move the {thing} from {tool} to {other}?",
        "How many people can edit the {thing} at the same time?",
        "How do you name the columns in the {thing}? We have {n} versions in {team}.",
        "Can I see who changed the {thing} on {day}?",
        "Do I need a second account for {tool} in {place}?",
        "Is the {thing} in {tool} the same one that {team} uses?",
        "How long does {tool} keep the {thing} after somebody leaves {team}?",
    ],
    &[
        "{tool} keeps crashing when I open the {thing}. This is really frustrating, and the error is useless.",
        "The {thing} fails with error {code} every time. What is wrong?",
        "I am stuck: {tool} rejects the {thing} with a useless error. Has anybody seen this?",
        "Since {day} the {thing} is terribly slow and my team is annoyed. Who can look at it?",
        "The {thing} lost my changes again. That is the worst part of {tool}. How do I stop it?",
        "I am confused by the {thing}, the guide is wrong in {n} places. Where is the current one?",
        "Why is the {thing} broken for everybody in {place}? It is a serious problem for {team}.",
        "{tool} denied me access to the {thing} without any warning. Who do I complain to?",
        "I hate to ask a third time, but the {thing} is still broken. Who can fix it?",
        "Bad numbers in the {thing} since {day}: the totals are wrong. Who else has this problem?",
    ],
];

pub(super) const TALK: Phrases = [
    &[
        "{team} shipped the {thing} today. So proud of this team!",
        "Great session with {team} in {place}, thanks to all who joined.",
        "The pilot with {n} customers went really well. They love it!",
        "Thanks to {team} we are ahead of plan with the {thing}. Awesome work.",
        "We finished the {thing} in {n} weeks. Celebrating on {day}!",
        "Our first customers in {place} are very happy with the {thing}.",
        "Good progress on the {thing}: the hardest part is done and it looks great.",
        "Kudos to the {place} team, the workshop was excellent.",
    ],
    &[
        "We start the {thing} on {day}. Who from {team} takes part?",
        "The draft of the {thing} is on the wiki. Comments until {day}.",
        "Notes from the {team} meeting are on the wiki.",
        "Who is in {place} next week?",
        "We move the {thing} from {tool} to {other} in {n} weeks.",
        "The {team} meeting is at {n} on {day} this week.",
        "What do we use for the {thing}: {tool} or {other}?",
        "Status of the {thing}: {n} of twelve steps done, next step on {day}.",
        "I put the numbers for {place} into the {thing}.",
        "Does {team} need the {thing} before {day}?",
        "The room in {place} seats {n} people. Shall we book it for {day}?",
        "New version of the {thing}: page {n} changed, the rest is as it was.",
    ],
    &[
        "The {thing} is late again, {team} is angry, and we have a serious problem.",
        "Bad news from {place}: the customer is unhappy and may leave.",
        "We lost {n} days on the {thing} because nobody told us. That is annoying.",
        "I am worried about the {thing}. The plan has failed twice.",
        "Too many meetings, too much stress. {team} is exhausted.",
        "The handover from {team} was a mess, half of the {thing} is missing. Very bad.",
        "Sorry to say it, but the {thing} is a failure so far.",
    ],
];

pub(super) const IDEA: Phrases = [
    &[
        "It would be great to have the {thing} in {other}, that would help {team} a lot.",
        "Idea: a thank-you wall for {team}. I would love that!",
        "I like how {tool} does the {thing}. An easy win would be the same in {other}.",
        "A buddy for each newcomer would be wonderful. Happy to help!",
        "Good idea from {place}: share the best answers of the week in a digest.",
    ],
    &[
        "Idea: move the {thing} into {tool}, so that {team} has one place for it.",
        "Could {tool} open the {thing} in {other}?",
        "What about a channel for the {place} office?",
        "Proposal: {n} days to review each {thing}, then it goes to {team}.",
        "Could we have the {thing} a day earlier?",
        "What if each {thing} had an owner and a date?",
        "A column for the office in the {thing} would tell us where a request comes from.",
    ],
    &[
        "The {thing} is far too complicated. We waste hours on it and should drop it.",
        "Idea: stop the {thing}. Nobody reads it and it is a pain to write.",
        "The search in {tool} is awful. Let us replace it.",
        "Too many useless notifications from {tool}. They annoy everybody in {team}.",
    ],
];

pub(super) const SOCIAL: Phrases = [
    &[
        "Happy birthday to our friends in {place}!",
        "Cake in the {place} kitchen. Enjoy!",
        "Beautiful sunrise in {place} today.",
        "We won the football game against {team}! What a fun evening.",
        "My daughter drew a picture of the {place} office. I love it.",
        "Great run with the {place} group, {n} of us and perfect weather.",
        "Best coffee in {place}? I need good recommendations!",
        "{n} years here today. Thank you for being such a nice bunch.",
    ],
    &[
        "Who is up for lunch on {day}?",
        "What are you reading these days?",
        "Which podcast did you listen to on the way in?",
        "Book club on {day} at {n}. We are on chapter {n}.",
        "Who has a bike in {place} that I could borrow on {day}?",
        "Where do people in {place} go for noodles?",
        "Running group meets on {day} at {n}, at the side door.",
        "Is anybody else in {place} taking the {day} train?",
    ],
    &[
        "Someone stole my lunch from the {place} kitchen. I am sad.",
        "Terrible weather in {place}, and the train was cancelled.",
        "We lost the game against {team}. What a horrible evening.",
        "The coffee machine in {place} is broken again. Disaster.",
        "Sick all week, and I missed the party.",
    ],
];
