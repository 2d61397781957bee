//! The HTTP front, through real sockets.

mod client;

mod operations;

mod addresses;

mod answers;

mod values;

mod refusals;

mod idempotent;

mod life;
