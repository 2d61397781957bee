//! A generic operation, registered for each type, and generic parameters.

extern crate arsenal_core as arsenal;

use arsenal::params::Param;
use arsenal::{Context, Error, Execute, Operation, Params};

/// A range.
#[derive(Debug, Params)]
pub struct Range<T> {
    /// The first.
    pub from: T,
    /// The last.
    pub to: Option<T>,
}

/// Counts.
#[derive(Debug, Operation)]
#[operation(category = "orders", role = viewer, generic)]
pub struct Count<T: std::fmt::Debug, const N: usize> {
    /// Which.
    pub which: Range<T>,
    /// Others.
    #[param(max_len = N, validate = some)]
    pub others: Vec<T>,
    /// How many.
    #[param(default = 3, min = 1)]
    pub count: u32,
}

fn some<T>(others: &Vec<T>) -> Result<(), arsenal::Invalid> {
    let _ = others;
    Ok(())
}

impl<T: Param + std::fmt::Debug, const N: usize> Execute for Count<T, N> {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

arsenal::register!(Count<u32, 3>);

fn main() {
    let table = <Count<u32, 3> as arsenal::params::Params>::table();
    assert_eq!(table.fields[1].constraints.max_len, Some(3));
}
