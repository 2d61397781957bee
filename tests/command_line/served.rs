//! A program that serves: what it says first, how it is reached, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{ended, interrupt, json, piped, read, team};

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
    let readme = include_str!("../../README.md");
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
fn an_address_that_is_taken_is_told_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("an address is free");
    let address = taken.local_addr().expect("it has one").to_string();
    let ended = ended(&["serve", "--listen", &address]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains(&address) && ended.err.contains("--listen"), "{}", ended.err);
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
