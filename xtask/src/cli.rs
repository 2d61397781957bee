//! The words of the command line.

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
        .about("ci, and the slow checks: release, LTO, features, fuzzing, load, coverage, benches")
        .arg(
            Arg::new("fuzz-seconds")
                .long("fuzz-seconds")
                .value_parser(value_parser!(u32))
                .default_value("600")
                .help("How long each fuzz target runs"),
        )
        .arg(Arg::new("step").help("Only the steps with these words in their names, such as fuzz"))
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
    let package = "The package; without it and a path, arsenal-ops";
    arsenal_gen::command().mut_arg("crate", |argument| argument.help(package))
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
