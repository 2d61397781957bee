//! Defaults that break the very constraints of their own fields.

use super::{Presence, Shape, StructSpec, walk};
use crate::fault::{Fault, escape};

/// Every fault of every literal default, nested structs too, by pointers from the whole.
pub(crate) fn default_faults(table: &'static StructSpec) -> Vec<Fault> {
    let mut found = Vec::new();
    visit(table, "", &mut Vec::new(), &mut found);
    found
}

fn visit(
    table: &'static StructSpec,
    at: &str,
    above: &mut Vec<*const StructSpec>,
    found: &mut Vec<Fault>,
) {
    // A type that holds itself is looked at once.
    if above.contains(&std::ptr::from_ref(table)) {
        return;
    }
    above.push(table);
    for field in table.fields {
        let pointer = format!("{at}/{}", escape(field.name));
        let mut shape = field.shape.inner();
        while let Shape::List { item, .. } | Shape::Map { value: item, .. } = shape {
            shape = item.inner();
        }
        if let Shape::Struct(inner) = shape {
            visit(inner(), if field.flatten { at } else { &pointer }, above, found);
        }
        let Presence::Default(default) = field.presence else { continue };
        match default.json() {
            Some(json) => faults_of(table, field.name, &json, &pointer, found),
            None => found.push(Fault::new(pointer, "type", "cannot be written as JSON")),
        }
    }
    above.pop();
}

/// Judges the default as if a caller had sent it, and keeps what concerns this field alone.
fn faults_of(
    table: &'static StructSpec,
    name: &str,
    default: &serde_json::Value,
    pointer: &str,
    found: &mut Vec<Fault>,
) {
    let text = format!("{{{}:{default}}}", serde_json::Value::from(name));
    let own = format!("/{}", escape(name));
    let walked = walk::faults(&text, table).map(|found| found.faults).unwrap_or_default();
    for mut fault in walked {
        if let Some(below) = fault.pointer.strip_prefix(&own)
            && (below.is_empty() || below.starts_with('/'))
            && fault.code != "required"
        {
            fault.pointer = format!("{pointer}{below}");
            found.push(fault);
        }
    }
}
