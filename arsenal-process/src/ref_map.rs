//! A map by reference number that costs nothing while it is empty and little while it has one
//! entry: most processes are waited for by one other or none.

use std::collections::BTreeMap;
use std::mem;

#[derive(Debug, Default)]
pub(crate) enum RefMap<V> {
    #[default]
    Empty,
    One(u64, V),
    Many(BTreeMap<u64, V>),
}

impl<V> RefMap<V> {
    /// Puts the value in, and gives the one that was there.
    pub(crate) fn insert(&mut self, number: u64, value: V) -> Option<V> {
        match self {
            Self::Empty => *self = Self::One(number, value),
            Self::One(own, old) if *own == number => return Some(mem::replace(old, value)),
            Self::One(..) => {
                let Self::One(own, old) = mem::take(self) else { return None };
                *self = Self::Many(BTreeMap::from([(own, old), (number, value)]));
            }
            Self::Many(many) => return many.insert(number, value),
        }
        None
    }

    /// Takes the value out.
    pub(crate) fn remove(&mut self, number: u64) -> Option<V> {
        match self {
            Self::One(own, _) if *own == number => match mem::take(self) {
                Self::One(_, value) => Some(value),
                Self::Empty | Self::Many(_) => None,
            },
            Self::Empty | Self::One(..) => None,
            Self::Many(many) => many.remove(&number),
        }
    }

    /// The entries, the oldest number first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &V)> {
        let (one, many) = match self {
            Self::Empty => (None, None),
            Self::One(number, value) => (Some((*number, value)), None),
            Self::Many(many) => (None, Some(many)),
        };
        one.into_iter().chain(many.into_iter().flatten().map(|(number, value)| (*number, value)))
    }

    /// All entries, the oldest number first.
    pub(crate) fn into_entries(self) -> impl Iterator<Item = (u64, V)> {
        let (one, many) = match self {
            Self::Empty => (None, None),
            Self::One(number, value) => (Some((number, value)), None),
            Self::Many(many) => (None, Some(many)),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn a_map_keeps_each_number_once_at_every_size() {
        for size in [0, 1, 2, 40] {
            let mut map = RefMap::default();
            for number in (0..size).rev() {
                assert_eq!(map.insert(number, number), None);
                assert_eq!(map.insert(number, number + 100), Some(number), "{number}");
            }
            assert_eq!(map.remove(size), None);
            let expected: Vec<_> = (0..size).map(|number| (number, number + 100)).collect();
            let seen: Vec<_> = map.iter().map(|(number, value)| (number, *value)).collect();
            assert_eq!(seen, expected);
            if let Some((first, value)) = expected.first() {
                assert_eq!(map.remove(*first), Some(*value));
                assert_eq!(map.remove(*first), None);
            }
            assert_eq!(map.into_entries().count(), expected.len().saturating_sub(1));
        }
    }
}
