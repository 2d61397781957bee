//! The benchmarks: programs of their crates that print tables of ratios, and what it costs to
//! compile.

mod compile;

use std::process::ExitCode;

use crate::step::{self, Step};
use crate::workspace::Workspace;

/// The benchmarks that are programs: a name, the crate that they are in, their targets there.
const BENCHES: [(&str, &str, &[&str]); 3] = [
    ("core", "arsenal-core", &["core", "allocations"]),
    ("process", "arsenal-process", &["process"]),
    ("ops", "arsenal-ops", &["ops"]),
];

/// The benchmark that is a build.
const COMPILE: &str = "compile";

/// Runs the one that is named, or all that there are.
pub(crate) fn run(workspace: &Workspace, name: Option<&str>) -> ExitCode {
    let Some(name) = name else {
        return step::run("bench", steps(workspace));
    };
    if name == COMPILE {
        return step::run("bench", vec![compile_step(workspace)]);
    }
    let Some((bench, package, targets)) = BENCHES.iter().find(|(bench, ..)| *bench == name) else {
        let known: Vec<&str> = BENCHES.iter().map(|(bench, ..)| *bench).chain([COMPILE]).collect();
        eprintln!("bench: no benchmark `{name}`: there are {}", known.join(", "));
        return ExitCode::from(2);
    };
    step::run("bench", vec![step(workspace, bench, package, targets)])
}

/// A step for each benchmark.
pub(crate) fn steps(workspace: &Workspace) -> Vec<Step> {
    let programs = BENCHES.iter();
    let programs =
        programs.map(|(bench, package, targets)| step(workspace, bench, package, targets));
    programs.chain([compile_step(workspace)]).collect()
}

fn compile_step(workspace: &Workspace) -> Step {
    let workspace = workspace.clone();
    Step::check(format!("bench {COMPILE}"), move || compile::run(&workspace))
}

fn step(workspace: &Workspace, bench: &str, package: &str, targets: &[&str]) -> Step {
    let mut command = workspace.cargo(["bench", "--package", package]);
    for target in targets {
        command.args(["--bench", target]);
    }
    Step::command(format!("bench {bench}"), command)
}
