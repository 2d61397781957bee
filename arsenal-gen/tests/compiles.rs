//! That what the generator writes compiles without a warning, is formatted, and passes its tests:
//! in a team's library, in a team's program, and in a crate that stands on core.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use arsenal_gen::{Effect, Request, Role, gen_operation};

const STRICT: &str = "#![forbid(unsafe_code)]\n#![warn(missing_docs, unreachable_pub, unused)]\n";

/// Each package: its name, its edition, its root file, that file's text, and what it needs.
fn packages(ours: &Path) -> [(&'static str, &'static str, &'static str, String, String); 3] {
    let path = |name: &str| format!("{{ path = {:?} }}", ours.join(name));
    let facade = format!("arsenal = {}\n", path("arsenal"));
    let core = format!(
        "arsenal-core = {}\nschemars = \"1\"\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n",
        path("arsenal-core")
    );
    let library = format!("//! A library.\n\n{STRICT}");
    // What a refusal tells the author of a file without modules to write first.
    let program = format!("//! A program.\n\n{STRICT}\npub mod billing;\n\nfn main() {{}}\n");
    [
        ("team", "2021", "lib.rs", library.clone(), facade.clone()),
        ("tool", "2024", "main.rs", program, facade),
        (
            "catalogue",
            "2024",
            "lib.rs",
            library + "\nextern crate arsenal_core as arsenal;\n",
            core,
        ),
    ]
}

fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiles");
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut members = Vec::new();
    for (name, edition, root_file, text, needs) in packages(ours) {
        let folder = root.join(name);
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("src").join(root_file), text).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n\
             [dependencies]\n{needs}"
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        members.push(name);
    }
    // The profile of this workspace, so that what it has built is not built again.
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    // The versions that this workspace builds with, so that nothing is to be fetched.
    fs::copy(ours.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    root
}

/// Writes three operations; a workspace has each name once, so they end in the package's.
fn write_operations(root: &Path, package: &str) -> Vec<PathBuf> {
    let requests: [(&str, &str, &[&str]); 3] = [
        ("billing", "refund_invoice", &[]),
        (
            "billing",
            "charge_card",
            &["card:string", "cents:u32=1", "note:string=a \"b\" \\ c", "slow:bool=false"],
        ),
        (
            "audits",
            "get_a_b",
            &[
                "a:i8=-128",
                "b:i16",
                "c:i32?",
                "d:i64[]",
                "e:u8=255",
                "f:u16",
                "g:u64",
                "h:f32=0.5",
                "i:f64",
                "j:char=x",
                "k:duration=5s",
                "l:duration?",
                "m:duration[]",
                "n:path",
                "o:ip=::1",
                "p:path?",
                "q:bool",
                "r:string[]",
            ],
        ),
    ];
    let mut files = Vec::new();
    for (at, (category, name, params)) in requests.into_iter().enumerate() {
        let name = format!("{name}_{package}");
        let mut request = Request::new(root.join(package), category, name);
        request.params = params.iter().map(|&param| param.to_owned()).collect();
        (request.role, request.effect) = (Role::ALL[at], Effect::ALL[at]);
        let created = gen_operation(&request).unwrap();
        files.extend(created.created.iter().chain(&created.changed).cloned());
    }
    files
}

fn run(program: &str, root: &Path, args: &[&str]) -> Output {
    Command::new(program).args(args).current_dir(root).output().unwrap()
}

#[test]
fn what_is_written_compiles_and_passes() {
    let root = workspace();
    let mut files = Vec::new();
    for (package, edition) in [("team", "2021"), ("tool", "2024"), ("catalogue", "2024")] {
        for file in write_operations(&root, package) {
            let path = file.display().to_string();
            // A root file would have rustfmt follow its modules.
            let check = run("rustfmt", &root, &["--check", "--edition", edition, &path]);
            assert!(check.status.success(), "{path}: {}", String::from_utf8_lossy(&check.stdout));
            files.push(path);
        }
    }
    assert!(files.contains(&"tool/src/audits/get_a_b_tool.rs".to_owned()), "{files:?}");

    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let target = target.display().to_string();
    let test = run(&cargo, &root, &["test", "--offline", "--workspace", "--target-dir", &target]);
    let said = String::from_utf8_lossy(&test.stderr);
    let tested = String::from_utf8_lossy(&test.stdout);
    assert!(test.status.success(), "{said}\n{tested}");
    for package in ["team", "tool", "catalogue"] {
        assert!(!said.contains(&format!("warning: `{package}`")), "{said}");
    }
    for name in ["refund_invoice", "charge_card", "get_a_b"] {
        for package in ["team", "tool", "catalogue"] {
            let passed = format!("{name}_{package}_answers ... ok");
            assert!(tested.contains(&passed), "{passed} is not in\n{tested}");
        }
    }
}
