//! The guest of the tests, loaded; and runs of it.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::batch::Batch;
use xl_model::batch::Outcome;
use xl_model::effect::Effect;
use xl_model::event::Event;
use xl_model::event::NewEvent;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::grant::Quotas;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::manifest::Manifest;
use xl_model::picture::PictureLevel;
use xl_runtime::Engine;
use xl_runtime::EngineConfig;
use xl_runtime::Plugin;
use xl_runtime::compile;
use xl_runtime::package;
use xl_runtime::run::Context;
use xl_runtime::run::Handled;

use crate::ports::TOWNSHIP;
use crate::ports::World;

/// The memory that an engine of the tests gives a run at most.
pub const MEMORY_MIB: u32 = 64;

/// An engine as a hub has it.
pub fn engine() -> Engine {
    Engine::new(EngineConfig { concurrent_runs: 4, max_memory_mib: MEMORY_MIB, secret: [3; 32] }).unwrap()
}

/// The folder that cargo builds into.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned()
}

/// The hostile component as cargo built it.
pub fn component() -> Vec<u8> {
    let file = target().join("wasm32-wasip2/plugin/hostile.wasm");
    let command = "cargo build --profile plugin --target wasm32-wasip2 -p hostile";
    fs::read(&file).unwrap_or_else(|_| panic!("`{}` is missing: run `{command}` or `make plugins`", file.display()))
}

/// The hostile plugin's manifest.
pub fn manifest() -> Manifest {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/plugins/hostile/plugin.toml");
    toml::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

pub fn digest_of(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>().parse().unwrap()
}

/// The hostile plugin, ready to run; its machine code is kept between tests.
pub async fn hostile(change: impl FnOnce(&mut Manifest)) -> Arc<Plugin> {
    let packed = package::pack(&component(), &manifest()).unwrap();
    let (engine, digest) = (engine(), digest_of(&packed));
    let scripts = tempfile::tempdir().unwrap();
    let config = crate::compile::config(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("sandbox-code"), scripts.path());
    let precompiled = compile::precompiled(&engine, &config, &digest, &packed).await.unwrap();
    let mut manifest = package::check(&packed).unwrap();
    change(&mut manifest);
    engine.load(digest, manifest, &precompiled).unwrap()
}

/// A component in text form with the hostile plugin's identity, ready to run.
pub fn from_text(text: &str, change: impl FnOnce(&mut Manifest)) -> Result<Arc<Plugin>, xl_runtime::RuntimeError> {
    let mut plain = Manifest { pages: Vec::new(), calls: Vec::new(), ..manifest() };
    change(&mut plain);
    let packed = package::pack(&wat::parse_str(text).unwrap(), &plain)?;
    let (engine, digest) = (engine(), digest_of(&packed));
    let precompiled = compile::here(&engine, &digest, &packed)?;
    engine.load(digest, package::check(&packed)?, &precompiled)
}

/// A module that was granted everything that the tests use.
pub fn context(world: &Arc<World>, behaviour: &str) -> Context {
    let grants = Grants {
        cameras: CameraSelector::Only(vec!["gh-1".parse().unwrap(), "gh-2".parse().unwrap()]),
        picture_level: PictureLevel::Masked,
        http: vec![xl_model::grant::HttpGrant {
            host: "slow.test".to_owned(),
            plain: false,
            private: false,
            credential: None,
        }],
        links: true,
        cases: true,
        purposes: ["sanitation", "produce", "security"].map(str::to_owned).into(),
        assessment: None,
        quotas: Quotas::default(),
    };
    Context {
        module: ModuleKey { township: TOWNSHIP.parse().unwrap(), plugin: "hostile".parse().unwrap() },
        settings: json!({ "behaviour": behaviour }).to_string().into(),
        grants: grants.into(),
        ports: world.ports(),
        budget: Arc::default(),
        recorded: None,
    }
}

/// An event with this number and data.
pub fn event(seq: u64, data: Value) -> Event {
    Event {
        seq,
        fact: NewEvent {
            township: TOWNSHIP.parse().unwrap(),
            source: "test".into(),
            id: seq.to_string().into(),
            kind: "test.ping".parse().unwrap(),
            camera: Some("gh-1".parse().unwrap()),
            subject: None,
            time_ms: seq as i64,
            received_ms: seq as i64,
            data: data.to_string().into(),
            pictures: Vec::new(),
            cause: None,
            depth: 0,
        },
    }
}

pub fn batch(events: impl IntoIterator<Item = Event>) -> Batch {
    let events: Vec<_> = events.into_iter().map(Arc::new).collect();
    let module = ModuleKey { township: TOWNSHIP.parse().unwrap(), plugin: "hostile".parse().unwrap() };
    Batch { module, now_ms: 1_795_420_830_000, events }
}

/// `count` plain events.
pub fn pings(count: u64) -> Batch {
    batch((1..=count).map(|seq| event(seq, json!({ "n": seq }))))
}

/// One event that asks for host calls.
pub fn script(steps: Value) -> Batch {
    batch([event(1, json!({ "script": steps }))])
}

/// Runs a script and gives what each call answered.
pub async fn answers(plugin: &Plugin, context: &Context, steps: Value) -> Vec<String> {
    let handled = plugin.handle(context, &script(steps)).await;
    assert!(matches!(handled.outcome, Outcome::Done(_)), "{:?}", handled.outcome);
    lines(&handled)
}

pub fn lines(handled: &Handled) -> Vec<String> {
    handled.log.iter().map(|line| line.message.clone()).collect()
}

/// The effects of a run that ended well.
pub fn effects(handled: &Handled) -> &[Effect] {
    match &handled.outcome {
        Outcome::Done(effects) => &effects.list,
        other => panic!("{other:?}: {:?}", handled.log),
    }
}
