//! Category `process`: what runs, what it does, and what can be done to it.

mod demonitor_process;
mod get_process_info;
mod get_process_tree;
mod kill_process;
mod list_entry_points;
mod list_processes;
mod list_registered_processes;
mod missing;
mod monitor_process;
mod rates;
mod relay;
mod restart_process;
mod resume_process;
mod send_message;
mod start_process;
mod suspend_process;
mod tree;
mod unstarted;
mod view;
mod watch;

pub use demonitor_process::{DemonitorError, DemonitorProcess, Demonitored};
pub use get_process_info::GetProcessInfo;
pub use get_process_tree::{GetProcessTree, ProcessTree};
pub use kill_process::{KillError, KillProcess, Killed, Outcome};
pub use list_entry_points::{EntryPointView, ListEntryPoints};
pub use list_processes::ListProcesses;
pub use list_registered_processes::{ListRegisteredProcesses, RegisteredName};
pub use missing::{ForceNeedsAdmin, Missing, NoSuchProcess, Protected};
pub use monitor_process::{MonitorError, MonitorProcess, Monitored, NoWatcher, TooManyMonitors};
pub use restart_process::{RestartError, RestartProcess, Restarted};
pub use resume_process::ResumeProcess;
pub use send_message::{Answered, SendError, SendMessage, SendMode};
pub use start_process::{StartFault, StartProcess, StartedProcess};
pub use suspend_process::{SuspendError, SuspendProcess, Switched};
pub use tree::TreeNode;
pub use unstarted::{EndedInStart, NameTaken, NotStarted, UnknownEntryPoint};
pub use view::{MonitorView, ProcessField, ProcessRow, ProcessView, RowRates, StatusWord};

pub(crate) use missing::{authority, may_force, missing, touched};
pub(crate) use rates::Rates;
pub(crate) use relay::relay;
pub(crate) use unstarted::{not_begun, not_started, refused, unstarted};
pub(crate) use watch::{Post, Watch};

use arsenal_process::{Pid, ProcessName};

/// The process that a call comes from: a transport or a program puts it beside the call, as an
/// extension, where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerProcess(pub Pid);

/// A name of the catalogue's own.
pub(crate) fn name_of(name: &'static str) -> ProcessName {
    ProcessName::try_from(name).expect("the catalogue's own names are names")
}
