//! What is checked of a field's limits while its declaration compiles: a limit that nobody could
//! keep, or that nobody would enforce, is no declaration.
//!
//! Each panics where it refuses, which in constant evaluation is a compile error. What takes
//! running code, such as reading the text of a bound, is the registry's to check.

use super::super::{Bound, ChoiceSpec, Literal, Shape, TextSpec};
use super::check::same;

/// The bound that a constant of any type of numbers is, for a field of this shape; both forms
/// are the constant's own, by `as`.
///
/// # Panics
///
/// Where the field takes integers and the constant is none.
#[must_use]
#[track_caller]
pub const fn bound_of(shape: &'static Shape, whole: i128, number: f64) -> Literal {
    if let Shape::Number { .. } = shape.inner() {
        return Literal::Float(number);
    }
    assert!(whole as f64 == number, "the bound of an integer is an integer: this constant is none");
    Literal::Int(whole)
}

/// The length that a constant of any type of numbers is; both forms are the constant's own, by
/// `as`.
///
/// # Panics
///
/// Where the constant is no length.
#[must_use]
#[track_caller]
pub const fn len_of(whole: u64, number: f64) -> u64 {
    assert!(whole as f64 == number, "a length is a whole number of at least 0");
    whole
}

/// Refuses a `min` or a `max` that is not of its field's kind.
///
/// # Panics
///
/// Where the two do not fit.
#[track_caller]
pub const fn check_bound(shape: &'static Shape, bound: Literal) {
    match (shape.inner(), bound) {
        (Shape::Integer { .. } | Shape::Number { .. }, Literal::Int(_) | Literal::Float(_))
        | (Shape::Text(TextSpec { magnitude: Some(_), .. }), Literal::Text(_)) => {}
        (Shape::Integer { .. } | Shape::Number { .. }, _) => {
            panic!("the bound of a number is a number: write it without quotes")
        }
        (Shape::Text(TextSpec { magnitude: Some(_), .. }), _) => {
            panic!(
                "the bound of this type is a text with its unit, such as `\"60s\"` or `\"1MiB\"`"
            )
        }
        _ => panic!("`min`/`max` apply to numbers, durations and byte sizes, and this is none"),
    }
}

/// Refuses a range of numbers, within that of the field's type, in which there is none.
///
/// # Panics
///
/// Where no value could pass.
#[track_caller]
pub const fn check_range(shape: &'static Shape, min: Option<Bound>, max: Option<Bound>) {
    let (type_min, type_max) = match shape.inner() {
        Shape::Integer { min, max } => (Literal::Int(*min), Literal::Int(*max)),
        Shape::Number { magnitude_max } => {
            (Literal::Float(-*magnitude_max), Literal::Float(*magnitude_max))
        }
        _ => return,
    };
    let given = (or(min, type_min), or(max, type_max));
    let (mut min, mut max) = given;
    if let Shape::Integer { .. } = shape.inner() {
        (min, max) = (closed(min, 1), closed(max, -1));
    }
    assert!(
        !is_empty(&min.value, &type_max, min.exclusive)
            && !is_empty(&type_min, &max.value, max.exclusive),
        "the bound is outside the range of the field's type: no value could pass"
    );
    assert!(
        !is_empty(&given.0.value, &given.1.value, given.0.exclusive || given.1.exclusive),
        "`max` is below `min`: no value could pass"
    );
    assert!(
        !is_empty(&min.value, &max.value, min.exclusive || max.exclusive),
        "there is no integer between the two bounds: no value could pass"
    );
}

const fn or(bound: Option<Bound>, of_type: Literal) -> Bound {
    match bound {
        Some(bound) => bound,
        None => Bound { value: of_type, exclusive: false },
    }
}

/// The same end of a range of integers by the last one that is inside: between two that are
/// outside and follow each other, there is none.
const fn closed(end: Bound, inwards: i128) -> Bound {
    match end {
        Bound { value: Literal::Int(value), exclusive: true } => {
            Bound { value: Literal::Int(value.saturating_add(inwards)), exclusive: false }
        }
        end => end,
    }
}

