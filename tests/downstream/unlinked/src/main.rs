//! A program that depends on `stock` and never names it: the linker leaves it out, and the
//! start-up says so.

fn main() -> std::process::ExitCode {
    arsenal::main(arsenal::builder().expect(["stock"]))
}
