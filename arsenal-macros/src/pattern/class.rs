//! Classes of characters, written as plain ranges.

use regex_syntax::ast::{
    ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem,
    ClassUnicode,
};

use super::{foreign, unlike};

const SPACE: &str = r"\t\n\v\f\r ";

/// `\d`, `\W` and the like, outside brackets.
pub(super) fn perl(perl: &ClassPerl, out: &mut String) {
    out.push_str(if perl.negated { "[^" } else { "[" });
    out.push_str(perl_ranges(&perl.kind));
    out.push(']');
}

fn perl_ranges(kind: &ClassPerlKind) -> &'static str {
    match kind {
        ClassPerlKind::Digit => "0-9",
        ClassPerlKind::Space => SPACE,
        ClassPerlKind::Word => "0-9A-Za-z_",
    }
}

fn ascii_ranges(kind: &ClassAsciiKind) -> &'static str {
    match kind {
        ClassAsciiKind::Alnum => "0-9A-Za-z",
        ClassAsciiKind::Alpha => "A-Za-z",
        ClassAsciiKind::Ascii => r"\x00-\x7f",
        ClassAsciiKind::Blank => r"\t ",
        ClassAsciiKind::Cntrl => r"\x00-\x1f\x7f",
        ClassAsciiKind::Digit => "0-9",
        ClassAsciiKind::Graph => "!-~",
        ClassAsciiKind::Lower => "a-z",
        ClassAsciiKind::Print => " -~",
        ClassAsciiKind::Punct => r"!-/:-@\[-`{-~",
        ClassAsciiKind::Space => SPACE,
        ClassAsciiKind::Upper => "A-Z",
        ClassAsciiKind::Word => "0-9A-Za-z_",
        ClassAsciiKind::Xdigit => "0-9A-Fa-f",
    }
}

/// `[…]`, flattened.
pub(super) fn bracketed(class: &ClassBracketed, out: &mut String) -> Result<(), String> {
    let mut items = Vec::new();
    match &class.kind {
        ClassSet::Item(item) => gather(item, &mut items)?,
        ClassSet::BinaryOp(_) => {
            return Err(foreign("`&&`, `--` or `~~` in a class", "list the characters"));
        }
    }
    out.push_str(if class.negated { "[^" } else { "[" });
    for (index, item) in items.iter().enumerate() {
        if !items[..index].contains(item) {
            out.push_str(item);
        }
    }
    out.push(']');
    Ok(())
}

fn gather(item: &ClassSetItem, items: &mut Vec<String>) -> Result<(), String> {
    match item {
        ClassSetItem::Empty(_) => {}
        ClassSetItem::Literal(literal) => items.push(inside(literal.c)?),
        ClassSetItem::Range(range) => {
            items.push(format!("{}-{}", inside(range.start.c)?, inside(range.end.c)?));
        }
        ClassSetItem::Ascii(ClassAscii { negated: false, kind, .. }) => {
            items.push(ascii_ranges(kind).to_owned());
        }
        ClassSetItem::Perl(ClassPerl { negated: false, kind, .. }) => {
            items.push(perl_ranges(kind).to_owned());
        }
        ClassSetItem::Ascii(_) | ClassSetItem::Perl(_) => return Err(negated_inside()),
        ClassSetItem::Unicode(ClassUnicode { .. }) => return Err(unicode_refused()),
        ClassSetItem::Bracketed(inner) if inner.negated => return Err(negated_inside()),
        ClassSetItem::Bracketed(inner) => match &inner.kind {
            ClassSet::Item(item) => gather(item, items)?,
            ClassSet::BinaryOp(_) => {
                return Err(foreign("`&&`, `--` or `~~` in a class", "list the characters"));
            }
        },
        ClassSetItem::Union(union) => {
            for item in &union.items {
                gather(item, items)?;
            }
        }
    }
    Ok(())
}

fn negated_inside() -> String {
    unlike("a negated class inside a class is not the same in all", "list the characters")
}

/// Why `\p{…}` is refused.
pub(super) fn unicode_refused() -> String {
    unlike("not all of them know a Unicode property", "list the characters")
}

fn inside(c: char) -> Result<String, String> {
    if u32::from(c) > 0xFFFF {
        let why = "some of them read a character beyond U+FFFF in a class as two";
        return Err(unlike(why, "leave it out, or take it out of the brackets"));
    }
    let mut text = String::new();
    match c {
        '\\' | ']' | '^' | '-' | '[' => text.extend(['\\', c]),
        c => plain_char(c, &mut text),
    }
    Ok(text)
}

/// A character that stands for itself, escaped if it cannot be seen.
pub(super) fn plain_char(c: char, out: &mut String) {
    match c {
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\u{b}' => out.push_str("\\v"),
        '\u{c}' => out.push_str("\\f"),
        c if u32::from(c) < 0x20 || (0x7f..=0xa0).contains(&u32::from(c)) => {
            out.push_str(&format!("\\x{:02x}", u32::from(c)));
        }
        c => out.push(c),
    }
}
