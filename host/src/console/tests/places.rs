//! The page of places, and names of places on the other pages.

use xl_model::camera::draft::Field;

use super::cookie;
use super::open;
use super::site;
use crate::api::testing::TestSite;

#[tokio::test]
async fn places_are_shown_tier_by_tier_with_their_cameras_and_named_wherever_one_is_shown() {
    let test = TestSite::new().await;
    let hub = &test.hub;
    hub.add_camera("old", &[(Field::Place, "371122103201")]).await;
    hub.cameras.places().begin("371122").await.unwrap();
    hub.add_camera("new", &[(Field::Place, "371122005201")]).await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;

    let county = open(&router, "/places?lang=zh", &cookie).await;
    let street = "<a href=\"/places?at=371122005\">阎庄街道</a>";
    let counted = "<a href=\"/cameras?place=371122005\">2</a>";
    for text in [">莒县 <", "<h2>乡镇 ", street, counted, "统计单位"] {
        assert!(county.text.contains(text), "{text}: {}", county.text);
    }
    assert!(!county.text.contains("阎庄镇"), "{}", county.text);
    let before = open(&router, "/places?at=371122&on=2018-08-29&lang=en", &cookie).await;
    assert!(before.text.contains("Yanzhuang Town") && before.text.contains("on=2018-08-29"), "{}", before.text);
    let ended = open(&router, "/places?at=371122103&lang=en", &cookie).await;
    for text in ["state bad\">ended", "2020-06-30", "<a href=\"/places?at=371122005\">Yanzhuang Subdistrict</a>"] {
        assert!(ended.text.contains(text), "{text}: {}", ended.text);
    }
    // A number is that of the list to which it leads, also by a code that has ended and on a day when it had not.
    let by_former_code = "<a href=\"/cameras?place=371122103\">1</a>";
    for page in [&before, &ended] {
        assert!(page.text.contains(by_former_code), "{}", page.text);
    }
    let former = open(&router, "/cameras?place=371122103&lang=en", &cookie).await;
    assert!(former.text.contains("/cameras/371122102/old") && !former.text.contains("/cameras/371122102/new"));
    let empty = open(&router, "/places?at=371122102&lang=en", &cookie).await;
    assert!(empty.text.contains("No village is entered yet"), "{}", empty.text);
    let found = open(&router, "/places?text=zhao&lang=en", &cookie).await;
    assert!(found.text.contains("Zhaoxian Town") && !found.text.contains("Xiazhuang"), "{}", found.text);
    for (query, status) in [("at=1x", 422), ("on=soon", 422), ("at=371122999", 200)] {
        assert_eq!(open(&router, &format!("/places?{query}"), &cookie).await.status.as_u16(), status, "{query}");
    }

    let list = open(&router, "/cameras?place=371122005&lang=zh", &cookie).await;
    assert!(list.text.contains("阎庄街道 <span class=\"faint\">371122005201</span>"), "{}", list.text);
    assert!(list.text.contains("阎庄镇 <span class=\"faint\">371122103201</span>"), "found by its former code too");
    let old = open(&router, "/cameras/371122102/old?lang=en", &cookie).await;
    assert!(old.text.contains("no valid place today"), "{}", old.text);
    let new = open(&router, "/cameras/371122102/new?lang=en", &cookie).await;
    assert!(new.text.contains("Yanzhuang Subdistrict") && !new.text.contains("no valid place"), "{}", new.text);
}
