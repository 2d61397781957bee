//! Real OTP: one `erl` for all scripts, spoken to over its standard input and output.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{self, ChildStdin, ChildStdout, Command, Stdio};

use crate::script::Script;
use crate::term;

/// A running `erl`; it ends when its input does.
pub(crate) struct Peer {
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Peer {
    /// Compiles the Erlang side and starts it.
    ///
    /// # Errors
    ///
    /// Why not, where `erl` is absent.
    pub(crate) fn start() -> Result<Self, String> {
        let beams = std::env::temp_dir().join(format!("arsenal-process-otp-{}", process::id()));
        fs::create_dir_all(&beams).expect("the directory for temporary files can be written");
        let started = compile(&beams).and_then(|()| Self::boot(&beams));
        // Loaded by now, or of no use.
        fs::remove_dir_all(&beams).expect("nobody else removes it");
        started
    }

    fn boot(beams: &Path) -> Result<Self, String> {
        let spawned = Command::new("erl")
            // One scheduler: an exit's signals go out in one slice, so the log has one order.
            .args(["+S", "1", "-noshell", "-pa"])
            .arg(beams)
            .args(["-s", "script", "main"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut erl = spawned.map_err(|error| absent("erl", &error))?;
        let stdin = erl.stdin.take().expect("stdin is piped");
        let stdout = BufReader::new(erl.stdout.take().expect("stdout is piped"));
        let mut peer = Self { stdin, stdout };
        assert_eq!(peer.read(), "ready");
        Ok(peer)
    }

    /// The log of the script, a line an event.
    pub(crate) fn run(&mut self, script: &Script) -> Vec<String> {
        let line = term::line(script);
        writeln!(self.stdin, "{line}").expect("erl reads its input");
        self.stdin.flush().expect("erl reads its input");
        let mut log = Vec::new();
        loop {
            match self.read() {
                end if end == "end" => return log,
                fault if fault.starts_with("fault ") => panic!("the peer failed: {fault}"),
                event => log.push(event),
            }
        }
    }

    fn read(&mut self) -> String {
        let mut line = String::new();
        let n = self.stdout.read_line(&mut line).expect("erl writes text");
        assert_ne!(n, 0, "erl ended before its answer");
        line.trim_end().to_owned()
    }
}

fn compile(beams: &Path) -> Result<(), String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/otp/peer");
    let entries = fs::read_dir(sources).expect("the peer's sources are in the crate");
    let files = entries.map(|entry| entry.expect("the directory can be read").path());
    let erlc = Command::new("erlc").arg("-o").arg(beams).args(files).status();
    let status = erlc.map_err(|error| absent("erlc", &error))?;
    assert!(status.success(), "the peer does not compile");
    Ok(())
}

fn absent(program: &str, error: &io::Error) -> String {
    assert_eq!(error.kind(), io::ErrorKind::NotFound, "{program} is there but cannot run: {error}");
    format!("no {program}: install Erlang/OTP 25 to compare with it")
}
