//! Manifests, read by lines: what each crate depends on, and what the workspace says of it.

use super::Finding;
use super::tree::{File, Tree};

/// One dependency of a manifest.
#[derive(Debug)]
pub(super) struct Dependency<'a> {
    pub(super) name: &'a str,
    /// Counted from 1.
    pub(super) line: usize,
    /// Whether it is only there for tests.
    pub(super) dev: bool,
    pub(super) optional: bool,
    inherited: bool,
}

/// Each crate that is not ours is there for a reason.
pub(super) fn dependency_has_a_reason(tree: &Tree) -> Vec<Finding> {
    let Some(file) = tree.file("Cargo.toml") else { return Vec::new() };
    let lines: Vec<&str> = file.text.lines().collect();
    let unexplained = |entry: &Entry<'_>| {
        entry.section == "workspace.dependencies"
            && !OBVIOUS.contains(&entry.name())
            && !entry.value.contains("path =")
            && !entry.line.checked_sub(2).is_some_and(|above| lines[above].starts_with("# "))
    };
    let finding = |entry: Entry<'_>| Finding {
        file: file.path.clone(),
        line: entry.line,
        rule: "dependency-reason",
        wrong: format!("nothing says why `{}` is needed", entry.name()),
        remedy: "write a comment line above it",
    };
    entries(&file.text).into_iter().filter(unexplained).map(finding).collect()
}

/// Each member takes versions and lints from the workspace.
pub(super) fn member_inherits(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in members(tree) {
        let own = dependencies(file).into_iter().filter(|dependency| !dependency.inherited);
        found.extend(own.map(|dependency| Finding {
            file: file.path.clone(),
            line: dependency.line,
            rule: "workspace-dependency",
            wrong: format!("`{}` has a version of its own", dependency.name),
            remedy: "put it into [workspace.dependencies] and write `workspace = true`",
        }));
        let inherits = |entry: &Entry<'_>| {
            entry.section == "lints" && entry.key == "workspace" && entry.value == "true"
        };
        if !entries(&file.text).iter().any(inherits) {
            found.push(Finding {
                file: file.path.clone(),
                line: 1,
                rule: "workspace-lints",
                wrong: "the crate does not take the workspace's lints".to_owned(),
                remedy: "add `[lints]` with `workspace = true`",
            });
        }
    }
    found
}

/// The members' manifests.
pub(super) fn members(tree: &Tree) -> impl Iterator<Item = &File> {
    let root = tree.file("Cargo.toml").map_or("", |file| file.text.as_str());
    let listed = entries(root)
        .into_iter()
        .find(|entry| entry.section == "workspace" && entry.key == "members")
        .map_or(String::new(), |entry| entry.value);
    let names: Vec<String> = listed.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    names.into_iter().filter_map(|name| tree.file(&format!("{name}/Cargo.toml")))
}

/// The name that the manifest gives to its package.
pub(super) fn package_name(file: &File) -> Option<String> {
    let is_name = |entry: &Entry<'_>| entry.section == "package" && entry.key == "name";
    let value = entries(&file.text).into_iter().find(is_name)?.value;
    Some(value.trim_matches('"').to_owned())
}

/// What the manifest depends on, in all its sections.
pub(super) fn dependencies(file: &File) -> Vec<Dependency<'_>> {
    let mut found: Vec<Dependency<'_>> = Vec::new();
    for entry in entries(&file.text) {
        let Some((section, table)) = dependency_section(entry.section) else { continue };
        let (name, said) = match table {
            Some(name) => (name, format!("{} = {}", entry.key, entry.value)),
            None => (entry.name(), format!("{} = {}", entry.key, entry.value)),
        };
        let inherited = said.contains("workspace = true");
        let optional = said.contains("optional = true");
        match found.last_mut().filter(|last| table.is_some() && last.name == name) {
            Some(last) => {
                last.inherited |= inherited;
                last.optional |= optional;
            }
            None => {
                let dev = section == "dev-dependencies";
                found.push(Dependency { name, line: entry.line, dev, optional, inherited });
            }
        }
    }
    found
}

/// A key and its value, which may run over several lines.
#[derive(Debug)]
struct Entry<'a> {
    section: &'a str,
    key: &'a str,
    value: String,
    line: usize,
}

