//! One plugin in many townships, by command and over the API; and what each module used.

use serde_json::Value;
use serde_json::json;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;
use crate::trust::xueliang;

const BESIDE: &str = "371122105";

fn outcomes(all: &Value) -> Vec<(&str, &str)> {
    all.as_array()
        .unwrap()
        .iter()
        .map(|came| (came["township"].as_str().unwrap(), came["outcome"].as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_enables_a_plugin_in_many_townships_and_a_fault_in_one_stops_no_other() {
    let town = Town::start().await;
    town.install(packed("hello-plugin")).await;
    // A camera of a public place: this township needs an impact assessment.
    let street = json!({"township": BESIDE, "camera": "street", "name": "街", "place": "371122105201",
        "class": "other-public-place"});
    town.post("cameras", street).await;
    let grants = town.folder.path().join("grants.toml");
    std::fs::write(&grants, "cameras = \"all\"\npicture_level = \"metric\"\npurposes = [\"sanitation\"]\n").unwrap();
    let token = town.hub.token_file().to_owned();
    let wanted = [
        "module",
        "enable",
        "hello-plugin",
        "--township",
        TOWNSHIP,
        "--township",
        BESIDE,
        "--township",
        "371122104",
        "--grants",
        grants.to_str().unwrap(),
    ];
    let (done, said) = xueliang(&town, &token, &wanted);
    assert!(!done && said.contains("failed: XL0948"), "{said}");
    assert_eq!(said.matches("已启用 · enabled").count(), 2, "{said}");
    assert_eq!(said.matches("  摄像机 · cameras: ").count(), 1, "{said}");
    let granted = "已授权 · granted: cameras=all http=[] links=false picture_level=metric purposes=[\"sanitation\"]";
    assert_eq!(said.matches(granted).count(), 2, "{said}");
    let (done, listed) = xueliang(&town, &token, &["module", "list"]);
    assert!(done && listed.matches(granted).count() == 2, "{listed}");
    let all = town.get("modules").await;
    let enabled: Vec<&str> = all.as_array().unwrap().iter().map(|it| it["township"].as_str().unwrap()).collect();
    assert_eq!(enabled, [TOWNSHIP, "371122104"]);

    // Once more with the assessment: the rest is enabled, what is there gets the same grants, then nothing changes.
    let body = json!({"plugin": "hello-plugin", "townships": [TOWNSHIP, BESIDE],
        "grants": {"cameras": "all", "picture_level": "metric", "purposes": ["sanitation"], "assessment": "PIA-2026-007"}});
    let all = town.post("modules/many", body.clone()).await;
    assert_eq!(outcomes(&all), [(TOWNSHIP, "changed"), (BESIDE, "enabled")]);
    let all = town.post("modules/many", body.clone()).await;
    assert_eq!(outcomes(&all), [(TOWNSHIP, "unchanged"), (BESIDE, "unchanged")]);
    let (done, said) = xueliang(&town, &token, &["module", "disable", "hello-plugin", "--township", TOWNSHIP]);
    assert!(done, "{said}");
    assert_eq!(outcomes(&town.post("modules/many", body).await)[0], (TOWNSHIP, "changed"), "started again");
    for wrong in [json!({"plugin": "hello-plugin", "townships": []}), json!({"townships": [TOWNSHIP]})] {
        assert_eq!(town.ask("POST", "modules/many", Some(wrong)).await.json["code"], "XL0702");
    }
    let unknown = json!({"plugin": "hello-plugin", "version": "7.0.0", "townships": [TOWNSHIP]});
    assert_eq!(town.ask("POST", "modules/many", Some(unknown)).await.json["code"], "XL0620");
    for what in ["resume", "disable"] {
        let (done, said) = xueliang(&town, &token, &["module", what, "hello-plugin", "--township", "371122104"]);
        assert!(done, "{said}");
    }
}

/// The camera came after the module was enabled: the number is asked for when the module is started again.
#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_was_switched_off_is_started_again_with_an_assessment_where_a_public_place_came() {
    let town = Town::start().await;
    let digest = town.install(packed("hello-plugin")).await;
    let grants = json!({"cameras": "all", "picture_level": "metric", "purposes": ["sanitation"]});
    let module = json!({"township": BESIDE, "digest": digest, "settings": {}, "grants": grants});
    town.post("modules", module).await;
    let street = json!({"township": BESIDE, "camera": "street", "name": "街", "place": "371122105201",
        "class": "other-public-place"});
    town.post("cameras", street).await;
    let path = format!("modules/{BESIDE}/hello-plugin");
    town.post(&format!("{path}/disable"), json!({})).await;
    let refused = town.ask("POST", &format!("{path}/resume"), Some(json!({}))).await;
    assert_eq!((refused.status, &refused.json["code"]), (422, &json!("XL0948")), "{refused:?}");
    let many = json!({"plugin": "hello-plugin", "townships": [BESIDE]});
    let failed = town.post("modules/many", many.clone()).await;
    assert_eq!((&failed[0]["outcome"], &failed[0]["code"]), (&json!("failed"), &json!("XL0948")), "{failed}");
    assert_eq!(town.get(&path).await["state"], "disabled");
    let grants = json!({"cameras": "all", "picture_level": "metric", "purposes": ["sanitation"],
        "assessment": "PIA-2026-007"});
    let changed = town.ask("PUT", &format!("{path}/settings"), Some(json!({"settings": {}, "grants": grants}))).await;
    assert_eq!(changed.json["state"], "disabled", "{changed:?}");
    assert_eq!(town.post(&format!("{path}/resume"), json!({})).await["state"], "running");
    town.post(&format!("{path}/disable"), json!({})).await;
    assert_eq!(outcomes(&town.post("modules/many", many).await), [(BESIDE, "changed")]);
    assert_eq!(town.get(&path).await["state"], "running");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_module_used_is_counted_once_also_over_a_restart() {
    let town = Town::start().await;
    let digest = town.install(packed("hostile")).await;
    town.enable(&digest, json!({"behaviour": "well-behaved"})).await;
    town.pings(TOWNSHIP, 0..1_000).await;
    town.caught_up("hostile").await;
    let path = format!("modules/{TOWNSHIP}/hostile/usage");
    let sums = |days: &Value| {
        let sum = |name: &str| days.as_array().unwrap().iter().map(|day| day[name].as_u64().unwrap()).sum::<u64>();
        (sum("events"), sum("published"), sum("pictures"), sum("cpu_ms"))
    };
    let used = town.get(&path).await;
    let (events, published, pictures, cpu_ms) = sums(&used);
    assert_eq!((events, published, pictures), (1_000, 1_000, 0), "{used}");
    assert!(cpu_ms > 0, "{used}");
    // One record of a hundred bytes at most: what is replaced does not add up.
    let stored = used.as_array().unwrap().last().unwrap()["stored_bytes"].as_u64().unwrap();
    assert!((20..200).contains(&stored), "{used}");

    let town = town.restart().await;
    assert_eq!(town.get(&path).await, used);
    let (_, page) = town.page(&format!("/modules/{TOWNSHIP}/hostile"), true).await;
    assert!(page.contains(used[0]["day"].as_str().unwrap()), "{page}");
    let token = town.hub.token_file().to_owned();
    let (done, said) = xueliang(&town, &token, &["module", "usage", "hostile", "--township", TOWNSHIP]);
    assert!(done && said.contains(used[0]["day"].as_str().unwrap()), "{said}");
    assert_eq!(town.get(&format!("{path}?from=2020-01-01&to=2020-12-31")).await, json!([]));
    let wrong = town.ask("GET", &format!("{path}?from=2026-02-01&to=2026-01-01"), None).await;
    assert_eq!(wrong.json["code"], "XL0702", "{wrong:?}");
}

/// Sends a form of the console as the administrator; gives where it leads and what it shows.
async fn send(town: &Town, path: &str, form: &str, status: u16) -> (String, String) {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let call = client.post(format!("{}{path}", town.url())).bearer_auth(&town.token).header("origin", town.url());
    let call = call.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
    let answer = call.send().await.unwrap();
    let told = answer.status().as_u16();
    let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    let page = answer.text().await.unwrap();
    assert_eq!(told, status, "{path}: {page}");
    (location, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_enabled_by_a_form_with_settings_grants_and_quotas() {
    let town = Town::start().await;
    town.install(packed("produce-trace")).await;
    let form = "plugin=produce-trace&township=371122102&setting.picture_every_minutes=30&setting.show_producer=no&\
        setting.readings=temp_c%0D%0Arh_pct&cameras=all&camera_ids=&picture_level=masked&purposes=traceability&\
        assessment=&links=yes&pictures_per_minute=60&fetches_per_minute=&cpu_ms=400&records_mib=200&events_per_day=5000";
    let (location, _) = send(&town, "/enable", form, 303).await;
    assert_eq!(location, "/modules/371122102/produce-trace");
    let module = town.get(&format!("modules/{TOWNSHIP}/produce-trace")).await;
    assert_eq!(
        module["settings"],
        json!({"picture_every_minutes": 30, "show_producer": false, "readings": ["temp_c", "rh_pct"]})
    );
    let grants = json!({"cameras": "all", "picture_level": "masked", "http": [], "links": true,
        "purposes": ["traceability"], "quotas": {"pictures_per_minute": 60, "cpu_ms": 400, "records_mib": 200, "events_per_day": 5_000}});
    assert_eq!(module["grants"], grants);
    let (_, page) = town.page(&format!("/modules/{TOWNSHIP}/produce-trace?lang=zh"), true).await;
    assert!(page.contains("每分钟打开图片最多：60") && page.contains("处理器时间最多（毫秒）：400"), "{page}");
    assert!(page.contains("存储记录最多（MiB）：200") && page.contains("每日发布事件最多：5000"), "{page}");
    let beyond = json!({"settings": {}, "grants": {"quotas": {"cpu_ms": 1_000_000}}});
    let refused = town.ask("PUT", &format!("modules/{TOWNSHIP}/produce-trace/settings"), Some(beyond)).await;
    assert_eq!((refused.status, &refused.json["code"]), (422, &json!("XL0622")), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_changes_what_a_running_module_may_and_one_that_was_overtaken_changes_nothing() {
    let town = Town::start().await;
    town.register("gh-1").await;
    town.register("gh-2").await;
    let digest = town.install(packed("hostile")).await;
    town.enable(&digest, json!({"behaviour": "probe", "handles": 3})).await;
    let sees = async || town.probe("hostile", &json!(["cameras"])).await;
    assert_eq!(sees().await, [r#"Ok(["gh-1", "gh-2"])"#]);

    let path = format!("/configure/{TOWNSHIP}/hostile");
    let (_, page) = town.page(&path, true).await;
    let was = page.split("name=\"was\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let typed = format!(
        "was={was}&setting.behaviour=well-behaved&setting.handles=3&cameras=only&camera_ids=gh-2&picture_level=none&\
         purposes=&assessment=PIA-2026-008&http=&links=no&cases=no&events_per_day=5"
    );
    let (location, _) = send(&town, &path, &typed, 303).await;
    assert_eq!(location, format!("/modules/{TOWNSHIP}/hostile?saved=true"));
    assert_eq!(sees().await, [r#"Ok(["gh-2"])"#]);
    let module = town.get(&format!("modules/{TOWNSHIP}/hostile")).await;
    assert_eq!((&module["state"], module["settings"]["behaviour"].as_str()), (&json!("running"), Some("well-behaved")));
    let grants = json!({"cameras": {"only": ["gh-2"]}, "picture_level": "none", "http": [], "links": false,
        "assessment": "PIA-2026-008", "quotas": {"events_per_day": 5}});
    assert_eq!(module["grants"], grants);
    let audited = town.audited("module.configure").await;
    assert!(
        audited.contains("camera_ids=gh-2")
            && audited.contains("events_per_day=5")
            && audited.contains("assessment=PIA-2026-008"),
        "{audited}"
    );

    let overtaken = typed.replace("cameras=only", "cameras=none");
    let (_, page) = send(&town, &format!("{path}?lang=en"), &overtaken, 409).await;
    assert!(page.contains("Holds now: Only these cameras"), "{page}");
    assert_eq!(sees().await, [r#"Ok(["gh-2"])"#]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_module_that_was_switched_off_is_drawn_and_looks_at_no_camera() {
    let town = Town::start().await;
    town.register("gh-1").await;
    let digest = town.install(packed("hostile")).await;
    town.enable(&digest, json!({"behaviour": "probe"})).await;
    let path = format!("modules/{TOWNSHIP}/hostile/pages/home?script=%5B%7B%22camera%22%3A%22gh-1%22%7D%5D");
    let running = town.get(&path).await.to_string();
    assert!(running.contains("Ok((\\\"gh-1\\\""), "{running}");
    town.post(&format!("modules/{TOWNSHIP}/hostile/disable"), json!({})).await;
    let off = town.get(&path).await.to_string();
    assert!(off.contains("Err(CamerasError::AccessDenied)"), "{off}");
    // Nothing is under way after a start that it could be taken from.
    let town = town.restart().await;
    assert_eq!(town.get(&path).await.to_string(), off);
}
