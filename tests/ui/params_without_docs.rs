extern crate arsenal_core as arsenal;

use arsenal::Params;

#[derive(Params)]
pub struct Paging {
    pub limit: u32,
}

fn main() {}
