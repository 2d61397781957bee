//! Arrays: each item, the length, and whether two items are one.

use std::collections::HashSet;

use serde::de::{Error as _, SeqAccess};
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::types::integer::integer_of;
use super::super::types::{Strict, plain_numbers};
use super::super::{Constraints, Shape, sentence};
use super::at::At;

impl At<'_> {
    /// The items of an array.
    pub(super) fn items<'de, A: SeqAccess<'de>>(&mut self, seq: &mut A) -> Result<(), A::Error> {
        let (item, unique, len) = match *self.shape {
            Shape::List { item, unique, len } => (item, unique, len),
            _ => (&Shape::Any, false, None),
        };
        let each = Constraints { one_of: self.constraints.one_of, ..Constraints::NONE };
        let mut seen = (unique || self.constraints.unique).then(Seen::default);
        let mut n: usize = 0;
        loop {
            let before = self.walk.enter_index(n);
            let below = self.below(item, &each);
            let more = match &mut seen {
                None => seq.next_element_seed(below)?.is_some(),
                Some(seen) => match seq.next_element::<&RawValue>()? {
                    Some(text) => {
                        below.text(text.get()).map_err(A::Error::custom)?;
                        seen.add(item, text.get());
                        true
                    }
                    None => false,
                },
            };
            self.walk.leave(before);
            if !more {
                break;
            }
            n += 1;
        }
        self.items_len(n as u64, len.map(|len| len as u64));
        if let Some(code) = seen.and_then(|seen| seen.twice) {
            self.walk.tell(code, sentence::UNIQUE);
        }
        Ok(())
    }

    fn items_len(&mut self, n: u64, len: Option<u64>) {
        match len {
            Some(len) if len != n => {
                let detail = sentence::exactly(len, sentence::Unit::Items);
                let code = if n < len { "min_len" } else { "max_len" };
                self.walk.tell_broken(code, detail, code, len.into());
            }
            _ => self.length(n, sentence::Unit::Items),
        }
    }
}

/// The items so far: as JSON, which is what a schema compares, and as values of their type,
/// since `60s` and `1m` are one duration.
#[derive(Default)]
struct Seen {
    as_json: HashSet<Value>,
    as_values: HashSet<Value>,
    twice: Option<&'static str>,
}

impl Seen {
    fn add(&mut self, item: &Shape, text: &str) {
        let Ok(Strict(value)) = serde_json::from_str(text) else { return };
        let value = plain_numbers(value);
        let canonical = canonical(item, &value, text);
        let same_json = !self.as_json.insert(value);
        let same_value = !self.as_values.insert(canonical);
        if same_json {
            self.twice = Some("unique");
        } else if same_value && self.twice.is_none() {
            self.twice = Some("rule");
        }
    }
}

/// The value in the one form that its type gives it.
fn canonical(shape: &Shape, value: &Value, text: &str) -> Value {
    match (shape.inner(), value) {
        (Shape::Text(spec), Value::String(text)) => spec
            .canonical
            .and_then(|canonical| canonical(text))
            .map_or_else(|| value.clone(), Value::String),
        (Shape::Choice(spec), Value::String(text)) => {
            spec.position(text).map_or_else(|| value.clone(), |at| Value::from(spec.words[at].word))
        }
        (Shape::Integer { .. }, Value::Number(_)) => {
            integer_of(text).map_or_else(|| value.clone(), |exact| Value::from(exact.to_string()))
        }
        _ => value.clone(),
    }
}
