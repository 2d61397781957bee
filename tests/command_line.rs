//! The command line of a program, by running it: what is written where, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

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

#[cfg(unix)]
#[test]
fn a_second_request_to_end_is_heard_while_processes_end() {
    let words = ["serve", "--stubborn", "--grace", "3600", "--listen", "127.0.0.1:0"];
    let mut server = Server::start(&mut team(&words));
    let id = server.child.id().to_string();
    let status = loop {
        // Neither of them is an interrupt: what the system sends counts as well.
        let _ = Command::new("kill").args(["-TERM", &id]).stderr(Stdio::null()).status();
        if let Some(status) = server.child.try_wait().expect("it can be asked") {
            break status;
        }
        std::thread::yield_now();
    };
    assert_eq!(status.code(), Some(130));
}

#[test]
fn a_program_whose_processes_have_ended_ends_with_an_error() {
    let mut server = Server::start(&mut team(&["serve", "--listen", "127.0.0.1:0"]));
    let tree = server.get("/api/v1/process-tree?depth=0", &server.token);
    let body = tree.split_once("\r\n\r\n").expect("it has a body").1;
    let root = json(body)["data"]["root"]["pid"].as_str().expect("a pid is text").to_owned();
    let kill = format!(r#"{{"process": "{root}", "force": true}}"#);
    server.post("/api/v1/operations/kill_process/execute", &server.token, &kill);
    let status = server.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(1), "it does not go on without them");
    let said: Vec<String> = server.log.iter().collect();
    assert!(said.iter().any(|line| line.contains("root supervisor ended")), "{said:?}");
}

#[test]
fn a_served_program_tells_how_to_reach_it_answers_and_ends_in_order() {
    let mut server = Server::start(&mut team(&["serve", "--listen", "127.0.0.1:0"]));
    assert_eq!(server.token.len(), 64, "a token was made");
    assert_eq!(server.said.matches(&server.token).count(), 1, "shown once: {}", server.said);
    assert!(!server.said.contains("warning"), "{}", server.said);
    let answer = server.get("/api/v1/operations/echo", &server.token);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let id = between(&answer, "x-request-id: ", "\r\n");
    let line = server.log.recv_timeout(Duration::from_secs(20)).expect("it logs each request");
    for part in [id, "admin", "describe_operation", "status=200", "took_us=", "method=GET"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    let refused = server.get("/api/v1/operations/echo?secret=1", "wrong");
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    let line = server.log.recv_timeout(Duration::from_secs(20)).expect("refused ones too");
    assert!(line.contains("INVALID_CREDENTIALS") && !line.contains("secret"), "{line}");
    #[cfg(unix)]
    {
        interrupt(&server.child);
        let status = server.child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "it ended in order");
    }
}

#[cfg(unix)]
#[test]
fn the_first_two_commands_of_the_readme_work_as_they_are_pasted() {
    let readme = include_str!("../README.md");
    let line = |holds: &str| {
        let mut lines = readme.lines().filter(|line| line.contains(holds));
        (lines.next().expect("the README says it"), lines.next())
    };
    let (serve, _) = line("cargo run --release -- serve");
    let (set, words) = serve.split_once("cargo run --release -- ").expect("it was found by this");
    let mut command = team(&words.split(' ').collect::<Vec<_>>());
    command.args(["--listen", "127.0.0.1:0"]);
    for (name, value) in set.split_whitespace().filter_map(|word| word.split_once('=')) {
        command.env(name, value);
    }
    let server = Server::start(&mut command);

    // The second terminal: its shell knows nothing of the first one's variables.
    let (curl, other) = line("curl ");
    assert_eq!(other, None, "one is tried out");
    let words = curl.replacen("curl", "printf '%s\\n'", 1);
    let shell = Command::new("sh").args(["-c", &words]).env_remove("ARSENAL_TOKEN").output();
    let shell = read(shell.expect("there is a shell"));
    let words: Vec<_> = shell.out.lines().collect();
    let [flag, header, url] = words[..] else { panic!("{words:?}") };
    let token = header.strip_prefix("Authorization: Bearer ").expect("it presents a token");
    let path = url.strip_prefix("http://127.0.0.1:4000").expect("the default address");
    let answer = server.get(path, token);
    assert!(flag == "-H" && answer.starts_with("HTTP/1.1 200 "), "{curl}: {answer}");
    assert!(answer.contains("\"data\""), "{answer}");
}

