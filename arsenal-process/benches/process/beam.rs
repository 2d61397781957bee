//! The yardstick beside: real BEAM, in an `erl` that stays for all rounds.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{self, ChildStdin, ChildStdout, Command, Stdio};

/// A running `erl`; it ends when its input does.
pub(crate) struct Beam {
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Beam {
    /// Compiles the Erlang half and starts it: once as it comes, with a scheduler a processor, and
    /// once with a single scheduler.
    ///
    /// # Errors
    ///
    /// Why there is none, as text.
    pub(crate) fn start() -> Result<[Self; 2], String> {
        let beams = std::env::temp_dir().join(format!("arsenal-process-bench-{}", process::id()));
        fs::create_dir_all(&beams).map_err(|error| error.to_string())?;
        let started = compile(&beams)
            .and_then(|()| Ok([Self::boot(&beams, &[])?, Self::boot(&beams, &["+S", "1"])?]));
        // Loaded by now, or of no use; what stays behind is a temporary file.
        _ = fs::remove_dir_all(&beams);
        started
    }

    /// Nanoseconds for the whole measure, or bytes a process.
    pub(crate) fn measure(&mut self, what: &str, count: u32) -> f64 {
        writeln!(self.stdin, "{what} {count}").expect("erl reads its input");
        self.stdin.flush().expect("erl reads its input");
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("erl writes text");
        line.trim().parse().expect("erl answers with a number")
    }

    fn boot(beams: &Path, schedulers: &[&str]) -> Result<Self, String> {
        let mut erl = Command::new("erl")
            .args(schedulers)
            .args(["-noshell", "-pa"])
            .arg(beams)
            .args(["-s", "process_peer", "main"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("no erl: {error}"))?;
        let stdin = erl.stdin.take().expect("stdin is piped");
        let stdout = BufReader::new(erl.stdout.take().expect("stdout is piped"));
        let mut beam = Self { stdin, stdout };
        // Has the module loaded before its file goes.
        beam.measure("call", 1000);
        Ok(beam)
    }
}

fn compile(beams: &Path) -> Result<(), String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/process/process_peer.erl");
    let erlc = Command::new("erlc").arg("-o").arg(beams).arg(source).status();
    let status = erlc.map_err(|error| format!("no erlc: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("erlc: {status}")) }
}
