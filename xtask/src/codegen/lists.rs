//! The `mod` lists of the catalogue: every file of a category is declared by it.
//!
//! A file that nothing declares is not compiled, so its operation would be missing without a
//! word. A line whose file is gone is taken out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use arsenal_gen::ModuleFile;

use super::{CodegenError, Generated, read};

/// The catalogue's sources.
const CATALOGUE: &str = "arsenal-ops/src";

/// Each category's file with its list.
pub(super) fn operations(root: &Path) -> Result<Vec<Generated>, CodegenError> {
    let mut lists = Vec::new();
    for folder in folders(&root.join(CATALOGUE))? {
        let beside = folder.with_extension("rs");
        let file = if beside.is_file() { beside } else { folder.join("mod.rs") };
        if file.is_file() {
            let text = listed(&file, &modules(&folder)?)?;
            let path = file.strip_prefix(root).unwrap_or(&file).to_owned();
            lists.push(Generated { path, text });
        }
    }
    Ok(lists)
}

/// The file's text with a line for each module and for no other.
fn listed(file: &Path, modules: &BTreeSet<String>) -> Result<String, CodegenError> {
    let mut text = read(file)?;
    let declared: Vec<String> = ModuleFile::parse(&text).lines().map(str::to_owned).collect();
    for module in modules {
        text = ModuleFile::parse(&text)
            .insert(module)
            .map_err(|source| CodegenError::List { path: file.to_owned(), source })?;
    }
    for gone in declared.iter().filter(|module| !modules.contains(*module)) {
        text = ModuleFile::parse(&text).remove(gone);
    }
    Ok(text)
}

/// The modules whose files are in the folder.
fn modules(folder: &Path) -> Result<BTreeSet<String>, CodegenError> {
    let mut modules = BTreeSet::new();
    for path in paths(folder)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let rust = path.extension().is_some_and(|extension| extension == "rs");
        if (rust && name != "mod") || path.join("mod.rs").is_file() {
            modules.insert(name);
        }
    }
    Ok(modules)
}

fn folders(dir: &Path) -> Result<Vec<PathBuf>, CodegenError> {
    Ok(paths(dir)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// What is in the folder, in order.
fn paths(folder: &Path) -> Result<Vec<PathBuf>, CodegenError> {
    let failed = |source| CodegenError::Read { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_line_for_each_file() {
        let root = std::env::temp_dir().join(format!("xtask-lists-{}", std::process::id()));
        let folder = root.join(CATALOGUE).join("system");
        fs::create_dir_all(folder.join("deep")).unwrap();
        for file in ["get_load.rs", "list_cpus.rs", "deep/mod.rs"] {
            fs::write(folder.join(file), "").unwrap();
        }
        let file = root.join(CATALOGUE).join("system.rs");
        fs::write(&file, "//! System.\n\npub mod gone;\npub mod list_cpus;\n\nmod tests {}\n")
            .unwrap();

        let lists = operations(&root).unwrap();

        let text = "//! System.\n\npub mod deep;\npub mod get_load;\npub mod list_cpus;\n\n\
                    mod tests {}\n";
        let path = Path::new(CATALOGUE).join("system.rs");
        assert_eq!(lists, [Generated { path, text: text.to_owned() }]);
        fs::remove_dir_all(&root).unwrap();
    }
}
