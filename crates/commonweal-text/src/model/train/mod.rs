//! How weights come about: logistic regression on hashed features, by stochastic descent.
//!
//! Each set of labels belongs to a domain, and a domain has weights of its own beside those that all share (Daumé 2007), so that a
//! word may mean one thing among developers and another in a chat. Every second step leaves the domain's own out, so that the shared
//! weights serve alone too. Steps are AdaGrad's (Duchi et al. 2011); the weights kept are the mean over the second half of the passes.
//! Training is in floating point, in one thread and one order: the same labels give the same weights on one machine. Scoring with
//! them is in integers alone.

mod calibrate;
mod quantise;
mod recipe;
mod voice;

pub use recipe::{Labelled, Task, Trained, train};
pub use voice::Head;
pub(crate) use voice::{own_hash, sums};

use super::features::{self, Tokens};
use super::scorer::beginning;

/// Labelled texts as features.
#[derive(Clone, Debug, Default)]
pub(crate) struct Corpus {
    hashes: Vec<u32>,
    ends: Vec<usize>,
    labels: Vec<u8>,
    domains: Vec<u8>,
    pub(crate) weights: Vec<f32>,
    /// Logits that are there before training: one a class, or none.
    pub(crate) offsets: Vec<[f32; 3]>,
    tokens: Tokens,
}

