//! `ops list|show|search`: three operations of the catalogue, with arguments of their own.

use clap::ArgMatches;

use super::call::{Asked, caller};
use crate::{Input, Terms};

/// The call that the arguments stand for.
pub(super) fn asked(given: &ArgMatches) -> Asked {
    let (verb, given) = given.subcommand().expect("clap asks for a subcommand");
    let text = |name: &str| given.get_one::<String>(name).cloned();
    let mut strings = Vec::new();
    let operation = match verb {
        "show" => {
            strings.extend(text("name").map(|name| ("name".to_owned(), name)));
            "describe_operation"
        }
        "search" => {
            let words: Vec<_> = given.get_many::<String>("query").into_iter().flatten().collect();
            let words = words.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ");
            strings.push(("query".to_owned(), words));
            "search_operations"
        }
        _ => {
            for name in ["category", "effect"] {
                strings.extend(text(name).map(|value| (name.to_owned(), value)));
            }
            // Whoever lists at a terminal wants all of it.
            strings.push(("page_size".to_owned(), "1000".to_owned()));
            "list_operations"
        }
    };
    Asked {
        operation: operation.to_owned(),
        input: Input { strings, body: None },
        terms: Terms::default(),
        caller: caller(given),
    }
}
