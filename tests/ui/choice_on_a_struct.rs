extern crate arsenal_core as arsenal;

use arsenal::Choice;

/// How.
#[derive(Choice)]
pub struct Strategy;

fn main() {}
