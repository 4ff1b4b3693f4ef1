//! A profile fitted to a community's own labels.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::calibrate::calibrate;
use super::quantise::quantised;
use super::{Corpus, Fit, Options, balance, fit_from, one_hot};
use crate::model::fault::Fault;
use crate::model::file;
use crate::model::fixed::{ONE, fixed};
use crate::model::meaning::Meanings;
use crate::model::profile::{ATTACK, Blend, FINGERPRINT, HEADS, OFFENSIVE, Own, Profile, SENTIMENT};
use crate::model::scorer::{Scorer, logits};
use crate::model::scores::Unscored;
use crate::model::table::{LANES, Table};

/// What labels for a profile are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// 0 negative, 1 neutral, 2 positive.
    Sentiment,
    /// 1 for offensive, else 0.
    Offensive,
    /// 1 for an attack, else 0.
    Attack,
}

impl Head {
    fn lanes(self) -> &'static [usize] {
        match self {
            Self::Sentiment => &SENTIMENT,
            Self::Offensive => &[OFFENSIVE],
            Self::Attack => &[ATTACK],
        }
    }
}

/// The bucket of a feature in a profile's own table.
pub(crate) fn own_hash(hash: u32) -> u32 {
    hash.rotate_left(16)
}

/// The sums of shared and of own weights over features.
pub(crate) fn sums(own: &Own, shared: &Table, hashes: &[u32]) -> ([i64; LANES], [i64; LANES]) {
    let of_own = own.table.as_ref().map_or([0; LANES], |table| table.sums(hashes, own_hash));
    (shared.sums(hashes, |hash| hash), of_own)
}

/// The logits of all heads for an example, as floating-point numbers.
pub(crate) fn raw_logits(
    own: &Own,
    (shared, meanings): (&Table, &Meanings),
    corpus: &Corpus,
    at: usize,
) -> [f32; HEADS] {
    let hashes = corpus.hashes(at);
    let (of_all, of_own) = sums(own, shared, hashes);
    let meaning = meanings.logits(corpus.words(at).iter().copied());
    logits(own, [of_all, of_own], hashes.len() as u64, meaning).map(|logit| logit as f32 / ONE as f32)
}

impl Blend {
    /// The blend whose logit is this one's by a slope, with a bias.
    pub(crate) fn after(self, slope: f32, bias: f32) -> Self {
        let by = |part: i32| fixed(part as f32 / ONE as f32 * slope);
        Self {
            shared: by(self.shared),
            own: by(self.own),
            meaning: by(self.meaning),
            bias: by(self.bias) + fixed(bias),
        }
    }
}

/// What to add to the logits of negative and positive once these have a slope and biases, for labels as if the classes were equally
/// common, as `weights` make them.
pub(crate) fn lean(
    logits: &[[f32; 3]],
    labels: &[usize],
    weights: &[f32],
    (slope, biases): (f32, [f32; 3]),
) -> [i32; 2] {
    let (own_slope, own) = calibrate(logits, labels, weights);
    let needed: [f32; 3] = std::array::from_fn(|class| own[class] * slope / own_slope - biases[class]);
    [0, 2].map(|class| fixed(needed[class] - needed[1]))
}

/// Fewer labels teach less than the built-in profiles know.
const FEWEST: usize = 250;
/// Of each class there must be this many.
const FEWEST_OF_CLASS: usize = 10;
const FOLDS: u8 = 5;
const BITS: u32 = 16;
const QUANTILE: f32 = 0.99999;
const OPTIONS: Options =
    Options { shared_bits: None, own_bits: BITS, domains: 1, passes: 20, rate: 0.1, decay: 2e-3, alone: 0.0 };

