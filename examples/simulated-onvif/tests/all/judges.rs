//! Clients of other people: `sh .ci/onvif-clients.sh` installs them, and a missing one is a failure, not a skip.
//!
//! What needs multicast is asked only on a machine that can send it ([`can_multicast`]); everything else runs everywhere.

use std::path::Path;
use std::path::PathBuf;
use std::process::Output;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use simulated_onvif::auth::Auth;
use simulated_onvif::device::Device;
use simulated_onvif::discovery::Discovery;
use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::FleetConfig;
use simulated_onvif::fleet::Manner;
use simulated_onvif::fleet::Place;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::process::Command;

use crate::raw::start;

const USER: &str = "admin";
const PASSWORD: &str = "p&<s>'s";

fn config(auth: Auth) -> FleetConfig {
    let manner = Manner { auth, password: PASSWORD.to_owned(), ..Manner::default() };
    FleetConfig { manner, ..FleetConfig::default() }
}

/// The folder into which the script installs.
fn tools() -> PathBuf {
    // The folder of test files is `tmp` in the target folder, wherever that is.
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("tools")
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

fn python(name: &str) -> Command {
    let program = tools().join("onvif-venv/bin/python");
    assert!(program.exists(), "a client is missing: run `sh .ci/onvif-clients.sh`");
    let mut command = Command::new(program);
    command.arg(script(name));
    command
}

fn node(name: &str) -> Command {
    let modules = tools().join("onvif-node/node_modules");
    assert!(modules.join("onvif").exists(), "a client is missing: run `sh .ci/onvif-clients.sh`");
    let mut command = Command::new("node");
    command.arg(script(name)).env("NODE_PATH", modules);
    command
}

/// onvif-util, which forbids the kernel to let programs of the same machine hear its probes (`IP_MULTICAST_LOOP` 0).
///
/// strace makes that one call do nothing: it is the second `setsockopt` of each of its two-call probes.
fn onvif_util() -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-o", "/dev/null", "-e", "trace=setsockopt", "-e", "inject=setsockopt:retval=0:when=2+2"]);
    command.arg("onvif-util");
    command
}

/// Whether this machine can send multicast at all; a container without an interface cannot.
#[expect(clippy::print_stderr, reason = "a judge that is not asked should say so")]
fn can_multicast() -> bool {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let can = socket.send_to(b"", "239.255.255.250:3702").is_ok();
    if !can {
        eprintln!("no interface for multicast: discovery is not judged here");
    }
    can
}

async fn run(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("a client is missing: run `sh .ci/onvif-clients.sh`");
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    child.wait_with_output().await.unwrap()
}

/// Runs a client that says `waiting` when it waits for a motion, and returns what it found.
async fn judge(mut command: Command, device: &Device, more: &[&str]) -> Value {
    let address = device.address();
    command.args([&address.ip().to_string(), &address.port().to_string(), USER, PASSWORD]).args(more);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("a client is missing: run `sh .ci/onvif-clients.sh`");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut last = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line == "waiting" {
            device.motion(true);
        }
        last = line;
    }
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint).await.unwrap();
    assert!(child.wait().await.unwrap().success(), "{complaint}");
    serde_json::from_str(&last).unwrap_or_else(|_| panic!("{last}\n{complaint}"))
}

fn check_zeep(found: &Value) {
    let motion = |operation, value| json!([["tns1:VideoSource/MotionAlarm", operation, value]]);
    assert_eq!(found["serial"], "SIM000000001");
    assert_eq!(found["hostname"], "SIM-001");
    assert_eq!(found["mac"], "02:00:00:00:00:01");
    assert_eq!(found["users"], json!([USER]));
    assert_eq!(found["services"].as_array().unwrap().len(), 6);
    assert_eq!(found["capabilities"], json!(["Device", "Events", "Imaging", "Media", "PTZ"]));
    assert_eq!(found["profiles"], json!(["main", "sub"]));
    assert_eq!(found["encoding"], "H264");
    assert_eq!(found["stream"], "rtsp://127.0.0.1:554/stream/main?transport=tcp");
    assert_eq!(found["snapshot"], json!({"start": "ffd8ff", "end": "ffd9"}));
    assert_eq!(found["move"], json!(["MOVING", "IDLE"]));
    assert_eq!(found["presets"], json!(["door", "gate"]));
    assert_eq!(found["brightness"], 61.0);
    assert_eq!(found["first_messages"], motion("Initialized", "false"));
    assert_eq!(found["synchronized"], motion("Initialized", "false"));
    assert_eq!(found["renewed_seconds"], 600.0);
    assert_eq!(found["motion"], motion("Changed", "true"));
}

