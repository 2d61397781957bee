//! Memory of idle processes, each kind in a fresh program: an allocator keeps what it once had.

use std::env;
use std::fs;
use std::process::Command;

use arsenal_process::{Runtime, RuntimeConfig};

use crate::{ours, raw};

/// The argument that makes this program one that only measures its memory.
pub(crate) const CHILD: &str = "memory-child";

/// Bytes of resident memory a process, for `count` of this kind.
pub(crate) fn per_process(kind: &str, count: u32) -> Option<f64> {
    let program = env::current_exe().ok()?;
    let output = Command::new(program).args([CHILD, kind, &count.to_string()]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Makes them, and prints what one takes.
pub(crate) fn run_child(args: &[String]) {
    let [kind, count] = args else { panic!("{CHILD} takes a kind and a count") };
    let count: u32 = count.parse().expect("the count is a number");
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a Tokio runtime can be built");
    tokio.block_on(async {
        let runtime = Runtime::start(RuntimeConfig::default()).expect("this is inside of Tokio");
        // What is there once only is not counted.
        drop(ours::idle(&runtime, 1).await);
        drop(raw::idle(1));
        let before = resident();
        let (ours, raw) = match kind.as_str() {
            "ours" => (ours::idle(&runtime, count).await.len(), Vec::new()),
            _ => (0, raw::idle(count)),
        };
        tokio::task::yield_now().await;
        let after = resident();
        assert_eq!(ours + raw.len(), count as usize);
        println!("{}", (after - before) / f64::from(count));
    });
}

/// Resident bytes of this program; not a number where the system does not tell.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes * 1024.0)
}
