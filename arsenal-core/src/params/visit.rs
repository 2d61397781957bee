//! Every field of a table and of the tables below it, once each.

use super::{FieldSpec, Shape, StructSpec};
use crate::fault::escape;

/// What is done with a field: its table, itself, and its pointer from the whole.
pub(super) type Visitor<'v> = &'v mut dyn FnMut(&'static StructSpec, &'static FieldSpec, &str);

/// Visits each field; a flattened one by the pointers of its fields.
pub(super) fn each_field(table: &'static StructSpec, visitor: Visitor<'_>) {
    below(table, "", &mut Vec::new(), visitor);
}

fn below(
    table: &'static StructSpec,
    at: &str,
    above: &mut Vec<&'static StructSpec>,
    visitor: Visitor<'_>,
) {
    // A type that holds itself is looked at once.
    if above.iter().any(|known| known.is_same(table)) {
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
            below(inner(), if field.flatten { at } else { &pointer }, above, visitor);
        }
        if !field.flatten {
            visitor(table, field, &pointer);
        }
    }
    above.pop();
}
