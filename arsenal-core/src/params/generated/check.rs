//! What is checked of a declaration while it compiles, and of a value by the author's own code.

use serde_json::Deserializer as JsonDeserializer;

use super::super::{Bounded, ChoiceSpec, Lengthy, Literal, ParamWith, Params, Shape, Textual};
use super::decode_open;
use crate::fault::Invalid;

/// Decodes one JSON text and runs a field's custom validator; what does not decode has been
/// told by others.
///
/// # Errors
///
/// The validator's own refusal.
pub fn check_custom<W, T>(
    json: &str,
    validator: fn(&T) -> Result<(), Invalid>,
) -> Result<(), Invalid>
where
    W: ParamWith<T>,
{
    match W::decode(&mut JsonDeserializer::from_str(json)) {
        Ok(value) => validator(&value),
        Err(_told_by_the_walker) => Ok(()),
    }
}

/// Decodes one JSON object and runs the rule over the whole struct; other keys may stand in the
/// object, since the struct may be flattened into another.
///
/// # Errors
///
/// The rule's own refusal.
pub fn check_rule<T: Params>(
    json: &str,
    rule: fn(&T) -> Result<(), Invalid>,
) -> Result<(), Invalid> {
    match decode_open(&mut JsonDeserializer::from_str(json)) {
        Ok(value) => rule(&value),
        Err(_told_by_the_walker) => Ok(()),
    }
}

/// Requires a type that `min`, `max` and `multiple_of` apply to.
pub const fn needs_number<T: Bounded + ?Sized>() {}

/// Requires a type that `min_len`, `max_len` and `unique` apply to.
pub const fn needs_len<T: Lengthy + ?Sized>() {}

/// Requires a type that `pattern` and `format` apply to.
pub const fn needs_text<T: Textual + ?Sized>() {}

/// Refuses, at compile time, a default that its field's type cannot hold.
///
/// # Panics
///
/// Where the two do not fit: in constant evaluation this is a compile error.
#[track_caller]
pub const fn check_default(shape: &'static Shape, literal: &Literal) {
    match (shape.inner(), literal) {
        (Shape::Integer { min, max }, Literal::Int(value)) => assert!(
            *min <= *value && *value <= *max,
            "the default is outside the range of the field's type"
        ),
        (Shape::Choice(spec), Literal::Text(word)) => {
            assert!(has_word(spec, word), "the default is none of the field's words");
        }
        (Shape::Number { magnitude_max }, Literal::Float(value)) => assert!(
            -*magnitude_max <= *value && *value <= *magnitude_max,
            "the default is outside the range of the field's type"
        ),
        (Shape::Any | Shape::Foreign(_), _)
        | (Shape::Bool, Literal::Bool(_))
        | (Shape::Number { .. }, Literal::Int(_))
        | (Shape::Text(_), Literal::Text(_))
        | (Shape::List { .. } | Shape::Map { .. } | Shape::Struct(_), Literal::Json(_)) => {}
        (shape, _) => refuse_kind(shape),
    }
}

#[track_caller]
const fn refuse_kind(shape: &Shape) {
    match shape {
        Shape::Bool => panic!("the default of a boolean field is `true` or `false`"),
        Shape::Integer { .. } => panic!("the default of an integer field is an integer"),
        Shape::Number { .. } => panic!("the default of a number field is a number"),
        Shape::Text(_) => panic!("the default of a text field is a string literal"),
        Shape::Choice(_) => panic!("the default of a choice is one of its words, as a string"),
        Shape::List { .. } => panic!("the default of a list is a list"),
        _ => panic!("the default of an object is an object"),
    }
}

const fn has_word(spec: &ChoiceSpec, word: &str) -> bool {
    let mut at = 0;
    while at < spec.words.len() {
        let choice = &spec.words[at];
        if same(choice.word, word) {
            return true;
        }
        let mut alias = 0;
        while alias < choice.aliases.len() {
            if same(choice.aliases[alias], word) {
                return true;
            }
            alias += 1;
        }
        at += 1;
    }
    false
}

pub(super) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::Literal::{Bool, Float, Int, Json, Text};
    use super::*;
    use crate::params::refusal::refusal;
    use crate::params::{Choice, Own, Param};

    const COLOR: &Shape = &Shape::Choice(&ChoiceSpec {
        name: "Color",
        doc: "",
        words: &[
            Choice { word: "red", aliases: &["crimson", "scarlet"], doc: "" },
            Choice { word: "green", aliases: &[], doc: "" },
        ],
    });

    const OUTSIDE: &str = "the default is outside the range of the field's type";

    #[test]
    fn a_default_that_its_field_holds_is_let_through() {
        let cases = [
            (bool::SHAPE, Bool(false)),
            (u8::SHAPE, Int(0)),
            (u8::SHAPE, Int(255)),
            (<Option<u8>>::SHAPE, Int(1)),
            (f64::SHAPE, Int(1)),
            (f32::SHAPE, Float(f32::MIN as f64)),
            (String::SHAPE, Text("")),
            (COLOR, Text("green")),
            (COLOR, Text("scarlet")),
            (<Vec<u8>>::SHAPE, Json("[]")),
            (<BTreeMap<String, u8>>::SHAPE, Json("{}")),
            (Value::SHAPE, Int(1)),
        ];
        for (shape, default) in cases {
            assert_eq!(refusal(|| check_default(shape, &default)), None, "{default:?}");
        }
    }

    #[test]
    fn a_default_that_its_field_cannot_hold_is_refused_with_what_it_should_be() {
        let cases = [
            (u8::SHAPE, Int(256), OUTSIDE),
            (u8::SHAPE, Int(-1), OUTSIDE),
            (f32::SHAPE, Float(1e39), OUTSIDE),
            (COLOR, Text("blue"), "the default is none of the field's words"),
            (COLOR, Text("Red"), "the default is none of the field's words"),
            (COLOR, Int(0), "the default of a choice is one of its words, as a string"),
            (bool::SHAPE, Int(1), "the default of a boolean field is `true` or `false`"),
            (u8::SHAPE, Float(1.0), "the default of an integer field is an integer"),
            (f64::SHAPE, Text("1"), "the default of a number field is a number"),
            (String::SHAPE, Int(1), "the default of a text field is a string literal"),
            (<Vec<u8>>::SHAPE, Int(1), "the default of a list is a list"),
            (<BTreeMap<String, u8>>::SHAPE, Int(1), "the default of an object is an object"),
        ];
        for (shape, default, sentence) in cases {
            let refused = refusal(|| check_default(shape, &default));
            assert_eq!(refused.as_deref(), Some(sentence), "{default:?}");
        }
    }

    #[test]
    fn a_validator_judges_what_decodes_and_the_rest_is_told_by_others() {
        let even = |number: &u8| match number % 2 {
            0 => Ok(()),
            _ => Err(Invalid::new("must be even")),
        };
        let cases = [("2", None), ("3", Some("must be even")), ("300", None), ("{", None)];
        for (json, expected) in cases {
            let refused = check_custom::<Own, u8>(json, even).err();
            let sentence = refused.map(|invalid| invalid.into_fault("").detail);
            assert_eq!(sentence.as_deref(), expected, "{json}");
        }
    }
}
