//! Fields, words and types whose names are keywords.

extern crate arsenal_core as arsenal;

use arsenal::{Choice, Context, Error, Execute, Operation, Params};

/// Which.
#[derive(Debug, Choice)]
#[allow(non_camel_case_types)]
pub enum r#match {
    /// One.
    r#if,
    /// Two.
    Else,
}

/// Which.
#[derive(Debug, Params)]
#[allow(non_camel_case_types)]
pub struct r#struct {
    /// Which.
    pub r#in: r#match,
}

/// Orders.
#[derive(Debug, Operation)]
#[operation(category = "orders", role = viewer, path = "/orders/{type}")]
pub struct Order {
    /// Which.
    pub r#type: String,
    /// Where.
    pub r#where: r#struct,
}

impl Execute for Order {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {
    let names: Vec<&str> = Order::table().fields.iter().map(|field| field.name).collect();
    assert_eq!(names, ["type", "where"]);
    assert_eq!(r#match::r#if.to_string(), "if");
    assert_eq!(r#struct::table().name, "struct");
}
