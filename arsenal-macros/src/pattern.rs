//! A regular expression that means the same in every client.
//!
//! The schema publishes a pattern that strangers run as ECMA-262, and others as Python's or
//! Go's. Rust's syntax is read, what one of them lacks is refused, and the rest is written anew
//! so that all of them agree: `\d`, `\w` and `\s` as the ASCII classes that they are in ECMA-262,
//! `.` as everything but a line feed, every group as a group without a number. One difference
//! cannot be written away: Python's `$` also matches before a final line feed.

mod class;

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, Group, GroupKind, Literal, Repetition, RepetitionKind,
    RepetitionRange,
};

/// The greatest count of a repetition that Go's engine takes.
const REPEAT_MAX: u32 = 1_000;

/// The pattern as published.
///
/// # Errors
///
/// A sentence: the pattern is not valid, or a client could not run it.
pub(crate) fn normalize(pattern: &str) -> Result<String, String> {
    if pattern.is_empty() {
        return Err("`pattern` is empty and would match everything: remove it".to_owned());
    }
    let ast = Parser::new().parse(pattern).map_err(|error| invalid(error.kind()))?;
    let mut out = String::with_capacity(pattern.len() + 8);
    write(&ast, &mut out)?;
    match regex_syntax::parse(&out) {
        Ok(_) => Ok(out),
        Err(regex_syntax::Error::Parse(error)) => Err(invalid(error.kind())),
        Err(regex_syntax::Error::Translate(error)) => Err(invalid(error.kind())),
        Err(error) => Err(invalid(&error)),
    }
}

fn invalid(why: &impl std::fmt::Display) -> String {
    format!("`pattern` is not a valid regular expression: {why}")
}

/// A construct that some client lacks, and what to write instead.
fn foreign(construct: &str, instead: &str) -> String {
    format!("clients could not run this pattern: {construct} is not in ECMA-262; {instead}")
}

fn unlike(construct: &str, instead: &str) -> String {
    format!("clients would read this pattern otherwise: {construct}; {instead}")
}

fn write(ast: &Ast, out: &mut String) -> Result<(), String> {
    match ast {
        Ast::Empty(_) => Ok(()),
        Ast::Flags(flags) => Err(flags_refused(&flags.flags)),
        Ast::Literal(literal) => {
            literal_outside(literal, out);
            Ok(())
        }
        Ast::Dot(_) => {
            out.push_str("[^\\n]");
            Ok(())
        }
        Ast::Assertion(assertion) => write_assertion(assertion, out),
        Ast::ClassUnicode(_) => Err(class::unicode_refused()),
        Ast::ClassPerl(perl) => {
            class::perl(perl, out);
            Ok(())
        }
        Ast::ClassBracketed(bracketed) => class::bracketed(bracketed, out),
        Ast::Repetition(repetition) => write_repetition(repetition, out),
        Ast::Group(group) => write_group(group, out),
        Ast::Alternation(alternation) => {
            for (index, branch) in alternation.asts.iter().enumerate() {
                if index > 0 {
                    out.push('|');
                }
                write(branch, out)?;
            }
            Ok(())
        }
        Ast::Concat(concat) => write_concat(&concat.asts, out),
    }
}

fn write_concat(asts: &[Ast], out: &mut String) -> Result<(), String> {
    for (index, ast) in asts.iter().enumerate() {
        if let Ast::Assertion(assertion) = ast {
            let misplaced = match assertion.kind {
                AssertionKind::StartLine => index > 0,
                AssertionKind::EndLine => index + 1 < asts.len(),
                _ => false,
            };
            if misplaced {
                return Err("`^` stands only at the start of a pattern and `$` only at its end: \
                            elsewhere they could never match"
                    .to_owned());
            }
        }
        write(ast, out)?;
    }
    Ok(())
}

