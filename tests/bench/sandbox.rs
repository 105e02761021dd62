//! A plugin's batch in fresh sandboxes, against the same function native.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use sha2::Digest as _;
use xl_model::batch::Batch;
use xl_model::batch::Outcome;
use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::figures::Figures;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
use xl_model::event::Event;
use xl_model::event::NewEvent;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::id::CameraId;
use xl_model::id::CaseId;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::metrics::Change;
use xl_model::metrics::PictureMetrics;
use xl_model::picture::Provenance;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;
use xl_model::region::Region;
use xl_runtime::Engine;
use xl_runtime::EngineConfig;
use xl_runtime::compile;
use xl_runtime::port;
use xl_runtime::port::PortError;
use xl_runtime::run::Context;

use crate::cpu;
use crate::hub;
use crate::results::Results;
use crate::results::Target;
use crate::results::median;

const ROUNDS: usize = 7;

/// Measures `plugin_batch64_vs_native` and `plugin_single_us`.
pub(crate) async fn measure(results: &mut Results) {
    let packed = hub::packed("threshold");
    let engine = Engine::new(EngineConfig { concurrent_runs: 4, max_memory_mib: 64, secret: [7; 32] }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = compile::CompileConfig {
        folder: folder.path().to_owned(),
        key: [7; 32],
        program: hub::program(),
        timeout_s: 120,
        memory_mib: 4096,
    };
    let digest: Digest = hex::encode(sha2::Sha256::digest(&packed)).parse().unwrap();
    let precompiled = compile::precompiled(&engine, &config, &digest, &packed).await.unwrap();
    let manifest = xl_runtime::package::check(&packed).unwrap();
    let plugin = engine.load(digest, manifest, &precompiled).unwrap();
    let context = context();

    let (batch, single) = (events(64), events(1));
    let (mut ratios, mut singles) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let native = per_event(64 * 2_000, || {
            for _ in 0..2_000 {
                black_box(native(black_box(&batch)));
            }
        });
        let started = Instant::now();
        for _ in 0..1_000 {
            let handled = plugin.handle(&context, &batch).await;
            assert!(matches!(handled.outcome, Outcome::Done(_)), "{:?}", handled.outcome);
        }
        let sandboxed = started.elapsed().as_secs_f64() * 1e6 / 64_000.0;
        let before = cpu::seconds(std::process::id());
        for _ in 0..10_000 {
            black_box(plugin.handle(&context, &single).await);
        }
        let alone = (cpu::seconds(std::process::id()) - before) * 1e6 / 10_000.0;
        println!("round {round}: native {native:.3} µs, batch of 64 {sandboxed:.3} µs, alone {alone:.1} µs CPU");
        if round > 0 {
            ratios.push(sandboxed / native);
            singles.push(alone);
        }
    }
    let (ratio, spread) = median(&ratios);
    let note = format!("fresh sandbox per batch of 64, same function native, spread {spread:.2}");
    results.note("plugin_batch64_vs_native", ratio, "ratio", Target::AtMost(4.0), None, &note);
    let (alone, spread) = median(&singles);
    let note = format!("one event alone, CPU, spread {spread:.2}");
    results.note("plugin_single_us", alone, "µs", Target::AtMost(80.0), None, &note);
}

/// The same work as the guest: read, count, judge, write down what is announced and kept.
fn native(batch: &Batch) -> (Vec<String>, Vec<String>) {
    let events = batch.events.iter();
    let parts = events.map(|event| (event.camera.as_ref().map_or("", |camera| camera.as_str()), &*event.data));
    let tally = threshold::tally(parts).unwrap();
    let announced = tally.hot.iter().map(|(_, hot)| serde_json::to_string(hot).unwrap());
    let kept = tally.readings.values().map(|&readings| serde_json::to_string(&threshold::Count { readings }).unwrap());
    (announced.collect(), kept.collect())
}

fn per_event(events: u64, work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64() * 1e6 / events as f64
}

/// Events of some 300 bytes of JSON, one in ten of them hot.
fn events(count: u64) -> Batch {
    let township: TownshipId = "371122102".parse().unwrap();
    let events = (1..=count).map(|seq| {
        let temperature = if seq % 10 == 0 { 38.5 } else { 21.5 };
        // What a greenhouse's gateway sends.
        let data = format!(
            r#"{{"temp_c":{temperature},"rh_pct":71.5,"light_lux":18250,"co2_ppm":612,"soil_pct":33.1,"soil_temp_c":18.25,"soil_ec_ms_cm":1.82,"soil_ph":6.4,"leaf_wet":false,"wind_m_s":0.35,"rain_mm":0.0,"vent_pct":40,"shade_pct":0,"pump":"off","battery_v":12.61,"rssi_dbm":-71,"up_s":863201,"sent_ms":1795420800123.5}}"#
        );
        Arc::new(Event {
            seq,
            fact: NewEvent {
                township: township.clone(),
                source: "371122102.gh-1".into(),
                id: format!("s1:{seq}").into(),
                kind: "camera.telemetry".parse().unwrap(),
                camera: Some("gh-1".parse().unwrap()),
                subject: None,
                time_ms: 1_795_420_800_123,
                received_ms: 1_795_420_800_200,
                data: data.into(),
                pictures: Vec::new(),
                cause: None,
                depth: 0,
            },
        })
    });
    Batch { module: key(), now_ms: 1_795_420_800_200, events: events.collect() }
}