impl<'a> Entry<'a> {
    /// The dependency's name: the key up to a dot, as in `serde.workspace`.
    fn name(&self) -> &'a str {
        self.key.split('.').next().unwrap_or(self.key)
    }
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut section = "";
    let mut found: Vec<Entry<'_>> = Vec::new();
    let mut open = false;
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if text.starts_with('#') || text.is_empty() {
            continue;
        }
        match found.last_mut().filter(|_| open) {
            Some(entry) => entry.value.push_str(text),
            None => match text.split_once('=') {
                _ if text.starts_with('[') => {
                    section = text.trim_matches(['[', ']']);
                    continue;
                }
                Some((key, value)) => found.push(Entry {
                    section,
                    key: key.trim(),
                    value: value.trim().to_owned(),
                    line,
                }),
                None => continue,
            },
        }
        open = found.last().is_some_and(|entry| is_open(&entry.value));
    }
    found
}

fn is_open(value: &str) -> bool {
    let count = |letters: [char; 2]| value.matches(letters).count();
    count([']', '}']) < count(['[', '{'])
}

/// The kind of dependencies, and the one dependency whose own table this is.
fn dependency_section(section: &str) -> Option<(&str, Option<&str>)> {
    // `[target.'cfg(unix)'.dependencies]` is the same section for some machines only.
    let section = match section.strip_prefix("target.") {
        Some(rest) => &rest[rest.rfind("'.").map_or(0, |at| at + 2)..],
        None => section,
    };
    let (kind, table) = match section.split_once('.') {
        Some((kind, table)) => (kind, Some(table)),
        None => (section, None),
    };
    KINDS.contains(&kind).then_some((kind, table))
}

const KINDS: [&str; 3] = ["build-dependencies", "dependencies", "dev-dependencies"];

/// What everyone knows.
const OBVIOUS: [&str; 8] =
    ["proc-macro2", "quote", "serde", "serde_json", "syn", "thiserror", "tokio", "tracing"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn an_unexplained_dependency_is_found() {
        let cases = [
            ("[workspace.dependencies]\n# Why.\nuuid = \"1\"\n", vec![]),
            ("[workspace.dependencies]\nserde = \"1\"\nours = { path = \"ours\" }\n", vec![]),
            (
                "[workspace.dependencies]\n# Why.\nuuid = \"1\"\nurl = \"1\"\n",
                vec!["Cargo.toml:4: nothing says why `url` is needed"],
            ),
            (
                "[workspace.dependencies]\n\nurl = { version = \"1\", features = [\n  \"x\",\n] }\n",
                vec!["Cargo.toml:3: nothing says why `url` is needed"],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(check(dependency_has_a_reason, &[("Cargo.toml", text)]), expected, "{text}");
        }
    }

    #[test]
    fn a_member_with_its_own_version_or_lints_is_found() {
        let root = ("Cargo.toml", "[workspace]\nmembers = [\n    \"a\",\n]\n");
        let lints = "[lints]\nworkspace = true\n";
        let cases = [
            ("[dependencies]\nx.workspace = true\ny = { workspace = true }\n", None),
            ("[dependencies.x]\noptional = true\nworkspace = true\n", None),
            ("[dev-dependencies]\nx = \"1\"\n", Some("a/Cargo.toml:2: `x` has a version")),
            ("[target.'cfg(unix)'.dependencies]\nx = \"1\"\n", Some("a/Cargo.toml:2: `x` has")),
            ("[dependencies.x]\nversion = \"1\"\n", Some("a/Cargo.toml:2: `x` has a version")),
        ];
        for (text, expected) in cases {
            let found =
                check(member_inherits, &[root, ("a/Cargo.toml", &(text.to_owned() + lints))]);
            assert_eq!(found.is_empty(), expected.is_none(), "{text}");
            assert!(expected.is_none_or(|start| found[0].starts_with(start)), "{found:?}");
        }
        let found = check(member_inherits, &[root, ("a/Cargo.toml", "[package]\n")]);
        assert_eq!(found, ["a/Cargo.toml:1: the crate does not take the workspace's lints"]);
    }
}
