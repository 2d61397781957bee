//! The published JSON Schema (draft 2020-12), from the same table that the verdict comes from.

pub(crate) mod compiled;

pub(crate) mod foreign;
