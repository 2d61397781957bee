//! Awkward declarations: each kind of field, each constraint, and the ways they meet.

// By their paths, since the fuzz targets take this file by its own.
#[path = "declarations/scalars.rs"]
mod scalars;

#[path = "declarations/nested.rs"]
mod nested;

#[path = "declarations/own.rs"]
mod own;

pub(super) use nested::*;
pub(super) use own::*;
pub(super) use scalars::*;

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
