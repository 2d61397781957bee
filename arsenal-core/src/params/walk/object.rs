//! Objects: the fields of a table, the entries of a map.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use serde::de::{Error as _, MapAccess};
use serde_json::value::RawValue;

use super::super::generated::Key;
use super::super::read::Skip;
use super::super::types::is_canonical_integer;
use super::super::{
    Check, Constraints, DefaultSpec, FieldSpec, Presence, Shape, StructSpec, UnknownFields,
    sentence,
};
use super::Walk;
use super::at::At;
use crate::fault::cut;
use crate::suggest::nearest;

/// After every field.
const LAST: u32 = u32::MAX;

impl At<'_> {
    /// The fields of a struct.
    pub(super) fn fields<'de, A: MapAccess<'de>>(
        &mut self,
        table: &'static StructSpec,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let start = self.walk.faults.len();
        let mut seen = Seen::default();
        let mut n_unknown = 0;
        let mut next = 0;
        while let Some(Key(key)) = map.next_key()? {
            let told = self.walk.faults.len();
            let before = self.walk.enter(&key);
            // Most inputs have their keys in the order of the declaration.
            let found = at_place(table, &key, next).or_else(|| find(table, &key, &mut 0));
            let place = match found {
                Some((place, field)) => {
                    if !seen.insert(place) {
                        self.walk.tell("duplicate", sentence::DUPLICATE);
                    }
                    self.field(field, map)?;
                    next = place + 1;
                    place
                }
                None => {
                    if table.unknown == UnknownFields::Refuse {
                        self.walk.tell("unknown_field", sentence::UNKNOWN);
                        n_unknown += 1;
                    }
                    map.next_value::<Skip>()?;
                    LAST
                }
            };
            self.walk.leave(before);
            for (order, _) in &mut self.walk.faults[told..] {
                *order = place;
            }
        }
        if n_unknown > 0 {
            self.suggest(table, &seen, start);
        }
        self.missing(table, &seen, &mut 0);
        let faults = &mut self.walk.faults[start..];
        if !faults.is_sorted_by_key(|(order, _)| *order) {
            faults.sort_by_key(|(order, _)| *order);
        }
        Ok(())
    }

    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        field: &'static FieldSpec,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let Some(check) = field.check else {
            return map.next_value_seed(self.below(field.shape, &field.constraints));
        };
        let text: &RawValue = map.next_value()?;
        let told = self.walk.count();
        self.below(field.shape, &field.constraints).text(text.get()).map_err(A::Error::custom)?;
        if self.walk.count() == told {
            run(self.walk, check, text.get());
        }
        Ok(())
    }

    /// Says of each unknown field which one was meant: one of those that were not given.
    fn suggest(&mut self, table: &'static StructSpec, seen: &Seen, start: usize) {
        let mut names = Vec::with_capacity(table.fields.len());
        not_given(table, seen, &mut 0, &mut names);
        let Walk { faults, path, .. } = &mut *self.walk;
        let unknown = faults[start..].iter_mut().filter(|(order, _)| *order == LAST);
        for (_, fault) in unknown {
            let key = fault.pointer.get(path.len() + 1..).unwrap_or_default();
            fault.suggestion = nearest(key, names.iter().copied()).map(Cow::Borrowed);
        }
    }

    /// What was not given: required fields, and defaults that the custom validator refuses.
    fn missing(&mut self, table: &'static StructSpec, seen: &Seen, place: &mut u32) {
        for field in table.fields {
            if let Some(inner) = flattened(field) {
                self.missing(inner, seen, place);
                continue;
            }
            if !seen.contains(*place) {
                let told = self.walk.faults.len();
                let before = self.walk.enter(field.name);
                if field.required() {
                    self.walk.tell("required", sentence::REQUIRED);
                } else if let Some(check) = field.check {
                    run(self.walk, check, &value_of_absence(field));
                }
                self.walk.leave(before);
                for (order, _) in &mut self.walk.faults[told..] {
                    *order = *place;
                }
            }
            *place += 1;
        }
    }

    /// The entries of a map, or of an object that may hold anything.
    pub(super) fn entries<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let (key_shape, value_shape) = match *self.shape {
            Shape::Map { key, value } => (key, value),
            _ => (&Shape::Any, &Shape::Any),
        };
        // Each key as it was written, by the one form that its type gives it.
        let mut seen: HashMap<Cow<'de, str>, Cow<'de, str>> = HashMap::new();
        while let Some(Key(key)) = map.next_key()? {
            let before = self.walk.enter(&key);
            self.key(key_shape, &key);
            match seen.entry(canonical_key(key_shape, &key)) {
                Entry::Vacant(free) => {
                    free.insert(key);
                }
                Entry::Occupied(taken) if *taken.get() == key => {
                    self.walk.tell("duplicate", sentence::DUPLICATE);
                }
                Entry::Occupied(taken) => {
                    let detail = if self.secret {
                        Cow::Borrowed("is the same key as another key")
                    } else {
                        format!("is the same key as `{}`", cut(taken.get())).into()
                    };
                    self.walk.tell("rule", detail);
                }
            }
            map.next_value_seed(self.below(value_shape, &Constraints::NONE))?;
            self.walk.leave(before);
        }
        self.length(seen.len() as u64, sentence::Unit::Entries);
        Ok(())
    }

    fn key(&mut self, shape: &Shape, key: &str) {
        let mut at = self.below(shape, &Constraints::NONE);
        match shape {
            Shape::Integer { .. } if is_canonical_integer(key) => match key.parse() {
                Ok(value) => at.integer(value),
                Err(_beyond_128_bits) => at.mismatch(),
            },
            Shape::Integer { .. } => at.mismatch(),
            _ => at.string(key),
        }
    }
}

