//! Which operation a method and a path are for.
//!
//! The table is made of one snapshot of the registry, and made anew when the registry has
//! another: what is registered or removed appears and vanishes whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arc_swap::ArcSwap;
use arsenal_core::{Arsenal, Method, Registered, Snapshot};
use axum::http::HeaderValue;

use crate::query::decode;
use crate::refusal::{Refused, Rule};

/// Below what operations are mounted.
pub(crate) const ROOT: &str = "/api/v1";

const OPERATIONS: &str = "/api/v1/operations/";

/// The table of the newest snapshot that was seen.
#[derive(Debug)]
pub(crate) struct Routes(ArcSwap<Table>);

/// The table of one snapshot.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) snapshot: Arc<Snapshot>,
    paths: matchit::Router<usize>,
    patterns: HashMap<String, usize>,
    addresses: Vec<Address>,
}

/// What stands at one path.
type Address = BTreeMap<Method, Mounted>;

/// An operation at its own address.
#[derive(Debug)]
struct Mounted {
    operation: Arc<Registered>,
    parameters: Vec<String>,
}

/// What a request is for.
#[derive(Debug)]
pub(crate) enum Target {
    /// Whether the program lives.
    Live,
    /// Whether the program takes calls.
    Ready,
    /// What a code means.
    Problem { code: String },
    /// Which methods an address has.
    Methods { allow: HeaderValue },
    /// An operation.
    Operation(Bound),
    /// A name that no listed operation has; who asks decides what is said of it.
    Unknown { name: String },
}

/// An operation, and where its parameters stand.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) operation: Arc<Registered>,
    /// Parameters of the path, still to be decoded.
    pub(crate) path: Vec<(String, String)>,
    /// Whether this is the operation's own address.
    pub(crate) own: bool,
    /// Whether the other parameters are in the query; in the body otherwise.
    pub(crate) in_query: bool,
}

impl Routes {
    pub(crate) fn new(arsenal: &Arsenal) -> Self {
        Self(ArcSwap::from_pointee(Table::of(arsenal.operations())))
    }

    /// The table of the registry as it is now.
    pub(crate) fn now(&self, arsenal: &Arsenal) -> Arc<Table> {
        let table = self.0.load();
        let snapshot = arsenal.operations();
        if Arc::ptr_eq(&table.snapshot, &snapshot) {
            return Arc::clone(&table);
        }
        // Two requests may both make it; either is right, and the newer one comes again.
        let table = Arc::new(Table::of(snapshot));
        self.0.store(Arc::clone(&table));
        table
    }
}

impl Table {
    fn of(snapshot: Arc<Snapshot>) -> Self {
        let mut table = Self {
            snapshot,
            paths: matchit::Router::new(),
            patterns: HashMap::new(),
            addresses: Vec::new(),
        };
        let listed: Vec<_> = table.snapshot.listed().cloned().collect();
        for operation in listed {
            table.mount(operation);
        }
        table
    }

    fn mount(&mut self, operation: Arc<Registered>) {
        let spec = operation.spec();
        let Some(path) = &spec.http.path else { return };
        let (pattern, parameters) = anonymous(path);
        let at = match self.patterns.get(&pattern) {
            Some(at) => *at,
            None => {
                if let Err(error) = self.paths.insert(pattern.clone(), self.addresses.len()) {
                    let place = &spec.place;
                    tracing::warn!(operation = %spec.name, %path, %error, %place, "not mounted");
                    return;
                }
                self.patterns.insert(pattern, self.addresses.len());
                self.addresses.push(Address::new());
                self.addresses.len() - 1
            }
        };
        // The registry holds no two with one method at one path.
        self.addresses[at].insert(spec.http.method, Mounted { operation, parameters });
    }

