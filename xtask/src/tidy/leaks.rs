//! What belongs to one machine and not to the workspace: its paths, its package sources.

use super::Finding;
use super::tree::Tree;

/// No file names a folder or a package source of the machine that it was written on.
pub(super) fn no_machine_is_named(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != THIS_FILE) {
        for (at, line) in (1..).zip(file.text.lines()) {
            let folder = FOLDERS.iter().find(|folder| has_folder(line, folder));
            let source = SOURCES.iter().find(|source| line.contains(**source));
            let Some(leak) = folder.or(source) else { continue };
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

const FOLDERS: [&str; 6] = ["/home/", "/mnt/", "/root/", "/tmp/wt", "/Users/", "/work/"];

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
            ("\"/work/main\"", false),
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