fn canonical_key<'de>(shape: &Shape, key: &Cow<'de, str>) -> Cow<'de, str> {
    let canonical = match shape {
        Shape::Text(spec) => spec.canonical.and_then(|canonical| canonical(key)).map(Cow::Owned),
        Shape::Choice(spec) => spec.position(key).map(|at| Cow::Borrowed(spec.words[at].word)),
        _ => None,
    };
    canonical.unwrap_or_else(|| key.clone())
}

/// Runs an author's check on a text that has passed everything else.
fn run(walk: &mut Walk, check: Check, text: &str) {
    if let Err(invalid) = check(text) {
        let fault = invalid.into_fault(&walk.path);
        walk.push_made(fault);
    }
}

/// What stands for a field that is not given, as JSON text.
fn value_of_absence(field: &FieldSpec) -> Cow<'static, str> {
    match &field.presence {
        Presence::Default(DefaultSpec::Literal(literal)) => literal.json(),
        Presence::Default(default) => {
            default.json().map_or(Cow::Borrowed("null"), |value| Cow::Owned(value.to_string()))
        }
        Presence::ByType(_) => Cow::Borrowed("null"),
    }
}

/// The table of a field whose fields stand in the outer object.
pub(crate) fn flattened(field: &FieldSpec) -> Option<&'static StructSpec> {
    if !field.flatten {
        return None;
    }
    match field.shape.inner() {
        Shape::Struct(table) => Some(table()),
        _ => None,
    }
}

/// The field at a place, if the key is its name; only where no field before it is flattened.
fn at_place(
    table: &'static StructSpec,
    key: &str,
    place: u32,
) -> Option<(u32, &'static FieldSpec)> {
    let (before, at) = table.fields.split_at_checked(place as usize)?;
    let field = at.first().filter(|field| field.name == key && !field.flatten)?;
    (!before.iter().any(|field| field.flatten)).then_some((place, field))
}

/// The field of a key, and its place among all fields, flattened ones counted where they stand.
fn find(
    table: &'static StructSpec,
    key: &str,
    place: &mut u32,
) -> Option<(u32, &'static FieldSpec)> {
    for field in table.fields {
        if let Some(inner) = flattened(field) {
            let found = find(inner, key, place);
            if found.is_some() {
                return found;
            }
            continue;
        }
        if field.name == key || field.aliases.contains(&key) {
            return Some((*place, field));
        }
        *place += 1;
    }
    None
}

