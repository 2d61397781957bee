//! The benchmarks: programs of their crates that print tables of ratios.

use std::process::ExitCode;

use crate::step::{self, Step};
use crate::workspace::Workspace;

/// The benchmarks and the crates that they are in; each is named for its crate.
const BENCHES: [(&str, &str); 3] =
    [("core", "arsenal-core"), ("process", "arsenal-process"), ("ops", "arsenal-ops")];

/// Runs the one that is named, or all that there are.
pub(crate) fn run(workspace: &Workspace, name: Option<&str>) -> ExitCode {
    let Some(name) = name else {
        return step::run("bench", steps(workspace));
    };
    let Some((bench, package)) = BENCHES.iter().find(|(bench, _)| *bench == name) else {
        let known: Vec<&str> = BENCHES.iter().map(|(bench, _)| *bench).collect();
        eprintln!("bench: no benchmark `{name}`: there are {}", known.join(", "));
        return ExitCode::from(2);
    };
    step::run("bench", vec![step(workspace, bench, package)])
}

/// A step for each benchmark.
pub(crate) fn steps(workspace: &Workspace) -> Vec<Step> {
    BENCHES.iter().map(|(bench, package)| step(workspace, bench, package)).collect()
}

fn step(workspace: &Workspace, bench: &str, package: &str) -> Step {
    let command = workspace.cargo(["bench", "--package", package, "--bench", bench]);
    Step::command(format!("bench {bench}"), command)
}
