//! Lists in pages: a size, a token that says where to go on, and nothing that can be forged.

use arsenal::{Context, Error, Fault, Params};
use schemars::JsonSchema;
use serde::Serialize;

/// The most items of one page; a greater size is taken for this.
pub const PAGE_SIZE_MAX: u32 = 1000;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Params)]
pub struct Paging {
    /// How many items at most; more than 1000 is taken for 1000.
    #[param(default = 100, min = 1, page_size)]
    pub page_size: u32,
    /// Where to go on: the last answer's `next_page_token`.
    #[param(page_token)]
    pub page_token: Option<String>,
}

/// One part of a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

impl Paging {
    /// The page of a list that is sorted by key. `query` is everything that decides which items
    /// the list has: a token is good for the same query only.
    ///
    /// # Errors
    ///
    /// [`arsenal::Class::Validation`] for a token of another query, or of nobody.
    pub fn page<S, T, K: AsRef<str>>(
        &self,
        cx: &Context<S>,
        query: &str,
        items: Vec<(K, T)>,
    ) -> Result<Page<T>, Error> {
        let after = match &self.page_token {
            Some(token) => Some(open(cx, query, token)?),
            None => None,
        };
        let size = self.size();
        let mut rest = items
            .into_iter()
            .skip_while(|(key, _)| after.as_deref().is_some_and(|after| key.as_ref() <= after));
        let mut last = None;
        let items = rest
            .by_ref()
            .take(size)
            .map(|(key, item)| {
                last = Some(key);
                item
            })
            .collect();
        let more = rest.next().is_some();
        let next_page_token = last.filter(|_| more).map(|key| seal(cx, query, key.as_ref()));
        Ok(Page { items, next_page_token })
    }

    /// How many items at most.
    pub(crate) fn size(&self) -> usize {
        usize::try_from(self.page_size.min(PAGE_SIZE_MAX)).unwrap_or(usize::MAX)
    }
}

/// A token is the last key in hexadecimal, a dot, and a signature over query and key.
pub(crate) fn seal<S>(cx: &Context<S>, query: &str, key: &str) -> String {
    format!("{}.{}", hex(key.as_bytes()), hex(&cx.sign(&[query.as_bytes(), key.as_bytes()])))
}

pub(crate) fn open<S>(cx: &Context<S>, query: &str, token: &str) -> Result<String, Error> {
    let key = token
        .split_once('.')
        .and_then(|(key, _)| unhex(key))
        .and_then(|key| String::from_utf8(key).ok());
    match key {
        Some(key) if seal(cx, query, &key) == token => Ok(key),
        _ => {
            let detail = "is not one of this list with these filters; begin without a token";
            Err(Error::invalid(vec![Fault::new("/page_token", "page_token", detail)]))
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
