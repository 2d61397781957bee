//! Supervisors: processes that keep children, start them in order and stop them in reverse.

mod spec;

mod starter;

mod roster;

mod family;

mod start;

mod restart;

mod stop;

mod handle;

mod report;

mod history;

mod flags;

pub use family::{NewSupervisor, SupervisorStart};
pub use flags::SupervisorFlags;
pub use handle::{
    ChildCounts, ChildInfo, ChildPid, Recycled, SupervisorError, SupervisorRef, WhichChild,
};
pub use history::{RestartRecord, RestartStatistics};
pub use spec::{
    AutoShutdown, Backoff, ChildSpec, Restart, Shutdown, SpecError, Strategy, SupervisorSpec,
};
pub use starter::Starter;

pub(crate) use family::Family;
pub(crate) use starter::Starting;
