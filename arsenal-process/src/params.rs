//! The types of processes as parameters and answers of operations: behind the feature `params`,
//! since the orphan rule leaves no other place. Nothing else here knows what an operation is.

use std::borrow::Cow;
use std::time::Duration;

use arsenal_core::__private as core;
use core::schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    AutoShutdown, ExitReason, Kind, MessageKind, Pid, ProcessName, Restart, Shutdown, Strategy,
    Target,
};

arsenal_core::param_as_text!(
    Pid,
    "a pid such as \"<0.12.0>\"",
    pattern =
        "^(?:<[0-9]{1,10}[.][0-9]{1,10}[.][0-9]{1,10}>|[0-9]{1,10}[.][0-9]{1,10}[.][0-9]{1,10})$",
);

/// A text whose schema says its length, and whose parser says the rest.
macro_rules! text_param {
    ($Type:ty, $expected:literal, $max:literal, $write:expr) => {
        impl core::AsText for $Type {
            const SPEC: &'static core::TextSpec = &core::TextSpec {
                expected: $expected,
                len: Some((1, $max)),
                check: Some(core::is_text::<Self>),
                canonical: Some(core::canonical_text::<Self>),
                ..core::TextSpec::ANY
            };

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn write(&self) -> Option<Cow<'_, str>> {
                let write: fn(&Self) -> Option<String> = $write;
                write(self).map(Cow::Owned)
            }
        }

        arsenal_core::param_of_text!($Type);

        impl core::Textual for $Type {}
    };
}

text_param!(Target, "a pid such as \"<0.12.0>\", or a name", 255, |target| Some(
    target.to_string()
));
text_param!(ProcessName, "a name of 1 to 255 bytes that looks like no pid", 255, |name| Some(
    name.to_string()
));
text_param!(
    ExitReason,
    "an exit reason: normal, shutdown, kill, or a word of your own",
    255,
    word_of
);

/// How a child is stopped, as a text.
impl core::AsText for Shutdown {
    const SPEC: &'static core::TextSpec = &core::TextSpec {
        expected: "brutal_kill, infinity, or a duration such as \"5s\"",
        check: Some(core::is_text::<Self>),
        canonical: Some(core::canonical_text::<Self>),
        ..core::TextSpec::ANY
    };

    fn parse(text: &str) -> Option<Self> {
        match text {
            "brutal_kill" => Some(Self::BrutalKill),
            "infinity" => Some(Self::Infinity),
            wait => <Duration as core::AsText>::parse(wait).map(Self::Timeout),
        }
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::BrutalKill => Some(Cow::Borrowed("brutal_kill")),
            Self::Infinity => Some(Cow::Borrowed("infinity")),
            Self::Timeout(wait) => {
                core::AsText::write(wait).map(|text| Cow::Owned(text.into_owned()))
            }
        }
    }
}

arsenal_core::param_of_text!(Shutdown);

/// The word that a caller writes for a reason, where there is one.
fn word_of(reason: &ExitReason) -> Option<String> {
    match reason {
        ExitReason::Normal => Some("normal".to_owned()),
        ExitReason::Shutdown => Some("shutdown".to_owned()),
        ExitReason::Killed => Some("kill".to_owned()),
        ExitReason::Custom { value } => value.as_str().map(str::to_owned),
        _ => None,
    }
}

/// An enum whose variants are words here as they are in serde.
macro_rules! words_param {
    ($Type:ident, $doc:literal, $($word:literal = $Variant:ident: $text:literal),+ $(,)?) => {
        impl core::Words for $Type {
            const SPEC: &'static core::ChoiceSpec = &core::ChoiceSpec {
                name: stringify!($Type),
                doc: $doc,
                words: &[$(core::Choice { word: $word, aliases: &[], doc: $text }),+],
            };

            fn at(place: usize) -> Option<Self> {
                [$(Self::$Variant),+].get(place).copied()
            }

            fn place(&self) -> usize {
                let all = [$(Self::$Variant),+];
                all.iter().position(|one| one == self).unwrap_or_default()
            }
        }

        impl core::Param for $Type {
            const SHAPE: &'static core::Shape = &core::Shape::Choice(<Self as core::Words>::SPEC);

            fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                core::decode_word(deserializer)
            }

            fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(core::word(self))
            }

            fn fits(&self, constraints: &core::Constraints) -> bool {
                core::choice_fits(core::word(self), constraints)
            }
        }

        impl JsonSchema for $Type {
            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($Type))
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                core::words_schema(<Self as core::Words>::SPEC)
            }
        }
    };
}

words_param!(
    Strategy, "Which siblings restart when one child fails.",
    "one_for_one" = OneForOne: "None.",
    "one_for_all" = OneForAll: "All.",
    "rest_for_one" = RestForOne: "Those that were started after it.",
    "simple_one_for_one" = SimpleOneForOne: "None: all children are made from one specification.",
);
words_param!(
    Restart, "When a child that ended is started again.",
    "permanent" = Permanent: "Always.",
    "transient" = Transient: "If it failed.",
    "temporary" = Temporary: "Never; it is forgotten.",
);
words_param!(
    AutoShutdown, "Whether a supervisor ends when its significant children have ended.",
    "never" = Never: "It does not.",
    "any_significant" = AnySignificant: "With the first of them.",
    "all_significant" = AllSignificant: "With the last of them.",
);
words_param!(
    Kind, "What a process is.",
    "server" = Server: "It handles messages.",
    "task" = Task: "It runs a future.",
    "supervisor" = Supervisor: "It keeps children.",
);
words_param!(
    MessageKind, "The kind of a message.",
    "call" = Call: "Its sender waits for a reply.",
    "cast" = Cast: "Its sender does not wait.",
    "info" = Info: "A plain message.",
    "exit" = Exit: "A trapped exit.",
    "down" = Down: "The end of a monitored process.",
    "alarm" = Alarm: "The alarm of the process's own.",
    "reply" = Reply: "The answer to a call; it goes past the mailbox.",
);

impl JsonSchema for Pid {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Pid")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A pid.",
            "pattern": "^<[0-9]+[.][0-9]+[.][0-9]+>$",
        })
    }
}

impl JsonSchema for ProcessName {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("ProcessName")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A process's name.", "minLength": 1 })
    }
}

impl JsonSchema for ExitReason {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("ExitReason")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "Why a process ended.",
            "properties": {
                "reason": {
                    "type": "string",
                    "enum": ["normal", "shutdown", "shutdown_with", "killed", "panic", "error",
                             "custom", "no_proc", "no_connection"],
                    "description": "Which kind of reason.",
                },
                "value": { "description": "The reason's own value." },
                "message": { "type": "string", "description": "What a panic said." },
                "location": {
                    "type": ["string", "null"],
                    "description": "Where it panicked: file, line and column.",
                },
                "chain": {
                    "type": "array",
                    "items": { "type": "string" },
                    "description": "The error's message, then those of its sources.",
                },
            },
            "required": ["reason"],
        })
    }
}
