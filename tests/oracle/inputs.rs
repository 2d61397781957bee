//! Inputs for a schema: what it takes, and what it almost takes.

mod pool;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;
use serde_json::{Map, Number, Value, json};

use pool::{INTEGERS, NUMBERS, TEXTS};

/// A source of choices, the same for the same seed.
pub(super) struct Dice {
    state: u64,
    patterns: Rc<RefCell<HashMap<String, Option<Regex>>>>,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed, patterns: Rc::default() }
    }

    /// As [`Dice::new`], with the patterns that these dice have compiled.
    pub(super) fn again(&self, seed: u64) -> Self {
        Self { state: seed, patterns: Rc::clone(&self.patterns) }
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        let compiled =
            patterns.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        // SplitMix64: every seed gives a good stream.
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// Once in `n`.
    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A value for a schema; most often one that it takes.
pub(super) fn value(dice: &mut Dice, root: &Value, schema: &Value, depth: usize) -> Value {
    if dice.one_in(24) {
        return anything(dice, depth);
    }
    if let Some(Value::String(reference)) = schema.get("$ref") {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
        return value(dice, root, target, depth);
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = schema.get(keyword)
            && schema.get("properties").is_none()
        {
            let branch = dice_pick(dice, branches);
            return value(dice, root, branch, depth);
        }
    }
    if let Some(Value::Array(options)) = schema.get("enum")
        && !dice.one_in(8)
    {
        return dice.pick(options).clone();
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    match kind(dice, schema) {
        "boolean" => dice.one_in(2).into(),
        "integer" | "number" if !dice.one_in(3) => near(dice, schema),
        "integer" => integer(dice),
        "number" => number(dice),
        "string" => text(dice, schema).into(),
        "null" => Value::Null,
        "array" => array(dice, root, schema, depth),
        "object" => object(dice, root, schema, depth),
        _ => anything(dice, depth),
    }
}

fn dice_pick<'a>(dice: &mut Dice, from: &'a [Value]) -> &'a Value {
    let at = dice.below(from.len());
    &from[at]
}

fn kind<'a>(dice: &mut Dice, schema: &'a Value) -> &'a str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) if dice.one_in(5) => {
            dice_pick(dice, names).as_str().unwrap_or("")
        }
        Some(Value::Array(names)) => names[0].as_str().unwrap_or(""),
        _ => "",
    }
}

/// A number by the bounds of the schema: within, or just over the edge.
fn near(dice: &mut Dice, schema: &Value) -> Value {
    let bound =
        |names: [&str; 2]| names.iter().find_map(|name| schema.get(*name)).and_then(Value::as_f64);
    let low = bound(["minimum", "exclusiveMinimum"]).unwrap_or(-10.0);
    let high = bound(["maximum", "exclusiveMaximum"]).unwrap_or(low + 100.0);
    let plain = if high - low < 5.0 { (high - low) / 8.0 } else { 1.0 };
    let step = schema.get("multipleOf").and_then(Value::as_f64).unwrap_or(plain);
    let number = match dice.below(16) {
        0 => low - 1.0,
        1 => low,
        2 => high,
        3 => high + 1.0,
        _ => ((low / step).ceil() + dice.below(9) as f64) * step,
    };
    // Integers are most often written as such.
    if number.fract() == 0.0 && number.abs() < 1e15 && !dice.one_in(4) {
        return json!(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn integer(dice: &mut Dice) -> Value {
    let integer = *dice.pick(INTEGERS);
    if dice.one_in(6) {
        return json!(integer as f64);
    }
    match i64::try_from(integer) {
        Ok(integer) => integer.into(),
        Err(_) => u64::try_from(integer).map_or(Value::Null, Value::from),
    }
}

fn number(dice: &mut Dice) -> Value {
    if dice.one_in(3) {
        return integer(dice);
    }
    Number::from_f64(*dice.pick(NUMBERS)).map_or(Value::Null, Value::Number)
}

fn text(dice: &mut Dice, schema: &Value) -> String {
    let pattern = schema.get("pattern").and_then(Value::as_str);
    for _ in 0..60 {
        let text = *dice.pick(TEXTS);
        if dice.one_in(12) || pattern.is_none_or(|pattern| dice.matches(pattern, text)) {
            return text.to_owned();
        }
    }
    String::new()
}

fn array(dice: &mut Dice, root: &Value, schema: &Value, depth: usize) -> Value {
    let any = json!({});
    let items = schema.get("items").unwrap_or(&any);
    let len = if depth > 4 { 0 } else { dice.below(5) };
    (0..len).map(|_| value(dice, root, items, depth + 1)).collect()
}

fn object(dice: &mut Dice, root: &Value, schema: &Value, depth: usize) -> Value {
    let mut entries = Map::new();
    let required = schema.get("required").cloned().unwrap_or_default();
    if let Some(Value::Object(properties)) = schema.get("properties") {
        for (name, schema) in properties {
            let is_alias = schema.get("deprecated").is_some();
            let is_required =
                matches!(&required, Value::Array(names) if names.iter().any(|known| known == name));
            let is_left_out = match (is_alias, is_required) {
                (true, _) => !dice.one_in(6),
                (_, true) => dice.one_in(16),
                _ => dice.one_in(3),
            };
            if !is_left_out && depth < 6 {
                entries.insert(name.clone(), value(dice, root, schema, depth + 1));
            }
        }
    }
    if let Some(values @ Value::Object(_)) = schema.get("additionalProperties") {
        let names = schema.get("propertyNames").cloned().unwrap_or_else(|| json!({}));
        for _ in 0..if depth > 4 { 0 } else { dice.below(4) } {
            let key = match names.get("enum") {
                Some(Value::Array(words)) if !dice.one_in(8) => {
                    dice_pick(dice, words).as_str().unwrap_or_default().to_owned()
                }
                _ => text(dice, &names),
            };
            entries.insert(key, value(dice, root, values, depth + 1));
        }
    }
    if dice.one_in(10) {
        entries.insert((*dice.pick(TEXTS)).to_owned(), anything(dice, depth));
    }
    Value::Object(entries)
}

/// A value for no schema.
pub(super) fn anything(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth > 4 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => dice.one_in(2).into(),
        2 => integer(dice),
        3 => number(dice),
        4 | 5 => (*dice.pick(TEXTS)).into(),
        6 => (0..dice.below(4)).map(|_| anything(dice, depth + 1)).collect(),
        _ => {
            let n = dice.below(4);
            Value::Object(
                (0..n)
                    .map(|_| ((*dice.pick(TEXTS)).to_owned(), anything(dice, depth + 1)))
                    .collect(),
            )
        }
    }
}

/// A text that has been damaged: cut, doubled, or with a byte changed.
pub(super) fn damage(dice: &mut Dice, text: &str) -> String {
    let at = |dice: &mut Dice| {
        let mut at = dice.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (a, b) = (at(dice), at(dice));
    let (a, b) = (a.min(b), a.max(b));
    match dice.below(4) {
        0 => text[..a].to_owned(),
        1 => format!("{}{}", &text[..a], &text[b..]),
        2 => format!("{}{}{}", &text[..b], &text[a..b], &text[b..]),
        _ => {
            let junk =
                ["\"", "{", "}", "[", "]", ",", ":", "1e400", "\\", "\u{0}", "null", "\\ud800"];
            format!("{}{}{}", &text[..a], dice.pick(&junk), &text[a..])
        }
    }
}
