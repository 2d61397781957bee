//! What belongs to one machine and not to the workspace: its paths, its package sources.

use std::path::{Component, Path};

use super::Finding;
use super::tree::Tree;

/// No file names a folder or a package source of the machine that it was written on.
pub(super) fn no_machine_is_named(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let here = tree.machine.iter().filter_map(|path| own_folder(path));
    let folders: Vec<String> = FOLDERS.iter().map(|&folder| folder.into()).chain(here).collect();
    for file in tree.files.iter().filter(|file| file.path != THIS_FILE) {
        for (at, line) in (1..).zip(file.text.lines()) {
            let folder = folders.iter().find(|folder| has_folder(line, folder));
            let source = SOURCES.iter().copied().find(|source| line.contains(source));
            let Some(leak) = folder.map(String::as_str).or(source) else { continue };
            found.push(Finding {
                file: file.path.clone(),
                line: at,
                rule: "machine",
                wrong: format!("`{leak}` belongs to one machine"),
                remedy: "write a path from the root, or leave the setting to the machine's own files",
            });
        }
    }
    found
}

/// The folder that tells this machine from others: the first of the path, unless every machine
/// has that one; then all of the path.
fn own_folder(path: &Path) -> Option<String> {
    let mut parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    let first = parts.next()?;
    match STANDARD.contains(&first) {
        false => Some(format!("/{first}/")),
        true => parts.next().map(|_| format!("{}/", path.display())),
    }
}

/// Every locked crate comes from where everyone can get it, or from the workspace.
pub(super) fn lock_names_the_public_index(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with("Cargo.lock")) {
        for (at, line) in (1..).zip(file.text.lines()) {
            if line.starts_with("source = ") && line != PUBLIC_INDEX {
                found.push(Finding {
                    file: file.path.clone(),
                    line: at,
                    rule: "machine",
                    wrong: "a crate that is not locked to the public index".to_owned(),
                    remedy: "lock it again without a replaced source",
                });
            }
        }
    }
    found
}

/// Whether an absolute path begins with the folder: nothing of a path stands before it.
fn has_folder(line: &str, folder: &str) -> bool {
    let in_a_path = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '}' | '#');
    line.match_indices(folder).any(|(at, _)| !line[..at].ends_with(in_a_path))
}

const THIS_FILE: &str = "xtask/src/tidy/leaks.rs";

/// Where people's own folders are, on any machine.
const FOLDERS: [&str; 4] = ["/home/", "/mnt/", "/root/", "/Users/"];

/// Folders that many machines have.
#[rustfmt::skip]
const STANDARD: [&str; 11] = [
    "Users", "home", "media", "mnt", "opt", "private", "root", "srv", "tmp", "usr", "var",
];

const SOURCES: [&str; 7] = [
    "[registries",
    "[source.",
    "extra-index-url",
    "index-url",
    "registry=http",
    "replace-with",
    "sparse+http",
];

const PUBLIC_INDEX: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn a_machine_is_found_out() {
        let cases = [
            ("see /home/me/arsenal", false),
            ("[source.crates-io]", false),
            ("GET /api/work/1", true),
            ("the pointer #/root/x", true),
            ("a registry of operations", true),
        ];
        for (text, good) in cases {
            assert_eq!(
                check(no_machine_is_named, &[("README.md", text)]).is_empty(),
                good,
                "{text}"
            );
        }
    }

    #[test]
    fn the_folders_of_this_machine_are_its_own_and_no_others() {
        for (path, expected) in [
            ("/builds/arsenal/.git", Some("/builds/")),
            ("/tmp/checkout/one", Some("/tmp/checkout/one/")),
            ("/var/lib/ci/arsenal", Some("/var/lib/ci/arsenal/")),
            ("/tmp", None),
            ("/", None),
        ] {
            assert_eq!(own_folder(Path::new(path)).as_deref(), expected, "{path}");
        }
        let mut tree = Tree::of(&[("README.md", "see /builds/arsenal/notes and /tmp/x")]);
        assert!(no_machine_is_named(&tree).is_empty(), "on another machine it is a path");
        tree.machine.push("/builds/arsenal".into());
        assert_eq!(no_machine_is_named(&tree).len(), 1);
    }

    #[test]
    fn a_private_index_is_found_in_the_lock() {
        let cases = [
            (PUBLIC_INDEX, true),
            ("source = \"registry+https://index.example.com/\"", false),
            ("source = \"git+https://example.com/x\"", false),
            ("name = \"source\"", true),
        ];
        for (text, good) in cases {
            let found = check(lock_names_the_public_index, &[("Cargo.lock", text)]);
            assert_eq!(found.is_empty(), good, "{text}");
        }
    }
}
