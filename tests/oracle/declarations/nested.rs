//! Fields that hold others: structs, lists, sets, maps, trees.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::net::Ipv4Addr;
use std::time::Duration;

use arsenal::Params;
use arsenal::params::Secret;
use serde_json::Value;

use super::Color;

/// A leaf.
#[derive(Debug, Params)]
pub(crate) struct Leaf {
    /// N.
    #[param(max = 9)]
    pub(crate) n: u8,
    /// S.
    pub(crate) s: Option<String>,
}

/// A branch.
#[derive(Debug, Params)]
pub(crate) struct Branch {
    /// Leaf.
    pub(crate) leaf: Leaf,
    /// Leaves.
    #[param(max_len = 3)]
    pub(crate) leaves: Vec<Leaf>,
    /// By name.
    pub(crate) by_name: Option<BTreeMap<String, Leaf>>,
}

/// Three levels.
#[derive(Debug, Params)]
pub(crate) struct Nested {
    /// Branch.
    pub(crate) branch: Branch,
    /// Branches.
    pub(crate) branches: Option<Vec<Branch>>,
}

/// Lists.
#[derive(Debug, Params)]
pub(crate) struct Lists {
    /// A.
    pub(crate) a: Vec<Vec<u8>>,
    /// B.
    pub(crate) b: Option<[i32; 3]>,
    /// C.
    #[param(unique, min_len = 1, max_len = 4)]
    pub(crate) c: Option<Vec<i64>>,
    /// D.
    #[param(unique)]
    pub(crate) d: Option<Vec<Value>>,
    /// E.
    pub(crate) e: Option<VecDeque<String>>,
    /// F.
    #[param(one_of = ["name", "-name", "age"])]
    pub(crate) f: Option<Vec<String>>,
    /// G.
    #[param(unique)]
    pub(crate) g: Option<Vec<Leaf>>,
    /// H.
    #[param(min_len = 2)]
    pub(crate) h: Option<[bool; 2]>,
}

/// Sets.
#[derive(Debug, Params)]
pub(crate) struct Sets {
    /// A.
    pub(crate) a: BTreeSet<String>,
    /// B.
    pub(crate) b: Option<HashSet<i64>>,
    /// C.
    pub(crate) c: Option<BTreeSet<Duration>>,
    /// D.
    #[param(max_len = 2)]
    pub(crate) d: Option<BTreeSet<Color>>,
    /// E.
    pub(crate) e: Option<BTreeSet<Vec<u8>>>,
    /// F.
    pub(crate) f: Option<HashSet<Option<u8>>>,
}

/// Maps.
#[derive(Debug, Params)]
pub(crate) struct Maps {
    /// A.
    #[param(min_len = 1, max_len = 2)]
    pub(crate) a: Option<BTreeMap<String, u8>>,
    /// B.
    pub(crate) b: Option<HashMap<i8, String>>,
    /// C.
    pub(crate) c: Option<BTreeMap<Color, bool>>,
    /// D.
    pub(crate) d: Option<BTreeMap<u64, Leaf>>,
    /// E.
    pub(crate) e: Option<HashMap<Ipv4Addr, Vec<u8>>>,
    /// F.
    pub(crate) f: BTreeMap<char, BTreeMap<String, Option<i32>>>,
    /// G.
    pub(crate) g: Option<BTreeMap<Duration, u8>>,
}

/// Words.
#[derive(Debug, Params)]
pub(crate) struct Words {
    /// A.
    pub(crate) a: Color,
    /// B.
    pub(crate) b: Option<Vec<Color>>,
    /// C.
    #[param(one_of = ["red", "green"])]
    pub(crate) c: Option<Color>,
}

/// Anything.
#[derive(Debug, Params)]
pub(crate) struct Anything {
    /// A.
    pub(crate) a: Value,
    /// B.
    pub(crate) b: Option<Value>,
    /// C.
    pub(crate) c: Option<Vec<Value>>,
    /// D.
    pub(crate) d: Option<BTreeMap<String, Value>>,
}

/// A page.
#[derive(Debug, Params)]
pub(crate) struct Page {
    /// Size.
    #[param(alias = "limit", default = 20, min = 1)]
    pub(crate) page_size: u32,
    /// Token.
    pub(crate) page_token: Option<String>,
}

/// A filter around a page.
#[derive(Debug, Params)]
pub(crate) struct Filter {
    /// Name.
    #[param(alias = "title", min_len = 1)]
    pub(crate) name: String,
    /// Page.
    #[param(flatten)]
    pub(crate) page: Page,
}

/// Flattened, twice.
#[derive(Debug, Params)]
pub(crate) struct Flattened {
    /// First.
    pub(crate) first: Option<u8>,
    /// Filter.
    #[param(flatten)]
    pub(crate) filter: Filter,
    /// Last.
    pub(crate) last: bool,
}

/// A type that holds itself.
#[derive(Debug, Params)]
pub(crate) struct Tree {
    /// Value.
    #[param(max = 99)]
    pub(crate) value: i32,
    /// Children.
    #[param(default, max_len = 3)]
    pub(crate) children: Vec<Tree>,
    /// Next.
    pub(crate) next: Option<Box<Tree>>,
}

/// Constraints on wrapped types.
#[derive(Debug, Params)]
pub(crate) struct Wrapped {
    /// A.
    #[param(min = 1, max = 5)]
    pub(crate) a: Option<Option<u8>>,
    /// B.
    #[param(min_len = 2)]
    pub(crate) b: Option<Vec<u8>>,
    /// C.
    #[param(pattern = "^a")]
    pub(crate) c: Option<Secret<String>>,
    /// D.
    #[param(max = 7)]
    pub(crate) d: Box<i64>,
    /// E.
    #[param(max_len = 2)]
    pub(crate) e: Option<BTreeMap<String, Vec<Option<Leaf>>>>,
}

/// The same struct by two ways.
#[derive(Debug, Params)]
pub(crate) struct Shared {
    /// A.
    pub(crate) a: Leaf,
    /// B.
    pub(crate) b: Option<Leaf>,
    /// C.
    pub(crate) c: Option<Tree>,
    /// D.
    pub(crate) d: Option<other::Leaf>,
}

pub(crate) mod other {
    //! A type of a name that is taken.

    use arsenal::Params;

    /// Another leaf.
    #[derive(Debug, Params)]
    pub(crate) struct Leaf {
        /// Green.
        pub green: bool,
    }
}
