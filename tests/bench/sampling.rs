//! 700 cameras of a township, watched by three modules every five minutes, one camera hanging: one fetch a camera and period,
//! none late.

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::Instant;

use futures::StreamExt;
use serde_json::json;
use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use xl_model::cloud_event::parse_rfc3339;

use crate::hub::Site;
use crate::hub::TOWNSHIP;
use crate::hub::packed;
use crate::results::Results;
use crate::results::Target;

const CAMERAS: usize = 700;
const PERIOD: Duration = Duration::from_secs(300);

/// A plugin under another name that asks for a look every five minutes.
fn watching(name: &str) -> Vec<u8> {
    let component = packed("threshold");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    manifest.id = name.parse().unwrap();
    let wish = json!([{"name": "watch", "every_s": PERIOD.as_secs(), "purpose": "sanitation"}]);
    manifest.samples = serde_json::from_value(wish).unwrap();
    xl_runtime::package::pack(&component, &manifest).unwrap()
}

/// Measures `sampling_late_share` and `sampling_fetches_per_camera_period`.
pub(crate) async fn measure(results: &mut Results) {
    let site = Site::new("[mqtt]\nlisten = \"127.0.0.1:0\"\n[onvif]\nallow_loopback = true\n");
    let (hub, _) = site.start().await;
    let fleet = Fleet::start(FleetConfig { cameras: CAMERAS, ..FleetConfig::default() }).await.unwrap();
    let enrol = |n: usize| {
        let (site, address) = (&site, fleet.device(n).unwrap().address());
        async move {
            let attachment = json!({"kind": "onvif", "host": address.ip(), "port": address.port(), "user": "admin"});
            let camera = json!({"township": TOWNSHIP, "camera": format!("o{n}"), "name": "o", "purposes": ["sanitation"],
                "place": format!("{TOWNSHIP}201"), "attachment": attachment, "class": "non-public"});
            site.post("cameras", camera).await;
            site.put(&format!("cameras/{TOWNSHIP}/o{n}/credentials"), json!({"password": "simulated"})).await;
        }
    };
    futures::stream::iter((0..CAMERAS).map(enrol)).buffer_unordered(16).collect::<Vec<()>>().await;
    let limit = Instant::now() + Duration::from_secs(120);
    while site.get("status/cameras?level=up&limit=1").await["total"] != CAMERAS {
        assert!(Instant::now() < limit, "not all cameras come up");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    fleet.device(0).unwrap().set(Fault::NeverEndingBody);
    let before: Vec<u64> = (0..CAMERAS).map(|n| fleet.device(n).unwrap().record().snapshots).collect();
    for name in ["watch-a", "watch-b", "watch-c"] {
        let digest = site.install(watching(name)).await;
        site.enable_at(TOWNSHIP, &digest, "metric").await;
    }
    println!("sampling: {CAMERAS} cameras, three modules, one camera hangs; two periods of {} s", PERIOD.as_secs());
    tokio::time::sleep(2 * PERIOD + Duration::from_secs(20)).await;

    let mut times: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let (mut after, mut shared) = (0, true);
    loop {
        let path = format!("events?township={TOWNSHIP}&kind=camera.sampled&after={after}&limit=1000");
        let part = site.get(&path).await;
        let events = part["events"].as_array().unwrap();
        let Some(last) = events.last() else { break };
        after = last["seq"].as_u64().unwrap();
        for event in events {
            shared &= event["data"]["plans"].as_array().unwrap().len() == 3;
            let at_ms = parse_rfc3339(event["receivedtime"].as_str().unwrap()).unwrap();
            times.entry(event["camera"].as_str().unwrap().to_owned()).or_default().push(at_ms);
        }
    }
    times.remove("o0");
    let period_ms = PERIOD.as_millis() as f64;
    let gaps = times.values().flat_map(|times| times.windows(2).map(|pair| (pair[1] - pair[0]) as f64));
    let late = gaps.map(|gap| (gap - period_ms).abs() / period_ms).fold(0.0, f64::max);
    let watched = times.values().filter(|times| times.len() >= 2).count();
    let looks: usize = times.values().map(Vec::len).sum();
    let fetched: u64 = (1..CAMERAS).map(|n| fleet.device(n).unwrap().record().snapshots - before[n]).sum();
    println!(
        "sampling: {watched} cameras were seen twice or more; {looks} looks, {fetched} fetches; all by three: {shared}"
    );
    assert_eq!(watched, CAMERAS - 1, "every camera is seen each period");
    assert!(fetched * 100 >= looks as u64 * 98, "each look is at a picture of its own period");
    drop(hub);
    let note =
        format!("{CAMERAS} cameras, three modules, every {} s, one camera hangs: worst of all gaps", PERIOD.as_secs());
    results.note("sampling_late_share", late, "of period", Target::AtMost(0.1), None, &note);
    let note = format!("{fetched} fetches for {looks} looks of three modules each");
    let each = fetched as f64 / looks as f64;
    results.note("sampling_fetches_per_look", each, "ratio", Target::AtMost(1.0), None, &note);
}
