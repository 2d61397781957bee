//! The arguments: what clap knows of them.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, Command};

use super::{ServeFlag, exit};
use crate::{IfMatch, Role};

/// The whole command line.
pub(super) fn command(flags: &[ServeFlag]) -> Command {
    let command =
        Command::new(program())
            .about("Serves this program's operations, lists them, and calls them")
            .version(env!("CARGO_PKG_VERSION"))
            .after_help(exit::HELP)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .arg(
                words("output", ["json", "table"])
                    .short('o')
                    .help("How data is shown; a table on a terminal, JSON elsewhere"),
            )
            .arg(
                words("log-format", ["text", "json"])
                    .env("ARSENAL_LOG_FORMAT")
                    .default_value("text")
                    .help("How logs are written, to standard error"),
            )
            .arg(words("color", ["auto", "always", "never"]).default_value("auto").help(
                "Whether text is colored; `NO_COLOR` and `CLICOLOR_FORCE` are heard for `auto`",
            ));
    #[cfg(feature = "http")]
    let command = command.subcommand(serve().args(flags.iter().map(flag)));
    #[cfg(not(feature = "http"))]
    let _ = flags;
    #[cfg(feature = "gen")]
    let command = command.subcommand(arsenal_gen::command());
    command.subcommand(ops()).subcommand(call())
}

/// The program's own name: the catalogue stands in other people's programs too.
fn program() -> String {
    let path = std::env::args_os().next().map(std::path::PathBuf::from);
    let stem = path.as_deref().and_then(|path| path.file_stem());
    stem.map_or_else(|| "arsenal".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

#[cfg(feature = "http")]
fn flag(flag: &ServeFlag) -> Arg {
    Arg::new(flag.name).long(flag.name).action(ArgAction::SetTrue).help(flag.help)
}

#[cfg(feature = "http")]
fn serve() -> Command {
    Command::new("serve")
        .about("Serves the operations over HTTP until it is interrupted")
        .after_help(
            "The bearer token is read from ARSENAL_TOKEN; without it, one is made and printed \
             once. Whoever has it is an admin.",
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS")
                .env("ARSENAL_LISTEN")
                .default_value("127.0.0.1:4000")
                .help("Where to listen"),
        )
        .arg(
            Arg::new("public-url")
                .long("public-url")
                .value_name("URL")
                .help("The address that callers know, for links; the listener's own otherwise"),
        )
        .arg(
            Arg::new("grace")
                .long("grace")
                .value_name("SECONDS")
                .value_parser(clap::value_parser!(u64).range(0..=3600))
                .default_value("10")
                .help("How long calls under way may go on at the end"),
        )
}

fn ops() -> Command {
    Command::new("ops")
        .about("Shows the operations")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("list")
                .about("Lists the operations")
                .arg(text("category").help("Only those of a category"))
                .arg(text("effect").help("Only those with an effect: read, write, destructive"))
                .arg(role()),
        )
        .subcommand(
            Command::new("show")
                .about("Shows one operation whole")
                .arg(Arg::new("name").value_name("NAME").required(true).help("Its name"))
                .arg(role()),
        )
        .subcommand(
            Command::new("search")
                .about("Finds operations by words")
                .arg(
                    Arg::new("query")
                        .value_name("WORD")
                        .required(true)
                        .num_args(1..)
                        .help("Words that an operation must fit, each of them"),
                )
                .arg(role()),
        )
}

fn call() -> Command {
    Command::new("call")
        .about("Calls an operation in this process")
        .arg(Arg::new("name").value_name("NAME").required(true).help("The operation's name"))
        .arg(
            text("json")
                .value_name("JSON|@FILE|-")
                .help("The parameters: JSON, a file's, or standard input's; `{}` otherwise"),
        )
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .help("Checks everything and does nothing"),
        )
        .arg(text("idempotency-key").value_name("KEY").help("The same key, the same answer"))
        .arg(
            text("if-match")
                .value_name("VERSIONS")
                .value_parser(|text: &str| text.parse::<IfMatch>())
                .help("Change only what has one of these versions: `*`, or in double quotes"),
        )
        .arg(role())
}

fn role() -> Arg {
    let words = PossibleValuesParser::new(Role::ALL.map(Role::as_str));
    text("role")
        .value_parser(words.try_map(|word| role_of(&word)))
        .default_value(Role::Admin.as_str())
        .help("What the caller may do")
}

fn role_of(word: &str) -> Result<Role, String> {
    let role = Role::ALL.into_iter().find(|role| role.as_str() == word);
    role.ok_or_else(|| format!("no role is called `{word}`"))
}

fn text(name: &'static str) -> Arg {
    Arg::new(name).long(name)
}

/// What may stand behind any verb.
const GLOBAL: [&str; 3] = ["output", "color", "log-format"];

fn words(name: &'static str, words: impl IntoIterator<Item = &'static str>) -> Arg {
    Arg::new(name).long(name).global(GLOBAL.contains(&name)).value_parser(
        PossibleValuesParser::new(words.into_iter().map(clap::builder::PossibleValue::new)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_put_together_rightly() {
        command(&[]).debug_assert();
    }

    #[test]
    fn a_role_is_a_word_of_its_table_or_refused() {
        for role in Role::ALL {
            assert_eq!(role_of(role.as_str()), Ok(role));
        }
        assert!(role_of("root").is_err(), "nobody becomes an admin by a word nobody knows");
    }

    #[test]
    fn help_names_every_exit_code() {
        let help = command(&[]).render_help().to_string();
        for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "7 ", "8 ", "130 "] {
            assert!(help.contains(code), "{code}");
        }
    }
}
