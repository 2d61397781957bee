//! "Did you mean": the nearest word, found without looking at words that cannot be near.

/// The word that was probably meant.
pub(crate) fn nearest<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer words forgive more; of one letter, anything could be meant.
    let within = match text.len() {
        0..=1 => return None,
        2..=6 => 2,
        _ => 3,
    };
    words
        .filter(|word| word.len().abs_diff(text.len()) <= within)
        .map(|word| (strsim::osa_distance(text, word), word))
        .filter(|(distance, word)| *distance <= within && *distance < word.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
