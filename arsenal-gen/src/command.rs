//! The generator's words on a command line: one set for every program that offers it.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::request::{Effect, Request, Role};

/// The command `gen-operation` and its arguments.
#[must_use]
pub fn command() -> Command {
    let roles = PossibleValuesParser::new(Role::ALL.map(Role::word));
    let roles = roles.try_map(|word| Role::from_word(&word).ok_or("no role has this word"));
    let effects = PossibleValuesParser::new(Effect::ALL.map(Effect::word));
    let effects = effects.try_map(|word| Effect::from_word(&word).ok_or("no effect has this word"));
    Command::new("gen-operation")
        .about("Writes a new operation, its test and its `mod` line into the workspace around")
        .arg(Arg::new("category").value_name("CATEGORY").required(true).help("As `billing`"))
        .arg(Arg::new("name").value_name("NAME").required(true).help("As `refund_invoice`"))
        .arg(
            flag("param")
                .action(ArgAction::Append)
                .value_name("NAME:TYPE[=DEFAULT]")
                .help("A parameter; `?` behind the type for an optional one, `[]` for a list"),
        )
        .arg(flag("crate").value_name("PACKAGE").help("The package; the one around otherwise"))
        .arg(flag("path").value_name("FOLDER").help("The module folder that holds the categories"))
        .arg(
            flag("role")
                .help("The least role that may call it")
                .value_parser(roles)
                .default_value(Role::Operator.word()),
        )
        .arg(
            flag("effect")
                .help("What a call does to the world")
                .value_parser(effects)
                .default_value(Effect::Write.word()),
        )
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name)
}

impl Request {
    /// What the arguments of [`command`] ask for, in the folder where the asking person stands.
    #[must_use]
    pub fn read(dir: impl Into<PathBuf>, given: &ArgMatches) -> Self {
        let text = |name: &str| given.get_one::<String>(name).cloned();
        let category = text("category").unwrap_or_default();
        let mut request = Self::new(dir, category, text("name").unwrap_or_default());
        request.params = given.get_many("param").into_iter().flatten().cloned().collect();
        request.package = text("crate");
        request.path = text("path").map(Into::into);
        request.role = given.get_one("role").copied().unwrap_or(request.role);
        request.effect = given.get_one("effect").copied().unwrap_or(request.effect);
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &str) -> Request {
        let words = "gen-operation system get_load ".to_owned() + words;
        Request::read("here", &command().get_matches_from(words.split_whitespace()))
    }

    #[test]
    fn the_words_become_a_request() {
        command().debug_assert();
        let request = asked("--param a:u8=1 --param b:string --role admin --effect read");
        assert_eq!((request.category.as_str(), request.name.as_str()), ("system", "get_load"));
        assert_eq!(request.params, ["a:u8=1", "b:string"]);
        assert_eq!((request.role, request.effect), (Role::Admin, Effect::Read));
        assert_eq!((request.package, request.path), (None, None));
        let request = asked("--path src --crate team");
        assert_eq!(request.package.as_deref(), Some("team"));
        assert_eq!(request.path, Some(PathBuf::from("src")));
        assert_eq!((request.role, request.effect), (Role::Operator, Effect::Write));
    }
}
