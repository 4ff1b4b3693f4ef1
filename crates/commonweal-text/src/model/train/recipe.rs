//! The weights of the library from the labelled sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::calibrate::calibrate;
use super::quantise::quantised;
use super::voice::{lean, raw_logits};
use super::{Corpus, Fit, Options, balance, fit};
use crate::model::file;
use crate::model::fixed::fixed;
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

/// A text and what people said of it.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// What the label is about.
    pub task: Task,
    /// The way of talking.
    pub domain: String,
    /// The data set.
    pub set: String,
    /// Whether it is for validation: calibration and thresholds.
    pub held_out: bool,
    /// The label.
    pub label: u8,
    /// The text.
    pub text: String,
}

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
/// The size of weights that four bits reach to: all but the largest few.
const QUANTILE: f32 = 0.9995;

const OPTIONS: Options = Options {
    shared_bits: Some(SHARED_BITS),
    own_bits: OWN_BITS,
    domains: 0,
    passes: 6,
    rate: 0.1,
    decay: 1e-5,
    own_rate: 1.0,
    dropout: 0.0,
    alone: 0.5,
};

/// The rate where labels are few: what other heads know is to last.
const SLOW: f32 = 0.02;

/// How much a set counts, where it is not 1.
const SET_WEIGHTS: [(&str, f32); 2] = [("goemotions-anger", 0.03), ("short", 0.5)];

/// The labels of one task, with domains and sets by number.
struct Examples {
    corpus: Corpus,
    domains: Vec<String>,
    sets: Vec<usize>,
    set_names: Vec<String>,
}

impl Examples {
    fn new(all: &[Labelled], task: Task, held_out: bool) -> Self {
        let (mut domains, mut sets): (Vec<String>, Vec<String>) = Default::default();
        let mut corpus = Corpus::default();
        let (mut set_of, mut keys) = (vec![], vec![]);
        for one in all.iter().filter(|one| one.task == task && one.held_out == held_out) {
            let domain = number(&mut domains, &one.domain);
            let set = number(&mut sets, &format!("{} {}", one.set, one.domain));
            corpus.push(&one.text, one.label, domain as u8);
            set_of.push(set);
            keys.push((set, usize::from(one.label)));
        }
        let weight =
            |set: &str| SET_WEIGHTS.iter().find(|(name, _)| set.starts_with(name)).map_or(1.0, |found| found.1);
        corpus.weights = balance(&keys, 1.0);
        let scale = corpus.weights.iter_mut().zip(&set_of);
        scale.for_each(|(own, set)| *own *= weight(&sets[*set]));
        Self { corpus, domains, sets: set_of, set_names: sets }
    }

    fn fit<const K: usize>(&self, rate: f32) -> Fit<K> {
        fit(&self.corpus, &Options { domains: self.domains.len(), rate, ..OPTIONS })
    }
}

