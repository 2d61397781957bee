//! The benchmarks: programs of their crates that print tables of ratios.

use std::error::Error;
use std::process::ExitCode;

use crate::step::{self, Step};
use crate::workspace::{Package, Workspace};

/// The benchmarks and the crates that they are in; each is named for its crate.
const BENCHES: [(&str, &str); 3] =
    [("core", "arsenal-core"), ("process", "arsenal-process"), ("ops", "arsenal-ops")];

/// Runs the one that is named, or all that there are.
pub(crate) fn run(workspace: &Workspace, name: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
    let packages = workspace.packages()?;
    let Some(name) = name else {
        return Ok(step::run("bench", steps(workspace, &packages)));
    };
    let Some((bench, package)) = BENCHES.iter().find(|(bench, _)| *bench == name) else {
        let known: Vec<&str> = BENCHES.iter().map(|(bench, _)| *bench).collect();
        eprintln!("bench: no benchmark `{name}`: there are {}", known.join(", "));
        return Ok(ExitCode::from(2));
    };
    if !exists(&packages, bench, package) {
        eprintln!("bench: {}", missing(bench, package));
        return Ok(ExitCode::FAILURE);
    }
    Ok(step::run("bench", vec![step(workspace, bench, package)]))
}

/// A step for each benchmark; one that is not there yet says so.
pub(crate) fn steps(workspace: &Workspace, packages: &[Package]) -> Vec<Step> {
    let step = |(bench, package): &(&str, &str)| match exists(packages, bench, package) {
        true => step(workspace, bench, package),
        false => Step::skip(format!("bench {bench}"), missing(bench, package)),
    };
    BENCHES.iter().map(step).collect()
}

fn step(workspace: &Workspace, bench: &str, package: &str) -> Step {
    let command = workspace.cargo(["bench", "--package", package, "--bench", bench]);
    Step::command(format!("bench {bench}"), command)
}

fn exists(packages: &[Package], bench: &str, package: &str) -> bool {
    let package = packages.iter().find(|known| known.name == package);
    package.is_some_and(|package| package.benches.iter().any(|known| known == bench))
}

fn missing(bench: &str, package: &str) -> String {
    format!(
        "{package} has no benchmark `{bench}` yet: it comes with {package}/benches/{bench}.rs and \
         a `[[bench]]` of that name with `harness = false`"
    )
}
