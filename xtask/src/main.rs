//! The workspace's own commands: `cargo xtask ci | full | tidy | codegen | gen-operation | bench`.

mod cli;

mod ci;
mod full;
mod step;

mod tidy;

mod codegen;

mod gen_operation;

mod bench;

mod workspace;

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use workspace::Workspace;

fn main() -> ExitCode {
    let matches = cli::command().get_matches();
    run(&matches).unwrap_or_else(|error| {
        eprintln!("xtask: {}", Chain(&*error));
        ExitCode::FAILURE
    })
}

fn run(matches: &clap::ArgMatches) -> Result<ExitCode, Box<dyn Error>> {
    let workspace = Workspace::here();
    match matches.subcommand() {
        Some(("ci", _)) => Ok(ci::run(&workspace)?),
        Some(("full", args)) => full::run(&workspace, &full::Options::read(args)),
        Some(("tidy", _)) => Ok(tidy::run(&workspace.root)?),
        Some(("codegen", args)) => Ok(codegen::run(&workspace.root, cli::mode(args))?),
        Some(("gen-operation", args)) => Ok(gen_operation::run(&workspace, args)?),
        Some(("bench", args)) => Ok(bench::run(&workspace, cli::bench(args))),
        _ => unreachable!("clap asks for a command of this list"),
    }
}

/// An error with its causes, on one line.
struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
