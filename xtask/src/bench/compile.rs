//! What declarations cost to compile: a crate of a hundred operations against the same structs
//! with the derives of serde and schemars, and the same bodies behind as small a table as works.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use crate::step;
use crate::workspace::Workspace;

const OPERATIONS: usize = 100;

const ROUNDS: usize = 5;

/// A way to declare a hundred operations: a crate of its own.
struct Way {
    name: &'static str,
    dependencies: &'static str,
    head: &'static str,
    /// One operation; `{n}` stands for its number.
    operation: &'static str,
    /// One line of the table at the end, where there is one.
    entry: &'static str,
}

const WAYS: [Way; 3] = [
    Way {
        name: "arsenal",
        dependencies: "arsenal = { package = \"arsenal-core\", path = \"{core}\" }",
        head: include_str!("compile/arsenal.head"),
        operation: include_str!("compile/arsenal.operation"),
        entry: "",
    },
    Way {
        name: "serde-schemars",
        dependencies: "schemars = \"1\"",
        head: include_str!("compile/schemars.head"),
        operation: include_str!("compile/schemars.operation"),
        entry: "    Entry { name: \"operation_{n}\", schema: schema::<Operation{n}>, \
                run: run::<Operation{n}> },\n",
    },
    Way {
        name: "serde",
        dependencies: "",
        head: include_str!("compile/serde.head"),
        operation: include_str!("compile/serde.operation"),
        entry: "    Entry { name: \"operation_{n}\", run: run::<Operation{n}> },\n",
    },
];

/// What one build took.
#[derive(Clone, Copy)]
struct Took {
    wall: Duration,
    /// Of the processors, where the system tells; a machine with other work disturbs it least.
    processors: Option<Duration>,
}

/// Builds each crate in turns and prints the medians.
///
/// # Errors
///
/// A crate could not be written or built.
pub(super) fn run(workspace: &Workspace) -> Result<(), String> {
    let folder = workspace.target().join("bench-compile");
    write(workspace, &folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    println!("building what the crates depend on");
    for way in &WAYS {
        build(workspace, &folder, way)?;
    }
    let mut figures = WAYS.each_ref().map(|_| Vec::new());
    for round in 1..=ROUNDS {
        println!("round {round} of {ROUNDS}");
        for (way, figures) in WAYS.iter().zip(&mut figures) {
            touch(&folder, way).map_err(|error| format!("{}: {error}", way.name))?;
            figures.push(build(workspace, &folder, way)?);
        }
    }
    print(&figures);
    Ok(())
}

fn print(figures: &[Vec<Took>; 3]) {
    println!("\n{OPERATIONS} operations of 5 parameters, built for release; medians of {ROUNDS}");
    println!("{:<16} {:>10} {:>12} {:>22}", "by", "wall", "processors", "over serde + schemars");
    let walls = figures.each_ref().map(|took| median(took.iter().map(|took| Some(took.wall))));
    let processors = figures.each_ref().map(|took| median(took.iter().map(|took| took.processors)));
    // Processor time is the steadier figure; where there is none, the clock on the wall decides.
    let judged = if processors[0].is_some() { processors } else { walls };
    for (at, way) in WAYS.iter().enumerate() {
        let ratio = judged[at]
            .zip(judged[1])
            .map_or(f64::NAN, |(took, base)| took.as_secs_f64() / base.as_secs_f64());
        let verdict = match (at, ratio <= 1.0) {
            (0, true) => "<= 1  ok",
            (0, false) => "<= 1  MISSED",
            _ => "",
        };
        let shown = |took: Option<Duration>| {
            took.map_or("-".to_owned(), |took| format!("{:.2} s", took.as_secs_f64()))
        };
        let (wall, processor) = (shown(walls[at]), shown(processors[at]));
        println!("{:<16} {wall:>10} {processor:>12} {ratio:>8.2} x {verdict:>12}", way.name);
    }
    if let Some((ours, serde)) = judged[0].zip(judged[2]) {
        let aim = ours.as_secs_f64() / serde.as_secs_f64();
        println!("over serde alone: {aim:.2} x (aim 1)");
    }
}

fn median(took: impl Iterator<Item = Option<Duration>>) -> Option<Duration> {
    let mut took: Vec<Duration> = took.collect::<Option<_>>()?;
    took.sort();
    took.get(took.len() / 2).copied()
}

/// A workspace of the crates, with the versions that this workspace is locked to.
fn write(workspace: &Workspace, folder: &Path) -> io::Result<()> {
    let core = workspace.root.join("arsenal-core").display().to_string();
    let members = WAYS.map(|way| format!("\"{}\"", way.name)).join(", ");
    fs::create_dir_all(folder)?;
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n");
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    for way in &WAYS {
        let source = folder.join(way.name).join("src");
        fs::create_dir_all(&source)?;
        let manifest = format!(
            "[package]\nname = \"declared-by-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
             serde_json = \"1\"\n{}\n",
            way.name,
            way.dependencies.replace("{core}", &core),
        );
        fs::write(folder.join(way.name).join("Cargo.toml"), manifest)?;
        fs::write(source.join("lib.rs"), program(way))?;
    }
    Ok(())
}

/// The crate's one file.
fn program(way: &Way) -> String {
    let mut text = way.head.to_owned();
    for n in 0..OPERATIONS {
        text.push_str(&way.operation.replace("{n}", &n.to_string()));
    }
    if !way.entry.is_empty() {
        let _ = write!(text, "\npub static OPERATIONS: [Entry; {OPERATIONS}] = [\n");
        for n in 0..OPERATIONS {
            text.push_str(&way.entry.replace("{n}", &n.to_string()));
        }
        text.push_str("];\n");
    }
    text
}

/// Makes cargo build the crate again, and only the crate.
fn touch(folder: &Path, way: &Way) -> io::Result<()> {
    let file: PathBuf = folder.join(way.name).join("src/lib.rs");
    fs::write(file, program(way))
}

fn build(workspace: &Workspace, folder: &Path, way: &Way) -> Result<Took, String> {
    let package = format!("declared-by-{}", way.name);
    let mut command = workspace.cargo(["build", "--release", "--offline", "--quiet"]);
    command.args(["--package", &package]).current_dir(folder).env_remove("CARGO_TARGET_DIR");
    let before = processor_time();
    let began = Instant::now();
    step::succeed(&mut command)?;
    let wall = began.elapsed();
    let processors = before.zip(processor_time()).map(|(before, after)| after - before);
    Ok(Took { wall, processors })
}

/// What the processors have spent on programs that this one started and waited for.
fn processor_time() -> Option<Duration> {
    /// Linux counts in hundredths of a second, whatever its own clock's rate.
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in brackets, may hold spaces; what follows it is fields.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok();
    Some(TICK * (ticks(13)? + ticks(14)?))
}
