//! Work that goes on after its call was answered.

use std::time::Duration;

use arsenal::{
    Arsenal, Builder, Call, Caller, Context, Error, Execute, JobStatus, Operation, Progress, Role,
};
use serde_json::{Value, json};

/// Makes a report, in a while.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = write, mode = job, timeout = "60s",
            output = String)]
struct Report {
    /// How long it takes, in seconds.
    seconds: u64,
}

impl Execute for Report {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<String, Error> {
        cx.progress(&Progress { done: 1, total: Some(2), message: None });
        tokio::time::sleep(Duration::from_secs(self.seconds)).await;
        if self.seconds == 13 {
            panic!("unlucky");
        }
        Ok("done".to_owned())
    }
}

fn office() -> Arsenal {
    let builder = Builder::empty().operation::<Report>();
    builder
        .operation::<arsenal_ops::job::GetJob>()
        .operation::<arsenal_ops::job::CancelJob>()
        .operation::<arsenal_ops::job::ListJobs>()
        .build()
        .expect("the program is sound")
}

async fn ask(
    arsenal: &Arsenal,
    who: &'static str,
    name: &str,
    params: Value,
) -> Result<Value, String> {
    let call = Call::new(name, params.to_string(), Caller::new(who, Role::Viewer, "test"));
    let outcome = arsenal.run(call).await.outcome;
    outcome
        .map(|text| serde_json::from_str(&text).expect("an answer is JSON"))
        .map_err(|error| error.code().to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_job_is_answered_at_once_and_ends_in_its_own_time() {
    let arsenal = office();
    let cases = [
        ("it ends well", 5, JobStatus::Succeeded, None),
        ("it panics", 13, JobStatus::Failed, Some("PANICKED")),
        ("it has a deadline", 100, JobStatus::Failed, Some("TIMEOUT")),
    ];
    for (case, seconds, status, code) in cases {
        let opened = ask(&arsenal, "ann", "report", json!({"seconds": seconds})).await;
        let opened = opened.expect(case);
        assert_eq!(opened["status"], "queued", "{case}");
        let id = opened["id"].as_str().expect("a job has an id");
        let ended = arsenal.jobs().ended(id).await.expect(case);
        assert_eq!(
            (ended.status, ended.error.map(|error| error.code)),
            (status, code.map(str::to_owned)),
            "{case}"
        );
        let seen = ask(&arsenal, "ann", "get_job", json!({"id": id})).await.expect(case);
        assert_eq!(seen["progress"], json!({"done": 1, "total": 2}), "{case}");
        assert_eq!(
            seen["result"],
            if code.is_none() { json!("done") } else { Value::Null },
            "{case}"
        );
    }
    assert_eq!(arsenal.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_job_is_its_callers_own_and_stops_when_asked() {
    let arsenal = office();
    let opened = ask(&arsenal, "ann", "report", json!({"seconds": 50})).await.expect("a job");
    let id = json!({"id": opened["id"]});
    assert_eq!(ask(&arsenal, "bob", "get_job", id.clone()).await, Err("NO_JOB".to_owned()));
    assert_eq!(ask(&arsenal, "bob", "cancel_job", id.clone()).await, Err("NO_JOB".to_owned()));
    ask(&arsenal, "ann", "cancel_job", id.clone()).await.expect("it is hers");
    let ended = arsenal.jobs().ended(opened["id"].as_str().expect("an id")).await;
    assert_eq!(ended.expect("it is remembered").status, JobStatus::Cancelled);
    ask(&arsenal, "ann", "cancel_job", id).await.expect("asking twice is asking once");
    let list = ask(&arsenal, "ann", "list_jobs", json!({})).await.expect("a list");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let list = ask(&arsenal, "bob", "list_jobs", json!({})).await.expect("a list");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(0));
}
