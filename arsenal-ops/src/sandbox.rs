//! Category `sandbox`: parts of the runtime in which what is tried out stays, and ends together.
//!
//! A sandbox keeps mistakes in: a list of what may be started, and limits. It is no security
//! boundary: code in the same program can always find another way.

mod create_sandbox;
mod destroy_sandbox;
mod execute_in_sandbox;
mod get_sandbox_info;
mod list_sandboxes;
mod restart_sandbox;

mod keeper;

mod kept;

mod life;

mod sandboxes;

mod view;

pub use create_sandbox::{CreateError, CreateSandbox};
pub use destroy_sandbox::{DestroyError, DestroySandbox, DestroyedSandbox};
pub use execute_in_sandbox::{ExecuteError, ExecuteInSandbox, ExecutedInSandbox};
pub use get_sandbox_info::{GetSandboxInfo, SandboxDetails, SandboxLookup, SandboxMember};
pub use list_sandboxes::ListSandboxes;
pub use restart_sandbox::{RestartSandbox, RestartSandboxError, RestartedSandbox, StartedAgain};
pub use sandboxes::{NoSandbox, SandboxExists, Sandboxes, SupervisorFailed, TooManySandboxes};
pub use view::{SandboxLimitsView, SandboxStatus, SandboxView};