const fn is_empty(low: &Literal, high: &Literal, exclusive: bool) -> bool {
    match (low, high) {
        (Literal::Int(low), Literal::Int(high)) => *high < *low || (exclusive && *high == *low),
        _ => match (number(low), number(high)) {
            (Some(low), Some(high)) => high < low || (exclusive && high == low),
            _ => false,
        },
    }
}

const fn number(literal: &Literal) -> Option<f64> {
    match *literal {
        Literal::Int(value) => Some(value as f64),
        Literal::Float(value) => Some(value),
        _ => None,
    }
}

/// Refuses lengths between which there is none.
///
/// # Panics
///
/// Where no value could pass.
#[track_caller]
pub const fn check_lens(min_len: Option<u64>, max_len: Option<u64>) {
    if let (Some(min), Some(max)) = (min_len, max_len) {
        assert!(min <= max, "`max_len` is below `min_len`: no value could pass");
    }
}

/// Refuses a `multiple_of` that is no step of numbers.
///
/// # Panics
///
/// Where it is of another kind, or not more than nothing.
#[track_caller]
pub const fn check_step(shape: &'static Shape, step: Literal) {
    match (shape.inner(), number(&step)) {
        (Shape::Integer { .. } | Shape::Number { .. }, Some(step)) => {
            assert!(step > 0.0, "`multiple_of` must be more than 0");
        }
        (Shape::Integer { .. } | Shape::Number { .. }, None) => {
            panic!("`multiple_of` takes a number: write it without quotes")
        }
        _ => panic!("`multiple_of` applies to numbers, and this is none"),
    }
}

/// Refuses a `pattern` of a type that takes several texts for one value: the schema would judge
/// the text, and a typed call has the value only.
///
/// # Panics
///
/// Where the type has one way of its own to write its values.
#[track_caller]
pub const fn check_pattern(shape: &'static Shape) {
    assert!(
        !matches!(shape.inner(), Shape::Text(TextSpec { canonical: Some(_), .. })),
        "`pattern` judges a text, and this type takes several for one value: use `validate`"
    );
}

/// Refuses a list of values that the field's type does not take.
///
/// # Panics
///
/// Where the type takes no list, or not each value of it.
#[track_caller]
pub const fn check_one_of(shape: &'static Shape, values: &[Literal]) {
    if let Shape::List { item, .. } = shape.inner() {
        return check_one_of(item, values);
    }
    let mut at = 0;
    while at < values.len() {
        check_value(shape.inner(), &values[at]);
        at += 1;
    }
}

#[track_caller]
const fn check_value(shape: &Shape, value: &Literal) {
    match (shape, value) {
        (Shape::Integer { min, max }, Literal::Int(value)) => assert!(
            *min <= *value && *value <= *max,
            "`one_of` has a value outside the range of the field's type"
        ),
        (Shape::Number { magnitude_max }, Literal::Float(value)) => assert!(
            -*magnitude_max <= *value && *value <= *magnitude_max,
            "`one_of` has a value outside the range of the field's type"
        ),
        (Shape::Choice(spec), Literal::Text(word)) => {
            assert!(is_word(spec, word), "`one_of` has a word that the field's type does not");
        }
        (Shape::Text(TextSpec { canonical: Some(_), .. }), _) => {
            panic!(
                "`one_of` lists texts, and this type takes several for one value: use `validate`"
            )
        }
        (Shape::Number { .. }, Literal::Int(_)) | (Shape::Text(_), Literal::Text(_)) => {}
        (Shape::Integer { .. }, _) => panic!("`one_of` of an integer field lists integers"),
        (Shape::Number { .. }, _) => panic!("`one_of` of a number field lists numbers"),
        (Shape::Choice(_), _) => panic!("`one_of` of a choice lists its words, as strings"),
        (Shape::Text(_), _) => panic!("`one_of` of a text field lists string literals"),
        _ => panic!("`one_of` applies to texts, numbers, choices, and lists of them; remove it"),
    }
}

