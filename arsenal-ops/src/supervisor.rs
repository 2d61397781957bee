//! Category `supervisor`.
