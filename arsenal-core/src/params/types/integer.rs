//! Integers: any JSON number without a fraction that the type can hold.
//!
//! `12.0` and `1e3` are integers, as JSON Schema says. Bounds are compared as `i128`, since a
//! float loses integers above 2^53.

use std::fmt;
use std::marker::PhantomData;
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize};

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::Serializer;
use serde_json::value::RawValue;

use super::super::{Bound, Bounded, Constraints, Literal, Param, Shape};

macro_rules! integer {
    ($($Type:ty => $serialize:ident),* $(,)?) => {$(
        impl Param for $Type {
            const SHAPE: &'static Shape =
                &Shape::Integer { min: <$Type>::MIN as i128, max: <$Type>::MAX as i128 };

            #[inline]
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_i64(IntegerVisitor::<Self>(PhantomData))
            }

            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$serialize(*self as _)
            }

            fn literal(literal: &Literal) -> Option<Self> {
                match literal {
                    Literal::Int(value) => Self::try_from(*value).ok(),
                    _ => None,
                }
            }

            #[inline]
            fn fits(&self, constraints: &Constraints) -> bool {
                integer_fits(*self as i128, constraints)
            }
        }

        impl Bounded for $Type {}
    )*};
}

integer! {
    i8 => serialize_i64, i16 => serialize_i64, i32 => serialize_i64, i64 => serialize_i64,
    isize => serialize_i64, u8 => serialize_u64, u16 => serialize_u64, u32 => serialize_u64,
    u64 => serialize_u64, usize => serialize_u64,
}

macro_rules! wide_integer {
    ($($Type:ty => $min:expr, $serialize:ident),* $(,)?) => {$(
        impl Param for $Type {
            const SHAPE: &'static Shape =
                &Shape::Integer { min: $min, max: WIDE_MAX };

            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // Through a float, which is what serde_json makes of them, they would lose digits.
                let text = Box::<RawValue>::deserialize(deserializer)?;
                integer_of(text.get())
                    .filter(|value| ($min..=WIDE_MAX).contains(value))
                    .and_then(|value| Self::try_from(value).ok())
                    .ok_or_else(|| D::Error::custom("not an integer of this type"))
            }

            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$serialize(*self)
            }

            fn fits(&self, constraints: &Constraints) -> bool {
                i128::try_from(*self).is_ok_and(|value| integer_fits(value, constraints))
            }
        }

        impl Bounded for $Type {}
    )*};
}

wide_integer! {
    i128 => -WIDE_MAX, serialize_i128,
    u128 => 0, serialize_u128,
}

/// A validator of JSON Schema reads integers of this size as floats: this is the greatest one
/// whose float is within `i128`, so that its verdict is ours.
const WIDE_MAX: i128 = i128::MAX - (1 << 73);

macro_rules! non_zero {
    ($($Type:ty, $Inner:ty);* $(;)?) => {$(
        impl Param for $Type {
            const SHAPE: &'static Shape = &Shape::Integer { min: 1, max: <$Inner>::MAX as i128 };

            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$Type>::new(<$Inner as Param>::decode(deserializer)?)
                    .ok_or_else(|| D::Error::custom("zero"))
            }

            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.get().encode(serializer)
            }

            fn fits(&self, constraints: &Constraints) -> bool {
                Param::fits(&self.get(), constraints)
            }
        }

        impl Bounded for $Type {}
    )*};
}

non_zero! {
    NonZeroU8, u8;
    NonZeroU16, u16;
    NonZeroU32, u32;
    NonZeroU64, u64;
    NonZeroUsize, usize;
}

struct IntegerVisitor<T>(PhantomData<fn() -> T>);

impl<T: TryFrom<i64> + TryFrom<u64> + TryFrom<i128>> Visitor<'_> for IntegerVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer of this type")
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::custom("an integer out of range"))
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::custom("an integer out of range"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        integral(value)
            .and_then(|value| T::try_from(value).ok())
            .ok_or_else(|| E::custom("not an integer of this type"))
    }
}

/// The integer that a float is, if it is one that `i128` holds.
pub(crate) fn integral(value: f64) -> Option<i128> {
    const LIMIT: f64 = i128::MAX as f64;
    (value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value)).then_some(value as i128)
}

/// The integer that a JSON number is, by its digits: exact where a float would round.
pub(crate) fn integer_of(number: &str) -> Option<i128> {
    let (negative, number) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()),
        None => (number, Some(0)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut value: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = i128::from(digit.checked_sub(b'0').filter(|digit| *digit <= 9)?);
        value = value.checked_mul(10)?.checked_sub(digit)?;
    }
    let mut zeros = exponent?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    while zeros < 0 && value != 0 {
        if value % 10 != 0 {
            return None;
        }
        value /= 10;
        zeros += 1;
    }
    while zeros > 0 && value != 0 {
        value = value.checked_mul(10)?;
        zeros -= 1;
    }
    if negative { Some(value) } else { value.checked_neg() }
}

