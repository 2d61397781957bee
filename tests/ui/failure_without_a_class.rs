extern crate arsenal_core as arsenal;

use arsenal::Failure;

#[derive(Debug, Failure)]
pub enum OrderError {
    Gone,
    #[failure(class = not_fond)]
    Missing,
    #[failure(clas = conflict)]
    Taken,
    #[failure(class = conflict, code = "Taken twice")]
    Twice,
}

fn main() {}
