//! Lists in pages: a size, a token that says where to go on, and nothing that can be forged.

use arsenal::{Context, Error, Fault, Params};
use arsenal_process::{Brief, Leader, Measure, Pid, Survey};
use schemars::JsonSchema;
use serde::Serialize;

use crate::catalogue::Catalogue;

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

impl<T> Page<T> {
    /// The same page, each item shown in another way.
    #[must_use]
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(show).collect(),
            next_page_token: self.next_page_token,
        }
    }
}

impl Paging {
    /// The page of a list that is sorted by key. It is drawn one by one, and no further than the
    /// page: what costs to show is left to [`Page::map`]. `query` is everything that decides which
    /// items the list has: a token is good for the same query only.
    ///
    /// # Errors
    ///
    /// [`arsenal::Class::Validation`] for a token of another query, or of nobody.
    pub fn page<S, T, K: AsRef<str>>(
        &self,
        cx: &Context<S>,
        query: &str,
        items: impl IntoIterator<Item = (K, T)>,
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

    /// The page of the processes that `keep` keeps, in the order of a figure: only those on the
    /// page, and one more, are looked at closely.
    pub(crate) fn survey(
        &self,
        cx: &Context<Catalogue>,
        query: &str,
        (measure, ascending): (Measure, bool),
        keep: impl Fn(&Brief<'_>) -> bool,
    ) -> Result<Page<Leader>, Error> {
        let after = match &self.page_token {
            None => None,
            Some(token) => place(&open(cx, query, token)?),
        };
        let size = self.size();
        let survey = Survey { measure, ascending, after, n_max: size + 1 };
        let mut items = cx.state().runtime.survey(&survey, keep);
        let more = size < items.len();
        items.truncate(size);
        let key = |last: &Leader| format!("{} {}", last.value, last.info.pid);
        let next_page_token = items.last().filter(|_| more).map(|last| seal(cx, query, &key(last)));
        Ok(Page { items, next_page_token })
    }

    /// How many items at most.
    pub(crate) fn size(&self) -> usize {
        usize::try_from(self.page_size.min(PAGE_SIZE_MAX)).unwrap_or(usize::MAX)
    }
}

/// The figure and the process of a key.
fn place(key: &str) -> Option<(u64, Pid)> {
    let (value, pid) = key.split_once(' ')?;
    value.parse().ok().zip(pid.parse().ok())
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
