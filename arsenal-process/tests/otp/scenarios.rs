//! Scripts written by hand, each named by what it shows.

mod strategies;

mod commands;

mod signals;

mod traps;

use crate::script::Script;

/// Its sentence and its script.
pub(crate) type Scenario = (&'static str, Script);

/// All of them; no two have one name.
pub(crate) fn all() -> Vec<Scenario> {
    [strategies::all(), commands::all(), signals::all(), traps::all()].concat()
}
