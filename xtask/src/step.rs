//! Steps that are announced, timed and summed up; the first that fails ends the run.

use std::fmt;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// One step of a run.
pub(crate) struct Step {
    name: String,
    work: Work,
}

enum Work {
    Command(Command),
    Check(Box<dyn FnOnce() -> Result<(), String>>),
}

impl Step {
    /// A command that must succeed.
    pub(crate) fn command(name: impl Into<String>, command: Command) -> Self {
        Self { name: name.into(), work: Work::Command(command) }
    }

    /// A check of our own; its error is a sentence.
    pub(crate) fn check(
        name: impl Into<String>,
        check: impl FnOnce() -> Result<(), String> + 'static,
    ) -> Self {
        Self { name: name.into(), work: Work::Check(Box::new(check)) }
    }
}

/// How a step ended.
enum Outcome {
    Passed(Duration),
    Failed(Duration, String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed(took) => write!(f, "ok       {:>7.1} s", took.as_secs_f64()),
            Self::Failed(took, why) => write!(f, "FAILED   {:>7.1} s  {why}", took.as_secs_f64()),
        }
    }
}

/// The steps with these words in their names.
///
/// # Errors
///
/// There is none; the message lists the names that there are.
pub(crate) fn named(words: &str, steps: Vec<Step>) -> Result<Vec<Step>, String> {
    let (found, others): (Vec<_>, Vec<_>) =
        steps.into_iter().partition(|step| step.name.contains(words));
    if found.is_empty() {
        let names: Vec<_> = others.iter().map(|step| step.name.as_str()).collect();
        return Err(format!("no step has `{words}` in its name: {}", names.join(", ")));
    }
    Ok(found)
}

/// Runs the steps in their order and prints a summary.
pub(crate) fn run(title: &str, steps: Vec<Step>) -> ExitCode {
    let n_steps = steps.len();
    let mut ended: Vec<(String, Outcome)> = Vec::with_capacity(n_steps);
    let start = Instant::now();
    for (at, step) in (1..).zip(steps) {
        println!("\n== {title} {at}/{n_steps}: {}", step.name);
        let outcome = work(step.work);
        println!("== {}: {outcome}", step.name);
        let failed = matches!(outcome, Outcome::Failed(..));
        ended.push((step.name, outcome));
        if failed {
            break;
        }
    }
    summarize(title, &ended, n_steps, start.elapsed())
}

fn work(work: Work) -> Outcome {
    let start = Instant::now();
    let result = match work {
        Work::Check(check) => check(),
        Work::Command(mut command) => succeed(&mut command),
    };
    match result {
        Ok(()) => Outcome::Passed(start.elapsed()),
        Err(why) => Outcome::Failed(start.elapsed(), why),
    }
}

/// Runs the command to its end and says how it failed.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{status}: {}", shown(command))),
        Err(error) => Err(format!("{} could not be started: {error}", shown(command))),
    }
}

/// The command as a person would type it.
fn shown(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or_default();
    let program = program.to_string_lossy().into_owned();
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}

fn summarize(title: &str, ended: &[(String, Outcome)], n_steps: usize, took: Duration) -> ExitCode {
    println!("\n== {title}, summed up");
    let width = ended.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, outcome) in ended {
        println!("{name:width$}  {outcome}");
    }
    let failed = ended.iter().find(|(_, outcome)| matches!(outcome, Outcome::Failed(..)));
    let seconds = took.as_secs_f64();
    match failed {
        Some((name, _)) => {
            let n_left = n_steps - ended.len();
            println!("== {title} FAILED at `{name}` after {seconds:.1} s; {n_left} not run");
            ExitCode::FAILURE
        }
        None => {
            println!("== {title}: {n_steps} passed in {seconds:.1} s");
            ExitCode::SUCCESS
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn a_run_stops_at_its_first_failure() {
        let ran = Rc::new(Cell::new(0));
        let step = |result: Result<(), String>| {
            let ran = Rc::clone(&ran);
            Step::check("step", move || {
                ran.set(ran.get() + 1);
                result
            })
        };
        let fails = vec![step(Ok(())), step(Err("x".into())), step(Ok(()))];
        assert_eq!(run("test", fails), ExitCode::FAILURE);
        assert_eq!(ran.take(), 2);
        assert_eq!(run("test", vec![step(Ok(()))]), ExitCode::SUCCESS);
    }

    #[test]
    fn steps_are_found_by_words_of_their_names() {
        let steps = || {
            ["fuzz decode", "fuzz walker", "bench core"].map(|name| Step::check(name, || Ok(())))
        };
        let names = |words| {
            let found = named(words, steps().into());
            found.map(|steps| steps.into_iter().map(|step| step.name).collect::<Vec<_>>())
        };
        assert_eq!(names("fuzz"), Ok(vec!["fuzz decode".to_owned(), "fuzz walker".to_owned()]));
        let none = "no step has `x` in its name: fuzz decode, fuzz walker, bench core";
        assert_eq!(names("x"), Err(none.to_owned()));
    }

    #[test]
    fn a_command_that_fails_is_shown_as_typed() {
        let mut command = Command::new("/no/such/program");
        command.args(["a", "b"]);
        let why = succeed(&mut command).unwrap_err();
        assert!(why.starts_with("program a b could not be started"), "{why}");
    }
}
