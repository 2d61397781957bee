//! How many lines the tests reach, crate by crate.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::step::{self, Step};
use crate::workspace::{Package, Workspace};

/// The crates whose every line should be reached, and the least share in percent.
const HELD: [(&str, f64); 2] = [("arsenal-core", 90.0), ("arsenal-macros", 90.0)];

/// Runs all tests with counters and prints each crate's share.
pub(super) fn step(workspace: &Workspace, packages: &[Package]) -> Step {
    let installed = workspace
        .cargo(["llvm-cov", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !installed {
        return Step::skip(
            "coverage",
            "cargo-llvm-cov does not run here: cargo install cargo-llvm-cov",
        );
    }
    let workspace = workspace.clone();
    let folders: Vec<(String, String)> = packages
        .iter()
        .map(|package| (package.name.clone(), package.folder.join("src").display().to_string()))
        .collect();
    Step::check("coverage", move || measure(&workspace, &folders))
}

fn measure(workspace: &Workspace, folders: &[(String, String)]) -> Result<(), String> {
    let report = workspace.target().join("coverage.json");
    let mut command = workspace.cargo(["llvm-cov", "--workspace", "--json", "--summary-only"]);
    step::succeed(command.arg("--output-path").arg(&report))?;
    let text = std::fs::read_to_string(&report).map_err(|error| error.to_string())?;
    let report: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut missed = Vec::new();
    for (package, folder) in folders {
        let Some(percent) = share(&report, &workspace.root.join(folder)) else { continue };
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
    let files = report["data"][0]["files"].as_array()?;
    let below = files.iter().filter(|file| {
        file["filename"].as_str().is_some_and(|name| Path::new(name).starts_with(folder))
    });
    let (covered, count) = below.fold((0.0, 0.0), |(covered, count), file| {
        let lines = &file["summary"]["lines"];
        let number = |key: &str| lines[key].as_f64().unwrap_or_default();
        (covered + number("covered"), count + number("count"))
    });
    (0.0 < count).then(|| 100.0 * covered / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_the_files_of_one_folder() {
        let file = |name: &str, covered: u32, count: u32| {
            let lines = serde_json::json!({ "covered": covered, "count": count });
            serde_json::json!({ "filename": name, "summary": { "lines": lines } })
        };
        let files =
            [file("/w/a/src/x.rs", 1, 2), file("/w/a/src/y.rs", 2, 2), file("/w/b/z.rs", 0, 9)];
        let report = serde_json::json!({ "data": [{ "files": files }] });
        assert_eq!(share(&report, Path::new("/w/a/src")), Some(75.0));
        assert_eq!(share(&report, Path::new("/w/c")), None);
    }
}
