//! What an author brings: rules, validators, types of other crates.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use arsenal::{Invalid, Params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Leaf;

/// What is not known is skipped.
#[derive(Debug, Params)]
#[params(unknown_fields = ignore)]
pub(crate) struct Open {
    /// A.
    pub(crate) a: u8,
    /// Leaf.
    pub(crate) leaf: Option<Leaf>,
}

fn ordered(range: &Range) -> Result<(), Invalid> {
    if range.from > range.to {
        return Err(Invalid::new("`from` must not be after `to`").at("from").at("to"));
    }
    Ok(())
}

/// A rule over two fields.
#[derive(Debug, Params)]
#[params(rule = ordered)]
pub(crate) struct Range {
    /// From.
    #[param(min = 0)]
    pub(crate) from: i32,
    /// To.
    #[param(alias = "until", default = 50)]
    pub(crate) to: i32,
}

/// Rules below.
#[derive(Debug, Params)]
pub(crate) struct Ranges {
    /// Ranges.
    pub(crate) ranges: Vec<Range>,
    /// Flattened.
    #[param(flatten)]
    pub(crate) own: Range,
}

#[expect(clippy::ptr_arg, reason = "a validator takes the field by its own type")]
fn long(text: &String) -> Result<(), Invalid> {
    if text.len() < 8 { Err(Invalid::new("must be at least 8 bytes long")) } else { Ok(()) }
}

fn even(n: &Option<u8>) -> Result<(), Invalid> {
    match n {
        Some(n) if n % 2 == 1 => Err(Invalid::new("must be even")),
        _ => Ok(()),
    }
}

fn not_both(leaf: &Leaf) -> Result<(), Invalid> {
    if leaf.n == 3 && leaf.s.is_some() {
        return Err(Invalid::new("must not have `s` where `n` is 3").at("s"));
    }
    Ok(())
}

/// The author's own checks.
#[derive(Debug, Params)]
pub(crate) struct Custom {
    /// Password.
    #[param(validate = long)]
    pub(crate) password: String,
    /// N.
    #[param(validate = even, max = 50)]
    pub(crate) n: Option<u8>,
    /// Leaf.
    #[param(validate = not_both)]
    pub(crate) leaf: Leaf,
}

/// A tagged enum of another crate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Figure {
    /// A circle.
    Circle { radius: f64 },
    /// A square.
    Square { side: u8 },
}

/// A struct of another crate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Other {
    x: i32,
    #[serde(default)]
    y: Option<String>,
}

/// A newtype of the author's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Weight(#[schemars(range(min = 0.0, max = 500.0))] f64);

arsenal::param_via_serde!(Weight);

/// Types of other crates.
#[derive(Debug, Params)]
pub(crate) struct Strangers {
    /// A.
    #[param(foreign)]
    pub(crate) a: Option<Figure>,
    /// B.
    #[param(foreign)]
    pub(crate) b: Other,
    /// C.
    pub(crate) c: Option<Weight>,
    /// D.
    pub(crate) d: Option<Vec<Weight>>,
    /// E.
    #[param(foreign)]
    pub(crate) e: Option<Vec<Other>>,
}

/// Nothing.
#[derive(Debug, Params)]
pub(crate) struct Nothing {}

/// Identifiers and times of other crates.
#[derive(Debug, Params)]
pub(crate) struct External {
    /// Id.
    pub(crate) id: Option<uuid::Uuid>,
    /// At.
    pub(crate) at: Option<jiff::Timestamp>,
    /// Day.
    pub(crate) day: Option<jiff::civil::Date>,
    /// Link.
    pub(crate) link: Option<url::Url>,
    /// Ids.
    pub(crate) ids: Option<BTreeSet<uuid::Uuid>>,
    /// By id.
    pub(crate) by_id: Option<HashMap<uuid::Uuid, u8>>,
}

/// Dates and times of one crate, with their zones.
#[derive(Debug, Params)]
pub(crate) struct Zoned {
    /// Zoned.
    pub(crate) zoned: Option<jiff::Zoned>,
    /// Time.
    pub(crate) time: Option<jiff::civil::Time>,
    /// Moment.
    pub(crate) moment: Option<jiff::civil::DateTime>,
    /// Times.
    pub(crate) times: Option<BTreeSet<jiff::civil::Time>>,
}

/// Dates and times of another crate.
#[derive(Debug, Params)]
pub(crate) struct Chrono {
    /// At, in UTC.
    pub(crate) utc: Option<chrono::DateTime<chrono::Utc>>,
    /// At, with an offset.
    pub(crate) offset: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// Day.
    pub(crate) day: Option<chrono::NaiveDate>,
    /// Time.
    pub(crate) time: Option<chrono::NaiveTime>,
    /// Moment.
    pub(crate) moment: Option<chrono::NaiveDateTime>,
    /// By time.
    pub(crate) by_utc: Option<BTreeMap<chrono::DateTime<chrono::Utc>, u8>>,
}
