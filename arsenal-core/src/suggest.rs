//! "Did you mean": the nearest of a list of words.

/// The candidate nearest to `word`, if one is near enough to have been meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer words forgive more; a word of one or two letters could be anything.
    let within = match word.chars().count() {
        0..=2 => 1,
        3..=6 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= within && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_near_miss_is_suggested_and_a_stranger_is_not() {
        let words = ["name", "role", "category"];
        for (word, expected) in
            [("nmae", Some("name")), ("categroy", Some("category")), ("xyz", None), ("", None)]
        {
            assert_eq!(nearest(word, words), expected, "{word}");
        }
    }
}
