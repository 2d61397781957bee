//! Values on the wire: what text in a path or a query becomes, and where a fault is.

use arsenal::{
    Builder, Choice, Context, DynamicOperation, Error, Execute, Invalid, Operation, Params, Role,
};
use serde_json::{Value, json};

use super::client::{Asked, Served, ask};

/// A color.
#[derive(Debug, Clone, Copy, Choice)]
enum Shade {
    /// As blood.
    Crimson,
    /// As the sky.
    Azure,
}

/// Takes values by the query.
#[derive(Debug, Operation)]
#[operation(category = "values", method = GET, path = "/measure", role = viewer, effect = read,
            output = Value)]
struct Measure {
    /// A share.
    #[param(max = 1.0)]
    ratio: Option<f64>,
    /// A switch.
    open: Option<bool>,
    /// A color.
    shade: Option<Shade>,
}

/// Takes lists by the query.
#[derive(Debug, Operation)]
#[operation(category = "values", method = GET, path = "/sorted", role = viewer, effect = read,
            output = Value)]
struct Sort {
    /// Its names.
    #[param(style = comma, alias = "labels", default = [])]
    names: Vec<String>,
    /// Its sizes.
    #[param(style = comma, default = [])]
    sizes: Vec<u8>,
    /// Where they are from.
    from: Option<Source>,
}

/// Where names are from.
#[derive(Debug, Params)]
struct Source {
    /// Its shelves.
    #[param(style = comma)]
    shelves: Vec<String>,
}

/// Takes a list by its path.
#[derive(Debug, Operation)]
#[operation(category = "values", method = GET, path = "/picked/{names}", role = viewer,
            effect = read, output = Value)]
struct Pick {
    /// Its names.
    #[param(style = comma)]
    names: Vec<String>,
}

impl Execute for Pick {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Value, Error> {
        Ok(json!(self.names))
    }
}

impl Execute for Sort {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Value, Error> {
        let shelves = self.from.map(|from| from.shelves);
        Ok(json!({"names": self.names, "sizes": self.sizes, "shelves": shelves}))
    }
}

impl Execute for Measure {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Value, Error> {
        let shade = self.shade.map(|shade| format!("{shade:?}"));
        Ok(json!({"ratio": self.ratio, "open": self.open, "shade": shade}))
    }
}

/// Takes values that hold others.
#[derive(Debug, Operation)]
#[operation(category = "values", role = viewer, effect = read, output = Value)]
struct Arrange {
    /// Stages.
    stages: Vec<Stage>,
    /// The first.
    from: u32,
    /// The last.
    to: u32,
    /// Is looked at by somebody careless.
    #[param(validate = careless)]
    depth: Option<u32>,
}

/// A stage.
#[derive(Debug, Params)]
struct Stage {
    /// Its layer.
    layer: Layer,
}

/// A layer.
#[derive(Debug, Params)]
struct Layer {
    /// How wide.
    #[param(max = 3)]
    width: u8,
}

fn careless(depth: &Option<u32>) -> Result<(), Invalid> {
    assert!(depth.is_none(), "a secret of the inside");
    Ok(())
}

impl Execute for Arrange {
    type State = ();

    fn validate(&self) -> Result<(), Invalid> {
        match self.from <= self.to {
            true => Ok(()),
            false => Err(Invalid::new("`from` must not be after `to`").at("from").at("to")),
        }
    }

    async fn execute(self, _cx: &Context<()>) -> Result<Value, Error> {
        let widths: Vec<_> = self.stages.iter().map(|stage| stage.layer.width).collect();
        Ok(json!({"widths": widths, "depth": self.depth}))
    }
}

async fn served() -> Served {
    let builder = Builder::empty()
        .operation::<Measure>()
        .operation::<Sort>()
        .operation::<Pick>()
        .operation::<Arrange>()
        .operation::<arsenal_ops::registry::ListOperations>()
        .operation::<arsenal_ops::registry::DescribeOperation>()
        .operation::<arsenal_ops::registry::ValidateParams>();
    Served::start(builder.build().expect("the operations are sound"), Default::default()).await
}

fn arrange(body: &str) -> Asked {
    ask("vera", "POST /api/v1/operations/arrange/execute").json(body)
}

#[tokio::test]
async fn a_comma_between_elements_parts_them_and_one_that_is_encoded_belongs_to_its_element() {
    let served = served().await;
    for (query, expected) in [
        ("names=a,b", json!({"names": ["a", "b"], "sizes": [], "shelves": null})),
        ("names=a%2Cb,c", json!({"names": ["a,b", "c"], "sizes": [], "shelves": null})),
        ("labels=%2c,+", json!({"names": [",", " "], "sizes": [], "shelves": null})),
        ("names=a\\,b%5C,c", json!({"names": ["a\\", "b\\", "c"], "sizes": [], "shelves": null})),
        ("sizes=1,2&sizes=3", json!({"names": [], "sizes": [1, 2, 3], "shelves": null})),
        ("from[shelves]=x%2Cy,z", json!({"names": [], "sizes": [], "shelves": ["x,y", "z"]})),
    ] {
        let answer = served.send(&ask("vera", &format!("GET /api/v1/sorted?{query}"))).await;
        assert_eq!(answer.json()["data"], expected, "{query}: {answer:?}");
    }
    let picked = served.send(&ask("vera", "GET /api/v1/picked/a%2Cb,c+,%5C")).await;
    assert_eq!(picked.json()["data"], json!(["a,b", "c+", "\\"]), "{picked:?}");
    let answer = served.send(&ask("vera", "GET /api/v1/sorted?sizes=1%2C2,3")).await;
    let fault = &answer.problem()["errors"][0];
    assert_eq!(fault["pointer"], "#/sizes/0", "an encoded comma parts no numbers: {answer:?}");
}

