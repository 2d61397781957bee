//! The table: a figure a line, with what it must be, what it should be, and whether it is.

/// One line of the table.
pub(crate) struct Check {
    pub(crate) measure: &'static str,
    /// What the value is: a ratio of what to what, or a unit.
    pub(crate) unit: &'static str,
    /// Absent where there is nothing to compare with.
    pub(crate) value: Option<f64>,
    pub(crate) must: Option<Bound>,
    pub(crate) aim: Option<Bound>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bound) => bound <= value,
            Self::AtMost(bound) => value <= bound,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(bound) => format!("≥ {}", figure(bound)),
            Self::AtMost(bound) => format!("≤ {}", figure(bound)),
        }
    }
}

/// Prints the table.
pub(crate) fn print(checks: &[Check]) {
    println!();
    println!("| measure | value | unit | must | | aim | |");
    println!("|---|---:|---|---|---|---|---|");
    for check in checks {
        let Check { measure, unit, .. } = check;
        let must = check.must.map(Bound::text).unwrap_or_default();
        let value = check.value.map_or_else(|| "-".to_owned(), figure);
        let aim = check.aim.map(Bound::text).unwrap_or_default();
        let must_met = verdict(check.value, check.must);
        let aim_met = verdict(check.value, check.aim);
        println!("| {measure} | {value} | {unit} | {must} | {must_met} | {aim} | {aim_met} |");
    }
}

fn verdict(value: Option<f64>, bound: Option<Bound>) -> &'static str {
    match (value, bound) {
        (_, None) => "",
        (None, Some(_)) => "skipped",
        (Some(value), Some(bound)) if bound.holds(value) => "pass",
        (Some(_), Some(_)) => "FAIL",
    }
}

/// Three digits are all that such a measurement has.
fn figure(value: f64) -> String {
    match value.abs() {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The middle one of the samples.
pub(crate) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
