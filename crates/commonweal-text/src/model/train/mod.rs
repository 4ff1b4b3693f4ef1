//! How weights come about: logistic regression on hashed features and on what words mean, by stochastic descent.
//!
//! Each set of labels belongs to a domain, and a domain has weights of its own beside those that all share (Daumé 2007), so that a
//! word may mean one thing among developers and another in a chat. Every second step leaves the domain's own out, so that the shared
//! weights serve alone too. Steps are AdaGrad's (Duchi et al. 2011); the weights kept are the mean over the second half of the passes,
//! but those of the network are the last. Training is in floating point, by sums, products and roots alone, in one thread and one
//! order: the same labels give the same weights on any machine. Scoring with them is in integers alone.

mod calibrate;
pub(crate) mod network;
mod quantise;
mod recipe;
mod voice;

pub use recipe::{Known, Labelled, Part, Task, Trained, train};
pub use voice::Head;
pub(crate) use voice::{own_hash, sums};

use self::network::Training;
use super::features::{self, Tokens};
use super::meaning;
use super::scorer::beginning;

/// How probable each class is. Of two classes the last is of no account.
pub(crate) type Told = [f32; 3];

/// What is told by one who is sure.
pub(crate) fn one_hot(label: u8) -> Told {
    std::array::from_fn(|class| f32::from(u8::from(class == usize::from(label))))
}

/// Labelled texts as features.
#[derive(Clone, Debug, Default)]
pub(crate) struct Corpus {
    hashes: Vec<u32>,
    words: Vec<(u32, bool)>,
    /// Where the hashes and the words of each text end.
    ends: Vec<[usize; 2]>,
    told: Vec<Told>,
    domains: Vec<u8>,
    pub(crate) weights: Vec<f32>,
    /// Logits that are there before training: one a class, or none.
    pub(crate) offsets: Vec<[f32; 3]>,
    tokens: Tokens,
}

