//! The operations on processes and supervisors, through the registry, by name.

mod house;

mod processes;
