//! Which dialects are spoken, and what to subscribe for them.
//!
//! All are off until they are named: on a shared broker a wildcard brings strangers' topics.

use serde::Deserialize;

use super::filter::Filter;
use super::mapping::ImageMap;
use super::onvif_ej;

/// Most levels of the prefix before `onvif-ej`.
const PREFIX_LEVELS_MOST: usize = 8;

/// Most mapping rows, and most Axis prefixes.
const ROWS_MOST: usize = 1024;

/// The section `[mqtt]` as far as it is about dialects; an absent key means that the dialect is off.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Rows of the generic image dialect, the first that matches a topic reads it.
    pub image_map: Vec<ImageMap>,
    /// How many levels the prefix of ONVIF-EJ may have on this broker, 0 to 8; 0: off. Cameras that publish below
    /// `xl/v1/…/ej` need none.
    pub onvif_ej_levels: usize,
    /// Prefixes of Axis cameras, such as `axis/+`; the first wildcard names the camera.
    pub axis_prefixes: Vec<String>,
    /// The prefix of Home Assistant's discovery, by its default `homeassistant`.
    pub discovery_prefix: Option<String>,
    /// The prefix of Frigate, by its default `frigate`.
    pub frigate_prefix: Option<String>,
}

/// Why the settings cannot be used; names the key and the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {rule}")]
pub struct SettingsError {
    /// The key.
    pub key: &'static str,
    /// The rule in words.
    pub rule: String,
}

impl Settings {
    /// The filters of Axis prefixes, checked; checks the rest as well.
    pub(super) fn check(&self) -> Result<Vec<Filter>, SettingsError> {
        let wrong = |key, rule: &str| Err(SettingsError { key, rule: rule.to_owned() });
        if self.image_map.len() > ROWS_MOST {
            return wrong("image_map", "at most 1024 rows");
        }
        if self.onvif_ej_levels > PREFIX_LEVELS_MOST {
            return wrong("onvif_ej_levels", "at most 8");
        }
        if self.axis_prefixes.len() > ROWS_MOST {
            return wrong("axis_prefixes", "at most 1024");
        }
        for (key, prefix) in [("discovery_prefix", &self.discovery_prefix), ("frigate_prefix", &self.frigate_prefix)] {
            let is_plain =
                |prefix: &String| prefix.len() <= 128 && super::filter::is_topic(prefix) && !prefix.ends_with('/');
            if !prefix.as_ref().is_none_or(is_plain) {
                return wrong(key, "1 to 128 bytes, a topic without wildcards");
            }
        }
        let axis = self.axis_prefixes.iter().map(|prefix| Filter::try_from(format!("{prefix}/event/#")));
        axis.collect::<Result<_, _>>().map_err(|error| SettingsError { key: "axis_prefixes", rule: error.to_string() })
    }

    /// The filters of ONVIF-EJ.
    pub(super) fn onvif_ej_filters(&self) -> Vec<String> {
        let mut filters = vec!["xl/v1/+/+/ej/onvif-ej/#".to_owned()];
        filters.extend((1..=self.onvif_ej_levels).map(|levels| ["+/".repeat(levels).as_str(), "onvif-ej/#"].concat()));
        if self.onvif_ej_levels > 0 {
            filters.extend(onvif_ej::SIGNS.map(|sign| ["+/", sign].concat()));
        }
        filters
    }
}