/// Whether it is the word itself: an alias is let through by the word that it stands for.
const fn is_word(spec: &ChoiceSpec, word: &str) -> bool {
    let mut at = 0;
    while at < spec.words.len() {
        if same(spec.words[at].word, word) {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use super::Literal::{Bool, Float, Int, Text};
    use super::*;
    use crate::params::refusal::refusal;
    use crate::params::{Choice, Param};

    const COLOR: &Shape = &Shape::Choice(&ChoiceSpec {
        name: "Color",
        doc: "",
        words: &[Choice { word: "red", aliases: &["crimson"], doc: "" }],
    });

    const OUTSIDE: &str = "the bound is outside the range of the field's type: no value could pass";

    const BELOW: &str = "`max` is below `min`: no value could pass";

    const NARROW: &str = "there is no integer between the two bounds: no value could pass";

    /// A check of a declaration, and what it says; nothing where the declaration is a good one.
    fn each_says(cases: &[(fn(), &str)]) {
        for (at, (check, expected)) in cases.iter().enumerate() {
            assert_eq!(refusal(check).unwrap_or_default(), *expected, "case {at}");
        }
    }

    #[test]
    fn a_constant_is_a_bound_in_the_form_of_its_field_and_no_integer_is_cut() {
        assert_eq!(bound_of(u8::SHAPE, 5, 5.0), Int(5));
        assert_eq!(bound_of(<Option<f64>>::SHAPE, 5, 5.5), Float(5.5));
        assert_eq!(len_of(5, 5.0), 5);
        each_says(&[
            (
                || _ = bound_of(u8::SHAPE, 5, 5.5),
                "the bound of an integer is an integer: this constant is none",
            ),
            (|| _ = len_of(5, 5.5), "a length is a whole number of at least 0"),
            (|| _ = len_of(0, -1.0), "a length is a whole number of at least 0"),
        ]);
    }

    #[test]
    fn a_bound_is_of_its_fields_kind() {
        const NUMBER: &str = "the bound of a number is a number: write it without quotes";
        const UNIT: &str =
            "the bound of this type is a text with its unit, such as `\"60s\"` or `\"1MiB\"`";
        const NONE: &str =
            "`min`/`max` apply to numbers, durations and byte sizes, and this is none";
        each_says(&[
            (|| check_bound(u8::SHAPE, Int(1)), ""),
            (|| check_bound(f64::SHAPE, Int(1)), ""),
            (|| check_bound(<Option<f64>>::SHAPE, Float(1.5)), ""),
            (|| check_bound(Duration::SHAPE, Text("5s")), ""),
            (|| check_bound(u8::SHAPE, Text("1")), NUMBER),
            (|| check_bound(f64::SHAPE, Bool(true)), NUMBER),
            (|| check_bound(Duration::SHAPE, Int(5)), UNIT),
            (|| check_bound(String::SHAPE, Int(5)), NONE),
            (|| check_bound(bool::SHAPE, Int(1)), NONE),
        ]);
    }

    #[test]
    fn a_range_holds_a_value_of_its_fields_type() {
        const fn to(value: Literal) -> Option<Bound> {
            Some(Bound { value, exclusive: false })
        }
        const fn short_of(value: Literal) -> Option<Bound> {
            Some(Bound { value, exclusive: true })
        }
        each_says(&[
            (|| check_range(u8::SHAPE, None, None), ""),
            (|| check_range(u8::SHAPE, to(Int(255)), None), ""),
            (|| check_range(u8::SHAPE, to(Int(256)), None), OUTSIDE),
            (|| check_range(u8::SHAPE, short_of(Int(255)), None), OUTSIDE),
            (|| check_range(u8::SHAPE, None, to(Int(0))), ""),
            (|| check_range(u8::SHAPE, None, to(Int(-1))), OUTSIDE),
            (|| check_range(u8::SHAPE, None, short_of(Int(0))), OUTSIDE),
            (|| check_range(u8::SHAPE, to(Int(5)), to(Int(5))), ""),
            (|| check_range(u8::SHAPE, to(Int(6)), to(Int(5))), BELOW),
            (|| check_range(u8::SHAPE, to(Int(5)), short_of(Int(5))), BELOW),
            (|| check_range(u8::SHAPE, short_of(Int(5)), to(Int(6))), ""),
            (|| check_range(u8::SHAPE, short_of(Int(5)), short_of(Int(6))), NARROW),
            (|| check_range(f64::SHAPE, short_of(Int(5)), short_of(Int(6))), ""),
            (|| check_range(f64::SHAPE, to(Float(0.5)), to(Int(1))), ""),
            (|| check_range(f64::SHAPE, to(Int(1)), to(Float(0.5))), BELOW),
            (|| check_range(f64::SHAPE, short_of(Float(0.5)), to(Float(0.5))), BELOW),
            (|| check_range(f32::SHAPE, to(Float(1e39)), None), OUTSIDE),
            // Told by others: a text of a duration is read by the registry, and no other is one.
            (|| check_range(Duration::SHAPE, to(Text("2s")), to(Text("1s"))), ""),
            (|| check_range(u8::SHAPE, to(Text("2")), to(Text("1"))), ""),
        ]);
    }

    #[test]
    fn there_is_a_length_between_two_and_a_step_leads_on() {
        const MORE: &str = "`multiple_of` must be more than 0";
        each_says(&[
            (|| check_lens(Some(3), Some(3)), ""),
            (|| check_lens(Some(3), None), ""),
            (|| check_lens(Some(3), Some(2)), "`max_len` is below `min_len`: no value could pass"),
            (|| check_step(u8::SHAPE, Int(1)), ""),
            (|| check_step(<Option<f64>>::SHAPE, Float(0.1)), ""),
            (|| check_step(u8::SHAPE, Int(0)), MORE),
            (|| check_step(f64::SHAPE, Float(-0.5)), MORE),
            (
                || check_step(u8::SHAPE, Text("2")),
                "`multiple_of` takes a number: write it without quotes",
            ),
            (
                || check_step(Duration::SHAPE, Int(2)),
                "`multiple_of` applies to numbers, and this is none",
            ),
        ]);
    }

    #[test]
    fn a_pattern_judges_only_what_is_written_in_one_way() {
        const SEVERAL: &str =
            "`pattern` judges a text, and this type takes several for one value: use `validate`";
        each_says(&[
            (|| check_pattern(String::SHAPE), ""),
            (|| check_pattern(<Option<Duration>>::SHAPE), SEVERAL),
        ]);
    }

    #[test]
    fn each_listed_value_is_one_of_the_fields_type() {
        const RANGE: &str = "`one_of` has a value outside the range of the field's type";
        each_says(&[
            (|| check_one_of(u8::SHAPE, &[Int(0), Int(255)]), ""),
            (|| check_one_of(u8::SHAPE, &[Int(0), Int(256)]), RANGE),
            (|| check_one_of(<Vec<u8>>::SHAPE, &[Int(-1)]), RANGE),
            (|| check_one_of(f32::SHAPE, &[Int(1), Float(1.5)]), ""),
            (|| check_one_of(f32::SHAPE, &[Float(-1e39)]), RANGE),
            (|| check_one_of(String::SHAPE, &[Text("a")]), ""),
            (|| check_one_of(COLOR, &[Text("red")]), ""),
            (
                || check_one_of(COLOR, &[Text("crimson")]),
                "`one_of` has a word that the field's type does not",
            ),
            (
                || check_one_of(IpAddr::SHAPE, &[Text("::1")]),
                "`one_of` lists texts, and this type takes several for one value: use `validate`",
            ),
            (
                || check_one_of(u8::SHAPE, &[Float(1.0)]),
                "`one_of` of an integer field lists integers",
            ),
            (|| check_one_of(f64::SHAPE, &[Text("1")]), "`one_of` of a number field lists numbers"),
            (|| check_one_of(COLOR, &[Int(1)]), "`one_of` of a choice lists its words, as strings"),
            (
                || check_one_of(String::SHAPE, &[Int(1)]),
                "`one_of` of a text field lists string literals",
            ),
            (
                || check_one_of(bool::SHAPE, &[Bool(true)]),
                "`one_of` applies to texts, numbers, choices, and lists of them; remove it",
            ),
        ]);
    }
}
