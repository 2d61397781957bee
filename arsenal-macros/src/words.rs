//! What was probably meant: the nearest word of a list, and the words that others use.

/// The word of the list that is nearest to a mistyped one, if one is near enough.
pub(crate) fn nearest<'a>(word: &str, list: &[&'a str]) -> Option<&'a str> {
    let plain = plain(word);
    let distance_max = (word.len() / 3).clamp(1, 3);
    list.iter()
        .map(|known| (strsim::damerau_levenshtein(&plain, &self::plain(known)), *known))
        .filter(|(distance, _)| *distance <= distance_max)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| *c != '_' && *c != '-').flat_map(char::to_lowercase).collect()
}

/// What Arsenal says for a key that other libraries have: the key meant, and the sentence's end.
pub(crate) fn synonym(owner: &str, key: &str) -> Option<(&'static str, &'static str)> {
    let table = match owner {
        "param" => PARAM_SYNONYMS,
        "operation" => OPERATION_SYNONYMS,
        _ => return None,
    };
    let key = plain(key);
    table.iter().find(|(word, ..)| plain(word) == key).map(|(_, meant, end)| (*meant, *end))
}

type Synonyms = &'static [(&'static str, &'static str, &'static str)];

const PARAM_SYNONYMS: Synonyms = &[
    ("minimum", "min", "Arsenal calls it `min`"),
    ("ge", "min", "Arsenal calls it `min`"),
    ("gte", "min", "Arsenal calls it `min`"),
    ("maximum", "max", "Arsenal calls it `max`"),
    ("le", "max", "Arsenal calls it `max`"),
    ("lte", "max", "Arsenal calls it `max`"),
    ("gt", "exclusive_min", "Arsenal calls it `exclusive_min`"),
    ("lt", "exclusive_max", "Arsenal calls it `exclusive_max`"),
    ("exclusive_minimum", "exclusive_min", "Arsenal calls it `exclusive_min`"),
    ("exclusive_maximum", "exclusive_max", "Arsenal calls it `exclusive_max`"),
    ("range", "min", "Arsenal calls its ends `min` and `max`"),
    ("step", "multiple_of", "Arsenal calls it `multiple_of`"),
    ("length", "min_len", "Arsenal calls its ends `min_len` and `max_len`"),
    ("len", "min_len", "Arsenal calls its ends `min_len` and `max_len`"),
    ("size", "min_len", "Arsenal calls its ends `min_len` and `max_len`"),
    ("min_length", "min_len", "Arsenal calls it `min_len`"),
    ("max_length", "max_len", "Arsenal calls it `max_len`"),
    ("min_items", "min_len", "Arsenal calls it `min_len`"),
    ("max_items", "max_len", "Arsenal calls it `max_len`"),
    ("unique_items", "unique", "Arsenal calls it `unique`"),
    ("regex", "pattern", "Arsenal calls it `pattern`"),
    ("regexp", "pattern", "Arsenal calls it `pattern`"),
    ("enum", "one_of", "Arsenal calls it `one_of`"),
    ("enumeration", "one_of", "Arsenal calls it `one_of`"),
    ("values", "one_of", "Arsenal calls it `one_of`"),
    ("choices", "one_of", "Arsenal calls it `one_of`"),
    ("name", "rename", "Arsenal calls it `rename`"),
    ("aliases", "alias", "Arsenal calls it `alias`, which takes a list too"),
    ("examples", "example", "Arsenal calls it `example`"),
    ("sensitive", "secret", "Arsenal calls it `secret`"),
    ("password", "secret", "Arsenal calls it `secret`"),
    ("validator", "validate", "Arsenal calls it `validate`"),
    ("custom", "validate", "Arsenal calls it `validate`"),
    ("explode", "style", "Arsenal says `style = comma` for a list between commas"),
    ("description", "", "the doc comment is the description"),
    ("desc", "", "the doc comment is the description"),
    ("doc", "", "the doc comment is the description"),
    ("title", "", "the doc comment is the description"),
    ("help", "", "the doc comment is the description"),
    ("optional", "", "the type says so: use `Option`, or give a `default`"),
    ("nullable", "", "the type says so: use `Option`"),
];

