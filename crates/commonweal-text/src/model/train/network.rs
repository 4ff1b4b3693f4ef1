//! The network over the meanings of words, as it is trained.

use super::Order;
use super::quantise::quantised;
use crate::model::meaning::{FRACTION, INPUTS, Unit, WIDTH, packed};
use crate::model::profile::HEADS;

const UNITS: usize = 32;

/// Of words' numbers, the share that four bits reach to.
const QUANTILE: f32 = 0.99;

/// What the network adds to the logits of as many classes: in floating point.
#[derive(Clone, Debug)]
pub(crate) struct Network<const K: usize> {
    /// A word's numbers, by bucket.
    pub(crate) words: Vec<[f32; WIDTH]>,
    pub(crate) first: [[f32; INPUTS]; UNITS],
    pub(crate) bias: [f32; UNITS],
    pub(crate) last: [[f32; K]; UNITS],
}

/// What a step needs of the text before it.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    inputs: [f32; INPUTS],
    units: [f32; UNITS],
    root: f32,
}

impl<const K: usize> Network<K> {
    /// A network that has learned nothing, of words that mean something.
    pub(crate) fn new(words: Vec<[f32; WIDTH]>) -> Self {
        let mut order = Order(0x9E37_79B9_7F4A_7C15);
        let mut about = |size: f32| ((order.next() >> 40) as f32 / (1 << 23) as f32 - 1.0) * size;
        let first = std::array::from_fn(|_| std::array::from_fn(|_| about(1.0 / (WIDTH as f32).sqrt())));
        let last = std::array::from_fn(|_| std::array::from_fn(|_| about(0.1)));
        Self { words, first, bias: [0.0; UNITS], last }
    }

    fn row(&self, hash: u32) -> usize {
        hash as usize & (self.words.len() - 1)
    }

    /// The logits of words, each with whether it is negated.
    pub(crate) fn logits(&self, words: &[(u32, bool)]) -> ([f32; K], Pass) {
        let root = (words.len().max(1) as f32).sqrt();
        let mut inputs = [0.0; INPUTS];
        for (hash, negated) in words {
            let half = &mut inputs[WIDTH * usize::from(*negated)..][..WIDTH];
            half.iter_mut().zip(&self.words[self.row(*hash)]).for_each(|(sum, part)| *sum += part);
        }
        inputs.iter_mut().for_each(|sum| *sum /= root);
        let mut logits = [0.0; K];
        let units = std::array::from_fn(|unit| {
            let mut sums = [0.0; 8];
            for (inputs, weights) in inputs.chunks_exact(8).zip(self.first[unit].chunks_exact(8)) {
                (0..8).for_each(|at| sums[at] += inputs[at] * weights[at]);
            }
            let height = (sums.iter().sum::<f32>() + self.bias[unit]).max(0.0);
            (0..K).for_each(|class| logits[class] += height * self.last[unit][class]);
            height
        });
        (logits, Pass { inputs, units, root })
    }

    /// Words in integers, and the size of a step of each of their numbers.
    pub(crate) fn quantised_words(&self) -> (Vec<[u8; WIDTH / 2]>, [f32; WIDTH]) {
        let steps = std::array::from_fn(|at| quantised(self.words.iter().map(|row| row[at]), QUANTILE).1);
        let row =
            |row: &[f32; WIDTH]| packed(std::array::from_fn(|at| (row[at] / steps[at]).round().clamp(-7.0, 7.0) as i8));
        (self.words.iter().map(row).collect(), steps)
    }

    /// Units in integers, for as many heads, and for words in such steps.
    pub(crate) fn quantised_units(&self, heads: [usize; K], steps: [f32; WIDTH]) -> impl Iterator<Item = Unit> {
        (0..UNITS).map(move |unit| {
            let weights: [f32; INPUTS] = std::array::from_fn(|at| self.first[unit][at] * steps[at % WIDTH]);
            let size = weights.iter().fold(1e-9, |most: f32, weight| most.max(weight.abs())) / 127.0;
            let input = (1 << FRACTION) as f32;
            let mut found = Unit {
                weights: weights.map(|weight| (weight / size).round() as i16),
                bias: (self.bias[unit] / size * input).round() as i32,
                heads: [0; HEADS],
            };
            for (head, last) in heads.into_iter().zip(self.last[unit]) {
                found.heads[head] = (last * size / input * (1 << 30) as f32).round() as i32;
            }
            found
        })
    }
}

/// Whether a word means nothing: then it never comes to.
fn is_nothing(word: &[f32; WIDTH]) -> bool {
    word.iter().all(|number| *number == 0.0)
}

/// A network that is trained, and the sums of squares of its slopes.
#[derive(Clone, Debug)]
pub(crate) struct Training<const K: usize> {
    pub(crate) now: Network<K>,
    squares: Network<K>,
    /// As shares of the rate of the weights beside it.
    rate: f32,
    rate_of_words: f32,
}

