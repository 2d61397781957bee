//! Declarations that contradict themselves in a way that the compiler cannot see: the program is
//! not put together, and every fault is told with its parameter.

use std::time::Duration;

use arsenal::params::ByteSize;
use arsenal::{BuildFault, Builder, Context, Error, Execute, Operation, Params};

/// The faults of the parameters of one operation: where, and what.
fn faults<O: Execute>() -> Vec<(String, String)> {
    let error = Builder::empty().operation::<O>().build().expect_err("it contradicts itself");
    let parameter = |fault| match fault {
        BuildFault::BadParameter { pointer, detail, place, .. } => {
            assert!(place.file.ends_with("contradictions.rs"), "{place}");
            (pointer, detail)
        }
        other => panic!("{other}"),
    };
    error.faults.into_iter().map(parameter).collect()
}

fn expect<O: Execute>(expected: &[(&str, &str)]) {
    let found = faults::<O>();
    let found: Vec<_> = found.iter().map(|(at, what)| (at.as_str(), what.as_str())).collect();
    assert_eq!(found, expected);
}

macro_rules! idle {
    ($($Operation:ty),*) => {$(
        impl Execute for $Operation {
            type State = ();

            async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

/// Bounds that are texts.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer)]
struct TextBounds {
    /// Not how a duration is written.
    #[param(max = "5min")]
    wait: Option<Duration>,
    /// A duration, and no size.
    #[param(min = "5s")]
    size: Option<ByteSize>,
    /// Of a form that only the type reads.
    #[param(min = "PT1M", max = "PT1S")]
    span: Option<Duration>,
    /// Below.
    inner: Option<Vec<Inner>>,
}

/// Below.
#[derive(Debug, Params)]
struct Inner {
    /// Two characters are not one.
    #[param(one_of = ["a", "bc"])]
    letter: Option<char>,
}

idle!(TextBounds);

#[test]
fn a_limit_that_is_a_text_is_one_of_its_type() {
    expect::<TextBounds>(&[
        ("/wait", "`max` is `5min`, which is not a duration such as \"5s\""),
        ("/size", "`min` is `5s`, which is not a size such as \"10MiB\""),
        ("/span", "`max` is below `min`: no value could pass"),
        ("/inner/letter", "`one_of` has `bc`, which is not a single character"),
    ]);
}
