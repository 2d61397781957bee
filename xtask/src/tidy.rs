//! The rules that neither rustc nor clippy holds, over every file that is or will be committed.
//!
//! All findings come at once, a line each. A line of Rust may be excused by a comment on it or
//! right above it, `tidy: expect(rule): reason`; an excuse that excuses nothing is a finding too.

mod tree;

mod prose;
mod style;
mod tests_wait;

mod core;
mod crates;
mod manifest;

mod leaks;
mod map;

mod rust;

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use tree::Tree;

/// One thing that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    /// Counted from 1.
    line: usize,
    rule: &'static str,
    wrong: String,
    remedy: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, rule, wrong, remedy } = self;
        write!(f, "{file}:{line}: {wrong}; {remedy} [{rule}]")
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[Rule] = &[
    style::begins_with_module_doc,
    style::file_is_short,
    style::comment_fits_the_page,
    style::module_is_named_for_its_subject,
    style::library_does_not_print,
    core::is_neutral,
    core::steps_do_not_log,
    core::branches_in_one_place,
    prose::todo_has_an_issue,
    tests_wait::no_test_is_switched_off,
    tests_wait::no_test_sleeps,
    crates::depend_one_way,
    manifest::dependency_has_a_reason,
    manifest::member_inherits,
    map::named_files_exist,
    map::members_are_drawn,
    map::rules_are_named,
    leaks::no_machine_is_named,
    leaks::lock_names_the_public_index,
];

/// Checks every rule and prints what is wrong.
///
/// # Errors
///
/// The files could not be read.
pub(crate) fn run(root: &Path) -> io::Result<ExitCode> {
    let findings = findings(&Tree::read(root)?);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(ExitCode::SUCCESS),
        n => {
            eprintln!("tidy: {n} finding{}", if n == 1 { "" } else { "s" });
            Ok(ExitCode::FAILURE)
        }
    }
}

fn findings(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<Finding> = RULES.iter().flat_map(|rule| rule(tree)).collect();
    for file in tree.rust() {
        for excuse in file.rust().excuses() {
            let excused = |finding: &Finding| {
                finding.file == file.path
                    && finding.rule == excuse.rule
                    && [excuse.line, excuse.line + 1].contains(&finding.line)
            };
            let before = found.len();
            found.retain(|finding| !excused(finding));
            if found.len() == before || !excuse.has_reason {
                found.push(Finding {
                    file: file.path.clone(),
                    line: excuse.line,
                    rule: "excuse",
                    wrong: format!(
                        "this excuse of `{}` excuses nothing, or says no why",
                        excuse.rule
                    ),
                    remedy: "remove it, or write `tidy: expect(rule): reason` at the line",
                });
            }
        }
    }
    found.sort();
    found
}

/// What a rule finds in a tree of these files: `line: wrong`, for tests.
#[cfg(test)]
fn check(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
    let found = rule(&Tree::of(files)).into_iter();
    found.map(|f| format!("{}:{}: {}", f.file, f.line, f.wrong)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excuse_holds_for_its_rule_its_line_and_a_reason() {
        let cases = [
            ("// tidy: expect(print): the banner.\nfn f() { println!(); }\n", vec![]),
            ("fn f() { println!(); } // tidy: expect(print): the banner.\n", vec![]),
            (
                "// tidy: expect(print): the banner.\n\nfn f() { println!(); }\n",
                vec!["excuse", "print"],
            ),
            (
                "// tidy: expect(sleep): the banner.\nfn f() { println!(); }\n",
                vec!["excuse", "print"],
            ),
            ("// tidy: expect(print)\nfn f() { println!(); }\n", vec!["excuse"]),
        ];
        for (text, expected) in cases {
            let text = format!("//! Doc.\n{text}");
            let found = findings(&Tree::of(&[("arsenal-core/src/x.rs", &text)]));
            let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
            assert_eq!(rules, expected, "{text}");
        }
    }

    #[test]
    fn a_finding_is_one_line_with_what_to_do() {
        let found = findings(&Tree::of(&[("arsenal-core/src/x.rs", "fn f() {}\n")]));
        assert_eq!(
            found[0].to_string(),
            "arsenal-core/src/x.rs:1: the file does not say what lives in it; begin it with a \
             `//!` line [module-doc]"
        );
    }
}
