//! ID-4 with a clock: how long a wrong password takes for an account that exists, one that does not and one that is disabled.

use std::net::Ipv4Addr;

use super::APART_PERCENT;
use super::ORDERS;
use super::apart_percent;
use super::attempt;
use super::client;
use super::town::DISABLED;
use super::town::KNOWN;
use super::town::UNKNOWN;
use crate::hub::Site;
use crate::results::Results;
use crate::results::Target;
use crate::results::median;

/// Sign-ins of each that count, and those before them.
const COUNTED: usize = 200;
const WARM: usize = 6;

/// Measures `sign_in_unknown_vs_known` and `sign_in_disabled_vs_known`.
pub(crate) async fn measure(site: &Site, results: &mut Results) {
    let (client, hub) = (client(), site.address());
    let mut took: [Vec<f64>; 3] = Default::default();
    for turn in 0..WARM + COUNTED {
        // An address of its own for each turn, and each name once from there: neither pace nor lock ever holds one back.
        let from = Ipv4Addr::new(10, 1, (turn / 256) as u8, (turn % 256) as u8);
        for who in ORDERS[turn % ORDERS.len()] {
            let attempt = attempt::wrong(&client, &hub, [KNOWN, UNKNOWN, DISABLED][who], from).await;
            assert_eq!(attempt.code, attempt::REFUSED, "each is hashed and refused");
            if turn >= WARM {
                took[who].push(attempt.ms);
            }
        }
    }
    let [known, unknown, disabled] = took;
    let medians = [&known, &unknown, &disabled].map(|took| median(took).0);
    println!(
        "sign-in: medians {:.2} ms known, {:.2} ms unknown, {:.2} ms disabled",
        medians[0], medians[1], medians[2]
    );
    for (name, ms, took) in
        [("sign_in_unknown_vs_known", medians[1], &unknown), ("sign_in_disabled_vs_known", medians[2], &disabled)]
    {
        let note = format!("medians {ms:.2} and {:.2} ms of {COUNTED} wrong passwords each, in turn", medians[0]);
        results.note(name, apart_percent(took, &known), "%", Target::AtMost(APART_PERCENT), Some(medians[0]), &note);
    }
}
