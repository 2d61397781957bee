//! What a child's start function is given, and what it gives back.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;

use super::family::SupervisorStart;
use super::spec::SupervisorSpec;
use crate::Runtime;
use crate::cell::Process;
use crate::node::Node;
use crate::panic::regardless;
use crate::scope::Scope;
use crate::serve::ServerStart;
use crate::server::Server;
use crate::spawn::{Birth, StartError};
use crate::task::{NewTask, TaskStart};

type Outcome = Result<Arc<dyn Process>, StartError>;

/// A child that is being started.
pub(crate) enum Starting {
    Done(Outcome),
    Waits(Pin<Box<dyn Future<Output = Outcome> + Send>>),
}

/// A start function. What it captures is the service's own: where the destructor of that panics,
/// nobody ends of it.
#[derive(Clone)]
pub(crate) struct StartFn(Option<Arc<dyn Fn(Starter) -> Starting + Send + Sync>>);

impl StartFn {
    pub(crate) fn new(start: impl Fn(Starter) -> Starting + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(start)))
    }

    pub(crate) fn start(&self, starter: Starter) -> Starting {
        match &self.0 {
            Some(start) => start(starter),
            // Only what is being dropped is empty.
            None => Starting::Done(Err(StartError::ShuttingDown)),
        }
    }
}

impl Drop for StartFn {
    fn drop(&mut self) {
        regardless(|| drop(self.0.take()));
    }
}

/// What a start function makes its process with: it is linked to its supervisor in the same step.
pub struct Starter {
    pub(crate) node: Arc<Node>,
    pub(crate) scope: Option<Arc<Scope>>,
    pub(crate) supervisor: Arc<dyn Process>,
    pub(crate) child_id: Arc<str>,
    pub(crate) entry_point: Option<Arc<str>>,
    pub(crate) args: Value,
    pub(crate) restarts: u32,
}

impl Starter {
    /// The arguments of the specification, or those given with this one child.
    #[must_use]
    pub fn args(&self) -> &Value {
        &self.args
    }

    /// The runtime, as narrow as the supervisor's scope.
    #[must_use]
    pub fn runtime(&self) -> Runtime {
        Runtime::scoped(Arc::clone(&self.node), self.scope.clone())
    }

    /// The child as a server.
    pub fn server<S: Server>(&self, args: S::Args) -> ServerStart<S> {
        self.once_more().into_server(args)
    }

    /// The child as a task.
    pub fn task(&self) -> TaskStart {
        let (node, birth) = self.once_more().into_birth();
        TaskStart { node, birth, what: NewTask }
    }

    /// The child as a supervisor.
    pub fn supervisor(&self, spec: SupervisorSpec) -> SupervisorStart {
        let (node, birth) = self.once_more().into_birth();
        SupervisorStart::new(node, spec, birth)
    }

    /// What a process is made with, for one that the start function makes by reference.
    fn once_more(&self) -> Self {
        Self {
            node: Arc::clone(&self.node),
            scope: self.scope.clone(),
            child_id: Arc::clone(&self.child_id),
            entry_point: self.entry_point.clone(),
            supervisor: Arc::clone(&self.supervisor),
            // Only the start function itself reads them.
            args: Value::Null,
            restarts: self.restarts,
        }
    }

    pub(crate) fn into_server<S: Server>(self, args: S::Args) -> ServerStart<S> {
        let (node, birth) = self.into_birth();
        ServerStart::new(node, args, birth)
    }

    fn into_birth(self) -> (Arc<Node>, Birth) {
        let mut birth = Birth::new(self.scope);
        birth.child_of(self.supervisor);
        birth.child_id = Some(self.child_id);
        birth.entry_point = self.entry_point;
        birth.restarts = self.restarts;
        (self.node, birth)
    }
}
