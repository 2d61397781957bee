//! Numbers whose type has fewer digits than a text may have.

use arsenal::Params as DeriveParams;
use serde_json::json;

use super::check;

/// Ratios as a type keeps them that has fewer digits than a text may.
#[derive(Debug, DeriveParams)]
struct Ratios {
    /// A tenth at most.
    #[param(max = 0.1)]
    tenth: Option<f32>,
    /// Below two.
    #[param(exclusive_max = 2.0)]
    below: Option<f32>,
    /// In tenths.
    #[param(multiple_of = 0.1)]
    steps: Option<f32>,
    /// One of two.
    #[param(one_of = [0.1, 0.2])]
    words: Option<Vec<f32>>,
}

#[test]
fn a_number_that_its_type_rounds_is_judged_as_it_was_written() {
    check::<Ratios>(&[
        (json!({"tenth": 0.1}), &[]),
        (json!({"tenth": 0.100_000_001}), &["/tenth max must be at most 0.1"]),
        (json!({"below": 1.999}), &[]),
        (
            json!({"below": 1.999_999_999_9}),
            &["/below rule breaks a limit once it is rounded to 32 bits"],
        ),
        (json!({"steps": 0.3}), &[]),
        (json!({"steps": 0.300_000_001}), &["/steps multiple_of must be a multiple of 0.1"]),
        (json!({"words": [0.1, 0.2]}), &[]),
        (json!({"words": [0.200_000_001]}), &["/words/0 one_of must be one of `0.1`, `0.2`"]),
        (json!({"tenth": 1e39}), &["/tenth max must be at most 0.1"]),
    ]);
    let ratios = |tenth| Ratios { tenth: Some(tenth), below: None, steps: None, words: None };
    assert!(ratios(0.1).fits(), "a typed call has the value only");
    assert!(!ratios(0.100_001).fits());
}
