extern crate arsenal_core as arsenal;

use arsenal::Choice;

/// How.
#[derive(Choice)]
pub enum Strategy {
    One,
    #[choice(rename = "one")]
    Other,
    #[serde(rename = "x")]
    Third,
}

fn main() {}
