//! Rust source by lines, with code and comments apart and what is in quotes left out.

use std::iter;

/// A source file, line by line.
#[derive(Debug)]
pub(super) struct Rust {
    pub(super) lines: Vec<Line>,
    /// From which line on all is test; counted from 0.
    tests_from: usize,
}

/// A line, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The code, without what stands in quotes.
    pub(super) code: String,
    /// The text of its comment, without the slashes.
    pub(super) comment: String,
    /// Whether that comment is documentation.
    pub(super) doc: bool,
}

/// A comment that excuses a finding.
#[derive(Debug)]
pub(super) struct Excuse<'a> {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) rule: &'a str,
    pub(super) has_reason: bool,
}

impl Rust {
    pub(super) fn read(path: &str, text: &str) -> Self {
        let lines = Scanner::new(text).lines();
        let is_test_file = path.split('/').any(|part| matches!(part, "tests" | "benches"))
            || path.ends_with("/tests.rs");
        let tests_from = match is_test_file {
            true => 0,
            false => test_module(&lines).unwrap_or(lines.len()),
        };
        Self { lines, tests_from }
    }

    /// How many lines stand before the tests.
    pub(super) fn n_lines_before_tests(&self) -> usize {
        self.tests_from
    }

    /// The lines with their numbers, counted from 1.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &Line)> {
        iter::zip(1.., &self.lines)
    }

    /// The lines that only run in the program.
    pub(super) fn before_tests(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.numbered().take(self.tests_from)
    }

    /// The lines that only run in tests.
    pub(super) fn tests(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.numbered().skip(self.tests_from)
    }

    pub(super) fn excuses(&self) -> impl Iterator<Item = Excuse<'_>> {
        self.numbered().filter(|(_, line)| !line.doc).filter_map(|(at, line)| {
            let rest = line.comment.trim().strip_prefix("tidy: expect(")?;
            let (rule, reason) = rest.split_once(')')?;
            let has_reason = reason.strip_prefix(':').is_some_and(|why| !why.trim().is_empty());
            Some(Excuse { line: at, rule, has_reason })
        })
    }
}

/// The line of the attribute above a module of tests; one above a mere import does not count.
fn test_module(lines: &[Line]) -> Option<usize> {
    (0..lines.len()).find(|at| {
        let code = |line: &Line| line.code.trim().to_owned();
        let mut after = lines[at + 1..].iter().map(code).filter(|code| !code.is_empty());
        ["#[cfg(test)]", "#[cfg(all(test,"].iter().any(|start| code(&lines[*at]).starts_with(start))
            && after.find(|code| !code.starts_with("#[")).is_some_and(|next| next.contains("mod "))
    })
}

/// Whether `word` stands in the code, not as a part of a longer one.
pub(super) fn has_word(code: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].ends_with(inside) && !code[at + word.len()..].starts_with(inside)
    })
}

struct Scanner {
    letters: Vec<char>,
    at: usize,
    lines: Vec<Line>,
    line: Line,
}

impl Scanner {
    fn new(text: &str) -> Self {
        Self { letters: text.chars().collect(), at: 0, lines: Vec::new(), line: Line::default() }
    }

