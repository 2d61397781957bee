//! Parameters, from `name:type=default` to a field and a value for its test.

use crate::name::{Name, NameError};

/// Why a parameter was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ParamError {
    /// It has no type.
    #[error("parameter `{text}` has no type: write `name:type` or `name:type=default`")]
    Form { text: String },
    /// Its name is none.
    #[error("parameter `{name}` has a bad name")]
    Name { name: String, source: NameError },
    /// It stands there twice.
    #[error("parameter `{name}` is given twice: give each once")]
    Doubled { name: String },
    /// Nothing is known of its type.
    #[error(
        "parameter `{name}` has the unknown type `{kind}`: use one of {}, with `?` behind it \
         for an optional value or `[]` for a list",
        known()
    )]
    Type { name: String, kind: String },
    /// Its default is no value of its type.
    #[error("the default `{default}` of parameter `{name}` is no {kind}: {hint}")]
    Default { name: String, kind: &'static str, default: String, hint: &'static str },
    /// An absent value or a list needs no default.
    #[error("parameter `{name}` needs no default: `?` is absent and `[]` is empty without one")]
    NeedlessDefault { name: String },
}

/// One parameter, checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Param {
    pub(crate) name: Name,
    pub(crate) kind: &'static Kind,
    pub(crate) shape: Shape,
}

/// How often a parameter's value is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Required,
    /// Its default, as typed.
    Default(String),
    Optional,
    List,
}

/// A type of parameters.
#[derive(Debug, PartialEq)]
pub(crate) struct Kind {
    /// Its words on the command line; the first is the one that messages use.
    words: &'static [&'static str],
    /// Its path in Rust.
    pub(crate) rust: &'static str,
    /// What literals of it look like.
    literal: Literal,
    /// A value of it, and what that is compared with.
    sample: &'static str,
    answered: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Literal {
    Text,
    Char,
    Bool,
    Integer { min: i128, max: i128 },
    Float { max: f64 },
    Duration,
    Path,
    Ip,
}

/// Reads the parameters, in their order.
pub(crate) fn parse_all(texts: &[String]) -> Result<Vec<Param>, ParamError> {
    let mut params: Vec<Param> = Vec::with_capacity(texts.len());
    for text in texts {
        let param = Param::parse(text)?;
        if params.iter().any(|earlier| earlier.name == param.name) {
            return Err(ParamError::Doubled { name: param.name.to_string() });
        }
        params.push(param);
    }
    Ok(params)
}

impl Param {
    fn parse(text: &str) -> Result<Self, ParamError> {
        let form = || ParamError::Form { text: text.to_owned() };
        let (name, rest) = text.split_once(':').ok_or_else(form)?;
        let (word, default) = match rest.split_once('=') {
            Some((word, default)) => (word, Some(default)),
            None => (rest, None),
        };
        if word.is_empty() {
            return Err(form());
        }
        let checked = Name::param(name)
            .map_err(|source| ParamError::Name { name: name.to_owned(), source })?;
        let (word, bare_shape) = shape_of(word);
        let kind = KINDS
            .iter()
            .find(|kind| kind.words.contains(&word) || kind.rust == word)
            .ok_or_else(|| ParamError::Type { name: name.to_owned(), kind: word.to_owned() })?;
        let shape = match (bare_shape, default) {
            (shape, None) => shape,
            (Shape::Required, Some(default)) => {
                kind.check(name, default)?;
                Shape::Default(default.to_owned())
            }
            (_, Some(_)) => return Err(ParamError::NeedlessDefault { name: name.to_owned() }),
        };
        Ok(Self { name: checked, kind, shape })
    }

    /// The type of its field.
    pub(crate) fn field_type(&self) -> String {
        self.shaped(self.kind.rust)
    }

    fn shaped(&self, kind: &str) -> String {
        match self.shape {
            Shape::Required | Shape::Default(_) => kind.to_owned(),
            Shape::Optional => format!("Option<{kind}>"),
            Shape::List => format!("Vec<{kind}>"),
        }
    }

    /// Its default as a literal of the declaration.
    pub(crate) fn default_literal(&self) -> Option<String> {
        match &self.shape {
            Shape::Default(text) => Some(self.kind.literal(text)),
            _ => None,
        }
    }

    /// The type of the answer's field that gives the value back.
    pub(crate) fn answer_type(&self) -> String {
        let kind = if self.kind.is_duration() { "String" } else { self.kind.rust };
        self.shaped(kind)
    }

