//! A program's command line: `serve`, `ops list|show|search`, `call`.
//!
//! A second front beside HTTP, in process: the same operations, the same refusals, the same
//! documents. Data goes to standard output, everything else to standard error, and the exit code
//! is that of the failure's class ([`ExitStatus`]).

mod args;

mod exit;

mod call;

mod catalogue;

mod interrupts;

#[cfg(feature = "gen")]
mod gen_operation;

#[cfg(feature = "http")]
mod serve;

mod serve_flag;

mod screen;

mod table;

mod tell;

mod tracing_output;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::{Builder, Chain, Program};

pub use exit::ExitStatus;
pub use serve_flag::ServeFlag;

#[cfg(feature = "ops")]
pub(crate) use tracing_output::log_control;

use screen::Screen;

/// The whole of a program: its arguments decide what is done with its operations.
///
/// ```no_run
/// struct Stock(u64);
///
/// fn main() -> std::process::ExitCode {
///     arsenal::main(arsenal::builder().state(Stock(3)))
/// }
/// ```
///
/// A program whose state needs a runtime when it is made brings its own, and calls [`run`]:
///
/// ```no_run
/// # use arsenal::tokio;
/// #[tokio::main(crate = "arsenal::tokio")]
/// async fn main() -> std::process::ExitCode {
///     arsenal::cli::run(arsenal::builder(), std::env::args_os()).await.into()
/// }
/// ```
pub fn main(builder: Builder) -> ExitCode {
    main_with(builder, &[])
}

/// As [`main`], with flags of the program's own for `serve`.
pub fn main_with(builder: Builder, flags: &[ServeFlag]) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no runtime could be started: {error}");
            return ExitStatus::Failed.into();
        }
    };
    let status = runtime.block_on(run_with(builder, flags, std::env::args_os()));
    // What is still blocked was told to stop; the program does not wait for it.
    runtime.shutdown_background();
    status.into()
}

/// The same with given arguments, inside somebody's own runtime; the first is the program's name.
///
/// # Cancel safety
///
/// Dropped, a call is cancelled as if its caller had gone, and a server closes its connections.
pub async fn run<A: Into<OsString> + Clone>(
    builder: Builder,
    args: impl IntoIterator<Item = A>,
) -> ExitStatus {
    run_with(builder, &[], args).await
}

/// As [`run`], with flags of the program's own for `serve`.
///
/// # Cancel safety
///
/// As [`run`].
pub async fn run_with<A: Into<OsString> + Clone>(
    builder: Builder,
    flags: &[ServeFlag],
    args: impl IntoIterator<Item = A>,
) -> ExitStatus {
    let matches = match args::command(flags).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(told) => {
            let status = if told.use_stderr() { ExitStatus::Usage } else { ExitStatus::Ok };
            // Nobody to tell is no failure.
            let _ = told.print();
            return status;
        }
    };
    let screen = Screen::new(&matches);
    // Without a subcommand clap shows the help, so there is one.
    let Some((verb, given)) = matches.subcommand() else { return ExitStatus::Usage };
    tracing_output::start(verb, &screen, &matches);
    let assembled = crate::assemble(builder).await;
    #[cfg(feature = "gen")]
    if verb == "gen-operation" {
        // Operations that cannot be put together are no reason not to write another.
        let operations = assembled.as_ref().ok().map(|program| &program.arsenal);
        return gen_operation::write(operations, &screen, given);
    }
    match assembled {
        Ok(program) => dispatch(&program, flags, &screen, (verb, given)).await,
        Err(error) => tell::not_started(&screen, &Chain(&error).to_string()),
    }
}

#[cfg_attr(
    not(feature = "http"),
    expect(unused_variables, reason = "flags are for `serve`, which is not there")
)]
async fn dispatch(
    program: &Program,
    flags: &[ServeFlag],
    screen: &Screen,
    (verb, given): (&str, &ArgMatches),
) -> ExitStatus {
    let arsenal = &program.arsenal;
    match verb {
        #[cfg(feature = "http")]
        "serve" => {
            #[cfg(feature = "ops")]
            if let Err(error) = program.start_configured().await {
                return tell::not_started(screen, &Chain(&error).to_string());
            }
            for flag in flags.iter().filter(|flag| given.get_flag(flag.name)) {
                if let Err(error) = (flag.start)(program.clone()).await {
                    let why = format!("--{}: {}", flag.name, Chain(error.as_ref()));
                    return tell::not_started(screen, &why);
                }
            }
            serve::serve(program, screen, given).await
        }
        "ops" => {
            let asked = catalogue::asked(given);
            call::run(arsenal, screen, asked).await
        }
        _ => match call::asked(given) {
            Ok(asked) => call::run(arsenal, screen, asked).await,
            Err(unread) => tell::unread(screen, &unread.to_string()),
        },
    }
}

#[cfg(all(test, feature = "http", feature = "ops"))]
mod tests {
    use arsenal_ops::entry_point::EntryPoints;
    use arsenal_ops::startup::Startup;
    use arsenal_process::{ProcessName, Runtime, RuntimeConfig};

    use super::*;

    /// The catalogue on this runtime, in a program that is configured to start a supervisor.
    async fn program_on(runtime: &Runtime) -> Builder {
        let startup = r#"{"supervisors": [{"id": "shop", "name": "shop"}]}"#;
        let startup: Startup = serde_json::from_str(startup).expect("it is sound");
        let entry_points = EntryPoints::linked().build().expect("they are sound");
        let builder = crate::builder().state(startup);
        let built = arsenal_ops::catalogue(builder, runtime, entry_points).await;
        built.expect("the catalogue's own processes start")
    }

    /// Whether anything configured runs.
    fn runs(runtime: &Runtime) -> bool {
        let found = |name: &str| runtime.whereis(&name.parse::<ProcessName>().expect("a name"));
        found("configured").is_some() || found("shop").is_some()
    }

    #[tokio::test]
    async fn only_serve_starts_what_the_program_is_configured_to() {
        // Nobody can listen there, so that the server ends as soon as all else runs.
        for (args, status, starts) in [
            (&["shop", "ops", "list"][..], ExitStatus::Ok, false),
            (&["shop", "call", "list_processes"], ExitStatus::Ok, false),
            (&["shop", "serve", "--listen", "nowhere"], ExitStatus::Failed, true),
        ] {
            let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
            let ended = run(program_on(&runtime).await, args).await;
            assert_eq!((ended, runs(&runtime)), (status, starts), "{args:?}");
        }
    }

    #[tokio::test]
    async fn a_program_that_is_put_together_waits_to_be_told_to_start_what_is_configured() {
        let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
        let program = crate::assemble(program_on(&runtime).await).await.unwrap();
        assert!(!runs(&runtime));
        program.start_configured().await.unwrap();
        assert!(runs(&runtime));
        program.start_configured().await.unwrap_err();
    }
}