impl Corpus {
    pub(crate) fn push(&mut self, text: &str, label: u8, domain: u8) {
        self.tokens.read(beginning(text), &mut ());
        features::each(&self.tokens, |hash, _| self.hashes.push(hash));
        self.ends.push(self.hashes.len());
        self.labels.push(label);
        self.domains.push(domain);
        self.weights.push(1.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn hashes(&self, at: usize) -> &[u32] {
        &self.hashes[at.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[at]]
    }

    pub(crate) fn label(&self, at: usize) -> usize {
        usize::from(self.labels[at])
    }

    pub(crate) fn domain(&self, at: usize) -> usize {
        usize::from(self.domains[at])
    }

    fn offset(&self, at: usize) -> [f32; 3] {
        self.offsets.get(at).copied().unwrap_or_default()
    }
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Bits of the shared table, or none to train domains' alone.
    pub(crate) shared_bits: Option<u32>,
    pub(crate) own_bits: u32,
    pub(crate) domains: usize,
    pub(crate) passes: usize,
    pub(crate) rate: f32,
    pub(crate) decay: f32,
    /// The rate of domains' own weights, as a share of the shared ones'.
    pub(crate) own_rate: f32,
    /// The share of features left out of each step.
    pub(crate) dropout: f32,
    /// The share of steps that leave a domain's own weights out, so that the shared ones learn to stand alone.
    pub(crate) alone: f32,
}

/// Weights for `K` classes: a softmax for three, a logistic for one.
#[derive(Clone, Debug)]
pub(crate) struct Fit<const K: usize> {
    pub(crate) shared: Vec<[f32; K]>,
    pub(crate) own: Vec<Vec<[f32; K]>>,
    /// Of each domain, and last of the shared weights alone.
    pub(crate) bias: Vec<[f32; K]>,
}

impl<const K: usize> Fit<K> {
    pub(crate) fn new(options: &Options) -> Self {
        let shared = options.shared_bits.map_or(0, |bits| 1 << bits);
        Self {
            shared: vec![[0.0; K]; shared],
            own: vec![vec![[0.0; K]; 1 << options.own_bits]; options.domains],
            bias: vec![[0.0; K]; options.domains + 1],
        }
    }

    /// The sums of shared and of own weights over features, not yet scaled.
    pub(crate) fn sums(&self, hashes: &[u32], domain: Option<usize>) -> [[f32; K]; 2] {
        let mut sums = [[0.0; K]; 2];
        for hash in hashes {
            if !self.shared.is_empty() {
                let weights = &self.shared[*hash as usize & (self.shared.len() - 1)];
                (0..K).for_each(|class| sums[0][class] += weights[class]);
            }
            if let Some(own) = domain.map(|domain| &self.own[domain]) {
                let weights = &own[own_hash(*hash) as usize & (own.len() - 1)];
                (0..K).for_each(|class| sums[1][class] += weights[class]);
            }
        }
        sums
    }

    fn add(&mut self, other: &Self) {
        let pairs = self.shared.iter_mut().zip(&other.shared);
        let own = self.own.iter_mut().flatten().zip(other.own.iter().flatten());
        let bias = self.bias.iter_mut().zip(&other.bias);
        pairs.chain(own).chain(bias).for_each(|(sum, one)| (0..K).for_each(|class| sum[class] += one[class]));
    }

    fn scale(&mut self, by: f32) {
        let all = self.shared.iter_mut().chain(self.own.iter_mut().flatten()).chain(&mut self.bias);
        all.flatten().for_each(|weight| *weight *= by);
    }
}

/// Xorshift: a fixed order of examples.
struct Order(u64);

impl Order {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Trains weights, from nothing.
pub(crate) fn fit<const K: usize>(corpus: &Corpus, options: &Options) -> Fit<K> {
    fit_from(Fit::new(options), corpus, options)
}

/// Trains weights on, from those given.
pub(crate) fn fit_from<const K: usize>(mut now: Fit<K>, corpus: &Corpus, options: &Options) -> Fit<K> {
    let mut squares = Fit::new(options);
    let mut mean = Fit::new(options);
    let mut order = Order(0x2545_F491_4F6C_DD1D);
    let mut examples: Vec<usize> = (0..corpus.len()).collect();
    let mut kept = Vec::new();
    let alone = (options.alone * 65_536.0) as u64;
    for pass in 0..options.passes {
        for at in (1..examples.len()).rev() {
            examples.swap(at, (order.next() % (at as u64 + 1)) as usize);
        }
        let rate = options.rate * (1.0 - 0.9 * pass as f32 / options.passes as f32);
        for example in &examples {
            let all = corpus.hashes(*example);
            let hashes = if options.dropout > 0.0 {
                kept.clear();
                let limit = (options.dropout * 65_536.0) as u64;
                kept.extend(all.iter().copied().filter(|_| order.next() >> 48 >= limit));
                kept.as_slice()
            } else {
                all
            };
            let domain = Some(corpus.domain(*example)).filter(|_| order.next() >> 48 >= alone);
            let home = domain.unwrap_or(options.domains);
            let scale = 1.0 / (hashes.len().max(1) as f32).sqrt();
            let [shared, own] = now.sums(hashes, domain);
            let offset = corpus.offset(*example);
            let logits: [f32; K] =
                std::array::from_fn(|k| (shared[k] + own[k]) * scale + now.bias[home][k] + offset[k]);
            let weight = corpus.weights[*example];
            let slopes = slopes(logits, corpus.label(*example)).map(|slope| slope * weight);
            (0..K).for_each(|k| now.bias[home][k] -= 0.02 * rate * slopes[k]);
            let steps = slopes.map(|slope| slope * scale);
            for hash in hashes {
                if !now.shared.is_empty() {
                    let bucket = *hash as usize & (now.shared.len() - 1);
                    step(&mut now.shared[bucket], &mut squares.shared[bucket], steps, rate, options.decay);
                }
                if let Some(domain) = domain {
                    let bucket = own_hash(*hash) as usize & (now.own[domain].len() - 1);
                    let own_rate = rate * options.own_rate;
                    step(
                        &mut now.own[domain][bucket],
                        &mut squares.own[domain][bucket],
                        steps,
                        own_rate,
                        options.decay,
                    );
                }
            }
        }
        if pass >= options.passes / 2 {
            mean.add(&now);
        }
    }
    mean.scale(1.0 / (options.passes - options.passes / 2).max(1) as f32);
    mean
}

/// The slope of the loss by each logit.
fn slopes<const K: usize>(logits: [f32; K], label: usize) -> [f32; K] {
    if K == 1 {
        return logits.map(|logit| 1.0 / (1.0 + (-logit).exp()) - label as f32);
    }
    let top = logits.iter().copied().fold(f32::MIN, f32::max);
    let weights = logits.map(|logit| (logit - top).exp());
    let sum: f32 = weights.iter().sum();
    std::array::from_fn(|k| weights[k] / sum - f32::from(k == label))
}

/// One step of AdaGrad on a feature's weights.
fn step<const K: usize>(weights: &mut [f32; K], squares: &mut [f32; K], slopes: [f32; K], rate: f32, decay: f32) {
    for class in 0..K {
        let slope = slopes[class] + decay * weights[class];
        squares[class] += slope * slope;
        weights[class] -= rate * slope / (squares[class] + 1e-8).sqrt();
    }
}

/// Weights of examples such that each class of each set counts as much, as far as `power` goes from 0 to 1.
pub(crate) fn balance(labels: &[(usize, usize)], power: f32) -> Vec<f32> {
    let sets = labels.iter().map(|(set, _)| set + 1).max().unwrap_or(0);
    let mut counts = vec![[0f32; 3]; sets];
    labels.iter().for_each(|(set, label)| counts[*set][*label] += 1.0);
    let weight = |(set, label): &(usize, usize)| {
        let classes = counts[*set].iter().filter(|count| **count > 0.0).count() as f32;
        let all: f32 = counts[*set].iter().sum();
        (all / (classes * counts[*set][*label])).powf(power)
    };
    labels.iter().map(weight).collect()
}
