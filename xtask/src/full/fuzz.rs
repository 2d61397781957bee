//! The fuzz targets, each for a while.

use std::process::Command;

use crate::step::Step;
use crate::workspace::Workspace;

/// A step for each target, or one that says why there is none.
pub(super) fn steps(workspace: &Workspace, seconds: u32) -> Vec<Step> {
    let skip = |reason: &str| vec![Step::skip("fuzz", reason)];
    if !workspace.root.join("fuzz/Cargo.toml").is_file() {
        return skip("there is no fuzz/Cargo.toml yet");
    }
    match targets(workspace) {
        Some(targets) if targets.is_empty() => skip("fuzz/ has no targets"),
        Some(targets) => targets.iter().map(|target| step(workspace, target, seconds)).collect(),
        None => skip("cargo-fuzz does not run here: cargo install cargo-fuzz"),
    }
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
