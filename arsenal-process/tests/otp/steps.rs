//! The steps as short calls, for scripts that are written by hand.

use crate::script::{Child, Flags, Path, Reason, Step};

pub(crate) fn stop(path: &str, reason: Reason) -> Step {
    Step::Stop(path.into(), reason)
}

pub(crate) fn panic(path: &str) -> Step {
    Step::Panic(path.into())
}

pub(crate) fn exit(path: &str, reason: Reason) -> Step {
    Step::Exit(path.into(), reason)
}

pub(crate) fn kill(path: &str) -> Step {
    exit(path, Reason::Kill)
}

pub(crate) fn spawn(path: &str) -> Step {
    Step::Spawn(path.into(), false)
}

pub(crate) fn spawn_trapping(path: &str) -> Step {
    Step::Spawn(path.into(), true)
}

pub(crate) fn link(path: &str, other: &str) -> Step {
    Step::Link(path.into(), other.into())
}

pub(crate) fn unlink(path: &str, other: &str) -> Step {
    Step::Unlink(path.into(), other.into())
}

pub(crate) fn monitor(path: &str, other: &str) -> Step {
    Step::Monitor(path.into(), other.into())
}

pub(crate) fn demonitor(path: &str, other: &str) -> Step {
    Step::Demonitor(path.into(), other.into())
}

pub(crate) fn ping(path: &str) -> Step {
    Step::Ping(path.into())
}

pub(crate) fn register(path: &str, name: &'static str) -> Step {
    Step::Register(path.into(), name)
}

pub(crate) fn unregister(path: &str, name: &'static str) -> Step {
    Step::Unregister(path.into(), name)
}

pub(crate) fn whereis(name: &'static str) -> Step {
    Step::Whereis(name)
}

pub(crate) fn start_child(path: &str, child: Child) -> Step {
    Step::StartChild(path.into(), child)
}

pub(crate) fn start_dynamic(path: &str, key: u32) -> Step {
    Step::StartDynamic(path.into(), key)
}

pub(crate) fn terminate_child(path: &str, id: &str) -> Step {
    Step::TerminateChild(path.into(), id.into())
}

pub(crate) fn terminate_dynamic(path: &str, key: u32) -> Step {
    Step::TerminateDynamic(path.into(), key)
}

pub(crate) fn restart_child(path: &str, id: &str) -> Step {
    Step::RestartChild(path.into(), id.into())
}

pub(crate) fn delete_child(path: &str, id: &str) -> Step {
    Step::DeleteChild(path.into(), id.into())
}

pub(crate) fn which(path: &str) -> Step {
    Step::Which(path.into())
}

pub(crate) fn count(path: &str) -> Step {
    Step::Count(path.into())
}

pub(crate) fn change(path: &str, flags: Flags) -> Step {
    Step::Flags(Path::from(path), flags)
}
