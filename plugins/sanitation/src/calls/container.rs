//! One `WasteContainer` in key-value form. `fillingLevel` is a share, `binFullnessThreshold` is in percent.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::zh_en;

use super::time;
use crate::place::Bin;

/// What a status may be.
const STATUS: [&str; 7] = ["ok", "lidOpen", "dropped", "moved", "vandalized", "burning", "unknown"];

/// Kinds of waste kept of one container.
const KINDS: usize = 10;

/// What was sent of one container; nothing: it was not said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sent {
    pub(super) id: String,
    /// Latitude and longitude.
    pub(super) location: (f64, f64),
    pub(super) isle: Option<String>,
    pub(super) level: Option<f64>,
    pub(super) threshold: Option<f64>,
    pub(super) capacity: Option<f64>,
    pub(super) status: Option<String>,
    pub(super) kinds: Option<Vec<String>>,
    pub(super) emptied_ms: Option<i64>,
    pub(super) next_emptying_ms: Option<i64>,
    pub(super) cleaned_ms: Option<i64>,
    pub(super) next_cleaning_ms: Option<i64>,
}

/// Reads fields of one object and notes what is wrong with each, by its path.
struct Reader<'a> {
    object: &'a Map<String, Value>,
    path: &'a str,
    locale: Locale,
    errors: &'a mut FormErrors,
}

impl Reader<'_> {
    fn wrong(&mut self, name: &str, zh: &str, en: &str) {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        self.errors.field(&path, zh_en(self.locale, zh, en));
    }

    fn given(&self, name: &str) -> Option<&Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn number(&mut self, name: &str, low: f64, high: f64, zh: &str, en: &str) -> Option<f64> {
        let value = self.given(name)?.as_f64().filter(|value| (low..=high).contains(value));
        if value.is_none() {
            self.wrong(name, zh, en);
        }
        value
    }

    fn text(&mut self, name: &str, most: usize) -> Option<String> {
        let value = self.given(name)?;
        let text =
            value.as_str().filter(|text| !text.is_empty() && text.len() <= most && !text.chars().any(char::is_control));
        let text = text.map(str::to_owned);
        if text.is_none() {
            self.wrong(name, &format!("应为 1 到 {most} 字节的一行文字"), &format!("is one line of 1 to {most} bytes"));
        }
        text
    }

    fn time(&mut self, name: &str) -> Option<i64> {
        let value = self.given(name)?.as_str().and_then(time::read);
        if value.is_none() {
            self.wrong(
                name,
                "应为带时区的时间，如 2026-11-26T08:30:00Z",
                "is a time with its zone, such as 2026-11-26T08:30:00Z",
            );
        }
        value
    }

    fn location(&mut self) -> (f64, f64) {
        let coordinates = self
            .given("location")
            .filter(|location| location["type"] == "Point")
            .map(|location| &location["coordinates"]);
        let at = |index: usize| coordinates.and_then(|pair| pair.get(index)).and_then(Value::as_f64);
        match (at(1), at(0)) {
            (Some(latitude), Some(longitude)) if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => {
                (latitude, longitude)
            }
            _ => {
                self.wrong(
                    "location",
                    "应为 GeoJSON Point，坐标先经度后纬度",
                    "is a GeoJSON Point, longitude before latitude",
                );
                (0.0, 0.0)
            }
        }
    }
}

impl Sent {
    /// Reads one entity; what is wrong goes to `errors` under its path.
    pub(super) fn read(value: &Value, path: &str, locale: Locale, errors: &mut FormErrors) -> Option<Self> {
        let Some(object) = value.as_object() else {
            errors.field(
                if path.is_empty() { "body" } else { path },
                zh_en(locale, "应为 JSON 对象", "is a JSON object"),
            );
            return None;
        };
        let mut reader = Reader { object, path, locale, errors };
        if reader.given("type").and_then(Value::as_str) != Some("WasteContainer") {
            reader.wrong("type", "应为 WasteContainer", "is WasteContainer");
        }
        let id = reader.text("id", 200);
        if reader.given("id").is_none() {
            reader.wrong("id", "必填", "is needed");
        }
        let status = reader.text("status", 20);
        if status.as_ref().is_some_and(|status| !STATUS.contains(&status.as_str())) {
            let (zh, en) = (format!("应为 {}", STATUS.join("、")), format!("is one of {}", STATUS.join(", ")));
            reader.wrong("status", &zh, &en);
        }
        let kinds = reader.given("storedWasteKind").cloned();
        let kinds = kinds.map(|kinds| match &kinds {
            Value::String(one) => vec![one.clone()],
            Value::Array(all) => all.iter().filter_map(|kind| Some(kind.as_str()?.to_owned())).collect(),
            _ => Vec::new(),
        });
        if kinds
            .as_ref()
            .is_some_and(|kinds| kinds.is_empty() || kinds.len() > KINDS || kinds.iter().any(|kind| kind.len() > 60))
        {
            reader.wrong("storedWasteKind", "应为 1 到 10 个文字", "is 1 to 10 texts");
        }
        Some(Self {
            location: reader.location(),
            isle: reader.text("refWasteContainerIsle", 200),
            level: reader.number(
                "fillingLevel",
                0.0,
                1.0,
                "应为 0 到 1 的数，不是百分比",
                "is a number from 0 to 1, not percent",
            ),
            threshold: reader.number(
                "binFullnessThreshold",
                1.0,
                100.0,
                "应为百分比，1 到 100",
                "is in percent, 1 to 100",
            ),
            capacity: reader.number("binCapacity", 0.0, 1e6, "应为升数，0 到 1000000", "is litres, 0 to 1000000"),
            emptied_ms: reader.time("dateLastEmptying"),
            next_emptying_ms: reader.time("nextActuationDeadline"),
            cleaned_ms: reader.time("dateLastCleaning"),
            next_cleaning_ms: reader.time("nextCleaningDeadline"),
            id: id.unwrap_or_default(),
            status,
            kinds,
        })
    }
}

/// A bin as an entity; `place` is latitude and longitude.
pub(super) fn write(bin: &Bin, isle: &str, (latitude, longitude): (f64, f64)) -> Value {
    let mut entity = json!({
        "id": bin.entity,
        "type": "WasteContainer",
        "location": {"type": "Point", "coordinates": [longitude, latitude]},
        "binFullnessThreshold": bin.threshold,
        "status": bin.status,
        "refWasteContainerIsle": isle,
    });
    let times = [
        ("dateLastEmptying", bin.emptied_ms),
        ("nextActuationDeadline", bin.next_emptying_ms),
        ("dateLastCleaning", bin.cleaned_ms),
        ("nextCleaningDeadline", bin.next_cleaning_ms),
    ];
    for (name, value) in times {
        if let Some(value) = value {
            entity[name] = time::write(value).into();
        }
    }
    for (name, value) in [("fillingLevel", bin.level), ("binCapacity", bin.capacity)] {
        if let Some(value) = value {
            entity[name] = value.into();
        }
    }
    if !bin.kinds.is_empty() {
        entity["storedWasteKind"] = bin.kinds.clone().into();
    }
    entity
}
