//! Where operations stand: paths that can be served, and no two that are the same.

use super::Snapshot;
use crate::model::{OperationSpec, Text};

/// `/a/{id}/b` and `/a/{name}/b` are one address.
pub(super) fn without_names(path: &str) -> String {
    let segments = path.split('/');
    let shape = segments.map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    shape.collect::<Vec<_>>().join("/")
}

/// Whether each segment is a parameter in braces or unreserved characters: what the derive asks
/// of a declared path, asked of one that comes at run time.
pub(super) fn is_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let mut names = Vec::new();
    rest.split('/').all(|segment| match segment.strip_prefix('{') {
        Some(name) => {
            let name = name.strip_suffix('}').unwrap_or_default();
            let fresh = !names.contains(&name);
            names.push(name);
            fresh && !name.is_empty() && !name.contains(['{', '}', '*'])
        }
        None => {
            let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            !segment.is_empty() && segment.chars().all(unreserved)
        }
    })
}

/// The other operation that has the address of this one.
pub(super) fn holder(snapshot: &Snapshot, spec: &OperationSpec) -> Option<Text> {
    let address = without_names(spec.http.path.as_deref()?);
    let holds = |other: &&OperationSpec| {
        let path = other.http.path.as_deref();
        other.name != spec.name
            && other.http.method == spec.http.method
            && path.is_some_and(|path| without_names(path) == address)
    };
    snapshot.sorted.iter().map(|op| op.spec()).find(holds).map(|other| other.name.clone())
}

#[cfg(test)]
mod tests {
    use super::is_path;

    #[test]
    fn a_path_is_literal_segments_and_parameters_of_different_names() {
        for (path, expected) in [
            ("/orders", true),
            ("/orders/{id}/lines/{line}", true),
            ("orders", false),
            ("/", false),
            ("/orders/", false),
            ("/orders//x", false),
            ("/a b", false),
            ("/{id}/{id}", false),
            ("/{}", false),
            ("/{id", false),
            ("/x{id}", false),
            ("/{*rest}", false),
        ] {
            assert_eq!(is_path(path), expected, "{path}");
        }
    }
}
