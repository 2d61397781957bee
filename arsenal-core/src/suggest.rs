//! "Did you mean": the nearest word, found without looking closely at words that are far.

/// The word nearest to `text`, if one is near enough to have been meant.
#[must_use]
pub fn nearest<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer words forgive more; of one letter, anything could be meant.
    let within = match text.len() {
        0..=1 => return None,
        2..=6 => 2,
        _ => 3,
    };
    words
        .into_iter()
        .filter_map(|word| Some((distance(text.as_bytes(), word.as_bytes(), within)?, word)))
        .filter(|(distance, word)| *distance < word.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// No word of a declaration is longer.
const LEN_MAX: usize = 64;

/// How many bytes must be inserted, removed, replaced or swapped with their neighbor; none if
/// more than `within`. Letters beyond ASCII count for their bytes, which is near enough.
pub(crate) fn distance(a: &[u8], b: &[u8], within: usize) -> Option<usize> {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
    if a.len().abs_diff(b.len()) > within || a.len().max(b.len()) > LEN_MAX {
        return None;
    }
    // The last three rows of the table: a swap looks two rows back.
    let mut rows = [[0_usize; LEN_MAX + 1]; 3];
    for (column, cell) in rows[0].iter_mut().enumerate().take(b.len() + 1) {
        *cell = column;
    }
    for row in 1..=a.len() {
        let [before, above, now] = [(row + 1) % 3, (row + 2) % 3, row % 3];
        rows[now][0] = row;
        let mut least = row;
        for column in 1..=b.len() {
            let replaced = rows[above][column - 1] + usize::from(a[row - 1] != b[column - 1]);
            let mut cell = replaced.min(rows[above][column] + 1).min(rows[now][column - 1] + 1);
            if row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1] {
                cell = cell.min(rows[before][column - 2] + 1);
            }
            rows[now][column] = cell;
            least = least.min(cell);
        }
        // A swap costs one more than the row before the last, so that one row may be too far.
        if least > within + 1 {
            return None;
        }
    }
    Some(rows[a.len() % 3][b.len()]).filter(|distance| *distance <= within)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{distance, nearest};

    #[test]
    fn a_near_miss_is_suggested_and_a_stranger_is_not() {
        let words = ["name", "role", "category", "of"];
        let cases = [
            ("nmae", Some("name")),
            ("categroy", Some("category")),
            ("Role", Some("role")),
            ("fo", Some("of")),
            ("xyz", None),
            ("n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(nearest(text, words), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_distance_is_that_of_the_textbook(a in "[a-d]{0,9}", b in "[a-d]{0,9}") {
            let textbook = strsim::osa_distance(&a, &b);
            let expected = (textbook <= 3).then_some(textbook);
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes(), 3), expected);
        }
    }
}
