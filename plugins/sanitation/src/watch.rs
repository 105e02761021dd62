//! Watches regions of pictures and says where somebody should look. It says "changed", never "dirty".
//!
//! Pure: figures come in, candidates come out. [`sample`] reads what the host measured, [`health`] leaves out what cannot
//! be judged, [`mod@reference`] keeps the clean views that a picture is held against, [`score`] makes one number of all
//! comparisons, [`eye`] waits until a change has lasted, [`precision`] counts how often people agreed.

pub mod eye;
pub mod health;
pub mod precision;
pub mod reference;
pub mod rules;
pub mod sample;
pub mod score;
