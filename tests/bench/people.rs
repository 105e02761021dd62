//! What strangers learn from how long an answer takes, and what a flood costs everybody else.
//!
//! A hub as its users run it, with two townships (`town`). `sign_in`: a wrong password for an account that exists, one that
//! does not and one that is disabled. `strangers`: what exists in the township beside and what exists nowhere. `flood`: 200
//! sign-ins at once. `beside`: a camera that sends more than it may, while one of another township goes on, at a
//! hub of its own.

mod attempt;
mod beside;
mod flood;
mod line;
mod sign_in;
mod strangers;
mod town;

use crate::hub::Site;
use crate::hub::free;
use crate::results::Results;
use crate::results::median;

use town::Town;

/// The orders of three: asked by all of them in turn, none is always the first or always after the same one.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1], [2, 0, 1], [1, 0, 2]];

/// How far medians of the same work may lie apart, in percent.
const APART_PERCENT: f64 = 5.0;

/// Measures what ID-4, ID-5, TEN-7 and TEN-15 say of time and memory.
pub(crate) async fn measure(results: &mut Results) {
    let broker = free();
    let site = Site::new(&format!("[mqtt]\nlisten = \"{broker}\"\n"));
    let (hub, _) = site.start().await;
    let town = Town::settle(&site, broker).await;
    sign_in::measure(&site, results).await;
    strangers::measure(&site, &town, results).await;
    drop(hub);
    flood::measure(&site, &town.key, results).await;
    beside::measure(results).await;
}

/// How far the median of some figures lies from that of others, in percent of the latter.
fn apart_percent(figures: &[f64], others: &[f64]) -> f64 {
    (median(figures).0 / median(others).0 - 1.0).abs() * 100.0
}

/// Somebody with connections of his own.
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}
