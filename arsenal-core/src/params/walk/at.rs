//! One value of the input beside what the table expects there.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde_json::Deserializer as JsonDeserializer;
use serde_json::value::RawValue;

use super::super::read::Skip;
use super::super::types::integer::integer_of;
use super::super::{Constraints, ForeignSpec, Shape, StructSpec, sentence};
use super::object::{has_rule, run_rules};
use super::{DEPTH_MAX, Walk};
use crate::fault::{Fault, cut};

/// A value that is about to be read: as a seed, it tells its faults and is thrown away.
pub(super) struct At<'w> {
    pub(super) walk: &'w mut Walk,
    /// Without the `null` and the secrecy around it.
    pub(super) shape: &'w Shape,
    /// The fields, where the shape is a struct's.
    table: Option<&'static StructSpec>,
    pub(super) constraints: &'w Constraints,
    nullable: bool,
    pub(super) secret: bool,
}

impl<'w> At<'w> {
    pub(super) fn new(walk: &'w mut Walk, shape: &'w Shape, constraints: &'w Constraints) -> Self {
        let (nullable, secret) = (false, false);
        let mut at = Self { walk, shape, table: None, constraints, nullable, secret };
        loop {
            match at.shape {
                Shape::Nullable(inner) => (at.shape, at.nullable) = (inner, true),
                Shape::Secret(inner) => (at.shape, at.secret) = (inner, true),
                Shape::Struct(table) => {
                    at.table = Some(table());
                    return at;
                }
                _ => return at,
            }
        }
    }

    /// The whole input.
    pub(super) fn root(walk: &'w mut Walk, table: &'static StructSpec) -> Self {
        const OBJECT: &Shape = &Shape::Map { key: &Shape::Any, value: &Shape::Any };
        Self { table: Some(table), ..Self::new(walk, OBJECT, &Constraints::NONE) }
    }

    /// A value below this one.
    pub(super) fn below<'b>(
        &'b mut self,
        shape: &'b Shape,
        constraints: &'b Constraints,
    ) -> At<'b> {
        let secret = self.secret;
        let mut at = At::new(self.walk, shape, constraints);
        at.secret |= secret;
        at
    }

    /// Reads the value from a text of its own.
    ///
    /// # Errors
    ///
    /// The text is not JSON.
    pub(super) fn text(mut self, text: &str) -> Result<(), serde_json::Error> {
        match (self.shape, self.table) {
            (_, Some(table)) => {
                let before = self.walk.count();
                let is_object = text.trim_start().starts_with('{');
                read_with(text, self.again())?;
                if is_object && self.walk.count() == before {
                    run_rules(self.walk, table, text);
                }
                Ok(())
            }
            (Shape::Foreign(spec), _) => self.foreign(spec, text),
            (Shape::Integer { .. }, _) if self.is_wide() && text.starts_with(is_number_start) => {
                read_with(text, Skip)?;
                match integer_of(text) {
                    Some(value) => self.integer(value),
                    None => self.mismatch(),
                }
                Ok(())
            }
            _ => read_with(text, self),
        }
    }

    fn again(&mut self) -> At<'_> {
        let Self { shape, table, constraints, nullable, secret, .. } = *self;
        At { walk: self.walk, shape, table, constraints, nullable, secret }
    }

    fn foreign(&mut self, spec: &ForeignSpec, text: &str) -> Result<(), serde_json::Error> {
        let before = self.walk.count();
        read_with(text, self.below(&Shape::Any, &Constraints::NONE))?;
        if self.walk.count() > before || (self.nullable && text == "null") {
            return Ok(());
        }
        for mut fault in (spec.check)(text) {
            fault.pointer.insert_str(0, &cut(&self.walk.path));
            if self.secret {
                fault = Fault::new(fault.pointer, fault.code, "is not accepted");
            }
            self.walk.push_made(fault);
        }
        Ok(())
    }

    /// The value is of another type.
    pub(super) fn mismatch(&mut self) {
        let detail = sentence::must_be(self.shape);
        self.walk.tell("type", detail);
    }

    /// Whether the value has to be captured as text before it is read.
    fn wants_text(&self) -> bool {
        match self.shape {
            Shape::Foreign(_) => true,
            Shape::Integer { .. } => self.is_wide(),
            _ => self.table.is_some_and(has_rule),
        }
    }

    /// Whether the integer may have more digits than serde_json keeps.
    fn is_wide(&self) -> bool {
        match self.shape {
            Shape::Integer { min, max } => {
                *min < i128::from(i64::MIN) || *max > i128::from(u64::MAX)
            }
            _ => false,
        }
    }

    fn deepen<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.walk.depth += 1;
        if self.walk.depth > DEPTH_MAX {
            return Err(E::custom("recursion limit exceeded"));
        }
        Ok(())
    }
}

fn is_number_start(first: char) -> bool {
    first == '-' || first.is_ascii_digit()
}

/// Reads the whole of a text.
fn read_with<'de>(text: &'de str, visitor: impl Visitor<'de>) -> Result<(), serde_json::Error> {
    let mut json = JsonDeserializer::from_str(text);
    json.deserialize_any(visitor)?;
    json.end()
}

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.wants_text() {
            let text = <&RawValue>::deserialize(deserializer)?;
            return self.text(text.get()).map_err(D::Error::custom);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(mut self, _: bool) -> Result<(), E> {
        if !matches!(self.shape, Shape::Bool | Shape::Any) {
            self.mismatch();
        }
        Ok(())
    }

    fn visit_i64<E>(mut self, value: i64) -> Result<(), E> {
        self.whole(i128::from(value));
        Ok(())
    }

    fn visit_u64<E>(mut self, value: u64) -> Result<(), E> {
        self.whole(i128::from(value));
        Ok(())
    }

    fn visit_f64<E>(mut self, value: f64) -> Result<(), E> {
        self.float(value);
        Ok(())
    }

    fn visit_str<E>(mut self, value: &str) -> Result<(), E> {
        self.string(value);
        Ok(())
    }

    fn visit_unit<E>(mut self) -> Result<(), E> {
        if !self.nullable && !matches!(self.shape, Shape::Any) {
            self.mismatch();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        self.deepen()?;
        match self.shape {
            Shape::List { .. } | Shape::Any => self.items(&mut seq)?,
            _ => {
                self.mismatch();
                Skip.visit_seq(seq)?;
            }
        }
        self.walk.depth -= 1;
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.deepen()?;
        match (self.table, self.shape) {
            (Some(table), _) => self.fields(table, &mut map)?,
            (None, Shape::Map { .. } | Shape::Any) => self.entries(&mut map)?,
            _ => {
                self.mismatch();
                Skip.visit_map(map)?;
            }
        }
        self.walk.depth -= 1;
        Ok(())
    }
}
