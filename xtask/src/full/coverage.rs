//! How many lines the tests reach, crate by crate.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::step::{self, Step};
use crate::workspace::{Package, Workspace};

/// The crates whose every line should be reached, and the least share in percent.
const HELD: [(&str, f64); 2] = [("arsenal-core", 90.0), ("arsenal-macros", 90.0)];

/// What holds their tests: their own, and those that cross crates.
const TESTED: [&str; 3] = ["arsenal-core", "arsenal-macros", "arsenal-tests"];

/// Runs these crates' tests with counters and prints each crate's share.
///
/// `cargo tarpaulin` reads the compiler's counters by itself: the compiler's own tools for that
/// are a component, and none can be fetched.
pub(super) fn step(workspace: &Workspace, packages: &[Package]) -> Step {
    let workspace = workspace.clone();
    let folders: Vec<(String, PathBuf)> = packages
        .iter()
        .map(|package| (package.name.clone(), workspace.root.join(&package.folder).join("src")))
        .collect();
    Step::check("coverage", move || measure(&workspace, &folders))
}

fn measure(workspace: &Workspace, folders: &[(String, PathBuf)]) -> Result<(), String> {
    let folder = workspace.target().join("coverage");
    let mut command = workspace.cargo(["tarpaulin", "--engine", "llvm", "--skip-clean"]);
    command.args(TESTED.iter().flat_map(|package| ["--packages", package]));
    command.args(["--timeout", "900", "--out", "Json", "--output-dir"]).arg(&folder);
    command.arg("--target-dir").arg(&folder);
    // Refused programs are compiled by a compiler without counters: they would show nothing.
    command.args(["--", "--skip", "refused_programs"]);
    step::succeed(&mut command).map_err(|error| {
        format!("{error} (cargo install cargo-tarpaulin, where it is not there)")
    })?;
    let text = std::fs::read_to_string(folder.join("tarpaulin-report.json"))
        .map_err(|error| error.to_string())?;
    let report: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut missed = Vec::new();
    for (package, folder) in folders {
        let Some(percent) = share(&report, folder) else { continue };
        println!("{package:16} {percent:5.1} % of lines");
        let held = HELD.iter().find(|(held, _)| held == package);
        if let Some((_, least)) = held.filter(|(_, least)| percent < *least) {
            missed.push(format!("{package} is at {percent:.1} %, at least {least} % is asked"));
        }
    }
    match missed.is_empty() {
        true => Ok(()),
        false => Err(missed.join("; ")),
    }
}

/// The share of lines under the folder that were reached, in percent.
fn share(report: &Value, folder: &Path) -> Option<f64> {
    let files = report["files"].as_array()?;
    let below = files.iter().filter(|file| {
        let parts = file["path"].as_array().into_iter().flatten().filter_map(Value::as_str);
        parts.collect::<PathBuf>().starts_with(folder)
    });
    let (covered, count) = below.fold((0.0, 0.0), |(covered, count), file| {
        let number = |key: &str| file[key].as_f64().unwrap_or_default();
        (covered + number("covered"), count + number("coverable"))
    });
    (0.0 < count).then(|| 100.0 * covered / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_the_files_of_one_folder() {
        let file = |name: [&str; 4], covered: u32, coverable: u32| serde_json::json!({ "path": name, "covered": covered, "coverable": coverable });
        let files = [
            file(["/", "w", "a/src", "x.rs"], 1, 2),
            file(["/", "w", "a/src", "y.rs"], 2, 2),
            file(["/", "w", "b", "z.rs"], 0, 9),
        ];
        let report = serde_json::json!({ "files": files });
        assert_eq!(share(&report, Path::new("/w/a/src")), Some(75.0));
        assert_eq!(share(&report, Path::new("/w/c")), None);
    }
}
