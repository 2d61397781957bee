//! The codes that the pipeline itself refuses with, whatever the operation.

use crate::error::{Class, CodeSpec};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident: $class:ident;)+) => {
        $(
            pub(crate) const $name: CodeSpec = CodeSpec {
                class: Class::$class,
                code: stringify!($name),
                doc: concat!($($doc),+).trim_ascii(),
            };
        )+

        /// Every code that any call may be refused with, beside those of its operation.
        pub const PIPELINE_CODES: &[CodeSpec] = &[$($name),+];
    };
}

codes! {
    /// No listed operation has this name.
    NO_OPERATION: NotFound;
    /// The program is shutting down.
    DRAINING: Unavailable;
    /// The operation is not open to strangers.
    UNAUTHENTICATED: Unauthenticated;
    /// The caller's role is too small for the operation.
    ROLE_MISSING: Forbidden;
    /// The caller was not granted the operation's scope.
    SCOPE_MISSING: Forbidden;
    /// The operation was called too often.
    RATE_LIMITED: RateLimited;
    /// The parameters break the operation's schema or a rule; `errors` names each fault and
    /// where it is.
    INVALID_PARAMS: Validation;
    /// The body is not JSON, or not UTF-8.
    MALFORMED_JSON: Malformed;
    /// A parameter that has one value is given twice.
    PARAMETER_TWICE: Malformed;
    /// A parameter's name nests too deep.
    PARAMETER_TOO_DEEP: Malformed;
    /// The query has too many parameters.
    TOO_MANY_PARAMETERS: Malformed;
    /// As many calls of the operation are running as may run at once.
    TOO_MANY_RUNNING: Unavailable;
    /// As many jobs are under way as can be kept.
    TOO_MANY_JOBS: Unavailable;
    /// The operation takes no call that does not name the version it has seen (`If-Match`).
    PRECONDITION_REQUIRED: Precondition;
    /// What is to be changed has another version by now than the caller has seen.
    PRECONDITION_FAILED: Precondition;
    /// The operation takes no call without a key.
    IDEMPOTENCY_KEY_MISSING: Malformed;
    /// A key is 1 to 255 visible ASCII characters.
    IDEMPOTENCY_KEY_MALFORMED: Malformed;
    /// The first call with this key still runs.
    IDEMPOTENCY_KEY_IN_FLIGHT: Conflict;
    /// The key was used with other parameters.
    IDEMPOTENCY_KEY_REUSED: Validation;
    /// No more keys can be kept now.
    IDEMPOTENCY_STORE_FULL: Unavailable;
    /// The first call with this key did not end by itself: find out what it did before it is
    /// made again with another key.
    OUTCOME_UNKNOWN: Execution;
    /// The call did not end before its deadline.
    TIMEOUT: Timeout;
    /// The operation failed unexpectedly; the log says how.
    PANICKED: Execution;
    /// The call was called off.
    CANCELLED: Cancelled;
    /// Operations call each other without end.
    CALL_DEPTH: Execution;
    /// A job was wanted where no Tokio runtime is.
    NO_RUNTIME: System;
    /// The answer could not be written as JSON.
    ANSWER_NOT_ENCODED: System;
    /// The answer is not what its schema says: looked for in debug builds only.
    ANSWER_OFF_SCHEMA: System;
    /// Another operation of the same name is registered with another state.
    WRONG_STATE: System;
}
