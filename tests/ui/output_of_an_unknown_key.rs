extern crate arsenal_core as arsenal;

use arsenal::output;

#[output(krate = "x")]
pub struct Order {
    pub id: u32,
}

fn main() {}
