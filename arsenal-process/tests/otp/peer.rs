//! Real OTP: one `erl` for all scripts, spoken to over its standard input and output.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::script::Script;
use crate::term;

/// A running `erl`; ends when dropped.
pub(crate) struct Peer {
    erl: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    beams: PathBuf,
}

impl Peer {
    /// Compiles the Erlang side and starts it; the reason as text where `erl` is absent.
    pub(crate) fn start(tag: &str) -> Result<Self, String> {
        let beams =
            std::env::temp_dir().join(format!("arsenal-process-{}-{tag}", std::process::id()));
        fs::create_dir_all(&beams).expect("the directory for temporary files can be written");
        compile(&beams)?;
        let spawned = Command::new("erl")
            // One scheduler: an exit's signals go out in one slice, so the log has one order.
            .args(["+S", "1", "-noshell", "-pa"])
            .arg(&beams)
            .args(["-s", "script", "main"])
            .env("ERL_CRASH_DUMP_BYTES", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut erl = spawned.map_err(|error| absent("erl", &error))?;
        let stdin = erl.stdin.take().expect("stdin is piped");
        let stdout = BufReader::new(erl.stdout.take().expect("stdout is piped"));
        Ok(Self { erl, stdin, stdout, beams })
    }

    /// The log of the script, a line an event.
    pub(crate) fn run(&mut self, script: &Script) -> Vec<String> {
        let line = term::line(script);
        writeln!(self.stdin, "{line}").expect("erl reads its input");
        self.stdin.flush().expect("erl reads its input");
        let mut log = Vec::new();
        loop {
            let mut line = String::new();
            let n = self.stdout.read_line(&mut line).expect("erl writes text");
            assert_ne!(n, 0, "erl ended in the middle of a script");
            match line.trim_end() {
                "end" => return log,
                fault if fault.starts_with("fault ") => panic!("the peer failed: {fault}"),
                event => log.push(event.to_owned()),
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.erl.kill();
        let _ = self.erl.wait();
        let _ = fs::remove_dir_all(&self.beams);
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
