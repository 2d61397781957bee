//! Lists, arrays and sets.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};
use serde_json::Value;

use super::super::generated::Encode;
use super::super::with::{Own, Seed, SeedWithin};
use super::super::{Constraints, Lengthy, Param, Shape};
use super::plain_numbers;

impl<T: Param> Param for Vec<T> {
    const SHAPE: &'static Shape = &Shape::List { item: T::SHAPE, unique: false, len: None };

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(Seed::<Own, T>::new))
    }

    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<Self, D::Error> {
        let each = each(constraints);
        deserializer.deserialize_seq(ListVisitor(|| SeedWithin::<Own, T>::new(&each)))
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self.iter(), serializer)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        items_fit(self.iter(), constraints)
    }
}

impl<T> Lengthy for Vec<T> {}

impl<T: Param> Param for VecDeque<T> {
    const SHAPE: &'static Shape = Vec::<T>::SHAPE;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::decode(deserializer).map(Self::from)
    }

    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<Self, D::Error> {
        Vec::decode_within(deserializer, constraints).map(Self::from)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self.iter(), serializer)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        items_fit(self.iter(), constraints)
    }
}

impl<T> Lengthy for VecDeque<T> {}

impl<T: Param, const N: usize> Param for [T; N] {
    const SHAPE: &'static Shape = &Shape::List { item: T::SHAPE, unique: false, len: Some(N) };

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        array(Vec::decode(deserializer)?)
    }

    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<Self, D::Error> {
        array(Vec::decode_within(deserializer, constraints)?)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self.iter(), serializer)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        items_fit(self.iter(), constraints)
    }
}

impl<T, const N: usize> Lengthy for [T; N] {}

impl<T: Param + Ord> Param for BTreeSet<T> {
    const SHAPE: &'static Shape = &Shape::List { item: T::SHAPE, unique: true, len: None };

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::decode(deserializer)?;
        let len = items.len();
        let set = Self::from_iter(items);
        if set.len() == len { Ok(set) } else { Err(D::Error::custom("two equal items")) }
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self.iter(), serializer)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        items_fit(self.iter(), &Constraints { unique: false, ..*constraints })
    }
}

impl<T> Lengthy for BTreeSet<T> {}

impl<T, H> Param for HashSet<T, H>
where
    T: Param + Hash + Eq,
    H: BuildHasher + Default + Send + Sync + 'static,
{
    const SHAPE: &'static Shape = &Shape::List { item: T::SHAPE, unique: true, len: None };

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::decode(deserializer)?;
        let len = items.len();
        let set = Self::from_iter(items);
        if set.len() == len { Ok(set) } else { Err(D::Error::custom("two equal items")) }
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self.iter(), serializer)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        items_fit(self.iter(), &Constraints { unique: false, ..*constraints })
    }
}

impl<T, H> Lengthy for HashSet<T, H> {}

/// Each item by a seed of its own.
struct ListVisitor<F>(F);

impl<'de, S, F> Visitor<'de> for ListVisitor<F>
where
    S: DeserializeSeed<'de>,
    F: Fn() -> S,
{
    type Value = Vec<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed((self.0)())? {
            items.push(item);
        }
        Ok(items)
    }
}

fn array<T, E: Error, const N: usize>(items: Vec<T>) -> Result<[T; N], E> {
    items.try_into().map_err(|_: Vec<T>| E::custom("a list of another length"))
}

/// What binds each item: a list of values does.
fn each(constraints: &Constraints) -> Constraints {
    Constraints { one_of: constraints.one_of, ..Constraints::NONE }
}

fn encode<'a, T, S>(
    items: impl ExactSizeIterator<Item = &'a T>,
    serializer: S,
) -> Result<S::Ok, S::Error>
where
    T: Param,
    S: Serializer,
{
    let mut seq = serializer.serialize_seq(Some(items.len()))?;
    for item in items {
        seq.serialize_element(&Encode::<Own, T>(item, PhantomData))?;
    }
    seq.end()
}

/// The length, the uniqueness, and each item; a list of values binds the items.
fn items_fit<'a, T: Param>(
    items: impl ExactSizeIterator<Item = &'a T> + Clone,
    constraints: &Constraints,
) -> bool {
    let len = items.len() as u64;
    let each = each(constraints);
    constraints.min_len.is_none_or(|min| min <= len)
        && constraints.max_len.is_none_or(|max| len <= max)
        && items.clone().all(|item| item.fits(&each))
        && (!constraints.unique || all_differ(items))
}

/// Compares as JSON, since the items' type may have no equality.
fn all_differ<'a, T: Param>(items: impl ExactSizeIterator<Item = &'a T>) -> bool {
    let mut seen: HashSet<Value> = HashSet::with_capacity(items.len());
    items.into_iter().all(|item| {
        item.encode(serde_json::value::Serializer)
            .is_ok_and(|value| seen.insert(plain_numbers(value)))
    })
}