    /// The expression that gives the value back.
    pub(crate) fn answer(&self) -> String {
        let name = &self.name;
        match (self.kind.is_duration(), &self.shape) {
            (false, _) => format!("self.{name}"),
            (true, Shape::Optional) => format!("self.{name}.map(|wait| format!(\"{{wait:?}}\"))"),
            (true, Shape::List) => {
                format!("self.{name}.iter().map(|wait| format!(\"{{wait:?}}\")).collect()")
            }
            (true, _) => format!("format!(\"{{:?}}\", self.{name})"),
        }
    }

    /// A value for the test.
    pub(crate) fn sample(&self) -> &'static str {
        match self.shape {
            Shape::Optional => "None",
            Shape::List => "Vec::new()",
            Shape::Required | Shape::Default(_) => self.kind.sample,
        }
    }

    /// That the answer gave the sample back.
    pub(crate) fn assertion(&self) -> String {
        let name = &self.name;
        match (&self.shape, self.kind.literal) {
            (Shape::Optional, _) => format!("assert_eq!(answer.{name}, None);"),
            (Shape::List, _) => format!("assert!(answer.{name}.is_empty());"),
            (_, Literal::Bool) => format!("assert!(answer.{name});"),
            _ => format!("assert_eq!(answer.{name}, {});", self.kind.answered),
        }
    }
}

impl Kind {
    fn check(&self, name: &str, default: &str) -> Result<(), ParamError> {
        let (fits, hint) = match self.literal {
            Literal::Text | Literal::Path => (true, ""),
            Literal::Char => (default.chars().count() == 1, "write one character"),
            Literal::Bool => (matches!(default, "true" | "false"), "write true or false"),
            Literal::Integer { min, max } => (
                default.parse::<i128>().is_ok_and(|n| (min..=max).contains(&n)),
                "write a whole number within the type's bounds",
            ),
            Literal::Float { max } => {
                (is_float(default, max), "write a number in its range, as 0.5")
            }
            Literal::Duration => (is_duration(default), "write a number with a unit, as 5s"),
            Literal::Ip => (default.parse::<std::net::IpAddr>().is_ok(), "write 127.0.0.1 or ::1"),
        };
        match fits {
            true => Ok(()),
            false => Err(ParamError::Default {
                name: name.to_owned(),
                kind: self.words[0],
                default: default.to_owned(),
                hint,
            }),
        }
    }

    fn literal(&self, text: &str) -> String {
        match self.literal {
            Literal::Bool => text.to_owned(),
            // Parsed once more: `+5` and `007` are numbers, but no literals of Rust.
            Literal::Integer { .. } => {
                text.parse::<i128>().map_or(text.to_owned(), |n| n.to_string())
            }
            Literal::Float { .. } => {
                text.parse::<f64>().map_or(text.to_owned(), |n| format!("{n:?}"))
            }
            Literal::Text | Literal::Char | Literal::Duration | Literal::Path | Literal::Ip => {
                format!("{text:?}")
            }
        }
    }

    fn is_duration(&self) -> bool {
        self.literal == Literal::Duration
    }
}

fn shape_of(word: &str) -> (&str, Shape) {
    let inside = |outer: &str| word.strip_prefix(outer)?.strip_suffix('>');
    if let Some(word) = word.strip_suffix('?').or_else(|| inside("Option<")) {
        (word, Shape::Optional)
    } else if let Some(word) = word.strip_suffix("[]").or_else(|| inside("Vec<")) {
        (word, Shape::List)
    } else {
        (word, Shape::Required)
    }
}

/// Digits on both sides of an optional point: what JSON and Rust both call a number.
fn is_float(text: &str, max: f64) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let shaped = match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    };
    shaped && text.parse::<f64>().is_ok_and(|n| n.abs() <= max)
}

/// One whole number and one unit: the part of the duration language that no reading disputes.
fn is_duration(text: &str) -> bool {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    number.parse::<u32>().is_ok() && matches!(unit, "ns" | "us" | "ms" | "s" | "m" | "h" | "d")
}

fn known() -> String {
    let words: Vec<&str> = KINDS.iter().map(|kind| kind.words[0]).collect();
    words.join(", ")
}

