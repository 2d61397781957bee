//! The generator's command line for this workspace.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, io};

use arsenal_gen::{Request, gen_operation};
use clap::ArgMatches;

use crate::Chain;
use crate::workspace::Workspace;

/// Where an operation goes when nothing else is said.
const DEFAULT_PACKAGE: &str = "arsenal-ops";

/// Writes the operation and prints the next steps; exits with 2 where it refuses.
pub(crate) fn run(workspace: &Workspace, args: &ArgMatches) -> io::Result<ExitCode> {
    let dir = env::current_dir()?;
    // `cargo xtask` may be called from anywhere below the root.
    let dir = if dir.starts_with(&workspace.root) { dir } else { workspace.root.clone() };
    match gen_operation(&request(dir, args)) {
        Ok(mut created) => {
            created.next_steps.push("cargo xtask codegen".to_owned());
            print!("{created}");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("gen-operation: {}", Chain(&error));
            Ok(ExitCode::from(if error.is_failure() { 1 } else { 2 }))
        }
    }
}

/// What the words ask for; here an operation goes into the catalogue unless they say otherwise.
fn request(dir: PathBuf, args: &ArgMatches) -> Request {
    let mut request = Request::read(dir, args);
    let default = request.path.is_none().then(|| DEFAULT_PACKAGE.to_owned());
    request.package = request.package.or(default);
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;

    #[test]
    fn an_operation_goes_into_the_catalogue_unless_a_place_is_given() {
        for (words, expected) in [
            ("", Some("arsenal-ops")),
            ("--path src", None),
            ("--path src --crate team", Some("team")),
            ("--crate team", Some("team")),
        ] {
            let words = "xtask gen-operation system get_load ".to_owned() + words;
            let matches = cli::command().get_matches_from(words.split_whitespace());
            let request = request("here".into(), matches.subcommand().unwrap().1);
            assert_eq!(request.package.as_deref(), expected, "{words}");
        }
    }
}
