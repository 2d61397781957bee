//! The keys of `#[operation(…)]` and `#[params(…)]`.

use proc_macro2::Ident;
use syn::Result;
use syn::parse::ParseStream;

use super::Keys;
use super::value::{flag, is_list, list, path, switch, text, texts, ty, whole, word};
use crate::model::{Given, RawDeprecation, RawExample, RawOperation, RawParams, RawRetry};

impl Keys for RawOperation {
    const OWNER: &'static str = "operation";
    const NAMES: &'static [&'static str] = &[
        "name",
        "category",
        "method",
        "path",
        "role",
        "effect",
        "idempotent",
        "timeout",
        "retry",
        "rate_limit",
        "concurrency",
        "idempotency_key",
        "body_max",
        "mode",
        "cache",
        "if_match",
        "scope",
        "output",
        "error",
        "status",
        "tags",
        "columns",
        "unknown_fields",
        "mcp",
        "example",
        "deprecated",
        "version",
        "aliases",
        "visibility",
        "cancel",
        "crate",
        "rule",
        "served",
        "generic",
    ];
    const REPEATABLE: &'static [&'static str] = &["example"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "name" => self.name = text(key, input, "\"create_order\"")?,
            "category" => self.category = text(key, input, "\"orders\"")?,
            "method" => self.method = word(key, input, "POST")?,
            "path" => self.path = text(key, input, "\"/orders/{id}\"")?,
            "role" => self.role = word(key, input, "viewer")?,
            "effect" => self.effect = word(key, input, "read")?,
            "idempotent" => self.idempotent = flag(key, input)?,
            "timeout" => self.timeout = text(key, input, "\"10s\"")?,
            "retry" if is_list(input) => self.retry = list(key, input)?,
            "retry" => self.retry = attempts(key, input)?,
            "rate_limit" => self.rate_limit = text(key, input, "\"60/min\"")?,
            "concurrency" => self.concurrency = whole(key, input, "8")?,
            "idempotency_key" => self.idempotency_key = word(key, input, "taken")?,
            "body_max" => self.body_max = text(key, input, "\"1MiB\"")?,
            "mode" => self.mode = word(key, input, "job")?,
            "cache" => self.cache = text(key, input, "\"30s\"")?,
            "if_match" => self.if_match = flag(key, input)?,
            "scope" => self.scope = text(key, input, "\"orders:write\"")?,
            "output" => self.output = ty(key, input, "Order")?,
            "error" => self.error = ty(key, input, "OrderError")?,
            "status" => self.status = whole(key, input, "201")?,
            "tags" => self.tags = texts(key, input, "[\"billing\"]")?,
            "columns" => self.columns = texts(key, input, "[\"id\", \"state\"]")?,
            "mcp" => self.mcp = switch(key, input)?,
            "version" => self.version = whole(key, input, "2")?,
            "aliases" => self.aliases = texts(key, input, "[\"make_order\"]")?,
            "visibility" => self.visibility = word(key, input, "internal")?,
            "cancel" => self.cancel = word(key, input, "finish")?,
            "served" => self.served = text(key, input, "\"server\"")?,
            "generic" => self.generic = flag(key, input)?,
            "example" => self.examples.extend(list::<RawExample>(key, input)?),
            "deprecated" if is_list(input) => self.deprecated = list(key, input)?,
            "deprecated" => self.deprecated = since(key, input)?,
            _ => self.common.set(key, input)?,
        }
        Ok(())
    }
}

fn attempts(key: &Ident, input: ParseStream<'_>) -> Result<Option<Given<RawRetry>>> {
    let attempts = whole(key, input, "3")?;
    Ok(Some(Given { key: key.clone(), value: RawRetry { attempts, delay: None } }))
}

fn since(key: &Ident, input: ParseStream<'_>) -> Result<Option<Given<RawDeprecation>>> {
    let since = text(key, input, "\"2027-01-01\"")?;
    let value = RawDeprecation { since, ..RawDeprecation::default() };
    Ok(Some(Given { key: key.clone(), value }))
}

impl Keys for RawParams {
    const OWNER: &'static str = "params";
    const NAMES: &'static [&'static str] = &["crate", "rule", "unknown_fields"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "crate" => self.krate = path(key, input)?,
            "rule" => self.rule = super::value::expr(key, input, "from_before_to")?,
            _ => self.unknown_fields = word(key, input, "ignore")?,
        }
        Ok(())
    }
}

impl Keys for RawRetry {
    const OWNER: &'static str = "retry";
    const NAMES: &'static [&'static str] = &["attempts", "delay"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "attempts" => self.attempts = whole(key, input, "3")?,
            _ => self.delay = text(key, input, "\"100ms\"")?,
        }
        Ok(())
    }
}

impl Keys for RawDeprecation {
    const OWNER: &'static str = "deprecated";
    const NAMES: &'static [&'static str] = &["since", "instead", "sunset"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "since" => self.since = text(key, input, "\"2027-01-01\"")?,
            "instead" => self.instead = text(key, input, "\"create_order\"")?,
            _ => self.sunset = text(key, input, "\"2028-01-01\"")?,
        }
        Ok(())
    }
}

impl Keys for RawExample {
    const OWNER: &'static str = "example";
    const NAMES: &'static [&'static str] = &["name", "params"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "name" => self.name = text(key, input, "\"two books\"")?,
            _ => self.params = text(key, input, "r#\"{\"n\": 2}\"#")?,
        }
        Ok(())
    }
}
