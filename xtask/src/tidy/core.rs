//! What holds for core alone: it is neutral, its steps do not log, and the way branches once.

use super::Finding;
use super::rust::has_word;
use super::tree::{File, Tree};

/// Core opens no socket, reads no environment and no file.
pub(super) fn is_neutral(tree: &Tree) -> Vec<Finding> {
    let says = Says {
        rule: "neutral-core",
        remedy: "let a transport or the program do it and hand core the result",
    };
    found(tree, "arsenal-core/src/", says, |_, code| {
        let word = OUTSIDE_WORLD.iter().find(|path| names_path(code, path));
        word.map(|word| format!("core names `{word}`"))
    })
}

/// Steps decide; the corridor tells observers, and they log.
pub(super) fn steps_do_not_log(tree: &Tree) -> Vec<Finding> {
    let says = Says { rule: "silent-steps", remedy: "let the corridor tell observers of it" };
    found(tree, STEPS, says, |_, code| {
        has_word(code, "tracing").then(|| "a step that logs".to_owned())
    })
}

/// Whether a call runs, is planned, is answered or becomes a job is decided once.
pub(super) fn branches_in_one_place(tree: &Tree) -> Vec<Finding> {
    let says = Says {
        rule: "one-branch",
        remedy: "decide it in admit, and let the steps after it have it by their types",
    };
    found(tree, STEPS, says, |file, code| {
        let word = TERMS.iter().filter(|_| file.path != ADMIT).find(|word| code.contains(**word));
        word.map(|word| format!("`{word}` is looked at beside `admit`"))
    })
}

/// What a rule says where it is broken.
#[derive(Debug, Clone, Copy)]
struct Says {
    rule: &'static str,
    remedy: &'static str,
}

/// The statements of core's files below a folder in which something is wrong.
fn found(
    tree: &Tree,
    below: &str,
    Says { rule, remedy }: Says,
    wrong: impl Fn(&File, &str) -> Option<String>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with(below)) {
        for (line, code) in statements(file) {
            if let Some(wrong) = wrong(file, &code) {
                found.push(Finding { file: file.path.clone(), line, rule, wrong, remedy });
            }
        }
    }
    found
}

/// Each line of code before the tests; a `use` over several of them is one.
fn statements(file: &File) -> Vec<(usize, String)> {
    let mut statements: Vec<(usize, String)> = Vec::new();
    for (at, line) in file.rust().before_tests() {
        match statements.last_mut() {
            Some((_, open)) if open.starts_with("use ") && !open.contains(';') => {
                *open += line.code.trim();
            }
            _ => statements.push((at, line.code.trim().to_owned())),
        }
    }
    statements
}

/// Whether the code names the path, at once or as one of several in braces.
fn names_path(code: &str, path: &str) -> bool {
    let Some((holder, module)) = path.rsplit_once("::") else { return has_word(code, path) };
    let braces = code.split_once(&format!("{holder}::{{")).map_or("", |(_, rest)| rest);
    let first = |item: &str| item.trim().split([':', ' ', ';']).next() == Some(module);
    has_word(code, path) || braces.split(['{', '}', ',']).any(first)
}

const STEPS: &str = "arsenal-core/src/pipeline/";

const ADMIT: &str = "arsenal-core/src/pipeline/admit.rs";

/// How a call may be meant to go on.
const TERMS: [&str; 3] = ["terms.dry_run", "terms.detach", "terms.idempotency_key"];

#[rustfmt::skip]
const OUTSIDE_WORLD: [&str; 8] = [
    "std::env", "std::fs", "std::process", "tokio::net", "tokio::fs", "TcpListener", "TcpStream",
    "UdpSocket",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn core_keeps_to_itself() {
        let cases = [
            ("arsenal-core/src/a.rs", "use std::env;", false),
            ("arsenal-core/src/a.rs", "use std::{env, fs};", false),
            ("arsenal-core/src/a.rs", "use std::{fmt, fs::File};", false),
            ("arsenal-core/src/a.rs", "use std::{\n    fmt,\n    fs,\n};", false),
            ("arsenal-core/src/a.rs", "use std::{fmt, io};", true),
            ("arsenal-core/src/a.rs", "use tokio::net::TcpStream;", false),
            ("arsenal-core/src/a.rs", "use tokio::{net, time};", false),
            ("arsenal-core/src/a.rs", "use std::net::IpAddr;", true),
            ("arsenal-http/src/a.rs", "use tokio::net::TcpStream;", true),
        ];
        for (path, text, good) in cases {
            assert_eq!(check(is_neutral, &[(path, text)]).is_empty(), good, "{path} {text}");
        }
    }

    #[test]
    fn a_step_is_silent_and_only_admit_branches() {
        let cases = [
            ("pipeline/parse.rs", "tracing::info!(\"parsed\");", (false, true)),
            ("pipeline/parse.rs", "// tracing hears of it by the corridor", (true, true)),
            ("jobs.rs", "tracing::warn!(\"x\");", (true, true)),
            ("pipeline/execute.rs", "if cx.terms.dry_run {", (true, false)),
            ("pipeline/admit.rs", "if cx.terms.dry_run {", (true, true)),
        ];
        for (file, text, expected) in cases {
            let path = format!("arsenal-core/src/{file}");
            let silent = check(steps_do_not_log, &[(&path, text)]).is_empty();
            let straight = check(branches_in_one_place, &[(&path, text)]).is_empty();
            assert_eq!((silent, straight), expected, "{file}: {text}");
        }
    }
}