fn not_given(
    table: &'static StructSpec,
    seen: &Seen,
    place: &mut u32,
    names: &mut Vec<&'static str>,
) {
    for field in table.fields {
        if let Some(inner) = flattened(field) {
            not_given(inner, seen, place, names);
            continue;
        }
        if !seen.contains(*place) {
            names.push(field.name);
        }
        *place += 1;
    }
}

/// Whether the struct, or one that is flattened into it, has a rule over several fields.
pub(super) fn has_rule(table: &'static StructSpec) -> bool {
    table.rule.is_some() || table.fields.iter().filter_map(flattened).any(has_rule)
}

/// Runs the rules of a struct on an object without a fault.
pub(super) fn run_rules(walk: &mut Walk, table: &'static StructSpec, text: &str) {
    for inner in table.fields.iter().filter_map(flattened) {
        run_rules(walk, inner, text);
    }
    if let Some(rule) = table.rule {
        run(walk, rule, text);
    }
}

/// Which fields have been given.
#[derive(Default)]
struct Seen {
    first: u128,
    rest: HashSet<u32>,
}

impl Seen {
    /// `false` if it was there.
    fn insert(&mut self, place: u32) -> bool {
        match 1_u128.checked_shl(place) {
            Some(bit) => {
                let new = self.first & bit == 0;
                self.first |= bit;
                new
            }
            None => self.rest.insert(place),
        }
    }

    fn contains(&self, place: u32) -> bool {
        match 1_u128.checked_shl(place) {
            Some(bit) => self.first & bit != 0,
            None => self.rest.contains(&place),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::fault::Invalid;
    use crate::params::read;

    fn even(number: &u8) -> Result<(), Invalid> {
        if number.is_multiple_of(2) { Ok(()) } else { Err(Invalid::new("must be even")) }
    }

    fn given(number: &Option<u8>) -> Result<(), Invalid> {
        number.map(drop).ok_or_else(|| Invalid::new("must be given"))
    }

    fn three() -> u8 {
        3
    }

    /// Fields whose values are not given.
    #[derive(Debug, arsenal_core::Params)]
    #[params(crate = arsenal_core)]
    struct Absent {
        /// By a literal.
        #[param(default = 3, validate = even)]
        literal: u8,
        /// By an expression.
        #[param(default = three(), validate = even)]
        computed: u8,
        /// By its type.
        #[param(validate = given)]
        option: Option<u8>,
        /// By number.
        map: Option<BTreeMap<u128, u8>>,
    }

    fn faults(text: &str) -> Vec<String> {
        let error = read::<Absent>(text).expect_err("it is refused");
        error.faults().iter().map(|fault| format!("{} {}", fault.pointer, fault.detail)).collect()
    }

    #[test]
    fn what_is_not_given_is_judged_by_the_value_that_stands_for_it() {
        let all = ["/literal must be even", "/computed must be even", "/option must be given"];
        assert_eq!(faults("{}"), all);
        assert_eq!(faults(r#"{"literal": 2, "option": 1}"#), ["/computed must be even"]);
        let sound: Absent = read(r#"{"literal": 2, "computed": 2, "option": 1}"#).expect("sound");
        assert_eq!((sound.literal, sound.computed, sound.option), (2, 2, Some(1)));
        assert_eq!(sound.map, None);
    }

    #[test]
    fn a_key_that_no_integer_is_wide_enough_for_is_refused_at_its_place() {
        let key = "9".repeat(40);
        let text = format!(
            r#"{{"literal": 2, "computed": 2, "option": 1, "map": {{"{key}": 1, "01": 1}}}}"#
        );
        let expected = [key.as_str(), "01"].map(|key| format!("/map/{key} must be an integer"));
        assert_eq!(faults(&text), expected);
    }

    #[test]
    fn a_field_is_seen_once_however_many_there_are() {
        let mut seen = Seen::default();
        for place in [0, 127, 128, 5000] {
            assert!(!seen.contains(place), "{place}");
            assert!(seen.insert(place), "{place} is new");
            assert!(!seen.insert(place) && seen.contains(place), "{place} is known");
        }
        assert!(!seen.contains(129));
    }
}