fn number(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|have| have == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

/// The shared weights of a head, and their bias.
#[derive(Clone)]
struct Alone {
    weights: Vec<f32>,
    bias: f32,
}

impl Alone {
    fn of<const K: usize>(fit: &Fit<K>, class: usize) -> Self {
        let bias = fit.bias.last().map_or(0.0, |bias| bias[class]);
        Self { weights: fit.shared.iter().map(|weights| weights[class]).collect(), bias }
    }

    fn logit(&self, hashes: &[u32]) -> f32 {
        let sum: f32 = hashes.iter().map(|hash| self.weights[*hash as usize & (self.weights.len() - 1)]).sum();
        sum / (hashes.len().max(1) as f32).sqrt() + self.bias
    }

    fn add(&mut self, other: &Self, by: f32) {
        self.weights.iter_mut().zip(&other.weights).for_each(|(own, add)| *own += by * add);
        self.bias += by * other.bias;
    }
}

/// A head trained on top of others: their logits are its start, each by a factor, and are then added to its weights.
fn fit_upon(examples: &mut Examples, others: &[Alone], rate: f32) -> (Alone, Fit<1>) {
    let corpus = &mut examples.corpus;
    let known: Vec<Vec<f32>> =
        (0..corpus.len()).map(|at| others.iter().map(|other| other.logit(corpus.hashes(at))).collect()).collect();
    let (factors, bias) = factors(&known, corpus);
    let start = |logits: &Vec<f32>| bias + logits.iter().zip(&factors).map(|(logit, by)| logit * by).sum::<f32>();
    corpus.offsets = known.iter().map(|logits| [start(logits), 0.0, 0.0]).collect();
    let fit = examples.fit::<1>(rate);
    let mut alone = Alone::of(&fit, 0);
    alone.bias += bias;
    others.iter().zip(factors).for_each(|(other, by)| alone.add(other, by));
    (alone, fit)
}

/// The factors and the bias of a logistic regression on a few logits.
fn factors(known: &[Vec<f32>], corpus: &Corpus) -> (Vec<f32>, f32) {
    let width = known.first().map_or(0, Vec::len);
    let (mut factors, mut bias) = (vec![0f32; width], 0f32);
    let total: f32 = corpus.weights.iter().sum();
    for _ in 0..300 {
        let (mut slopes, mut of_bias) = (vec![0f32; width], 0f32);
        for (at, logits) in known.iter().enumerate() {
            let logit = bias + logits.iter().zip(&factors).map(|(logit, by)| logit * by).sum::<f32>();
            let slope = (1.0 / (1.0 + (-logit).exp()) - corpus.label(at) as f32) * corpus.weights[at];
            slopes.iter_mut().zip(logits).for_each(|(sum, logit)| *sum += slope * logit);
            of_bias += slope;
        }
        factors.iter_mut().zip(slopes).for_each(|(factor, slope)| *factor -= 0.5 * slope / total);
        bias -= 0.5 * of_bias / total;
    }
    (factors, bias)
}

/// Trains the weights that the library ships. `examples/train_model.rs` feeds it.
pub fn train(labelled: &[Labelled]) -> Trained {
    let sentiment = Examples::new(labelled, Task::Sentiment, false);
    let moods = sentiment.fit::<3>(OPTIONS.rate);
    let of_mood = SENTIMENT.map(|class| Alone::of(&moods, class));
    let mut offence = Examples::new(labelled, Task::Offensive, false);
    let (offensive, offences) = fit_upon(&mut offence, &of_mood, OPTIONS.rate);
    let mut conflict = Examples::new(labelled, Task::Attack, false);
    let upon: Vec<Alone> = of_mood.iter().cloned().chain([offensive.clone()]).collect();
    let (attack, attacks) = fit_upon(&mut conflict, &upon, SLOW);

    let mut shared = Table::new(SHARED_BITS);
    let mut general = [Blend::default(); HEADS];
    let groups: [(&[usize], &[&Alone]); 3] = [
        (&SENTIMENT, &[&of_mood[0], &of_mood[1], &of_mood[2]]),
        (&[OFFENSIVE], &[&offensive]),
        (&[ATTACK], &[&attack]),
    ];
    for (heads, weights) in groups {
        let (steps, step) = quantised(weights.iter().flat_map(|alone| alone.weights.iter().copied()), QUANTILE);
        for (of_head, head) in steps.chunks(1 << SHARED_BITS).zip(heads) {
            of_head.iter().enumerate().for_each(|(bucket, weight)| shared.set(bucket, *head, i32::from(*weight)));
        }
        for (head, alone) in heads.iter().zip(weights) {
            general[*head] = Blend { shared: fixed(step), own: 0, bias: fixed(alone.bias) };
        }
    }

    let mut profiles = vec![];
    for name in Profile::NAMES {
        let mut own = Own { name: name.to_owned(), blends: general, lean: [0; 2], table: None };
        let mut table = Table::new(OWN_BITS);
        let mut add = |heads: &[usize], weights: Vec<f32>, biases: &[f32]| {
            let (steps, step) = quantised(weights.iter().copied(), QUANTILE);
            for (of_head, (head, bias)) in steps.chunks(1 << OWN_BITS).zip(heads.iter().zip(biases)) {
                of_head.iter().enumerate().for_each(|(bucket, weight)| table.set(bucket, *head, i32::from(*weight)));
                own.blends[*head] = Blend { own: fixed(step), bias: fixed(*bias), ..own.blends[*head] };
            }
        };
        if let Some(domain) = sentiment.domains.iter().position(|domain| domain == name) {
            let of_class = |class: usize| moods.own[domain].iter().map(move |weights| weights[class]);
            add(&SENTIMENT, (0..3).flat_map(of_class).collect(), &moods.bias[domain]);
        }
        let binary = [(OFFENSIVE, &offence, &offences, &offensive), (ATTACK, &conflict, &attacks, &attack)];
        for (head, examples, fit, alone) in binary {
            if let Some(domain) = examples.domains.iter().position(|domain| domain == name) {
                let rest = alone.bias - fit.bias.last().map_or(0.0, |bias| bias[0]);
                add(&[head], fit.own[domain].iter().map(|weights| weights[0]).collect(), &[fit.bias[domain][0] + rest]);
            }
        }
        if name != Profile::NAMES[0] {
            own.table = Some(table);
        }
        profiles.push(own);
    }
    let validation = [Task::Sentiment, Task::Offensive, Task::Attack].map(|task| Examples::new(labelled, task, true));
    for own in &mut profiles {
        settle(own, &shared, &validation);
    }
    let report = profiles.iter().flat_map(|own| report(own, &shared, &validation)).collect();
    let weights = Weights { shared, profiles: profiles.into_iter().map(Arc::new).collect() };
    let (bytes, fingerprint) = file::write_weights(&weights);
    Trained { bytes, fingerprint, report }
}

/// Calibrates a profile on the held-out labels of its domain, or on all where it has none.
fn settle(own: &mut Own, shared: &Table, [moods, offences, attacks]: &[Examples; 3]) {
    for (heads, examples) in [(&SENTIMENT[..], moods), (&[OFFENSIVE], offences), (&[ATTACK], attacks)] {
        let chosen = chosen(examples, &own.name);
        let sums = |at: usize| raw_logits(own, shared, examples.corpus.hashes(at));
        let labels: Vec<usize> = chosen.iter().map(|at| examples.corpus.label(*at)).collect();
        let weights = by_set(examples, &chosen);
        if heads.len() == 3 {
            let logits: Vec<[f32; 3]> = chosen.iter().map(|at| SENTIMENT.map(|head| sums(*at)[head])).collect();
            let (slope, biases) = calibrate(&logits, &labels, &weights);
            heads.iter().zip(biases).for_each(|(head, bias)| own.blends[*head] = own.blends[*head].after(slope, bias));
            own.lean = lean(biases);
        } else {
            let logits: Vec<[f32; 1]> = chosen.iter().map(|at| [sums(*at)[heads[0]]]).collect();
            let (slope, [bias]) = calibrate(&logits, &labels, &weights);
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
fn report(own: &Own, shared: &Table, [moods, offences, attacks]: &[Examples; 3]) -> Vec<String> {
    let mut lines = vec![];
    for (head, examples) in [(SENTIMENT[0], moods), (OFFENSIVE, offences), (ATTACK, attacks)] {
        let chosen = chosen(examples, &own.name);
        for (set, name) in examples.set_names.iter().enumerate() {
            let here: Vec<usize> = chosen.iter().copied().filter(|at| examples.sets[*at] == set).collect();
            if here.is_empty() {
                continue;
            }
            let logits = |at: &usize| raw_logits(own, shared, examples.corpus.hashes(*at));
            let value = if head == SENTIMENT[0] {
                let lean = own.lean.map(|part| part as f32 / crate::model::ONE as f32);
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
