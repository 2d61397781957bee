//! Numbers and texts against their shapes and constraints.

use std::borrow::Cow;

use serde_json::Value;

use super::super::as_text::Side;
use super::super::types::{integer, number};
use super::super::{Bound, ChoiceSpec, Literal, Shape, TextSpec, sentence};
use super::at::At;
use crate::fault::BrokenConstraint;

impl At<'_> {
    /// A number that was written without a fraction.
    pub(super) fn whole(&mut self, value: i128) {
        match self.shape {
            Shape::Integer { .. } => self.integer(value),
            Shape::Number { .. } => self.number(value as f64),
            Shape::Any => {}
            _ => self.mismatch(),
        }
    }

    /// A number that was written with a fraction or an exponent.
    pub(super) fn float(&mut self, value: f64) {
        match (self.shape, integer::integral(value)) {
            (Shape::Integer { .. }, Some(value)) => self.integer(value),
            (Shape::Integer { min, max }, None) if value.fract() == 0.0 => {
                // Too great for `i128`, and so for any integer type.
                let nearest = if value < 0.0 { min } else { max };
                self.integer(nearest.saturating_add(if value < 0.0 { -1 } else { 1 }));
            }
            (Shape::Number { .. }, _) => self.number(value),
            (Shape::Any, _) => {}
            _ => self.mismatch(),
        }
    }

    /// An integer, where one is expected.
    pub(super) fn integer(&mut self, value: i128) {
        let Shape::Integer { min, max } = *self.shape else { return self.mismatch() };
        let constraints = self.constraints;
        let (least, most) = constraints.integer_range(min, max);
        if !integer::is_above(value, &least) || value < min {
            self.too_small(&least);
        }
        if !integer::is_below(value, &most) || value > max {
            self.too_great(&most);
        }
        if let Some(of) = &constraints.multiple_of
            && !integer::is_integer_multiple(value, of)
        {
            self.no_multiple(of);
        }
        self.one_of(|literal| integer::is_literal(value, literal), None);
    }

    fn number(&mut self, value: f64) {
        let Shape::Number { magnitude_max } = *self.shape else { return };
        let constraints = self.constraints;
        let told = self.walk.count();
        let (least, most) = constraints.number_range(magnitude_max);
        if let Some(least) = least
            && !number::is_above(value, &least)
        {
            self.too_small(&least);
        }
        if let Some(most) = most
            && !number::is_below(value, &most)
        {
            self.too_great(&most);
        }
        if let Some(of) = &constraints.multiple_of
            && !number::is_number_multiple(value, of)
        {
            self.no_multiple(of);
        }
        self.one_of(|literal| number::is_literal(value, literal), None);
        let rounds = self.shape.rounds() && self.walk.count() == told;
        if rounds && !number::rounded_fits(value as f32, constraints) {
            self.walk.tell("rule", sentence::ROUNDED);
        }
    }

    /// A string, wherever it stands.
    pub(super) fn string(&mut self, text: &str) {
        match self.shape {
            Shape::Text(spec) => self.spelled(spec, text),
            Shape::Choice(spec) => self.word(spec, text),
            Shape::Any => {}
            _ => self.mismatch(),
        }
    }

    fn spelled(&mut self, spec: &TextSpec, text: &str) {
        let is_published = spec.admits(text);
        if !is_published || spec.check.is_some_and(|check| !check(text)) {
            // What the schema would let pass is refused by a rule of ours.
            let code = if is_published { "rule" } else { "format" };
            return self.walk.tell(code, sentence::must_be_a(spec.expected));
        }
        self.text_bounds(spec, text);
        let constraints = self.constraints;
        if constraints.min_len.is_some() || constraints.max_len.is_some() {
            self.length(text.chars().count() as u64, sentence::Unit::Characters);
        }
        if let Some(pattern) = constraints.pattern
            && !pattern.is_match(text)
        {
            let source = pattern.source();
            self.walk.tell_broken("pattern", sentence::pattern(source), "pattern", source.into());
        }
        self.one_of(
            |literal| matches!(literal, Literal::Text(value) if *value == text),
            Some(text),
        );
    }

    /// Bounds such as `max = "60s"`: no schema can say them.
    fn text_bounds(&mut self, spec: &TextSpec, text: &str) {
        let Some(of) = spec.magnitude else { return };
        let Some(value) = of(text) else { return };
        let constraints = self.constraints;
        for (bound, side) in [(constraints.min, Side::Least), (constraints.max, Side::Greatest)] {
            if let Some(bound) = bound
                && !side.admits(value, &bound, of)
            {
                let (name, detail) = limit(&bound, side);
                self.walk.tell_broken("rule", detail, name, sentence::data(&bound.value));
            }
        }
    }

    fn word(&mut self, spec: &ChoiceSpec, text: &str) {
        let narrowed = !self.constraints.one_of.is_empty();
        match spec.position(text) {
            // The alias of an admitted word is as good as the word.
            Some(at) if narrowed => {
                let word = spec.words[at].word;
                self.one_of(|literal| *literal == Literal::Text(word), Some(text));
            }
            Some(_) => {}
            None if narrowed => self.one_of(|_| false, Some(text)),
            None => {
                let words = || spec.words.iter().map(|choice| choice.word);
                let near = self.near(text, words());
                let detail = sentence::one_of(words().map(Cow::Borrowed));
                self.no_choice(detail, words().map(Value::from).collect(), near);
            }
        }
    }

    fn one_of(&mut self, is: impl Fn(&Literal) -> bool, text: Option<&str>) {
        let literals = self.constraints.one_of;
        if literals.is_empty() || literals.iter().any(is) {
            return;
        }
        let words = literals.iter().filter_map(|literal| match literal {
            Literal::Text(word) => Some(*word),
            _ => None,
        });
        let near = text.and_then(|text| self.near(text, words));
        let detail = sentence::one_of(literals.iter().map(sentence::plain));
        self.no_choice(detail, literals.iter().map(sentence::data).collect(), near);
    }

    fn no_choice(&mut self, detail: Cow<'static, str>, value: Value, near: Option<&'static str>) {
        let constraint = Some(BrokenConstraint { name: "one_of", value });
        self.walk.push("one_of", detail, constraint, near.map(Cow::Borrowed));
    }

    /// The word that was probably meant; nothing is said of how near a secret came.
    fn near(&self, text: &str, words: impl Iterator<Item = &'static str>) -> Option<&'static str> {
        if self.secret || self.walk.is_full() {
            return None;
        }
        crate::suggest::nearest(text, words)
    }

    fn too_small(&mut self, bound: &Bound) {
        let (name, detail) = limit(bound, Side::Least);
        self.walk.tell_broken("min", detail, name, sentence::data(&bound.value));
    }

    fn too_great(&mut self, bound: &Bound) {
        let (name, detail) = limit(bound, Side::Greatest);
        self.walk.tell_broken("max", detail, name, sentence::data(&bound.value));
    }

    fn no_multiple(&mut self, of: &Literal) {
        let detail = sentence::with_plain(of, sentence::multiple);
        self.walk.tell_broken("multiple_of", detail, "multiple_of", sentence::data(of));
    }

    /// The declared bounds of a length.
    pub(super) fn length(&mut self, len: u64, unit: sentence::Unit) {
        let constraints = self.constraints;
        if let Some(min) = constraints.min_len
            && len < min
        {
            let detail = sentence::longer(min, unit);
            self.walk.tell_broken("min_len", detail, "min_len", min.into());
        }
        if let Some(max) = constraints.max_len
            && len > max
        {
            let detail = sentence::shorter(max, unit);
            self.walk.tell_broken("max_len", detail, "max_len", max.into());
        }
    }
}

fn limit(bound: &Bound, side: Side) -> (&'static str, Cow<'static, str>) {
    sentence::with_plain(&bound.value, |value| match (side, bound.exclusive) {
        (Side::Least, false) => ("min", sentence::least(value)),
        (Side::Least, true) => ("exclusive_min", sentence::more(value)),
        (Side::Greatest, false) => ("max", sentence::most(value)),
        (Side::Greatest, true) => ("exclusive_max", sentence::less(value)),
    })
}
