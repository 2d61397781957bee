//! The fuzz targets, each for a while.

use std::process::Command;

use crate::step::Step;
use crate::workspace::Workspace;

/// The targets compiled as any crate is, and a step for each; one that fails where they cannot
/// be run, since a run without them would say more than was seen.
pub(super) fn steps(workspace: &Workspace, seconds: u32) -> Vec<Step> {
    let mut check = workspace.cargo(["check", "--locked", "--all-targets"]);
    check.current_dir(workspace.root.join("fuzz"));
    check.env("CARGO_TARGET_DIR", workspace.target().join("fuzz"));
    let mut steps = vec![Step::command("fuzz targets compile", check)];
    match targets(workspace) {
        Some(targets) if targets.is_empty() => steps.push(missing("fuzz/ has no targets")),
        Some(targets) => {
            steps.extend(targets.iter().map(|target| step(workspace, target, seconds)));
        }
        None => steps.push(missing("cargo-fuzz does not run here: cargo install cargo-fuzz")),
    }
    steps
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
