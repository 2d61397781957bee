//! Neutral sources that transports show: events, gauges, resources.
//!
//! Whoever has something to show registers it with the builder; a transport lists and reads
//! it, and never knows what it is of.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::broadcast;

/// Something that happened, for event streams.
#[derive(Debug, Clone)]
pub struct Event {
    /// The kind, in snake_case.
    pub kind: &'static str,
    /// The facts.
    pub data: Value,
}

/// A named stream of events. A slow reader loses events, and its receiver says how many.
#[derive(Debug, Clone)]
pub struct EventSource {
    /// The name, in snake_case.
    pub name: &'static str,
    /// One sentence on what it tells.
    pub doc: &'static str,
    /// Where events come from.
    pub sender: broadcast::Sender<Event>,
}

/// One value of a gauge, with its labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Label names and values.
    pub labels: Vec<(&'static str, String)>,
    /// The value, in the gauge's unit.
    pub value: f64,
}

/// A named number, or a family of them, read when somebody looks.
#[derive(Clone)]
pub struct Gauge {
    /// The name with its unit, as Prometheus wants it: `process_memory_bytes`.
    pub name: &'static str,
    /// One sentence on what it measures.
    pub doc: &'static str,
    /// Reads it now.
    pub read: Arc<dyn Fn() -> Vec<Reading> + Send + Sync>,
}

impl fmt::Debug for Gauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gauge({})", self.name)
    }
}

/// A document that can be read by its address.
#[derive(Clone)]
pub struct Resource {
    /// The address: `arsenal://…`.
    pub uri: &'static str,
    /// A short name for people.
    pub name: &'static str,
    /// One sentence on what it holds.
    pub doc: &'static str,
    /// Reads it now.
    pub read: Arc<dyn Fn() -> Value + Send + Sync>,
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({})", self.uri)
    }
}

/// All sources of a program, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    events: Vec<EventSource>,
    gauges: Vec<Gauge>,
    resources: Vec<Resource>,
}

impl Sources {
    pub(crate) fn add_events(&mut self, source: EventSource) {
        self.events.push(source);
        self.events.sort_by_key(|source| source.name);
    }

    pub(crate) fn add_gauge(&mut self, gauge: Gauge) {
        self.gauges.push(gauge);
        self.gauges.sort_by_key(|gauge| gauge.name);
    }

    pub(crate) fn add_resource(&mut self, resource: Resource) {
        self.resources.push(resource);
        self.resources.sort_by_key(|resource| resource.uri);
    }

    /// Event streams.
    #[must_use]
    pub fn events(&self) -> &[EventSource] {
        &self.events
    }

    /// Gauges.
    #[must_use]
    pub fn gauges(&self) -> &[Gauge] {
        &self.gauges
    }

    /// Resources.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gauge(name: &'static str) -> Gauge {
        let read = || vec![Reading { labels: Vec::new(), value: 1.0 }];
        Gauge { name, doc: "", read: Arc::new(read) }
    }

    fn resource(uri: &'static str) -> Resource {
        Resource { uri, name: "", doc: "", read: Arc::new(|| Value::Null) }
    }

    #[test]
    fn sources_stand_in_the_order_of_their_names_however_they_came() {
        let mut sources = Sources::default();
        for name in ["b", "c", "a"] {
            sources.add_events(EventSource { name, doc: "", sender: broadcast::channel(1).0 });
            sources.add_gauge(gauge(name));
            sources.add_resource(resource(name));
        }
        assert!(sources.events().iter().map(|source| source.name).eq(["a", "b", "c"]));
        assert!(sources.gauges().iter().map(|gauge| gauge.name).eq(["a", "b", "c"]));
        assert!(sources.resources().iter().map(|resource| resource.uri).eq(["a", "b", "c"]));
    }

    #[test]
    fn what_cannot_be_shown_is_shown_by_its_name() {
        assert_eq!(format!("{:?}", gauge("n_calls")), "Gauge(n_calls)");
        assert_eq!(format!("{:?}", resource("arsenal://calls")), "Resource(arsenal://calls)");
    }
}