impl Profile {
    /// A profile for one head, fitted to labelled texts on top of another profile.
    ///
    /// The shared weights stay as they are; the profile's own begin as this one's. The labels also calibrate it: by five parts, each
    /// scored by what the other four taught; texts that are the same are in one part. Code and texts without words teach nothing.
    ///
    /// # Errors
    ///
    /// [`Fault::Labels`] for fewer than 250 texts that are scored, for fewer than 10 of a class, or for a label that the head does not have.
    ///
    /// ```
    /// use commonweal_text::model::Profile;
    /// use commonweal_text::model::train::Head;
    ///
    /// let texts: Vec<String> = (0..300).map(|i| format!("{} {i}", ["needs rework", "see ticket", "ship it"][i % 3])).collect();
    /// let labelled: Vec<(&str, u8)> = texts.iter().enumerate().map(|(i, text)| (text.as_str(), (i % 3) as u8)).collect();
    /// let profile = Profile::named("developer")?.fit("ours", Head::Sentiment, &labelled)?;
    /// assert_eq!(Profile::load(&profile.save())?, profile);
    /// # Ok::<(), commonweal_text::model::Fault>(())
    /// ```
    pub fn fit(&self, name: &str, head: Head, labelled: &[(&str, u8)]) -> Result<Self, Fault> {
        let lanes = head.lanes();
        let mut scorer = Scorer::new(self.clone());
        let unscored: Vec<Option<Unscored>> = labelled.iter().map(|(text, _)| scorer.score(text).err()).collect();
        let of = |is_kept: fn(&Option<Unscored>) -> bool| -> Vec<(&str, u8)> {
            labelled.iter().zip(&unscored).filter(|(_, why)| is_kept(why)).map(|(text, _)| *text).collect()
        };
        check(name, lanes.len().max(2), labelled, &of(Option::is_none))?;
        // What is taken for another language has words that teach.
        let read = of(|why| why.is_none_or(|why| why == Unscored::OtherLanguage));
        let own = match head {
            Head::Sentiment => self.fitted::<3>(lanes, &read),
            _ => self.fitted::<1>(lanes, &read),
        };
        Ok(Self { weights: self.weights, own: Arc::new(Own { name: name.to_owned(), ..own }) })
    }

    fn fitted<const K: usize>(&self, lanes: &[usize], labelled: &[(&str, u8)]) -> Own {
        let weights = (&self.weights.shared, &self.weights.meanings);
        let start = widened(&self.own);
        let mut corpus = Corpus::default();
        labelled.iter().for_each(|(text, label)| corpus.push(text, one_hot(*label), 0));
        let labels: Vec<usize> = (0..corpus.len()).map(|at| corpus.label(at)).collect();
        corpus.weights = balance(&labels.iter().map(|label| (0, *label)).collect::<Vec<_>>());

        let known: Vec<[f32; K]> = (0..corpus.len())
            .map(|at| {
                let logits = raw_logits(&start, weights, &corpus, at);
                std::array::from_fn(|k| logits[lanes[k]])
            })
            .collect();
        let (slope, biases) = calibrate(&known, &labels, &corpus.weights);
        let mut own = start;
        lanes.iter().zip(biases).for_each(|(lane, bias)| own.blends[*lane] = own.blends[*lane].after(slope, bias));

        let mut held: Vec<[f32; K]> = vec![[0.0; K]; labels.len()];
        let everything = corpus.weights.clone();
        // By text, as labels may come in turns.
        let folds: Vec<u8> = labelled.iter().map(|(text, _)| Sha256::digest(text)[0] % FOLDS).collect();
        for fold in 0..FOLDS {
            let left_out = |at: usize| folds[at] == fold;
            corpus.weights.iter_mut().enumerate().for_each(|(at, weight)| {
                *weight = if left_out(at) { 0.0 } else { everything[at] };
            });
            let part = learned::<K>(&own, weights, lanes, &mut corpus);
            for at in (0..labels.len()).filter(|at| left_out(*at)) {
                let logits = raw_logits(&part, weights, &corpus, at);
                held[at] = std::array::from_fn(|k| logits[lanes[k]]);
            }
        }
        corpus.weights = everything;
        let mut whole = learned::<K>(&own, weights, lanes, &mut corpus);
        let (slope, biases) = calibrate(&held, &labels, &vec![1.0; labels.len()]);
        lanes.iter().zip(biases).for_each(|(lane, bias)| whole.blends[*lane] = whole.blends[*lane].after(slope, bias));
        if K == 3 {
            let held: Vec<[f32; 3]> = held.iter().map(|logits| std::array::from_fn(|k| logits[k])).collect();
            whole.lean = lean(&held, &labels, &corpus.weights, (slope, std::array::from_fn(|k| biases[k])));
        }
        whole
    }

