//! What a Rust file may look like, and what a library may do.

use super::Finding;
use super::rust::has_word;
use super::tree::{File, Tree};

/// Every file says what lives in it.
pub(super) fn begins_with_module_doc(tree: &Tree) -> Vec<Finding> {
    let undocumented = |file: &&File| !file.text.starts_with("//! ");
    let finding = |file: &File| Finding {
        file: file.path.clone(),
        line: 1,
        rule: "module-doc",
        wrong: "the file does not say what lives in it".to_owned(),
        remedy: "begin it with a `//!` line",
    };
    tree.rust().filter(undocumented).map(finding).collect()
}

/// A file has one subject.
pub(super) fn file_is_short(tree: &Tree) -> Vec<Finding> {
    let finding = |file: &File| {
        let n_lines = file.rust().n_lines_before_tests();
        (LINES_MAX < n_lines).then(|| Finding {
            file: file.path.clone(),
            line: LINES_MAX + 1,
            rule: "file-length",
            wrong: format!("{n_lines} lines before the tests, at most {LINES_MAX} are allowed"),
            remedy: "give a part with a subject of its own a file",
        })
    };
    tree.rust().filter_map(finding).collect()
}

/// A line of comment is as wide as the code, which the formatter sees to.
pub(super) fn comment_fits_the_page(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for (line, text) in (1..).zip(file.text.lines()) {
            let width = text.chars().count();
            if COLUMNS_MAX < width && text.trim_start().starts_with("//") {
                found.push(Finding {
                    file: file.path.clone(),
                    line,
                    rule: "comment-width",
                    wrong: format!(
                        "a comment of {width} columns, at most {COLUMNS_MAX} are allowed"
                    ),
                    remedy: "break the line",
                });
            }
        }
    }
    found
}

/// A module is named for its subject.
pub(super) fn module_is_named_for_its_subject(tree: &Tree) -> Vec<Finding> {
    let finding = |file: &File, line: usize, name: &str| Finding {
        file: file.path.clone(),
        line,
        rule: "module-name",
        wrong: format!("`{name}` names no subject"),
        remedy: "name the module for what is in it, or put that beside its one user",
    };
    let mut found = Vec::new();
    for file in tree.rust() {
        let path = file.path.trim_end_matches(".rs");
        if let Some(name) = path.split('/').find(|part| is_shapeless(part)) {
            found.push(finding(file, 1, name));
        }
        for (at, line) in file.rust().numbered() {
            let inline = line.code.split("mod ").nth(1).filter(|rest| rest.contains('{'));
            let name = inline.and_then(|rest| rest.split_whitespace().next());
            if let Some(name) = name.filter(|name| is_shapeless(name)) {
                found.push(finding(file, at, name));
            }
        }
    }
    found
}

/// A library says what it has to say by its answers and by tracing.
pub(super) fn library_does_not_print(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let lines: Vec<_> = match SPEAKERS.contains(&file.top()) {
            true => file.rust().numbered().collect(),
            false => file.rust().before_tests().collect(),
        };
        let macros: &[&str] = match SPEAKERS.contains(&file.top()) {
            true => &["dbg"],
            false => &["dbg", "print", "println", "eprint", "eprintln"],
        };
        for (at, line) in lines {
            let live = macros.iter().find(|name| has_macro(&line.code, name));
            let dead = PRINTS.iter().find(|name| {
                let comment = line.comment.trim_start();
                !line.doc && comment.starts_with(*name) && has_macro(comment, name)
            });
            let (name, wrong) = match (live, dead) {
                (Some(name), _) => (name, "prints"),
                (None, Some(name)) => (name, "is commented out"),
                (None, None) => continue,
            };
            found.push(Finding {
                file: file.path.clone(),
                line: at,
                rule: "print",
                wrong: format!("`{name}!` {wrong}"),
                remedy: "remove it, or send a tracing event",
            });
        }
    }
    found
}

