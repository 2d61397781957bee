//! JSON at the edge: what decodes arrives, and what does not ends nobody.

use std::time::Duration;

use arsenal_process::{Context, ExitReason, JsonError, ReplyTo, Server, Stop};
use serde_json::json;

use crate::probe::{Log, Probe, SOON, args, probe, runtime, settle};

#[tokio::test(start_paused = true)]
async fn json_arrives_and_leaves_only_where_it_decodes() {
    let (runtime, log) = (runtime(), Log::default());
    let open = runtime.server::<Probe>(args("open", &log)).json().start().await.unwrap();
    let shut = probe(&runtime, args("shut", &log)).await;
    let reply = runtime.call_json(&open, json!({ "echo": [1, null] }), SOON).await;
    assert_eq!(reply.unwrap(), json!([1, null]));
    runtime.cast_json(&open, json!({ "note": "by wire" })).unwrap();
    runtime.info_json(&open, json!(7)).unwrap();
    settle(&open).await;
    assert!(log.has("by wire"));
    let n_handled = runtime.info(&open).unwrap().messages_handled;
    let wrong = runtime.call_json(&open, json!({ "ehco": 1 }), SOON).await;
    assert!(matches!(wrong, Err(JsonError::Undecoded(_))), "{wrong:?}");
    assert!(matches!(runtime.cast_json(&open, json!(3)), Err(JsonError::Undecoded(_))));
    assert_eq!(runtime.info(&open).unwrap().messages_handled, n_handled);
    assert!(matches!(runtime.cast_json(&shut, json!(3)), Err(JsonError::NotJson { .. })));
    let dropped = runtime.call_json(&open, json!("drop"), Duration::from_secs(1)).await;
    assert!(matches!(dropped, Err(JsonError::Dropped { .. })), "{dropped:?}");
    let reason = json!({ "fail": { "reason": "custom", "value": 1 } });
    let ended = runtime.call_json(&open, reason, SOON).await;
    assert!(matches!(ended, Err(JsonError::Ended { .. })), "{ended:?}");
}

/// A message that cannot be read.
#[derive(Debug, serde::Serialize)]
struct Unreadable;

impl<'de> serde::Deserialize<'de> for Unreadable {
    fn deserialize<D: serde::Deserializer<'de>>(_from: D) -> Result<Self, D::Error> {
        panic!("unreadable");
    }
}

struct Illiterate;

impl Server for Illiterate {
    type Args = ();
    type Call = Unreadable;
    type Reply = ();
    type Cast = Unreadable;

    async fn init((): (), _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self)
    }

    async fn handle_call(
        &mut self,
        _call: Unreadable,
        reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_decoding_panics_is_refused_and_ends_nobody() {
    let runtime = runtime();
    let server = runtime.server::<Illiterate>(()).json().start().await.unwrap();
    let called = runtime.call_json(&server, json!(1), SOON).await.map(drop);
    for refused in [called, runtime.cast_json(&server, json!(1)).map(drop)] {
        let says = |error: &serde_json::Error| error.to_string().contains("unreadable");
        assert!(matches!(&refused, Err(JsonError::Undecoded(e)) if says(e)), "{refused:?}");
    }
    assert!(server.is_alive());
}
