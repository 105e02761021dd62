//! Whose plugins run: signed packages from keygen to a running module, and what becomes of those that nobody vouches for.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use xl_model::signature::PublisherSecret;
use xl_model::signature::Statement;
use xueliang::app::clock::SystemClock;
use xueliang::config::Config;
use xueliang::config::Publisher;
use xueliang::config::Unsigned;

use crate::children::command;
use crate::programs;
use crate::programs::packed;
use crate::town::Answer;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// A hub that runs only what these publishers signed.
fn strict(secrets: &[u8]) -> impl FnOnce(&mut Config) + use<> {
    let publisher = |secret: &u8| Publisher {
        name: format!("发布者 {secret}"),
        key: PublisherSecret::new(&[*secret; 32]).public(),
        until: None,
    };
    let publishers: Vec<Publisher> = secrets.iter().map(publisher).collect();
    move |config| {
        config.plugins.unsigned = Unsigned::Refuse;
        config.plugins.publishers = publishers;
    }
}

/// The line of a signature file.
fn signed(package: &[u8], secret: u8) -> String {
    let manifest = xl_runtime::package::manifest(package).unwrap();
    let digest = hex::encode(sha2::Sha256::digest(package)).parse().unwrap();
    let statement = Statement { plugin: manifest.id, version: manifest.version, digest };
    PublisherSecret::new(&[secret; 32]).sign(statement).to_string()
}

async fn install(town: &Town, package: &[u8], signature: Option<&str>) -> Answer {
    town.install_signed(package.to_vec(), signature).await
}

fn code(answer: &Answer) -> &str {
    answer.json["code"].as_str().unwrap_or_default()
}

