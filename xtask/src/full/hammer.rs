//! The demonstration under load: every operation, many callers, for a while.

use std::process::Command;

use crate::step::Step;
use crate::workspace::Workspace;

/// How long they call, in seconds: memory must not grow after the first ten.
const SECONDS: u32 = 60;

/// The test that is otherwise bounded by a number of calls.
const TEST: &str = "demo::hammer::many_callers_with_every_operation_do_no_harm";

/// Runs it alone in its process, so that its memory is its own.
pub(super) fn step(workspace: &Workspace) -> Step {
    let test = ["test", "--release", "--package", "arsenal", "--bin", "arsenal"];
    let mut command = workspace.cargo(test);
    command.args(["--", "--exact", TEST, "--nocapture"]);
    command.env("ARSENAL_HAMMER_SECONDS", SECONDS.to_string());
    Step::check(format!("{SECONDS} s under load"), move || run(&mut command))
}

/// A test that was renamed would pass by not running: the one is counted.
fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}{}", String::from_utf8_lossy(&output.stderr));
    match output.status.success() && said.contains("1 passed") {
        true => Ok(()),
        false => Err(format!("{}: `{TEST}` did not pass", output.status)),
    }
}
