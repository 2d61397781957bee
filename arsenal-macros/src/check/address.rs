//! Names, categories and HTTP paths.

use syn::LitStr;

use crate::case::repaired;
use crate::faults::Faults;
use crate::model::{Absence, Field};

/// The greatest length of a name.
const NAME_LEN_MAX: usize = 48;

/// What is wrong with a name, a category or a tag; `None` if nothing is.
pub(super) fn name_fault(what: &str, name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() {
        return Some(format!("{what} must not be empty"));
    }
    if !name.chars().all(allowed) {
        let head = format!("{what} `{name}` may hold only `a-z`, `0-9` and `_`");
        return Some(match repaired(name).as_str() {
            "" => head,
            better => format!("{head}; try `{better}`"),
        });
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some(format!("{what} `{name}` must begin with a letter"));
    }
    (name.len() > NAME_LEN_MAX).then(|| {
        let len = name.len();
        format!("{what} `{name}` has {len} characters; {NAME_LEN_MAX} are the most")
    })
}

/// The path, if it is well formed.
pub(super) fn path(given: &LitStr, faults: &mut Faults) -> Option<String> {
    let path = given.value();
    match path_fault(&path) {
        Some(fault) => {
            faults.at(given, fault);
            None
        }
        None => Some(path),
    }
}

fn path_fault(path: &str) -> Option<String> {
    let Some(rest) = path.strip_prefix('/') else {
        return Some(format!("path `{path}` must begin with `/`; try `/{path}`"));
    };
    let mut names = Vec::new();
    for segment in rest.split('/') {
        if segment.is_empty() {
            return Some(format!("path `{path}` has an empty segment: no `//`, no `/` at its end"));
        }
        if let Some(name) = param_of(segment) {
            if names.contains(&name) {
                return Some(format!("path `{path}` names `{{{name}}}` twice"));
            }
            names.push(name);
        } else if segment.contains(['{', '}', ':', '*']) {
            return Some(format!(
                "a parameter of a path is a whole segment in braces, such as `/{{id}}`, \
                 and `{segment}` is not one"
            ));
        } else if let Some(c) = segment.chars().find(|c| !is_unreserved(*c)) {
            return Some(format!(
                "path `{path}` may hold only letters, digits, `-`, `.`, `_` and `~` \
                 between its slashes, and `{c}` is none of them"
            ));
        }
    }
    None
}

fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~".contains(c)
}

fn param_of(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}'])).then_some(name)
}

/// Each parameter of the path is a field that is always there.
pub(super) fn path_params(given: &LitStr, fields: &mut [Field], faults: &mut Faults) {
    let path = given.value();
    if path_fault(&path).is_some() {
        return;
    }
    // What a flattened struct holds is known to the registry only.
    let flattens = fields.iter().any(|field| field.flatten);
    for name in path.split('/').filter_map(param_of) {
        match fields.iter_mut().find(|field| field.wire == name) {
            Some(field) => {
                field.in_path = true;
                if !matches!(field.absence, Absence::ByType) {
                    faults.at(
                        &field.ident,
                        format!(
                            "`{name}` stands in the path, so it is always given: remove `default`"
                        ),
                    );
                }
                if field.secret {
                    let sentence = format!(
                        "a secret in a path would be logged: take `{name}` from the body, and \
                         `{{{name}}}` out of the path"
                    );
                    faults.at(&field.ident, sentence);
                }
            }
            None if flattens => {}
            None => {
                let known: Vec<&str> = fields.iter().map(|field| field.wire.as_str()).collect();
                let near = crate::words::nearest(name, &known);
                let end = near.map(|near| format!("; did you mean `{{{near}}}`?"));
                let sentence =
                    format!("the path names `{{{name}}}`, and there is no parameter `{name}`");
                faults.at(given, format!("{sentence}{}", end.unwrap_or_default()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_rule() {
        let cases = [
            ("create_order", None),
            ("v2", None),
            ("", Some("must not be empty")),
            ("Create Order", Some("`a-z`, `0-9` and `_`; try `create_order`")),
            ("2fast", Some("must begin with a letter")),
            ("_x", Some("must begin with a letter")),
            ("ü", Some("may hold only `a-z`, `0-9` and `_`")),
            ("a23456789a123456789a123456789a123456789a123456789", Some("49 characters; 48")),
        ];
        for (name, expected) in cases {
            let fault = name_fault("operation name", name);
            assert_eq!(fault.is_some(), expected.is_some(), "{name}: {fault:?}");
            assert!(fault.unwrap_or_default().contains(expected.unwrap_or_default()), "{name}");
        }
    }

    #[test]
    fn paths_keep_their_rule() {
        let cases = [
            ("/orders/{id}/items", None),
            ("orders", Some("must begin with `/`; try `/orders`")),
            ("/orders/", Some("empty segment")),
            ("//orders", Some("empty segment")),
            ("/orders/{id}/{id}", Some("names `{id}` twice")),
            ("/orders/:id", Some("whole segment in braces")),
            ("/orders/x{id}", Some("whole segment in braces")),
            ("/orders/{}", Some("whole segment in braces")),
            ("/or ders", Some("and ` ` is none of them")),
            ("/orders?x", Some("and `?` is none of them")),
        ];
        for (path, expected) in cases {
            let fault = path_fault(path);
            assert_eq!(fault.is_some(), expected.is_some(), "{path}: {fault:?}");
            assert!(fault.unwrap_or_default().contains(expected.unwrap_or_default()), "{path}");
        }
    }
}
