//! What is written: data to standard output, everything else to standard error.

use std::io::{self, ErrorKind, IsTerminal, Write};

use clap::ArgMatches;

/// How data is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Table,
}

/// Where and how to write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    pub(super) form: Form,
    color_out: bool,
    pub(super) color_err: bool,
}

impl Screen {
    pub(super) fn new(matches: &ArgMatches) -> Self {
        let out_is_terminal = io::stdout().is_terminal();
        let form = match matches.get_one::<String>("output").map(String::as_str) {
            Some("json") => Form::Json,
            Some(_) => Form::Table,
            None if out_is_terminal => Form::Table,
            None => Form::Json,
        };
        let wish = matches.get_one::<String>("color").map_or("auto", String::as_str);
        let colored = |terminal: bool| match wish {
            "always" => true,
            "never" => false,
            _ if is_set("NO_COLOR") => false,
            _ => terminal || is_set("CLICOLOR_FORCE"),
        };
        let (color_out, color_err) =
            (colored(out_is_terminal), colored(io::stderr().is_terminal()));
        Self { form, color_out, color_err }
    }

    /// Writes data, with a line's end. That nobody reads any more is no failure.
    pub(super) fn print(&self, text: &str) {
        quietly(&mut io::stdout().lock(), text);
    }

    /// Writes a person's text.
    pub(super) fn note(&self, text: &str) {
        quietly(&mut io::stderr().lock(), text);
    }

    /// Writes an error as a person's text.
    pub(super) fn complain(&self, text: &str) {
        let (red, end) = if self.color_err { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
        self.note(&format!("{red}error{end}: {text}"));
    }

    /// The text as a heading on standard output.
    pub(super) fn heading(&self, text: &str) -> String {
        if self.color_out { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// A reader that has seen enough closes its end: what is left is not written, without a word.
fn quietly(stream: &mut impl Write, text: &str) {
    let written = writeln!(stream, "{text}").and_then(|()| stream.flush());
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        tracing::warn!(%error, "output was lost");
    }
}
