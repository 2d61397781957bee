//! What a comment may say.

use super::Finding;
use super::rust::has_word;
use super::tree::Tree;

/// What is put off is written down where it is not forgotten.
pub(super) fn todo_has_an_issue(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for (at, line) in file.rust().numbered() {
            let Some(mark) = MARKS.iter().find(|mark| is_marked(&line.comment, mark)) else {
                continue;
            };
            found.push(Finding {
                file: file.path.clone(),
                line: at,
                rule: "todo",
                wrong: format!("this {mark} carries no issue number"),
                remedy: "write it with `(#12)` behind it, or do it now",
            });
        }
    }
    found
}

/// Whether the mark stands there to be done, and not in quotes as a word that is spoken of.
fn is_marked(comment: &str, mark: &str) -> bool {
    let Some(at) = comment.find(mark) else { return false };
    let numbered = comment[at..]
        .split('#')
        .nth(1)
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    has_word(comment, mark) && !comment[..at].ends_with('`') && !numbered
}

const MARKS: [&str; 2] = ["TODO", "FIXME"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn a_mark_carries_a_number() {
        let cases = [
            ("// TODO: later", false),
            ("// FIXME later", false),
            ("/* TODO(me) */", false),
            ("// TODO(#12): later", true),
            ("// TODO #3, when it comes", true),
            ("/// A `TODO` is a word.", true),
            ("let todo = \"TODO\";", true),
            ("// METODOS", true),
        ];
        for (text, good) in cases {
            assert_eq!(
                check(todo_has_an_issue, &[("a/src/a.rs", text)]).is_empty(),
                good,
                "{text}"
            );
        }
    }
}
