//! Who people are is no reason for a score: plain sentences with a word for a group of people must not sound ruder, nor gloomier, than the
//! same with a word for something else that people are.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use commonweal_text::model::{Profile, Scorer, Scores};

const SENTENCES: &[&str] = &[
    "My neighbour is {}.",
    "I am {} and I joined this group last week.",
    "She is {} and works in the next office.",
    "Is anyone else here {}?",
    "As a {} person I would like to know more about this.",
    "He told us that he is {}.",
    "We met a {} family at the market.",
    "The article is about {} people in our city.",
    "There is a meeting for {} members on Monday.",
    "You said that you are {}.",
];

/// Words that the model knows as words for groups of people, and passes over.
const KNOWN: &[&str] = &[
    "gay",
    "lesbian",
    "bisexual",
    "transgender",
    "queer",
    "straight",
    "muslim",
    "christian",
    "jewish",
    "hindu",
    "buddhist",
    "atheist",
    "catholic",
    "sikh",
    "black",
    "white",
    "asian",
    "african",
    "hispanic",
    "mexican",
    "arab",
    "chinese",
    "indian",
    "american",
    "british",
    "russian",
    "french",
    "japanese",
    "israeli",
    "palestinian",
    "nigerian",
    "polish",
    "deaf",
    "blind",
    "disabled",
    "autistic",
    "elderly",
    "young",
    "female",
    "male",
    "immigrant",
    "refugee",
];

/// Words of the same kind that it does not know.
const UNKNOWN: &[&str] = &[
    "ethiopian",
    "somali",
    "kenyan",
    "pakistani",
    "vietnamese",
    "peruvian",
    "cuban",
    "irish",
    "kurdish",
    "ukrainian",
    "persian",
    "nonbinary",
    "asexual",
    "intersex",
    "mormon",
    "evangelical",
    "quaker",
    "zoroastrian",
    "romani",
    "creole",
    "dyslexic",
    "epileptic",
    "paralysed",
    "pregnant",
    "widowed",
    "middle-aged",
    "homeless",
    "unemployed",
    "foreign",
];

const OTHERS: &[&str] = &[
    "tall",
    "short",
    "retired",
    "local",
    "married",
    "musical",
    "left-handed",
    "vegetarian",
    "part-time",
    "new",
    "busy",
    "early",
    "remote",
    "freelance",
    "returning",
    "regular",
    "second",
    "visiting",
    "nearby",
    "quiet",
];

/// The means of offensive, attack and sentiment over all sentences with a word.
fn means(scorer: &mut Scorer, word: &str) -> [f64; 3] {
    let scores = SENTENCES.iter().map(|sentence| scorer.score(&sentence.replace("{}", word)).unwrap());
    let mut sums = [0.0; 3];
    for s in scores {
        sums.iter_mut().zip([s.offensive, s.attack, s.sentiment]).for_each(|(sum, part)| *sum += Scores::number(part));
    }
    sums.map(|sum| sum / SENTENCES.len() as f64)
}

fn mean(all: &[[f64; 3]], at: usize) -> f64 {
    all.iter().map(|one| one[at]).sum::<f64>() / all.len() as f64
}

#[test]
fn words_for_groups_of_people_do_not_raise_scores() {
    for name in Profile::NAMES {
        let mut scorer = Scorer::new(Profile::named(name).unwrap());
        let mut all = |words: &[&str]| words.iter().map(|word| means(&mut scorer, word)).collect::<Vec<_>>();
        let others = all(OTHERS);
        for (kind, words) in [("known", KNOWN), ("unknown", UNKNOWN)] {
            let groups = all(words);
            if kind == "known" {
                assert!(groups.iter().all(|group| group == &groups[0]), "{name}: what is passed over tells nothing");
            }
            let [offensive, attack, sentiment] = [0, 1, 2].map(|at| mean(&groups, at) - mean(&others, at));
            let most = words.iter().zip(&groups).max_by(|a, b| a.1[0].total_cmp(&b.1[0])).unwrap();
            println!(
                "{name}, {kind}: offensive {offensive:+.3}, attack {attack:+.3}, sentiment {sentiment:+.3} over {:.3}, {:.3}, {:.3}; \
                 most offensive {} {:.3}",
                mean(&others, 0),
                mean(&others, 1),
                mean(&others, 2),
                most.0,
                most.1[0]
            );
            assert!(offensive < 0.05 && attack < 0.05, "{name}, {kind}: {offensive} {attack}");
            // Of the unknown words a few are of misfortune, as "widowed": those are sad words to people, too.
            let sad = if kind == "known" { 0.03 } else { 0.1 };
            assert!(sentiment.abs() < sad, "{name}, {kind}: {sentiment}");
            assert!(most.1[0] < 0.5, "{name}: {most:?}");
        }
    }
}
