//! Where an operation is to be written: the package, the module folder, the file that declares it.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use serde_json::Value;

use crate::modules::ModuleFile;
use crate::request::Request;

/// Why there is no place to write to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum PlaceError {
    /// Cargo did not start.
    #[error("`cargo metadata` could not be run: is cargo on the path?")]
    Cargo { source: io::Error },
    /// Cargo saw no workspace here.
    #[error("`cargo metadata` refused {}: {said}", dir.display())]
    NoWorkspace { dir: PathBuf, said: String },
    /// The workspace has more packages than one, and none was named.
    #[error("which package? name it with --crate: {known}")]
    WhichPackage { known: String },
    /// The package is not of this workspace.
    #[error("no package `{package}` in this workspace: it has {known}")]
    NoPackage { package: String, known: String },
    /// The path and the package are of different minds.
    #[error(
        "{} is not in package `{package}`: leave --path or --crate out", path.display()
    )]
    OtherPackage { path: PathBuf, package: String },
    /// The path leaves the workspace.
    #[error("{} lies outside the workspace {}: give a path inside it", path.display(), root.display())]
    Outside { path: PathBuf, root: PathBuf },
    /// The path is in the workspace, but not among a package's modules.
    #[error("{} is not among a package's modules: give one inside {}", path.display(), source_dir.display())]
    NoModules { path: PathBuf, source_dir: PathBuf },
    /// The folder is part of no module tree.
    #[error(
        "{} is no module: write {}.rs and declare it in {}", dir.display(), dir.display(),
        parent.display()
    )]
    NoModule { dir: PathBuf, parent: PathBuf },
    /// The package cannot declare operations.
    #[error("package `{package}` does not depend on arsenal: run `cargo add arsenal -p {package}`")]
    NoArsenal { package: String },
    /// The test of an operation would have nothing to run on.
    #[error(
        "package `{package}` has no tokio for its tests: run \
         `cargo add --dev tokio --features macros,rt -p {package}`"
    )]
    NoTokio { package: String },
    /// A file or folder could not be read.
    #[error("{} could not be read", path.display())]
    Read { path: PathBuf, source: io::Error },
}

/// By which crate a package declares its operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Front {
    /// `arsenal`, as a service team does.
    Facade,
    /// `arsenal-core` under the name of `arsenal`, as the crates that the facade stands on do.
    Core,
}

/// Where an operation is to be written.
#[derive(Debug)]
pub(crate) struct Place {
    /// The workspace's folder.
    pub(crate) root: PathBuf,
    pub(crate) package: Package,
    /// The folder that holds the categories.
    pub(crate) dir: PathBuf,
    /// The file that declares them.
    pub(crate) anchor: PathBuf,
    /// Every package's source folder: where a name may be taken.
    pub(crate) sources: Vec<PathBuf>,
}

/// A package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) edition: String,
    pub(crate) front: Option<Front>,
    tokio: bool,
    /// Whether a library can be named by other crates.
    pub(crate) library: bool,
    folder: PathBuf,
    root_file: PathBuf,
}

/// Finds the place that the request names.
pub(crate) fn find(request: &Request) -> Result<Place, PlaceError> {
    let start = canonical(&request.dir)?;
    let (root, packages) = read_workspace(&start)?;
    let path = match &request.path {
        Some(path) => Some(inside(&root, &resolve(&start, path)?)?),
        None => None,
    };
    let package = choose(request, &packages, path.as_deref().unwrap_or(&start), path.is_some())?;
    let source_dir = package.source_dir();
    let (dir, anchor) = match path {
        Some(path) if path != package.folder && path != source_dir => {
            (path.clone(), anchor_of(&path, package)?)
        }
        _ => (source_dir, package.root_file.clone()),
    };
    let named = || package.name.clone();
    match package.front {
        None => return Err(PlaceError::NoArsenal { package: named() }),
        // The facade brings its own.
        Some(Front::Core) if !package.tokio => {
            return Err(PlaceError::NoTokio { package: named() });
        }
        Some(Front::Core | Front::Facade) => {}
    }
    let sources = packages.iter().map(Package::source_dir).collect();
    Ok(Place { root, package: package.clone(), dir, anchor, sources })
}

impl Place {
    /// A path as it is shown: from the workspace's folder on.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }
}

impl Package {
    fn source_dir(&self) -> PathBuf {
        self.root_file.parent().unwrap_or(&self.folder).to_owned()
    }

    fn read(package: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let dependencies = package["dependencies"].as_array()?;
        let targets = package["targets"].as_array()?;
        let target = |kinds: &[&str]| {
            targets.iter().find(|target| {
                let kind = target["kind"][0].as_str().unwrap_or_default();
                kinds.contains(&kind)
            })
        };
        let library = target(&["lib", "rlib", "dylib", "cdylib"]);
        let root_file = library.or_else(|| target(&["bin"]))?["src_path"].as_str()?;
        Some(Self {
            name: text(&package["name"])?,
            edition: text(&package["edition"])?,
            front: front(dependencies),
            tokio: dependencies.iter().any(|dependency| dependency["name"] == "tokio"),
            library: library.is_some(),
            folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_owned(),
            root_file: root_file.into(),
        })
    }
}

