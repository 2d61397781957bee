//! The program `arsenal`: the ready catalogue alone, served and called.

use std::process::ExitCode;

fn main() -> ExitCode {
    arsenal::main(arsenal::builder())
}
