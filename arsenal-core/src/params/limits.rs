//! Limits that only running code can read: bounds that are texts, and lists of texts.

use super::visit::each_field;
use super::{Bound, FieldSpec, Literal, Shape, StructSpec, TextSpec};
use crate::fault::Fault;

/// Every limit that nobody could keep or enforce, nested structs too, by pointers from the whole.
pub(crate) fn limit_faults(table: &'static StructSpec) -> Vec<Fault> {
    let mut found = Vec::new();
    each_field(table, &mut |_, field, pointer| {
        let mut tell = |detail| found.push(Fault::new(pointer, "rule", detail));
        if let Shape::Text(spec) = field.shape.inner() {
            bounds(spec, field, &mut tell);
        }
        let mut shape = field.shape.inner();
        while let Shape::List { item, .. } = shape {
            shape = item.inner();
        }
        if let Shape::Text(spec) = shape {
            values(spec, field, &mut tell);
        }
    });
    found
}

fn bounds(spec: &TextSpec, field: &FieldSpec, tell: &mut impl FnMut(String)) {
    let mut end = |name: &str, bound: Option<Bound>| {
        let Bound { value: Literal::Text(text), exclusive } = bound? else { return None };
        let magnitude = spec.magnitude.and_then(|of| of(text));
        if magnitude.is_none() {
            tell(format!("`{name}` is `{text}`, which is not {}", spec.expected));
        }
        magnitude.map(|magnitude| (magnitude, exclusive))
    };
    let min = end("min", field.constraints.min);
    let max = end("max", field.constraints.max);
    if let (Some((low, above)), Some((high, beneath))) = (min, max)
        && (high < low || (high == low && (above || beneath)))
    {
        tell("`max` is below `min`: no value could pass".to_owned());
    }
}

fn values(spec: &TextSpec, field: &FieldSpec, tell: &mut impl FnMut(String)) {
    for literal in field.constraints.one_of {
        let Literal::Text(text) = literal else { continue };
        if !spec.admits(text) || spec.check.is_some_and(|check| !check(text)) {
            tell(format!("`one_of` has `{text}`, which is not {}", spec.expected));
        }
    }
}
