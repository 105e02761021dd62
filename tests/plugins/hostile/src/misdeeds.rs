//! What a hub must survive.

use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

use serde::Deserialize;
use xl_plugin::Batch;
use xl_plugin::Error;
use xl_plugin::Failure;
use xl_plugin::events::EventsError;
use xl_plugin::events::Publish;
use xl_plugin::http;
use xl_plugin::log;
use xl_plugin::log::Level;
use xl_plugin::records;
use xl_plugin::settings;

use crate::deeds;

/// Lines of a flood: many times what is kept, few enough to end well.
const FLOOD_LINES: u32 = 5_000;

/// `n` of the one event that cannot be handled.
const POISON: i64 = 13;

#[derive(Deserialize)]
struct Ping {
    n: Option<i64>,
}

pub(crate) fn endless_loop() -> Result<(), Failure> {
    let mut n = 0_u64;
    loop {
        n = black_box(n.wrapping_add(1));
    }
}

pub(crate) fn memory_bomb() -> Result<(), Failure> {
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        // Reserved and not written: what counts is the memory's size.
        held.push(Vec::with_capacity(black_box(1024 * 1024)));
    }
}

pub(crate) fn recursion() -> Result<(), Failure> {
    fn deeper(n: u64) -> u64 {
        if black_box(n) == u64::MAX {
            return 0;
        }
        let here = black_box([n; 16]);
        black_box(deeper(n + 1)) + here[3]
    }
    black_box(deeper(0));
    Ok(())
}

pub(crate) fn trap() -> Result<(), Failure> {
    std::process::abort()
}

pub(crate) fn trap_on_one_event(batch: &Batch) -> Result<(), Failure> {
    for event in &batch.events {
        if event.read::<Ping>().is_ok_and(|ping| ping.n == Some(POISON)) {
            panic!("event {} is poison", event.seq);
        }
    }
    deeds::handle(batch)
}

pub(crate) fn log_flood() -> Result<(), Failure> {
    (0..FLOOD_LINES).for_each(|n| log::write(Level::Info, &format!("line {n}")));
    Ok(())
}

pub(crate) fn output_flood() -> Result<(), Failure> {
    let mut out = std::io::stdout();
    loop {
        // A closed output would end the flood; this one never closes.
        let _ = out.write_all(&[b'x'; 1024]);
    }
}

pub(crate) fn effects_flood() -> Result<(), Failure> {
    for n in 0_u64.. {
        records::put("counts", &n.to_string(), &serde_json::json!({ "seq": n }))?;
    }
    Ok(())
}

pub(crate) fn effect_bytes_flood() -> Result<(), Failure> {
    let fat = "x".repeat(60 * 1024);
    for n in 0_u64.. {
        records::put("counts", &n.to_string(), &serde_json::json!({ "fat": fat }))?;
    }
    Ok(())
}

pub(crate) fn giant_string() -> Result<(), Failure> {
    log::write(Level::Info, &"x".repeat(32 * 1024 * 1024));
    Ok(())
}

pub(crate) fn host_call_flood() -> Result<(), Failure> {
    loop {
        black_box(settings::township());
    }
}

pub(crate) fn handle_growth(most: Option<u32>) -> Result<(), Failure> {
    (0..most.unwrap_or(u32::MAX)).for_each(|_| take_a_handle());
    Ok(())
}

pub(crate) fn self_causing(batch: &Batch) -> Result<(), Failure> {
    for event in &batch.events {
        match Publish::new("test.again").cause(event.seq).send() {
            Ok(()) | Err(Error::Events { answer: EventsError::TooDeep(_), .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

pub(crate) fn sleep() -> Result<(), Failure> {
    std::thread::sleep(Duration::from_secs(86_400));
    Ok(())
}

pub(crate) fn slow_host() -> Result<(), Failure> {
    http::fetch(&http::get("https://slow.test/"))?;
    Ok(())
}

/// Takes a timer's handle and never gives it back.
#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "only the raw import leaks a handle without also growing the guest's memory")]
fn take_a_handle() {
    #[link(wasm_import_module = "wasi:clocks/monotonic-clock@0.2.6")]
    unsafe extern "C" {
        #[link_name = "subscribe-duration"]
        fn subscribe_duration(nanoseconds: u64) -> i32;
    }
    // SAFETY: the import takes a number and gives a handle; no memory is shared.
    black_box(unsafe { subscribe_duration(1) });
}

#[cfg(not(target_arch = "wasm32"))]
fn take_a_handle() {
    trap().ok();
}