#[tokio::test(flavor = "multi_thread")]
async fn onvif_zeep_async_is_content_by_wsse_and_with_a_wrong_clock() {
    let (_fleet, device) = start(FleetConfig { faults: vec![Fault::WrongClock], ..config(Auth::Wsse) }).await;
    let found = judge(python("zeep_client.py"), &device, &[]).await;
    check_zeep(&found);
    assert!((found["clock_error_seconds"].as_i64().unwrap() + 183 * 86_400).abs() <= 5, "{found}");
    let record = device.record();
    assert!(record.logins["wsse"] > 20, "{record:?}");
    assert_eq!((record.auth_failures, record.subscriptions_alive), (0, 0), "{record:?}");
    assert_eq!((record.ptz.moving, record.ptz.stopped_by_command), (false, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn onvif_zeep_async_is_content_by_http_digest() {
    let (_fleet, device) = start(config(Auth::Digest)).await;
    check_zeep(&judge(python("zeep_client.py"), &device, &["--digest"]).await);
    let record = device.record();
    assert!(record.logins["digest-sha256"] > 20, "{record:?}");
    assert_eq!(record.auth_failures, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn npm_onvif_is_content_by_wsse_and_by_http_digest() {
    for (auth, manner, login) in [(Auth::Wsse, "wsse", "wsse"), (Auth::Digest, "digest", "digest-sha256")] {
        let (_fleet, device) = start(config(auth)).await;
        let found = judge(node("npm_client.js"), &device, &[manner]).await;
        assert_eq!(found["serial"], "SIM000000001");
        assert_eq!(found["hostname"], "SIM-001");
        assert_eq!(found["services"], 6);
        assert_eq!(found["capabilities"], json!(["PTZ", "device", "events", "imaging", "media"]));
        assert_eq!(found["profiles"], json!(["main", "sub"]));
        assert_eq!(found["stream"], "rtsp://127.0.0.1:554/stream/main?transport=tcp");
        assert_eq!(found["snapshot"], json!({"status": 200, "start": "ffd8ff"}));
        assert_eq!(found["presets"], json!(["door"]));
        assert_eq!(found["move"], json!(["MOVING", "IDLE"]));
        assert_eq!(found["brightness"], 50);
        assert_eq!(found["firstOperation"], "Initialized");
        assert_eq!(found["renewedSeconds"], 120);
        assert_eq!(found["motion"], true);
        let record = device.record();
        assert!(record.logins[login] > 10, "{record:?}");
        assert_eq!((record.auth_failures, record.subscriptions_alive), (0, 0), "{record:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_of_wsdiscovery_and_npm_finds_every_camera() {
    if !can_multicast() {
        return;
    }
    let (fleet, _) = start(FleetConfig { cameras: 3, discovery: Discovery::Everywhere, ..config(Auth::Either) }).await;
    let mut command = python("wsdiscovery_client.py");
    command.args(fleet.devices().iter().map(|device| device.url()));
    let output = run(command, "").await;
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let mut command = node("npm_client.js");
    command.arg("discover");
    let output = run(command, "").await;
    let npm: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    for device in fleet.devices() {
        let one = found.as_array().unwrap().iter().find(|one| one["addresses"] == json!([device.url()]));
        let one = one.unwrap_or_else(|| panic!("{} is not in {found}", device.url()));
        assert_eq!(one["endpoint"], device.endpoint());
        assert_eq!(one["types"], json!(["NetworkVideoTransmitter", "Device"]));
        let url = device.url().replace("http://", "");
        assert!(npm.as_array().unwrap().contains(&json!(url)), "{url} is not in {npm}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn onvif_util_finds_the_camera_and_reads_and_sets_it() {
    let version = Command::new("onvif-util").arg("-h").output().await;
    assert!(version.is_ok(), "a client is missing: run `sh .ci/onvif-clients.sh`");
    if !can_multicast() {
        return;
    }
    // onvif-util names a camera by its host only, so this one has a host of its own.
    let place = Place::Ports { ip: [127, 41, 7, 1].into(), first: 0 };
    // It makes its nonces from the time in milliseconds, so that it repeats itself to a camera as quick as ours: this one
    // takes as long as a network does.
    let manner = Manner { slow: Duration::from_millis(5), ..config(Auth::Wsse).manner };
    let config = FleetConfig {
        place,
        manner,
        faults: vec![Fault::SlowCamera],
        discovery: Discovery::Everywhere,
        ..FleetConfig::default()
    };
    let (_fleet, device) = start(config).await;

    let mut command = onvif_util();
    command.arg("-a");
    let output = String::from_utf8(run(command, "").await.stdout).unwrap();
    assert!(output.contains("127.41.7.1 SIM-001(SIM-001 SIM-ONVIF)"), "{output}");

    let mut command = onvif_util();
    command.args(["-u", USER, "-p", PASSWORD, "127.41.7.1"]);
    let questions = "get capabilities\nget time\nget profiles\nget rtsp\nget video\nget video options\nget imaging\n\
                     get imaging options\nget network\nset brightness 33\nget imaging\nquit\n";
    let output = run(command, questions).await;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    for part in [
        "successfully connected to host",
        "serial: SIM000000001",
        "/onvif/event_service",
        "Token 0: main",
        "Token 1: sub",
        "rtsp://",
        "127.41.7.1:554/stream/main?transport=tcp",
        "1920",
        "Brightness was set to 33",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    assert!(!text.contains("ERROR"), "{text}");
    let record = device.record();
    for action in ["GetStreamUri", "GetProfiles", "GetVideoEncoderConfigurationOptions", "SetImagingSettings"] {
        assert!(record.count(action) > 0, "{action}: {record:?}");
    }
    assert_eq!(record.auth_failures, 0, "{record:?}");
}