    fn lines(mut self) -> Vec<Line> {
        while let Some(letter) = self.peek(0) {
            match (letter, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.text(0, false),
                ('r', Some('"' | '#')) if self.starts_raw() => self.raw_text(),
                ('\'', Some(next)) if next == '\\' || self.peek(2) == Some('\'') => self.char(),
                _ => {
                    self.code(letter);
                    self.at += 1;
                }
            }
        }
        if self.line != Line::default() {
            self.end_line();
        }
        self.lines
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.at + ahead).copied()
    }

    fn code(&mut self, letter: char) {
        match letter {
            '\n' => self.end_line(),
            _ => self.line.code.push(letter),
        }
    }

    fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
    }

    fn line_comment(&mut self) {
        let rest = self.letters[self.at..].iter();
        let text: String = rest.take_while(|letter| **letter != '\n').collect();
        self.at += text.chars().count();
        let doc = (text.starts_with("///") && !text.starts_with("////")) || text.starts_with("//!");
        self.line.doc = doc;
        self.line.comment = text.trim_start_matches(['/', '!']).to_owned();
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while let Some(letter) = self.peek(0) {
            let step = match (letter, self.peek(1)) {
                ('/', Some('*')) => {
                    depth += 1;
                    2
                }
                ('*', Some('/')) => {
                    depth -= 1;
                    2
                }
                ('\n', _) => {
                    self.end_line();
                    1
                }
                _ => {
                    self.line.comment.push(letter);
                    1
                }
            };
            self.at += step;
            if depth == 0 {
                return;
            }
        }
    }

    /// An `r` that no identifier ends in, followed by hashes and a quote.
    fn starts_raw(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).map(|at| self.letters[at]);
        let word = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let prefixed = matches!(before(1), Some('b' | 'c')) && !word(before(2));
        let quote = self.letters[self.at + 1..].iter().find(|letter| **letter != '#');
        (prefixed || !word(before(1))) && quote == Some(&'"')
    }

    fn raw_text(&mut self) {
        self.at += 1;
        let hashes = self.letters[self.at..].iter().take_while(|letter| **letter == '#').count();
        self.at += hashes;
        self.text(hashes, true);
    }

    /// Skips from a quote to the one that ends it.
    fn text(&mut self, hashes: usize, raw: bool) {
        self.line.code.push('"');
        self.at += 1;
        while let Some(letter) = self.peek(0) {
            self.at += 1;
            match letter {
                '\\' if !raw => {
                    if self.peek(0) == Some('\n') {
                        self.end_line();
                    }
                    self.at += 1;
                }
                '\n' => self.end_line(),
                '"' if (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) => {
                    self.at += hashes;
                    self.line.code.push('"');
                    return;
                }
                _ => {}
            }
        }
    }

    fn char(&mut self) {
        // Past the quote, and past the letter or the backslash with what it escapes.
        self.at += if self.peek(1) == Some('\\') { 3 } else { 2 };
        while self.peek(0).is_some_and(|letter| letter != '\'') {
            self.at += 1;
        }
        self.at += 1;
        self.line.code.push_str("''");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_comments_and_quotes_are_kept_apart() {
        let cases = [
            ("let a = 1; // why", "let a = 1; ", " why"),
            ("f(\"// no\"); // yes", "f(\"\"); ", " yes"),
            ("f(r#\"a \" // b\"#, br\"x\")", "f(\"\", b\"\")", ""),
            ("f(\"a \\\" // b\")", "f(\"\")", ""),
            (
                "let c = '\"'; let d: &'a str = '\\''; // x",
                "let c = ''; let d: &'a str = ''; ",
                " x",
            ),
            ("a /* b /* c */ d */ e", "a  e", " b  c  d "),
            ("r#type // x", "r#type ", " x"),
            ("for\"x\" // y", "for\"\" ", " y"),
        ];
        for (text, code, comment) in cases {
            let lines = Scanner::new(text).lines();
            assert_eq!(
                (lines[0].code.as_str(), lines[0].comment.as_str()),
                (code, comment),
                "{text}"
            );
        }
    }

    #[test]
    fn lines_are_counted_through_long_texts() {
        let text = "a\n\"b\nc\\\n  d\"\n/* e\nf */ g\nh";
        let code: Vec<String> = Scanner::new(text).lines().into_iter().map(|l| l.code).collect();
        assert_eq!(code, ["a", "\"", "", "\"", "", " g", "h"]);
    }

    #[test]
    fn tests_begin_at_their_module() {
        let cases = [
            ("src/a.rs", "a\n#[cfg(test)]\nmod tests {\n}\n", 1),
            ("src/a.rs", "#[cfg(test)]\nuse b::C;\na\n#[cfg(test)]\n#[x]\nmod tests;\n", 3),
            ("src/a.rs", "a\n#[cfg(all(test, not(feature = \"b\")))]\nmod tests {\n}\n", 1),
            ("src/a.rs", "a\nb\n", 2),
            ("src/a.rs", "\"\n#[cfg(test)]\nmod tests {\n\"\n", 4),
            ("tests/a.rs", "a\nb\n", 0),
        ];
        for (path, text, expected) in cases {
            assert_eq!(Rust::read(path, text).n_lines_before_tests(), expected, "{path} {text}");
        }
    }
}
