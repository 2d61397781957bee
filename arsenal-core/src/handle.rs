//! The program as those who call it hold it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::arsenal::Shared;
use crate::lane::{Lane, PerLane};

/// As the calls of one lane hold it: the pointers to it are counted apart from other lanes'.
#[repr(align(128))]
pub(crate) struct Program {
    shared: Arc<Shared>,
    pub(crate) lane: Lane,
}

impl Deref for Program {
    type Target = Shared;

    #[inline]
    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared.fmt(f)
    }
}

/// As a caller holds it.
#[derive(Clone)]
pub(crate) enum Handle {
    /// From outside: its calls take the lane of their thread.
    Outside(Arc<PerLane<Arc<Program>>>),
    /// From within a call: its calls stay in that call's lane.
    Within(Arc<Program>),
}

impl Handle {
    pub(crate) fn new(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let program = |lane| Arc::new(Program { shared: Arc::clone(&shared), lane });
        Self::Outside(Arc::new(PerLane::new(program)))
    }

    /// The program in the lane that a call takes.
    #[inline]
    pub(crate) fn program(&self) -> &Arc<Program> {
        match self {
            Self::Outside(programs) => &programs[Lane::of_this_thread()],
            Self::Within(program) => program,
        }
    }
}

impl Deref for Handle {
    type Target = Shared;

    #[inline]
    fn deref(&self) -> &Shared {
        self.program()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.program().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use crate::{Builder, Context, Error, Execute, Operation};

    use super::*;

    /// Tells its lane.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = read,
                output = String)]
    struct Tell {}

    impl Execute for Tell {
        type State = ();

        async fn execute(self, cx: &Context<()>) -> Result<String, Error> {
            Ok(lane(&cx.arsenal().0))
        }
    }

    fn lane(handle: &Handle) -> String {
        format!("{:?}", handle.program().lane)
    }

    #[tokio::test]
    async fn a_call_takes_its_threads_lane_and_what_it_calls_stays_there_on_any_thread() {
        let arsenal = Builder::empty().operation::<Tell>().build().expect("the program is sound");
        let here = lane(&arsenal.0);
        let within = crate::Arsenal(Handle::Within(Arc::clone(arsenal.0.program())));
        assert_eq!(arsenal.call(Tell {}).await.expect("it tells"), here);
        let there = thread::scope(|scope| scope.spawn(|| lane(&within.0)).join());
        assert_eq!(there.expect("it does not panic"), here);
    }
}
