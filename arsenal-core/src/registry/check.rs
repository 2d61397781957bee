//! Declarations that contradict themselves in a way only the whole program shows.

use std::collections::HashSet;

use super::build::BuildFault;
use crate::model::{OperationSpec, ParamsSpec};
use crate::params::walk::object::flattened;
use crate::params::{FieldSpec, StructSpec, default_faults, limit_faults, secret_faults};

/// Limits that cannot be kept, defaults that break their own constraints, secrets that would be
/// published, and what a flattened struct brings: names that clash or are reserved, and parameters
/// of the path.
pub(super) fn table_faults(spec: &OperationSpec, faults: &mut Vec<BuildFault>) {
    let ParamsSpec::Table(table) = spec.params else { return };
    let table = table();
    let fields = beside(table);
    let mut found = clashes(&fields);
    found.extend(reserved(&fields));
    found.extend(spec.http.path.as_deref().map_or_else(Vec::new, |path| in_path(path, &fields)));
    found.extend(limit_faults(table).into_iter().map(|f| (f.pointer, f.detail.into_owned())));
    found.extend(secret_faults(table).into_iter().map(|f| (f.pointer, f.detail.into_owned())));
    for fault in default_faults(table) {
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

/// The fields that stand beside one another in the input, those of flattened structs too.
pub(super) fn beside(table: &'static StructSpec) -> Vec<&'static FieldSpec> {
    let of_field = |field| flattened(field).map_or_else(|| vec![field], beside);
    table.fields.iter().flat_map(of_field).collect()
}

fn clashes(fields: &[&'static FieldSpec]) -> Vec<(String, String)> {
    let mut seen = HashSet::new();
    let all = fields.iter().copied().flat_map(names);
    all.filter(|name| !seen.insert(*name))
        .map(|name| (format!("/{name}"), format!("two parameters are named `{name}`")))
        .collect()
}

fn reserved(fields: &[&'static FieldSpec]) -> Option<(String, String)> {
    let name = fields.iter().copied().flat_map(names).find(|name| *name == "dry_run")?;
    let detail = format!("`{name}` is reserved: every operation has it, and `plan` answers it");
    Some((format!("/{name}"), detail))
}

/// Each parameter of the path is a field that is always given.
fn in_path(path: &str, fields: &[&'static FieldSpec]) -> Vec<(String, String)> {
    let named = |segment: &'_ str| Some(segment.strip_prefix('{')?.strip_suffix('}')?.to_owned());
    let fault = |name: String| {
        let field = fields.iter().find(|field| field.name == name);
        let detail = match field {
            Some(field) if field.required() => return None,
            Some(_) => format!(
                "`{name}` stands in the path, so it is always given: it has no `default`, and \
                 its type is no `Option`"
            ),
            None => format!("the path names `{{{name}}}`, and there is no parameter `{name}`"),
        };
        Some((format!("/{name}"), detail))
    };
    path.split('/').filter_map(named).filter_map(fault).collect()
}

/// Every name of a field.
pub(super) fn names(field: &'static FieldSpec) -> impl Iterator<Item = &'static str> {
    std::iter::once(field.name).chain(field.aliases.iter().copied())
}