const fn kind(words: &'static [&'static str], rust: &'static str, literal: Literal) -> Kind {
    let (sample, answered) = match literal {
        Literal::Text => ("\"example\".to_owned()", "\"example\""),
        Literal::Char => ("'x'", "'x'"),
        Literal::Bool => ("true", "true"),
        Literal::Integer { .. } => ("1", "1"),
        Literal::Float { .. } => ("0.5", "0.5"),
        Literal::Duration => ("std::time::Duration::from_secs(5)", "\"5s\""),
        Literal::Path => ("\"some/file\".into()", "std::path::Path::new(\"some/file\")"),
        Literal::Ip => ("[127, 0, 0, 1].into()", "std::net::IpAddr::from([127, 0, 0, 1])"),
    };
    Kind { words, rust, literal, sample, answered }
}

const fn integer(words: &'static [&'static str], min: i128, max: i128) -> Kind {
    kind(words, words[0], Literal::Integer { min, max })
}

const KINDS: &[Kind] = &[
    kind(&["string", "str", "text"], "String", Literal::Text),
    kind(&["bool", "boolean"], "bool", Literal::Bool),
    kind(&["char"], "char", Literal::Char),
    integer(&["i8"], i8::MIN as i128, i8::MAX as i128),
    integer(&["i16"], i16::MIN as i128, i16::MAX as i128),
    integer(&["i32"], i32::MIN as i128, i32::MAX as i128),
    integer(&["i64", "integer"], i64::MIN as i128, i64::MAX as i128),
    integer(&["u8"], 0, u8::MAX as i128),
    integer(&["u16"], 0, u16::MAX as i128),
    integer(&["u32"], 0, u32::MAX as i128),
    integer(&["u64"], 0, u64::MAX as i128),
    kind(&["f32"], "f32", Literal::Float { max: f32::MAX as f64 }),
    kind(&["f64", "number"], "f64", Literal::Float { max: f64::MAX }),
    kind(&["duration"], "std::time::Duration", Literal::Duration),
    kind(&["path"], "std::path::PathBuf", Literal::Path),
    kind(&["ip"], "std::net::IpAddr", Literal::Ip),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Param::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_parameter_becomes_a_field_and_a_default() {
        let cases = [
            ("a:string", "String", None),
            ("a:String", "String", None),
            ("a:u32=7", "u32", Some("7")),
            ("a:i8=-128", "i8", Some("-128")),
            ("a:u8=+007", "u8", Some("7")),
            ("a:f64=1", "f64", Some("1.0")),
            ("a:bool=true", "bool", Some("true")),
            ("a:string=a=b \"c\"", "String", Some("\"a=b \\\"c\\\"\"")),
            ("a:string=", "String", Some("\"\"")),
            ("a:u32?", "Option<u32>", None),
            ("a:Option<u32>", "Option<u32>", None),
            ("a:string[]", "Vec<String>", None),
            ("a:Vec<u8>", "Vec<u8>", None),
            ("a:duration=5s", "std::time::Duration", Some("\"5s\"")),
            ("a:ip=::1", "std::net::IpAddr", Some("\"::1\"")),
        ];
        for (text, field, default) in cases {
            let param = Param::parse(text).unwrap();
            assert_eq!(param.field_type(), field, "{text}");
            assert_eq!(param.default_literal().as_deref(), default, "{text}");
        }
    }

    #[test]
    fn a_bad_parameter_is_refused_with_what_to_write() {
        let cases = [
            ("a", "has no type"),
            ("a:", "has no type"),
            ("A:u8", "bad name"),
            ("type:u8", "bad name"),
            ("dry_run:bool", "bad name"),
            ("a:u128", "unknown type `u128`: use one of string, bool"),
            ("a:u8=256", "is no u8"),
            ("a:u8=-1", "is no u8"),
            ("a:i64=9223372036854775808", "is no i64"),
            ("a:bool=yes", "write true or false"),
            ("a:f64=NaN", "is no f64"),
            ("a:f64=1e999", "is no f64"),
            ("a:char=ab", "write one character"),
            ("a:duration=5", "with a unit"),
            ("a:ip=localhost", "is no ip"),
            ("a:u8?=1", "needs no default"),
            ("a:u8[]=1", "needs no default"),
        ];
        for (text, expected) in cases {
            assert!(refusal(text).contains(expected), "{text}: {}", refusal(text));
        }
    }

    #[test]
    fn a_name_given_twice_is_refused() {
        let texts = ["a:u8".to_owned(), "b:u8".to_owned(), "a:string".to_owned()];
        let refusal = parse_all(&texts).unwrap_err().to_string();
        assert!(refusal.contains("`a` is given twice"), "{refusal}");
    }
}
