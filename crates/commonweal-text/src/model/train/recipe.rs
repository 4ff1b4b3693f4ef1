//! The weights of the library from the labelled sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::calibrate::calibrate;
use super::network::{Network, Training};
use super::quantise::quantised;
use super::voice::{lean, raw_logits};
use super::{Corpus, Fit, Options, balance, fit_from};
use crate::model::features::hash_of;
use crate::model::file;
use crate::model::fixed::{ONE, fixed};
use crate::model::meaning::{Meanings, WIDTH};
use crate::model::profile::{ATTACK, Blend, HEADS, OFFENSIVE, Own, Profile, SENTIMENT, Weights};
use crate::model::table::Table;

/// What a label is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// 0 negative, 1 neutral, 2 positive.
    Sentiment,
    /// 1 for offensive, else 0.
    Offensive,
    /// 1 for an attack, else 0.
    Attack,
}

/// What a labelled text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Training, by what people told.
    Told,
    /// Training, by what the teacher says.
    Taught,
    /// Calibration.
    HeldOut,
}

/// A text and what people or the teacher said of it.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// What the label is about.
    pub task: Task,
    /// The way of talking.
    pub domain: String,
    /// The data set.
    pub set: String,
    /// What it is for.
    pub part: Part,
    /// How probable each class is: 1 for the one that people told, or what the teacher says.
    pub told: [f32; 3],
    /// The text.
    pub text: String,
}

/// A word, and the numbers by which the teacher tells what it means.
pub type Known = (String, [f32; WIDTH]);

/// Weights as the library ships them.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its SHA-256.
    pub fingerprint: String,
    /// What the held-out parts say, a line for each set, head and profile.
    pub report: Vec<String>,
}

const SHARED_BITS: u32 = 18;
const OWN_BITS: u32 = 15;
/// Buckets of what words mean.
const BUCKETS: usize = 1 << 16;
/// The sizes of weights that four bits reach to, of moods and of other heads: all but the largest few.
const QUANTILES: [f32; 2] = [0.9998, 0.99999];

fn quantile(heads: &[usize]) -> f32 {
    QUANTILES[usize::from(heads.len() == 1)]
}

const OPTIONS: Options = Options {
    shared_bits: Some(SHARED_BITS),
    own_bits: OWN_BITS,
    domains: 0,
    passes: 8,
    rate: 0.1,
    decay: 1e-5,
    alone: 0.5,
};

/// The rate of attack, of which labels are few.
const SLOW: f32 = 0.05;

/// How much a set counts, where it is not 1.
const SET_WEIGHTS: [(&str, f32); 3] = [("goemotions-anger", 0.03), ("short", 0.5), ("taught halves", 0.4)];
/// Before the name of a set of which the teacher tells.
const TAUGHT: &str = "taught ";

/// The labels of one task, with domains and sets by number.
struct Examples {
    corpus: Corpus,
    domains: Vec<String>,
    sets: Vec<usize>,
    set_names: Vec<String>,
}

impl Examples {
    fn new(all: &[Labelled], task: Task, parts: &[Part]) -> Self {
        let (mut domains, mut sets): (Vec<String>, Vec<String>) = Default::default();
        let mut corpus = Corpus::default();
        let (mut set_of, mut keys) = (vec![], vec![]);
        for one in all.iter().filter(|one| one.task == task && parts.contains(&one.part)) {
            let domain = number(&mut domains, &one.domain);
            let teller = if one.part == Part::Taught { TAUGHT } else { "" };
            let set = number(&mut sets, &format!("{teller}{} {}", one.set, one.domain));
            corpus.push(&one.text, one.told, domain as u8);
            set_of.push(set);
            keys.push((set, corpus.label(corpus.len() - 1)));
        }
        let weight =
            |set: &str| SET_WEIGHTS.iter().find(|(name, _)| set.starts_with(name)).map_or(1.0, |found| found.1);
        corpus.weights = balance(&keys);
        for (own, set) in corpus.weights.iter_mut().zip(&set_of) {
            let name = &sets[*set];
            *own = weight(name) * if name.starts_with(TAUGHT) { 1.0 } else { *own };
        }
        Self { corpus, domains, sets: set_of, set_names: sets }
    }

    fn fit<const K: usize>(&self, rate: f32, network: &mut Training<K>) -> Fit<K> {
        let options = Options { domains: self.domains.len(), rate, ..OPTIONS };
        fit_from(Fit::new(&options), Some(network), &self.corpus, &options)
    }
}

