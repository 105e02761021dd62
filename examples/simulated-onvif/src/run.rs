//! The program: starts the fleet, prints where it is, and lets something move in front of it.

use std::io::Write;
use std::time::Duration;

use crate::cli::Options;
use crate::fault::Fault;
use crate::fleet::Fleet;

/// Runs until Ctrl-C.
///
/// # Errors
///
/// When the fleet cannot start.
pub async fn run(options: Options) -> anyhow::Result<()> {
    if options.list_faults {
        for fault in Fault::ALL {
            print(&format!("{:30} {}", fault.name(), fault.meaning().replace('`', "")));
        }
        return Ok(());
    }
    let fleet = Fleet::start(options.fleet()?).await?;
    for device in fleet.devices() {
        print(&format!("{} {}", device.name(), device.url()));
    }
    tokio::select! {
        ended = tokio::signal::ctrl_c() => ended?,
        () = move_things(&fleet, options.events_per_minute) => {}
    }
    fleet.stop().await;
    Ok(())
}

/// Begins and ends a motion before each camera so many times a minute, spread over the cameras.
async fn move_things(fleet: &Fleet, per_minute: f64) {
    if per_minute <= 0.0 {
        return std::future::pending().await;
    }
    // Each motion is two messages; all cameras share one timer.
    let between = Duration::from_secs_f64(60.0 / per_minute / 2.0 / fleet.devices().len() as f64);
    let mut ticks = tokio::time::interval(between);
    for moves in [true, false].iter().cycle() {
        for device in fleet.devices() {
            ticks.tick().await;
            device.motion(*moves);
        }
    }
}

fn print(line: &str) {
    // Nobody listening is no reason to stop: `simulated-onvif | head` goes on.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
