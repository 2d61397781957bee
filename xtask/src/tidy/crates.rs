//! Which of our crates may depend on which: dependencies go one way.

use super::Finding;
use super::manifest::{dependencies, members, package_name};
use super::tree::Tree;

/// What a crate may depend on, of ours.
#[derive(Debug)]
struct May {
    package: &'static str,
    on: On,
}

#[derive(Debug)]
enum On {
    All,
    These(&'static [&'static str]),
    /// Only behind a feature.
    Optional(&'static str),
}

const MAY: &[May] = &[
    May { package: "arsenal-macros", on: On::These(&[]) },
    May { package: "arsenal-gen", on: On::These(&[]) },
    May { package: "arsenal-core", on: On::These(&["arsenal-macros"]) },
    May { package: "arsenal-process", on: On::Optional("arsenal-core") },
    May { package: "arsenal-ops", on: On::These(&["arsenal-core", "arsenal-process"]) },
    May { package: "arsenal-http", on: On::These(&["arsenal-core"]) },
    May { package: "arsenal", on: On::All },
    May { package: "arsenal-tests", on: On::All },
    May { package: "xtask", on: On::All },
];

/// No crate depends on one that it must not know of. Tests may use all.
pub(super) fn depend_one_way(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in members(tree) {
        let package = package_name(file).unwrap_or_default();
        let finding = |line: usize, wrong: String, remedy: &'static str| Finding {
            file: file.path.clone(),
            line,
            rule: "one-way",
            wrong,
            remedy,
        };
        let Some(may) = MAY.iter().find(|may| may.package == package) else {
            found.push(finding(
                1,
                format!("`{package}` is not in the list of what depends on what"),
                "add it to xtask/src/tidy/crates.rs and to ARCHITECTURE.md",
            ));
            continue;
        };
        for dependency in dependencies(file).iter().filter(|dependency| !dependency.dev) {
            let name = dependency.name;
            let ours = MAY.iter().any(|known| known.package == name);
            let allowed = match may.on {
                On::All => true,
                On::These(allowed) => allowed.contains(&name),
                On::Optional(allowed) => allowed == name && dependency.optional,
            };
            if ours && !allowed {
                found.push(finding(
                    dependency.line,
                    format!("`{package}` must not depend on `{name}`"),
                    "turn the need round: let the upper crate hand it down, by a trait of the lower",
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn a_dependency_against_the_way_is_found() {
        let cases = [
            ("arsenal-core", "arsenal-macros.workspace = true", true),
            ("arsenal-core", "arsenal-process.workspace = true", false),
            ("arsenal-core", "serde.workspace = true", true),
            ("arsenal-macros", "arsenal-core.workspace = true", false),
            ("arsenal-process", "arsenal-core = { workspace = true, optional = true }", true),
            ("arsenal-process", "arsenal-core.workspace = true", false),
            ("arsenal-http", "arsenal-process.workspace = true", false),
            ("arsenal", "arsenal-http.workspace = true", true),
            ("arsenal-http", "[dev-dependencies]\narsenal-ops.workspace = true", true),
            ("arsenal-unheard-of", "", false),
        ];
        for (package, dependency, good) in cases {
            let manifest =
                format!("[package]\nname = \"{package}\"\n[dependencies]\n{dependency}\n");
            let root = ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n");
            let found = check(depend_one_way, &[root, ("a/Cargo.toml", &manifest)]);
            assert_eq!(found.is_empty(), good, "{package}: {dependency}: {found:?}");
        }
    }
}
