//! Types of other crates, by their serde and schemars implementations.
//!
//! The two may disagree; a value must satisfy both, since the published schema is the promise.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::compiled::Compiled;
use crate::fault::Fault;
use crate::params::{Strict, plain_numbers};

/// The type's schema, or a reference to it among the generator's definitions.
pub(crate) fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// Reads a value that satisfies the schema and serde.
pub(crate) fn decode<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: DeserializeOwned + JsonSchema + 'static,
    D: Deserializer<'de>,
{
    let text = Box::<RawValue>::deserialize(deserializer)?;
    let Strict(value) = serde_json::from_str(text.get()).map_err(D::Error::custom)?;
    if validator::<T>().is_some_and(|validator| !validator.is_valid(&value)) {
        return Err(D::Error::custom("the value breaks the type's schema"));
    }
    read(text.get(), value).map_err(D::Error::custom)
}

/// Reads what the schema has let pass. Serde takes no `12.0` for an integer, and the schema does.
fn read<T: DeserializeOwned>(text: &str, value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
        .or_else(|cause| serde_json::from_str(&plain_numbers(value).to_string()).map_err(|_| cause))
}

/// Everything that is wrong with one JSON text, by pointers below it.
pub(crate) fn check<T>(text: &str) -> Vec<Fault>
where
    T: DeserializeOwned + JsonSchema + 'static,
{
    // What is not JSON, or has a key twice, was told by the walker.
    let Ok(Strict(value)) = serde_json::from_str(text) else { return Vec::new() };
    let found = validator::<T>().map_or_else(Vec::new, |validator| validator.faults(&value).faults);
    if !found.is_empty() {
        return found;
    }
    match read::<T>(text, value) {
        Ok(_) => Vec::new(),
        Err(cause) => {
            let cause = cause.to_string();
            let what = cause.split(" at line ").next().unwrap_or_default();
            vec![Fault::new("", "rule", format!("cannot be read: {what}"))]
        }
    }
}

/// The value of an absent field, where serde has one: `None` of an `Option`.
pub(crate) fn absent<T: DeserializeOwned>() -> Option<T> {
    T::deserialize(Missing).ok()
}

/// Whether the value is the one of an absent field.
pub(crate) fn is_absent<T: DeserializeOwned + Serialize>(value: &T) -> bool {
    absent::<T>().is_some() && serde_json::to_value(value).is_ok_and(|value| value.is_null())
}

/// The validator of a type's schema, compiled when it is first wanted; it grows with the
/// program's types and never with its inputs. None: the schema is not one, which a registry's
/// check of every schema tells.
fn validator<T: JsonSchema + 'static>() -> Option<Arc<Compiled>> {
    static COMPILED: OnceLock<Cache> = OnceLock::new();
    let cache = COMPILED.get_or_init(Cache::default);
    if let Some(known) =
        cache.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<T>())
    {
        return known.clone();
    }
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    let compiled = Compiled::new(schema.to_value()).ok().map(Arc::new);
    let mut cache = cache.write().unwrap_or_else(PoisonError::into_inner);
    cache.insert(TypeId::of::<T>(), compiled.clone());
    compiled
}

type Cache = RwLock<HashMap<TypeId, Option<Arc<Compiled>>>>;

/// A deserializer of nothing: only what may be absent reads it.
struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("absent"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}
