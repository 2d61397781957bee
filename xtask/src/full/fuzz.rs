//! The fuzz targets, each for a while.

use std::process::Command;

use crate::step::Step;
use crate::workspace::Workspace;

/// A step for each target; one that fails where they cannot be run, since a run without them
/// would say more than was seen.
pub(super) fn steps(workspace: &Workspace, seconds: u32) -> Vec<Step> {
    match targets(workspace) {
        Some(targets) if targets.is_empty() => vec![missing("fuzz/ has no targets")],
        Some(targets) => targets.iter().map(|target| step(workspace, target, seconds)).collect(),
        None => vec![missing("cargo-fuzz does not run here: cargo install cargo-fuzz")],
    }
}

fn missing(why: &'static str) -> Step {
    Step::check("fuzz", move || Err(why.to_owned()))
}

fn targets(workspace: &Workspace) -> Option<Vec<String>> {
    let output = fuzz(workspace, &["list"]).output().ok()?;
    let listed = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| listed.lines().map(str::to_owned).collect())
}

fn step(workspace: &Workspace, target: &str, seconds: u32) -> Step {
    let limit = format!("-max_total_time={seconds}");
    Step::command(format!("fuzz {target}"), fuzz(workspace, &["run", target, "--", &limit]))
}

fn fuzz(workspace: &Workspace, args: &[&str]) -> Command {
    let mut command = workspace.cargo(["fuzz"]);
    // Sanitizers are not stable; the pinned toolchain has them all the same.
    command.args(args).env("RUSTC_BOOTSTRAP", "1");
    command
}

#[cfg(test)]
mod tests {
    use std::process::ExitCode;

    use super::*;
    use crate::step;

    #[test]
    fn what_cannot_be_fuzzed_here_fails_the_run() {
        let steps = vec![missing("cargo-fuzz does not run here")];
        assert_eq!(step::run("test", steps), ExitCode::FAILURE);
    }
}