#[tokio::test]
async fn text_of_a_query_becomes_what_is_declared_or_is_refused_by_its_name() {
    let served = served().await;
    let get = |query: &str| ask("vera", &format!("GET /api/v1/measure?{query}"));
    for (query, expected) in [
        ("ratio=0.25", json!({"ratio": 0.25, "open": null, "shade": null})),
        ("ratio=-1e-3", json!({"ratio": -0.001, "open": null, "shade": null})),
        ("ratio=1", json!({"ratio": 1.0, "open": null, "shade": null})),
        ("open=false&shade=azure", json!({"ratio": null, "open": false, "shade": "Azure"})),
    ] {
        let answer = served.send(&get(query)).await;
        assert_eq!(answer.json()["data"], expected, "{query}: {answer:?}");
    }
    for (query, name, code, suggestion) in [
        ("ratio=NaN", "ratio", "type", None),
        ("ratio=0,5", "ratio", "type", None),
        ("ratio=1.5", "ratio", "max", None),
        ("open=yes", "open", "type", None),
        ("open=1", "open", "type", None),
        ("shade=crimsom", "shade", "one_of", Some("crimson")),
        ("shde=azure", "shde", "unknown_field", Some("shade")),
    ] {
        let answer = served.send(&get(query)).await;
        assert_eq!(answer.status, 422, "{query}: {answer:?}");
        let fault = answer.problem()["errors"][0].clone();
        let found = (&fault["parameter"], &fault["code"], fault["suggestion"].as_str());
        assert_eq!(found, (&json!(name), &json!(code), suggestion), "{query}: {fault}");
    }
}

#[tokio::test]
async fn a_fault_is_found_however_deep_and_whatever_finds_it() {
    let served = served().await;
    let good = arrange(r#"{"stages": [{"layer": {"width": 2}}], "from": 1, "to": 1}"#);
    let good = served.send(&good).await;
    assert_eq!(good.json()["data"], json!({"widths": [2], "depth": null}));
    for (body, pointer, code) in [
        (
            r#"{"stages": [{"layer": {"width": 1}}, {"layer": {"width": 4}}], "from": 1, "to": 1}"#,
            "#/stages/1/layer/width",
            "max",
        ),
        (
            r#"{"stages": [{"layer": {}}], "from": 1, "to": 1}"#,
            "#/stages/0/layer/width",
            "required",
        ),
        (r#"{"stages": [], "from": 2, "to": 1}"#, "#", "rule"),
        (r#""x""#, "#", "type"),
    ] {
        let answer = served.send(&arrange(body)).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        let fault = answer.problem()["errors"][0].clone();
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)), "{body}");
    }
    let careless = arrange(r#"{"stages": [], "from": 1, "to": 1, "depth": 1}"#);
    let answer = served.send(&careless).await;
    assert_eq!((answer.status, answer.code().as_str()), (500, "PANICKED"), "{answer:?}");
    assert!(!answer.body.contains("secret"), "{answer:?}");
}

#[tokio::test]
async fn an_operation_is_described_and_checked_by_name_and_an_unknown_one_is_not_there() {
    let served = served().await;
    for (line, body, status, code) in [
        ("GET /api/v1/operations/measure", None, 200, ""),
        ("GET /api/v1/operations/measur", None, 404, "NO_OPERATION"),
        ("POST /api/v1/operations/measure/validate", Some(r#"{"params": {}}"#), 200, ""),
        ("POST /api/v1/operations/measur/validate", Some(r#"{"params": {}}"#), 404, "NO_OPERATION"),
    ] {
        let asked = ask("vera", line);
        let asked = match body {
            Some(body) => asked.json(body),
            None => asked,
        };
        let answer = served.send(&asked).await;
        assert_eq!(answer.status, status, "{line}: {answer:?}");
        if status >= 400 {
            assert_eq!(answer.code(), code, "{line}: {answer:?}");
        }
    }
    let check = ask("vera", "POST /api/v1/operations/measure/validate");
    let checked = served.send(&check.json(r#"{"params": {"ratio": 2}}"#)).await;
    assert_eq!(checked.json()["data"]["valid"], false, "{checked:?}");
    assert_eq!(checked.json()["data"]["errors"][0]["pointer"], "/ratio", "{checked:?}");
}

#[tokio::test]
async fn what_is_registered_while_the_program_runs_is_listed_and_described() {
    let served = served().await;
    let listed = async || served.send(&ask("vera", "GET /api/v1/operations")).await.body;
    assert!(!listed().await.contains("echo_now"));
    let handler = |params: Value| async move { Ok::<_, Error>(params) };
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
    let operation = DynamicOperation::new("echo_now", Role::Viewer, schema.clone(), handler);
    served.arsenal.registry().register(operation).expect("the name is free");
    assert!(listed().await.contains("echo_now"));
    let described = served.send(&ask("vera", "GET /api/v1/operations/echo_now")).await.json();
    assert_eq!(described["data"]["input_schema"]["properties"], schema["properties"]);
}
