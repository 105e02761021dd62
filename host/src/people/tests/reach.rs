//! Where roles hold and which units have people, as codes of places change.

use xl_model::people::action::Action;
use xl_model::people::authorize::authorize;
use xl_model::people::object::Object;

use super::*;

#[tokio::test]
async fn a_role_covers_the_former_codes_of_its_place_in_its_county_and_never_the_other_way_round() {
    let bench = Bench::new().await;
    let places = bench.hub.cameras.places();
    places.begin("371122").await.unwrap();
    let foreign = "code,name,to,successor\n371123,某县,,\n371123105,某镇,2020-01-01,371122102\n";
    places.import(foreign.into(), false).await.unwrap();
    for (number, (place, code, covers)) in [
        ("371122005", "371122103", true),
        ("371122005", "371122103201", true),
        ("371122005201", "371122103201", true),
        ("371122005201", "371122103202", false),
        ("371122103", "371122103201", true),
        ("371122103", "371122005", false),
        ("371122004", "371122103", false),
        ("371122102", "371123105", false),
        ("371122000", "371122102", false),
        ("371122", "371122103", true),
    ]
    .into_iter()
    .enumerate()
    {
        let (who, roles) = (format!("li{number}"), [format!("operator@{place}")]);
        let roles = roles.each_ref().map(String::as_str);
        bench.account(&who, &roles).await;
        let new = NewKey { title: "x".to_owned(), roles: held(&roles), days: 1, addresses: Vec::new() };
        let (_, key) = bench.people.add_key(&name(&who), new).await.unwrap();
        let session = bench.people.open_session(name(&who), None, None).await.unwrap();
        let subject = bench.people.with_key(&key).await.unwrap().subject;
        let object = Object::At(code.parse().unwrap());
        assert_eq!(authorize(&subject, Action::ReadStatus, &object).is_ok(), covers, "{place} {code}");
        assert_eq!(subject.roles.to_vec(), held(&roles), "what he was given");
        let person = bench.people.with_session(&session).await.unwrap().subject;
        assert_eq!(person.former, subject.former);
    }
}

#[tokio::test]
async fn a_unit_has_people_while_somebody_of_it_may_sign_in_and_handle_there() {
    let bench = Bench::new().await;
    bench.account("li", &["handler@371122102"]).await;
    bench.account("sun", &["viewer@371122102"]).await;
    let put = async |account: &str, units: &[&str]| {
        let units = units.iter().map(|text| text.parse().unwrap()).collect();
        bench.people.set_units(&bench.admin(), &name(account), units).await.map_err(|error| error.code().0)
    };
    let staffed = |at: &str| {
        let units = bench.people.staffed(&at.parse().unwrap());
        units.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let account = put("li", &["works@371122", "order@371122102", "order@371122102"]).await.unwrap();
    assert_eq!(account.units.len(), 2, "once each");
    put("sun", &["sanitation@371122102"]).await.unwrap();
    assert_eq!((staffed("371122102").as_str(), staffed("371122103").as_str()), ("order works", ""));
    bench.hub.cameras.places().begin("371122").await.unwrap();
    bench.account("qian", &["handler@371122005"]).await;
    put("qian", &["order@371122005"]).await.unwrap();
    assert_eq!((staffed("371122103").as_str(), staffed("371122005").as_str()), ("order", "order"));
    assert_eq!(put("li", &["order@371122102201"]).await.unwrap_err(), 702);
    let many: Vec<String> = (0..33).map(|n| format!("u{n}@371122102")).collect();
    assert!(put("li", &many.iter().map(String::as_str).collect::<Vec<_>>()).await.is_err());
    bench.people.enable_account(&bench.admin(), &name("li"), false).await.unwrap();
    assert_eq!(staffed("371122102"), "");
    // As it was, after a restart.
    let (again, _) = opened(&bench.hub, 9).await;
    assert_eq!(again.account(&name("li")).unwrap().units, account.units);
}
