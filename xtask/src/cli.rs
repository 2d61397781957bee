//! The words of the command line.

use arsenal_gen::{Effect, Role};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::codegen::Mode;

/// All commands.
pub(crate) fn command() -> Command {
    Command::new("xtask")
        .bin_name("cargo xtask")
        .about("The workspace's own commands")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("ci").about("All that a landing must pass; stops at a failure"))
        .subcommand(full())
        .subcommand(Command::new("tidy").about("The rules that neither rustc nor clippy holds"))
        .subcommand(codegen())
        .subcommand(gen_operation())
        .subcommand(
            Command::new("bench")
                .about("Runs the benchmarks, which print tables")
                .arg(Arg::new("name").help("core, process, ops or compile; without it, all")),
        )
}

fn full() -> Command {
    Command::new("full")
        .about("ci, and the slow checks: release, LTO, features, fuzzing, coverage, benches")
        .arg(
            Arg::new("fuzz-seconds")
                .long("fuzz-seconds")
                .value_parser(value_parser!(u32))
                .default_value("600")
                .help("How long each fuzz target runs"),
        )
}

fn codegen() -> Command {
    Command::new("codegen").about("Writes the files that follow from others").arg(
        Arg::new("check")
            .long("check")
            .action(ArgAction::SetTrue)
            .help("Write nothing; fail where a file is out of date"),
    )
}

fn gen_operation() -> Command {
    let (roles, effects) = (Role::ALL.map(Role::word), Effect::ALL.map(Effect::word));
    Command::new("gen-operation")
        .about("Writes a new operation, its test and its `mod` line")
        .arg(Arg::new("category").required(true).help("Its category, as `system`"))
        .arg(Arg::new("name").required(true).help("Its name, as `get_disk_usage`"))
        .arg(
            Arg::new("param")
                .long("param")
                .action(ArgAction::Append)
                .value_name("NAME:TYPE[=DEFAULT]")
                .help("A parameter; `?` behind the type for an optional one, `[]` for a list"),
        )
        .arg(Arg::new("crate").long("crate").help("The package; without it, arsenal-ops"))
        .arg(Arg::new("path").long("path").help("The module folder that holds the categories"))
        .arg(
            Arg::new("role")
                .long("role")
                .help("The least role that may call it")
                .value_parser(roles)
                .default_value("operator"),
        )
        .arg(
            Arg::new("effect")
                .long("effect")
                .help("What a call does to the world")
                .value_parser(effects)
                .default_value("write"),
        )
}

/// Whether generated files are written or looked at.
pub(crate) fn mode(args: &ArgMatches) -> Mode {
    match args.get_flag("check") {
        true => Mode::Check,
        false => Mode::Write,
    }
}

/// The benchmark that was named.
pub(crate) fn bench(args: &ArgMatches) -> Option<&str> {
    args.get_one::<String>("name").map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
