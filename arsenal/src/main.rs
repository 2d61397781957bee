//! The program `arsenal`: the ready catalogue alone, served and called.

#[cfg_attr(not(test), expect(dead_code, reason = "`serve --demo` is to call it"))]
mod demo;

use std::process::ExitCode;

fn main() -> ExitCode {
    arsenal::main(arsenal::builder())
}
