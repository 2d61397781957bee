//! From a Rust name to a wire name.

use proc_macro2::Ident;
use syn::ext::IdentExt;

/// The identifier without a raw prefix: `r#type` is `type`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `KillProcess` as `kill_process`, `HTTPServer2` as `http_server2`.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, c) in chars.iter().enumerate() {
        let starts_word = c.is_uppercase()
            && chars[..index].last().is_some_and(|before| {
                let ends_acronym = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
                *before != '_' && (!before.is_uppercase() || ends_acronym)
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// `NoProcess` as `NO_PROCESS`.
pub(crate) fn screaming(name: &str) -> String {
    snake(name).to_uppercase()
}

/// A name that keeps the rule `[a-z][a-z0-9_]*` and resembles the given one.
pub(crate) fn repaired(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(snake)
        .collect();
    let joined = words.join("_");
    joined.trim_start_matches(|c: char| !c.is_ascii_lowercase()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        let cases = [
            ("KillProcess", "kill_process"),
            ("HTTPServer", "http_server"),
            ("GetV2", "get_v2"),
            ("A", "a"),
            ("Already_Split", "already_split"),
        ];
        for (name, expected) in cases {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(screaming("NoProcess"), "NO_PROCESS");
    }

    #[test]
    fn a_bad_name_is_repaired() {
        let cases = [
            ("Create Order", "create_order"),
            ("2nd-try", "nd_try"),
            ("kill process!", "kill_process"),
        ];
        for (name, expected) in cases {
            assert_eq!(repaired(name), expected);
        }
    }
}