#[test]
fn a_token_of_the_environment_is_taken_and_never_printed() {
    let mut command = team(&["serve", "--listen", "127.0.0.1:0"]);
    let server = Server::start(command.env("ARSENAL_TOKEN", "chosen-by-hand"));
    assert_eq!(server.token, "", "it is not told what it knows");
    assert!(server.said.contains("warning: ARSENAL_TOKEN is short"), "{}", server.said);
    assert!(server.get("/api/v1/operations", "chosen-by-hand").starts_with("HTTP/1.1 200 "));
    assert!(!server.said.contains("chosen-by-hand"), "{}", server.said);
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
fn a_filter_that_is_none_is_told_and_logs_can_be_json() {
    let mut command = team(&["call", "echo", "--json", r#"{"text": "hi"}"#]);
    let told = read(command.env("ARSENAL_LOG", "team=loud").output().expect("it runs"));
    assert_eq!(told.code, Some(0));
    assert!(told.err.contains("warning: ARSENAL_LOG is no filter"), "{}", told.err);
    let quiet = read(
        team(&["call", "echo", "--json", r#"{"text": "hi"}"#])
            .env("ARSENAL_LOG", "warn,team=debug")
            .output()
            .expect("it runs"),
    );
    assert_eq!((quiet.code, quiet.err.as_str()), (Some(0), ""));

    let server = Server::start(&mut team(&["serve", "--listen=127.0.0.1:0", "--log-format=json"]));
    server.get("/livez", "nobody's");
    let line = server.log.recv_timeout(Duration::from_secs(20)).expect("it logs each request");
    let line = json(&line);
    assert_eq!((&line["fields"]["path"], &line["level"]), (&"/livez".into(), &"INFO".into()));
}

#[test]
fn a_deadline_is_the_callers_504_and_a_panic_is_an_error_of_the_program() {
    let server = Server::start(&mut team(&["serve", "--listen", "127.0.0.1:0"]));
    for (operation, status, code, is_error) in
        [("hang", "504", "TIMEOUT", false), ("panic", "500", "PANICKED", true)]
    {
        let path = format!("/api/v1/operations/{operation}/execute");
        let answer = server.post(&path, &server.token, "{}");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains(code), "{answer}");
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line: &String| !line.contains("took_us=")) {
            let line = server.log.recv_timeout(Duration::from_secs(20));
            lines.push(line.expect("it logs each request"));
        }
        let told = lines.iter().any(|line| line.contains(" ERROR ") && line.contains("failed"));
        assert_eq!(told, is_error, "{operation}: {lines:?}");
    }
}

#[test]
fn a_pid_is_taken_in_a_path_in_a_query_and_in_parameters() {
    let server = Server::start(&mut team(&["serve", "--listen", "127.0.0.1:0"]));
    let get = |path: &str| server.get(&format!("/api/v1{path}"), &server.token);
    let tree = get("/supervision-tree");
    let body = tree.split_once("\r\n\r\n").expect("it has a body").1;
    let pid = json(body)["data"]["pid"].as_str().expect("the root has a pid").to_owned();
    let encoded = pid.replace('<', "%3C").replace('>', "%3E");
    for (path, status) in [
        (format!("/processes/{encoded}"), "200"),
        (format!("/supervision-tree?process={encoded}"), "200"),
        (format!("/processes/{}", "x".repeat(300)), "422"),
        (format!("/supervision-tree?process={}", "x".repeat(300)), "422"),
        ("/processes/%3C0.999999.0%3E".to_owned(), "404"),
    ] {
        let answer = get(&path);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
    }
    // In a process of its own the root has the same pid: each begins to count anew.
    let long = "x".repeat(300);
    for (process, code) in [(pid.as_str(), 0), (&long, 2), ("<0.999999.0>", 4)] {
        let params = serde_json::json!({"process": process}).to_string();
        let ended = ended(&["call", "get_process_info", "--json", &params]);
        assert_eq!(ended.code, Some(code), "{process}: {}", ended.err);
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

#[test]
fn an_address_that_is_taken_is_told_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("an address is free");
    let address = taken.local_addr().expect("it has one").to_string();
    let ended = ended(&["serve", "--listen", &address]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains(&address) && ended.err.contains("--listen"), "{}", ended.err);
}

/// A program that serves, until it is dropped.
struct Server {
    child: Child,
    address: String,
    token: String,
    said: String,
    log: mpsc::Receiver<String>,
}

impl Server {
    /// Reads what it says first, down to the line to paste.
    #[expect(clippy::disallowed_methods, reason = "the thread ends with the program it reads")]
    fn start(command: &mut Command) -> Self {
        let mut child = piped(command);
        let mut said = String::new();
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped"));
        while !said.contains("curl ") {
            assert_ne!(lines.read_line(&mut said).expect("it writes"), 0, "it ended: {said}");
        }
        let (line, log) = mpsc::sync_channel(1024);
        std::thread::spawn(move || {
            for next in lines.lines().map_while(Result::ok) {
                let _ = line.send(next);
            }
        });
        let pasted = said.lines().last().unwrap_or_default();
        assert_eq!(between(pasted, "Bearer ", "\""), "$ARSENAL_TOKEN", "no secret in a history");
        let made =
            said.split_once("export ARSENAL_TOKEN=").and_then(|(_, rest)| rest.lines().next());
        let token = made.unwrap_or_default().to_owned();
        let address = between(pasted, "http://", "/").to_owned();
        Self { child, address, token, said, log }
    }

    fn get(&self, path: &str, token: &str) -> String {
        self.ask(&format!("GET {path}"), token, "")
    }

    fn post(&self, path: &str, token: &str, body: &str) -> String {
        self.ask(&format!("POST {path}"), token, body)
    }

    fn ask(&self, line: &str, token: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request = format!(
            "{line} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).expect("it is there").1;
    rest.split_once(after).expect("it ends").0
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
