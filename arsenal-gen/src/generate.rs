//! From a request to files: check all, compute all, write all.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fmt, io};

use crate::edits::{self, Edit};
use crate::modules::{ModuleFile, ModuleFileError};
use crate::name::{Name, NameError};
use crate::param::{self, ParamError};
use crate::place::{self, Front, Place, PlaceError};
use crate::request::Request;
use crate::taken;
use crate::template::{self, Declaration};

/// Why no operation was written. Nothing was changed, except where the message says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum GenError {
    /// The category's or the operation's name is none.
    #[error("`{name}` is no name for {what}")]
    Name { what: &'static str, name: String, source: NameError },
    /// A parameter is none.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// There is no place to write to.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// An operation of that name is there.
    #[error("`{name}` is taken by {holder}: choose another name")]
    Taken { name: String, holder: String },
    /// The operation's file is there.
    #[error("{} exists: choose another name, or remove the file first", path.display())]
    Exists { path: PathBuf },
    /// The `mod` line has no place.
    #[error("{} was left as it is", path.display())]
    Module { path: PathBuf, source: ModuleFileError },
    /// The sources could not be searched for the name.
    #[error("the workspace's sources could not be read")]
    Search { source: io::Error },
    /// A file could not be written.
    #[error("{message}")]
    Write { message: String, source: io::Error },
}

impl GenError {
    /// Whether a file or a program failed, so that the request may have been right.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Search { .. } | Self::Write { .. } => true,
            Self::Place(place) => {
                matches!(place, PlaceError::Cargo { .. } | PlaceError::Read { .. })
            }
            _ => false,
        }
    }
}

/// What was written, and what is left to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Created {
    /// The operation's name.
    pub operation: String,
    /// The package that it is in.
    pub package: String,
    /// The new files, from the workspace's folder on; the operation's own is the first.
    pub created: Vec<PathBuf>,
    /// The files that got a `mod` line.
    pub changed: Vec<PathBuf>,
    /// What to do next, a line each.
    pub next_steps: Vec<String>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for path in &self.created {
            writeln!(f, "created {}", path.display())?;
        }
        for path in &self.changed {
            writeln!(f, "changed {}", path.display())?;
        }
        writeln!(f, "\nNext:")?;
        for (at, step) in self.next_steps.iter().enumerate() {
            writeln!(f, "  {}. {step}", at + 1)?;
        }
        Ok(())
    }
}

/// Writes an operation, its test and its one `mod` line.
///
/// # Errors
///
/// [`GenError`] names what is wrong and what to do; nothing was changed then, also where a write
/// failed half way.
pub fn gen_operation(request: &Request) -> Result<Created, GenError> {
    let category = named("a category", &request.category, Name::category)?;
    let name = named("an operation", &request.name, Name::operation)?;
    let params = param::parse_all(&request.params)?;
    let place = place::find(request)?;
    let operation_file = place.dir.join(category.as_str()).join(format!("{name}.rs"));
    refuse_if_there(request, &name, &place, &operation_file)?;

    let declaration = Declaration {
        front: place.package.front.unwrap_or(Front::Facade),
        category: &category,
        name: &name,
        params: &params,
        role: request.role,
        effect: request.effect,
    };
    let text = template::render(&declaration);
    let text = formatted(&text, &place).unwrap_or(text);
    let mut edits = vec![Edit::Create { path: operation_file, text }];
    edits.extend(module_edits(&category, &name, &place)?);
    for edit in &edits {
        place::keep_inside(&place, edit.path())?;
    }
    edits::apply(&edits)
        .map_err(|error| GenError::Write { message: error.to_string(), source: error.source })?;
    Ok(report(&name, &place, &edits))
}

fn named(
    what: &'static str,
    text: &str,
    parse: fn(&str) -> Result<Name, NameError>,
) -> Result<Name, GenError> {
    parse(text).map_err(|source| GenError::Name { what, name: text.to_owned(), source })
}

fn refuse_if_there(
    request: &Request,
    name: &Name,
    place: &Place,
    file: &Path,
) -> Result<(), GenError> {
    let taken = |holder: String| GenError::Taken { name: name.to_string(), holder };
    if file.exists() || file.with_extension("").exists() {
        return Err(GenError::Exists { path: place.shown(file) });
    }
    if request.taken.iter().any(|taken| taken == name.as_str()) {
        return Err(taken("an operation that this program links".to_owned()));
    }
    match taken::find(&place.sources, name.as_str()) {
        Ok(None) => Ok(()),
        Ok(Some(holder)) => {
            Err(taken(format!("{}:{}", place.shown(&holder.file).display(), holder.line)))
        }
        Err(source) => Err(GenError::Search { source }),
    }
}

/// The operation's line in its category's file, and the category's where it is new.
fn module_edits(category: &Name, name: &Name, place: &Place) -> Result<Vec<Edit>, GenError> {
    let folder = place.dir.join(category.as_str());
    let category_edit = match place::module_file(&folder) {
        Some(file) => declare(&file, name, place)?,
        None => Some(Edit::Create {
            path: folder.with_extension("rs"),
            text: format!("//! Operations of the category `{category}`.\n\npub mod {name};\n"),
        }),
    };
    let anchor_edit = declare(&place.anchor, category, place)?;
    Ok(category_edit.into_iter().chain(anchor_edit).collect())
}

fn declare(file: &Path, module: &Name, place: &Place) -> Result<Option<Edit>, GenError> {
    let before = place::read(file)?;
    let after = ModuleFile::parse(&before)
        .insert(module.as_str())
        .map_err(|source| GenError::Module { path: place.shown(file), source })?;
    if before == after {
        return Ok(None);
    }
    // A file that was in rustfmt's form stays in it; another one gets its line and no more.
    let after = match formatted(&before, place) {
        Some(formatted_before) if formatted_before == before => {
            formatted(&after, place).unwrap_or(after)
        }
        _ => after,
    };
    Ok(Some(Edit::Change { path: file.to_owned(), before, after }))
}

fn report(name: &Name, place: &Place, edits: &[Edit]) -> Created {
    let (mut created, mut changed) = (Vec::new(), Vec::new());
    for edit in edits {
        match edit {
            Edit::Create { path, .. } => created.push(place.shown(path)),
            Edit::Change { path, .. } => changed.push(place.shown(path)),
        }
    }
    Created {
        operation: name.to_string(),
        package: place.package.name.clone(),
        next_steps: next_steps(name, place, &created[0]),
        created,
        changed,
    }
}

fn next_steps(name: &Name, place: &Place, file: &Path) -> Vec<String> {
    let package = &place.package.name;
    let mut steps = vec![
        format!("say in {} what it does: the doc comments are published", file.display()),
        "look at its role and effect, and write `execute`".to_owned(),
        format!("cargo test -p {package} {name}"),
    ];
    if place.package.front == Some(Front::Facade) && place.package.library {
        steps.push(format!(
            "if no line of your program names this crate, add `arsenal::link!({});` to its main.rs",
            package.replace('-', "_")
        ));
    }
    steps
}

/// The text in rustfmt's form, by the settings of the place; `None` without a rustfmt.
fn formatted(text: &str, place: &Place) -> Option<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--quiet", "--edition", &place.package.edition])
        .current_dir(&place.dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    rustfmt.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = rustfmt.wait_with_output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok())?
}
