//! Secrets that were handed to a hub are found nowhere but where they are kept: AUD-11, and SUP-12 as far as it is a hub's affair.
//!
//! A secret goes in at every entrance, rightly and wrongly, and so do the number of a resident and his telephone; then everything
//! that the hub answered, said and wrote is searched for each of them in every form that something may have put it into.

mod echo;
mod search;
mod site;

use std::fs;
use std::net::SocketAddr;

use serde_json::json;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;

use crate::children::command;
use crate::children::publish_file;
use crate::programs::packed;
use crate::town::TOWNSHIP;
use search::Secrets;
use site::As;
use site::Site;
use site::one;

const CAMERA: &str = "canary-camera-71b2f0";
const CAMERA_WRONG: &str = "canary-camera-9c14d7";
const PROBE: &str = "canary-probe-50e6aa";
const EGRESS: &str = "canary-egress-8f3e1c";
const OWN: &str = "canary seven geese & +1";
const WRONG: &str = "canary-mistyped-2d77b9";
const PASSPHRASE: &str = "canary-passphrase-e4c0";
const DEVICE_WRONG: &str = "canary-device-6a90f3";
/// The example of GB 11643.
const RESIDENT: &str = "110105194912310021";
const PHONE: &str = "13900004711";

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_that_was_handed_to_a_hub_is_found_in_what_it_says_answers_or_writes() {
    let (mut site, mut secrets) = (Site::start().await, Secrets::default());
    let first = site.first_key();
    let said = site.said();
    let password = said.lines().last().unwrap().rsplit(' ').next().unwrap().to_owned();
    secrets.add("the first key", &first);
    secrets.add("the first password", &password);
    site.keys().into_iter().for_each(|(name, key)| secrets.add(&name, key));
    assert!(secrets.count() >= 6, "the hub's own keys are among them");

    cameras(&mut site, &mut secrets, &first).await;
    let device = devices(&mut site, &mut secrets, &first).await;
    // Before the one who mistypes: only so many sign-ins are taken.
    auditor(&mut site, &mut secrets, &first).await;
    people(&mut site, &mut secrets, &first).await;
    module(&mut site, &mut secrets, &first).await;
    residents(&mut site, &mut secrets, &first).await;
    unreadable(&mut site, &first, &[&device, CAMERA, OWN]).await;
    backups(&mut site, &mut secrets);

    let limits = fs::read_to_string(format!("/proc/{}/limits", site.pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "a crash writes no memory to a file: {core}");
    for what in ["cmdline", "environ"] {
        let told = fs::read(format!("/proc/{}/{what}", site.pid())).unwrap();
        assert_eq!(secrets.found(what, &told), [""; 0]);
    }

    let signed_in = site.once(As::Nobody, "POST", "/sign-in", &format!("token={first}")).await;
    let cookie = signed_in.cookie.unwrap();
    secrets.add("a session", cookie.split_once('=').unwrap().1);
    let ids = [
        ("{township}", TOWNSHIP),
        ("{camera}", "echo"),
        ("{plugin}", "hostile"),
        ("{page}", "home"),
        ("{name}", "li"),
        ("{seq}", "1"),
        ("{code}", "XL0203"),
        ("{id}", "li"),
    ];
    assert!(site.read_api(&first, &ids).await > 30);
    assert!(site.read_console(&cookie).await > 40);
    let hub = format!("http://{}", site.http);
    let exported = site.run(&["audit", "export", "--hub", &hub, "--token-file", "auditor.key"]);
    assert!(exported.status.success() && exported.stdout.len() > 1_000);

    assert_eq!(site.hits(&secrets, &[&first, &password]), [""; 0]);
    // What lies in memory when it dies goes nowhere either.
    for signal in ["-ABRT", "-QUIT"] {
        site.crash(signal);
        assert_eq!(site.hits(&secrets, &[&first, &password]), [""; 0], "after {signal}");
        site.go().await;
    }
    println!("{} secrets, each in 13 forms", secrets.count());
}

/// One that repeats what it is told, one that does not know the password, one that is only probed.
async fn cameras(site: &mut Site, secrets: &mut Secrets, key: &str) {
    let (echo, other) = (echo::start(CAMERA).await, echo::start(PROBE).await);
    let fleet = Fleet::start(FleetConfig { cameras: 1, ..FleetConfig::default() }).await.unwrap();
    let strict = fleet.device(0).unwrap().address();
    for (camera, address, password) in [("echo", echo, CAMERA), ("strict", strict, CAMERA_WRONG)] {
        secrets.add(camera, password);
        let attachment =
            json!({"kind": "onvif", "host": address.ip().to_string(), "port": address.port(), "user": "admin"});
        let body = json!({"township": TOWNSHIP, "camera": camera, "name": camera, "place": "371122102201",
                          "purposes": ["sanitation"], "attachment": attachment,
                          "signage": {"posted": true, "date": "2026-11-01"}});
        let answer = site.ask(As::Key(key), "POST", "/api/v1/cameras", &body.to_string()).await;
        assert!(answer.status < 300, "{}", answer.text);
        let path = format!("/api/v1/cameras/{TOWNSHIP}/{camera}");
        let set = format!("{path}/credentials");
        assert_eq!(site.ask(As::Key(key), "PUT", &set, &one("password", password)).await.status, 204);
        site.ask(As::Key(key), "POST", &format!("{path}/probe"), "{}").await;
        let look = json!({"purpose": "sanitation", "reason": "to see"}).to_string();
        site.ask(As::Key(key), "POST", &format!("{path}/snapshot"), &look).await;
    }
    secrets.add("a probe", PROBE);
    for address in [other, strict] {
        let probe =
            json!({"host": address.ip().to_string(), "port": address.port(), "user": "admin", "password": PROBE});
        site.ask(As::Key(key), "POST", "/api/v1/probe", &probe.to_string()).await;
    }
    let path = format!("/api/v1/cameras/{TOWNSHIP}/echo/probe");
    let probed = site.ask(As::Key(key), "POST", &path, "{}").await;
    assert!(probed.text.contains("repeat the password"), "the camera was asked: {}", probed.text);
}

/// Gives the password of a device, which logged in with it, with another, and with its name for a password.
async fn devices(site: &mut Site, secrets: &mut Secrets, key: &str) -> String {
    let device = json!({"township": TOWNSHIP, "camera": "gh-1", "name": "gh-1", "place": "371122102999",
                        "signage_date": "2026-11-01"});
    let made = site.once(As::Key(key), "POST", "/api/v1/devices", &device.to_string()).await;
    let password = made.json["password"].as_str().unwrap().to_owned();
    secrets.add("a device", &password);
    secrets.add("a wrong device", DEVICE_WRONG);
    let file = site.folder.path().join("reading.json");
    fs::write(&file, br#"{"v":1,"sid":"s1","seq":5,"m":{"temp_c":24}}"#).unwrap();
    let (broker, user): (SocketAddr, _) = (site.mqtt.parse().unwrap(), format!("{TOWNSHIP}.gh-1"));
    let topic = format!("xl/v1/{TOWNSHIP}/gh-1/telemetry");
    for password in [&*password, DEVICE_WRONG] {
        publish_file(broker, &user, password, &topic, &file);
    }
    let mut swapped = command("mosquitto_pub");
    swapped.args(["-h", "127.0.0.1", "-p", &broker.port().to_string(), "-i", "swapped", "-u", &password, "-P", &user]);
    assert!(!swapped.args(["-t", &topic, "-m", "{}"]).output().unwrap().status.success());
    password
}

/// A person who makes every mistake once.
async fn people(site: &mut Site, secrets: &mut Secrets, key: &str) {
    let li = json!({"name": "li", "title": "李明", "reach": TOWNSHIP,
                    "roles": [{"role": "operator", "reach": TOWNSHIP}]});
    let made = site.once(As::Key(key), "POST", "/api/v1/accounts", &li.to_string()).await;
    let one_time = made.json["one_time_password"].as_str().unwrap().to_owned();
    secrets.add("a one-time password", &one_time);
    secrets.add("a password", OWN);
    secrets.add("a wrong password", WRONG);
    let sign_in = |name: &str, password: &str| json!({"name": name, "password": password}).to_string();
    let entered = site.once(As::Nobody, "POST", "/api/v1/sessions", &sign_in("li", &one_time)).await;
    let cookie = entered.cookie.unwrap();
    secrets.add("the first session", cookie.split_once('=').unwrap().1);
    for (path, body) in [
        ("/api/v1/account/password", json!({"new": "short"}).to_string()),
        ("/api/v1/account/password", json!({"current": WRONG, "new": OWN}).to_string()),
        ("/api/v1/account/password", one("new", OWN)),
    ] {
        site.ask(As::Session(&cookie), "PUT", path, &body).await;
    }
    for (name, password) in [("li", WRONG), (WRONG, WRONG), (OWN, "li"), ("nobody", OWN), ("li", &one_time)] {
        let answer = site.ask(As::Nobody, "POST", "/api/v1/sessions", &sign_in(name, password)).await;
        assert!(answer.status >= 400, "{}", answer.text);
    }
    let entered = site.once(As::Nobody, "POST", "/api/v1/sessions", &sign_in("li", OWN)).await;
    let cookie = entered.cookie.unwrap();
    secrets.add("the second session", cookie.split_once('=').unwrap().1);
    let offered = site.once(As::Session(&cookie), "POST", "/api/v1/account/factor", "{}").await;
    secrets.add("a second factor", offered.json["secret"].as_str().unwrap());
    site.ask(As::Session(&cookie), "POST", "/api/v1/account/factor/proof", &one("code", "000000")).await;
    let wanted = json!({"title": "大屏", "roles": [{"role": "operator", "reach": TOWNSHIP}]}).to_string();
    let made = site.once(As::Session(&cookie), "POST", "/api/v1/keys", &wanted).await;
    let own = made.json["key"].as_str().unwrap().to_owned();
    secrets.add("a key", &own);
    site.ask(As::Key(&own), "GET", "/api/v1/cameras", "").await;
    site.ask(As::Key(&own), "POST", "/api/v1/accounts", &li.to_string()).await;
    site.ask(As::Key(WRONG), "GET", "/api/v1/cameras", "").await;
    // Where no key belongs: in an address.
    for (method, path) in [("GET", "/api/v1/cameras"), ("POST", "/api/v1/devices"), ("DELETE", "/api/v1/sessions/x")] {
        for name in ["token", "access_token", "api_key"] {
            site.ask(As::Nobody, method, &format!("{path}?{name}={own}"), "").await;
            site.ask(As::Key(&own), method, &format!("{path}?{name}={own}"), "{}").await;
        }
    }
    site.ask(As::Nobody, "POST", "/sign-in", &format!("token={WRONG}")).await;
    site.ask(As::Nobody, "POST", "/sign-in", &format!("user=li&password={WRONG}&code=123456")).await;
}

/// Somebody who reads the audit log, with his key in a file.
async fn auditor(site: &mut Site, secrets: &mut Secrets, key: &str) {
    let roles = json!([{"role": "auditor", "reach": "*"}]);
    let account = json!({"name": "auditor", "title": "审计", "reach": "*", "roles": roles});
    let made = site.once(As::Key(key), "POST", "/api/v1/accounts", &account.to_string()).await;
    let mut password = made.json["one_time_password"].as_str().unwrap().to_owned();
    secrets.add("an auditor's one-time password", &password);
    for own in [true, false] {
        let sign_in = json!({"name": "auditor", "password": password}).to_string();
        let cookie = site.once(As::Nobody, "POST", "/api/v1/sessions", &sign_in).await.cookie.unwrap();
        secrets.add("an auditor's session", cookie.split_once('=').unwrap().1);
        if own {
            password = OWN.to_owned();
            site.ask(As::Session(&cookie), "PUT", "/api/v1/account/password", &one("new", OWN)).await;
        } else {
            let wanted = json!({"title": "导出", "roles": roles}).to_string();
            let made = site.once(As::Session(&cookie), "POST", "/api/v1/keys", &wanted).await;
            let own = made.json["key"].as_str().unwrap();
            secrets.add("an auditor's key", own);
            fs::write(site.folder.path().join("auditor.key"), own).unwrap();
        }
    }
}

/// A plugin that logs what it got of a host that repeats the credential, and traps.
async fn module(site: &mut Site, secrets: &mut Secrets, key: &str) {
    secrets.add("a credential", EGRESS);
    for (value, is_taken) in [(format!("Bearer {EGRESS}\n"), true), (format!("{EGRESS}\n{EGRESS}\n"), false)] {
        let set = site.run_with(&["--data", "data", "credential", "set", "egress"], &value);
        assert_eq!(set.status.success(), is_taken, "{}", String::from_utf8_lossy(&set.stderr));
    }
    let listed = site.run(&["--data", "data", "credential", "list"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "egress\n");
    let host = echo::start(EGRESS).await.to_string();
    let digest = site.install(key, packed("hostile")).await;
    let grants = json!({"cameras": "all", "links": true, "assessment": "PIA-2026-001",
        "http": [{"host": host, "plain": true, "private": true, "credential": "egress"}]});
    let module = json!({"township": TOWNSHIP, "digest": digest, "settings": {"behaviour": "probe"}, "grants": grants});
    let enabled = site.ask(As::Key(key), "POST", "/api/v1/modules", &module.to_string()).await;
    assert_eq!(enabled.status, 201, "{}", enabled.text);
    let script = json!([
        {"fetch": ["GET", format!("http://{host}/echo")]}, {"fetch": ["POST", format!("http://{host}/drop")]},
        "settings", "world", "cameras", {"camera": "echo"},
    ]);
    let event = json!({"township": TOWNSHIP, "kind": "test.ping", "data": {"script": script}});
    site.ask(As::Key(key), "POST", "/api/v1/events", &event.to_string()).await;
    site.caught_up(key).await;
    let log = site.ask(As::Key(key), "GET", &format!("/api/v1/modules/{TOWNSHIP}/hostile/log"), "").await;
    assert!(log.text.contains("x-echo") && log.text.contains("400"), "it got the answer: {}", log.text);
    assert!(log.text.contains("Err(HttpError::"), "and none from who hung up: {}", log.text);
    let trap = json!({"settings": {"behaviour": "trap-on-one-event"}, "grants": grants});
    let path = format!("/api/v1/modules/{TOWNSHIP}/hostile/settings");
    site.ask(As::Key(key), "PUT", &path, &trap.to_string()).await;
    let event = json!({"township": TOWNSHIP, "kind": "test.ping", "data": {"n": 13}});
    site.ask(As::Key(key), "POST", "/api/v1/events", &event.to_string()).await;
}

/// A person who asks what is kept about him, at the desk and by the form, and each time wrongly first.
async fn residents(site: &mut Site, secrets: &mut Secrets, key: &str) {
    secrets.add("a resident", RESIDENT);
    secrets.add("a telephone", PHONE);
    let paper = json!({"township": TOWNSHIP, "kind": "view", "relation": "self", "name": "李明", "contact": PHONE,
                       "about": RESIDENT, "text": format!("我的身份证号是{RESIDENT}，请告知存有哪些画面。")});
    let mut wrong = vec![paper.to_string().replace("\"text\"", "\"words\""), paper.to_string().replace("\"}", "")];
    for (field, value) in [
        ("relation", json!(RESIDENT)),
        ("name", json!([RESIDENT, PHONE])),
        ("contact", json!(PHONE.repeat(10))),
        ("about", json!({ RESIDENT: PHONE })),
        ("text", json!([RESIDENT])),
    ] {
        let mut body = paper.clone();
        body[field] = value;
        wrong.push(body.to_string());
    }
    for body in wrong {
        let answer = site.ask(As::Key(key), "POST", "/api/v1/requests", &body).await;
        assert!((400..500).contains(&answer.status), "{body}: {}", answer.text);
    }
    let filed = site.once(As::Key(key), "POST", "/api/v1/requests", &paper.to_string()).await;
    secrets.add("the secret of a request", filed.json["secret"].as_str().unwrap());
    let opened = format!("/api/v1/requests/{}/open", filed.json["reference"].as_str().unwrap().replace('-', "/"));
    let opened = site.once(As::Key(key), "POST", &opened, &one("reason", "to call him back")).await;
    assert_eq!((&opened.json["contact"], &opened.json["about"]), (&json!(PHONE), &json!(RESIDENT)), "it is kept");

    let form = format!("township={TOWNSHIP}&relation=self&name=Li&contact={PHONE}&about={RESIDENT}&text=of+{RESIDENT}");
    for (path, form, status) in [
        ("/rights", form.clone(), 422),
        ("/rights", format!("kind=view&{form}"), 200),
        ("/rights/status", format!("reference={RESIDENT}&secret={PHONE}"), 404),
    ] {
        assert_eq!(site.typed(path, &form).await.status, status, "{path} {form}");
    }
}

/// Secrets in bodies that cannot be read: where something else was expected, and cut off.
async fn unreadable(site: &mut Site, key: &str, secrets: &[&str]) {
    for secret in secrets {
        for (method, path) in [
            ("POST", "/api/v1/sessions"),
            ("POST", "/api/v1/probe"),
            ("POST", "/api/v1/keys"),
            ("PUT", "/api/v1/account/password"),
            ("PUT", &format!("/api/v1/cameras/{TOWNSHIP}/echo/credentials")),
        ] {
            for body in [
                format!("\"{secret}\""),
                format!("{{\"password\":\"{secret}"),
                format!(
                    "{{\"password\":\"{secret}\",\"new\":\"{secret}\",\"days\":\"{secret}\",\"port\":\"{secret}\"}}"
                ),
                // Not as `host`: who types it there has named a host, which stands in the log.
                format!("{{\"password\":[\"{secret}\"],\"roles\":\"{secret}\"}}"),
            ] {
                let answer = site.ask(As::Key(key), method, path, &body).await;
                assert!(answer.status >= 400, "{method} {path} {body}: {}", answer.text);
            }
        }
    }
}

fn backups(site: &mut Site, secrets: &mut Secrets) {
    secrets.add("a passphrase", PASSPHRASE);
    fs::write(site.folder.path().join("passphrase"), PASSPHRASE).unwrap();
    fs::write(site.folder.path().join("other"), format!("{PASSPHRASE}-not")).unwrap();
    let taken = site.run(&["--data", "data", "backup", "--to", "hub.age", "--passphrase-file", "passphrase"]);
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
    let refused = site.run(&["restore", "hub.age", "--to", "again", "--passphrase-file", "other"]);
    assert!(!refused.status.success());
    let backup = fs::read(site.folder.path().join("hub.age")).unwrap();
    assert_eq!(secrets.found("the backup", &backup), [""; 0]);
}