fn write_assertion(assertion: &Assertion, out: &mut String) -> Result<(), String> {
    match assertion.kind {
        AssertionKind::StartLine => out.push('^'),
        AssertionKind::EndLine => out.push('$'),
        AssertionKind::StartText => return Err(foreign("`\\A`", "write `^`")),
        AssertionKind::EndText => return Err(foreign("`\\z`", "write `$`")),
        _ => {
            let why = "a word boundary is of ASCII words in some and of all words in others";
            return Err(unlike(why, "name the characters that may stand there"));
        }
    }
    Ok(())
}

fn write_group(group: &Group, out: &mut String) -> Result<(), String> {
    match &group.kind {
        GroupKind::CaptureIndex(_) => {}
        GroupKind::CaptureName { starts_with_p: true, name } => {
            let construct = format!("`(?P<{}>…)`", name.name);
            return Err(foreign(&construct, "write `(…)`"));
        }
        GroupKind::CaptureName { name, .. } => {
            let construct = format!("not all of them know the named group `{}`", name.name);
            return Err(unlike(&construct, "write `(…)`"));
        }
        GroupKind::NonCapturing(flags) if flags.items.is_empty() => {}
        GroupKind::NonCapturing(flags) => return Err(flags_refused(flags)),
    }
    out.push_str("(?:");
    write(&group.ast, out)?;
    out.push(')');
    Ok(())
}

fn flags_refused(flags: &regex_syntax::ast::Flags) -> String {
    use regex_syntax::ast::{Flag, FlagsItemKind};
    let letters: String = flags
        .items
        .iter()
        .map(|item| match item.kind {
            FlagsItemKind::Negation => '-',
            FlagsItemKind::Flag(Flag::CaseInsensitive) => 'i',
            FlagsItemKind::Flag(Flag::MultiLine) => 'm',
            FlagsItemKind::Flag(Flag::DotMatchesNewLine) => 's',
            FlagsItemKind::Flag(Flag::SwapGreed) => 'U',
            FlagsItemKind::Flag(Flag::Unicode) => 'u',
            FlagsItemKind::Flag(Flag::CRLF) => 'R',
            FlagsItemKind::Flag(Flag::IgnoreWhitespace) => 'x',
        })
        .collect();
    let instead = match letters.as_str() {
        "i" => "write both cases, such as `[Aa]`",
        "s" => "write a class of all that may stand there",
        "x" => "write it without blanks",
        _ => "write it without flags",
    };
    foreign(&format!("`(?{letters})`"), instead)
}

fn write_repetition(repetition: &Repetition, out: &mut String) -> Result<(), String> {
    match &*repetition.ast {
        Ast::Repetition(_) => {
            let why = "a repetition of a repetition such as `a++` is possessive in some";
            return Err(unlike(why, "put the inner one in a group, or leave one out"));
        }
        Ast::Assertion(_) | Ast::Empty(_) => {
            return Err(foreign("a repeated `^` or `$`", "leave the repetition out"));
        }
        inner => write(inner, out)?,
    }
    let count = match &repetition.op.kind {
        RepetitionKind::ZeroOrOne => "?".to_owned(),
        RepetitionKind::ZeroOrMore => "*".to_owned(),
        RepetitionKind::OneOrMore => "+".to_owned(),
        RepetitionKind::Range(range) => counted(range)?,
    };
    out.push_str(&count);
    if !repetition.greedy {
        out.push('?');
    }
    Ok(())
}

fn counted(range: &RepetitionRange) -> Result<String, String> {
    let (greatest, text) = match *range {
        RepetitionRange::Exactly(n) => (n, format!("{{{n}}}")),
        RepetitionRange::AtLeast(n) => (n, format!("{{{n},}}")),
        RepetitionRange::Bounded(low, high) => (high, format!("{{{low},{high}}}")),
    };
    if greatest > REPEAT_MAX {
        let why = format!("not all of them repeat more than {REPEAT_MAX} times");
        return Err(unlike(&why, "say the length with `max_len`"));
    }
    Ok(text)
}

