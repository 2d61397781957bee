//! Numbers with a fraction: finite ones that the type can hold.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;

use super::super::{Bound, Bounded, Constraints, Literal, Param, Shape};

macro_rules! number {
    ($Type:ty, $serialize:ident, fits = $fits:expr $(, $decode_within:item)?) => {
        impl Param for $Type {
            const SHAPE: &'static Shape = &Shape::Number { magnitude_max: <$Type>::MAX as f64 };

            #[inline]
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = deserializer.deserialize_f64(NumberVisitor)?;
                if value.abs() <= <$Type>::MAX as f64 {
                    Ok(value as $Type)
                } else {
                    Err(D::Error::custom("a number out of range"))
                }
            }

            $($decode_within)?

            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if !self.is_finite() {
                    return Err(serde::ser::Error::custom("JSON has finite numbers only"));
                }
                serializer.$serialize(*self)
            }

            fn literal(literal: &Literal) -> Option<Self> {
                number_of(literal).map(|value| value as $Type)
            }

            #[inline]
            fn fits(&self, constraints: &Constraints) -> bool {
                $fits(*self, constraints)
            }
        }

        impl Bounded for $Type {}
    };
}

number!(f64, serialize_f64, fits = number_fits);

number!(
    f32,
    serialize_f32,
    fits = rounded_fits,
    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<Self, D::Error> {
        let written = deserializer.deserialize_f64(NumberVisitor)?;
        if written.abs() <= f64::from(Self::MAX) && number_fits(written, constraints) {
            Ok(written as Self)
        } else {
            Err(D::Error::custom("a number out of range"))
        }
    }
);

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    #[inline]
    fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }
}

/// The number that a literal is.
#[inline]
pub(crate) fn number_of(literal: &Literal) -> Option<f64> {
    match *literal {
        Literal::Int(value) => Some(value as f64),
        Literal::Float(value) => Some(value),
        _ => None,
    }
}

#[inline]
fn number_fits(value: f64, constraints: &Constraints) -> bool {
    constraints.min.as_ref().is_none_or(|bound| is_above(value, bound))
        && constraints.max.as_ref().is_none_or(|bound| is_below(value, bound))
        && constraints.multiple_of.as_ref().is_none_or(|of| is_number_multiple(value, of))
        && (constraints.one_of.is_empty()
            || constraints.one_of.iter().any(|literal| is_literal(value, literal)))
}

/// Whether a rounded number keeps limits that are rounded as it was: `0.1` is at most `0.1`.
pub(crate) fn rounded_fits(value: f32, constraints: &Constraints) -> bool {
    let round = |literal: &Literal| number_of(literal).map(|number| number as f32);
    let end = |bound: &Bound, is_within: fn(&f32, &f32) -> bool| {
        round(&bound.value)
            .is_some_and(|end| is_within(&value, &end) && (!bound.exclusive || value != end))
    };
    constraints.min.as_ref().is_none_or(|bound| end(bound, f32::ge))
        && constraints.max.as_ref().is_none_or(|bound| end(bound, f32::le))
        && constraints.multiple_of.as_ref().is_none_or(|of| is_number_multiple(decimal(value), of))
        && (constraints.one_of.is_empty()
            || constraints.one_of.iter().any(|literal| round(literal) == Some(value)))
}

/// The number as its shortest digits say it, which are what is written of it.
fn decimal(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

#[inline]
pub(crate) fn is_above(value: f64, bound: &Bound) -> bool {
    number_of(&bound.value)
        .is_some_and(|min| if bound.exclusive { min < value } else { min <= value })
}

#[inline]
pub(crate) fn is_below(value: f64, bound: &Bound) -> bool {
    number_of(&bound.value)
        .is_some_and(|max| if bound.exclusive { value < max } else { value <= max })
}

#[inline]
pub(crate) fn is_literal(value: f64, literal: &Literal) -> bool {
    number_of(literal) == Some(value)
}

#[inline]
pub(crate) fn is_number_multiple(value: f64, of: &Literal) -> bool {
    number_of(of).is_some_and(|of| is_multiple(value, of))
}

/// Whether the value is a multiple, in decimal: `0.3` is one of `0.1`, as a reader expects.
pub(crate) fn is_multiple(value: f64, of: f64) -> bool {
    let (Some(value), Some(of)) = (Decimal::of(value), Decimal::of(of)) else { return false };
    if value.digits == 0 || of.digits == 0 {
        return value.digits == 0 && of.digits != 0;
    }
    match u32::try_from(value.exponent - of.exponent) {
        Ok(shift) => {
            (power_of_ten(shift, of.digits) * (value.digits % of.digits)).is_multiple_of(of.digits)
        }
        Err(_negative) => {
            let shift = (of.exponent - value.exponent).unsigned_abs();
            // At most 17 digits cannot hold 20 powers of ten.
            shift <= 20 && value.digits % (of.digits * 10_u128.pow(shift)) == 0
        }
    }
}

/// Ten to the power of `exponent`, modulo; the modulus has at most 17 digits.
fn power_of_ten(exponent: u32, modulus: u128) -> u128 {
    (0..exponent).fold(1 % modulus, |power, _| power * 10 % modulus)
}

/// A float's shortest decimal form, without its sign: `digits * 10^exponent`.
struct Decimal {
    digits: u128,
    exponent: i32,
}

impl Decimal {
    fn of(value: f64) -> Option<Self> {
        let text = format!("{:e}", value.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}").parse().ok()?;
        let exponent = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
        Some(Self { digits, exponent })
    }
}

#[cfg(test)]
mod tests {
    use super::is_multiple;

    #[test]
    fn multiples_are_decimal() {
        let cases = [
            (0.3, 0.1, true),
            (0.35, 0.1, false),
            (1e300, 0.01, true),
            (1e-300, 0.01, false),
            (0.0, 0.5, true),
            (7.5, 2.5, true),
            (7.0, 2.0, false),
            (-7.5, 2.5, true),
            (f64::MAX, 1.0, true),
            (5e-324, 1.0, false),
        ];
        for (value, of, expected) in cases {
            assert_eq!(is_multiple(value, of), expected, "{value} of {of}");
        }
    }
}
