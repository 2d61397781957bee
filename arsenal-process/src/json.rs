//! JSON at the edge: calls and casts of a server as values, for those that have no Rust types.
//!
//! Opt-in at the spawn, for servers whose messages implement serde's traits.
//! What does not decode never reaches the mailbox.

use std::time::Duration;

use serde::Serialize;
use serde::de::{DeserializeOwned, Error};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::mailbox::{Envelope, Refused, Typed};
use crate::panic::catch;
use crate::server::{EncodeReply, Info, ReplyTo, Server};

/// A server whose messages can come and go as JSON.
///
/// Implemented for every server whose types implement serde's traits: traces show what its
/// messages say, so calls and casts are written as well as read.
pub trait JsonServer:
    Server<Call: DeserializeOwned + Serialize, Cast: DeserializeOwned + Serialize, Reply: Serialize>
{
}

impl<S> JsonServer for S where
    S: Server<
            Call: DeserializeOwned + Serialize,
            Cast: DeserializeOwned + Serialize,
            Reply: Serialize,
        >
{
}

/// The conversions of one server, kept as one pointer in its process.
pub(crate) struct JsonCodec<S: Server> {
    call: fn(Value) -> Result<S::Call, serde_json::Error>,
    cast: fn(Value) -> Result<S::Cast, serde_json::Error>,
    pub(crate) reply: EncodeReply<S::Reply>,
    content: fn(&Envelope<S>) -> Option<Value>,
}

struct Codec<S>(std::marker::PhantomData<S>);

impl<S: JsonServer> Codec<S> {
    const CODEC: &'static JsonCodec<S> = &JsonCodec {
        call: serde_json::from_value,
        cast: serde_json::from_value,
        reply: |reply| serde_json::to_value(reply),
        content: |message| match message {
            Envelope::Call(call, _) => serde_json::to_value(call).ok(),
            Envelope::Cast(cast) => serde_json::to_value(cast).ok(),
            Envelope::Info(Info::Json(value)) => Some(value.clone()),
            Envelope::Info(_) => None,
        },
    };
}

pub(crate) fn codec<S: JsonServer>() -> &'static JsonCodec<S> {
    Codec::<S>::CODEC
}

pub(crate) type JsonReply = oneshot::Receiver<Result<Value, serde_json::Error>>;

/// Why a JSON message was not sent.
pub(crate) enum JsonRefused {
    Undecoded(serde_json::Error),
    Full(usize),
    TooFast(Duration),
    Closed,
}

/// The way in, whatever the server's types are.
pub(crate) trait JsonDoor: Send + Sync {
    fn call(&self, message: Value) -> Result<JsonReply, JsonRefused>;
    fn cast(&self, message: Value) -> Result<(), JsonRefused>;
    fn info(&self, message: Value) -> Result<(), JsonRefused>;
}

impl<S: Server> Typed<S> {
    /// What a message says, where the server was spawned with JSON messages.
    pub(crate) fn content(&self, message: &Envelope<S>) -> Option<Value> {
        let codec = self.codec?;
        // Its serialization is the service's code, and a panic there is not the sender's.
        catch(|| (codec.content)(message)).ok().flatten()
    }

    fn send_json(&self, message: Envelope<S>) -> Result<(), JsonRefused> {
        self.send(message).map_err(|refused| match refused {
            Refused::Full(_, capacity) => JsonRefused::Full(capacity),
            Refused::TooFast(_, early) => JsonRefused::TooFast(early),
            Refused::Closed(_) => JsonRefused::Closed,
        })
    }
}

/// Decoding is the service's code, and a panic there is not the sender's either.
fn decoded<T>(
    decode: fn(Value) -> Result<T, serde_json::Error>,
    message: Value,
) -> Result<T, JsonRefused> {
    let panicked = |reason| serde_json::Error::custom(format!("its decoding ended: {reason}"));
    catch(|| decode(message))
        .unwrap_or_else(|reason| Err(panicked(reason)))
        .map_err(JsonRefused::Undecoded)
}

impl<S: Server> JsonDoor for Typed<S> {
    fn call(&self, message: Value) -> Result<JsonReply, JsonRefused> {
        let Some(codec) = self.codec else { return Err(JsonRefused::Closed) };
        let call = decoded(codec.call, message)?;
        let (sender, reply) = oneshot::channel();
        self.send_json(Envelope::Call(call, ReplyTo::json(sender, codec.reply).traced(self)))?;
        Ok(reply)
    }

    fn cast(&self, message: Value) -> Result<(), JsonRefused> {
        let Some(codec) = self.codec else { return Err(JsonRefused::Closed) };
        let cast = decoded(codec.cast, message)?;
        self.send_json(Envelope::Cast(cast))
    }

    fn info(&self, message: Value) -> Result<(), JsonRefused> {
        self.send_json(Envelope::Info(Info::Json(message)))
    }
}
