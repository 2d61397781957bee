//! An author's own telemetry: each end of a call of the operation is heard by the operation.

use std::sync::{Mutex, PoisonError};

use arsenal::{Builder, Class, Context, Error, Execute, Operation, Outcome, Role, Step};
use serde_json::json;

use crate::program::answer;

/// What was heard: the name, the last step, the class of the failure.
type Heard = (String, Step, Option<Class>);

static HEARD: Mutex<Vec<Heard>> = Mutex::new(Vec::new());

/// Records its own ends.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = u32)]
struct Watched {
    /// Not zero.
    #[param(min = 1)]
    n: u32,
}

impl Execute for Watched {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<u32, Error> {
        if self.n == 13 {
            return Err(Error::new(Class::Conflict, "UNLUCKY", "thirteen is taken"));
        }
        Ok(self.n)
    }

    fn observe(outcome: &Outcome<'_>) {
        let heard = (outcome.name.to_owned(), outcome.step, outcome.error.map(Error::class));
        HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
    }
}

#[tokio::test]
async fn an_author_hears_how_each_call_of_the_operation_ended_and_changes_nothing_by_it() {
    let program = Builder::empty().operation::<Watched>().build().expect("it is sound");
    let mut outcomes = Vec::new();
    for (role, n) in [(Role::Viewer, 7), (Role::Viewer, 0), (Role::Public, 7), (Role::Viewer, 13)] {
        let answer = answer(&program, role, "watched", json!({"n": n})).await;
        outcomes.push(answer.map_err(|(class, _)| class));
    }
    let refused = [Class::Validation, Class::Unauthenticated, Class::Conflict];
    assert_eq!(outcomes[0], Ok(json!(7)));
    assert_eq!(outcomes[1..], refused.map(Err));
    let typed = program.call(Watched { n: 8 }).await;
    assert_eq!(typed.ok(), Some(8), "a typed call is heard too");
    let heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let end = |step, class| ("watched".to_owned(), step, class);
    assert_eq!(
        heard,
        [
            end(Step::Settle, None),
            end(Step::Parse, Some(Class::Validation)),
            end(Step::Permit, Some(Class::Unauthenticated)),
            end(Step::Execute, Some(Class::Conflict)),
            end(Step::Settle, None),
        ]
    );
}
