//! Names of events by their content, held against known vectors.

#![expect(clippy::unwrap_used, reason = "the lint knows #[test] functions, not their helpers")]

use produce_trace::epcis;
use produce_trace::epcis::hash;
use serde_json::Value;
use serde_json::json;

fn sample() -> Value {
    serde_json::from_str(include_str!("../testdata/harvest_with_evidence.jsonld")).unwrap()
}

fn id(hex: &str) -> String {
    format!("ni:///sha-256;{hex}?ver=CBV2.0")
}

/// Names of all events of a document.
fn ids(document: &Value) -> Vec<String> {
    let events = document["epcisBody"]["eventList"].as_array().unwrap();
    events.iter().map(|event| hash::id(event, document.get("@context"))).collect()
}

#[test]
fn planting_protection_harvest_and_shipping_have_the_hashes_of_the_reference() {
    assert!(epcis::check(&sample()).is_ok());
    let expected = [
        "b50060f596be785fe2c8261cb3d760986d158c8091c12b06f1a56ec6d157b1ea",
        "20a6905ab1a52437c34e65da24182b85b7433f3e447215b22cd31a5830835352",
        "c0278d2b6025a35ffaa9b77b28afdace41f93704a7387a350ab5dddb6a022ee3",
        "b248ffa41fb27772bdb6892a3ac32c3d062aba0de4ad0010500192c42d7db480",
    ];
    assert_eq!(ids(&sample()), expected.map(id));
}

#[test]
fn the_fourth_decimal_of_a_time_is_rounded_half_up_as_the_reference_does() {
    // Values of the reference generator's TimeStampRoundOff example.
    let event = json!({
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping", "disposition": "in_transit",
        "eventTime": "2023-02-02T11:04:03.1415Z", "eventTimeZoneOffset": "+01:00",
        "epcList": ["https://id.gs1.de/00/040123451111111110"],
        "readPoint": { "id": "https://id.gs1.de/414/4012345000115" },
    });
    assert_eq!(hash::id(&event, None), id("af7658e711574363633f20b3dadc7bc4c13c6f612cf96d95e03c421c0e58f3c6"));
    let event = json!({
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "transporting",
        "eventTime": "2023-02-02T11:04:03.1414Z", "eventTimeZoneOffset": "+01:00",
        "epcList": ["https://id.gs1.de/00/040123451111111110"],
        "readPoint": { "id": "geo:50.947573340894124,6.922120147375441" },
    });
    assert_eq!(hash::id(&event, None), id("0550df44527332c1fe417c5837fe61b9e71eaa93307b88519dac549bf2d4dcf9"));
}

#[test]
fn certification_sensors_and_fields_of_ones_own_are_part_of_the_hash() {
    // Values of the reference generator's example with certification and sensor data.
    let context = json!([{ "cbv": "https://ref.gs1.org/cbv/" }, { "ext1": "https://ns.ext.de/epcis/" }]);
    let event = json!({
        "type": "ObjectEvent", "eventTime": "2023-01-11T12:00:00+01:00", "eventTimeZoneOffset": "+01:00",
        "certificationInfo": "https://accreditation-council.example.org/certificate/ABC12345",
        "epcList": ["https://id.gs1.de/01/04012345999990/21/XYZ-1234"], "action": "OBSERVE", "bizStep": "receiving",
        "disposition": "in_progress", "readPoint": { "id": "https://id.gs1.de/414/4012345000115" },
        "sensorElementList": [{
            "sensorMetadata": {
                "time": "2023-01-11T11:05:00Z", "bizRules": "https://id.example.com/253/4012345000054987",
                "ext1:someFurtherMetadata": "metadataText",
            },
            "sensorReport": [{
                "type": "Dimensionless", "exception": "ALARM_CONDITION",
                "coordinateReferenceSystem": "http://www.opengis.net/def/crs/EPSG/0/27700",
                "ext1:someFurtherReportData": "reportText",
            }],
        }],
    });
    let name = hash::id(&event, Some(&context));
    assert_eq!(name, id("765891c0478707141565408cefb87841b7531936188edd0ff0e63e91789b7c09"));
    for (place, value) in [
        ("/certificationInfo", "https://accreditation-council.example.org/certificate/ABC12346"),
        ("/sensorElementList/0/sensorMetadata/ext1:someFurtherMetadata", "other"),
        ("/eventTimeZoneOffset", "+02:00"),
    ] {
        let mut changed = event.clone();
        *changed.pointer_mut(place).unwrap() = value.into();
        assert_ne!(hash::id(&changed, Some(&context)), name, "{place}");
    }
}

