//! The times by which shares have ended, with intervals.
use super::{KaplanMeier, Point};

impl KaplanMeier {
    /// The time by which a share `numerator / denominator` has ended: the smallest t with S(t) ≤ 1 − q, and its interval. Each is none
    /// where the curve does not get there.
    pub(crate) fn quantile(&self, numerator: u64, denominator: u64) -> [Option<i64>; 3] {
        self.quantile_after([0; 2], numerator, denominator).0
    }

    /// The same of several shares, the smallest first: what an interval reaches later is looked for later only.
    pub(crate) fn quantiles<const N: usize>(&self, shares: [(u64, u64); N]) -> [[Option<i64>; 3]; N] {
        let mut from = [0; 2];
        shares.map(|(numerator, denominator)| {
            let (found, reached) = self.quantile_after(from, numerator, denominator);
            from = reached;
            found
        })
    }

    /// A quantile of which no end of the interval is reached before these points, and the points where each is.
    fn quantile_after(&self, from: [usize; 2], numerator: u64, denominator: u64) -> ([Option<i64>; 3], [usize; 2]) {
        let target = 1.0 - numerator as f64 / denominator as f64;
        // No end of an interval is above before the curve is.
        let below = self.points.partition_point(|p| p.survival > target);
        let ends = [self.reaches(0, from[0], target), self.reaches(1, from[1].max(below), target)];
        let [low, high] = ends.map(|end| self.points.get(end));
        // Rounding alone may keep the curve above what it is at.
        let near = self.points.partition_point(|p| p.survival - target >= 1e-9);
        let is_reached = |i: &usize| *i >= below || self.equals(*i, denominator - numerator, denominator);
        let reached = (near..self.points.len()).find(is_reached).map(|i| self.points[i].time);
        ([reached, low.map(|p| p.time), high.map(|p| p.time)], ends)
    }

    /// The first point from `from` on of which an end of the interval is not above `target`: looked for in steps as long as none that they pass can be one.
    fn reaches(&self, end: usize, from: usize, target: f64) -> usize {
        let hazard = -target.ln();
        let is_reached = |p: &Point| match self.reaches_at(end, [p, p], hazard) {
            Some(reached) => reached,
            None => self.interval(p)[end] <= target,
        };
        let (mut at, mut step) = (from, 1);
        while let Some(first) = self.points.get(at) {
            let passed = self.points.get(at + step - 1);
            if passed.is_some_and(|last| self.reaches_at(end, [first, last], hazard) == Some(false)) {
                at += step;
                step *= 2;
            } else if step > 1 {
                step /= 2;
            } else if is_reached(first) {
                break;
            } else {
                at += 1;
            }
        }
        at
    }

    /// Whether an end of the interval, S exp(±z √v / ln S), of a point is surely not above exp(−`hazard`), by one logarithm and one exponential; none where it is too
    /// near to be told so, or where the interval is another. Of two points, whether it may be so at any from the first to the last: on the way S falls, and v grows.
    fn reaches_at(&self, end: usize, [first, last]: [&Point; 2], hazard: f64) -> Option<bool> {
        let [least, most] = [first, last].map(|p| -p.survival.ln());
        let shift = if end == 0 { last.greenwood.sqrt() / least } else { -first.greenwood.sqrt() / most };
        let at = most * (self.z * shift).exp();
        let is_inside = |p: &Point| p.survival > 0.0 && p.survival < 1.0;
        let known = is_inside(first) && is_inside(last) && hazard.is_finite() && (at - hazard).abs() > 1e-9 * hazard;
        known.then_some(at > hazard)
    }

    /// The median of what has ended, as if there were nothing else: the mean of the two in the middle where their number is even.
    pub(crate) fn median_of_ended(&self) -> Option<i64> {
        let all = self.points.last()?.all_ended;
        let at = |rank: u64| self.points.get(self.points.partition_point(|p| p.all_ended <= rank)).map(|p| p.time);
        let (low, high) = (at(all.checked_sub(1)? / 2)?, at(all / 2)?);
        Some(low + (high - low) / 2)
    }

    /// Whether the curve after step `i` is exactly `a / b`: the factors of both sides are compared prime by prime.
    fn equals(&self, i: usize, a: u64, b: u64) -> bool {
        let (mut above, mut below) = (vec![b], vec![a]);
        let mut open: Option<(u64, u64)> = None;
        for p in &self.points[..=i] {
            let (start, _) = open.unwrap_or((p.at_risk, p.at_risk));
            open = Some((start, p.at_risk - p.ended));
            if p.censored > 0
                && let Some((start, end)) = open.take()
            {
                above.push(end);
                below.push(start);
            }
        }
        if let Some((start, end)) = open {
            above.push(end);
            below.push(start);
        }
        if above.contains(&0) || below.contains(&0) {
            return above.contains(&0) && below.contains(&0);
        }
        let mut exponents = hashbrown::HashMap::<u64, i64>::new();
        for (numbers, sign) in [(above, 1), (below, -1)] {
            for number in numbers {
                factorise(number, |prime| *exponents.entry(prime).or_default() += sign);
            }
        }
        exponents.values().all(|e| *e == 0)
    }
}

fn factorise(mut n: u64, mut found: impl FnMut(u64)) {
    let mut d = 2;
    while d * d <= n {
        while n.is_multiple_of(d) {
            found(d);
            n /= d;
        }
        d += 1;
    }
    if n > 1 {
        found(n);
    }
}
