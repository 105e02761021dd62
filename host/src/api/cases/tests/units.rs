//! Whose unit has a case: who handles it, what he is shown first, and what a dispatch to nobody says.

use super::*;

/// Puts an account into units, as the county's administrator does.
async fn put(router: &Router, admin: &str, account: &str, units: &[(&str, &str)]) -> Answer {
    let units: Vec<Value> = units.iter().map(|(unit, reach)| json!({"unit": unit, "reach": reach})).collect();
    call(router, admin, "PUT", &format!("/accounts/{account}/units"), json!({"units": units})).await
}

/// A case that the desk dispatched to a unit; its path.
async fn dispatched(router: &Router, desk: &str, unit: &str) -> (String, Value) {
    let opened = call(router, desk, "POST", "/cases", report("371122102201")).await;
    let path = format!("/cases/{}", opened.json()["id"].as_str().unwrap());
    let mut last = Value::Null;
    for (revision, step) in
        [(1, json!({"name": "verify"})), (2, json!({"name": "file"})), (3, json!({"name": "dispatch", "unit": unit}))]
    {
        let mut body = step;
        body["revision"] = json!(revision);
        let answer = call(router, desk, "POST", &format!("{path}/steps"), body).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        last = answer.json();
    }
    (path, last)
}

#[tokio::test]
async fn a_case_is_handled_by_people_of_its_unit_and_of_the_one_above_and_by_nobody_of_another() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let (desk, unit) = (site.key("operator@371122102").await, site.key("handler@371122102").await);
    let (path, _) = dispatched(&router, &desk, "sanitation-east").await;
    let accept = async || {
        let body = json!({"revision": 4, "name": "accept"});
        let answer = call(&router, &unit, "POST", &format!("{path}/steps"), body).await;
        let steps = call(&router, &unit, "GET", &path, Value::Null).await.json()["steps"].clone();
        let offered = steps.as_array().unwrap().contains(&json!("accept"));
        (told(&answer).1, offered)
    };
    let put = async |units: &[(&str, &str)]| put(&router, &site.token, "handler", units).await.status.as_u16();
    assert_eq!(put(&[("order", "371122102")]).await, 200);
    assert_eq!(accept().await, ("XL1007".to_owned(), false));
    // The unit of the same name in the township beside is another one.
    assert_eq!(put(&[("sanitation", "371122103")]).await, 200);
    assert_eq!(accept().await, ("XL1007".to_owned(), false));
    // One that is and one that is not; a village; itself.
    assert_eq!(put(&[("order", "371122102"), ("nobody", "371122102")]).await, 422);
    assert_eq!(put(&[("sanitation-east", "371122103")]).await, 422);
    assert_eq!(put(&[("sanitation", "371122102201")]).await, 422);
    assert_eq!(accept().await, ("XL1007".to_owned(), false));
    assert_eq!(put(&[("sanitation", "371122102")]).await, 200);
    let account = call(&router, &site.token, "GET", "/accounts/handler", Value::Null).await.json();
    assert_eq!(account["units"], json!([{"unit": "sanitation", "reach": "371122102"}]));
    assert_eq!(accept().await.0, "", "the unit above acts for it, from the next request on");
}

#[tokio::test]
async fn who_was_put_into_no_unit_handles_all_of_his_place_as_before() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let (desk, unit) = (site.key("operator@371122102").await, site.key("handler@371122102").await);
    let (path, case) = dispatched(&router, &desk, "works").await;
    assert_eq!(case["unit_has_people"], json!(false));
    assert_eq!(put(&router, &site.token, "handler", &[("works", "371122")]).await.status.as_u16(), 200);
    let seen = call(&router, &desk, "GET", &path, Value::Null).await.json();
    assert_eq!(seen["unit_has_people"], json!(true));
    assert_eq!(put(&router, &site.token, "handler", &[]).await.status.as_u16(), 200);
    let body = json!({"revision": 4, "name": "accept"});
    let accepted = call(&router, &unit, "POST", &format!("{path}/steps"), body).await;
    assert_eq!(told(&accepted), (200, String::new(), "accepted".to_owned()), "{}", accepted.text);
    assert_eq!(accepted.json()["unit_has_people"], json!(false));
}

#[tokio::test]
async fn a_list_of_ones_own_units_holds_their_cases_and_those_below_them() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let (desk, unit) = (site.key("operator@371122102").await, site.key("handler@371122").await);
    for of in ["sanitation-west", "order", "sanitation"] {
        dispatched(&router, &desk, of).await;
        site.pass(1_000);
    }
    call(&router, &desk, "POST", "/cases", report("371122102201")).await;
    let mine = async |query: &str| {
        let list = call(&router, &unit, "GET", &format!("/cases?unit=mine{query}"), Value::Null).await.json();
        let cases = list["cases"].as_array().unwrap().iter();
        cases.map(|case| case["unit"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(mine("").await, ["sanitation", "order", "sanitation-west"], "all that a unit has");
    put(&router, &site.token, "handler", &[("sanitation", "371122102"), ("order", "371122103")]).await;
    assert_eq!(mine("&open=true").await, ["sanitation", "sanitation-west"]);
    assert_eq!(mine("&open=false").await, [] as [&str; 0]);
    let named = call(&router, &unit, "GET", "/cases?unit=order", Value::Null).await.json();
    assert_eq!(named["cases"].as_array().unwrap().len(), 1);
    assert_eq!(call(&router, &unit, "GET", "/cases?unit=No.1", Value::Null).await.status.as_u16(), 422);
}
