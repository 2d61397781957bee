//! Every name that generated code could trip over, taken by the author.

#![forbid(unsafe_code)]
#![allow(dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals, unused_macros)]

extern crate arsenal_core as arsenal;

use arsenal::{Choice, Failure, Operation, Params};

mod core {}
mod std {}
mod alloc {}
mod serde {}
mod schemars {}
mod inventory {}
mod arsenal_core {}
struct Option;
struct Result;
struct String;
struct Vec;
struct Box;
struct Cow;
struct Default;
struct Clone;
struct Some;
struct None;
struct Ok;
struct Err;
struct str;
struct bool;
struct usize;
struct u64;
struct i128;
struct f64;
struct A;
struct D;
struct E;
struct M;
struct S;
struct T;
trait Send {}
trait Sync {}
trait From {}
trait Display {}
trait FromStr {}
macro_rules! concat {
    () => {};
}
macro_rules! env {
    () => {};
}
macro_rules! file {
    () => {};
}
macro_rules! line {
    () => {};
}
macro_rules! matches {
    () => {};
}
macro_rules! panic {
    () => {};
}
macro_rules! unreachable {
    () => {};
}

const slots: ::core::primitive::u32 = 3;
const key: ::core::primitive::u32 = 3;
const map: ::core::primitive::u32 = 3;
const value: ::core::primitive::u32 = 3;
const place: ::core::primitive::u32 = 3;
const text: ::core::primitive::u32 = 3;

/// How.
#[derive(Choice)]
pub enum How {
    /// Fast.
    Some,
    /// Slow.
    None,
}

/// A page.
#[derive(Params)]
pub struct Page {
    /// How many.
    #[param(default = slots, min = key, max = 10)]
    pub limit: ::core::primitive::u32,
}

/// Why not.
#[derive(Failure)]
pub enum Why {
    /// It is gone.
    #[failure(class = not_found)]
    Gone,
    /// It is full.
    #[failure(class = conflict, transient)]
    Full { by: ::core::primitive::u32 },
}

impl ::core::fmt::Debug for Why {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("why")
    }
}

impl ::core::fmt::Display for Why {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("why")
    }
}

impl ::core::error::Error for Why {}

fn even(number: &::core::primitive::u32) -> ::core::result::Result<(), ::arsenal::Invalid> {
    if number % 2 == 0 { ::core::result::Result::Ok(()) } else {
        ::core::result::Result::Err(::arsenal::Invalid::new("odd"))
    }
}

fn ordered(order: &Order) -> ::core::result::Result<(), ::arsenal::Invalid> {
    even(&order.count)
}

/// Orders.
#[derive(Operation)]
#[operation(category = "orders", role = viewer, retry = 3, idempotent, error = Why, rule = ordered)]
pub struct Order {
    /// How many.
    #[param(default = value, validate = even, multiple_of = 1)]
    pub count: ::core::primitive::u32,
    /// How many at most.
    #[param(default = map)]
    pub most: ::core::primitive::u32,
    /// How many at least.
    #[param(default = key)]
    pub least: ::core::primitive::u32,
    /// Whose.
    #[param(min_len = 1, max_len = 9, pattern = "^a+$", default = "a")]
    pub slots: ::std::string::String,
    /// How.
    #[param(default = "some")]
    pub how: How,
    #[param(flatten)]
    pub page: Page,
}

impl ::core::clone::Clone for Order {
    fn clone(&self) -> Self {
        ::std::unreachable!()
    }
}

impl ::arsenal::Execute for Order {
    type State = ();

    async fn execute(
        self,
        _cx: &::arsenal::Context<()>,
    ) -> ::core::result::Result<(), Why> {
        ::core::result::Result::Ok(())
    }
}

fn main() {}
