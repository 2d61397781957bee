//! The shop's program.

arsenal::link!(shop);

fn main() -> std::process::ExitCode {
    arsenal::main(arsenal::builder().expect(["shop"]))
}
