//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Simulates greenhouses that publish drawn pictures and readings over MQTT.
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Options {
    /// Address of the hub.
    #[arg(long, default_value = "http://127.0.0.1:8642")]
    pub hub: String,
    /// Address of the broker, host and port.
    #[arg(long, default_value = "127.0.0.1:1883", value_parser = broker)]
    pub mqtt: (String, u16),
    /// File with the admin token.
    #[arg(long)]
    pub token_file: PathBuf,
    /// File that keeps the devices' passwords and the simulated time; made when it is not there.
    #[arg(long)]
    pub state: PathBuf,
    /// Number from which everything follows: the same seed gives the same weather and pictures.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Greenhouses of each township.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub greenhouses: u32,
    /// How much faster the simulated time runs: 60 makes an hour a minute.
    #[arg(long, default_value_t = 60.0, value_parser = speed)]
    pub speed: f64,
    /// Nine-digit codes of the townships, joined by commas.
    #[arg(long, default_value = "371122102", value_delimiter = ',', value_parser = township)]
    pub townships: Vec<String>,
    /// Places that get an administrator each, a county's six digits or a township's nine, joined by commas.
    #[arg(long, value_delimiter = ',', value_parser = administered, requires = "people")]
    pub admins: Vec<String>,
    /// Folder that keeps what the administrators sign in with, and an API key of each; made when it is not there.
    #[arg(long)]
    pub people: Option<PathBuf>,
    /// A packed produce-trace plugin to install first; without it the newest installed one is enabled.
    #[arg(long)]
    pub plugin: Option<PathBuf>,
    /// Ends after so many simulated days.
    #[arg(long, conflicts_with = "for_seconds")]
    pub days: Option<u32>,
    /// Ends after so many real seconds.
    #[arg(long)]
    pub for_seconds: Option<u64>,
    /// Prints nothing but the QR page's address, once, when everything is ready.
    #[arg(long)]
    pub once_ready_print: bool,
}

fn broker(text: &str) -> Result<(String, u16), String> {
    let wrong = || "host and port, such as `127.0.0.1:1883`".to_owned();
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = port.parse().map_err(|_| wrong())?;
    if host.is_empty() { Err(wrong()) } else { Ok((host.to_owned(), port)) }
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok().filter(|speed| (0.1..=100_000.0).contains(speed));
    speed.ok_or_else(|| "a number from 0.1 to 100000".to_owned())
}

/// Reads the nine digits of a township.
///
/// # Errors
/// What it should be.
pub fn township(text: &str) -> Result<String, String> {
    if is_code(text, 9) { Ok(text.to_owned()) } else { Err("nine digits".to_owned()) }
}

fn administered(text: &str) -> Result<String, String> {
    if is_code(text, 6) || is_code(text, 9) { Ok(text.to_owned()) } else { Err("six or nine digits".to_owned()) }
}

fn is_code(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(more: &[&str]) -> Result<Options, String> {
        let fixed = ["simulated-county", "--token-file", "t", "--state", "s"];
        Options::try_parse_from(fixed.iter().chain(more)).map_err(|error| error.to_string())
    }

    #[test]
    fn two_files_are_enough() {
        let options = parse(&[]).unwrap();
        assert_eq!(options.mqtt, ("127.0.0.1".to_owned(), 1883));
        assert_eq!((options.seed, options.greenhouses, options.speed), (7, 3, 60.0));
        assert_eq!(options.townships, ["371122102"]);
    }

    #[test]
    fn townships_are_joined_by_commas_and_an_ipv6_broker_stands_in_brackets() {
        let options = parse(&["--townships", "371122102,371122103", "--mqtt", "[::1]:1884"]).unwrap();
        assert_eq!(options.townships, ["371122102", "371122103"]);
        assert_eq!(options.mqtt, ("::1".to_owned(), 1884));
    }

    #[test]
    fn what_makes_no_sense_is_refused_before_anything_starts() {
        for wrong in [
            &["--speed", "0"][..],
            &["--speed", "NaN"],
            &["--townships", "37112210"],
            &["--people", "p", "--admins", "3711"],
            &["--admins", "371122"],
            &["--greenhouses", "0"],
            &["--mqtt", "localhost"],
            &["--mqtt", ":1883"],
            &["--days", "1", "--for-seconds", "1"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
