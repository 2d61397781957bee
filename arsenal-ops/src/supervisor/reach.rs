//! How a supervisor is found, and who may change it: a protected one is changed only by force.

use arsenal::{Context, Failure};
use arsenal_process::{LookupError, Pid, SupervisorRef, Target};

use super::NotASupervisor;
use crate::catalogue::{Catalogue, STARTED};
use crate::process::{Missing, Protected, missing, name_of};
use crate::refusal::Refusal;

/// The supervisor of a pid or a name, which answers within the time that the call has.
pub(super) fn find<E>(cx: &Context<Catalogue>, target: &Target) -> Result<SupervisorRef, Refusal<E>>
where
    E: Failure + From<Missing> + From<NotASupervisor>,
{
    let runtime = &cx.state().runtime;
    match runtime.find_supervisor(target.clone()) {
        Ok(supervisor) => Ok(supervisor.with_wait(cx.time_left())),
        Err(LookupError::NoProcess(_)) => Err(missing(runtime, target)),
        Err(_) => Err(E::from(NotASupervisor { target: target.clone() }).into()),
    }
}

/// The supervisor of a pid or a name, or the root.
pub(super) fn find_or_root<E>(
    cx: &Context<Catalogue>,
    target: Option<&Target>,
) -> Result<SupervisorRef, Refusal<E>>
where
    E: Failure + From<Missing> + From<NotASupervisor>,
{
    let runtime = &cx.state().runtime;
    match (target, runtime.root()) {
        (Some(target), _) => find(cx, target),
        (None, Ok(root)) => Ok(root.with_wait(cx.time_left())),
        (None, Err(gone)) => Err(missing(runtime, &gone.target)),
    }
}

/// The supervisor that is to be changed itself; the right to force was checked before.
pub(super) fn find_to_change<E>(
    cx: &Context<Catalogue>,
    target: &Target,
    force: bool,
) -> Result<SupervisorRef, Refusal<E>>
where
    E: Failure + From<Missing> + From<NotASupervisor> + From<Protected>,
{
    let supervisor = find(cx, target)?;
    spare(cx, supervisor.pid(), force)?;
    Ok(supervisor)
}

/// The supervisor that is to take a new child: the one that is there for it, where none is named.
/// A child that fails too often ends its supervisor, so that is to change it.
pub(super) fn find_for_child<E>(
    cx: &Context<Catalogue>,
    target: Option<&Target>,
    force: bool,
) -> Result<SupervisorRef, Refusal<E>>
where
    E: Failure + From<Missing> + From<NotASupervisor> + From<Protected>,
{
    let open = name_of(STARTED);
    let Some(target) = target else { return find(cx, &open.into()) };
    let supervisor = find(cx, target)?;
    if cx.state().runtime.whereis(&open) != Some(supervisor.pid()) {
        spare(cx, supervisor.pid(), force)?;
    }
    Ok(supervisor)
}

/// Refuses to touch a protected process without force; the right to force was checked before.
pub(super) fn spare<E>(cx: &Context<Catalogue>, pid: Pid, force: bool) -> Result<(), Refusal<E>>
where
    E: Failure + From<Protected>,
{
    match cx.state().runtime.info(pid) {
        Ok(info) if info.protected && !force => Err(E::from(Protected { pid }).into()),
        _ => Ok(()),
    }
}
