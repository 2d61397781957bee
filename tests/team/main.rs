//! A program as a service team writes one: operations that end in each way there is.

use std::process::ExitCode;
use std::time::Duration;

use arsenal::cli::ServeFlag;
use arsenal::{Class, Context, Error, Execute, Operation};

/// Says what it is told.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = read, output = Said)]
struct Echo {
    /// What to say.
    #[param(max_len = 10)]
    text: String,
}

/// What was said.
#[arsenal::output]
#[derive(Debug)]
struct Said {
    /// The text.
    text: String,
}

impl Execute for Echo {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        Ok(Said { text: self.text })
    }
}

/// Fails with a class.
#[derive(Debug, Operation)]
#[operation(category = "team", role = operator, effect = write, output = Said)]
struct Fail {
    /// The class.
    class: String,
}

impl Execute for Fail {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        let class = Class::ALL.into_iter().find(|class| class.as_str() == self.class);
        Err(Error::new(class.unwrap_or(Class::System), "AS_ASKED", "it fails as it was asked to"))
    }
}

/// Panics.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = read, output = Said)]
struct Panic {}

impl Execute for Panic {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        panic!("as it was asked to")
    }
}

/// Never ends by itself.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = read, timeout = "20ms", output = Said)]
struct Hang {}

impl Execute for Hang {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        std::future::pending().await
    }
}

/// Never ends by itself, and has an hour.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = read, timeout = "1h", output = Said)]
struct Wait {}

impl Execute for Wait {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        std::future::pending().await
    }
}

/// Goes on as a job.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = write, mode = job, output = Said)]
struct Work {
    /// Whether it succeeds.
    succeed: bool,
}

impl Execute for Work {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        match self.succeed {
            true => Ok(Said { text: "done".to_owned() }),
            false => Err(Error::new(Class::Execution, "NOT_DONE", "the work was not done")),
        }
    }
}

/// Says what it is told, as it did before.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = read, output = Said,
            deprecated(since = "2026-01-01", instead = "echo", sunset = "2027-01-01"))]
struct OldEcho {
    /// What to say.
    text: String,
}

impl Execute for OldEcho {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        Ok(Said { text: self.text })
    }
}

/// Is called from Rust only.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = read, visibility = internal, output = Said)]
struct Hidden {}

impl Execute for Hidden {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        Ok(Said { text: "hidden".to_owned() })
    }
}

/// Goes on as a job until somebody asks it to stop.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = write, mode = job, timeout = "1h",
            output = Said)]
struct Dawdle {}

impl Execute for Dawdle {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Said, Error> {
        eprintln!("begun");
        cx.cancelled().await;
        Err(Error::new(Class::Cancelled, "STOPPED", "it was asked to stop"))
    }
}

/// Writes for ever, whoever asks it to stop.
#[derive(Debug, Operation)]
#[operation(category = "team", role = viewer, effect = write, timeout = "1h", output = Said)]
struct Persist {}

impl Execute for Persist {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Said, Error> {
        eprintln!("begun");
        std::future::pending().await
    }
}

fn main() -> ExitCode {
    let builder = arsenal::builder().default_timeout(Duration::from_secs(5));
    let help = "Starts a process that never yields, so that it cannot be ended";
    let stubborn = ServeFlag::new("stubborn", help, async |program: arsenal::Program| {
        let runtime = program.runtime.ok_or("there are no processes")?;
        runtime.task().spawn(async {
            arsenal::tokio::task::block_in_place(|| {
                loop {
                    std::thread::park();
                }
            })
        })?;
        Ok(())
    });
    arsenal::cli::main_with(builder, &[stubborn])
}
