//! Declarations that contradict themselves in a way that the compiler cannot see: the program is
//! not put together, and every fault is told with its parameter.

use std::time::Duration;

use arsenal::params::{ByteSize, Secret};
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

/// Which, and how.
#[derive(Debug, Params)]
struct Which {
    /// Which.
    id: Option<u32>,
    /// Whether in earnest.
    dry_run: Option<bool>,
    /// How many.
    #[param(alias = "most")]
    limit: Option<u32>,
}

/// Stands at a path whose parameters come from a flattened struct.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, method = GET, path = "/which/{id}/of/{kind}")]
struct Flattening {
    #[param(flatten)]
    which: Which,
    /// The most.
    most: Option<u32>,
}

idle!(Flattening);

#[test]
fn what_a_flattened_struct_brings_is_looked_at_in_the_whole() {
    expect::<Flattening>(&[
        ("/most", "two parameters are named `most`"),
        ("/dry_run", "`dry_run` is reserved: every operation has it, and `plan` answers it"),
        (
            "/id",
            "`id` stands in the path, so it is always given: it has no `default`, and its type \
             is no `Option`",
        ),
        ("/kind", "the path names `{kind}`, and there is no parameter `kind`"),
    ]);
}

/// A page that is always given.
#[derive(Debug, Params)]
struct Page {
    /// Which.
    id: u32,
}

/// Stands at a path whose parameter a flattened struct has.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, method = GET, path = "/paged/{id}")]
struct Paged {
    #[param(flatten)]
    page: Page,
}

idle!(Paged);

#[test]
fn a_parameter_of_the_path_may_come_from_a_flattened_struct() {
    let program = Builder::empty().operation::<Paged>().build().expect("it is sound");
    let at_7 = arsenal::Input { strings: vec![("id".into(), "7".into())], body: None };
    program.check("paged", &at_7).expect("the path gives it");
    assert_eq!(Paged { page: Page { id: 7 } }.page.id, 7);
}

const fn too_many() -> u32 {
    30
}

fn leaf() -> Option<Leaf> {
    Some(Leaf { least: 3 })
}

/// A leaf.
#[derive(Debug, Params)]
struct Leaf {
    /// At least five.
    #[param(min = 5)]
    least: u32,
}

/// Defaults that only running code can judge.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer)]
struct BadDefaults {
    /// At most twenty.
    #[param(default = too_many(), max = 20)]
    most: u32,
    /// A leaf.
    #[param(default = leaf())]
    leaf: Option<Leaf>,
    /// An address.
    #[param(default = "localhost")]
    host: std::net::IpAddr,
}

idle!(BadDefaults);

#[test]
fn a_default_keeps_the_constraints_of_its_own_field() {
    expect::<BadDefaults>(&[
        ("/most", "the default must be at most 20"),
        ("/leaf/least", "the default must be at least 5"),
        ("/host", "the default must be an IP address"),
    ]);
}

fn door(key: Option<&str>) -> Door {
    let key = key.map(|key| Key { key: Some(Secret::from(key.to_owned())) });
    Door { room: 7, key: key.unwrap_or(Key { key: None }) }
}

/// What opens a door.
#[derive(Debug, Params)]
struct Key {
    /// The key.
    key: Option<Secret<String>>,
}

/// A door.
#[derive(Debug, Params)]
struct Door {
    /// Where.
    room: u32,
    /// What opens it.
    #[param(flatten)]
    key: Key,
}

/// Defaults and examples beside secrets.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer)]
struct Doors {
    /// With a key.
    #[param(default = door(Some("sesame")))]
    open: Door,
    /// Several, one with a key.
    #[param(default = vec![door(None), door(Some("sesame"))])]
    several: Vec<Door>,
    /// Without a key.
    #[param(default = door(None))]
    shut: Door,
}

idle!(Doors);

#[test]
fn a_default_of_a_struct_publishes_no_secret_of_a_field_in_it() {
    let detail = "would publish a secret in the schema: take it out of the `default` and the \
                  `example`";
    expect::<Doors>(&[("/open", detail), ("/several", detail)]);
}
