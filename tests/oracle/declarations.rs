//! Awkward declarations: each kind of field, each constraint, and the ways they meet.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroU8, NonZeroU64};
use std::path::PathBuf;
use std::time::Duration;

use arsenal::params::{ByteSize, Secret};
use arsenal::{Choice, Invalid, Params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Hands the names of all declarations to a macro, behind what it wants before them.
macro_rules! with_declarations {
    ($callback:ident!($($before:tt)*)) => {
        $callback! { $($before)*
            Scalars Integers Bounds Rounded Texts Options Defaults Aliases Leaf Branch Nested Lists
            Sets Maps Words Anything Quantities Addresses Secrets Page Filter Flattened Tree Open
            Range Ranges Custom Strangers Names Values Nothing Wrapped External Zoned Chrono Shared
        }
    };
}

pub(super) use with_declarations;

/// One word of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Choice)]
pub(super) enum Color {
    /// Like blood.
    #[choice(alias = ["scarlet", "crimson"])]
    Red,
    /// Like grass.
    Green,
    /// Like the sky.
    #[choice(rename = "light-blue")]
    LightBlue,
}

/// Each scalar.
#[derive(Debug, Params)]
pub(super) struct Scalars {
    /// A.
    pub(super) a: bool,
    /// B.
    pub(super) b: i8,
    /// C.
    pub(super) c: u64,
    /// D.
    pub(super) d: f32,
    /// E.
    pub(super) e: char,
    /// F.
    pub(super) f: String,
    /// G.
    pub(super) g: f64,
}

/// Integers to their ends.
#[derive(Debug, Params)]
pub(super) struct Integers {
    /// A.
    pub(super) a: i64,
    /// B.
    pub(super) b: u64,
    /// C.
    pub(super) c: Option<i128>,
    /// D.
    pub(super) d: Option<u128>,
    /// E.
    pub(super) e: NonZeroU8,
    /// F.
    pub(super) f: Option<NonZeroU64>,
    /// G.
    #[param(min = -5, max = 9007199254740993)]
    pub(super) g: Option<i64>,
    /// H.
    pub(super) h: Option<usize>,
}

/// Bounds of numbers.
#[derive(Debug, Params)]
pub(super) struct Bounds {
    /// A.
    #[param(min = 18, max = 100)]
    pub(super) a: u32,
    /// B.
    #[param(exclusive_min = 0, exclusive_max = 10)]
    pub(super) b: i16,
    /// C.
    #[param(exclusive_min = 0.0, max = 1.5)]
    pub(super) c: f64,
    /// D.
    #[param(multiple_of = 5)]
    pub(super) d: i64,
    /// E.
    #[param(multiple_of = 0.1)]
    pub(super) e: f64,
    /// F.
    #[param(min = -1, max = 1)]
    pub(super) f: Option<f32>,
    /// G.
    #[param(multiple_of = 7, min = 0)]
    pub(super) g: Option<u8>,
}

/// Numbers that their type rounds.
#[derive(Debug, Params)]
pub(super) struct Rounded {
    /// A.
    #[param(max = 0.1)]
    pub(super) a: f32,
    /// B.
    #[param(multiple_of = 0.1)]
    pub(super) b: Option<f32>,
    /// C.
    #[param(one_of = [0.1, 0.3, 2])]
    pub(super) c: Option<f32>,
    /// D.
    #[param(exclusive_min = 0.3, exclusive_max = 2.0)]
    pub(super) d: Box<Option<f32>>,
    /// E.
    #[param(one_of = [0.1, 0.7])]
    pub(super) e: Option<Vec<f32>>,
}

/// Texts with limits.
#[derive(Debug, Params)]
pub(super) struct Texts {
    /// A.
    #[param(min_len = 3, max_len = 10)]
    pub(super) a: String,
    /// B.
    #[param(pattern = "^[a-z]+@[a-z]+\\.[a-z]{2,}$")]
    pub(super) b: Option<String>,
    /// C.
    #[param(pattern = "\\d\\w")]
    pub(super) c: Option<String>,
    /// D.
    #[param(one_of = ["one", "two", "three"])]
    pub(super) d: Option<String>,
    /// E.
    #[param(min_len = 1, pattern = "^[^ ]*$", format = "hostname")]
    pub(super) e: Option<Cow<'static, str>>,
    /// F.
    #[param(max_len = 0)]
    pub(super) f: Option<Box<str>>,
}

/// Absence and null.
#[derive(Debug, Params)]
pub(super) struct Options {
    /// A.
    pub(super) a: Option<i32>,
    /// B.
    pub(super) b: Option<Option<String>>,
    /// C.
    pub(super) c: Option<Vec<Option<bool>>>,
    /// D.
    pub(super) d: Option<Leaf>,
    /// E.
    pub(super) e: Option<Color>,
    /// F.
    pub(super) f: Box<Option<u8>>,
    /// G.
    pub(super) g: String,
}

fn five() -> u8 {
    5
}

/// Defaults of each kind.
#[derive(Debug, Params)]
pub(super) struct Defaults {
    /// A.
    #[param(default = 10, max = 20)]
    pub(super) a: u32,
    /// B.
    #[param(default = "anonymous", min_len = 2)]
    pub(super) b: String,
    /// C.
    #[param(default = five())]
    pub(super) c: u8,
    /// D.
    #[param(default = "5s", max = "60s")]
    pub(super) d: Duration,
    /// E.
    #[param(default)]
    pub(super) e: Vec<String>,
    /// F.
    #[param(default = true)]
    pub(super) f: bool,
    /// G.
    #[param(default = 1.5)]
    pub(super) g: f64,
    /// H.
    #[param(default = "green")]
    pub(super) h: Color,
}

/// Older names.
#[derive(Debug, Params)]
pub(super) struct Aliases {
    /// A.
    #[param(alias = "alpha")]
    pub(super) a: i32,
    /// B.
    #[param(alias = ["beta", "bee"])]
    pub(super) b: Option<String>,
    /// C.
    #[param(alias = "gamma", default = 3)]
    pub(super) c: u8,
    /// D.
    #[param(alias = "delta")]
    pub(super) d: String,
}

/// A leaf.
#[derive(Debug, Params)]
pub(super) struct Leaf {
    /// N.
    #[param(max = 9)]
    pub(super) n: u8,
    /// S.
    pub(super) s: Option<String>,
}

/// A branch.
#[derive(Debug, Params)]
pub(super) struct Branch {
    /// Leaf.
    pub(super) leaf: Leaf,
    /// Leaves.
    #[param(max_len = 3)]
    pub(super) leaves: Vec<Leaf>,
    /// By name.
    pub(super) by_name: Option<BTreeMap<String, Leaf>>,
}

/// Three levels.
#[derive(Debug, Params)]
pub(super) struct Nested {
    /// Branch.
    pub(super) branch: Branch,
    /// Branches.
    pub(super) branches: Option<Vec<Branch>>,
}

/// Lists.
#[derive(Debug, Params)]
pub(super) struct Lists {
    /// A.
    pub(super) a: Vec<Vec<u8>>,
    /// B.
    pub(super) b: Option<[i32; 3]>,
    /// C.
    #[param(unique, min_len = 1, max_len = 4)]
    pub(super) c: Option<Vec<i64>>,
    /// D.
    #[param(unique)]
    pub(super) d: Option<Vec<Value>>,
    /// E.
    pub(super) e: Option<VecDeque<String>>,
    /// F.
    #[param(one_of = ["name", "-name", "age"])]
    pub(super) f: Option<Vec<String>>,
    /// G.
    #[param(unique)]
    pub(super) g: Option<Vec<Leaf>>,
    /// H.
    #[param(min_len = 2)]
    pub(super) h: Option<[bool; 2]>,
}

/// Sets.
#[derive(Debug, Params)]
pub(super) struct Sets {
    /// A.
    pub(super) a: BTreeSet<String>,
    /// B.
    pub(super) b: Option<HashSet<i64>>,
    /// C.
    pub(super) c: Option<BTreeSet<Duration>>,
    /// D.
    #[param(max_len = 2)]
    pub(super) d: Option<BTreeSet<Color>>,
    /// E.
    pub(super) e: Option<BTreeSet<Vec<u8>>>,
    /// F.
    pub(super) f: Option<HashSet<Option<u8>>>,
}

/// Maps.
#[derive(Debug, Params)]
pub(super) struct Maps {
    /// A.
    #[param(min_len = 1, max_len = 2)]
    pub(super) a: Option<BTreeMap<String, u8>>,
    /// B.
    pub(super) b: Option<HashMap<i8, String>>,
    /// C.
    pub(super) c: Option<BTreeMap<Color, bool>>,
    /// D.
    pub(super) d: Option<BTreeMap<u64, Leaf>>,
    /// E.
    pub(super) e: Option<HashMap<Ipv4Addr, Vec<u8>>>,
    /// F.
    pub(super) f: BTreeMap<char, BTreeMap<String, Option<i32>>>,
    /// G.
    pub(super) g: Option<BTreeMap<Duration, u8>>,
}

/// Words.
#[derive(Debug, Params)]
pub(super) struct Words {
    /// A.
    pub(super) a: Color,
    /// B.
    pub(super) b: Option<Vec<Color>>,
    /// C.
    #[param(one_of = ["red", "green"])]
    pub(super) c: Option<Color>,
}

/// Anything.
#[derive(Debug, Params)]
pub(super) struct Anything {
    /// A.
    pub(super) a: Value,
    /// B.
    pub(super) b: Option<Value>,
    /// C.
    pub(super) c: Option<Vec<Value>>,
    /// D.
    pub(super) d: Option<BTreeMap<String, Value>>,
}

/// Durations and sizes.
#[derive(Debug, Params)]
pub(super) struct Quantities {
    /// A.
    pub(super) a: Duration,
    /// B.
    #[param(min = "1s", max = "1m")]
    pub(super) b: Option<Duration>,
    /// C.
    pub(super) c: Option<ByteSize>,
    /// D.
    #[param(exclusive_max = "1MiB")]
    pub(super) d: Option<ByteSize>,
}

/// Addresses.
#[derive(Debug, Params)]
pub(super) struct Addresses {
    /// A.
    pub(super) a: Option<IpAddr>,
    /// B.
    pub(super) b: Option<Ipv4Addr>,
    /// C.
    pub(super) c: Option<Ipv6Addr>,
    /// D.
    pub(super) d: Option<SocketAddr>,
    /// E.
    pub(super) e: PathBuf,
}

/// Things that nobody sees.
#[derive(Debug, Params)]
pub(super) struct Secrets {
    /// A.
    #[param(min_len = 8)]
    pub(super) a: Secret<String>,
    /// B.
    pub(super) b: Option<Secret<u32>>,
    /// C.
    pub(super) c: Secret<Option<Color>>,
    /// D.
    #[param(secret, max_len = 4)]
    pub(super) d: Option<String>,
}

/// A page.
#[derive(Debug, Params)]
pub(super) struct Page {
    /// Size.
    #[param(alias = "limit", default = 20, min = 1)]
    pub(super) page_size: u32,
    /// Token.
    pub(super) page_token: Option<String>,
}

/// A filter around a page.
#[derive(Debug, Params)]
pub(super) struct Filter {
    /// Name.
    #[param(alias = "title", min_len = 1)]
    pub(super) name: String,
    /// Page.
    #[param(flatten)]
    pub(super) page: Page,
}

/// Flattened, twice.
#[derive(Debug, Params)]
pub(super) struct Flattened {
    /// First.
    pub(super) first: Option<u8>,
    /// Filter.
    #[param(flatten)]
    pub(super) filter: Filter,
    /// Last.
    pub(super) last: bool,
}

/// A type that holds itself.
#[derive(Debug, Params)]
pub(super) struct Tree {
    /// Value.
    #[param(max = 99)]
    pub(super) value: i32,
    /// Children.
    #[param(default, max_len = 3)]
    pub(super) children: Vec<Tree>,
    /// Next.
    pub(super) next: Option<Box<Tree>>,
}

/// What is not known is skipped.
#[derive(Debug, Params)]
#[params(unknown_fields = ignore)]
pub(super) struct Open {
    /// A.
    pub(super) a: u8,
    /// Leaf.
    pub(super) leaf: Option<Leaf>,
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
pub(super) struct Range {
    /// From.
    #[param(min = 0)]
    pub(super) from: i32,
    /// To.
    #[param(alias = "until", default = 50)]
    pub(super) to: i32,
}

/// Rules below.
#[derive(Debug, Params)]
pub(super) struct Ranges {
    /// Ranges.
    pub(super) ranges: Vec<Range>,
    /// Flattened.
    #[param(flatten)]
    pub(super) own: Range,
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
pub(super) struct Custom {
    /// Password.
    #[param(validate = long)]
    pub(super) password: String,
    /// N.
    #[param(validate = even, max = 50)]
    pub(super) n: Option<u8>,
    /// Leaf.
    #[param(validate = not_both)]
    pub(super) leaf: Leaf,
}

/// A tagged enum of another crate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Figure {
    /// A circle.
    Circle { radius: f64 },
    /// A square.
    Square { side: u8 },
}

/// A struct of another crate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Other {
    x: i32,
    #[serde(default)]
    y: Option<String>,
}

/// A newtype of the author's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Weight(#[schemars(range(min = 0.0, max = 500.0))] f64);

arsenal::param_via_serde!(Weight);

/// Types of other crates.
#[derive(Debug, Params)]
pub(super) struct Strangers {
    /// A.
    #[param(foreign)]
    pub(super) a: Option<Figure>,
    /// B.
    #[param(foreign)]
    pub(super) b: Other,
    /// C.
    pub(super) c: Option<Weight>,
    /// D.
    pub(super) d: Option<Vec<Weight>>,
    /// E.
    #[param(foreign)]
    pub(super) e: Option<Vec<Other>>,
}

/// Names that need care.
#[derive(Debug, Params)]
pub(super) struct Names {
    /// Dot.
    #[param(rename = "a.b")]
    pub(super) dot: u8,
    /// Dollar.
    #[param(rename = "$t")]
    pub(super) dollar: Option<u8>,
    /// Type.
    pub(super) r#type: String,
    /// Hyphen.
    #[param(rename = "with-hyphen")]
    pub(super) hyphen: Option<Leaf>,
    /// Letters.
    #[param(rename = "ключ")]
    pub(super) letters: Option<Vec<u8>>,
}

/// Lists of values that are not words.
#[derive(Debug, Params)]
pub(super) struct Values {
    /// A.
    #[param(one_of = [1, 2, 3])]
    pub(super) a: i32,
    /// B.
    #[param(one_of = [0.5, 1.0, 2.0])]
    pub(super) b: Option<f64>,
    /// C.
    #[param(one_of = [10, 20], max = 15)]
    pub(super) c: Option<u8>,
}

/// Nothing.
#[derive(Debug, Params)]
pub(super) struct Nothing {}

/// Constraints on wrapped types.
#[derive(Debug, Params)]
pub(super) struct Wrapped {
    /// A.
    #[param(min = 1, max = 5)]
    pub(super) a: Option<Option<u8>>,
    /// B.
    #[param(min_len = 2)]
    pub(super) b: Option<Vec<u8>>,
    /// C.
    #[param(pattern = "^a")]
    pub(super) c: Option<Secret<String>>,
    /// D.
    #[param(max = 7)]
    pub(super) d: Box<i64>,
    /// E.
    #[param(max_len = 2)]
    pub(super) e: Option<BTreeMap<String, Vec<Option<Leaf>>>>,
}

/// Identifiers and times of other crates.
#[derive(Debug, Params)]
pub(super) struct External {
    /// Id.
    pub(super) id: Option<uuid::Uuid>,
    /// At.
    pub(super) at: Option<jiff::Timestamp>,
    /// Day.
    pub(super) day: Option<jiff::civil::Date>,
    /// Link.
    pub(super) link: Option<url::Url>,
    /// Ids.
    pub(super) ids: Option<BTreeSet<uuid::Uuid>>,
    /// By id.
    pub(super) by_id: Option<HashMap<uuid::Uuid, u8>>,
}

/// Dates and times of one crate, with their zones.
#[derive(Debug, Params)]
pub(super) struct Zoned {
    /// Zoned.
    pub(super) zoned: Option<jiff::Zoned>,
    /// Time.
    pub(super) time: Option<jiff::civil::Time>,
    /// Moment.
    pub(super) moment: Option<jiff::civil::DateTime>,
    /// Times.
    pub(super) times: Option<BTreeSet<jiff::civil::Time>>,
}

/// Dates and times of another crate.
#[derive(Debug, Params)]
pub(super) struct Chrono {
    /// At, in UTC.
    pub(super) utc: Option<chrono::DateTime<chrono::Utc>>,
    /// At, with an offset.
    pub(super) offset: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// Day.
    pub(super) day: Option<chrono::NaiveDate>,
    /// Time.
    pub(super) time: Option<chrono::NaiveTime>,
    /// Moment.
    pub(super) moment: Option<chrono::NaiveDateTime>,
    /// By time.
    pub(super) by_utc: Option<BTreeMap<chrono::DateTime<chrono::Utc>, u8>>,
}

/// The same struct by two ways.
#[derive(Debug, Params)]
pub(super) struct Shared {
    /// A.
    pub(super) a: Leaf,
    /// B.
    pub(super) b: Option<Leaf>,
    /// C.
    pub(super) c: Option<Tree>,
    /// D.
    pub(super) d: Option<other::Leaf>,
}

pub(super) mod other {
    //! A type of a name that is taken.

    use arsenal::Params;

    /// Another leaf.
    #[derive(Debug, Params)]
    pub(crate) struct Leaf {
        /// Green.
        pub green: bool,
    }
}