fn number(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|have| have == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

/// The shared weights of a head, and their bias.
struct Alone {
    weights: Vec<f32>,
    bias: f32,
}

impl Alone {
    fn of<const K: usize>(fit: &Fit<K>, class: usize) -> Self {
        let bias = fit.bias.last().map_or(0.0, |bias| bias[class]);
        Self { weights: fit.shared.iter().map(|weights| weights[class]).collect(), bias }
    }
}

/// The networks of three heads over the same words, in integers.
fn meanings(moods: &Network<3>, offences: &Network<1>, attacks: &Network<1>) -> Meanings {
    let (words, steps) = moods.quantised_words();
    let units = moods.quantised_units(SENTIMENT, steps);
    let binary = [(offences, OFFENSIVE), (attacks, ATTACK)].into_iter();
    let binary = binary.flat_map(|(network, head)| network.quantised_units([head], steps));
    Meanings { words, units: units.chain(binary).collect() }
}

/// The numbers of each bucket: those of the first of its words.
fn rows_of(words: &[Known]) -> Vec<[f32; WIDTH]> {
    let mut rows = vec![None; BUCKETS];
    for (word, numbers) in words {
        rows[hash_of(word) as usize % BUCKETS].get_or_insert(*numbers);
    }
    rows.into_iter().map(Option::unwrap_or_default).collect()
}

/// Trains the weights that the library ships, from labelled texts and from words, the most common first. `examples/train_model.rs`
/// feeds it.
pub fn train(labelled: &[Labelled], words: &[Known]) -> Trained {
    let [sentiment, offence, conflict] = [Task::Sentiment, Task::Offensive, Task::Attack]
        .map(|task| Examples::new(labelled, task, &[Part::Told, Part::Taught]));
    let mut of_moods = Training::<3>::new(rows_of(words), true);
    let moods = sentiment.fit(OPTIONS.rate, &mut of_moods);
    let [mut of_offences, mut of_attacks] = [(); 2].map(|()| Training::<1>::new(of_moods.now.words.clone(), false));
    let offences = offence.fit(OPTIONS.rate, &mut of_offences);
    let attacks = conflict.fit(SLOW, &mut of_attacks);
    let meanings = meanings(&of_moods.now, &of_offences.now, &of_attacks.now);
    let of_mood = SENTIMENT.map(|class| Alone::of(&moods, class));
    let (offensive, attack) = (Alone::of(&offences, 0), Alone::of(&attacks, 0));

    let mut shared = Table::new(SHARED_BITS);
    let mut general = [Blend::default(); HEADS];
    let groups: [(&[usize], &[&Alone]); 3] = [
        (&SENTIMENT, &[&of_mood[0], &of_mood[1], &of_mood[2]]),
        (&[OFFENSIVE], &[&offensive]),
        (&[ATTACK], &[&attack]),
    ];
    for (heads, weights) in groups {
        let (steps, step) = quantised(weights.iter().flat_map(|alone| alone.weights.iter().copied()), quantile(heads));
        for (of_head, head) in steps.chunks(1 << SHARED_BITS).zip(heads) {
            of_head.iter().enumerate().for_each(|(bucket, weight)| shared.set(bucket, *head, i32::from(*weight)));
        }
        for (head, alone) in heads.iter().zip(weights) {
            general[*head] = Blend { shared: fixed(step), own: 0, meaning: ONE, bias: fixed(alone.bias) };
        }
    }

    let mut profiles = vec![];
    for name in Profile::NAMES {
        let mut own = Own { name: name.to_owned(), blends: general, lean: [0; 2], table: None };
        let mut table = Table::new(OWN_BITS);
        let mut add = |heads: &[usize], weights: Vec<f32>, biases: &[f32]| {
            let (steps, step) = quantised(weights.iter().copied(), quantile(heads));
            for (of_head, (head, bias)) in steps.chunks(1 << OWN_BITS).zip(heads.iter().zip(biases)) {
                of_head.iter().enumerate().for_each(|(bucket, weight)| table.set(bucket, *head, i32::from(*weight)));
                own.blends[*head] = Blend { own: fixed(step), bias: fixed(*bias), ..own.blends[*head] };
            }
        };
        if let Some(domain) = sentiment.domains.iter().position(|domain| domain == name) {
            let of_class = |class: usize| moods.own[domain].iter().map(move |weights| weights[class]);
            add(&SENTIMENT, (0..3).flat_map(of_class).collect(), &moods.bias[domain]);
        }
        for (head, examples, fit) in [(OFFENSIVE, &offence, &offences), (ATTACK, &conflict, &attacks)] {
            if let Some(domain) = examples.domains.iter().position(|domain| domain == name) {
                add(&[head], fit.own[domain].iter().map(|weights| weights[0]).collect(), &fit.bias[domain]);
            }
        }
        if name != Profile::NAMES[0] {
            own.table = Some(table);
        }
        profiles.push(own);
    }
    let validation =
        [Task::Sentiment, Task::Offensive, Task::Attack].map(|task| Examples::new(labelled, task, &[Part::HeldOut]));
    for own in &mut profiles {
        settle(own, (&shared, &meanings), &validation);
    }
    let report = profiles.iter().flat_map(|own| report(own, (&shared, &meanings), &validation)).collect();
    let weights = Weights { shared, meanings, profiles: profiles.into_iter().map(Arc::new).collect() };
    let (bytes, fingerprint) = file::write_weights(&weights);
    Trained { bytes, fingerprint, report }
}

/// Calibrates a profile on the held-out labels of its domain, or on all where it has none.
fn settle(own: &mut Own, weights: (&Table, &Meanings), [moods, offences, attacks]: &[Examples; 3]) {
    for (heads, examples) in [(&SENTIMENT[..], moods), (&[OFFENSIVE], offences), (&[ATTACK], attacks)] {
        let chosen = chosen(examples, &own.name);
        let sums = |at: usize| raw_logits(own, weights, &examples.corpus, at);
        let labels: Vec<usize> = chosen.iter().map(|at| examples.corpus.label(*at)).collect();
        let counts = by_set(examples, &chosen);
        if heads.len() == 3 {
            let logits: Vec<[f32; 3]> = chosen.iter().map(|at| SENTIMENT.map(|head| sums(*at)[head])).collect();
            let (slope, biases) = calibrate(&logits, &labels, &counts);
            heads.iter().zip(biases).for_each(|(head, bias)| own.blends[*head] = own.blends[*head].after(slope, bias));
            let keys: Vec<_> = chosen.iter().zip(&labels).map(|(at, label)| (examples.sets[*at], *label)).collect();
            let even: Vec<f32> = balance(&keys).iter().zip(&counts).map(|(class, set)| class * set).collect();
            own.lean = lean(&logits, &labels, &even, (slope, biases));
        } else {
            let logits: Vec<[f32; 1]> = chosen.iter().map(|at| [sums(*at)[heads[0]]]).collect();
            let (slope, [bias]) = calibrate(&logits, &labels, &counts);
            own.blends[heads[0]] = own.blends[heads[0]].after(slope, bias);
        }
    }
}

/// The examples of a profile's domain, or all.
fn chosen(examples: &Examples, name: &str) -> Vec<usize> {
    let domain = examples.domains.iter().position(|domain| domain == name);
    (0..examples.corpus.len()).filter(|at| domain.is_none_or(|domain| examples.corpus.domain(*at) == domain)).collect()
}

/// Weights such that each set counts as much.
fn by_set(examples: &Examples, chosen: &[usize]) -> Vec<f32> {
    let mut sizes: BTreeMap<usize, f32> = BTreeMap::new();
    chosen.iter().for_each(|at| *sizes.entry(examples.sets[*at]).or_default() += 1.0);
    chosen.iter().map(|at| chosen.len() as f32 / (sizes.len() as f32 * sizes[&examples.sets[*at]])).collect()
}

/// The mean recall of the three moods, and the areas under the curve of the other heads, of each set that a profile is for.
fn report(own: &Own, weights: (&Table, &Meanings), [moods, offences, attacks]: &[Examples; 3]) -> Vec<String> {
    let mut lines = vec![];
    for (head, examples) in [(SENTIMENT[0], moods), (OFFENSIVE, offences), (ATTACK, attacks)] {
        let chosen = chosen(examples, &own.name);
        for (set, name) in examples.set_names.iter().enumerate() {
            let here: Vec<usize> = chosen.iter().copied().filter(|at| examples.sets[*at] == set).collect();
            if here.is_empty() {
                continue;
            }
            let logits = |at: &usize| raw_logits(own, weights, &examples.corpus, *at);
            let value = if head == SENTIMENT[0] {
                let lean = own.lean.map(|part| part as f32 / ONE as f32);
                let told = |at: &usize| {
                    let [bad, plain, good] = SENTIMENT.map(|head| logits(at)[head]);
                    let (bad, good) = (bad + lean[0], good + lean[1]);
                    if plain >= bad && plain >= good { 1 } else { usize::from(good >= bad) * 2 }
                };
                let mut counts = [[0f64; 2]; 3];
                for at in &here {
                    let label = examples.corpus.label(*at);
                    counts[label][0] += 1.0;
                    counts[label][1] += f64::from(told(at) == label);
                }
                counts.iter().map(|[all, right]| right / all.max(1.0)).sum::<f64>() / 3.0
            } else {
                area(here.iter().map(|at| (logits(at)[head], examples.corpus.label(*at) == 1)).collect())
            };
            lines.push(format!("{} {name} n {} head {head}: {value:.4}", own.name, here.len()));
        }
    }
    lines
}

/// The probability that a positive example has a larger score than a negative one.
fn area(mut scored: Vec<(f32, bool)>) -> f64 {
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut sum) = (0.0, 0.0);
    for equal in scored.chunk_by(|a, b| a.0 == b.0) {
        let positive = equal.iter().filter(|one| one.1).count() as f64;
        let negative = equal.len() as f64 - positive;
        sum += positive * (below + negative / 2.0);
        below += negative;
    }
    sum / (below * (scored.len() as f64 - below)).max(1.0)
}