    /// The profile as bytes, with its hash and that of the shared weights that it is for.
    pub fn save(&self) -> Vec<u8> {
        file::write_profile(&self.own, FINGERPRINT)
    }

    /// A profile from the bytes that [`Profile::save`] gave.
    ///
    /// # Errors
    ///
    /// A [`Fault`] where the bytes are no profile, of another version, altered, or fitted to other shared weights.
    pub fn load(bytes: &[u8]) -> Result<Self, Fault> {
        let own = file::read_profile(bytes, FINGERPRINT)?;
        Ok(Self { weights: Self::general()?.weights, own: Arc::new(own) })
    }
}

/// Of the labelled texts, `read` are those that are scored.
fn check(name: &str, classes: usize, labelled: &[(&str, u8)], read: &[(&str, u8)]) -> Result<(), Fault> {
    let fault = |text: String| Err(Fault::Labels(text));
    if name.is_empty() || name.len() > 100 {
        return fault("the profile needs a name of 1 to 100 bytes".to_owned());
    }
    if let Some((_, label)) = labelled.iter().find(|(_, label)| usize::from(*label) >= classes) {
        return fault(format!("labels are from 0 to {}, got {label}", classes - 1));
    }
    let of = |n: usize, all: usize| if n == all { n.to_string() } else { format!("{n} of {all}") };
    if read.len() < FEWEST {
        let got = of(read.len(), labelled.len());
        return fault(format!("a profile takes {FEWEST} labelled texts at least that are scored, got {got}"));
    }
    for class in 0..classes {
        let count = |texts: &[(&str, u8)]| texts.iter().filter(|(_, label)| usize::from(*label) == class).count();
        if count(read) < FEWEST_OF_CLASS {
            let got = of(count(read), count(labelled));
            return fault(format!("{FEWEST_OF_CLASS} scored texts at least must have the label {class}, got {got}"));
        }
    }
    Ok(())
}

/// The same with a table of as many buckets as a fitted profile has: each old one now twice.
fn widened(own: &Own) -> Own {
    let mut table = Table::new(BITS);
    for bucket in 0..1u32 << BITS {
        for lane in 0..HEADS {
            let weight = own.table.as_ref().map_or(0, |old| old.weight(bucket, lane));
            table.set(bucket as usize, lane, weight);
        }
    }
    Own { table: Some(table), ..own.clone() }
}

/// A profile after training its own weights for some lanes.
fn learned<const K: usize>(start: &Own, weights: (&Table, &Meanings), lanes: &[usize], corpus: &mut Corpus) -> Own {
    let mut fit = Fit::<K>::new(&OPTIONS);
    let without = Own { table: None, ..start.clone() };
    corpus.offsets = (0..corpus.len())
        .map(|at| {
            let logits = raw_logits(&without, weights, corpus, at);
            std::array::from_fn(|k| lanes.get(k).map_or(0.0, |lane| logits[*lane]))
        })
        .collect();
    if let Some(table) = &start.table {
        for (bucket, weights) in fit.own[0].iter_mut().enumerate() {
            for (lane, weight) in lanes.iter().zip(weights) {
                *weight = table.weight(bucket as u32, *lane) as f32 * start.blends[*lane].own as f32 / ONE as f32;
            }
        }
    }
    let fit = fit_from(fit, None, corpus, &OPTIONS);
    let mut own = start.clone();
    let (steps, step) = quantised((0..K).flat_map(|k| fit.own[0].iter().map(move |weights| weights[k])), QUANTILE);
    for (of_lane, (k, lane)) in steps.chunks(1 << BITS).zip(lanes.iter().enumerate()) {
        if let Some(table) = &mut own.table {
            of_lane.iter().enumerate().for_each(|(bucket, weight)| table.set(bucket, *lane, i32::from(*weight)));
        }
        let before = own.blends[*lane];
        own.blends[*lane] = Blend { own: fixed(step), bias: before.bias + fixed(fit.bias[0][k]), ..before };
    }
    own
}
