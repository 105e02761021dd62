//! The plugin that the benches run: counts readings per camera and announces hot ones.
//!
//! The work itself ([`tally`]) is a plain function, so that the benches can run the same code natively.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Batch;
use xl_plugin::Failure;
use xl_plugin::Plugin;
use xl_plugin::events::Publish;
use xl_plugin::records;

/// Readings above this are announced, in degrees Celsius.
pub const HOT_C: f64 = 35.0;

#[derive(Deserialize)]
struct Reading {
    temp_c: f64,
    #[serde(default)]
    sent_ms: f64,
}

/// What is announced of a hot reading.
#[derive(Debug, Serialize)]
pub struct Hot {
    /// The temperature, in degrees Celsius.
    pub temp_c: f64,
    /// When the reading was sent, as it says itself.
    pub sent_ms: f64,
}

/// How many readings a camera sent.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Count {
    /// Readings.
    pub readings: u64,
}

/// Reads one event's data; something to announce when it is hot.
///
/// # Errors
/// When the data is no reading.
pub fn judge(data: &str) -> Result<Option<Hot>, serde_json::Error> {
    let reading: Reading = serde_json::from_str(data)?;
    Ok((reading.temp_c > HOT_C).then_some(Hot { temp_c: reading.temp_c, sent_ms: reading.sent_ms }))
}

/// What a batch comes to.
#[derive(Debug, Default)]
pub struct Tally<'a> {
    /// Readings of each camera.
    pub readings: BTreeMap<&'a str, u64>,
    /// The hot ones, each with the place of its event in the batch.
    pub hot: Vec<(usize, Hot)>,
}

/// Counts and judges the events of a batch, each given as camera and data.
///
/// # Errors
/// When the data of one of them is no reading.
pub fn tally<'a>(events: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Tally<'a>, serde_json::Error> {
    let mut tally = Tally::default();
    for (place, (camera, data)) in events.enumerate() {
        *tally.readings.entry(camera).or_default() += 1;
        if let Some(hot) = judge(data)? {
            tally.hot.push((place, hot));
        }
    }
    Ok(tally)
}

/// The plugin.
struct Threshold;

xl_plugin::export!(Threshold);

impl Plugin for Threshold {
    fn handle(batch: Batch) -> Result<(), Failure> {
        let camera = |place: usize| batch.events[place].camera.as_deref().unwrap_or_default();
        let events = batch.events.iter().enumerate().map(|(place, event)| (camera(place), event.data.as_str()));
        let tally = tally(events).map_err(|error| Failure::Reject(error.to_string()))?;
        for (place, hot) in tally.hot {
            let cause = batch.events[place].seq;
            Publish::new("bench.hot").camera(camera(place)).data(&hot).cause(cause).send().map_err(retry)?;
        }
        for (camera, readings) in tally.readings {
            let mut count: Count = records::get("counts", camera).map_err(retry)?.unwrap_or_default();
            count.readings += readings;
            records::put("counts", camera, &count).map_err(retry)?;
        }
        Ok(())
    }
}

fn retry(_error: xl_plugin::Error) -> Failure {
    Failure::Retry(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_hot_reading_is_announced() {
        assert!(judge(r#"{"temp_c":35.1,"sent_ms":1}"#).unwrap().is_some());
        assert!(judge(r#"{"temp_c":35.0}"#).unwrap().is_none());
        assert!(judge("{}").is_err());
    }

    #[test]
    fn a_batch_is_counted_by_camera_and_its_hot_readings_keep_their_places() {
        let (cool, hot) = (r#"{"temp_c":20.0}"#, r#"{"temp_c":38.5}"#);
        let tally = tally([("a", cool), ("b", hot), ("a", hot)].into_iter()).unwrap();
        assert_eq!(tally.readings, BTreeMap::from([("a", 2), ("b", 1)]));
        assert_eq!(tally.hot.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1, 2]);
    }
}
