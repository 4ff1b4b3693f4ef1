//! One level of the Leiden algorithm: nodes move, their communities are refined, and what is left is put together.
use std::borrow::Cow;

use super::super::Graph;
use super::LEAST;
use crate::stats::random::Random;

/// How much chance there is in the refinement: the θ of the paper.
const THETA: f64 = 0.01;

/// A graph on the way: nodes are communities of the one before.
#[derive(Clone, Debug)]
pub(super) struct Level<'g> {
    /// Both directions of every tie, without loops.
    pub(super) graph: Cow<'g, Graph>,
    /// The weight of all ends of ties at each node, loops included.
    pub(super) strength: Vec<f64>,
    /// All of it.
    pub(super) total: f64,
}

impl Level<'_> {
    /// Moves, refines and puts together, until nothing moves any more.
    pub(super) fn iterate(&self, of: Vec<u32>, resolution: f64, random: &mut Random) -> Vec<u32> {
        let mut above: Option<Level<'_>> = None;
        let mut of = dense(&of);
        // The node of the level that each node of the graph is in.
        let mut place: Vec<u32> = (0..self.strength.len() as u32).collect();
        loop {
            let level = above.as_ref().unwrap_or(self);
            level.move_nodes(&mut of, resolution, random);
            of = dense(&of);
            let nodes = level.strength.len();
            let communities = count(&of);
            if communities == nodes {
                return place.iter().map(|node| of[*node as usize]).collect();
            }
            let mut refined = dense(&level.refine(&of, resolution, random));
            if count(&refined) == nodes {
                refined.clone_from(&of);
            }
            let mut next = vec![0; count(&refined)];
            refined.iter().zip(&of).for_each(|(part, community)| next[*part as usize] = *community);
            place.iter_mut().for_each(|node| *node = refined[*node as usize]);
            above = Some(level.aggregate(&refined, next.len()));
            of = next;
        }
    }

    /// Every node goes where modularity gains most, those whose neighbours have gone again, until none wants to.
    fn move_nodes(&self, of: &mut [u32], resolution: f64, random: &mut Random) {
        let nodes = self.strength.len();
        let mut sums = vec![0.0; nodes];
        let mut sizes = vec![0u32; nodes];
        for (node, community) in of.iter().enumerate() {
            sums[*community as usize] += self.strength[node];
            sizes[*community as usize] += 1;
        }
        let mut empty: Vec<u32> = (0..nodes as u32).filter(|community| sizes[*community as usize] == 0).collect();
        let mut order: Vec<u32> = (0..nodes as u32).collect();
        random.shuffle(&mut order);
        let mut queue = std::collections::VecDeque::from(order);
        let mut waits = vec![true; nodes];
        let mut to = vec![0.0; nodes];
        let mut near: Vec<u32> = vec![];
        let least = LEAST * self.total;
        while let Some(node) = queue.pop_front().map(|node| node as usize) {
            waits[node] = false;
            let own = of[node];
            for (other, weight) in self.graph.arcs(node) {
                let community = of[other];
                if to[community as usize] == 0.0 {
                    near.push(community);
                }
                to[community as usize] += weight;
            }
            let strength = self.strength[node];
            sums[own as usize] -= strength;
            let gain = |community: u32, to: f64| to - resolution * strength * sums[community as usize] / self.total;
            let (mut best, mut most) = (own, gain(own, to[own as usize]));
            for community in &near {
                let gain = gain(*community, to[*community as usize]);
                if gain > most + least {
                    (best, most) = (*community, gain);
                }
            }
            if most < -least && sizes[own as usize] > 1 {
                // Alone is better than anywhere; there is an empty one, as one has more than one node.
                best = *empty.last().unwrap_or(&own);
            }
            near.drain(..).for_each(|community| to[community as usize] = 0.0);
            sums[best as usize] += strength;
            if best == own {
                continue;
            }
            if empty.last() == Some(&best) {
                empty.pop();
            }
            of[node] = best;
            sizes[best as usize] += 1;
            sizes[own as usize] -= 1;
            if sizes[own as usize] == 0 {
                empty.push(own);
            }
            for (other, _) in self.graph.arcs(node) {
                if of[other] != best && !std::mem::replace(&mut waits[other], true) {
                    queue.push_back(other as u32);
                }
            }
        }
    }

    /// Parts of each community that hang together well: nodes that are still alone join one of the parts they do not lose by, the likelier
    /// the more they gain.
    fn refine(&self, of: &[u32], resolution: f64, random: &mut Random) -> Vec<u32> {
        let nodes = self.strength.len();
        let mut part: Vec<u32> = (0..nodes as u32).collect();
        let mut sums = self.strength.clone();
        let mut alone = vec![true; nodes];
        let mut all = vec![0.0; nodes];
        of.iter().zip(&self.strength).for_each(|(community, strength)| all[*community as usize] += strength);
        // The weight from each part to the rest of its community.
        let inside = |node: usize| {
            self.graph.arcs(node).filter(|(other, _)| of[*other] == of[node]).map(|(_, weight)| weight).sum::<f64>()
        };
        let mut outward: Vec<f64> = (0..nodes).map(inside).collect();
        let mut order: Vec<u32> = (0..nodes as u32).collect();
        random.shuffle(&mut order);
        let mut to = vec![0.0; nodes];
        let (mut near, mut chances): (Vec<u32>, Vec<(u32, f64)>) = (vec![], vec![]);
        let hangs = |outward: f64, sum: f64, all: f64| {
            outward >= resolution * sum * (all - sum) / self.total - LEAST * self.total
        };
        for node in order.into_iter().map(|node| node as usize) {
            let (strength, whole) = (self.strength[node], all[of[node] as usize]);
            if !alone[node] || !hangs(outward[node], strength, whole) {
                continue;
            }
            for (other, weight) in self.graph.arcs(node).filter(|(other, _)| of[*other] == of[node]) {
                let there = part[other];
                if to[there as usize] == 0.0 {
                    near.push(there);
                }
                to[there as usize] += weight;
            }
            chances.clear();
            // To stay alone is one of the ways.
            chances.push((node as u32, 0.0));
            for there in near.iter().map(|there| *there as usize) {
                let gain = to[there] - resolution * strength * sums[there] / self.total;
                if gain >= 0.0 && hangs(outward[there], sums[there], whole) {
                    chances.push((there as u32, gain));
                }
            }
            let most = chances.iter().map(|(_, gain)| *gain).fold(0.0, f64::max);
            chances.iter_mut().for_each(|(_, gain)| *gain = ((*gain - most) / THETA).exp());
            let sum: f64 = chances.iter().map(|(_, chance)| chance).sum();
            let mut at = random.unit() * sum;
            let chosen = chances.iter().find(|(_, chance)| {
                at -= chance;
                at < 0.0
            });
            let chosen = chosen.map_or(node, |(there, _)| *there as usize);
            if chosen != node {
                part[node] = chosen as u32;
                (alone[node], alone[chosen]) = (false, false);
                sums[chosen] += strength;
                outward[chosen] += outward[node] - 2.0 * to[chosen];
            }
            near.drain(..).for_each(|there| to[there as usize] = 0.0);
        }
        part
    }

    /// The graph whose nodes are these parts. Ties of one pair are added up in the order of the nodes.
    fn aggregate(&self, part: &[u32], parts: usize) -> Level<'static> {
        let mut strength = vec![0.0; parts];
        part.iter().zip(&self.strength).for_each(|(part, own)| strength[*part as usize] += own);
        // The nodes of each part, side by side.
        let mut order: Vec<u32> = (0..part.len() as u32).collect();
        order.sort_by_key(|node| part[*node as usize]);
        let (mut offsets, mut targets, mut weights) = (vec![0; parts + 1], vec![], vec![]);
        let (mut to, mut near): (Vec<f64>, Vec<u32>) = (vec![0.0; parts], vec![]);
        for nodes in order.chunk_by(|a, b| part[*a as usize] == part[*b as usize]) {
            let own = part[nodes[0] as usize];
            for (other, weight) in nodes.iter().flat_map(|node| self.graph.arcs(*node as usize)) {
                let there = part[other];
                if there == own {
                    continue;
                }
                if to[there as usize] == 0.0 {
                    near.push(there);
                }
                to[there as usize] += weight;
            }
            near.sort_unstable();
            weights.extend(near.iter().map(|there| std::mem::take(&mut to[*there as usize])));
            targets.append(&mut near);
            offsets[own as usize + 1] = targets.len();
        }
        Level { graph: Cow::Owned(Graph { offsets, targets, weights }), strength, total: self.total }
    }
}

/// The numbers in use, from 0 by first appearance.
pub(super) fn dense(of: &[u32]) -> Vec<u32> {
    let mut place = vec![u32::MAX; of.iter().max().map_or(0, |most| *most as usize + 1)];
    let mut next = 0;
    let of = of.iter().map(|old| {
        let place = &mut place[*old as usize];
        if *place == u32::MAX {
            *place = next;
            next += 1;
        }
        *place
    });
    of.collect()
}

pub(super) fn count(dense: &[u32]) -> usize {
    dense.iter().max().map_or(0, |most| *most as usize + 1)
}
