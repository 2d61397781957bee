extern crate arsenal_core as arsenal;

use arsenal::Failure;

#[derive(Debug, Failure)]
pub enum OrderError {
    #[failure(class = not_found)]
    Gone,
}

fn main() {}
