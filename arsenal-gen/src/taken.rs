//! The names that operations of a workspace have already, read from its sources.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::name::snake;

/// Where a name is taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
}

/// The first declaration among the folders that has the name, as its own or as an alias.
pub(crate) fn find(folders: &[PathBuf], name: &str) -> io::Result<Option<Holder>> {
    for folder in folders {
        let mut files = Vec::new();
        collect(folder, &mut files)?;
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file)?;
            let taken =
                declarations(&text).into_iter().find(|(_, names)| names.contains(&name.into()));
            if let Some((line, _)) = taken {
                return Ok(Some(Holder { file, line }));
            }
        }
    }
    Ok(None)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// Each declaration's line and names.
fn declarations(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut open = false;
    let mut attributes = String::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("//") {
            continue;
        }
        open |= line.starts_with("#[derive(") && words(line).any(|word| word == "Operation");
        if !open {
            continue;
        }
        match struct_name(line) {
            Some(name) => {
                found.push((at + 1, names(name, &attributes)));
                (open, attributes) = (false, String::new());
            }
            None => attributes.push_str(line),
        }
    }
    found
}

fn struct_name(line: &str) -> Option<&str> {
    let mut words = words(line).skip_while(|word| *word != "struct");
    words.nth(1)
}

/// The name that the attributes give or the type's own, and the aliases.
fn names(type_name: &str, attributes: &str) -> Vec<String> {
    let operation = attributes.split("#[operation(").nth(1).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    match after(operation, "name").and_then(|value| quoted(value).next()) {
        Some(name) => names.push(name.to_owned()),
        None => names.push(snake(type_name)),
    }
    if let Some(list) = after(operation, "aliases").and_then(|value| value.split(']').next()) {
        names.extend(quoted(list).map(str::to_owned));
    }
    names
}

/// What stands behind `key =`.
fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut at = 0;
    while let Some(found) = text[at..].find(key) {
        let (before, rest) = (&text[..at + found], &text[at + found + key.len()..]);
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if let Some(value) = rest.trim_start().strip_prefix('=').filter(|_| whole) {
            return Some(value);
        }
        at += found + key.len();
    }
    None
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_declarations() {
        let cases = [
            ("#[derive(Debug, Operation)]\npub struct KillProcess {", vec!["kill_process"]),
            (
                "#[derive(Operation)]\n#[operation(category = \"x\", name = \"kill\")]\nstruct K;",
                vec!["kill"],
            ),
            (
                "#[derive(arsenal::Operation)]\n#[operation(role = admin,\n aliases = [\"a\", \
                 \"b\"], file_name = \"no\")]\npub(crate) struct Kill<T> {",
                vec!["kill", "a", "b"],
            ),
            ("/// #[derive(Operation)]\npub struct Kill;", vec![]),
            ("#[derive(Debug)]\npub struct Kill;", vec![]),
        ];
        for (text, expected) in cases {
            let found: Vec<String> = declarations(text).into_iter().flat_map(|(_, n)| n).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
