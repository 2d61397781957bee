//! Refusals that need a process of a rare kind: one that is full, stopping, restarting, or
//! answers nothing that could be read.

use std::collections::BTreeMap;
use std::time::Duration;

use arsenal::{Arsenal, Call, Caller, Class, Role};
use arsenal_process::{Context, ExitReason, MailboxBound, Pid, ProcessRef, ReplyTo, Server, Stop};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::process_ops::house::House;

const BOUND: Duration = Duration::from_secs(600);

/// A cast that has the server end.
const END: u8 = 0;

/// A server with every bad habit.
struct Odd(Arsenal);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ask {
    /// Answers what has no form in JSON.
    Unwritable,
    /// Calls itself by the operation, and answers with the code of the refusal.
    Itself,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Answer {
    Code(String),
    /// JSON's keys are texts.
    Unwritable(BTreeMap<Vec<u8>, u8>),
}

impl Server for Odd {
    type Args = Arsenal;
    type Call = Ask;
    type Reply = Answer;
    type Cast = u8;

    async fn init(arsenal: Arsenal, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self(arsenal))
    }

    async fn handle_call(
        &mut self,
        ask: Ask,
        reply: ReplyTo<Answer>,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        let answer = match ask {
            Ask::Unwritable => Answer::Unwritable([(vec![1], 1)].into()),
            Ask::Itself => {
                let params = call(cx.pid(), "itself").to_string();
                let caller = Caller::new("odd", Role::Operator, "test");
                let answer = self.0.run(Call::new("send_message", params, caller)).await;
                let code =
                    answer.outcome.map_or_else(|error| error.code().to_owned(), String::from);
                Answer::Code(code)
            }
        };
        reply.send(answer);
        Ok(())
    }

    async fn handle_cast(&mut self, cast: u8, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        if cast == END { Err(ExitReason::custom("asked to")) } else { Ok(()) }
    }

    /// Takes for ever.
    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        std::future::pending().await
    }
}

async fn odd(house: &House) -> ProcessRef<Odd> {
    let odd = house.runtime.server::<Odd>(house.arsenal.clone()).json().trap_exits();
    odd.mailbox(MailboxBound::Bounded(2)).start().await.expect("it starts")
}

fn call(process: Pid, message: &str) -> Value {
    json!({"process": process, "message": message, "mode": "call"})
}

/// What the operation refuses, as class and code.
async fn refused(house: &House, name: &str, params: Value) -> (Class, String) {
    let (class, code, _error) = house.refusal(name, params).await;
    (class, code)
}

fn expected(class: Class, code: &str) -> (Class, String) {
    (class, code.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_message_to_a_full_mailbox_is_refused_until_there_is_room() {
    let house = House::build().await;
    let process = odd(&house).await.pid();
    let cast = json!({"process": process, "message": 1});
    house.ask("suspend_process", json!({"process": process})).await;
    for _ in 0..2 {
        house.ask("send_message", cast.clone()).await;
    }
    let (class, code, error) = house.refusal("send_message", cast.clone()).await;
    assert_eq!((class, code.as_str()), (Class::Unavailable, "MAILBOX_FULL"));
    assert!(error.sentence().contains("2 messages wait"), "{}", error.sentence());
    for mode in ["call", "info"] {
        let message = if mode == "call" { json!("itself") } else { json!(1) };
        let params = json!({"process": process, "message": message, "mode": mode});
        let full = expected(Class::Unavailable, "MAILBOX_FULL");
        assert_eq!(refused(&house, "send_message", params).await, full, "{mode}");
    }
    house.ask("resume_process", json!({"process": process})).await;
    yield_now().await;
    house.ask("send_message", cast).await;
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_no_json_and_a_call_of_itself_are_refused_as_such() {
    let house = House::build().await;
    let process = odd(&house).await.pid();
    let unwritable = refused(&house, "send_message", call(process, "unwritable")).await;
    assert_eq!(unwritable, expected(Class::Execution, "REPLY_NOT_JSON"));
    let answer = house.ask("send_message", call(process, "itself")).await;
    assert_eq!(answer["reply"], "CALLS_ITSELF", "it does not wait for ever, and goes on");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_is_stopping_is_not_suspended() {
    let house = House::build().await;
    let process = odd(&house).await.pid();
    house.ask("send_message", json!({"process": process, "message": END})).await;
    yield_now().await;
    let query = json!({"process": process, "fields": ["status"]});
    assert_eq!(house.ask("get_process_info", query).await["status"], "stopping");
    let suspend = refused(&house, "suspend_process", json!({"process": process})).await;
    assert_eq!(suspend, expected(Class::Conflict, "STOPPING"));
    let killed = house.ask("kill_process", json!({"process": process, "reason": "kill"})).await;
    assert_eq!(killed["outcome"], "ended");
}

/// A supervisor `shop` with a counter `a` that is paused for long once it has failed.
async fn shop(house: &House) {
    let children = json!([{"id": "a", "name": "a", "entry_point": "counter"}]);
    let shop = json!({"id": "shop", "name": "shop", "backoff": "1h", "backoff_max": "1h",
                      "children": children});
    house.ask("start_supervisor", shop).await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_is_being_restarted_is_neither_restarted_nor_deleted() {
    let house = House::build().await;
    shop(&house).await;
    let fail = json!({"process": "a", "message": {"fail": "ink"}, "mode": "call"});
    let failed = refused(&house, "send_message", fail).await;
    assert_eq!(failed, expected(Class::Execution, "ENDED_BEFORE_REPLY"));
    let restarting = async {
        loop {
            let children = house.ask("which_children", json!({"process": "shop"})).await;
            if children["items"][0]["state"] == "restarting" {
                return;
            }
            yield_now().await;
        }
    };
    timeout(BOUND, restarting).await.expect("it was failed for good");
    let child = json!({"process": "shop", "child": "a"});
    for name in ["restart_child", "delete_child"] {
        let refused = refused(&house, name, child.clone()).await;
        assert_eq!(refused, expected(Class::Conflict, "CHILD_RESTARTING"), "{name}");
    }
    house.ask("terminate_child", child.clone()).await;
    house.ask("delete_child", child).await;
}

#[tokio::test(start_paused = true)]
async fn of_a_supervisor_that_does_not_answer_it_is_told_that_it_does_not() {
    let house = House::build().await;
    shop(&house).await;
    house.ask("suspend_process", json!({"process": "shop"})).await;
    let child = json!({"process": "shop", "child": "a"});
    let cases = [
        ("which_children", json!({"process": "shop"})),
        ("count_children", json!({"process": "shop"})),
        ("get_supervisor_flags", json!({"process": "shop"})),
        ("supervisor_stats", json!({"process": "shop"})),
        ("restart_history", json!({"process": "shop"})),
        ("change_strategy", json!({"process": "shop", "strategy": "one_for_all"})),
        ("add_child", json!({"process": "shop", "id": "b", "entry_point": "idle"})),
        ("terminate_child", child.clone()),
        ("restart_child", child.clone()),
        ("delete_child", child),
        ("start_supervisor", json!({"process": "shop", "id": "sub"})),
        ("restart_process", json!({"process": "a"})),
    ];
    for (name, params) in cases {
        let refused = refused(&house, name, params).await;
        assert_eq!(refused, expected(Class::Unavailable, "NO_ANSWER"), "{name}");
    }
    house.ask("resume_process", json!({"process": "shop"})).await;
    house.ask("count_children", json!({"process": "shop"})).await;
}