    /// What the request is for.
    ///
    /// # Errors
    ///
    /// Nothing has this path, or not with this method.
    pub(crate) fn find(&self, method: &str, path: &str) -> Result<Target, Refused> {
        let fixed = match path {
            "/livez" => Some(Target::Live),
            "/readyz" => Some(Target::Ready),
            _ => path
                .strip_prefix("/problems/")
                .filter(|code| is_code(code))
                .map(|code| Target::Problem { code: code.to_owned() }),
        };
        if let Some(target) = fixed {
            return among(method, &[Method::Get])
                .map(|found| found.map_or_else(|allow| Target::Methods { allow }, |_get| target));
        }
        let Ok(found) = self.paths.at(path) else { return self.execute(method, path) };
        let address = &self.addresses[*found.value];
        if is_execute(path).is_some() && !address.contains_key(&Method::Post) {
            return self.execute(method, path);
        }
        let methods: Vec<_> = address.keys().copied().collect();
        let method = match among(method, &methods)? {
            Ok(method) => method,
            Err(allow) => return Ok(Target::Methods { allow }),
        };
        let mounted = &address[&method];
        let values = found.params.iter().map(|(_, value)| value.to_owned());
        Ok(Target::Operation(Bound {
            operation: Arc::clone(&mounted.operation),
            path: mounted.parameters.iter().cloned().zip(values).collect(),
            own: true,
            in_query: matches!(method, Method::Get | Method::Delete),
        }))
    }

    /// The address that every listed operation has.
    fn execute(&self, method: &str, path: &str) -> Result<Target, Refused> {
        let Some(name) = is_execute(path).and_then(|name| decode(name, false)) else {
            return Err(Rule::NoRoute.refuse(format!("nothing has the address {path}")));
        };
        if let Err(allow) = among(method, &[Method::Post])? {
            return Ok(Target::Methods { allow });
        }
        match self.snapshot.get_listed(&name) {
            Some(operation) => Ok(Target::Operation(Bound {
                operation: Arc::clone(operation),
                path: Vec::new(),
                own: false,
                in_query: false,
            })),
            None => Ok(Target::Unknown { name }),
        }
    }

    /// The parameter that the address of one item has after the address of its collection: where
    /// what was just made can be found.
    pub(crate) fn item_of(&self, collection: &str) -> Option<String> {
        let (pattern, _) = anonymous(&format!("{collection}/{{item}}"));
        let mounted = self.addresses[*self.patterns.get(&pattern)?].get(&Method::Get)?;
        mounted.parameters.last().cloned()
    }
}

/// The method, if it is one of these; the list for `Allow`, if it asks for that.
fn among(method: &str, known: &[Method]) -> Result<Result<Method, HeaderValue>, Refused> {
    let asked = if method == "HEAD" { "GET" } else { method };
    if let Some(found) = known.iter().find(|known| known.as_str() == asked) {
        return Ok(Ok(*found));
    }
    let mut words: Vec<_> = known.iter().map(|known| known.as_str()).collect();
    if known.contains(&Method::Get) {
        words.push("HEAD");
    }
    words.push("OPTIONS");
    let list = words.join(", ");
    let allow = HeaderValue::try_from(&list).expect("methods are words");
    if method == "OPTIONS" {
        return Ok(Err(allow));
    }
    Err(Rule::Method.refuse(format!("{method} is not one of {list}")).allowing(allow))
}

fn is_execute(path: &str) -> Option<&str> {
    let name = path.strip_prefix(OPERATIONS)?.strip_suffix("/execute")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

fn is_code(text: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    (1..=63).contains(&text.len()) && text.bytes().all(allowed)
}

/// The path below the root with its parameters numbered, and their names: two operations may
/// name the same place differently.
fn anonymous(path: &str) -> (String, Vec<String>) {
    let mut pattern = ROOT.to_owned();
    let mut names = Vec::new();
    for segment in path.split('/').skip(1) {
        pattern.push('/');
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => {
                pattern.push_str(&format!("{{p{}}}", names.len()));
                names.push(name.to_owned());
            }
            None => pattern.push_str(segment),
        }
    }
    (pattern, names)
}
