//! The standard library's types as parameters, and two of our own.

mod bool;

pub(crate) mod integer;

pub(crate) mod number;

mod text;

mod wrap;

mod list;

mod map;

mod value;

mod secret;

mod duration;

mod byte_size;

mod net;

mod path;

mod external;

pub(crate) use map::is_canonical_integer;
pub use secret::Secret;
pub(crate) use text::{one_of as text_one_of, text_fits};
pub(crate) use value::{Strict, plain_numbers};

pub use byte_size::ByteSize;

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
    use std::fmt::Debug;
    use std::num::{NonZeroU8, NonZeroU64};
    use std::path::PathBuf;
    use std::time::Duration;

    use serde::de::IntoDeserializer;
    use serde::de::value::UnitDeserializer;
    use serde_json::{Deserializer, Value, json};

    use crate::params::{
        AsText, Bound, ByteSize, Constraints, Literal, Own, Param, ParamWith, Secret,
    };

    fn written<T: Param>(value: &T) -> Option<String> {
        let mut text = Vec::new();
        Own::encode(value, &mut serde_json::Serializer::new(&mut text)).ok()?;
        String::from_utf8(text).ok()
    }

    fn read<T: Param>(text: &str) -> Option<T> {
        Own::decode(&mut Deserializer::from_str(text)).ok()
    }

    fn is_written<T: Param + PartialEq + Debug>(value: T, text: &str) {
        assert_eq!(written(&value).as_deref(), Some(text));
        assert_eq!(read(text), Some(value), "{text}");
    }

    #[test]
    fn what_a_scalar_writes_it_reads() {
        is_written(true, "true");
        is_written(i128::MIN / 2, "-85070591730234615865843651857942052864");
        is_written(u128::from(u64::MAX) + 1, "18446744073709551616");
        is_written(NonZeroU64::MIN, "1");
        is_written(0.5_f64, "0.5");
        is_written(0.1_f32, "0.1");
        is_written('é', "\"é\"");
        is_written::<Box<str>>("a".into(), "\"a\"");
        is_written::<Cow<'static, str>>(Cow::Borrowed("a"), "\"a\"");
        is_written(PathBuf::from("/etc"), "\"/etc\"");
        is_written(ByteSize::bytes(1024), "\"1KiB\"");
        is_written(Duration::from_millis(1500), "\"1s500ms\"");
        is_written(json!({"a": [1, null]}), r#"{"a":[1,null]}"#);
    }

    #[test]
    fn what_holds_values_writes_and_reads_them_by_their_own_type() {
        let second = Duration::from_secs(1);
        is_written(Box::new(second), "\"1s\"");
        is_written(Some(second), "\"1s\"");
        is_written(None::<Duration>, "null");
        is_written(Some(None::<u8>), "null");
        is_written(Secret::new(second), "\"1s\"");
        is_written([1_u8, 1], "[1,1]");
        is_written(VecDeque::from([second]), "[\"1s\"]");
        is_written(BTreeSet::from([2_u8, 1]), "[1,2]");
        is_written(HashSet::<u8>::from([1]), "[1]");
        is_written(BTreeMap::from([(-1_i8, second)]), r#"{"-1":"1s"}"#);
        is_written(HashMap::<String, u8>::from([("a".to_owned(), 1)]), r#"{"a":1}"#);
    }

    #[test]
    fn what_json_cannot_hold_is_not_written() {
        assert_eq!(written(&f64::NAN), None);
        assert_eq!(written(&f32::INFINITY), None);
        assert_eq!(written(&BTreeMap::from([("a".to_owned(), f64::NAN)])), None);
    }

    #[test]
    fn what_is_not_of_the_type_is_not_read() {
        let refused = |text: &str, is_read: bool| assert!(!is_read, "{text}");
        refused("0", read::<NonZeroU8>("0").is_some());
        refused("1e40", read::<u128>("1e40").is_some());
        refused("-1", read::<u128>("-1").is_some());
        refused("ab", read::<char>("\"ab\"").is_some());
        refused("one of two", read::<[u8; 2]>("[1]").is_some());
        refused("two equal", read::<HashSet<u8>>("[1,1]").is_some());
        refused("a key twice", read::<HashMap<String, u8>>(r#"{"a":1,"a":2}"#).is_some());
        refused("a key with a zero", read::<BTreeMap<u8, u8>>(r#"{"01":1}"#).is_some());
        refused("a key beyond", read::<BTreeMap<u8, u8>>(r#"{"256":1}"#).is_some());
        refused("a key twice below", read::<Value>(r#"[{"a":1,"a":2}]"#).is_some());
    }

    #[test]
    fn a_type_says_what_it_takes_where_it_is_given_nothing() {
        fn asked<T: Param>() -> String {
            let nothing: UnitDeserializer<serde_json::Error> = ().into_deserializer();
            let error = T::decode(nothing).err().expect("nothing is no value of it");
            error.to_string().replace("invalid type: null, expected ", "")
        }
        let cases = [
            (asked::<bool>(), "a boolean"),
            (asked::<u8>(), "an integer of this type"),
            (asked::<f64>(), "a number"),
            (asked::<String>(), "a string"),
            (asked::<char>(), "a single character"),
            (asked::<Duration>(), Duration::SPEC.expected),
            (asked::<Vec<u8>>(), "an array"),
            (asked::<BTreeMap<String, u8>>(), "an object"),
        ];
        for (said, expected) in cases {
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn a_default_is_a_literal_of_the_types_kind() {
        const A: Literal = Literal::Text("a");
        const ONE: Literal = Literal::Int(1);
        assert_eq!((bool::literal(&Literal::Bool(true)), bool::literal(&ONE)), (Some(true), None));
        assert_eq!((u8::literal(&ONE), u8::literal(&A)), (Some(1), None));
        assert_eq!((u128::literal(&ONE), u128::literal(&A)), (Some(1), None));
        assert_eq!((f64::literal(&ONE), f64::literal(&A)), (Some(1.0), None));
        assert_eq!((String::literal(&A), String::literal(&ONE)), (Some("a".to_owned()), None));
        assert_eq!((Cow::literal(&A), Cow::literal(&ONE)), (Some(Cow::Borrowed("a")), None));
        assert_eq!((char::literal(&A), char::literal(&ONE)), (Some('a'), None));
        assert_eq!((Duration::literal(&A), Duration::literal(&ONE)), (None, None));
        assert_eq!(Box::<u8>::literal(&ONE), Some(Box::new(1)));
        assert_eq!(Secret::<u8>::literal(&ONE), Some(Secret::new(1)));
        assert_eq!(<Vec<u8>>::literal(&Literal::Json("[1]")), Some(vec![1]));
    }

    #[test]
    fn absence_and_null_are_those_of_the_type_within() {
        type Asked = Option<Option<u8>>;
        assert_eq!((<Box<Asked>>::absent(), <Box<Asked>>::null()), wrapped(Box::new));
        assert_eq!((<Secret<Asked>>::absent(), <Secret<Asked>>::null()), wrapped(Secret::new));
        assert_eq!((<Box<u8>>::absent(), <Secret<u8>>::null()), (None, None));
        assert!(Box::new(None::<u8>).is_absent() && Secret::new(None::<u8>).is_absent());
        assert!(!Box::new(Some(1)).is_absent() && !Secret::new(1).is_absent());
        assert_eq!(Value::null(), Some(Value::Null));

        fn wrapped<T>(wrap: fn(Asked) -> T) -> (Option<T>, Option<T>) {
            (Some(wrap(None)), Some(wrap(Some(None))))
        }
    }

    #[test]
    fn a_limit_holds_for_a_value_whatever_is_around_it() {
        let most = |value| Some(Bound { value: Literal::Int(value), exclusive: false });
        let two = Constraints { max: most(2), ..Constraints::NONE };
        let pair = Constraints { min_len: Some(2), max_len: Some(2), ..Constraints::NONE };
        let a_or_b =
            Constraints { one_of: &[Literal::Text("a"), Literal::Text("b")], ..Constraints::NONE };
        let unique = Constraints { unique: true, ..Constraints::NONE };
        let cases = [
            ("one more, boxed", Box::new(3).fits(&two), false),
            ("the last one, boxed", Box::new(2).fits(&two), true),
            ("one more, hidden", Secret::new(3).fits(&two), false),
            ("one more, given", Some(3).fits(&two), false),
            ("not given", None::<u8>.fits(&two), true),
            ("one more, not zero", NonZeroU8::MAX.fits(&two), false),
            ("one more, wide", 3_u128.fits(&two), false),
            ("beyond what limits can say", u128::MAX.fits(&two), false),
            ("two characters of four bytes", Box::<str>::from("ää").fits(&pair), true),
            ("three characters", Box::<str>::from("abc").fits(&pair), false),
            ("one character", Cow::<'static, str>::from("a").fits(&pair), false),
            ("two entries", HashMap::from([(1, 1), (2, 2)]).fits(&pair), true),
            ("one entry", BTreeMap::from([(1, 1)]).fits(&pair), false),
            ("two items", VecDeque::from([1, 2]).fits(&pair), true),
            ("one item", HashSet::<u8>::from([1]).fits(&pair), false),
            ("of the list", 'a'.fits(&a_or_b), true),
            ("not of the list", 'c'.fits(&a_or_b), false),
            ("an item not of the list", ['a', 'c'].fits(&a_or_b), false),
            ("equal items", [1.0, 1.0].fits(&unique), false),
            ("items that differ", VecDeque::from([1.0, 1.5]).fits(&unique), true),
            ("a type without limits", true.fits(&two), true),
        ];
        for (case, fits, expected) in cases {
            assert_eq!(fits, expected, "{case}");
        }
    }

    #[test]
    fn what_is_rounded_is_judged_as_it_was_written_whatever_is_around_it() {
        // The nearest `f32` to what is written is 1, which would be within.
        const ABOVE_ONE: &str = "1.00000001";
        const UP_TO_ONE: Constraints = Constraints {
            max: Some(Bound { value: Literal::Int(1), exclusive: false }),
            ..Constraints::NONE
        };
        const ONLY_ONE: Constraints =
            Constraints { one_of: &[Literal::Float(1.0)], ..Constraints::NONE };
        fn within<T: Param>(text: &str, constraints: &Constraints) -> bool {
            T::decode_within(&mut Deserializer::from_str(text), constraints).is_ok()
        }
        for (written, expected) in [("1.0", true), (ABOVE_ONE, false)] {
            let list = format!("[{written}]");
            assert_eq!(within::<f32>(written, &UP_TO_ONE), expected, "{written}");
            assert_eq!(within::<Box<f32>>(written, &UP_TO_ONE), expected, "{written}");
            assert_eq!(within::<Option<f32>>(written, &UP_TO_ONE), expected, "{written}");
            assert_eq!(within::<Secret<f32>>(written, &UP_TO_ONE), expected, "{written}");
            assert_eq!(within::<Vec<f32>>(&list, &ONLY_ONE), expected, "{list}");
            assert_eq!(within::<VecDeque<f32>>(&list, &ONLY_ONE), expected, "{list}");
            assert_eq!(within::<[f32; 1]>(&list, &ONLY_ONE), expected, "{list}");
        }
        assert!(within::<f64>(ABOVE_ONE, &UP_TO_ONE), "not rounded: judged when it is read");
        assert!(<Vec<Option<f32>>>::SHAPE.rounds() && !<Vec<f64>>::SHAPE.rounds());
    }
}
