//! The guard over the whole catalogue: what holds for each of its operations, whichever it is.

mod answered;

mod declared;
