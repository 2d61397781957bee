//! The benchmarks: programs of their crates that print tables of ratios, and what it costs to
//! compile.

mod compile;

use std::error::Error;
use std::process::ExitCode;

use crate::step::{self, Step};
use crate::workspace::{Package, Workspace};

/// The benchmarks that are programs: a name, the crate that they are in, their targets there.
const BENCHES: [(&str, &str, &[&str]); 3] = [
    ("core", "arsenal-core", &["core", "allocations"]),
    ("process", "arsenal-process", &["process"]),
    ("ops", "arsenal-ops", &["ops"]),
];

/// The benchmark that is a build.
const COMPILE: &str = "compile";

/// Runs the one that is named, or all that there are.
pub(crate) fn run(workspace: &Workspace, name: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
    let packages = workspace.packages()?;
    let Some(name) = name else {
        return Ok(step::run("bench", steps(workspace, &packages)));
    };
    if name == COMPILE {
        return Ok(step::run("bench", vec![compile_step(workspace)]));
    }
    let Some((bench, package, targets)) = BENCHES.iter().find(|(bench, ..)| *bench == name) else {
        let known: Vec<&str> = BENCHES.iter().map(|(bench, ..)| *bench).chain([COMPILE]).collect();
        eprintln!("bench: no benchmark `{name}`: there are {}", known.join(", "));
        return Ok(ExitCode::from(2));
    };
    if let Some(target) = missing(&packages, package, targets) {
        eprintln!("bench: {}", why_missing(target, package));
        return Ok(ExitCode::FAILURE);
    }
    Ok(step::run("bench", vec![step(workspace, bench, package, targets)]))
}

/// A step for each benchmark; one that is not there yet says so.
pub(crate) fn steps(workspace: &Workspace, packages: &[Package]) -> Vec<Step> {
    let step = |(bench, package, targets): &(&str, &str, &[&str])| match missing(
        packages, package, targets,
    ) {
        None => step(workspace, bench, package, targets),
        Some(target) => Step::skip(format!("bench {bench}"), why_missing(target, package)),
    };
    BENCHES.iter().map(step).chain([compile_step(workspace)]).collect()
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

/// The first target that the crate does not have.
fn missing<'a>(packages: &[Package], package: &str, targets: &[&'a str]) -> Option<&'a str> {
    let package = packages.iter().find(|known| known.name == package);
    let has = |target: &str| {
        package.is_some_and(|package| package.benches.iter().any(|known| known == target))
    };
    targets.iter().find(|target| !has(target)).copied()
}

fn why_missing(target: &str, package: &str) -> String {
    format!(
        "{package} has no benchmark `{target}` yet: it comes with {package}/benches/{target}.rs \
         and a `[[bench]]` of that name with `harness = false`"
    )
}
