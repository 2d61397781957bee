//! What is published of a declaration: the schema that accepts what a call accepts.

use arsenal::Params as DeriveParams;
use arsenal::params::read;
use arsenal::schema::input_schema;
use serde_json::json;

use crate::validation::Ordered;

#[test]
fn the_published_schema_says_what_is_accepted() {
    let schema = input_schema(Ordered::table());
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ordered",
        "description": "Three fields in an order.",
        "type": "object",
        "properties": {
            "a": {"description": "A.", "type": "string"},
            "b": {
                "description": "B.",
                "type": "integer",
                "minimum": -2_147_483_648_i64,
                "maximum": 2_147_483_647,
            },
            "see": {"type": "boolean", "description": "Another name of `c`.", "deprecated": true},
            "c": {"description": "C.", "type": "boolean"},
        },
        "required": ["a", "b"],
        "additionalProperties": false,
        "dependentSchemas": {"see": {"properties": {"c": false}}},
        "anyOf": [{"required": ["c"]}, {"required": ["see"]}],
    });
    assert_eq!(schema, expected);
}

/// The bottom.
#[derive(Debug, DeriveParams)]
struct Bottom {
    /// How far down.
    depth: u8,
}

/// A type that holds itself, and a type whose name is taken.
#[derive(Debug, DeriveParams)]
struct Tree {
    /// Below.
    #[param(default)]
    below: Vec<Tree>,
    /// Ours.
    ours: Option<Bottom>,
    /// Theirs.
    theirs: Option<elsewhere::Bottom>,
}

mod elsewhere {
    use arsenal::Params;

    /// Another bottom.
    #[derive(Debug, Params)]
    pub(super) struct Bottom {
        /// Wet.
        pub(super) wet: bool,
    }
}

#[test]
fn nested_structs_are_definitions_with_names_of_their_own() {
    let schema = input_schema(Tree::table());
    let names: Vec<_> = schema["$defs"].as_object().expect("definitions").keys().collect();
    assert_eq!(names, ["Bottom", "Bottom2", "Tree"]);
    assert_eq!(schema["properties"]["below"]["items"], json!({"$ref": "#/$defs/Tree"}));
    assert_eq!(schema["properties"]["below"]["default"], json!([]));
    assert_eq!(
        schema["properties"]["theirs"]["anyOf"],
        json!([{"$ref": "#/$defs/Bottom2"}, {"type": "null"}])
    );
    let tree = read::<Tree>(r#"{"below": [{}, {"theirs": {"wet": true}}]}"#).expect("a tree");
    assert!(tree.below[1].theirs.as_ref().is_some_and(|bottom| bottom.wet));
    assert!(tree.below[0].ours.as_ref().is_none_or(|bottom| bottom.depth == 0));
}

mod narrow {
    use arsenal::Params;

    /// A share.
    #[derive(Debug, Params)]
    pub(super) struct Share {
        /// Percent.
        #[param(max = 50)]
        pub(super) percent: u8,
    }
}

mod wide {
    use arsenal::Params;

    /// A share.
    #[derive(Debug, Params)]
    pub(super) struct Share {
        /// Percent.
        #[param(max = 100, default = 7)]
        pub(super) percent: u8,
    }
}

/// Two types that differ in their limits only.
#[derive(Debug, DeriveParams)]
struct Shares {
    /// At most a half.
    half: narrow::Share,
    /// At most the whole.
    whole: wide::Share,
    /// Another half.
    other: Vec<narrow::Share>,
}

#[test]
fn two_types_that_look_alike_have_a_definition_each() {
    let schema = input_schema(Shares::table());
    let most = |name: &str| schema["$defs"][name]["properties"]["percent"]["maximum"].clone();
    assert_eq!((most("Share"), most("Share2")), (json!(50), json!(100)));
    assert_eq!(schema["$defs"].as_object().map(serde_json::Map::len), Some(2));
    let text = r#"{"half": {"percent": 50}, "whole": {}, "other": [{"percent": 1}]}"#;
    let shares = read::<Shares>(text).expect("within the limits");
    assert_eq!((shares.half.percent, shares.whole.percent), (50, 7));
    assert_eq!(shares.other[0].percent, 1);
}

/// A list that can be sorted and paged.
#[derive(Debug, DeriveParams)]
struct Listing {
    /// What first.
    #[param(sort)]
    sort: Option<String>,
    /// How many.
    #[param(default = 10, page_size)]
    page_size: u32,
    /// From where.
    #[param(page_token)]
    page_token: Option<String>,
    /// Of which kind.
    kind: Option<String>,
}

#[test]
fn what_sorts_and_pages_says_so_to_clients() {
    let schema = input_schema(Listing::table());
    let role = |name: &str| schema["properties"][name].get("x-arsenal-role").cloned();
    assert_eq!(role("sort"), Some(json!("sort")));
    assert_eq!(role("page_size"), Some(json!("page_size")));
    assert_eq!(role("page_token"), Some(json!("page_token")));
    assert_eq!(role("kind"), None);
    let listing = read::<Listing>(r#"{"sort": "-kind"}"#).expect("a page");
    assert_eq!((listing.sort.as_deref(), listing.page_size), (Some("-kind"), 10));
    assert_eq!((listing.page_token, listing.kind), (None, None));
}
