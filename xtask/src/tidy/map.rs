//! The map of the house, held against the house.

use super::Finding;
use super::manifest::members;
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

/// Every member of the workspace is in the drawing: a house has no room that its map leaves out.
pub(super) fn members_are_drawn(tree: &Tree) -> Vec<Finding> {
    let Some(file) = tree.file(MAP) else { return Vec::new() };
    let folders = members(tree).filter_map(|manifest| manifest.path.strip_suffix("/Cargo.toml"));
    let drawn = |folder: &str| {
        let begins = format!("{folder}/");
        file.text.lines().any(|line| line.split_whitespace().next() == Some(begins.as_str()))
    };
    let finding = |folder: &str| Finding {
        file: MAP.to_owned(),
        line: 1,
        rule: "map",
        wrong: format!("`{folder}/` is not in the drawing"),
        remedy: "draw it, with what lives there",
    };
    folders.filter(|folder| !drawn(folder)).map(finding).collect()
}

/// Every rule of tidy is in the table of rules and guards, by its name.
pub(super) fn rules_are_named(tree: &Tree) -> Vec<Finding> {
    let Some(file) = tree.file(MAP) else { return Vec::new() };
    let mut found = Vec::new();
    for source in tree.rust().filter(|file| file.path.starts_with("xtask/src/tidy/")) {
        for name in source.text.lines().filter_map(rule_of) {
            let named = format!("`{name}`");
            let row = |line: &str| line.starts_with('|') && line.contains(&named);
            if !file.text.lines().any(row) {
                found.push(Finding {
                    file: MAP.to_owned(),
                    line: 1,
                    rule: "map",
                    wrong: format!("tidy's rule {named} guards no row"),
                    remedy: "say in the table which rule it guards",
                });
            }
        }
    }
    found.dedup();
    found
}

/// The name of the rule that a line of tidy's sources gives to a finding.
fn rule_of(line: &str) -> Option<&str> {
    line.split_once("rule: \"")?.1.split('"').next()
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
    fn a_member_or_a_rule_that_the_map_leaves_out_is_found() {
        let root = ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n");
        let files = [
            root,
            ("a/Cargo.toml", "[package]\nname = \"a\"\n"),
            ("b/Cargo.toml", "[package]\nname = \"b\"\n"),
            ("xtask/src/tidy/x.rs", "        rule: \"told\",\n        rule: \"untold\",\n"),
            ("ARCHITECTURE.md", "```text\na/   the crate\n```\n| It is so | tidy: `told` |\n"),
        ];
        let wrong = "ARCHITECTURE.md:1: `b/` is not in the drawing";
        assert_eq!(check(members_are_drawn, &files), [wrong]);
        let wrong = "ARCHITECTURE.md:1: tidy's rule `untold` guards no row";
        assert_eq!(check(rules_are_named, &files), [wrong]);
    }

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