fn is_shapeless(name: &str) -> bool {
    SHAPELESS.contains(&name)
}

fn has_macro(code: &str, name: &str) -> bool {
    has_word(code, name) && code.contains(&format!("{name}!"))
}

const LINES_MAX: usize = 400;

const COLUMNS_MAX: usize = 100;

const SHAPELESS: [&str; 7] = ["common", "helper", "helpers", "misc", "util", "utils", "stuff"];

/// Whose business it is to write to a terminal.
const SPEAKERS: [&str; 3] = ["arsenal", "tests", "xtask"];

const PRINTS: [&str; 5] = ["dbg", "print", "println", "eprint", "eprintln"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn a_file_begins_with_its_doc() {
        let cases = [
            ("//! In here lives it.\n", true),
            ("use std::fmt;\n//! Late.\n", false),
            ("//!\n", false),
            ("", false),
        ];
        for (text, good) in cases {
            let found = check(begins_with_module_doc, &[("a/src/lib.rs", text)]);
            assert_eq!(found.is_empty(), good, "{text}");
        }
        assert!(check(begins_with_module_doc, &[("tests/ui/no_role.rs", "")]).is_empty());
    }

    #[test]
    fn a_file_has_400_lines_before_its_tests() {
        let lines = |n| "x\n".repeat(n);
        let tests = "#[cfg(test)]\nmod tests {\n";
        let cases = [
            ("a/src/a.rs", lines(400), true),
            ("a/src/a.rs", lines(401), false),
            ("a/src/a.rs", lines(400) + tests + &lines(400), true),
            ("a/src/a.rs", "#[cfg(test)]\nuse x;\n".to_owned() + &lines(400), false),
            ("a/tests/a.rs", lines(401), true),
        ];
        for (path, text, good) in cases {
            assert_eq!(check(file_is_short, &[(path, &text)]).is_empty(), good, "{path}");
        }
    }

    #[test]
    fn a_comment_has_100_columns() {
        let cases = [
            (format!("    /// {}", "é".repeat(92)), true),
            (format!("    // {}", "x".repeat(94)), false),
            (format!("let s = \"{}\";", "x".repeat(100)), true),
        ];
        for (text, good) in cases {
            let found = check(comment_fits_the_page, &[("a/src/a.rs", &text)]);
            assert_eq!(found.is_empty(), good, "{text}");
        }
    }

    #[test]
    fn a_shapeless_module_is_found() {
        let cases = [
            ("a/src/utils.rs", "", vec!["a/src/utils.rs:1: `utils` names no subject"]),
            ("tests/common/mod.rs", "", vec!["tests/common/mod.rs:1: `common` names no subject"]),
            ("a/src/a.rs", "\nmod misc {}", vec!["a/src/a.rs:2: `misc` names no subject"]),
            ("a/src/utilization.rs", "// mod misc {", vec![]),
        ];
        for (path, text, expected) in cases {
            assert_eq!(check(module_is_named_for_its_subject, &[(path, text)]), expected, "{path}");
        }
    }

    #[test]
    fn a_library_is_silent() {
        let cases = [
            ("arsenal-core/src/a.rs", "println!(\"x\");", false),
            ("arsenal-core/src/a.rs", "    // dbg!(x);", false),
            ("arsenal-core/src/a.rs", "/// println!(\"an example\");", true),
            ("arsenal-core/src/a.rs", "// We do not println!() here.", true),
            ("arsenal-core/src/a.rs", "let s = \"println!()\";", true),
            ("arsenal-core/src/a.rs", "#[cfg(test)]\nmod tests {\n println!();\n}", true),
            ("arsenal-core/benches/a.rs", "println!();", true),
            ("arsenal/src/main.rs", "println!();", true),
            ("xtask/src/main.rs", "dbg!(x);", false),
        ];
        for (path, text, good) in cases {
            assert_eq!(
                check(library_does_not_print, &[(path, text)]).is_empty(),
                good,
                "{path} {text}"
            );
        }
    }
}
