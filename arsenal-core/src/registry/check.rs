//! Declarations that contradict themselves in a way only the whole program shows.

use std::collections::HashSet;

use super::build::BuildFault;
use crate::model::{OperationSpec, ParamsSpec};
use crate::params::{FieldSpec, Shape, StructSpec, default_faults, limit_faults};

/// Limits that cannot be kept, defaults that break their own constraints, and names that clash through a flattened struct.
pub(super) fn table_faults(spec: &OperationSpec, faults: &mut Vec<BuildFault>) {
    let ParamsSpec::Table(table) = spec.params else { return };
    let mut found = Vec::new();
    clashes(table(), &mut HashSet::new(), &mut found);
    found.extend(limit_faults(table()).into_iter().map(|f| (f.pointer, f.detail.into_owned())));
    for fault in default_faults(table()) {
        found.push((fault.pointer, format!("the default {}", fault.detail)));
    }
    for (pointer, detail) in found {
        faults.push(BuildFault::BadParameter {
            operation: spec.name.clone(),
            pointer,
            detail,
            place: spec.place.clone(),
        });
    }
}

fn clashes(
    table: &'static StructSpec,
    seen: &mut HashSet<&'static str>,
    found: &mut Vec<(String, String)>,
) {
    for field in table.fields {
        if field.flatten {
            if let Shape::Struct(inner) = field.shape.inner() {
                clashes(inner(), seen, found);
            }
            continue;
        }
        for name in names(field) {
            if !seen.insert(name) {
                found.push((format!("/{name}"), format!("two parameters are named `{name}`")));
            }
        }
    }
}

fn names(field: &'static FieldSpec) -> impl Iterator<Item = &'static str> {
    std::iter::once(field.name).chain(field.aliases.iter().copied())
}
