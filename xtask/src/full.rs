//! What is too slow for every landing: run before an issue is called resolved.

mod coverage;
mod fuzz;
mod hammer;

use std::error::Error;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::bench;
use crate::ci;
use crate::step::{self, Step};
use crate::workspace::{MetadataError, Package, Workspace};

/// How much of it.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    fuzz_seconds: u32,
    /// Words in the names of the steps that are wanted, where not all are.
    only: Option<String>,
}

impl Options {
    /// What the command line says.
    pub(crate) fn read(args: &ArgMatches) -> Self {
        Self {
            fuzz_seconds: args.get_one("fuzz-seconds").copied().unwrap_or_default(),
            only: args.get_one("step").cloned(),
        }
    }
}

/// Runs `ci` and the slow checks behind it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let mut steps = steps(workspace, options)?;
    if let Some(words) = &options.only {
        steps = step::named(words, steps)?;
    }
    Ok(step::run("full", steps))
}

fn steps(workspace: &Workspace, options: &Options) -> Result<Vec<Step>, MetadataError> {
    let packages = workspace.packages()?;
    let mut steps = ci::steps(workspace)?;
    steps.push(ci::downstream(workspace, "downstream, release", |command| {
        command.arg("--release");
    }));
    steps.push(ci::downstream(workspace, "downstream, LTO", |command| {
        command.args(["--profile", "lto"]);
    }));
    steps.extend(packages.iter().flat_map(|package| features(workspace, package)));
    steps.extend(fuzz::steps(workspace, options.fuzz_seconds));
    steps.push(hammer::step(workspace));
    steps.push(coverage::step(workspace, &packages));
    steps.extend(bench::steps(workspace));
    Ok(steps)
}

/// Each feature alone, and none: what only builds together is found here, and what is left over
/// where a part is missing.
fn features(workspace: &Workspace, package: &Package) -> Vec<Step> {
    let alone = package.features.iter().filter(|feature| *feature != "default");
    let check = |feature: Option<&String>| {
        let name = feature.map_or("no feature", String::as_str);
        let mut command =
            workspace.cargo(["clippy", "--quiet", "--no-default-features", "--package"]);
        command.arg(&package.name);
        if let Some(feature) = feature {
            command.args(["--features", feature]);
        }
        // Not by RUSTFLAGS, which would build all that it stands on again.
        command.args(["--", "-Dwarnings"]);
        Step::command(format!("{} with {name}", package.name), command)
    };
    match package.features.is_empty() {
        true => Vec::new(),
        false => [None].into_iter().chain(alone.map(Some)).map(check).collect(),
    }
}