fn front(dependencies: &[Value]) -> Option<Front> {
    let depends_on = |name: &str| {
        dependencies
            .iter()
            .any(|d| d["name"] == name && d["kind"].is_null() && d["rename"].is_null())
    };
    match (depends_on("arsenal"), depends_on("arsenal-core")) {
        (true, _) => Some(Front::Facade),
        (false, true) => Some(Front::Core),
        (false, false) => None,
    }
}

/// Asks cargo, which alone knows what belongs to a workspace.
fn read_workspace(dir: &Path) -> Result<(PathBuf, Vec<Package>), PlaceError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(dir)
        .output()
        .map_err(|source| PlaceError::Cargo { source })?;
    let no_workspace =
        |said: &str| PlaceError::NoWorkspace { dir: dir.to_owned(), said: said.trim().to_owned() };
    if !output.status.success() {
        return Err(no_workspace(&String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_error| no_workspace("its answer was not JSON"))?;
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut packages: Vec<Package> = packages.iter().filter_map(Package::read).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((canonical(Path::new(root))?, packages))
}

fn choose<'a>(
    request: &Request,
    packages: &'a [Package],
    at: &Path,
    at_is_meant: bool,
) -> Result<&'a Package, PlaceError> {
    let known = || {
        let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
        names.join(", ")
    };
    let holder = packages
        .iter()
        .filter(|package| at.starts_with(&package.folder))
        .max_by_key(|package| package.folder.components().count());
    if let Some(name) = &request.package {
        let named = packages.iter().find(|package| package.name == *name);
        let named =
            named.ok_or_else(|| PlaceError::NoPackage { package: name.clone(), known: known() })?;
        if at_is_meant && holder.is_none_or(|holder| holder.name != *name) {
            return Err(PlaceError::OtherPackage { path: at.to_owned(), package: name.clone() });
        }
        return Ok(named);
    }
    match (holder, packages) {
        (Some(holder), _) => Ok(holder),
        (None, [only]) if !at_is_meant => Ok(only),
        _ => Err(PlaceError::WhichPackage { known: known() }),
    }
}

/// The file of the module whose folder is `dir`, once each module above it declares the next.
fn anchor_of(dir: &Path, package: &Package) -> Result<PathBuf, PlaceError> {
    let source_dir = package.source_dir();
    let Ok(below) = dir.strip_prefix(&source_dir) else {
        return Err(PlaceError::NoModules { path: dir.to_owned(), source_dir });
    };
    let mut folder = source_dir;
    let mut file = package.root_file.clone();
    for part in below.components() {
        let name = part.as_os_str().to_string_lossy().into_owned();
        let declared = ModuleFile::parse(&read(&file)?).declares(&name);
        let next = folder.join(&name);
        match module_file(&next) {
            Some(found) if declared => (folder, file) = (next, found),
            _ => return Err(PlaceError::NoModule { dir: next, parent: file }),
        }
    }
    Ok(file)
}

/// The file of the module whose folder is `dir`, if it has one.
pub(crate) fn module_file(dir: &Path) -> Option<PathBuf> {
    let beside = dir.with_extension("rs");
    let within = dir.join("mod.rs");
    [beside, within].into_iter().find(|file| file.is_file())
}

pub(crate) fn read(path: &Path) -> Result<String, PlaceError> {
    fs::read_to_string(path).map_err(|source| PlaceError::Read { path: path.to_owned(), source })
}

/// Refuses a file that a link, of its own or of a folder above it, leads out of the workspace.
pub(crate) fn keep_inside(place: &Place, file: &Path) -> Result<(), PlaceError> {
    inside(&place.root, &resolve(&place.root, file)?).map(|_inside| ())
}

fn inside(root: &Path, path: &Path) -> Result<PathBuf, PlaceError> {
    match path.starts_with(root) {
        true => Ok(path.to_owned()),
        false => Err(PlaceError::Outside { path: path.to_owned(), root: root.to_owned() }),
    }
}

/// The path without links and dots, also where its end does not exist yet.
fn resolve(start: &Path, path: &Path) -> Result<PathBuf, PlaceError> {
    let mut existing = start.join(path);
    let mut missing: Vec<OsString> = Vec::new();
    while !existing.exists() {
        match (existing.components().next_back(), existing.parent()) {
            (Some(Component::Normal(name)), Some(parent)) => {
                missing.push(name.to_owned());
                existing = parent.to_owned();
            }
            // A `..` behind a folder that is not there leads nowhere that could be checked.
            _ => return canonical(&existing),
        }
    }
    let resolved = canonical(&existing)?;
    Ok(missing.into_iter().rev().fold(resolved, |path, name| path.join(name)))
}

fn canonical(path: &Path) -> Result<PathBuf, PlaceError> {
    fs::canonicalize(path).map_err(|source| PlaceError::Read { path: path.to_owned(), source })
}
