//! Mean, spread and extremes of a row of figures.

use schemars::JsonSchema;
use serde::Serialize;

/// A row of figures in short.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Summary {
    /// How many figures.
    pub samples: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub std_dev: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Summary {
    /// Sums up a row; `None` for an empty one.
    pub fn of(row: impl IntoIterator<Item = f64>) -> Option<Self> {
        // Welford's way: sums of squares of bytes would lose the small differences.
        let mut summary = Self {
            samples: 0,
            mean: 0.0,
            std_dev: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        };
        let mut squares = 0.0;
        for value in row {
            summary.samples += 1;
            let off = value - summary.mean;
            summary.mean += off / summary.samples as f64;
            squares += off * (value - summary.mean);
            summary.min = summary.min.min(value);
            summary.max = summary.max.max(value);
        }
        if summary.samples == 0 {
            return None;
        }
        summary.std_dev = (squares / summary.samples as f64).max(0.0).sqrt();
        Some(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_summed_up_as_by_hand() {
        assert_eq!(Summary::of([]), None);
        let summary = Summary::of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!((summary.samples, summary.mean, summary.std_dev), (8, 5.0, 2.0));
        assert_eq!((summary.min, summary.max), (2.0, 9.0));
    }

    #[test]
    fn great_figures_keep_their_small_differences() {
        let base = 64.0 * 1024.0 * 1024.0 * 1024.0;
        let summary = Summary::of([base, base + 2.0]).unwrap();
        assert_eq!(summary.std_dev, 1.0);
    }
}
