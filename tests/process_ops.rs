//! The operations on processes and supervisors, through the registry, by name.

mod entry_points;

mod failures;

pub(crate) mod house;

mod kills;

mod lists;

mod monitors;

mod processes;

mod races;

mod starts;

mod startup;

mod supervisors;
