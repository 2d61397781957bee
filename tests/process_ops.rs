//! The operations on processes and supervisors, through the registry, by name.

mod catalogue;

mod house;

mod processes;

mod races;

mod supervisors;
