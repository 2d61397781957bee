//! The program `arsenal`: the ready catalogue, served and called.

use std::process::ExitCode;

mod demo;

fn main() -> ExitCode {
    arsenal::cli::main_with(arsenal::builder(), &flags())
}

fn flags() -> Vec<arsenal::cli::ServeFlag> {
    let help = "Starts a small order pipeline that shows life: crashes, restarts, queues";
    vec![arsenal::cli::ServeFlag::new("demo", help, async |program: arsenal::Program| {
        if let Some(runtime) = &program.runtime {
            demo::start(runtime).await?;
        }
        Ok(())
    })]
}
