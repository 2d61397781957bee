//! A program put together: its operations, and what the ready catalogue stands on.

use arsenal_core::{Arsenal, BuildError, Builder};
#[cfg(feature = "ops")]
use arsenal_ops::CatalogueError;
#[cfg(feature = "ops")]
use arsenal_ops::entry_point::{EntryPoints, EntryPointsError};
#[cfg(feature = "ops")]
use arsenal_ops::startup::{Startup, StartupError};
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
    #[cfg(feature = "ops")]
    configured: Option<Configured>,
}

/// What a program is configured to start, and what that takes.
#[cfg(feature = "ops")]
#[derive(Debug, Clone)]
struct Configured {
    startup: Startup,
    runtime: Runtime,
    entry_points: EntryPoints,
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
    /// The catalogue's own processes did not start.
    #[cfg(feature = "ops")]
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

/// Puts a program together: starts a runtime of processes, gives the ready catalogue what it
/// needs, and checks the whole.
///
/// A builder that was given the catalogue already (by `arsenal::ops::catalogue`, on a runtime
/// of the program's own and with entry points that need state) is only built. What the program is
/// configured to start waits for [`Program::start_configured`].
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
        let configured = Configured::of(&builder);
        return Ok(Program { arsenal: builder.build()?, runtime: Some(runtime), configured });
    }
    #[cfg(feature = "ops")]
    let configured = Configured::of(&builder);
    Ok(Program {
        arsenal: builder.build()?,
        #[cfg(feature = "ops")]
        runtime: None,
        #[cfg(feature = "ops")]
        configured,
    })
}

#[cfg(feature = "ops")]
impl Program {
    /// Starts what the builder's [`Startup`] names, if it has one, under the supervisor
    /// `configured`. `serve` does this before it takes the first request; no other verb does.
    ///
    /// # Errors
    ///
    /// [`StartupError`]; `NotStarted` the second time.
    ///
    /// # Cancel safety
    ///
    /// As [`Startup::start`].
    pub async fn start_configured(&self) -> Result<(), StartupError> {
        match &self.configured {
            Some(Configured { startup, runtime, entry_points }) => {
                startup.start(runtime, entry_points).await
            }
            None => Ok(()),
        }
    }
}

#[cfg(feature = "ops")]
impl Configured {
    /// That of a builder that was given the catalogue, which holds the runtime and entry points.
    fn of(builder: &Builder) -> Option<Self> {
        Some(Self {
            startup: builder.get_state::<Startup>()?.clone(),
            runtime: builder.get_state::<Runtime>()?.clone(),
            entry_points: builder.get_state::<EntryPoints>()?.clone(),
        })
    }
}
