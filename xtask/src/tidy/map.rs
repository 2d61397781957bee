//! The map of the house, held against the house.

use super::Finding;
use super::tree::Tree;

/// Every file and folder that `ARCHITECTURE.md` names is there.
pub(super) fn named_files_exist(tree: &Tree) -> Vec<Finding> {
    let Some(file) = tree.file(MAP) else { return Vec::new() };
    let mut found = Vec::new();
    let mut drawn = false;
    for (at, line) in (1..).zip(file.text.lines()) {
        if line.trim_start().starts_with("```") {
            drawn = !drawn;
            continue;
        }
        let named: Vec<&str> = match drawn {
            // In the drawing the first word of a line is the file, what follows explains it.
            true => line.split_whitespace().take(1).collect(),
            false => line.split('`').skip(1).step_by(2).collect(),
        };
        let missing = named.into_iter().filter(|name| is_path(name) && !tree.has(name));
        found.extend(missing.map(|name| Finding {
            file: MAP.to_owned(),
            line: at,
            rule: "map",
            wrong: format!("`{name}` is not there"),
            remedy: "correct the map",
        }));
    }
    found
}

/// Whether it is a path from the root, and not code, an address or a pattern.
fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    let file = ENDS.iter().any(|end| text.ends_with(end));
    !text.starts_with('/') && text.chars().all(plain) && (text.contains('/') || file)
}

const MAP: &str = "ARCHITECTURE.md";

const ENDS: [&str; 5] = [".json", ".md", ".rs", ".sh", ".toml"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn a_name_without_a_file_is_found() {
        let cases = [
            ("See `a/src/lib.rs` and `a/src/`.", vec![]),
            ("See `a/src/gone.rs`.", vec!["ARCHITECTURE.md:1: `a/src/gone.rs` is not there"]),
            ("`GET /api/v1/x`, `/api`, `a/{b}.rs`, `x::y`, `cargo xtask ci`", vec![]),
            (
                "```text\na/   the crate\nb/   none\n```",
                vec!["ARCHITECTURE.md:3: `b/` is not there"],
            ),
            ("`Gone.toml`", vec!["ARCHITECTURE.md:1: `Gone.toml` is not there"]),
        ];
        for (text, expected) in cases {
            let files = [("ARCHITECTURE.md", text), ("a/src/lib.rs", "")];
            assert_eq!(check(named_files_exist, &files), expected, "{text}");
        }
    }
}
