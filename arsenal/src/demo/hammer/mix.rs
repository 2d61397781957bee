//! Which call comes next: any operation, on what is there, was there, or never was.

use arsenal::Snapshot;
use serde_json::{Value, json};

/// The supervisor of what the callers start.
pub(super) const YARD: &str = "yard";

/// One caller's choice of calls, the same in each run but for what it is answered.
pub(super) struct Mix {
    seed: u64,
    /// The names of all operations.
    names: Vec<String>,
    /// The root supervisor's pid.
    root: String,
    /// What the caller was told last.
    job: Value,
    monitor: Value,
    trace: Value,
    pid: Value,
    /// What follows from the last answer.
    then: Option<(String, Value)>,
}

impl Mix {
    pub(super) fn new(caller: u64, root: String, operations: &Snapshot) -> Self {
        let names = operations.all().iter().map(|op| op.spec().name.to_string()).collect();
        Self {
            seed: (caller + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15),
            names,
            root,
            job: json!("00000000-0000-7000-8000-000000000000"),
            monitor: json!(1),
            trace: json!("t1"),
            pid: json!("<0.999999.0>"),
            then: None,
        }
    }

    /// The next call.
    pub(super) fn next(&mut self) -> (String, Value) {
        if let Some(next) = self.then.take() {
            return next;
        }
        let at = self.below(self.names.len());
        let name = self.names[at].clone();
        let params = self.params(&name);
        (name, params)
    }

    /// Remembers what later calls ask about.
    pub(super) fn learn(&mut self, name: &str, detached: bool, answer: &Value) {
        match name {
            _ if detached => self.job = answer["id"].clone(),
            "monitor_process" => self.monitor = answer["reference"].clone(),
            "trace_process" => self.trace = answer["id"].clone(),
            "start_process" => self.pid = answer["pid"].clone(),
            "terminate_child" => {
                // Few are stopped at a time: a child at random is hardly ever one of them.
                let params = json!({"process": answer["supervisor"], "child": answer["child"]});
                self.then = Some((self.any(&["restart_child", "delete_child"]).to_owned(), params));
            }
            _ => {}
        }
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A number below another (xorshift).
    fn below(&mut self, n: usize) -> usize {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        usize::try_from(self.seed % n as u64).expect("it is below a usize")
    }

    fn any<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// A process of the callers' own, by name or by pid.
    fn own(&mut self) -> Value {
        match self.below(4) {
            0 => self.pid.clone(),
            _ => json!(self.numbered("own", 40)),
        }
    }

    /// Any process: it is only looked at.
    fn seen(&mut self) -> Value {
        let words = ["demo_store", "demo_payments", "demo_workers", "arsenal", "demo", "nobody"];
        match self.below(2) {
            0 => self.own(),
            _ => json!(self.any(&words)),
        }
    }

    /// A process that is ended or restarted: now and then one of the demonstration's.
    fn victim(&mut self) -> Value {
        match self.below(100) {
            0 => json!(self.any(&["demo_payments", "demo_ledger", "arsenal_watch"])),
            1..30 => json!(self.numbered("kept", 16)),
            _ => self.own(),
        }
    }

    fn supervisor(&mut self) -> Value {
        match self.below(10) {
            0 => json!(self.any(&["demo", "demo_books", "demo_workers", "demo_store", YARD])),
            1 => json!(self.root),
            _ => json!(self.numbered("shop", 8)),
        }
    }

    fn child(&mut self) -> Value {
        let child = self.numbered("child", 4);
        json!({"process": self.numbered("shop", 8), "child": child})
    }

    fn sandbox(&mut self) -> Value {
        json!({"sandbox": self.numbered("play", 6)})
    }

    fn numbered(&mut self, word: &str, n: usize) -> String {
        format!("{word}{}", self.below(n))
    }

    fn entry_point(&mut self) -> &'static str {
        // Not the books: a second ledger could take the name of the first while that restarts.
        self.any(&["demo_payments", "demo_store", "demo_stor"])
    }

    /// Parameters for an operation. A new operation has its row here, or in one of the others.
    fn params(&mut self, name: &str) -> Value {
        match name {
            "cancel_job" | "get_job" => json!({"id": self.job}),
            "describe_operation" => json!({"name": self.any(&["kill_process", "kil_process"])}),
            "execute_batch" => self.batch(),
            "search_operations" => json!({"query": self.any(&["process", "memory", "nothing"])}),
            "validate_params" => {
                let operation = self.names[self.seed as usize % self.names.len()].clone();
                let params = if self.one_in(2) { json!({}) } else { json!({"process": 1}) };
                json!({"operation": operation, "params": params})
            }
            "operation_stats"
            | "list_operations"
            | "list_sandboxes"
            | "list_traces"
            | "list_jobs"
            | "list_supervisors"
            | "list_registered_processes" => {
                json!({"page_size": self.below(20)})
            }
            "set_log_level" => json!({"level": "info"}),
            "detect_bottlenecks" => json!({"observe": "1ms", "mailbox_min": 1}),
            "get_log_level"
            | "system_health"
            | "detect_anomalies"
            | "get_memory_info"
            | "get_historical_data"
            | "get_performance_metrics"
            | "get_runtime_metrics"
            | "get_system_info"
            | "list_categories"
            | "list_entry_points" => json!({}),
            _ => self.about_processes(name),
        }
    }

