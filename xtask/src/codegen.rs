//! Files that follow from others: written, or held against what would be written.

mod lists;
mod operations;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fmt, fs};

/// Whether files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write what is out of date.
    Write,
    /// Write nothing and fail where something is out of date.
    Check,
}

/// Why the files were not generated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodegenError {
    /// A file or folder could not be read.
    #[error("{} could not be read", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// A file could not be written.
    #[error("{} could not be written", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// A module's file has no place for a line.
    #[error("{} was left as it is", path.display())]
    List { path: PathBuf, source: arsenal_gen::ModuleFileError },
    /// The program did not describe its operations.
    #[error("the program did not answer `{operation}`: {said}")]
    Ask { operation: String, said: String },
}

/// What a file should be; its path is from the root.
#[derive(Debug, PartialEq, Eq)]
struct Generated {
    path: PathBuf,
    text: String,
}

type Generator = fn(&Path) -> Result<Vec<Generated>, CodegenError>;

const GENERATORS: &[Generator] = &[lists::operations, operations::page];

/// Generates every file, and writes or checks it.
pub(crate) fn run(root: &Path, mode: Mode) -> Result<ExitCode, CodegenError> {
    let mut n_stale = 0;
    for generator in GENERATORS {
        for generated in generator(root)? {
            let path = root.join(&generated.path);
            let found = if path.exists() { read(&path)? } else { String::new() };
            if found == generated.text {
                continue;
            }
            n_stale += 1;
            match mode {
                Mode::Write => {
                    write(&path, &generated.text)?;
                    println!("wrote {}", generated.path.display());
                }
                Mode::Check => {
                    println!("{} is out of date:", generated.path.display());
                    print!("{}", Diff { old: &found, new: &generated.text });
                }
            }
        }
    }
    match (mode, n_stale) {
        (Mode::Check, 1..) => {
            eprintln!("codegen: {n_stale} out of date; run `cargo xtask codegen` and commit");
            Ok(ExitCode::FAILURE)
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn read(path: &Path) -> Result<String, CodegenError> {
    fs::read_to_string(path).map_err(|source| CodegenError::Read { path: path.to_owned(), source })
}

fn write(path: &Path, text: &str) -> Result<(), CodegenError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|source| CodegenError::Write { path: path.to_owned(), source })
}

/// The lines between the first and the last that differ.
struct Diff<'a> {
    old: &'a str,
    new: &'a str,
}

impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (old, new): (Vec<_>, Vec<_>) = (self.old.lines().collect(), self.new.lines().collect());
        let n_head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let tails = old[n_head..].iter().rev().zip(new[n_head..].iter().rev());
        let n_tail = tails.take_while(|(old, new)| old == new).count();
        writeln!(f, "  from line {}", n_head + 1)?;
        for (sign, lines) in [('-', &old), ('+', &new)] {
            let lines = &lines[n_head..lines.len() - n_tail];
            for line in lines.iter().take(DIFF_LINES_MAX) {
                writeln!(f, "  {sign} {line}")?;
            }
            if DIFF_LINES_MAX < lines.len() {
                writeln!(f, "  {sign} … and {} more", lines.len() - DIFF_LINES_MAX)?;
            }
        }
        Ok(())
    }
}

const DIFF_LINES_MAX: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_the_lines_that_differ() {
        let cases = [
            ("a\nb\nc\n", "a\nx\ny\nc\n", "  from line 2\n  - b\n  + x\n  + y\n"),
            ("", "a\n", "  from line 1\n  + a\n"),
            ("a\na\n", "a\n", "  from line 2\n  - a\n"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(Diff { old, new }.to_string(), expected);
        }
        let long = "x\n".repeat(30);
        assert!(Diff { old: "", new: &long }.to_string().contains("+ … and 10 more"));
    }
}