fn key() -> ModuleKey {
    ModuleKey { township: "371122102".parse().unwrap(), plugin: "threshold".parse().unwrap() }
}

fn context() -> Context {
    let nothing = Arc::new(Nothing);
    Context {
        module: key(),
        settings: "{}".into(),
        grants: Grants { cameras: CameraSelector::All, ..Grants::default() }.into(),
        ports: port::Ports {
            records: nothing.clone(),
            cameras: nothing.clone(),
            egress: nothing.clone(),
            cases: nothing,
        },
        budget: Arc::default(),
        recorded: None,
    }
}

/// A host that holds nothing: what is measured is the sandbox.
struct Nothing;

#[async_trait]
impl port::Records for Nothing {
    async fn get(&self, _: &ModuleKey, _: &str, _: &str) -> Result<Option<String>, PortError> {
        Ok(None)
    }

    async fn find(&self, _: &ModuleKey, _: RecordQuery) -> Result<RecordPage, PortError> {
        Ok(RecordPage::default())
    }

    async fn has_link(&self, _: &ModuleKey, _: &str) -> Result<bool, PortError> {
        Ok(false)
    }

    async fn used(&self, _: &ModuleKey) -> Result<port::Used, PortError> {
        Ok(port::Used::default())
    }
}

#[async_trait]
impl port::Cameras for Nothing {
    async fn list(&self, _: &TownshipId) -> Result<Vec<port::CameraInfo>, PortError> {
        Ok(Vec::new())
    }

    async fn latest(&self, _: &TownshipId, _: &CameraId) -> Result<Option<Provenance>, PortError> {
        Ok(None)
    }

    async fn provenance(&self, _: &ModuleKey, _: &Digest) -> Result<Option<Provenance>, PortError> {
        Ok(None)
    }

    async fn snapshot(&self, _: port::Look) -> Result<Result<Provenance, port::NoSnapshot>, PortError> {
        Ok(Err(port::NoSnapshot::Purpose))
    }

    async fn metrics(&self, _: &Provenance) -> Result<PictureMetrics, PortError> {
        Err(PortError("no picture".to_owned()))
    }

    async fn change(&self, _: &Provenance, _: &Provenance, _: Option<Region>) -> Result<Change, PortError> {
        Err(PortError("no picture".to_owned()))
    }

    async fn pixels(
        &self,
        _: &Provenance,
        _: port::View,
        _: u32,
        _: u32,
        _: port::PixelFormat,
    ) -> Result<Vec<u8>, PortError> {
        Ok(Vec::new())
    }

    async fn jpeg(&self, _: &Provenance, _: port::View, _: u32) -> Result<Vec<u8>, PortError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl port::Egress for Nothing {
    async fn fetch(&self, _: port::Request) -> Result<port::Response, port::FetchError> {
        Err(port::FetchError::Timeout)
    }
}

#[async_trait]
impl port::Cases for Nothing {
    async fn get(&self, _: &ModuleKey, _: &CaseId) -> Result<Option<Case>, PortError> {
        Ok(None)
    }

    async fn by_key(&self, _: &ModuleKey, _: &str) -> Result<Option<Case>, PortError> {
        Ok(None)
    }

    async fn find(&self, _: &ModuleKey, _: CaseQuery) -> Result<CasePage, PortError> {
        Ok(CasePage::default())
    }

    async fn history(&self, _: &ModuleKey, _: &CaseId) -> Result<Option<Vec<Past>>, PortError> {
        Ok(None)
    }

    async fn figures(&self, _: &ModuleKey, _: i64, _: i64, _: Grouping) -> Result<Vec<(String, Figures)>, PortError> {
        Ok(Vec::new())
    }

    async fn rules(&self, _: &TownshipId) -> Result<Arc<Rules>, PortError> {
        Ok(Arc::new(Rules::plain()))
    }

    async fn next_number(&self, _: &TownshipId, _: u16) -> Result<u32, PortError> {
        Ok(1)
    }
}
