extern crate arsenal_core as arsenal;

use arsenal::Failure;

#[derive(Debug, Failure)]
pub struct OrderError;

fn main() {}
