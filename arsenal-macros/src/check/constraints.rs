//! The declared limits of a field, and the values that the declaration itself gives.

use std::cmp::Ordering;

use proc_macro2::Ident;
use syn::Expr;

use crate::faults::Faults;
use crate::literal::shown;
use crate::model::{Bound, Constraints, Given, Len, LenValue, Literal, Number, RawParam, Slot};
use crate::pattern;

/// The keys that limit a value, where they are given.
pub(super) fn keys(raw: &RawParam) -> Vec<&Ident> {
    fn key<T>(slot: &Slot<T>) -> Option<&Ident> {
        slot.as_ref().map(|given| &given.key)
    }
    [
        key(&raw.min),
        key(&raw.max),
        key(&raw.exclusive_min),
        key(&raw.exclusive_max),
        key(&raw.multiple_of),
        key(&raw.min_len),
        key(&raw.max_len),
        key(&raw.unique),
        key(&raw.pattern),
        key(&raw.format),
        key(&raw.one_of),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Checks the limits.
pub(super) fn check(raw: &RawParam, faults: &mut Faults) -> Constraints {
    let constraints = Constraints {
        min: end((&raw.min, &raw.exclusive_min), faults),
        max: end((&raw.max, &raw.exclusive_max), faults),
        multiple_of: raw.multiple_of.as_ref().and_then(|given| bound(given, false, faults)),
        min_len: raw.min_len.as_ref().and_then(|given| len(given, faults)),
        max_len: raw.max_len.as_ref().and_then(|given| len(given, faults)),
        unique: raw.unique.as_ref().map(|given| given.key.clone()),
        pattern: raw.pattern.as_ref().and_then(|given| {
            match pattern::normalize(&given.value.value()) {
                Ok(published) => Some((given.key.clone(), published)),
                Err(sentence) => {
                    faults.at(&given.value, sentence);
                    None
                }
            }
        }),
        format: raw.format.as_ref().map(|given| (given.key.clone(), given.value.value())),
        one_of: raw.one_of.as_ref().map(|given| (given.key.clone(), one_of(given, faults))),
    };
    ranges(raw, &constraints, faults);
    constraints
}

fn end((inclusive, exclusive): (&Slot<Expr>, &Slot<Expr>), faults: &mut Faults) -> Option<Bound> {
    match (inclusive, exclusive) {
        (Some(given), None) => bound(given, false, faults),
        (None, Some(given)) => bound(given, true, faults),
        (Some(first), Some(second)) => {
            let sentence = format!("`{}` and `{}` are both given: keep one", first.key, second.key);
            faults.at(&second.key, sentence);
            None
        }
        (None, None) => None,
    }
}

fn bound(given: &Given<Expr>, exclusive: bool, faults: &mut Faults) -> Option<Bound> {
    let key = given.key.clone();
    let value = match Literal::of(&given.value) {
        Some(literal) if literal.bounds() => Number::Known(literal),
        Some(_) => {
            let sentence = format!(
                "`{key}` takes a number, a constant, or a text such as `\"5s\"` for a duration"
            );
            faults.at(&given.value, sentence);
            return None;
        }
        None => Number::Constant(given.value.clone()),
    };
    if let (Number::Known(Literal::Int(..=0)), true) = (&value, key == "multiple_of") {
        faults.at(&given.value, "`multiple_of` must be more than 0");
    }
    Some(Bound { key, value, exclusive })
}

fn len(given: &Given<Expr>, faults: &mut Faults) -> Option<Len> {
    let key = given.key.clone();
    let value = match Literal::of(&given.value) {
        None => LenValue::Constant(given.value.clone()),
        Some(Literal::Int(len)) if u64::try_from(len).is_ok() => {
            LenValue::Known(u64::try_from(len).unwrap_or_default())
        }
        Some(_) => {
            faults.at(&given.value, format!("`{key}` is a whole number of at least 0"));
            return None;
        }
    };
    Some(Len { key, value })
}

fn one_of(given: &Given<Vec<Expr>>, faults: &mut Faults) -> Vec<Literal> {
    if given.value.is_empty() {
        faults.at(&given.key, "`one_of` is empty: no value could pass");
    }
    let mut values: Vec<Literal> = Vec::new();
    for expr in &given.value {
        match Literal::of(expr) {
            None | Some(Literal::Json(_)) => {
                faults.at(expr, "`one_of` is a list of literals, such as `[\"a\", \"b\"]`");
            }
            Some(value) if values.iter().any(|known| known.equals(&value)) => {
                faults.at(expr, format!("{} is in `one_of` already", shown(expr)));
            }
            Some(value) => values.push(value),
        }
    }
    values
}

/// The lower end is not above the upper one.
fn ranges(raw: &RawParam, constraints: &Constraints, faults: &mut Faults) {
    if let (Some(min), Some(max)) = (&constraints.min, &constraints.max)
        && let (Number::Known(low), Number::Known(high)) = (&min.value, &max.value)
    {
        let empty = match high.compare(low) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => min.exclusive || max.exclusive,
            _ => false,
        };
        if let (true, Some(at)) = (empty, raw.max.as_ref().or(raw.exclusive_max.as_ref())) {
            faults.at(&at.value, below((&max.key, &high.json()), (&min.key, &low.json())));
        }
    }
    if let (Some(min), Some(max)) = (&constraints.min_len, &constraints.max_len)
        && let (LenValue::Known(low), LenValue::Known(high)) = (&min.value, &max.value)
        && let (true, Some(at)) = (high < low, &raw.max_len)
    {
        let sentence = below((&max.key, &high.to_string()), (&min.key, &low.to_string()));
        faults.at(&at.value, sentence);
    }
}

fn below((max, high): (&Ident, &str), (min, low): (&Ident, &str)) -> String {
    let relation = if high == low { "leaves nothing above" } else { "is below" };
    format!("`{max}` ({high}) {relation} `{min}` ({low}): no value could pass")
}

/// The default and the example keep the limits, as far as can be told here.
pub(super) fn values(raw: &RawParam, constraints: &Constraints, faults: &mut Faults) {
    let default = raw.default.as_ref().and_then(|given| given.value.as_ref());
    let given = [("default", default), ("example", raw.example.as_ref().map(|given| &given.value))];
    for (what, expr) in given {
        if let Some(expr) = expr
            && let Some(literal) = Literal::of(expr)
            && let Some(broken) = broken(&literal, expr, constraints)
        {
            let shown = shown(expr);
            faults.at(expr, format!("the {what} {shown} breaks the field's own `{broken}`"));
        }
    }
}

/// The first limit that a value breaks, as the declaration writes it.
fn broken(value: &Literal, expr: &Expr, constraints: &Constraints) -> Option<String> {
    let ends = [(&constraints.min, Ordering::Less), (&constraints.max, Ordering::Greater)];
    for (bound, beyond) in ends {
        if let Some(Bound { key, value: Number::Known(end), exclusive }) = bound {
            let order = value.compare(end);
            if order == Some(beyond) || (*exclusive && order == Some(Ordering::Equal)) {
                return Some(format!("{key} = {}", end.json()));
            }
        }
    }
    if let Some(Bound { key, value: Number::Known(step), .. }) = &constraints.multiple_of
        && let (Literal::Int(value), Literal::Int(step)) = (value, step)
        && value.checked_rem(*step).is_some_and(|rest| rest != 0)
    {
        return Some(format!("{key} = {step}"));
    }
    if let Some((key, values)) = &constraints.one_of
        && !values.iter().any(|one| one.equals(value))
    {
        return Some(key.to_string());
    }
    broken_len(len_of(value, expr)?, constraints)
}

fn len_of(value: &Literal, expr: &Expr) -> Option<u64> {
    match (value, expr) {
        (Literal::Text(text), _) => u64::try_from(text.chars().count()).ok(),
        (Literal::Json(_), Expr::Array(array)) => u64::try_from(array.elems.len()).ok(),
        _ => None,
    }
}

fn broken_len(len: u64, constraints: &Constraints) -> Option<String> {
    let ends = [(&constraints.min_len, Ordering::Less), (&constraints.max_len, Ordering::Greater)];
    ends.into_iter().find_map(|(end, beyond)| match end {
        Some(Len { key, value: LenValue::Known(end) }) if len.cmp(end) == beyond => {
            Some(format!("{key} = {end}"))
        }
        _ => None,
    })
}
