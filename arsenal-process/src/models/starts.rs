//! Starts: beside the shutdown, and while a scope is drawn.

use std::sync::Arc;

use shuttle::thread;

use super::check;
use crate::cell::{Core, Origin, Process, TRAP_EXIT};
use crate::mailbox::{Intake, Typed};
use crate::spawn::{Birth, admit};
use crate::supervisor::Family;
use crate::sync::Ordering;
use crate::task::NoMessages;
use crate::{Kind, Runtime, ScopeLimits};

#[test]
fn a_start_beside_the_shutdown_is_refused_or_seen() {
    check(|node| {
        let starts = {
            let node = Arc::clone(node);
            thread::spawn(move || {
                let task = admit(Arc::clone(&node), Kind::Task, Birth::new(None), |core, bound| {
                    Typed::<NoMessages>::new(core, bound, None)
                });
                task.is_ok()
            })
        };
        node.closing.store(1, Ordering::Release);
        let n_seen = node.processes.len();
        let started = starts.join().expect("the start does not panic");
        assert!(!started || n_seen == 1);
        assert_eq!(node.processes.len(), usize::from(started));
    });
}

#[test]
fn what_a_member_starts_while_a_scope_is_drawn_is_inside() {
    check(|node| {
        let origin = |parent| Origin {
            kind: Kind::Supervisor,
            parent,
            belongs_to: parent,
            child_id: None,
            entry_point: None,
            restarts: 0,
        };
        let supervisor = |parent| {
            let core = Core::new(Arc::clone(node), origin(parent), TRAP_EXIT, (None, None));
            let process: Arc<dyn Process> =
                Arc::new(Typed::<Family>::new(core, Intake::default(), None));
            node.processes.insert(Arc::clone(&process));
            process
        };
        let top = supervisor(None).core().pid;
        let nested = supervisor(Some(top));
        let starts = {
            let node = Arc::clone(node);
            thread::spawn(move || {
                // As a supervisor starts a child.
                let mut birth = Birth::new(nested.core().scope());
                birth.child_of(nested);
                let child = admit(Arc::clone(&node), Kind::Task, birth, |core, bound| {
                    Typed::<NoMessages>::new(core, bound, None)
                });
                child.expect("nothing refuses it").core.pid
            })
        };
        let whole = Runtime::scoped(Arc::clone(node), None);
        let narrow = whole.narrowed(top, ScopeLimits::default()).expect("the top is there");
        let child = starts.join().expect("the start does not panic");
        assert!(narrow.status(child).is_ok());
        assert_eq!(narrow.n_processes(), 3);
    });
}
