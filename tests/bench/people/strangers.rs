//! TEN-7 with a clock: how long "it does not exist" takes for what exists in the township beside and what exists nowhere.
//!
//! Nowhere is asked in two ways, in that township and in one that does not exist; the larger difference counts.

use std::time::Instant;

use super::APART_PERCENT;
use super::ORDERS;
use super::apart_percent;
use super::client;
use super::town::BESIDE;
use super::town::Kind;
use super::town::Town;
use crate::hub::Site;
use crate::results::Results;
use crate::results::Target;
use crate::results::median;

/// Answers of each path that count, and those before them.
const COUNTED: usize = 500;
const WARM: usize = 30;

/// A township that no hub has heard of.
const NOWHERE: &str = "371122999";

/// Measures `foreign_vs_missing`, the worst of all kinds, and a row for each.
pub(crate) async fn measure(site: &Site, town: &Town, results: &mut Results) {
    let own = Asker { client: client(), address: site.address(), key: town.key.clone() };
    let admin = Asker { client: client(), address: site.address(), key: site.token() };
    let mut worst = (0.0, "none");
    for kind in &town.kinds {
        assert_eq!(admin.get(&kind.there).await.0, 200, "{} is there for who may see it", kind.there);
        assert_eq!(admin.get(&kind.missing).await.0, 404, "{} is not", kind.missing);
        let [foreign, missing, nowhere] = own.times(kind).await;
        let (there, none, beyond) = (median(&foreign).0, median(&missing).0, median(&nowhere).0);
        let apart = apart_percent(&foreign, &missing).max(apart_percent(&foreign, &nowhere));
        let note =
            format!("medians of {COUNTED}: foreign {there:.3} ms, missing there {none:.3}, in no township {beyond:.3}");
        let name = format!("foreign_vs_missing {}", kind.name);
        results.note(&name, apart, "%", Target::AtMost(APART_PERCENT), Some(none), &note);
        if apart > worst.0 {
            worst = (apart, kind.name);
        }
    }
    let note = format!("the worst of {} kinds: {}", town.kinds.len(), worst.1);
    results.note("foreign_vs_missing", worst.0, "%", Target::AtMost(APART_PERCENT), None, &note);
}

/// Somebody with an API key.
struct Asker {
    client: reqwest::Client,
    address: String,
    key: String,
}

impl Asker {
    /// What a path answers: the status, and after how many milliseconds all of it was there.
    async fn get(&self, path: &str) -> (u16, f64) {
        let call = self.client.get(format!("{}/api/v1/{path}", self.address)).bearer_auth(&self.key);
        let began = Instant::now();
        let answer = call.send().await.unwrap();
        let status = answer.status().as_u16();
        answer.bytes().await.unwrap();
        (status, began.elapsed().as_secs_f64() * 1e3)
    }

    /// Milliseconds for what is foreign, what is missing in the same township, and the same in no township; in turn.
    async fn times(&self, kind: &Kind) -> [Vec<f64>; 3] {
        let paths = [kind.there.clone(), kind.missing.clone(), kind.missing.replace(BESIDE, NOWHERE)];
        let mut took: [Vec<f64>; 3] = Default::default();
        for turn in 0..WARM + COUNTED {
            for which in ORDERS[turn % ORDERS.len()] {
                let (status, ms) = self.get(&paths[which]).await;
                assert_eq!(status, 404, "{}", paths[which]);
                if turn >= WARM {
                    took[which].push(ms);
                }
            }
        }
        took
    }
}