fn literal_outside(literal: &Literal, out: &mut String) {
    if "^$\\.*+?()[]{}|".contains(literal.c) {
        out.extend(['\\', literal.c]);
    } else {
        class::plain_char(literal.c, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_published_so_that_all_engines_agree() {
        let cases = [
            ("^[a-z]+$", "^[a-z]+$"),
            (r"\d{3}", "[0-9]{3}"),
            (r"^\w+\s?$", r"^[0-9A-Za-z_]+[\t\n\v\f\r ]?$"),
            (r"\D\W\S", r"[^0-9][^0-9A-Za-z_][^\t\n\v\f\r ]"),
            (r"[\d_.-]", r"[0-9_.\-]"),
            (r"[^\s]", r"[^\t\n\v\f\r ]"),
            (r"a.b", r"a[^\n]b"),
            (r"(ab|cd)*", "(?:ab|cd)*"),
            (r"(?:ab)+?", "(?:ab)+?"),
            (r"a{2}b{2,}c{2,3}", "a{2}b{2,}c{2,3}"),
            (r"\x41\u{42}\u0043", "ABC"),
            (r"\x07\x7f", r"\x07\x7f"),
            (r"\t\n\r\f\v", r"\t\n\r\f\v"),
            (r"[[:alpha:]_]", "[A-Za-z_]"),
            (r"[^[:space:]]", r"[^\t\n\v\f\r ]"),
            (r"[a[bc]]", "[abc]"),
            (r"[\]\[\\^]", r"[\]\[\\\^]"),
            (r"a\/b", "a/b"),
            (r"\{\}", r"\{\}"),
            (r"a|", "a|"),
            (r"é[à-ü]", "é[à-ü]"),
            (r"[&\&]", "[&]"),
            (r"(^a|b$)", "(?:^a|b$)"),
        ];
        for (pattern, expected) in cases {
            assert_eq!(normalize(pattern).as_deref(), Ok(expected), "{pattern}");
        }
    }

    #[test]
    fn normalizing_again_changes_nothing() {
        for pattern in [r"^\w+\s[^\d.]$", r"[\]\[\\^-]", r"\x07(a|b.)*\{", r"[[:punct:]]"] {
            let once = normalize(pattern).expect(pattern);
            assert_eq!(normalize(&once).as_ref(), Ok(&once), "{pattern}");
        }
    }

    #[test]
    fn what_a_client_lacks_is_refused_with_its_name() {
        let cases = [
            ("", "is empty"),
            ("[a-z", "is not a valid regular expression: unclosed character class"),
            ("a{3,1}", "not a valid regular expression: invalid repetition count range"),
            ("(?=a)", "not a valid regular expression: look-around"),
            (r"(a)\1", "not a valid regular expression: backreferences"),
            ("(?i)a", "could not run this pattern: `(?i)` is not in ECMA-262"),
            ("(?x: a )", "`(?x)` is not in ECMA-262"),
            ("(?s).", "`(?s)` is not in ECMA-262"),
            ("(?m-U)a", "`(?m-U)` is not in ECMA-262"),
            ("(?Ru)a", "`(?Ru)` is not in ECMA-262"),
            (r"\Aa", r"`\A` is not in ECMA-262; write `^`"),
            (r"a\z", r"`\z` is not in ECMA-262; write `$`"),
            ("(?P<n>a)", "`(?P<n>…)` is not in ECMA-262"),
            ("(?<n>a)", "named group `n`"),
            ("a++", "possessive"),
            ("a{2}{3}", "possessive"),
            ("^*a", "a repeated `^` or `$`"),
            ("a$b", "`$` only at its end"),
            ("a^b", "`^` stands only at the start"),
            (r"\bword", "word boundary"),
            (r"\pL", "property"),
            (r"[\p{Greek}]", "property"),
            (r"[\D]", "negated class inside"),
            (r"[a[^b]]", "negated class inside"),
            (r"[[:^alpha:]]", "negated class inside"),
            (r"[a-z&&[^b]]", "`&&`, `--` or `~~`"),
            ("a{1001}", "more than 1000 times"),
            ("\u{1}[\u{10000}-\u{10001}]", "beyond U+FFFF"),
        ];
        for (pattern, reason) in cases {
            let refusal = normalize(pattern).expect_err(pattern);
            assert!(refusal.contains(reason), "{pattern}: {refusal}");
        }
    }
}