impl<const K: usize> Training<K> {
    /// Training from a network that has learned nothing; of words too, or not.
    pub(crate) fn new(words: Vec<[f32; WIDTH]>, words_too: bool) -> Self {
        let squares = Network {
            words: vec![[1e-4; WIDTH]; words.len()],
            first: [[1.0; INPUTS]; UNITS],
            bias: [1.0; UNITS],
            last: [[1.0; K]; UNITS],
        };
        Self { now: Network::new(words), squares, rate: 0.5, rate_of_words: if words_too { 0.1 } else { 0.0 } }
    }

    /// One step of AdaGrad.
    pub(crate) fn step(&mut self, words: &[(u32, bool)], pass: &Pass, slopes: [f32; K], rate: f32) {
        let move_by = |weight: &mut f32, square: &mut f32, slope: f32, rate: f32| {
            *square += slope * slope;
            *weight -= rate * slope / square.sqrt();
        };
        let (now, squares) = (&mut self.now, &mut self.squares);
        let (rate, rate_of_words) = (self.rate * rate, self.rate_of_words * rate);
        let mut of_inputs = [0.0; INPUTS];
        for unit in (0..UNITS).filter(|unit| pass.units[*unit] > 0.0) {
            let slope: f32 = (0..K).map(|class| slopes[class] * now.last[unit][class]).sum();
            let last = now.last[unit].iter_mut().zip(&mut squares.last[unit]).zip(slopes);
            last.for_each(|((last, square), slope)| move_by(last, square, slope * pass.units[unit], rate));
            let first = now.first[unit].iter_mut().zip(&mut squares.first[unit]);
            for ((weight, square), (input, of_input)) in first.zip(pass.inputs.iter().zip(&mut of_inputs)) {
                *of_input += slope * *weight;
                move_by(weight, square, slope * input, rate);
            }
            move_by(&mut now.bias[unit], &mut squares.bias[unit], slope, rate);
        }
        for (hash, negated) in words.iter().filter(|_| rate_of_words > 0.0) {
            let row = now.row(*hash);
            if is_nothing(&now.words[row]) {
                continue;
            }
            let half = &of_inputs[WIDTH * usize::from(*negated)..][..WIDTH];
            let numbers = now.words[row].iter_mut().zip(&mut squares.words[row]).zip(half);
            numbers.for_each(|((number, square), slope)| move_by(number, square, slope / pass.root, rate_of_words));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::meaning::Meanings;

    fn words() -> Vec<[f32; WIDTH]> {
        let mut order = Order(7);
        (0..16).map(|_| std::array::from_fn(|_| (order.next() >> 40) as f32 / (1 << 23) as f32 - 1.0)).collect()
    }

    /// Texts of two of four words, and whether the two are of one kind: no sum of weights of words tells.
    fn pairs() -> impl Iterator<Item = ([(u32, bool); 2], f32)> {
        (0..16).map(|at| ([(at % 4, false), (at / 4, false)], f32::from(u8::from(at % 4 / 2 == at / 4 / 2))))
    }

    fn trained() -> Network<1> {
        let mut training = Training::<1>::new(words(), true);
        for _ in 0..400 {
            for (words, told) in pairs() {
                let ([logit], pass) = training.now.logits(&words);
                training.step(&words, &pass, [1.0 / (1.0 + (-logit).exp()) - told], 0.1);
            }
        }
        training.now
    }

    #[test]
    fn it_learns_what_no_sum_of_words_tells() {
        let network = trained();
        for (words, told) in pairs() {
            let ([logit], _) = network.logits(&words);
            assert_eq!(logit > 0.0, told > 0.5, "{words:?} {logit}");
        }
    }

    #[test]
    fn what_means_nothing_stays_so() {
        let mut all = words();
        all[1] = [0.0; WIDTH];
        let mut training = Training::<1>::new(all, true);
        for (words, told) in pairs() {
            let ([logit], pass) = training.now.logits(&words);
            training.step(&words, &pass, [logit - told], 0.1);
        }
        assert!(is_nothing(&training.now.words[1]) && !is_nothing(&training.now.words[2]));
    }

    #[test]
    fn integers_say_what_it_says() {
        let network = trained();
        let (words, steps) = network.quantised_words();
        let meanings = Meanings { words, units: network.quantised_units([3], steps).collect() };
        for (words, _) in pairs() {
            let ([logit], _) = network.logits(&words);
            let found = meanings.logits(words.into_iter())[3] as f32 / (1 << 20) as f32;
            assert!((found - logit).abs() < 0.25 + 0.25 * logit.abs(), "{found} {logit}");
        }
    }
}