impl Corpus {
    pub(crate) fn push(&mut self, text: &str, told: Told, domain: u8) {
        self.tokens.read(beginning(text), &mut ());
        features::each(&self.tokens, |hash, _| self.hashes.push(hash));
        self.words.extend(meaning::words(&self.tokens));
        self.ends.push([self.hashes.len(), self.words.len()]);
        self.told.push(told);
        self.domains.push(domain);
        self.weights.push(1.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn starts(&self, at: usize) -> [usize; 2] {
        at.checked_sub(1).map_or([0; 2], |before| self.ends[before])
    }

    pub(crate) fn hashes(&self, at: usize) -> &[u32] {
        &self.hashes[self.starts(at)[0]..self.ends[at][0]]
    }

    /// The words that have a meaning, each with whether it is negated.
    pub(crate) fn words(&self, at: usize) -> &[(u32, bool)] {
        &self.words[self.starts(at)[1]..self.ends[at][1]]
    }

    /// The most probable class.
    pub(crate) fn label(&self, at: usize) -> usize {
        let told = self.told[at];
        (0..told.len()).fold(0, |best, class| if told[class] > told[best] { class } else { best })
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

/// The share of words that a network does not see at a step.
const UNSEEN: f32 = 0.1;

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

/// Trains weights on, from those given, and with them a network.
pub(crate) fn fit_from<const K: usize>(
    mut now: Fit<K>,
    mut network: Option<&mut Training<K>>,
    corpus: &Corpus,
    options: &Options,
) -> Fit<K> {
    let mut squares = Fit::new(options);
    let mut mean = Fit::new(options);
    let mut order = Order(0x2545_F491_4F6C_DD1D);
    let mut examples: Vec<usize> = (0..corpus.len()).collect();
    let mut seen = Vec::new();
    let (alone, unseen) = ((options.alone * 65_536.0) as u64, (UNSEEN * 65_536.0) as u64);
    for pass in 0..options.passes {
        for at in (1..examples.len()).rev() {
            examples.swap(at, (order.next() % (at as u64 + 1)) as usize);
        }
        let rate = options.rate * (1.0 - 0.9 * pass as f32 / options.passes as f32);
        for example in &examples {
            let hashes = corpus.hashes(*example);
            let domain = Some(corpus.domain(*example)).filter(|_| order.next() >> 48 >= alone);
            let home = domain.unwrap_or(options.domains);
            let scale = 1.0 / (hashes.len().max(1) as f32).sqrt();
            let [shared, own] = now.sums(hashes, domain);
            let offset = corpus.offset(*example);
            let met = network.as_ref().map(|network| {
                seen.clear();
                seen.extend(corpus.words(*example).iter().copied().filter(|_| order.next() >> 48 >= unseen));
                network.now.logits(&seen)
            });
            let meaning = met.as_ref().map_or([0.0; K], |(logits, _)| *logits);
            let logits: [f32; K] =
                std::array::from_fn(|k| (shared[k] + own[k]) * scale + meaning[k] + now.bias[home][k] + offset[k]);
            let weight = corpus.weights[*example];
            let slopes = slopes(logits, corpus.told[*example]).map(|slope| slope * weight);
            (0..K).for_each(|k| now.bias[home][k] -= 0.02 * rate * slopes[k]);
            let steps = slopes.map(|slope| slope * scale);
            for hash in hashes {
                if !now.shared.is_empty() {
                    let bucket = *hash as usize & (now.shared.len() - 1);
                    step(&mut now.shared[bucket], &mut squares.shared[bucket], steps, rate, options.decay);
                }
                if let Some(domain) = domain {
                    let bucket = own_hash(*hash) as usize & (now.own[domain].len() - 1);
                    step(&mut now.own[domain][bucket], &mut squares.own[domain][bucket], steps, rate, options.decay);
                }
            }
            if let (Some(network), Some((_, pass))) = (&mut network, &met) {
                network.step(&seen, pass, slopes, rate);
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
fn slopes<const K: usize>(logits: [f32; K], told: Told) -> [f32; K] {
    if K == 1 {
        return logits.map(|logit| 1.0 / (1.0 + exp(-logit)) - told[1]);
    }
    let top = logits.iter().copied().fold(f32::MIN, f32::max);
    let weights = logits.map(|logit| exp(logit - top));
    let sum: f32 = weights.iter().sum();
    std::array::from_fn(|k| weights[k] / sum - told[k])
}

/// The exponential, by arithmetic alone: those of mathematical libraries differ in the last bit.
fn exp(x: f32) -> f32 {
    let x = f64::from(x).clamp(-80.0, 80.0);
    let halvings = (x * std::f64::consts::LOG2_E).round();
    let rest = x - halvings * std::f64::consts::LN_2;
    let series = (1..=10).rev().fold(1.0, |sum, n| 1.0 + sum * rest / f64::from(n));
    (series * f64::from_bits(((halvings as i64 + 1023) as u64) << 52)) as f32
}

/// One step of AdaGrad on a feature's weights.
fn step<const K: usize>(weights: &mut [f32; K], squares: &mut [f32; K], slopes: [f32; K], rate: f32, decay: f32) {
    for class in 0..K {
        let slope = slopes[class] + decay * weights[class];
        squares[class] += slope * slope;
        weights[class] -= rate * slope / (squares[class] + 1e-8).sqrt();
    }
}

/// Weights of examples such that each class of each set counts as much.
pub(crate) fn balance(labels: &[(usize, usize)]) -> Vec<f32> {
    let sets = labels.iter().map(|(set, _)| set + 1).max().unwrap_or(0);
    let mut counts = vec![[0f32; 3]; sets];
    labels.iter().for_each(|(set, label)| counts[*set][*label] += 1.0);
    let weight = |(set, label): &(usize, usize)| {
        let classes = counts[*set].iter().filter(|count| **count > 0.0).count() as f32;
        let all: f32 = counts[*set].iter().sum();
        all / (classes * counts[*set][*label])
    };
    labels.iter().map(weight).collect()
}