#[inline]
fn integer_fits(value: i128, constraints: &Constraints) -> bool {
    constraints.min.as_ref().is_none_or(|bound| is_above(value, bound))
        && constraints.max.as_ref().is_none_or(|bound| is_below(value, bound))
        && constraints.multiple_of.as_ref().is_none_or(|of| is_integer_multiple(value, of))
        && (constraints.one_of.is_empty()
            || constraints.one_of.iter().any(|literal| is_literal(value, literal)))
}

#[inline]
pub(crate) fn is_above(value: i128, bound: &Bound) -> bool {
    match bound.value {
        Literal::Int(min) if bound.exclusive => min < value,
        Literal::Int(min) => min <= value,
        Literal::Float(min) if bound.exclusive => min < value as f64,
        Literal::Float(min) => min <= value as f64,
        _ => false,
    }
}

#[inline]
pub(crate) fn is_below(value: i128, bound: &Bound) -> bool {
    match bound.value {
        Literal::Int(max) if bound.exclusive => value < max,
        Literal::Int(max) => value <= max,
        Literal::Float(max) if bound.exclusive => (value as f64) < max,
        Literal::Float(max) => value as f64 <= max,
        _ => false,
    }
}

#[inline]
pub(crate) fn is_literal(value: i128, literal: &Literal) -> bool {
    match literal {
        Literal::Int(other) => value == *other,
        Literal::Float(other) => integral(*other) == Some(value),
        _ => false,
    }
}

#[inline]
pub(crate) fn is_integer_multiple(value: i128, of: &Literal) -> bool {
    match *of {
        // A remainder of machine words is ten times as fast as one of `i128`.
        Literal::Int(of) => match (i64::try_from(value), i64::try_from(of)) {
            (Ok(value), Ok(of)) => value.checked_rem(of) == Some(0),
            _ => value.checked_rem(of) == Some(0),
        },
        Literal::Float(of) => super::number::is_multiple(value as f64, of),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_an_integer_by_its_digits() {
        let cases = [
            ("12", Some(12)),
            ("12.0", Some(12)),
            ("120e-1", Some(12)),
            ("1.2e1", Some(12)),
            ("-1E3", Some(-1000)),
            ("0e99999", Some(0)),
            ("9007199254740993", Some(9_007_199_254_740_993)),
            ("-170141183460469231731687303715884105728", Some(i128::MIN)),
            ("170141183460469231731687303715884105728", None),
            ("1e39", None),
            ("1e99999999999999999999", None),
            ("12.5", None),
            ("125e-1", None),
            ("1_0", None),
        ];
        for (number, expected) in cases {
            assert_eq!(integer_of(number), expected, "{number}");
        }
    }

    #[test]
    fn a_bound_of_an_integer_may_have_a_fraction_and_one_of_another_kind_admits_nothing() {
        let cases = [
            (Literal::Int(2), [true, false, false, true]),
            (Literal::Float(2.0), [true, false, false, true]),
            (Literal::Float(1.5), [true, true, false, false]),
            (Literal::Text("2"), [false, false, false, false]),
        ];
        for (value, [least, above, below, most]) in cases {
            let (open, closed) =
                (Bound { value, exclusive: true }, Bound { value, exclusive: false });
            assert_eq!(is_above(2, &closed), least, "at least {value:?}");
            assert_eq!(is_above(2, &open), above, "more than {value:?}");
            assert_eq!(is_below(2, &open), below, "less than {value:?}");
            assert_eq!(is_below(2, &closed), most, "at most {value:?}");
        }
    }

    #[test]
    fn a_literal_is_an_integers_value_or_step_by_its_number() {
        let cases = [
            (Literal::Int(4), true, true),
            (Literal::Int(2), false, true),
            (Literal::Int(0), false, false),
            (Literal::Int(i128::MAX), false, false),
            (Literal::Float(4.0), true, true),
            (Literal::Float(0.5), false, true),
            (Literal::Float(1.5), false, false),
            (Literal::Text("4"), false, false),
        ];
        for (literal, is_it, is_step) in cases {
            assert_eq!(is_literal(4, &literal), is_it, "{literal:?}");
            assert_eq!(is_integer_multiple(4, &literal), is_step, "{literal:?}");
        }
    }
}
