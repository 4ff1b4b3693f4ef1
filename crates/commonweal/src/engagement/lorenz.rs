//! The Lorenz curve of contributions.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::counts;
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;

/// Which share of the contributions the members make who contribute least: the Lorenz curve.
///
/// # Formula
/// With the contributions of the n members in ascending order, L(k/n) = Σ of the first k / Σ of all. Members who contributed
/// equally often lie on a straight line, so the curve is given where the count changes, and at (0, 0). On the diagonal all
/// contribute the same; twice the area between it and the curve is `gini` of [`crate::Inequality`].
///
/// # Columns
/// period (with `every`), `by` …, contributions (of each of these members; 0 in the first row), members (who made exactly so many),
/// `members_share` (share of members who made so many or fewer), `contributions_share` (share of all contributions that they made),
/// complete (with `every`). The first row of each cell is (0, 0), the last (1, 1); a cell without a contributor has no row, a
/// suppressed one has one.
///
/// # Edge cases
/// As in [`crate::Inequality`]: only those who contributed are on the curve. A share is not estimated from a sample here, so it has
/// no interval.
///
/// # Source
/// Lorenz, *Methods of measuring the concentration of wealth*, Publications of the ASA 9 (1905).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lorenz {
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Lorenz {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.lorenz",
        question: "Which share of the contributions do the least active half, or nine tenths, make?",
        formula: "L(k/n) = Σ of the k smallest counts / Σ of all",
        unit: "share of contributions",
        source: "Lorenz (1905)",
        whole: Whole::Member,
    };
}

impl Kpi for Lorenz {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn shapes(&self) -> &'static [Shape] {
        const { &[counts::SHAPE] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        Ok(vec![counts::partial(part, &part.scoped(&self.scope)?, self.every)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let found = counts::concentrations(&cells, &tables[0]);
        cells.check_rows(found.iter().map(|c| c.values().len() + 1).sum())?;
        let (mut rows, mut points) = (vec![], vec![]);
        for (cell, found) in found.iter().enumerate().filter(|(_, found)| found.members() > 0) {
            let (mut members, mut sum) = (0u64, 0u128);
            for (count, alike) in [(0, 0)].iter().chain(found.values()) {
                members += u64::from(*alike);
                sum += u128::from(*count) * u128::from(*alike);
                let shares = (members as f64 / found.members() as f64, sum as f64 / found.total() as f64);
                rows.push(cell);
                points.push((i64::from(*count), i64::from(*alike), shares));
            }
        }
        cells
            .sheet(&self.scope)
            .members(found.iter().map(|c| c.members() as i64).collect())
            .rows(rows)
            .counts("contributions", points.iter().map(|p| p.0))
            .counts("members", points.iter().map(|p| p.1))
            .numbers("members_share", points.iter().map(|p| Some(p.2.0)))
            .numbers("contributions_share", points.iter().map(|p| Some(p.2.1)))
            .one_row_if_hidden()
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{community, counts, numbers, posts, table};

    #[test]
    fn by_hand() {
        // Ana once, bo once, cy twice, di four times.
        let all = community(&posts(&[("ana", 1), ("bo", 1), ("cy", 2), ("di", 4)]));
        let found = table(&all, "engagement.lorenz", json!({}));
        assert_eq!(found.get_column_names(), ["contributions", "members", "members_share", "contributions_share"]);
        assert_eq!(counts(&found, "contributions"), [0, 1, 2, 4]);
        assert_eq!(counts(&found, "members"), [0, 2, 1, 1]);
        assert_eq!(numbers(&found, "members_share"), [0.0, 0.5, 0.75, 1.0].map(Some));
        assert_eq!(numbers(&found, "contributions_share"), [0.0, 0.25, 0.5, 1.0].map(Some));
    }

    #[test]
    fn twice_the_area_above_it_is_the_gini() {
        let all = community(&posts(&[("ana", 1), ("bo", 3), ("cy", 3), ("di", 9), ("ed", 2)]));
        let found = table(&all, "engagement.lorenz", json!({}));
        let (x, y) = (numbers(&found, "members_share"), numbers(&found, "contributions_share"));
        let points: Vec<(f64, f64)> = x.into_iter().zip(y).map(|(x, y)| (x.unwrap(), y.unwrap())).collect();
        let under: f64 = points.windows(2).map(|p| (p[1].0 - p[0].0) * (p[0].1 + p[1].1) / 2.0).sum();
        let gini = numbers(&table(&all, "engagement.inequality", json!({})), "gini")[0].unwrap();
        assert!((1.0 - 2.0 * under - gini).abs() < 1e-12);
    }

    #[test]
    fn a_suppressed_cell_has_one_row() {
        let all = community(&posts(&[("ana", 1), ("bo", 3), ("cy", 3)]));
        let found = table(&all, "engagement.lorenz", json!({"by": "channel", "min_group": 4}));
        assert_eq!(found.height(), 1);
        assert!(found.column("contributions_share").unwrap().get(0).unwrap().is_null());
        assert_eq!(table(&community(&[]), "engagement.lorenz", json!({"every": "1w"})).height(), 0);
    }
}
