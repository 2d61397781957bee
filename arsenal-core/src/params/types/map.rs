//! Maps: objects whose keys are data. A key given twice is refused.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use super::super::generated::{Encode, Key};
use super::super::with::{Own, Seed};
use super::super::{Constraints, Lengthy, Param, Shape};

/// Whether a type's JSON can be the key of an object.
const fn is_key(shape: &'static Shape) -> bool {
    matches!(shape, Shape::Text(_) | Shape::Choice(_) | Shape::Integer { .. })
}

/// Whether a text is an integer in the only form that a key takes: no sign but `-`, no
/// leading zero.
pub(crate) fn is_canonical_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.starts_with(|first| first != '0') || text == "0")
}

impl<K: Param + Ord, V: Param> Param for BTreeMap<K, V> {
    const SHAPE: &'static Shape = shape::<K, V>();

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor::<Self>(PhantomData))
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self.iter(), serializer)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        len_fits(self.len(), constraints)
            && self.values().all(|value| value.fits(&Constraints::NONE))
    }
}

impl<K, V> Lengthy for BTreeMap<K, V> {}

impl<K, V, H> Param for HashMap<K, V, H>
where
    K: Param + Hash + Eq,
    V: Param,
    H: BuildHasher + Default + Send + Sync + 'static,
{
    const SHAPE: &'static Shape = shape::<K, V>();

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor::<Self>(PhantomData))
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self.iter(), serializer)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        len_fits(self.len(), constraints)
            && self.values().all(|value| value.fits(&Constraints::NONE))
    }
}

impl<K, V, H> Lengthy for HashMap<K, V, H> {}

const fn shape<K: Param, V: Param>() -> &'static Shape {
    const {
        assert!(is_key(K::SHAPE), "the key of a map is a text, a choice or an integer");
        &Shape::Map { key: K::SHAPE, value: V::SHAPE }
    }
}

fn len_fits(len: usize, constraints: &Constraints) -> bool {
    let len = len as u64;
    constraints.min_len.is_none_or(|min| min <= len)
        && constraints.max_len.is_none_or(|max| len <= max)
}

fn encode<'a, K, V, S>(
    entries: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
    serializer: S,
) -> Result<S::Ok, S::Error>
where
    K: Param,
    V: Param,
    S: Serializer,
{
    let mut map = serializer.serialize_map(Some(entries.len()))?;
    for (key, value) in entries {
        map.serialize_entry(
            &Encode::<Own, K>(key, PhantomData),
            &Encode::<Own, V>(value, PhantomData),
        )?;
    }
    map.end()
}

/// A map that is filled entry by entry.
trait Fill: Default {
    type Key: Param;
    type Value: Param;

    /// `false` if the key was there.
    fn fill(&mut self, key: Self::Key, value: Self::Value) -> bool;
}

impl<K: Param + Ord, V: Param> Fill for BTreeMap<K, V> {
    type Key = K;
    type Value = V;

    fn fill(&mut self, key: K, value: V) -> bool {
        self.insert(key, value).is_none()
    }
}

impl<K: Param + Hash + Eq, V: Param, H: BuildHasher + Default> Fill for HashMap<K, V, H> {
    type Key = K;
    type Value = V;

    fn fill(&mut self, key: K, value: V) -> bool {
        self.insert(key, value).is_none()
    }
}

struct MapVisitor<M>(PhantomData<fn() -> M>);

impl<'de, M: Fill> Visitor<'de> for MapVisitor<M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<M, A::Error> {
        let mut filled = M::default();
        while let Some(Key(key)) = map.next_key()? {
            let key = decode_key(&key).ok_or_else(|| A::Error::custom("a key of another kind"))?;
            let value = map.next_value_seed(Seed::<Own, M::Value>::new())?;
            if !filled.fill(key, value) {
                return Err(A::Error::custom("a key is given twice"));
            }
        }
        Ok(filled)
    }
}

fn decode_key<K: Param>(key: &str) -> Option<K> {
    let decoded = match K::SHAPE {
        Shape::Integer { .. } if !is_canonical_integer(key) => None,
        Shape::Integer { .. } => K::decode(&mut serde_json::Deserializer::from_str(key)).ok(),
        _ => K::decode(StrDeserializer::<serde::de::value::Error>::new(key)).ok(),
    };
    decoded.filter(|key| key.fits(&Constraints::NONE))
}
