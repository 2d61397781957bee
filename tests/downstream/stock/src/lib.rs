//! Another crate of the same team, whose operations a program has only if it names the crate.
//!
//! It is of an older edition than ours, with every form of a declaration that an edition could
//! mind: nested structs, choices, defaults, patterns and names that are keywords.

use std::collections::BTreeMap;
use std::time::Duration;

use arsenal::{Choice, Context, Error, Execute, Invalid, Operation, Params};

/// Counts what is in stock.
#[derive(Debug, Operation)]
#[operation(category = "stock", role = viewer, effect = read, path = "/stock/{type}",
            method = GET, output = u32)]
pub struct CountStock {
    /// Which kind of article.
    #[param(pattern = r"^[a-z]\w*$", max_len = LONGEST)]
    pub r#type: String,
    /// Where.
    #[param(default = "shelf")]
    pub r#where: Place,
    /// How fresh.
    #[param(default = hour(), max = "1d")]
    pub age: Duration,
    /// Between which prices.
    #[param(flatten)]
    pub prices: Prices,
    /// Of which articles, by number.
    pub articles: Option<BTreeMap<u32, Article>>,
}

const LONGEST: usize = 20;

fn hour() -> Duration {
    Duration::from_secs(3_600)
}

/// Where articles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Place {
    /// In the shop.
    Shelf,
    /// Behind it.
    #[choice(rename = "store-room", alias = "back")]
    StoreRoom,
}

/// A range of prices.
#[derive(Debug, Params)]
#[params(rule = ordered)]
pub struct Prices {
    /// The least.
    #[param(min = 0)]
    pub low: Option<f64>,
    /// The greatest.
    pub high: Option<f64>,
}

fn ordered(prices: &Prices) -> Result<(), Invalid> {
    match (prices.low, prices.high) {
        (Some(low), Some(high)) if high < low => {
            Err(Invalid::new("`low` must not be above `high`").at("low").at("high"))
        }
        _ => Ok(()),
    }
}

/// An article.
#[derive(Debug, Params)]
pub struct Article {
    /// Its sizes.
    #[param(unique, one_of = ["s", "m", "l"])]
    pub sizes: Vec<String>,
}

impl Execute for CountStock {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<u32, Error> {
        Ok(self.articles.map_or(0, |articles| articles.len() as u32))
    }
}
