//! Category `supervisor`: who keeps what running, how, and how often that was needed.

mod add_child;
mod change_strategy;
mod child;
mod count_children;
mod delete_child;
mod fault;
mod get_supervisor_flags;
mod list_supervisors;
mod params;
mod reach;
mod restart_child;
mod restart_history;
mod start_supervisor;
mod stop_supervisor;
mod supervision_tree;
mod supervisor_stats;
mod terminate_child;
mod which_children;

pub use add_child::{AddChild, AddChildError, AddedChild};
pub use change_strategy::{ChangeStrategy, ChangeStrategyError};
pub use child::{ChildState, ChildView, OneChild};
pub use count_children::{ChildCountsView, CountChildren};
pub use delete_child::{DeleteChild, DeleteChildError};
pub use fault::{
    BadSpecification, ChildExists, ChildRestarting, ChildRunning, NoAnswer, NoChild,
    NotASupervisor, SimpleOneForOne, SupervisorLookup,
};
pub use get_supervisor_flags::{FlagsView, GetSupervisorFlags};
pub use list_supervisors::{ListSupervisors, SupervisorRow};
pub use params::{ChildParams, NotSpecified, SupervisorParams};
pub use restart_child::{RestartChild, RestartChildError};
pub use restart_history::{RestartHistory, RestartView};
pub use start_supervisor::{StartSupervisor, StartSupervisorError, StartedSupervisor};
pub use stop_supervisor::{StopSupervisor, StopSupervisorError};
pub use supervision_tree::{
    SupervisionChild, SupervisionNode, SupervisionTree, SupervisionTreeError,
};
pub use supervisor_stats::{StatsView, SupervisorStats};
pub use terminate_child::{TerminateChild, TerminateChildError};
pub use which_children::WhichChildren;
