//! The workspace as cargo sees it, and cargo as its commands are started here.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

use serde_json::Value;

/// This workspace.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
}

/// A member of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) features: Vec<String>,
    /// Its folder, from the workspace's on.
    pub(crate) folder: PathBuf,
}

/// Why cargo did not say what is in the workspace.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MetadataError {
    /// It did not start.
    #[error("cargo metadata could not be started")]
    Start { source: io::Error },
    /// It stopped.
    #[error("cargo metadata said: {said}")]
    Refused { said: String },
    /// It answered something else.
    #[error("cargo metadata did not answer in JSON")]
    Json { source: serde_json::Error },
}

impl Workspace {
    /// The workspace that this program was built in.
    pub(crate) fn here() -> Self {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = crate_folder.parent().expect("xtask lies in the workspace's folder");
        Self { root: root.to_owned() }
    }

    /// Cargo in the workspace's folder, as a person would start it: without what the cargo that
    /// started us has set for us, which would have some crates built again.
    pub(crate) fn cargo(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        for (name, _) in env::vars_os() {
            let ours = name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
            });
            if ours {
                command.env_remove(name);
            }
        }
        command.args(args).current_dir(&self.root);
        command
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> PathBuf {
        let named = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        self.root.join(named.unwrap_or_else(|| "target".into()))
    }

    /// The members, by name.
    pub(crate) fn packages(&self) -> Result<Vec<Package>, MetadataError> {
        let output = self
            .cargo(["metadata", "--no-deps", "--offline", "--format-version", "1"])
            .output()
            .map_err(|source| MetadataError::Start { source })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(MetadataError::Refused { said });
        }
        let metadata: Value = serde_json::from_slice(&output.stdout)
            .map_err(|source| MetadataError::Json { source })?;
        let mut packages: Vec<Package> =
            array(&metadata["packages"]).filter_map(|package| self.package(package)).collect();
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(packages)
    }

    fn package(&self, package: &Value) -> Option<Package> {
        let folder = Path::new(package["manifest_path"].as_str()?).parent()?;
        Some(Package {
            name: package["name"].as_str()?.to_owned(),
            features: package["features"].as_object()?.keys().cloned().collect(),
            folder: folder.strip_prefix(&self.root).unwrap_or(folder).to_owned(),
        })
    }
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
