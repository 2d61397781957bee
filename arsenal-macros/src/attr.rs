//! Tokens to raw keys: syntax, not meaning.
//!
//! A fault in one key does not hide the next: its value is skipped and reading goes on.

mod choice;

mod entry_point;

mod failure;

mod operation;

mod param;

mod value;

pub(crate) use entry_point::RawEntryPoint;
pub(crate) use value::ungroup;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Meta, Token};

use crate::faults::Faults;
use crate::words;

/// A raw declaration that is filled key by key.
pub(crate) trait Keys: Default {
    /// The attribute's name.
    const OWNER: &'static str;
    /// Every key.
    const NAMES: &'static [&'static str];
    /// The keys that may stand more than once.
    const REPEATABLE: &'static [&'static str] = &[];

    /// Reads the value of a key that is one of [`Self::NAMES`].
    ///
    /// # Errors
    ///
    /// The value is of the wrong form.
    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()>;
}

/// Which keys were given, and which were probably meant.
#[derive(Debug, Default)]
pub(crate) struct Mentioned {
    given: Vec<Ident>,
    meant: Vec<String>,
}

impl Mentioned {
    /// Whether the key was given, well or badly: then it is not missing.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.given.iter().any(|given| given == key) || self.meant.iter().any(|meant| meant == key)
    }
}

/// Reads every attribute of one name.
pub(crate) fn read<K: Keys>(attributes: &[Attribute], faults: &mut Faults) -> (K, Mentioned) {
    let mut raw = K::default();
    let mut mentioned = Mentioned::default();
    for attribute in attributes.iter().filter(|a| a.path().is_ident(K::OWNER)) {
        match &attribute.meta {
            Meta::List(list) => {
                read_tokens(&mut raw, list.tokens.clone(), &mut mentioned, faults);
            }
            meta => {
                let name = K::OWNER;
                faults.at(meta, format!("expected `#[{name}(…)]`, with keys in parentheses"));
                // What the attribute lacks is said once.
                mentioned.meant.extend(K::NAMES.iter().map(|&name| name.to_owned()));
            }
        }
    }
    (raw, mentioned)
}

/// Reads the arguments of an attribute macro.
pub(crate) fn read_args<K: Keys>(tokens: TokenStream, faults: &mut Faults) -> K {
    let mut raw = K::default();
    read_tokens(&mut raw, tokens, &mut Mentioned::default(), faults);
    raw
}

fn read_tokens<K: Keys>(
    raw: &mut K,
    tokens: TokenStream,
    mentioned: &mut Mentioned,
    faults: &mut Faults,
) {
    let reader = |input: ParseStream<'_>| {
        read_list(raw, input, mentioned, faults);
        Ok(())
    };
    if let Err(error) = reader.parse2(tokens) {
        faults.push(error);
    }
}

/// Reads `(key = value, …)` behind a key.
pub(crate) fn nested<K: Keys>(input: ParseStream<'_>) -> syn::Result<K> {
    let content;
    syn::parenthesized!(content in input);
    let mut raw = K::default();
    let mut faults = Faults::default();
    read_list(&mut raw, &content, &mut Mentioned::default(), &mut faults);
    faults.into_error().map_or(Ok(raw), Err)
}

fn read_list<K: Keys>(
    raw: &mut K,
    input: ParseStream<'_>,
    mentioned: &mut Mentioned,
    faults: &mut Faults,
) {
    while !input.is_empty() {
        if let Err(error) = read_one(raw, input, mentioned, faults) {
            faults.push(error);
            skip_value(input);
        }
        if input.is_empty() {
            return;
        }
        if let Err(error) = input.parse::<Token![,]>() {
            faults.push(error);
            skip_value(input);
            let _ = input.parse::<Token![,]>();
        }
    }
}

fn read_one<K: Keys>(
    raw: &mut K,
    input: ParseStream<'_>,
    mentioned: &mut Mentioned,
    faults: &mut Faults,
) -> syn::Result<()> {
    let key = input.call(Ident::parse_any).map_err(|error| {
        let (name, example) = (K::OWNER, K::NAMES.first().copied().unwrap_or_default());
        syn::Error::new(error.span(), format!("expected a key of `{name}`, such as `{example}`"))
    })?;
    let name = key.to_string();
    if !K::NAMES.contains(&name.as_str()) {
        faults.push(unknown::<K>(&key, &name, mentioned));
        skip_value(input);
        return Ok(());
    }
    let first = mentioned.given.iter().find(|given| **given == key);
    if let Some(first) = first.filter(|_| !K::REPEATABLE.contains(&name.as_str())) {
        let twice = format!("`{name}` is given twice");
        faults.with_note((&key, twice), (first, "first given here"));
        skip_value(input);
        return Ok(());
    }
    mentioned.given.push(key.clone());
    raw.set(&key, input)
}

fn unknown<K: Keys>(key: &Ident, name: &str, mentioned: &mut Mentioned) -> syn::Error {
    let mut sentence = format!("unknown {} key `{name}`", K::OWNER);
    if let Some((meant, end)) = words::synonym(K::OWNER, name) {
        mentioned.meant.push(meant.to_owned());
        sentence = format!("{sentence}; {end}");
    } else if let Some(near) = words::nearest(name, K::NAMES) {
        mentioned.meant.push(near.to_owned());
        sentence = format!("{sentence}; did you mean `{near}`?");
    } else {
        sentence = format!("{sentence}; the keys are {}", words::quoted(K::NAMES));
    }
    syn::Error::new_spanned(key, sentence)
}

/// Skips to the next comma of this list.
fn skip_value(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}