const OPERATION_SYNONYMS: Synonyms = &[
    ("description", "", "the doc comment is the description"),
    ("desc", "", "the doc comment is the description"),
    ("doc", "", "the doc comment is the description"),
    ("summary", "", "the doc comment's first paragraph is the summary"),
    ("title", "", "the doc comment's first paragraph is the summary"),
    ("params", "", "the struct's fields are the parameters"),
    ("args", "", "the struct's fields are the parameters"),
    ("group", "category", "Arsenal calls it `category`"),
    ("namespace", "category", "Arsenal calls it `category`"),
    ("verb", "method", "Arsenal calls it `method`"),
    ("route", "path", "Arsenal calls it `path`"),
    ("url", "path", "Arsenal calls it `path`"),
    ("uri", "path", "Arsenal calls it `path`"),
    ("endpoint", "path", "Arsenal calls it `path`"),
    ("permission", "role", "Arsenal calls it `role`"),
    ("permissions", "role", "Arsenal calls it `role`"),
    ("auth", "role", "Arsenal calls it `role`"),
    ("public", "role", "Arsenal writes `role = public`"),
    ("scopes", "scope", "Arsenal calls it `scope`"),
    ("read_only", "effect", "Arsenal writes `effect = read`"),
    ("readonly", "effect", "Arsenal writes `effect = read`"),
    ("destructive", "effect", "Arsenal writes `effect = destructive`"),
    ("retries", "retry", "Arsenal calls it `retry`"),
    ("attempts", "retry", "Arsenal calls it `retry`"),
    ("rate", "rate_limit", "Arsenal calls it `rate_limit`"),
    ("deadline", "timeout", "Arsenal calls it `timeout`"),
    ("max_body", "body_max", "Arsenal calls it `body_max`"),
    ("body_limit", "body_max", "Arsenal calls it `body_max`"),
    ("response", "output", "Arsenal calls it `output`"),
    ("returns", "output", "Arsenal calls it `output`"),
    ("result", "output", "Arsenal calls it `output`"),
    ("errors", "error", "Arsenal calls it `error`"),
    ("status_code", "status", "Arsenal calls it `status`"),
    ("ttl", "cache", "Arsenal calls it `cache`"),
    ("hidden", "visibility", "Arsenal writes `visibility = internal`"),
    ("internal", "visibility", "Arsenal writes `visibility = internal`"),
    ("async", "mode", "Arsenal writes `mode = job`"),
    ("job", "mode", "Arsenal writes `mode = job`"),
    ("validate", "rule", "Arsenal calls a rule over several fields `rule`"),
    ("examples", "example", "Arsenal writes one `example(name = …, params = …)` for each"),
    ("deny_unknown_fields", "unknown_fields", "unknown fields are refused already"),
    ("rename", "name", "Arsenal calls it `name`"),
    ("alias", "aliases", "Arsenal calls it `aliases`"),
];

/// The words between commas, each quoted.
pub(crate) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_found_and_a_far_one_is_not() {
        let keys = ["name", "pattern", "min_len", "GET"];
        let cases = [
            ("nam", Some("name")),
            ("patern", Some("pattern")),
            ("minlen", Some("min_len")),
            ("get", Some("GET")),
            ("frobnicate", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, &keys), expected, "{word}");
        }
    }

    #[test]
    fn synonyms_know_their_owner() {
        assert_eq!(synonym("param", "minLength"), Some(("min_len", "Arsenal calls it `min_len`")));
        assert_eq!(synonym("operation", "minimum"), None);
        assert_eq!(synonym("choice", "name"), None);
    }
}
