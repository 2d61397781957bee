//! Files to be made and changed: all of them, or none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What is to become of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    /// It is not there yet.
    Create { path: PathBuf, text: String },
    /// It reads `before`.
    Change { path: PathBuf, before: String, after: String },
}

/// Why the edits were not made.
#[derive(Debug, thiserror::Error)]
#[error("{} could not be written{}", path.display(), left(not_restored))]
pub(crate) struct EditError {
    pub(crate) path: PathBuf,
    /// What could not be put back, and is to be looked at.
    pub(crate) not_restored: Vec<PathBuf>,
    pub(crate) source: io::Error,
}

impl Edit {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Create { path, .. } | Self::Change { path, .. } => path,
        }
    }
}

/// Makes the edits in their order; on a failure puts back what it has done.
pub(crate) fn apply(edits: &[Edit]) -> Result<(), EditError> {
    let mut folders = Vec::new();
    for (n_done, edit) in edits.iter().enumerate() {
        if let Err(source) = make(edit, &mut folders) {
            let not_restored = restore(&edits[..n_done], &folders);
            return Err(EditError { path: edit.path().to_owned(), not_restored, source });
        }
    }
    Ok(())
}

/// Makes one edit, or leaves its file as it was.
fn make(edit: &Edit, folders: &mut Vec<PathBuf>) -> io::Result<()> {
    match edit {
        Edit::Create { path, text } => {
            make_folder(path.parent().unwrap_or(path), folders)?;
            // Never over a file that came into being since the edits were computed.
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            file.write_all(text.as_bytes()).or_else(|error| fs::remove_file(path).and(Err(error)))
        }
        Edit::Change { path, before, after } => match fs::read_to_string(path)? == *before {
            true => replace(path, after),
            false => Err(io::Error::other("it changed meanwhile")),
        },
    }
}

fn make_folder(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folder(parent, made)?;
    }
    fs::create_dir(folder)?;
    made.push(folder.to_owned());
    Ok(())
}

/// Puts the text in the file's place at once, so that a full disk leaves the old one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let beside = path.with_extension("rs.new");
    let written = fs::write(&beside, text)
        .and_then(|()| fs::set_permissions(&beside, fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&beside, &path));
    written.or_else(|error| fs::remove_file(&beside).and(Err(error)))
}

/// Undoes the edits; answers with what resisted.
fn restore(edits: &[Edit], folders: &[PathBuf]) -> Vec<PathBuf> {
    let undo = |edit: &Edit| match edit {
        Edit::Create { path, .. } => fs::remove_file(path),
        Edit::Change { path, before, .. } => replace(path, before),
    };
    let failed = |edit: &Edit| undo(edit).is_err().then(|| edit.path().to_owned());
    let mut left: Vec<PathBuf> = edits.iter().rev().filter_map(failed).collect();
    left.extend(folders.iter().rev().filter(|folder| fs::remove_dir(folder).is_err()).cloned());
    left
}

fn left(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    match shown.is_empty() {
        true => "; nothing was changed".to_owned(),
        false => format!("; look at {}, which could not be put back", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_half_way_leaves_nothing_behind() {
        let root = std::env::temp_dir().join(format!("arsenal-gen-edits-{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        let (changed, stranger) = (root.join("a.rs"), root.join("stranger.rs"));
        fs::write(&changed, "before").unwrap();
        fs::write(&stranger, "").unwrap();
        let edits = [
            Edit::Change { path: changed.clone(), before: "before".into(), after: "after".into() },
            Edit::Create { path: root.join("new/deep/b.rs"), text: "text".into() },
            Edit::Create { path: stranger.clone(), text: "text".into() },
        ];

        let error = apply(&edits).unwrap_err();

        assert_eq!((error.path, error.not_restored), (stranger.clone(), vec![]));
        assert_eq!(fs::read_to_string(&changed).unwrap(), "before");
        assert_eq!(fs::read_to_string(&stranger).unwrap(), "");
        assert!(!root.join("new").exists());
        fs::remove_dir_all(&root).unwrap();
    }
}
