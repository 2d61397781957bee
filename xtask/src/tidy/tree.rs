//! The files that tidy reads: what git has or would add; without git, what lies there.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use super::rust::Rust;

/// Every text file of the workspace, by its path from the root, with `/` between.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
    /// Paths of all files, also of those that are no text.
    paths: Vec<String>,
    /// Folders of the machine that this runs on: the checkout's, the repository's, the person's.
    pub(super) machine: Vec<PathBuf>,
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    rust: OnceCell<Rust>,
}

impl Tree {
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let mut paths = match listed_by_git(root) {
            Some(paths) => paths,
            None => {
                let mut paths = Vec::new();
                walk(root, "", &mut paths)?;
                paths
            }
        };
        paths.retain(|path| root.join(path).is_file());
        paths.sort();
        let mut files = Vec::with_capacity(paths.len());
        for path in &paths {
            // A file that is no text has nothing to say to these rules.
            if let Ok(text) = String::from_utf8(fs::read(root.join(path))?) {
                files.push(File { path: path.clone(), text, rust: OnceCell::new() });
            }
        }
        let machine = [Some(root.to_owned()), repository(root), env::home_dir()];
        Ok(Self { files, paths, machine: machine.into_iter().flatten().collect() })
    }

    /// The Rust sources that are written to be read; programs that are meant to be refused are
    /// not among them.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs") && !file.path.contains("/ui/"))
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether the path is a file or a folder.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let below = format!("{path}/");
        self.paths.iter().any(|known| known == path || known.starts_with(&below))
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
            rust: OnceCell::new(),
        };
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        Self { files: files.iter().map(file).collect(), paths, machine: Vec::new() }
    }
}

impl File {
    /// The file read as Rust.
    pub(super) fn rust(&self) -> &Rust {
        self.rust.get_or_init(|| Rust::read(&self.path, &self.text))
    }

    /// The folder under the root that it lies in: its crate.
    pub(super) fn top(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    let paths = String::from_utf8(output.stdout).ok()?;
    let paths: Vec<String> = paths.split_terminator('\0').map(str::to_owned).collect();
    (output.status.success() && !paths.is_empty()).then_some(paths)
}

/// Where git keeps the repository, which for a worktree is not the checkout.
fn repository(root: &Path) -> Option<PathBuf> {
    let words = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
    let output = Command::new("git").args(words).current_dir(root).output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(path.trim_end()))
}

fn walk(root: &Path, below: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if entry.file_type()?.is_dir() {
            if !matches!(name.as_str(), "target" | ".git") {
                walk(root, &path, paths)?;
            }
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
