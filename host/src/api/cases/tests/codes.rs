//! Two standards of matters beside each other: filed under one, found and counted by either.

use super::*;
use crate::config::Config;

async fn site(config: &str) -> (TestSite, Router, String) {
    let site = TestSite::with("http://hub.example.cn", &Config::parse("test", config).unwrap()).await;
    let router = router(site.state.clone());
    let key = site.key("operator@371122102").await;
    (site, router, key)
}

fn of(set: &str, code: &str) -> Value {
    json!({"township": "371122102", "set": set, "code": code, "title": "x", "source": "hotline"})
}

async fn codes(router: &Router, key: &str, query: &str) -> Vec<String> {
    let list = call(router, key, "GET", &format!("/cases?code={query}"), Value::Null).await.json();
    let name = |case: &Value| format!("{}:{}", case["set"].as_str().unwrap(), case["code"].as_str().unwrap());
    list["cases"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn a_code_of_the_old_standard_is_filed_under_the_new_one_and_found_by_both() {
    let (site, router, key) = site("[cases]\nfile_under = \"gbt47678\"\n").await;
    let opened = call(&router, &key, "POST", "/cases", of("gbt30428", "01-02")).await;
    assert_eq!(opened.status.as_u16(), 201, "{}", opened.text);
    let case = opened.json();
    assert_eq!((&case["set"], &case["version"], &case["code"]), (&json!("gbt47678"), &json!("2026"), &json!("06010")));
    assert_eq!(case["same_as"], json!(["gbt30428:01-02", "platform:01-10"]));
    site.pass(1_000);
    // The new standard is not known to have this one: it stays what it is.
    let kept = call(&router, &key, "POST", "/cases", of("gbt30428", "01-10")).await.json();
    assert_eq!((&kept["set"], &kept["code"], &kept["same_as"]), (&json!("gbt30428"), &json!("01-10"), &json!([])));
    for query in ["gbt47678:06010", "gbt30428:01-02", "platform:01-10", "06010"] {
        assert_eq!(codes(&router, &key, query).await, ["gbt47678:06010"], "{query}");
    }
    assert_eq!(codes(&router, &key, "gbt30428:01-10").await, ["gbt30428:01-10"], "not the platform's 01-10");
    // Open311 takes and finds it by either code.
    let services = crate::api::testing::get(&router, "/open311/v2/services.json").await.json();
    let old = services.as_array().unwrap().iter().find(|service| service["service_code"] == "gbt30428:01-02").unwrap();
    assert_eq!(old["keywords"], "event, platform:01-10, gbt47678:06010");
    let found = |code: &str| {
        let path = format!("/open311/v2/requests.json?api_key={key}&service_code={code}");
        let router = router.clone();
        async move { crate::api::testing::get(&router, &path).await.json() }
    };
    for code in ["gbt30428:01-02", "gbt47678:06010"] {
        assert_eq!(found(code).await[0]["service_code"], "gbt47678:06010", "{code}");
    }
}

#[tokio::test]
async fn a_code_that_means_several_is_asked_about_and_counted_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crosswalk.csv");
    std::fs::write(&file, "gbt30428:2013,gbt47678:2026\n01-02,06010\n01-03,06011\n01-03,06012\n").unwrap();
    let named = format!("[cases]\ncrosswalk_file = {:?}\n", file.display().to_string());
    let (site, router, key) = site(&named).await;
    for code in ["01-02", "01-03"] {
        assert_eq!(call(&router, &key, "POST", "/cases", of("gbt30428", code)).await.status.as_u16(), 201);
        site.pass(1_000);
    }
    assert_eq!(call(&router, &key, "POST", "/cases", of("gbt47678", "06010")).await.status.as_u16(), 201);
    let (from, to) = ("2026-11-01T00:00:00%2B08:00", "2026-12-01T00:00:00%2B08:00");
    let figures = async |query: &str| {
        let path = format!("/cases/figures?from={from}&to={to}&by=matter{query}");
        call(&router, &key, "GET", &path, Value::Null).await
    };
    let counts = async |query: &str| {
        let rows = figures(query).await.json()["rows"].clone();
        let row = |row: &Value| format!("{} {}", row["key"].as_str().unwrap(), row["reported"]);
        rows.as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(counts("").await, ["gbt30428:01-02 1", "gbt30428:01-03 1", "gbt47678:06010 1"]);
    assert_eq!(counts("&set=gbt47678").await, ["gbt30428:01-03 1", "gbt47678:06010 2"]);
    assert_eq!(counts("&set=gbt30428").await, ["gbt30428:01-02 2", "gbt30428:01-03 1"]);
    for query in ["&set=none", "&set=platform&by=code"] {
        assert!(figures(query).await.status.is_client_error(), "{query}");
    }

    let under = format!("{named}file_under = \"gbt47678\"\n");
    let (_site, router, key) = self::site(&under).await;
    let asked = call(&router, &key, "POST", "/cases", of("gbt30428", "01-03")).await;
    assert_eq!(asked.status.as_u16(), 422, "{}", asked.text);
    assert!(asked.text.contains("gbt47678:06011, gbt47678:06012: say which"), "{}", asked.text);
}
