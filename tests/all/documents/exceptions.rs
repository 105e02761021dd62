//! An advisory that is not mended yet has an exception that says of which crate, why, since when and until when; then it is over.
//!
//! Reads `[advisories]` of `deny.toml`. For what keeps strangers out (the sandbox, SQLite, TLS) an exception lasts three days: that is
//! how long a release may take that mends it. The test asks the clock of the machine, so an old tree fails one day; it has to.

use toml::Table;
use xl_model::clock::Clock as _;
use xl_model::day::Day;
use xueliang::app::clock::SystemClock;

use super::dependencies::locked;
use super::tree;

/// Longest exception, in days; who still needs it after half a year looks again.
const LONGEST_DAYS: i64 = 183;

/// Longest exception for what keeps strangers out: 72 hours.
const URGENT_DAYS: i64 = 3;

/// What keeps strangers out, by the beginnings of its crates' names.
const URGENT: [&str; 8] =
    ["wasmtime", "cranelift", "wasmparser", "libsqlite3-sys", "sqlx", "rustls", "ring", "tokio-rustls"];

/// With this word an exception says that the fault cannot be met here, and why: then nothing is urgent.
const NOT_REACHED: &str = "not reached: ";

/// How a reason is written.
const FORM: &str = "`crate: why, and what ends it; from 2026-11-24 until 2026-11-27`";

#[test]
fn every_exception_says_of_what_why_and_until_when_and_is_not_over() {
    let crates = locked(&tree::read("Cargo.lock"));
    let today = Day::in_china(SystemClock.now_ms());
    let there = |name: &str| crates.contains(name);
    tree::assert_none(
        "`deny.toml`: mend it, or look again and say why it may wait",
        &faults(&tree::read("deny.toml"), today, there),
    );
}

fn faults(deny: &str, today: Day, there: impl Fn(&str) -> bool) -> Vec<String> {
    let deny: Table = deny.parse().unwrap();
    let exceptions = deny["advisories"].get("ignore").and_then(|ignore| ignore.as_array()).into_iter().flatten();
    exceptions
        .filter_map(|exception| {
            let id = exception.get("id").and_then(|id| id.as_str());
            let reason = exception.get("reason").and_then(|reason| reason.as_str()).unwrap_or_default();
            let fault = fault(reason, today, &there)?;
            Some(format!("{}: {fault}", id.map_or_else(|| exception.to_string(), str::to_owned)))
        })
        .collect()
}

fn fault(reason: &str, today: Day, there: impl Fn(&str) -> bool) -> Option<String> {
    let Some((name, why, from, until)) = parts(reason) else { return Some(format!("its reason is not {FORM}")) };
    let urgent = URGENT.iter().any(|urgent| name.starts_with(urgent)) && !why.starts_with(NOT_REACHED);
    let longest = if urgent { URGENT_DAYS } else { LONGEST_DAYS };
    let days = until.number() - from.number();
    if !there(name) {
        Some(format!("`{name}` is not in `Cargo.lock`: take the exception out"))
    } else if from > today || days < 0 {
        Some(format!("from {from} until {until} is no time that has begun"))
    } else if today > until {
        Some(format!("it ended on {until}"))
    } else if days > longest {
        Some(format!("{days} days for `{name}`, at most {longest}"))
    } else {
        None
    }
}

fn parts(reason: &str) -> Option<(&str, &str, Day, Day)> {
    let (name, rest) = reason.split_once(": ")?;
    let (why, time) = rest.rsplit_once("; from ")?;
    let (from, until) = time.split_once(" until ")?;
    (why.len() > 20).then_some((name, why, from.parse().ok()?, until.parse().ok()?))
}

#[test]
fn an_exception_without_dates_or_past_its_end_or_longer_than_three_days_for_the_sandbox_fails() {
    let at = |today: &str, reason: &str| {
        let text = format!("[advisories]\nignore = [{{ id = \"RUSTSEC-2026-9999\", reason = \"{reason}\" }}]\n");
        faults(&text, today.parse().unwrap(), |name| name != "gone").join("\n")
    };
    let why = "its reader of spoons is never called; the next release mends it";
    for (name, days, today, fault) in [
        ("spoon", "from 2026-11-24 until 2027-05-01", "2026-12-01", ""),
        ("spoon", "from 2026-11-24 until 2027-05-01", "2027-05-01", ""),
        ("spoon", "from 2026-11-24 until 2027-05-01", "2027-05-02", "it ended on 2027-05-01"),
        ("spoon", "from 2026-11-24 until 2027-06-01", "2026-12-01", "189 days for `spoon`, at most 183"),
        ("spoon", "from 2026-11-24", "2026-12-01", "its reason is not"),
        ("spoon", "until 2026-11-24", "2026-11-24", "its reason is not"),
        ("spoon", "from 2026-11-24 until soon", "2026-11-24", "its reason is not"),
        ("spoon", "from 2026-11-25 until 2026-12-24", "2026-11-24", "is no time that has begun"),
        ("gone", "from 2026-11-24 until 2026-12-24", "2026-11-24", "take the exception out"),
        ("wasmtime-wasi", "from 2026-11-24 until 2026-11-27", "2026-11-27", ""),
        ("wasmtime-wasi", "from 2026-11-24 until 2026-11-27", "2026-11-28", "it ended on 2026-11-27"),
        ("wasmtime-wasi", "from 2026-11-24 until 2026-11-28", "2026-11-24", "4 days for `wasmtime-wasi`, at most 3"),
        ("libsqlite3-sys", "from 2026-11-24 until 2026-12-24", "2026-11-24", "30 days for `libsqlite3-sys`, at most 3"),
        ("rustls-webpki: not reached", "from 2026-11-24 until 2027-02-24", "2026-11-24", ""),
    ] {
        let told = at(today, &format!("{name}: {why}; {days}"));
        assert!(told.contains(fault) && told.is_empty() == fault.is_empty(), "{name}, {days}, {today}: {told}");
    }
    assert!(at("2026-11-24", "").contains("its reason is not"));
    assert_eq!(faults("[advisories]\n", "2026-11-24".parse().unwrap(), |_| true), [""; 0]);
    let bare = faults("[advisories]\nignore = [\"RUSTSEC-2026-9999\"]\n", "2026-11-24".parse().unwrap(), |_| true);
    assert!(bare[0].contains("RUSTSEC-2026-9999"), "{bare:?}");
}
