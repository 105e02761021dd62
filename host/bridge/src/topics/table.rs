//! The table of topics: which item says the state, and what kind of event it is.
//!
//! Compared without namespace prefixes and without regard to case. Where an item's name was seen in no capture and no
//! parser, the only boolean item is taken (`items::flag`). A row more is a line more here, and a test in `tests.rs`.

use Reading::Classes;
use Reading::Count;
use Reading::Date;
use Reading::Flag;
use Reading::Ignored;
use Reading::Job;
use Reading::Pulse;
use Reading::Share;
use Reading::Smart;

/// How the items of a topic are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reading {
    /// A boolean: the first of these items that is there, else the only boolean one.
    Flag(&'static [&'static str]),
    /// Each message is an event; a boolean of these names can still say that it has ended.
    Pulse(&'static [&'static str]),
    /// A number in this item.
    Count(&'static str),
    /// Space-separated classes in this item, one state each; empty clears all.
    Classes(&'static str),
    /// Whichever of [`SMART`] is there, one state each.
    Smart,
    /// The state of a recording job: `Idle`, `PartiallyActive`, `Active` or `Error`.
    Job,
    /// A share in this item, kept as percent under the second name.
    Share(&'static str, &'static str),
    /// The date in the only item, kept under this name.
    Date(&'static str),
    /// Not worth a word: configuration chatter.
    Ignored,
}

/// One row: topic, how it is read, kind without `camera.`.
pub(super) type Row = (&'static str, Reading, &'static str);

/// The kind of what the table does not know.
pub(super) const RAW: &str = "vendor.raw";

/// The kind of readings.
pub(super) const TELEMETRY: &str = "telemetry";

const STATE: Reading = Flag(&["State"]);
const LOGICAL: Reading = Flag(&["LogicalState", "State"]);

/// Every topic with a meaning; `{service}` stands for one of [`SERVICES`].
pub(super) const TOPICS: [Row; 48] = [
    ("VideoSource/MotionAlarm", STATE, "motion"),
    ("RuleEngine/CellMotionDetector/Motion", Flag(&["IsMotion"]), "motion"),
    ("RuleEngine/MotionRegionDetector/Motion", STATE, "motion"),
    ("RuleEngine/MotionDetector/Detection", Flag(&["Detected"]), "motion"), // Ajax.
    ("VideoAnalytics/MotionDetection", STATE, "motion"),                    // Hanwha, over ONVIF-EJ.
    ("Device/Sensor/PIR", STATE, "motion"),                                 // Axis.
    ("RuleEngine/FieldDetector/ObjectsInside", Flag(&["IsInside"]), "area.inside"),
    ("RuleEngine/CellMotionDetector/Intrusion", Flag(&["IsIntrusion"]), "area.intrusion"),
    ("RuleEngine/LineDetector/Crossed", Pulse(&["State"]), "line.cross"),
    ("RuleEngine/LineDetector/Crossing", Pulse(&["State"]), "line.cross"), // Ajax.
    ("RuleEngine/CellMotionDetector/LineCross", Flag(&["IsLineCross"]), "line.cross"),
    ("RuleEngine/LineCrossDetector/LineCross", Flag(&["IsLineCross"]), "line.cross"),
    ("OpenApp/WiseAI/LineCrossing", STATE, "line.cross"), // Hanwha, over ONVIF-EJ.
    ("RuleEngine/CellMotionDetector/People", Flag(&["IsPeople"]), "object.person"),
    ("RuleEngine/PeopleDetector/People", Flag(&["IsPeople"]), "object.person"),
    ("RuleEngine/MyRuleDetector/PeopleDetect", STATE, "object.person"),
    ("UserAlarm/IVA/HumanShapeDetect", STATE, "object.person"),
    ("RuleEngine/MyRuleDetector/FaceDetect", STATE, "object.person"), // That somebody is there, nothing of the face.
    ("RuleEngine/MyRuleDetector/VehicleDetect", STATE, "object.vehicle"),
    ("RuleEngine/MyRuleDetector/DogCatDetect", STATE, "object.animal"),
    ("RuleEngine/MyRuleDetector/Package", STATE, "object.package"),
    ("RuleEngine/MyRuleDetector/Visitor", STATE, "visitor"),
    ("RuleEngine/ObjectDetection/Object", Classes("ClassTypes"), "object"),
    ("RuleEngine/TPSmartEventDetector/TPSmartEvent", Smart, ""),
    ("RuleEngine/CellMotionDetector/TpSmartEvent", Smart, ""),
    ("RuleEngine/CellMotionDetector/Tamper", Flag(&["IsTamper"]), "tamper"),
    ("RuleEngine/TamperDetector/Tamper", Flag(&["IsTamper"]), "tamper"),
    ("VideoSource/GlobalSceneChange/{service}", STATE, "image.scene_change"),
    ("VideoSource/ImageTooBlurry/{service}", STATE, "image.blurry"),
    ("VideoSource/ImageTooDark/{service}", STATE, "image.dark"),
    ("VideoSource/ImageTooBright/{service}", STATE, "image.bright"),
    ("AudioAnalytics/Audio/DetectedSound", STATE, "sound"),
    ("RuleEngine/CountAggregation/Counter", Count("Count"), "count"),
    ("RuleEngine/CountAggregation/OccupancyCounter", Count("Count"), "count"),
    ("RuleEngine/CountAgregation/Counter", Count("Count"), "count"), // So misspelt by a vendor.
    ("RuleEngine/CountAgregation/OccupancyCounter", Count("Count"), "count"),
    ("Device/Trigger/DigitalInput", LOGICAL, "input.digital"),
    ("Device/Trigger/AlarmIn", LOGICAL, "input.digital"), // Hikvision.
    ("Device/IO/Port", STATE, "input.digital"),           // Axis.
    ("Device/Trigger/Relay", LOGICAL, "input.relay"),
    ("Device/HardwareFailure/StorageFailure", Flag(&["Failed"]), "fault.storage"),
    ("Monitoring/ProcessorUsage", Share("Value", "cpu_pct"), TELEMETRY),
    ("Monitoring/OperatingTime/LastReboot", Date("last_reboot"), TELEMETRY),
    ("Monitoring/OperatingTime/LastReset", Date("last_reset"), TELEMETRY),
    ("Monitoring/OperatingTime/LastClockSynchronization", Date("last_clock_sync"), TELEMETRY),
    ("Monitoring/Backup/Last", Date("last_backup"), TELEMETRY),
    ("RecordingConfig/JobState", Job, "record.job"),
    ("MediaControl/VideoEncoderConfiguration", Ignored, ""),
];

/// The three services that watch a picture's quality.
const SERVICES: [&str; 3] = ["AnalyticsService", "ImagingService", "RecordingService"];

/// Items of TP-Link's one topic for everything.
pub(super) const SMART: [(&str, &str); 8] = [
    ("IsVehicle", "object.vehicle"),
    ("IsPeople", "object.person"),
    ("IsPet", "object.animal"),
    ("IsPackageDeliver", "object.package"),
    ("IsPackagePickup", "object.package"),
    ("IsLineCross", "line.cross"),
    ("IsTamper", "tamper"),
    ("IsIntrusion", "area.intrusion"),
];

/// Words in an item of classes.
pub(super) const CLASSES: [(&str, &str); 4] =
    [("Human", "object.person"), ("Vehicle", "object.vehicle"), ("Pet", "object.animal"), ("Animal", "object.animal")];

/// The row of a path without namespace prefixes.
pub(super) fn row(path: &str) -> Option<&'static Row> {
    TOPICS.iter().find(|(topic, ..)| match topic.strip_suffix("{service}") {
        Some(parent) => SERVICES.iter().any(|service| {
            path.len() == parent.len() + service.len()
                && path.get(..parent.len()).is_some_and(|head| head.eq_ignore_ascii_case(parent))
                && path.get(parent.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(service))
        }),
        None => topic.eq_ignore_ascii_case(path),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_stands_once_and_its_kind_is_one() {
        for (at, (topic, reading, kind)) in TOPICS.iter().enumerate() {
            assert!(TOPICS[..at].iter().all(|(other, ..)| !other.eq_ignore_ascii_case(topic)), "{topic}");
            let kindless = matches!(reading, Smart | Ignored);
            assert_eq!(kind.is_empty(), kindless, "{topic}");
            assert!(kindless || ["camera.", kind].concat().parse::<xl_model::id::Kind>().is_ok(), "{topic}");
        }
    }

    #[test]
    fn the_three_services_share_a_row() {
        for service in SERVICES {
            assert!(row(&format!("videosource/IMAGETOODARK/{service}")).is_some(), "{service}");
        }
        assert!(row("VideoSource/ImageTooDark/OtherService").is_none());
        assert!(row("VideoSource/ImageTooDark/").is_none());
    }
}
