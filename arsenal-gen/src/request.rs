//! What is asked of the generator, in the words that a person typed.

use std::path::PathBuf;

/// One operation to be written.
///
/// The texts are unchecked: [`gen_operation`](crate::gen_operation) checks them all before it
/// writes anything.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where the asking person stands; a relative `path` starts here.
    pub dir: PathBuf,
    /// The category, which becomes a module: `billing`.
    pub category: String,
    /// The operation's name in snake_case: `refund_invoice`.
    pub name: String,
    /// The parameters, each `name:type`, `name:type?`, `name:type[]` or `name:type=default`.
    pub params: Vec<String>,
    /// The package to write into; without it, the one that `path` or `dir` lies in.
    pub package: Option<String>,
    /// The module folder that holds the categories, or a package's folder; without it, the
    /// folder of the crate's root file.
    pub path: Option<PathBuf>,
    /// The least role that may call it.
    pub role: Role,
    /// What a call does to the world.
    pub effect: Effect,
    /// Names that are taken elsewhere, as by the operations that the asking program links.
    pub taken: Vec<String>,
}

impl Request {
    /// An operation without parameters, in the package that `dir` lies in.
    pub fn new(
        dir: impl Into<PathBuf>,
        category: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self {
            dir: dir.into(),
            category: category.into(),
            name: name.into(),
            params: Vec::new(),
            package: None,
            path: None,
            role: Role::Operator,
            effect: Effect::Write,
            taken: Vec::new(),
        }
    }
}

/// The least role that may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Open to all, without credentials.
    Public,
    /// Those who look.
    Viewer,
    /// Those who run the service.
    Operator,
    /// Those who own it.
    Admin,
}

impl Role {
    /// Every role, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Public, Self::Viewer, Self::Operator, Self::Admin];

    /// The role of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The word in the declaration and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

/// What a call does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only looks, and is dropped when its caller goes.
    Read,
    /// It changes something, and runs to its end.
    Write,
    /// It changes something that nothing brings back.
    Destructive,
}

impl Effect {
    /// Every effect, from the least to the most.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Destructive];

    /// The effect of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.word() == word)
    }

    /// The word in the declaration and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Destructive => "destructive",
        }
    }
}