    fn about_processes(&mut self, name: &str) -> Value {
        match name {
            "start_process" => {
                let name = self.numbered("own", 40);
                json!({"entry_point": self.entry_point(), "name": name,
                       "monitor": self.one_in(2)})
            }
            "kill_process" => {
                let reason = self.any(&["kill", "shutdown", "normal", "audit"]);
                json!({"process": self.victim(), "reason": reason, "wait": "100ms",
                       "force": self.one_in(50)})
            }
            "restart_process" => json!({"process": self.victim()}),
            "suspend_process" => json!({"process": self.own()}),
            "resume_process" => json!({"process": self.own()}),
            "send_message" => self.message(),
            "monitor_process" | "get_process_info" => json!({"process": self.seen()}),
            "analyze_message_queue" => json!({"process": self.seen(), "observe": "1ms"}),
            "demonitor_process" => json!({"reference": self.monitor}),
            "get_process_tree" => json!({"depth": self.below(4)}),
            "list_processes" => json!({
                "sort": self.any(&["-mailbox_length", "polls", "-age"]), "rates": self.one_in(2),
                "page_size": 20,
            }),
            _ => self.about_supervisors(name),
        }
    }

    fn message(&mut self) -> Value {
        let messages = [json!("count"), json!({"order": 1}), json!({"order": 2}), json!(null)];
        let message = messages[self.below(messages.len())].clone();
        let process = if self.one_in(20) { self.seen() } else { self.own() };
        let mode = self.any(&["cast", "call", "info"]);
        json!({"process": process, "message": message, "mode": mode, "wait": "20ms"})
    }

    fn about_supervisors(&mut self, name: &str) -> Value {
        match name {
            "start_supervisor" => {
                let (name, kept) = (self.numbered("shop", 8), self.numbered("kept", 16));
                let strategy = self.any(&["one_for_one", "one_for_all", "rest_for_one"]);
                json!({"id": name, "name": name, "process": YARD, "strategy": strategy,
                       "restart": "temporary", "max_restarts": 100_000,
                       "children": [{"id": "child0", "name": kept, "entry_point": self.entry_point()}]})
            }
            "add_child" if self.one_in(20) => json!({"process": "demo_workers", "args": 7}),
            "add_child" => {
                let (id, kept) = (self.numbered("child", 4), self.numbered("kept", 16));
                json!({"process": self.supervisor_of_own(), "id": id, "name": kept,
                       "entry_point": self.entry_point()})
            }
            "terminate_child" | "restart_child" | "delete_child" => self.child(),
            "change_strategy" => {
                let strategy = self.any(&["one_for_one", "one_for_all", "simple_one_for_one"]);
                json!({"process": self.supervisor_of_own(), "strategy": strategy,
                       "force": self.one_in(50)})
            }
            "stop_supervisor" => json!({"process": self.supervisor_of_own(), "wait": "100ms"}),
            "count_children"
            | "get_supervisor_flags"
            | "restart_history"
            | "supervision_tree"
            | "supervisor_stats"
            | "which_children" => json!({"process": self.supervisor()}),
            _ => self.about_traces_and_sandboxes(name),
        }
    }

    fn supervisor_of_own(&mut self) -> Value {
        match self.below(20) {
            0 => json!("arsenal_watch"),
            _ => json!(self.numbered("shop", 8)),
        }
    }

    fn about_traces_and_sandboxes(&mut self, name: &str) -> Value {
        match name {
            "trace_process" if self.one_in(2) => json!({"events_max": 100, "lasts": "1s"}),
            "trace_process" => {
                json!({"process": self.seen(), "subtree": self.one_in(2), "events_max": 50,
                       "lasts": "1s"})
            }
            "get_trace" | "stop_trace" | "analyze_trace" => json!({"id": self.trace}),
            "export_trace" => {
                json!({"id": self.trace, "format": self.any(&["json", "ndjson", "csv"])})
            }
            "create_sandbox" => {
                json!({"name": self.numbered("play", 6), "time_to_live": "3s",
                       "processes_max": 5, "messages_per_second": 50,
                       "entry_points": ["demo_payments", "demo_store"]})
            }
            "execute_in_sandbox" => {
                let mut params = self.sandbox();
                params["entry_point"] = json!(self.entry_point());
                params
            }
            "get_sandbox_info" | "restart_sandbox" | "destroy_sandbox" => self.sandbox(),
            _ => panic!("`{name}` has no row in the mix"),
        }
    }

    /// A few calls in one; a batch holds no other.
    fn batch(&mut self) -> Value {
        let calls: Vec<Value> = (0..3)
            .map(|_| self.next())
            .filter(|(name, _)| name != "execute_batch")
            .map(|(operation, params)| json!({"operation": operation, "params": params}))
            .chain([json!({"operation": "list_categories"})])
            .collect();
        json!({"calls": calls, "stop_on_error": self.one_in(4)})
    }
}
