//! What an interrupt does to a call.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;

use super::{interrupt, json, piped, read, team};

#[cfg(unix)]
#[test]
fn an_interrupted_call_ends_with_130() {
    let mut child = piped(team(&["call", "wait"]).env("ARSENAL_LOG", "info"));
    // The log says that the operations are there: from then on the signal has its listener soon.
    let mut log = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut line = String::new();
    log.read_line(&mut line).expect("it logs");
    let status = loop {
        interrupt(&child);
        if let Some(status) = child.try_wait().expect("it can be asked") {
            break status;
        }
        std::thread::yield_now();
    };
    use std::os::unix::process::ExitStatusExt as _;
    // Before its listener was there, the signal ends it by itself.
    assert!(status.code() == Some(130) || status.signal() == Some(2), "{status}");
}

/// A call that has begun to execute; what it says from then on comes by the reader.
#[cfg(unix)]
fn begun(operation: &str) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = piped(&mut team(&["call", operation, "-o", "json"]));
    let mut said = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut line = String::new();
    while line != "begun\n" {
        line.clear();
        assert_ne!(said.read_line(&mut line).expect("it writes"), 0, "it ended");
    }
    (child, said)
}

#[cfg(unix)]
#[test]
fn an_interrupted_job_is_asked_to_stop_and_its_end_is_told() {
    let (child, _said) = begun("dawdle");
    interrupt(&child);
    let ended = read(child.wait_with_output().expect("it ends"));
    assert_eq!(ended.code, Some(130), "{}", ended.out);
    assert_eq!(json(&ended.out)["data"]["status"], "cancelled", "{}", ended.out);
}

#[cfg(unix)]
#[test]
fn what_still_runs_after_interrupts_is_named() {
    let (mut child, mut said) = begun("persist");
    while child.try_wait().expect("it can be asked").is_none() {
        interrupt(&child);
        std::thread::yield_now();
    }
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("it wrote text");
    assert_eq!(child.wait().expect("it ended").code(), Some(130), "{rest}");
    assert!(rest.contains("still running") && rest.contains("persist"), "{rest}");
}
