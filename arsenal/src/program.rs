//! A program put together: its operations, and what the ready catalogue stands on.

use arsenal_core::{Arsenal, BuildError, Builder};
#[cfg(feature = "ops")]
use arsenal_ops::CatalogueError;
#[cfg(feature = "ops")]
use arsenal_ops::entry_point::{EntryPoints, EntryPointsError};
#[cfg(feature = "ops")]
use arsenal_process::{Runtime, RuntimeConfig, RuntimeError};

/// A program: its handle, and the runtime of its processes.
#[derive(Debug, Clone)]
pub struct Program {
    /// Calls operations.
    pub arsenal: Arsenal,
    /// Holds the processes; a program that brought its own catalogue keeps its own.
    #[cfg(feature = "ops")]
    pub runtime: Option<Runtime>,
}

/// Why a program was not put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssembleError {
    /// The operations contradict each other, or miss something.
    #[error(transparent)]
    Operations(#[from] BuildError),
    /// The entry points contradict each other, or miss something.
    #[cfg(feature = "ops")]
    #[error(transparent)]
    EntryPoints(#[from] EntryPointsError),
    /// The runtime of processes did not start: this is not inside of Tokio.
    #[cfg(feature = "ops")]
    #[error("the runtime of processes did not start")]
    Runtime(#[from] RuntimeError),
    /// The catalogue's own processes did not start, or what the program is configured to start.
    #[cfg(feature = "ops")]
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

/// Puts a program together: starts a runtime of processes, gives the ready catalogue what it
/// needs, and checks the whole.
///
/// A builder that was given the catalogue already (by `arsenal::ops::catalogue`, on a runtime
/// of the program's own and with entry points that need state) is only built.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), arsenal::AssembleError> {
/// let program = arsenal::assemble(arsenal::builder()).await?;
/// assert!(program.arsenal.operations().get("list_processes").is_some());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`AssembleError`], with every fault of the declarations at once.
///
/// # Cancel safety
///
/// Dropped, it may leave the catalogue's own processes running until Tokio's runtime ends.
pub async fn assemble(builder: Builder) -> Result<Program, AssembleError> {
    #[cfg(feature = "ops")]
    if builder.get_state::<arsenal_ops::Catalogue>().is_none() {
        let entry_points = EntryPoints::linked().build()?;
        let runtime = Runtime::start(RuntimeConfig::default())?;
        let builder = arsenal_ops::catalogue(builder, &runtime, entry_points).await?;
        #[cfg(feature = "cli")]
        let builder = builder.state(crate::cli::log_control());
        return Ok(Program { arsenal: builder.build()?, runtime: Some(runtime) });
    }
    Ok(Program {
        arsenal: builder.build()?,
        #[cfg(feature = "ops")]
        runtime: None,
    })
}