/// Runs `xueliang …` at the town's hub: whether it succeeded, and what it said.
pub(crate) fn xueliang(town: &Town, token: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = command(programs::hub());
    let output = command.args(arguments).args(["--hub", &town.url(), "--token-file"]).arg(token).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// MOD-9, SUP: unsigned, tampered, wrong key, another plugin's or version's signature.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_package_that_a_pinned_publisher_signed_is_installed() {
    let town = Town::start_with(strict(&[1])).await;
    let package = packed("hello-plugin");
    let mut manifest = xl_runtime::package::manifest(&package).unwrap();
    manifest.version = "9.0.0".to_owned();
    let other_version = xl_runtime::package::pack(&package, &manifest).unwrap();
    let mut tampered = package.clone();
    *tampered.last_mut().unwrap() ^= 1;
    let good = signed(&package, 1);
    let lying = {
        let digest = hex::encode(sha2::Sha256::digest(&package)).parse().unwrap();
        let statement = Statement { plugin: manifest.id.clone(), version: "9.0.0".to_owned(), digest };
        PublisherSecret::new(&[1; 32]).sign(statement).to_string()
    };
    for (what, bytes, signature, expected) in [
        ("unsigned", &package, None, "XL0626"),
        ("an unknown publisher", &package, Some(signed(&package, 2)), "XL0627"),
        ("tampered bytes", &tampered, Some(good.clone()), "XL0628"),
        ("another version's signature", &other_version, Some(good.clone()), "XL0628"),
        ("another plugin's signature", &package, Some(signed(&packed("hostile"), 1)), "XL0628"),
        ("a signature that says another version", &package, Some(lying), "XL0628"),
        ("no signature", &package, Some("good".to_owned()), "XL0629"),
        // What is not vouched for is not even read: these bytes are no plugin.
        ("nothing, unsigned", &b"nothing".to_vec(), None, "XL0626"),
    ] {
        let answer = install(&town, bytes, signature.as_deref()).await;
        assert_eq!((answer.status, code(&answer)), (422, expected), "{what}: {answer:?}");
    }
    assert_eq!(town.get("plugins").await, json!([]));
    let answer = install(&town, &package, Some(&good)).await;
    assert_eq!((answer.status, answer.json["publisher"].as_str()), (201, Some("发布者 1")), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_key_to_a_running_module_in_five_commands_and_everybody_sees_who_published() {
    let folder = tempfile::tempdir().unwrap();
    let (key, package) = (folder.path().join("publisher.key"), folder.path().join("hello-plugin.wasm"));
    std::fs::write(&package, packed("hello-plugin")).unwrap();
    let run = |arguments: &[&str], paths: &[&Path]| {
        let output = command(programs::hub()).args(arguments).args(paths).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    let (done, said) = run(&["plugin", "keygen"], &[&key]);
    assert!(done, "{said}");
    let public = said.lines().last().unwrap().trim().to_owned();
    let (done, said) = run(&["plugin", "keygen"], &[&key]);
    assert!(!done && said.contains("is there already"), "a key is not written over: {said}");
    let (done, said) = run(&["plugin", "sign", "--key", key.to_str().unwrap()], &[&package]);
    assert!(done && folder.path().join("hello-plugin.wasm.sig").exists(), "{said}");

    let pinned = Publisher { name: "日照农业".to_owned(), key: public.parse().unwrap(), until: None };
    let town = Town::start_with(|config| {
        config.plugins.unsigned = Unsigned::Refuse;
        config.plugins.publishers = vec![pinned];
    })
    .await;
    let token = town.hub.token_file().to_owned();
    let (done, said) = xueliang(&town, &token, &["plugin", "install", package.to_str().unwrap()]);
    assert!(done && said.contains("published by 日照农业"), "{said}");
    let grants = r#"{"cameras": "all", "picture_level": "metric", "purposes": ["sanitation"]}"#;
    let enable = ["module", "enable", "hello-plugin", "--township", TOWNSHIP, "--grants", grants];
    let (done, said) = xueliang(&town, &token, &enable);
    assert!(done && said.contains("371122102/hello-plugin\t已启用 · enabled"), "{said}");

    let (done, said) = xueliang(&town, &token, &["plugin", "list"]);
    assert!(done && said.contains("hello-plugin\t0.1.0\t日照农业"), "{said}");
    let (done, said) = xueliang(&town, &token, &["module", "list"]);
    assert!(done && said.contains("running\t日照农业"), "{said}");
    assert_eq!(town.get("plugins").await[0]["key"], public);
    assert_eq!(town.get(&format!("modules/{TOWNSHIP}/hello-plugin")).await["publisher"], "日照农业");
    for page in ["/plugins", "/modules/371122102/hello-plugin"] {
        let (status, text) = town.page(page, true).await;
        assert!(status == 200 && text.contains("日照农业"), "{page}: {text}");
    }
}

/// What a module says of itself.
async fn module(town: &Town) -> Value {
    town.get(&format!("modules/{TOWNSHIP}/hostile")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_whose_publisher_is_unpinned_stands_still_and_goes_on_without_loss() {
    let town = Town::start_with(strict(&[1])).await;
    let package = packed("hostile");
    let installed = install(&town, &package, Some(&signed(&package, 1))).await;
    town.enable(installed.json["digest"].as_str().unwrap(), json!({"behaviour": "well-behaved"})).await;
    town.pings(TOWNSHIP, 0..500).await;
    town.caught_up("hostile").await;

    // Unpinned: its events wait.
    let folder: Arc<tempfile::TempDir> = town.folder.clone();
    town.hub.stop().await;
    let town = Town::start_in(folder.clone(), Arc::new(SystemClock), strict(&[2])).await;
    let stands = module(&town).await;
    assert_eq!(stands["last_failure"]["code"], "XL0627", "{stands}");
    assert_eq!(stands["publisher"], Value::Null);
    assert_eq!(town.get("plugins").await[0]["refused"], "XL0627");
    let resumed = town.ask("POST", &format!("modules/{TOWNSHIP}/hostile/resume"), None).await;
    assert_eq!((resumed.status, code(&resumed)), (422, "XL0627"), "{resumed:?}");
    let (cursor, seen) = (stands["cursor"].clone(), town.events("test.seen").await.len());
    assert_eq!(seen, 500);

    // Signed anew by somebody who is pinned: the same bytes, another signature.
    let again = install(&town, &package, Some(&signed(&package, 2))).await;
    assert_eq!((again.status, again.json["publisher"].as_str()), (201, Some("发布者 2")), "{again:?}");
    assert_eq!(module(&town).await["cursor"], cursor);
    town.post(&format!("modules/{TOWNSHIP}/hostile/resume"), json!({})).await;
    let events = (0..10).map(|n| json!({"township": TOWNSHIP, "kind": "test.ping", "id": format!("p{n}"), "data": {}}));
    for event in events {
        town.post("events", event).await;
    }
    town.caught_up("hostile").await;
    assert_eq!(town.events("test.seen").await.len(), 510);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_was_changed_in_the_store_is_not_run() {
    let town = Town::start_with(strict(&[1])).await;
    let package = packed("hostile");
    let installed = install(&town, &package, Some(&signed(&package, 1))).await;
    let digest = installed.json["digest"].as_str().unwrap().to_owned();
    town.enable(&digest, json!({"behaviour": "well-behaved"})).await;
    let folder = town.folder.clone();
    town.hub.stop().await;
    let file = find(&folder.path().join("plugins"), &digest);
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let town = Town::start_in(folder, Arc::new(SystemClock), strict(&[1])).await;
    let stands = module(&town).await;
    assert_eq!(stands["last_failure"]["code"], "XL0310", "{stands}");
    assert!(stands["last_failure"]["detail"].as_str().unwrap().contains("not started"), "{stands}");
}

/// The file below `folder` that is named by a hash.
fn find(folder: &Path, digest: &str) -> std::path::PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().replace('/', "").contains(digest) {
                return path;
            }
        }
    }
    panic!("no file for {digest}");
}
