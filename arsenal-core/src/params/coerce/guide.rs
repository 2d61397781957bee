//! What a string is meant to become: by a declared table, or by a dynamic operation's schema.

use serde_json::Value;

use crate::params::{ForeignSpec, ListStyle, Shape, StructSpec};

/// Where the knowledge is from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Guide<'a> {
    Table(&'static StructSpec),
    Shape(&'static Shape),
    Schema(&'a Value),
    Nothing,
}

/// What a string can become.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    Bool,
    Integer,
    Number,
    /// A text; a plain one may be empty.
    Word {
        plain: bool,
    },
    List(Guide<'a>),
    Foreign(&'static ForeignSpec),
    /// Nothing is known, or it is no scalar: a text, for the walker to judge.
    Any,
}

impl<'a> Guide<'a> {
    /// What a string becomes here.
    pub(super) fn kind(self) -> Kind<'a> {
        match self {
            Self::Shape(shape) => kind_of_shape(shape),
            Self::Schema(schema) => kind_of_schema(schema),
            Self::Table(_) | Self::Nothing => Kind::Any,
        }
    }

    /// The member of a name, where members are known.
    pub(super) fn member(self, name: &str) -> Option<(Self, ListStyle)> {
        match self {
            Self::Table(table) => field(table, name),
            Self::Shape(shape) => match shape.inner() {
                Shape::Struct(table) => field(table(), name),
                Shape::Map { value, .. } => Some((Self::Shape(value), ListStyle::Repeat)),
                _ => None,
            },
            Self::Schema(schema) => {
                let member = schema.get("properties").and_then(|known| known.get(name));
                let member = member.or_else(|| schema.get("additionalProperties"))?;
                Some((Self::Schema(member), ListStyle::Repeat))
            }
            Self::Nothing => None,
        }
    }
}

fn field<'a>(table: &'static StructSpec, name: &str) -> Option<(Guide<'a>, ListStyle)> {
    for field in table.fields {
        if field.flatten {
            if let Shape::Struct(inner) = field.shape.inner()
                && let Some(found) = self::field(inner(), name)
            {
                return Some(found);
            }
        } else if field.name == name || field.aliases.contains(&name) {
            return Some((Guide::Shape(field.shape), field.style));
        }
    }
    None
}

fn kind_of_shape<'a>(shape: &'static Shape) -> Kind<'a> {
    match shape.inner() {
        Shape::Bool => Kind::Bool,
        Shape::Integer { .. } => Kind::Integer,
        Shape::Number { .. } => Kind::Number,
        Shape::Text(text) => {
            let plain = text.format.is_none() && text.pattern.is_none() && text.check.is_none();
            Kind::Word { plain }
        }
        Shape::Choice(_) => Kind::Word { plain: false },
        Shape::List { item, .. } => Kind::List(Guide::Shape(item)),
        Shape::Foreign(foreign) => Kind::Foreign(foreign),
        _ => Kind::Any,
    }
}

fn kind_of_schema(schema: &Value) -> Kind<'_> {
    let is = |wanted: &str| match schema.get("type") {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(many)) => many.iter().any(|one| one == wanted),
        _ => false,
    };
    if is("string") {
        Kind::Word { plain: true }
    } else if is("integer") {
        Kind::Integer
    } else if is("number") {
        Kind::Number
    } else if is("boolean") {
        Kind::Bool
    } else if is("array") {
        Kind::List(schema.get("items").map_or(Guide::Nothing, Guide::Schema))
    } else {
        Kind::Any
    }
}
