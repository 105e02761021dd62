//! What an admin set; the schema beside `plugin.toml` says the same.

use std::collections::BTreeMap;

use serde::Deserialize;
use xl_plugin::Error;

use crate::finding::What;
use crate::watch::precision::Threshold;
use crate::watch::rules::Rules;

/// The module's settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Regions by camera: corners as shares of the picture.
    pub(crate) regions: BTreeMap<String, Vec<[f64; 2]>>,
    pub(crate) raise_percent: u32,
    pub(crate) clear_percent: u32,
    pub(crate) samples: u32,
    pub(crate) sudden_minutes: u32,
    pub(crate) cool_down_minutes: u32,
    pub(crate) learn_days: u32,
    pub(crate) from_hour: u32,
    pub(crate) to_hour: u32,
    pub(crate) precision_percent: u32,
    pub(crate) precision_judgements: u32,
    pub(crate) device_kinds: Vec<String>,
    pub(crate) exposed_matter: String,
    pub(crate) overflow_matter: String,
    pub(crate) escalate_minutes: u32,
    pub(crate) redo_minutes: u32,
    pub(crate) clock_in_metres: u32,
    pub(crate) complaint_hours: u32,
    pub(crate) repeat_days: u32,
    pub(crate) contact: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            regions: BTreeMap::new(),
            raise_percent: 15,
            clear_percent: 6,
            samples: 4,
            sudden_minutes: 120,
            cool_down_minutes: 240,
            learn_days: 3,
            from_hour: 6,
            to_hour: 19,
            precision_percent: 30,
            precision_judgements: 10,
            device_kinds: ["camera.image.scene_change", "camera.object.garbage", "camera.bin.overflow"]
                .map(str::to_owned)
                .to_vec(),
            exposed_matter: "gbt30428 01-02".to_owned(),
            overflow_matter: "platform 01-98".to_owned(),
            escalate_minutes: 60,
            redo_minutes: 120,
            clock_in_metres: 300,
            complaint_hours: 24,
            repeat_days: 7,
            contact: None,
        }
    }
}

impl Settings {
    /// What is set now.
    pub(crate) fn read() -> Result<Self, Error> {
        xl_plugin::settings::get()
    }

    /// How watching goes by them.
    pub(crate) fn rules(&self) -> Rules {
        Rules {
            raise_share: f64::from(self.raise_percent) / 100.0,
            clear_share: f64::from(self.clear_percent.min(self.raise_percent)) / 100.0,
            samples: self.samples,
            sudden_minutes: self.sudden_minutes,
            cool_down_minutes: self.cool_down_minutes,
            learn_days: self.learn_days,
            from_hour: self.from_hour,
            to_hour: self.to_hour,
            ..Rules::default()
        }
    }

    /// When a method is silent.
    pub(crate) fn threshold(&self) -> Threshold {
        Threshold { percent: self.precision_percent, judgements: self.precision_judgements }
    }

    /// Code set and code of what a person saw.
    pub(crate) fn matter(&self, what: What) -> (&str, &str) {
        let text = match what {
            What::Exposed => &self.exposed_matter,
            What::Overflow => &self.overflow_matter,
        };
        text.split_once(' ').unwrap_or(("gbt30428", "01-02"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_and_the_code_have_the_same_defaults() {
        let schema: serde_json::Value = serde_json::from_str(include_str!("../settings.schema.json")).unwrap();
        let defaults: serde_json::Map<String, serde_json::Value> = schema["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(key, property)| Some((key.clone(), property.get("default")?.clone())))
            .collect();
        let read: Settings = serde_json::from_value(defaults.into()).unwrap();
        assert_eq!(read, Settings::default());
        assert_eq!(read.rules(), Rules::default());
    }
}
