//! Places over the API: below one, by name, on a day, from a table.

use axum::Router;
use axum::body::Body;
use axum::http::header;
use serde_json::Value;
use serde_json::json;

use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;

struct Bench {
    site: TestSite,
    router: Router,
}

impl Bench {
    async fn new() -> Self {
        let site = TestSite::new().await;
        site.hub.cameras.places().begin("371122").await.unwrap();
        let router = router(site.state.clone());
        Self { site, router }
    }

    async fn get(&self, path: &str) -> Answer {
        ask(&self.router, self.site.signed("GET", &format!("/api/v1{path}")).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, kind: &str, body: &str) -> Answer {
        let request = self.site.signed("POST", &format!("/api/v1{path}")).header(header::CONTENT_TYPE, kind);
        ask(&self.router, request.body(Body::from(body.to_owned())).unwrap()).await
    }
}

fn names(page: &Value) -> Vec<&str> {
    page["places"].as_array().unwrap().iter().map(|place| place["name"]["zh"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn places_are_listed_below_one_and_found_by_name_on_any_day() {
    let bench = Bench::new().await;
    assert_eq!(names(&bench.get("/places").await.json()), ["山东省"]);
    let county = bench.get("/places?above=371122").await.json();
    assert_eq!((county["total"].as_u64(), names(&county)[4]), (Some(21), "阎庄街道"));
    assert_eq!(county["places"][4]["code"], "371122005000");
    let before = bench.get("/places?above=371122&on=2018-08-29").await.json();
    assert!(names(&before).contains(&"阎庄镇") && before["total"] == 21, "{before}");
    assert_eq!(names(&bench.get("/places?text=zhaoxian").await.json()), ["招贤镇"]);
    assert_eq!(names(&bench.get("/places?text=371122206").await.json()), ["库山乡"]);
    assert_eq!(names(&bench.get("/places?text=阎庄&on=2018-08-29").await.json()), ["阎庄镇"]);
    let first = bench.get("/places?above=371122&limit=20").await.json();
    assert_eq!(first["next"], "371122206000");
    let last = bench.get("/places?above=371122&limit=20&after=371122206000").await.json();
    assert_eq!((names(&last), &last["next"]), (vec!["莒县经济开发区"], &Value::Null));
    for (query, field) in
        [("limit=0", "limit"), ("limit=1001", "limit"), (&format!("text={}", "a".repeat(101)), "text")]
    {
        let answer = bench.get(&format!("/places?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.json()["fields"][field].is_string()), (422, true), "{query}");
    }
    for query in ["above=3711221", "on=soon", "colour=red"] {
        assert_eq!(bench.get(&format!("/places?{query}")).await.status.as_u16(), 400, "{query}");
    }
}

#[tokio::test]
async fn a_place_tells_its_life_and_who_came_after_it() {
    let bench = Bench::new().await;
    let town = bench.get("/places/371122103?on=2018-08-29").await.json();
    assert_eq!(
        (&town["standing"], &town["name"]["zh"], &town["now"]),
        (&json!("valid"), &json!("阎庄镇"), &json!("371122103000"))
    );
    let ended = bench.get("/places/371122103?on=2023-06-30").await.json();
    assert_eq!((&ended["standing"], &ended["now"]), (&json!("ended"), &json!("371122005000")));
    assert_eq!(ended["to"], "2020-06-30");
    let street = bench.get("/places/371122001").await.json();
    assert_eq!(street["periods"].as_array().unwrap().len(), 2);
    assert_eq!((&street["above"], &street["tier"]), (&json!("371122000000"), &json!("township")));
    assert_eq!(bench.get("/places/371122").await.json()["below"], 21);
    let unknown = bench.get("/places/371122999").await;
    assert_eq!((unknown.status.as_u16(), unknown.json()["code"].as_str()), (404, Some("XL0712")));
}

#[tokio::test]
async fn a_table_with_a_fault_is_refused_whole_and_a_dry_run_takes_nothing() {
    let bench = Bench::new().await;
    let good = "code,name\n371122102201,大村\n";
    let dry = bench.post("/places/import?dry_run=true", "text/csv", good).await.json();
    assert_eq!((&dry["added"], bench.get("/places/371122102201").await.status.as_u16()), (&json!(1), 404));
    assert_eq!(bench.post("/places/import", "text/csv", good).await.json()["added"], 1);
    assert_eq!(bench.get("/places/371122102201").await.json()["name"]["zh"], "大村");
    let wrong = bench.post("/places/import", "text/csv", "code,name\n371122102202,\n").await;
    assert_eq!((wrong.status.as_u16(), wrong.json()["code"].as_str()), (422, Some("XL0971")));
    assert!(wrong.json()["fields"]["line 00002 name"].is_string(), "{}", wrong.text);
    assert_eq!(bench.post("/places/import", "text/csv", "").await.json()["code"], "XL0972");
    let large = bench.post("/places/import", "text/csv", &"x".repeat(4 << 20 | 1)).await;
    assert_eq!(large.status.as_u16(), 413);
}

#[tokio::test]
async fn a_camera_is_sent_from_an_ended_place_to_its_successor_and_an_unknown_one_is_told_of() {
    let bench = Bench::new().await;
    let camera = |id: &str, place: &str| {
        json!({"township": "371122102", "camera": id, "name": id, "place": place, "attachment": {"kind": "none"}})
            .to_string()
    };
    let add = async |id: &str, place: &str| bench.post("/cameras", "application/json", &camera(id, place)).await;
    let refused = add("a", "371122103201").await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (422, Some("XL0231")));
    let wrong = refused.json()["fields"]["place"].as_str().unwrap().to_owned();
    assert!(wrong.contains("2020-06-30") && wrong.contains("371122005201"), "{wrong}");
    let told = add("b", "999999999201").await.json();
    assert_eq!((&told["place_standing"], &told["place_name"]), (&json!("unknown"), &Value::Null));
    let known = add("c", "371122005201").await.json();
    assert_eq!((&known["place_standing"], &known["place_name"]["zh"]), (&json!("unlisted"), &json!("阎庄街道")));
    let device = json!({"township": "371122102", "camera": "d", "name": "d", "place": "371122103000"}).to_string();
    let refused = bench.post("/devices", "application/json", &device).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (422, Some("XL0231")));
    let table = "township,camera,name,place\n371122102,e,e,371122103201\n371122102,f,f,999999999202\n";
    let dry = bench.post("/cameras/import?dry_run=true", "text/csv", table).await.json();
    assert_eq!((&dry["faults"][0]["line"], &dry["doubted"]), (&json!(2), &json!(["999999999202"])));
}
