//! The generator's command line for this workspace.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, io};

use arsenal_gen::{Effect, Request, Role, gen_operation};
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

fn request(dir: PathBuf, args: &ArgMatches) -> Request {
    let text = |key: &str| args.get_one::<String>(key).cloned();
    let category = text("category").unwrap_or_default();
    let mut request = Request::new(dir, category, text("name").unwrap_or_default());
    request.params = args.get_many("param").into_iter().flatten().cloned().collect();
    request.path = text("path").map(Into::into);
    let default = request.path.is_none().then(|| DEFAULT_PACKAGE.to_owned());
    request.package = text("crate").or(default);
    let role = text("role").and_then(|word| Role::from_word(&word));
    request.role = role.unwrap_or(request.role);
    let effect = text("effect").and_then(|word| Effect::from_word(&word));
    request.effect = effect.unwrap_or(request.effect);
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;

    fn asked(words: &str) -> Request {
        let words = "xtask gen-operation system get_load ".to_owned() + words;
        let matches = cli::command().get_matches_from(words.split_whitespace());
        request("here".into(), matches.subcommand().unwrap().1)
    }

    #[test]
    fn the_words_become_a_request() {
        let request = asked("--param a:u8=1 --param b:string --role admin --effect read");
        assert_eq!((request.category.as_str(), request.name.as_str()), ("system", "get_load"));
        assert_eq!(request.params, ["a:u8=1", "b:string"]);
        assert_eq!((request.role, request.effect), (Role::Admin, Effect::Read));
        assert_eq!(request.package.as_deref(), Some("arsenal-ops"));
        assert_eq!(asked("--path src").package, None);
        assert_eq!(asked("--path src --crate team").package.as_deref(), Some("team"));
        assert_eq!((asked("").role, asked("").effect), (Role::Operator, Effect::Write));
    }
}