#[test]
fn how_an_event_is_written_does_not_change_its_hash() {
    let document = sample();
    let mut other = sample();
    let event = &mut other["epcisBody"]["eventList"][3];
    event["eventTime"] = "2025-05-20T07:00:00Z".into();
    event["bizStep"] = "urn:epcglobal:cbv:bizstep:shipping".into();
    event["readPoint"]["id"] = "http://another-host.example.com/stem/gln/9521234500001/254/DOCK?x=1".into();
    event["quantityList"][0]["quantity"] = json!(350.0);
    event["eventID"] = "urn:uuid:1".into();
    event["recordTime"] = "2026-01-01T00:00:00Z".into();
    event["errorDeclaration"] = json!({ "declarationTime": "2026-01-01T00:00:00Z", "reason": "incorrect_data" });
    assert_eq!(ids(&document)[3], ids(&other)[3]);
    other["@context"][1] = json!({ "zz": "https://example.org/xueliang-plus/voc/" });
    let event = &mut other["epcisBody"]["eventList"][0];
    event.as_object_mut().unwrap().remove("xl:cropStep");
    event["zz:cropStep"] = "planting".into();
    assert_eq!(ids(&document)[0], ids(&other)[0], "the name of a namespace is the writer's own");
}

#[test]
fn every_kind_of_gs1_key_has_the_form_that_the_reference_gives_it() {
    // Published with the reference generator (epclist_normalisation, epcisDocWithAllGS1Keys), MIT.
    let event = json!({
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting",
        "eventTime": "2019-04-02T15:00:00.000+01:00", "eventTimeZoneOffset": "+01:00",
        "readPoint": { "id": "urn:epc:id:sgln:4012345.00005.0" },
        "epcList": [
            "urn:epc:id:sgtin:4012345.011111.9876",
            "urn:epc:id:sgtin:4012345.011111.98%22",
            "urn:epc:id:sgtin:415056789012.0.987654",
            "urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()",
            "urn:epc:id:sscc:4012345.3111111111",
            "urn:epc:id:sgln:4012345.00005.122",
            "urn:epc:id:sgln:4012345.00005.0",
            "urn:epc:id:grai:4012345.00022.334455",
            "urn:epc:id:giai:4012345.ABC345",
            "urn:epc:id:gsrn:4012345.0000006765",
            "urn:epc:id:gsrnp:4012345.0000000007",
            "urn:epc:id:gdti:4012345.00009.PO-4711",
            "urn:epc:id:gdti:987659999999..9",
            "urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234",
            "urn:epc:id:ginc:0614141.xyz47%2F11",
            "urn:epc:id:gsin:4012345.222333444",
            "urn:epc:id:itip:4012345.011111.01.02.987",
            "urn:epc:id:upui:1234567.098765.51qIgY)%3C%26Jp3*j7'SDB",
            "urn:epc:id:pgln:4000001.00000",
            "urn:epc:id:pgln:999999999999.",
            "urn:epc:class:lgtin:4012345.012345.Lot987",
            "https://id.gs1.org/gtin/09780345418913",
            "https://example.com/gtin/09780345418913/21/765tz?abc=211121",
        ],
    });
    assert_eq!(hash::id(&event, None), id("4689c31cebcad30d58b175246cd49cbd8d02fa15a4099602e8f638127b4fca79"));
    let all_keys: Value =
        serde_json::from_str(include_str!("../testdata/openepcis/Documents/epcisDocWithAllGS1Keys.json")).unwrap();
    assert_eq!(ids(&all_keys), [id("40744f32beff53a4bf5bb5956d465cb52de5bbcc9f131409d8efb903b04d9351")]);
}

#[test]
fn a_sensors_number_keeps_all_of_its_digits() {
    let document =
        r#"{"type": "ObjectEvent", "example:place": [50.947573340894124, 94.95886283158103, 13.200000000000001]}"#;
    let event: Value = serde_json::from_str(document).unwrap();
    let text = hash::text(&event, None);
    for digits in ["50.947573340894124", "94.95886283158103", "13.200000000000001"] {
        assert!(text.contains(&format!("example:place={digits}")), "{text}");
    }
}
