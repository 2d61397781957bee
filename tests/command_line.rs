//! The command line of a program, by running it: what is written where, and how it ends.

mod interrupts;

mod served;

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The only place that knows how the program is run.
fn team(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_team"));
    command.args(arguments).env_remove("ARSENAL_TOKEN").env_remove("NO_COLOR");
    command.env_remove("CLICOLOR_FORCE").env_remove("ARSENAL_LOG").env_remove("ARSENAL_LISTEN");
    command.env_remove("ARSENAL_LOG_FORMAT");
    command
}

struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

fn ended(arguments: &[&str]) -> Ended {
    read(team(arguments).output().expect("the program runs"))
}

fn read(output: Output) -> Ended {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text:?}"))
}

#[test]
fn each_end_has_its_own_exit_code() {
    let fail = |class: &str| format!(r#"{{"class": "{class}"}}"#);
    let cases = [
        (vec!["call", "echo", "--json", r#"{"text": "hi"}"#], 0),
        (vec!["call", "panic"], 1),
        (vec!["call", "echo", "--json", "{}"], 2),
        (vec!["call", "echo", "--json", "{"], 2),
        (vec!["call", "echo", "--unknown-flag"], 2),
        (vec!["cal"], 2),
        (vec![], 2),
        (vec!["call", "echo", "--json", "@/nowhere.json"], 2),
        (vec!["call", "echo", "--role", "public"], 3),
        (vec!["call", "fail", "--role", "viewer"], 3),
        (vec!["call", "ecko"], 4),
        (vec!["call", "hidden"], 4),
        (vec!["ops", "show", "hidden"], 4),
        (vec!["call", "hang"], 7),
        (vec!["call", "work", "--json", r#"{"succeed": true}"#], 0),
        (vec!["call", "work", "--json", r#"{"succeed": false}"#], 8),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
    ];
    for (arguments, expected) in cases {
        let Ended { code, err, .. } = ended(&arguments);
        assert_eq!(code, Some(expected), "{arguments:?}: {err}");
    }
    for (class, expected) in [
        ("malformed", 2),
        ("validation", 2),
        ("unauthenticated", 3),
        ("forbidden", 3),
        ("not_found", 4),
        ("conflict", 5),
        ("precondition", 5),
        ("rate_limited", 6),
        ("unavailable", 6),
        ("timeout", 7),
        ("cancelled", 1),
        ("execution", 1),
        ("system", 1),
    ] {
        let Ended { code, err, .. } = ended(&["call", "fail", "--json", &fail(class)]);
        assert_eq!(code, Some(expected), "{class}: {err}");
    }
}

#[test]
fn data_goes_to_standard_output_and_a_refusal_to_standard_error() {
    let good = ended(&["call", "echo", "--json", r#"{"text": "hi"}"#]);
    assert_eq!((good.out.as_str(), good.err.as_str()), ("{\"data\":{\"text\":\"hi\"}}\n", ""));

    let bad = ended(&["-o", "json", "call", "echo", "--json", r#"{"txt": 1}"#]);
    let problem = json(&bad.err);
    assert_eq!(bad.out, "");
    assert_eq!(problem["type"], "about:blank", "no server is involved");
    assert_eq!(problem["status"], 422);
    assert_eq!(problem["code"], "INVALID_PARAMS");
    assert_eq!(problem["operation"], "echo");
    assert_eq!(problem["errors"][0]["pointer"], "#/text");
    assert_eq!(problem["errors"][1]["suggestion"], "text");
    let id = problem["request_id"].as_str().expect("an id");
    assert_eq!(problem["instance"], format!("urn:uuid:{id}"));

    let told = ended(&["-o", "table", "call", "echo", "--json", r#"{"txt": 1}"#]);
    assert_eq!(told.out, "");
    for part in ["error: 2 faults", "/text: is required", "did you mean `text`?", "INVALID_PARAMS"]
    {
        assert!(told.err.contains(part), "{part} in {}", told.err);
    }
    assert!(!told.err.contains('\u{1b}'), "no color where nobody looks");
    let near = ended(&["-o", "table", "call", "ecko"]);
    assert!(near.err.contains("did you mean `echo`?"), "{}", near.err);
}

#[test]
fn parameters_come_as_text_from_a_file_or_from_standard_input() {
    let path = std::env::temp_dir().join(format!("arsenal-{}.json", std::process::id()));
    std::fs::write(&path, r#"{"text": "filed"}"#).expect("the file is written");
    let from_file = ended(&["call", "echo", "--json", &format!("@{}", path.display())]);
    std::fs::remove_file(&path).expect("the file is there");
    assert_eq!(json(&from_file.out)["data"]["text"], "filed");

    let mut child = piped(&mut team(&["call", "echo", "--json", "-"]));
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(br#"{"text": "piped"}"#).expect("it reads");
    drop(stdin);
    let from_stdin = read(child.wait_with_output().expect("it ends"));
    assert_eq!(json(&from_stdin.out)["data"]["text"], "piped");
}

#[test]
fn a_dry_run_does_nothing_and_a_deprecated_operation_warns() {
    let dry = ended(&["call", "fail", "--dry-run", "--json", r#"{"class": "system"}"#]);
    assert_eq!(dry.out, "{\"data\":null,\"dry_run\":true,\"planned\":false}\n");
    let old = ended(&["call", "old_echo", "--json", r#"{"text": "hi"}"#]);
    assert_eq!(old.code, Some(0));
    assert!(old.err.contains("deprecated since 2026-01-01; use `echo`"), "{}", old.err);
}

#[test]
fn operations_are_listed_shown_and_searched() {
    let listed = ended(&["ops", "list", "--category", "team", "-o", "json"]);
    let items = json(&listed.out);
    let names: Vec<_> = items["data"]["items"].as_array().expect("a list").iter().collect();
    assert!(names.iter().any(|item| item["name"] == "echo"));
    assert!(!names.iter().any(|item| item["name"] == "hidden"), "what is internal is not shown");

    let table = ended(&["ops", "list", "--category", "team", "-o", "table"]);
    let first = table.out.lines().next().unwrap_or_default();
    assert_eq!(first.split_whitespace().next(), Some("NAME"), "{}", table.out);

    let shown = ended(&["ops", "show", "echo", "-o", "json"]);
    assert_eq!(json(&shown.out)["data"]["input_schema"]["required"][0], "text");

    let found = ended(&["ops", "search", "ecko", "-o", "json"]);
    assert!(found.out.contains("\"echo\""), "a near miss is found: {}", found.out);
}

#[test]
fn color_is_as_the_environment_wishes() {
    let call = ["-o", "table", "call", "ecko"];
    let colored = |set: &[(&str, &str)], more: &[&str]| {
        let mut command = team(&[&call[..], more].concat());
        command.envs(set.iter().copied());
        read(command.output().expect("the program runs")).err.contains('\u{1b}')
    };
    assert!(!colored(&[], &[]), "a pipe is no terminal");
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(colored(&[("NO_COLOR", "1")], &["--color", "always"]), "a flag is a wish of its own");
    assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let mut child = piped(&mut team(&["ops", "list", "-o", "json"]));
    drop(child.stdout.take());
    let ended = read(child.wait_with_output().expect("it ends"));
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
}

#[test]
fn help_is_what_it_was() {
    let help = ended(&["call", "--help"]).out;
    for part in ["--json", "@FILE", "--dry-run", "--idempotency-key", "--role"] {
        assert!(help.contains(part), "{part} in {help}");
    }
    assert!(ended(&["--help"]).out.contains("130  interrupted"));
}

#[test]
fn a_generator_that_refuses_says_why_and_exits_with_2() {
    for (name, part) in
        [("Bad-Name", "`Bad-Name`"), ("echo", "taken by"), ("list_operations", "taken by")]
    {
        let arguments = ["gen-operation", "team", name, "--crate", "arsenal-tests", "-o", "json"];
        let refused = ended(&arguments);
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{name}");
        assert!(refused.err.contains(part), "{name}: {}", refused.err);
    }
}

#[test]
fn what_ends_the_program_before_a_call_is_a_problem_document_too() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("an address is free");
    let address = taken.local_addr().expect("it has one").to_string();
    for (arguments, code, status, detail) in [
        (["call", "echo", "--json", "@/nowhere.json"], "PARAMETERS_NOT_READ", 2, "/nowhere.json"),
        (["serve", "--listen", &address, "--grace=1"], "NOT_STARTED", 1, "--listen"),
    ] {
        let ended = ended(&[&arguments[..], &["-o", "json"]].concat());
        assert_eq!((ended.code, ended.out.as_str()), (Some(status), ""), "{}", ended.err);
        let problem = json(ended.err.lines().last().unwrap_or_default());
        assert_eq!((&problem["code"], &problem["type"]), (&code.into(), &"about:blank".into()));
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains(detail)), "{problem}");
        assert!(problem["operation"].is_null() && problem["request_id"].is_string(), "{problem}");
    }
}

#[test]
fn the_log_says_how_many_operations_each_crate_brought() {
    let mut command = team(&["call", "echo", "--json", r#"{"text": "hi"}"#]);
    let ended = read(command.env("ARSENAL_LOG", "info").output().expect("the program runs"));
    let brought = |package: &str| {
        let mut lines = ended.err.lines().filter(|line| line.contains("operations found"));
        lines.any(|line| line.contains(&format!("package={package} ")))
    };
    assert!(brought("arsenal-tests") && brought("arsenal-ops"), "{}", ended.err);
}

fn piped(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program runs")
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let _ = Command::new("kill").args(["-INT", &id]).stderr(Stdio::null()).status();
}
