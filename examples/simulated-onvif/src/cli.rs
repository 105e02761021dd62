//! The command line.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::time::Duration;

use clap::Parser;

use crate::auth::Auth;
use crate::auth::DigestOffer;
use crate::discovery::Discovery;
use crate::fault::Fault;
use crate::fleet::FleetConfig;
use crate::fleet::MAX_CAMERAS;
use crate::fleet::Manner;
use crate::fleet::Place;

/// Simulates ONVIF cameras with the faults of real ones.
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Options {
    /// How many cameras.
    #[arg(long, default_value_t = 1, value_parser = cameras)]
    pub cameras: usize,
    /// Address on which they listen.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub listen: IpAddr,
    /// Port of the first one; the others follow. 0 takes free ones.
    #[arg(long, default_value_t = 18_000)]
    pub base_port: u16,
    /// Each camera gets an address of its own, counted up from --listen, and all have the base port.
    #[arg(long)]
    pub own_addresses: bool,
    /// Their user.
    #[arg(long, default_value = "admin")]
    pub user: String,
    /// Its password.
    #[arg(long, default_value = "simulated")]
    pub password: String,
    /// What they accept as a login: none, wsse, digest, either, both, text.
    #[arg(long, default_value = "either")]
    pub auth: Auth,
    /// What HTTP digest offers: both, md5, sha-256.
    #[arg(long, default_value = "both")]
    pub digest: DigestOffer,
    /// Error of their clocks in seconds, negative when behind.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub skew_seconds: i64,
    /// Wrong tries until an account locks, with the fault `lock-out`.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub lock_after: u32,
    /// How late answers come, with the fault `slow-camera`, in milliseconds.
    #[arg(long, default_value_t = 5_000)]
    pub slow_ms: u64,
    /// Pull points at the same time, of each camera.
    #[arg(long, default_value_t = 4)]
    pub max_pull_points: usize,
    /// A fault that all show; may be given several times.
    #[arg(long = "fault")]
    pub faults: Vec<Fault>,
    /// Motions of each camera, begun and ended, a minute.
    #[arg(long, default_value_t = 0.0, value_parser = rate)]
    pub events_per_minute: f64,
    /// Answers WS-Discovery: off, unicast (on the cameras' addresses), everywhere (with multicast).
    #[arg(long, default_value = "everywhere", value_parser = discovery)]
    pub discovery: Discovery,
    /// Prints the faults with what they do, and ends.
    #[arg(long)]
    pub list_faults: bool,
}

impl Options {
    /// The fleet that is asked for.
    ///
    /// # Errors
    ///
    /// When addresses are to be counted up from one that is not IPv4.
    pub fn fleet(&self) -> anyhow::Result<FleetConfig> {
        let place = match (self.own_addresses, self.listen) {
            (false, ip) => Place::Ports { ip, first: self.base_port },
            (true, IpAddr::V4(first)) => Place::Addresses { first, port: self.base_port },
            (true, IpAddr::V6(_)) => anyhow::bail!("--own-addresses counts IPv4 addresses; --listen is IPv6"),
        };
        let manner = Manner {
            user: self.user.clone(),
            password: self.password.clone(),
            auth: self.auth,
            digest: self.digest,
            skew_seconds: self.skew_seconds,
            lock_after: self.lock_after,
            slow: Duration::from_millis(self.slow_ms),
            max_pull_points: self.max_pull_points,
            ..Manner::default()
        };
        Ok(FleetConfig { cameras: self.cameras, place, manner, faults: self.faults.clone(), discovery: self.discovery })
    }
}

fn cameras(text: &str) -> Result<usize, String> {
    let cameras = text.parse().ok().filter(|cameras| (1..=MAX_CAMERAS).contains(cameras));
    cameras.ok_or_else(|| format!("a number from 1 to {MAX_CAMERAS}"))
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| (0.0..=600.0).contains(rate));
    rate.ok_or_else(|| "a number from 0 to 600".to_owned())
}

fn discovery(text: &str) -> Result<Discovery, String> {
    match text {
        "off" => Ok(Discovery::Off),
        "unicast" => Ok(Discovery::Unicast { port: crate::discovery::PORT }),
        "everywhere" => Ok(Discovery::Everywhere),
        _ => Err("one of off, unicast, everywhere".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(more: &[&str]) -> Result<Options, String> {
        Options::try_parse_from(["simulated-onvif"].iter().chain(more)).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_is_needed_and_a_whole_county_fits_on_one_line() {
        assert_eq!(parse(&[]).unwrap().fleet().unwrap().cameras, 1);
        let line = "--cameras 200 --listen 127.0.0.1 --base-port 18000 --user admin --password secret --auth wsse \
                    --skew-seconds -90 --fault slow-camera --fault odd-dates --events-per-minute 2";
        let options = parse(&line.split_whitespace().collect::<Vec<_>>()).unwrap();
        let fleet = options.fleet().unwrap();
        assert_eq!((fleet.cameras, fleet.manner.auth, fleet.manner.skew_seconds), (200, Auth::Wsse, -90));
        assert_eq!(fleet.faults, [Fault::SlowCamera, Fault::OddDates]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_before_anything_starts() {
        for wrong in [
            &["--cameras", "0"][..],
            &["--cameras", "5001"],
            &["--auth", "maybe"],
            &["--fault", "none-such"],
            &["--events-per-minute", "NaN"],
            &["--lock-after", "0"],
            &["--discovery", "here"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(parse(&["--own-addresses", "--listen", "::1"]).unwrap().fleet().is_err());
    }
}
