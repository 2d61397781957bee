//! The one path that a call takes.
//!
//! ```text
//! route → permit → throttle → parse → authorize → admit → execute → settle
//! ```
//!
//! Each step is a file with one type that only it can make and one function that takes the
//! former step's type by value: a step can be neither skipped nor entered twice, because that
//! does not compile. The path branches in one place only, [`admit`](self): a call runs, is
//! planned (dry run), gets an earlier answer, or goes on as a job.
//!
//! Steps decide; they do not log or measure. The call's record tells observers at the end of
//! each ([`crate::Observer`]).

mod act;

mod route;

mod permit;

mod throttle;

mod parse;

mod authorize;

mod admit;

mod execute;

mod settle;

mod corridor;

mod drive;

mod entered;

mod named;

pub(crate) use act::{Act, Direct};
pub(crate) use corridor::{Corridor, Trail};
pub(crate) use drive::{conduct, conduct_named, drive, to_its_end};
pub use entered::Entered;
pub(crate) use named::{Dynamic, Judged, Named, fingerprint, judge};
pub(crate) use route::{Door, Found, Routed, route};
pub(crate) use throttle::Throttled;

use crate::call::Input;
use crate::error::Error;
use crate::observe::Step;
use crate::record::CallCx;

use admit::Admitted;
use parse::Parsed;

/// How a call ended, for whoever called.
#[derive(Debug)]
pub(crate) struct Done<D> {
    pub(crate) outcome: Result<D, Error>,
    /// Boxed, as few calls take one, and the answer is handed on often.
    pub(crate) detour: Option<Box<Detour>>,
}

/// Which way a call went where the path branches, if it did not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Detour {
    /// It was a dry run; `foreseen`: the operation said what it would do.
    Planned { foreseen: bool },
    /// It got an earlier answer: that of a call, or the job that one became.
    Replayed { job: Option<String> },
    /// It goes on as a job.
    Detached { job: String },
}

/// A step's refusal; observers have heard of it.
#[derive(Debug)]
pub(crate) struct Refused(Error);

impl<D> From<Refused> for Done<D> {
    fn from(refused: Refused) -> Self {
        Self { outcome: Err(refused.0), detour: None }
    }
}

/// The steps that need nothing of the operation but its facts.
///
/// # Errors
///
/// No right to it, or too many calls; observers have heard.
// Always: what a call by type knows of its operation decides most of it.
#[inline(always)]
pub(crate) fn enter(corridor: &mut Corridor, routed: Routed) -> Result<Throttled, Error> {
    let call = corridor.call_mut();
    call.passed(Step::Route);
    let throttled =
        permit::permit(call, routed).and_then(|permitted| throttle::throttle(call, permitted));
    throttled.map_err(|refused| corridor.refused(refused))
}

/// The steps that know the operation's types, for a call by type: it runs, and nothing else can
/// become of it.
pub(crate) async fn walk_typed<A: Act>(
    call: &CallCx,
    throttled: Throttled,
    input: A::Input,
) -> Done<A::Data> {
    // Apart from the steps that may wait, whose future need not hold the input.
    match parse::parse(call, throttled, input) {
        Ok(parsed) => typed::<A>(call, parsed).await.unwrap_or_else(Done::from),
        Err(refused) => refused.into(),
    }
}

async fn typed<A: Act>(call: &CallCx, parsed: Parsed<A>) -> Result<Done<A::Data>, Refused> {
    let authorized = authorize::authorize(call, parsed).await?;
    let running = admit::admit_typed(call, authorized)?;
    Ok(settle::settle(call, execute::execute(call, running).await))
}

/// The steps that know the operation, for a call by name.
pub(crate) async fn walk(call: &CallCx, throttled: Throttled, input: Input) -> Done<String> {
    let wanted = call.wants_fingerprint();
    // Boxed, as few calls have one.
    let fingerprint = wanted.then(|| call.op().fingerprint(&input)).flatten().map(Box::new);
    match parse::parse(call, throttled, input) {
        Ok(parsed) => named(call, parsed, fingerprint).await.unwrap_or_else(Done::from),
        Err(refused) => refused.into(),
    }
}

async fn named(
    call: &CallCx,
    parsed: Parsed<Named>,
    fingerprint: Option<Box<[u8; 32]>>,
) -> Result<Done<String>, Refused> {
    let authorized = authorize::authorize(call, parsed).await?;
    match admit::admit(call, authorized, fingerprint.map(|it| *it).unwrap_or_default())? {
        Admitted::Run(running) => {
            Ok(settle::settle_kept(call, execute::execute(call, running).await))
        }
        Admitted::Plan(planned) => {
            Ok(settle::settle_plan(call, execute::plan(call, planned).await?))
        }
        Admitted::Replay(done) | Admitted::Detached(done) => Ok(done),
    }
}
