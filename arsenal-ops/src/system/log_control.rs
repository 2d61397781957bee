//! The handle by which log levels are read and changed while the program runs.

use std::fmt;
use std::sync::Arc;

use arsenal::Failure;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::reload;

/// Why a log level was not read or changed.
#[derive(Debug, thiserror::Error, Failure)]
pub enum LogLevelError {
    /// The program did not hand over its filter.
    #[error("this program's log level cannot be reached: it handed over no filter")]
    #[failure(class = unavailable, code = "NO_LOG_CONTROL")]
    NoControl,
    /// The subscriber that the filter belongs to is gone.
    #[error("this program's log is not there any more")]
    #[failure(class = unavailable, code = "LOG_GONE")]
    Gone(#[source] reload::Error),
    /// Set the level everywhere, which forgets those of single modules.
    #[error("the filter has {directives} directives, and may have no more: set a level everywhere")]
    #[failure(class = conflict, code = "TOO_MANY_TARGETS")]
    TooManyTargets {
        /// How many there are.
        directives: usize,
    },
    /// The target cannot stand in a filter.
    #[error("{target:?} is no target: give a module's path such as my_crate::orders")]
    #[failure(class = validation, code = "BAD_TARGET")]
    BadTarget {
        /// What was given.
        target: String,
    },
}

/// The program's log filter, where it handed one over.
///
/// ```
/// use arsenal_ops::system::LogControl;
/// use tracing_subscriber::{EnvFilter, Registry, reload};
///
/// let (filter, handle) = reload::Layer::<_, Registry>::new(EnvFilter::new("info"));
/// let control = LogControl::new(handle);
/// assert_eq!(control.directives()?, "info");
/// # drop(filter);
/// assert!(LogControl::absent().directives().is_err());
/// # Ok::<(), arsenal_ops::system::LogLevelError>(())
/// ```
#[derive(Clone)]
pub struct LogControl(Option<Control>);

/// Has a change made to the filter while nobody else changes it.
type Modify = dyn Fn(&mut dyn FnMut(&mut EnvFilter)) -> Result<(), reload::Error> + Send + Sync;

#[derive(Clone)]
struct Control {
    read: Arc<dyn Fn() -> Result<String, reload::Error> + Send + Sync>,
    modify: Arc<Modify>,
}

impl LogControl {
    /// Control of this filter.
    #[must_use]
    pub fn new<S: 'static>(handle: reload::Handle<EnvFilter, S>) -> Self {
        let reader = handle.clone();
        Self(Some(Control {
            read: Arc::new(move || reader.with_current(ToString::to_string)),
            modify: Arc::new(move |change| handle.modify(change)),
        }))
    }

    /// No control: every question is refused.
    #[must_use]
    pub fn absent() -> Self {
        Self(None)
    }

    /// The filter's directives, as they are now.
    ///
    /// # Errors
    ///
    /// [`LogLevelError`]: `NoControl`, `Gone`.
    pub fn directives(&self) -> Result<String, LogLevelError> {
        let control = self.0.as_ref().ok_or(LogLevelError::NoControl)?;
        (control.read)().map_err(LogLevelError::Gone)
    }

    /// Puts a filter in the place of the one that holds now, made from its directives while
    /// nobody else changes them; gives the directives before and after.
    pub(super) fn change(
        &self,
        new: impl Fn(&str) -> Result<EnvFilter, LogLevelError>,
    ) -> Result<(String, String), LogLevelError> {
        let control = self.0.as_ref().ok_or(LogLevelError::NoControl)?;
        let mut changed = None;
        let mut change = |filter: &mut EnvFilter| {
            let before = filter.to_string();
            changed = Some(new(&before).map(|new| {
                *filter = new;
                (before, filter.to_string())
            }));
        };
        (control.modify)(&mut change).map_err(LogLevelError::Gone)?;
        changed.expect("a filter that is there is changed")
    }
}

impl fmt::Debug for LogControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogControl").field(&self.0.is_some()).finish()
    }
}
