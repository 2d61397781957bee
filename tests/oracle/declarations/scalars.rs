//! Fields of one value: numbers, texts, quantities, addresses, and what may be absent.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroU8, NonZeroU64};
use std::path::PathBuf;
use std::time::Duration;

use arsenal::params::{ByteSize, Secret};
use arsenal::{Choice, Params};

use super::Leaf;

/// One word of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Choice)]
pub(crate) enum Color {
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
pub(crate) struct Scalars {
    /// A.
    pub(crate) a: bool,
    /// B.
    pub(crate) b: i8,
    /// C.
    pub(crate) c: u64,
    /// D.
    pub(crate) d: f32,
    /// E.
    pub(crate) e: char,
    /// F.
    pub(crate) f: String,
    /// G.
    pub(crate) g: f64,
}

/// Integers to their ends.
#[derive(Debug, Params)]
pub(crate) struct Integers {
    /// A.
    pub(crate) a: i64,
    /// B.
    pub(crate) b: u64,
    /// C.
    pub(crate) c: Option<i128>,
    /// D.
    pub(crate) d: Option<u128>,
    /// E.
    pub(crate) e: NonZeroU8,
    /// F.
    pub(crate) f: Option<NonZeroU64>,
    /// G.
    #[param(min = -5, max = 9007199254740993)]
    pub(crate) g: Option<i64>,
    /// H.
    pub(crate) h: Option<usize>,
}

/// Bounds of numbers.
#[derive(Debug, Params)]
pub(crate) struct Bounds {
    /// A.
    #[param(min = 18, max = 100)]
    pub(crate) a: u32,
    /// B.
    #[param(exclusive_min = 0, exclusive_max = 10)]
    pub(crate) b: i16,
    /// C.
    #[param(exclusive_min = 0.0, max = 1.5)]
    pub(crate) c: f64,
    /// D.
    #[param(multiple_of = 5)]
    pub(crate) d: i64,
    /// E.
    #[param(multiple_of = 0.1)]
    pub(crate) e: f64,
    /// F.
    #[param(min = -1, max = 1)]
    pub(crate) f: Option<f32>,
    /// G.
    #[param(multiple_of = 7, min = 0)]
    pub(crate) g: Option<u8>,
}

/// Numbers that their type rounds.
#[derive(Debug, Params)]
pub(crate) struct Rounded {
    /// A.
    #[param(max = 0.1)]
    pub(crate) a: f32,
    /// B.
    #[param(multiple_of = 0.1)]
    pub(crate) b: Option<f32>,
    /// C.
    #[param(one_of = [0.1, 0.3, 2])]
    pub(crate) c: Option<f32>,
    /// D.
    #[param(exclusive_min = 0.3, exclusive_max = 2.0)]
    pub(crate) d: Box<Option<f32>>,
    /// E.
    #[param(one_of = [0.1, 0.7])]
    pub(crate) e: Option<Vec<f32>>,
}

/// Texts with limits.
#[derive(Debug, Params)]
pub(crate) struct Texts {
    /// A.
    #[param(min_len = 3, max_len = 10)]
    pub(crate) a: String,
    /// B.
    #[param(pattern = "^[a-z]+@[a-z]+\\.[a-z]{2,}$")]
    pub(crate) b: Option<String>,
    /// C.
    #[param(pattern = "\\d\\w")]
    pub(crate) c: Option<String>,
    /// D.
    #[param(one_of = ["one", "two", "three"])]
    pub(crate) d: Option<String>,
    /// E.
    #[param(min_len = 1, pattern = "^[^ ]*$", format = "hostname")]
    pub(crate) e: Option<Cow<'static, str>>,
    /// F.
    #[param(max_len = 0)]
    pub(crate) f: Option<Box<str>>,
}

/// Absence and null.
#[derive(Debug, Params)]
pub(crate) struct Options {
    /// A.
    pub(crate) a: Option<i32>,
    /// B.
    pub(crate) b: Option<Option<String>>,
    /// C.
    pub(crate) c: Option<Vec<Option<bool>>>,
    /// D.
    pub(crate) d: Option<Leaf>,
    /// E.
    pub(crate) e: Option<Color>,
    /// F.
    pub(crate) f: Box<Option<u8>>,
    /// G.
    pub(crate) g: String,
}

fn five() -> u8 {
    5
}

/// Defaults of each kind.
#[derive(Debug, Params)]
pub(crate) struct Defaults {
    /// A.
    #[param(default = 10, max = 20)]
    pub(crate) a: u32,
    /// B.
    #[param(default = "anonymous", min_len = 2)]
    pub(crate) b: String,
    /// C.
    #[param(default = five())]
    pub(crate) c: u8,
    /// D.
    #[param(default = "5s", max = "60s")]
    pub(crate) d: Duration,
    /// E.
    #[param(default)]
    pub(crate) e: Vec<String>,
    /// F.
    #[param(default = true)]
    pub(crate) f: bool,
    /// G.
    #[param(default = 1.5)]
    pub(crate) g: f64,
    /// H.
    #[param(default = "green")]
    pub(crate) h: Color,
}

/// Older names.
#[derive(Debug, Params)]
pub(crate) struct Aliases {
    /// A.
    #[param(alias = "alpha")]
    pub(crate) a: i32,
    /// B.
    #[param(alias = ["beta", "bee"])]
    pub(crate) b: Option<String>,
    /// C.
    #[param(alias = "gamma", default = 3)]
    pub(crate) c: u8,
    /// D.
    #[param(alias = "delta")]
    pub(crate) d: String,
}

/// Durations and sizes.
#[derive(Debug, Params)]
pub(crate) struct Quantities {
    /// A.
    pub(crate) a: Duration,
    /// B.
    #[param(min = "1s", max = "1m")]
    pub(crate) b: Option<Duration>,
    /// C.
    pub(crate) c: Option<ByteSize>,
    /// D.
    #[param(exclusive_max = "1MiB")]
    pub(crate) d: Option<ByteSize>,
}

/// Addresses.
#[derive(Debug, Params)]
pub(crate) struct Addresses {
    /// A.
    pub(crate) a: Option<IpAddr>,
    /// B.
    pub(crate) b: Option<Ipv4Addr>,
    /// C.
    pub(crate) c: Option<Ipv6Addr>,
    /// D.
    pub(crate) d: Option<SocketAddr>,
    /// E.
    pub(crate) e: PathBuf,
}

/// Things that nobody sees.
#[derive(Debug, Params)]
pub(crate) struct Secrets {
    /// A.
    #[param(min_len = 8)]
    pub(crate) a: Secret<String>,
    /// B.
    pub(crate) b: Option<Secret<u32>>,
    /// C.
    pub(crate) c: Secret<Option<Color>>,
    /// D.
    #[param(secret, max_len = 4)]
    pub(crate) d: Option<String>,
}

/// Names that need care.
#[derive(Debug, Params)]
pub(crate) struct Names {
    /// Dot.
    #[param(rename = "a.b")]
    pub(crate) dot: u8,
    /// Dollar.
    #[param(rename = "$t")]
    pub(crate) dollar: Option<u8>,
    /// Type.
    pub(crate) r#type: String,
    /// Hyphen.
    #[param(rename = "with-hyphen")]
    pub(crate) hyphen: Option<Leaf>,
    /// Letters.
    #[param(rename = "ключ")]
    pub(crate) letters: Option<Vec<u8>>,
}

/// Lists of values that are not words.
#[derive(Debug, Params)]
pub(crate) struct Values {
    /// A.
    #[param(one_of = [1, 2, 3])]
    pub(crate) a: i32,
    /// B.
    #[param(one_of = [0.5, 1.0, 2.0])]
    pub(crate) b: Option<f64>,
    /// C.
    #[param(one_of = [10, 20], max = 15)]
    pub(crate) c: Option<u8>,
}
