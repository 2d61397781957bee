//! What a landing must pass.

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::Chain;
use crate::codegen::{self, Mode};
use crate::step::{self, Step};
use crate::tidy;
use crate::workspace::{MetadataError, Package, Workspace};

/// Runs all of it.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode, MetadataError> {
    Ok(step::run("ci", steps(workspace)?))
}

/// The steps, in the order in which they tell the most in the least time.
pub(crate) fn steps(workspace: &Workspace) -> Result<Vec<Step>, MetadataError> {
    let cargo = |args: &[&str]| workspace.cargo(args);
    let mut docs = cargo(&["doc", "--workspace", "--no-deps"]);
    docs.env("RUSTDOCFLAGS", "-Dwarnings");
    let (root, root_again) = (workspace.root.clone(), workspace.root.clone());
    let mut steps = vec![
        Step::command("fmt", cargo(&["fmt", "--all", "--check"])),
        Step::command(
            "clippy",
            cargo(&["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"]),
        ),
        Step::check("tidy", move || passed(tidy::run(&root))),
        Step::check("codegen", move || passed(codegen::run(&root_again, Mode::Check))),
        Step::command("docs", docs),
        Step::command("tests", cargo(&["test", "--workspace"])),
    ];
    let packages = workspace.packages()?;
    steps.extend(packages.iter().filter_map(|package| models(workspace, package)));
    steps.push(downstream(workspace, "downstream", |_command| {}));
    steps.push(fuzz_targets(workspace));
    Ok(steps)
}

/// The models of a crate's races, where a feature puts shuttle in the place of its locks.
fn models(workspace: &Workspace, package: &Package) -> Option<Step> {
    let feature = package.features.iter().find(|feature| *feature == "shuttle")?;
    let mut command = workspace.cargo(["test", "--lib", "--package", &package.name]);
    command.args(["--features", feature]);
    Some(Step::command(format!("{} under {feature}", package.name), command))
}

/// The tests of a service team's crate, which is no member and builds on its own.
pub(crate) fn downstream(
    workspace: &Workspace,
    name: &str,
    profile: impl FnOnce(&mut Command),
) -> Step {
    let mut command = workspace.cargo(["test"]);
    command
        .current_dir(workspace.root.join(DOWNSTREAM))
        .env("CARGO_TARGET_DIR", downstream_target(workspace));
    profile(&mut command);
    Step::command(name, command)
}

/// The fuzz targets compile as any crate does: they are no members either, and share the tests'
/// declarations.
fn fuzz_targets(workspace: &Workspace) -> Step {
    let mut command = workspace.cargo(["check", "--locked", "--all-targets"]);
    command.current_dir(workspace.root.join("fuzz"));
    command.env("CARGO_TARGET_DIR", workspace.target().join("fuzz"));
    Step::command("fuzz targets", command)
}

fn downstream_target(workspace: &Workspace) -> PathBuf {
    workspace.target().join("downstream")
}

fn passed<E: Error>(result: Result<ExitCode, E>) -> Result<(), String> {
    match result {
        Ok(ExitCode::SUCCESS) => Ok(()),
        Ok(_) => Err("see above".to_owned()),
        Err(error) => Err(Chain(&error).to_string()),
    }
}

const DOWNSTREAM: &str = "tests/downstream";
