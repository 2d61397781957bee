//! Limits and defaults that are constants of any numeric type.

extern crate arsenal_core as arsenal;

use std::time::Duration;

use arsenal::params::{Literal, Params as _};
use arsenal::{Context, Error, Execute, Operation};

mod limits {
    pub(crate) const LOW: u8 = 3;
    pub(crate) const HIGH: f32 = 9.5;
    pub(crate) const NAME: usize = 40;
}

/// Orders.
#[derive(Debug, Operation)]
#[operation(category = "orders", role = viewer)]
pub struct Order {
    /// How many.
    #[param(min = limits::LOW, max = u64::MAX, default = u64::from(limits::LOW) + 1)]
    pub count: u64,
    /// How much.
    #[param(min = limits::LOW, exclusive_max = limits::HIGH)]
    pub share: Option<f64>,
    /// Whose.
    #[param(max_len = limits::NAME, default)]
    pub name: String,
    /// How long.
    #[param(default = Duration::from_secs(5), max = "1m")]
    pub wait: Duration,
}

impl Execute for Order {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {
    let fields = Order::table().fields;
    assert_eq!(fields[0].constraints.min.map(|end| end.value), Some(Literal::Int(3)));
    assert_eq!(fields[0].constraints.max.map(|end| end.value), Some(Literal::Int(u64::MAX.into())));
    assert_eq!(fields[1].constraints.min.map(|end| end.value), Some(Literal::Float(3.0)));
    assert_eq!(fields[1].constraints.max.map(|end| end.exclusive), Some(true));
    assert_eq!(fields[2].constraints.max_len, Some(40));
}
