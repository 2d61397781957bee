//! What a test may not do: be switched off, pass by panicking, or sleep.

use super::Finding;
use super::rust::Rust;
use super::tree::Tree;

/// A test runs, and asserts why something fails.
pub(super) fn no_test_is_switched_off(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for (at, line) in file.rust().numbered() {
            let code = line.code.replace(' ', "");
            let (wrong, remedy) = if code.contains("#[ignore") {
                ("a test that is ignored", "assert what happens today and say why it is wrong")
            } else if code.contains("#[should_panic") {
                ("a test that passes by panicking", "test the `Err`")
            } else {
                continue;
            };
            found.push(Finding {
                file: file.path.clone(),
                line: at,
                rule: "test-off",
                wrong: wrong.to_owned(),
                remedy,
            });
        }
    }
    found
}

/// A test waits for a state. Where every asynchronous test of a file runs under a paused clock,
/// tokio's sleep costs no time and waits for nothing real: there it is allowed.
pub(super) fn no_test_sleeps(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| !file.path.contains("/benches/")) {
        let rust = file.rust();
        let paused = clock_is_paused(rust) || runs_on_a_paused_runtime(tree, &file.path);
        for (at, line) in rust.tests() {
            let real = ["thread::sleep(", "std::thread::sleep", "use std::thread::sleep"];
            let virtual_ = ["time::sleep(", "tokio::time::sleep", "sleep_until("];
            let has = |words: &[&str]| words.iter().any(|word| line.code.contains(word));
            if has(&real) || (has(&virtual_) && !paused) {
                found.push(Finding {
                    file: file.path.clone(),
                    line: at,
                    rule: "sleep",
                    wrong: "a test that sleeps".to_owned(),
                    remedy: "wait for the state with a bound, or pause the clock of every test in \
                             the file (`start_paused = true`)",
                });
            }
        }
    }
    found
}

fn clock_is_paused(rust: &Rust) -> bool {
    let mut attributes = rust
        .tests()
        .map(|(_, line)| line.code.trim())
        .filter(|code| code.starts_with("#[tokio::test"));
    let first = attributes.next();
    first.into_iter().chain(attributes).all(|code| code.contains("start_paused = true"))
        && first.is_some()
}

/// The file, or a module that holds it, builds the runtime that it runs on with a paused clock.
fn runs_on_a_paused_runtime(tree: &Tree, path: &str) -> bool {
    tree.rust().any(|holder| {
        let folder = format!("{}/", holder.path.trim_end_matches(".rs"));
        (holder.path == path || path.starts_with(&folder))
            && holder.rust().numbered().any(|(_, line)| line.code.contains(".start_paused(true)"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn a_test_is_on_and_asserts() {
        let cases = [
            ("#[ignore]\n", false),
            ("#[ignore = \"slow\"]\n", false),
            ("#[should_panic(expected = \"x\")]\n", false),
            ("// #[ignore]\n", true),
        ];
        for (text, good) in cases {
            let found = check(no_test_is_switched_off, &[("a/src/a.rs", text)]);
            assert_eq!(found.is_empty(), good, "{text}");
        }
    }

    #[test]
    fn a_test_does_not_sleep() {
        let paused = "#[tokio::test(start_paused = true)]\n";
        let unpaused = "#[tokio::test]\n";
        let cases = [
            ("tests/a.rs", format!("{unpaused}tokio::time::sleep(x);\n"), false),
            ("tests/a.rs", format!("{paused}tokio::time::sleep(x);\n"), true),
            ("tests/a.rs", format!("{paused}{unpaused}time::sleep(x);\n"), false),
            ("tests/a.rs", format!("{paused}thread::sleep(x);\n"), false),
            ("tests/a.rs", "time::sleep(x);\n".to_owned(), false),
            ("tests/a.rs", "b.start_paused(true);\ntime::sleep(x);\n".to_owned(), true),
            ("a/src/a.rs", "tokio::time::sleep(x);\n".to_owned(), true),
            ("a/src/a.rs", "#[cfg(test)]\nmod tests {\nthread::sleep(x);\n".to_owned(), false),
            ("a/benches/a.rs", "thread::sleep(x);\n".to_owned(), true),
        ];
        for (path, text, good) in cases {
            assert_eq!(check(no_test_sleeps, &[(path, &text)]).is_empty(), good, "{path} {text}");
        }
    }
}
