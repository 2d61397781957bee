//! Defaults that break the very constraints of their own fields.

use super::visit::each_field;
use super::{Presence, StructSpec, walk};
use crate::fault::{Fault, escape};

/// Every fault of every default, nested structs too, by pointers from the whole.
pub(crate) fn default_faults(table: &'static StructSpec) -> Vec<Fault> {
    let mut found = Vec::new();
    each_field(table, &mut |table, field, pointer| {
        let Presence::Default(default) = field.presence else { return };
        match default.json() {
            Some(json) => faults_of(table, field.name, &json, pointer, &mut found),
            None => found.push(Fault::new(pointer, "type", "cannot be written as JSON")),
        }
    });
    found
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
        {
            fault.pointer = format!("{pointer}{below}");
            found.push(fault);
        }
    }
}
