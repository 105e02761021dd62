//! A scripted day, against figures that were worked out by hand.

use xl_model::camera::draft::Field;
use xl_model::ladder::output::Change;
use xl_model::status::HOUR_US;
use xl_model::status::Level;
use xl_model::status::Reason;
use xl_model::status::maintenance::Window;

use super::*;
use crate::devices::testing::NOW_MS;
use crate::devices::testing::TestHub;

/// The day before the one on which the tests' clock stands.
fn day() -> LocalDay {
    LocalDay(LocalDay::of(NOW_MS * 1_000).0 - 1)
}

fn hour(hour: i64) -> TimestampUs {
    day().span().from_us + hour * HOUR_US
}

/// Writes where a camera stood: each level from an hour of the day on.
async fn script(hub: &TestHub, camera: &CameraKey, levels: &[(Level, i64)]) {
    let ends = levels.iter().skip(1).map(|(_, from)| Some(hour(*from))).chain([None]);
    let intervals = levels.iter().zip(ends).map(|((level, from), to_us)| Interval {
        camera: camera.clone(),
        level: *level,
        reason: Reason::new("test"),
        source: "test".into(),
        from_us: hour(*from),
        to_us,
    });
    let change = Change { camera: camera.clone(), from_us: hour(levels[0].1), intervals: intervals.collect() };
    hub.store.write_statuses(vec![change], Vec::new()).await.unwrap();
}

/// Four cameras, two towns, three villages, an owner; outages, a blind hub, maintenance.
async fn county() -> TestHub {
    let hub = TestHub::new().await;
    let owner = (Field::OwnerName, "浮来青茶业");
    let a = hub.add_camera("a", &[owner]).await;
    let b = hub.add_camera("b", &[owner]).await;
    let c = hub.add_camera("c", &[(Field::Place, "371122102202")]).await;
    let d = hub.add_camera("d", &[(Field::Township, "371122103"), (Field::Place, "371122103201")]).await;
    script(&hub, &a, &[(Level::Up, -12)]).await;
    script(&hub, &b, &[(Level::Up, -12), (Level::Down, 12), (Level::Up, 18)]).await;
    script(&hub, &c, &[(Level::Up, -12), (Level::Unknown, 6), (Level::Up, 12)]).await;
    script(&hub, &d, &[(Level::Up, -12), (Level::Down, 10), (Level::Up, 16)]).await;
    let window = Window {
        camera: d,
        from_us: hour(12),
        until_us: hour(16),
        reason: Reason::new("lens"),
        person: "li".into(),
        second: Some("wang".into()),
    };
    hub.store.declare_maintenance(window, NOW_MS * 1_000).await.unwrap();
    hub
}

async fn rates(hub: &TestHub, place: Option<&str>, span: Span, by: By) -> (String, Vec<(String, String)>) {
    let place = place.map(|place| place.parse().unwrap());
    let reckoned = reckon(&hub.store, &hub.cameras, place.as_ref(), span, by, &|_, _| true).await.unwrap();
    let parts = reckoned.parts.into_iter().map(|(group, figures)| {
        let group = match group {
            Group::Area(area) => area.to_string(),
            Group::Owner(owner) => owner.as_deref().unwrap_or("-").to_owned(),
            Group::Day(it) => format!("day {}", it.0 - day().0),
        };
        (group, in_hours(figures.online()))
    });
    (in_hours(reckoned.total.online()), parts.collect())
}

/// `hours up/hours that count`.
fn in_hours(ratio: xl_model::rate::Ratio) -> String {
    let hours = |us: u64| us as f64 / HOUR_US as f64;
    format!("{}/{} {ratio}", hours(ratio.num), hours(ratio.den))
}

fn pairs(parts: &[(&str, &str)]) -> Vec<(String, String)> {
    parts.iter().map(|(group, rate)| ((*group).to_owned(), (*rate).to_owned())).collect()
}

#[tokio::test]
async fn a_scripted_day_has_the_rates_that_were_worked_out_by_hand() {
    let hub = county().await;
    let whole = day().span();
    // Up 24 + 18 + 18 + 18 of 4 × 24 h, less 6 h blind and 4 h worked on.
    let all = "78/86 90.70 %";
    for summed_up in [false, true] {
        if summed_up {
            for township in ["371122102", "371122103"] {
                hub.store.build_status_day(&township.parse().unwrap(), day()).await.unwrap();
            }
        }
        let (total, counties) = rates(&hub, None, whole, By::County).await;
        assert_eq!((total.as_str(), counties), (all, pairs(&[("371122", all)])), "{summed_up}");
        let (_, towns) = rates(&hub, None, whole, By::Town).await;
        assert_eq!(towns, pairs(&[("371122102", "60/66 90.91 %"), ("371122103", "18/20 90.00 %")]));
        let (total, villages) = rates(&hub, Some("371122102"), whole, By::Village).await;
        assert_eq!(villages, pairs(&[("371122102201", "42/48 87.50 %"), ("371122102202", "18/18 100.00 %")]));
        assert_eq!(total, "60/66 90.91 %", "of the place alone");
        let (_, owners) = rates(&hub, None, whole, By::Owner).await;
        assert_eq!(owners, pairs(&[("-", "36/38 94.74 %"), ("浮来青茶业", "42/48 87.50 %")]));
        let (_, days) = rates(&hub, None, whole, By::Day).await;
        assert_eq!(days, pairs(&[("day 0", all)]));
        let reckoned = reckon(&hub.store, &hub.cameras, None, whole, By::County, &|_, _| true).await.unwrap().total;
        assert_eq!(in_hours(reckoned.excluded()), "10/96 10.42 %");
        assert!(reckoned.is_weak());
        assert_eq!(in_hours(reckoned.strict()), "78/96 81.25 %");
    }
}

#[tokio::test]
async fn a_window_may_begin_and_end_within_days_whether_the_day_between_is_summed_up_or_not() {
    let hub = county().await;
    let span = Span { from_us: hour(-2), to_us: hour(26) };
    let by_hand = pairs(&[("day -1", "8/8 100.00 %"), ("day 0", "78/86 90.70 %"), ("day 1", "8/8 100.00 %")]);
    assert_eq!(rates(&hub, None, span, By::Day).await, ("94/102 92.16 %".to_owned(), by_hand.clone()));
    for township in ["371122102", "371122103"] {
        hub.store.build_status_day(&township.parse().unwrap(), day()).await.unwrap();
    }
    assert_eq!(rates(&hub, None, span, By::Day).await, ("94/102 92.16 %".to_owned(), by_hand));
    let empty = Span { from_us: hour(1), to_us: hour(1) };
    assert_eq!(rates(&hub, None, empty, By::Day).await, ("0/0 –".to_owned(), Vec::new()), "no data is no rate");
}

#[tokio::test]
async fn a_camera_counts_from_its_registration_on_and_after_its_removal_at_its_township() {
    let hub = TestHub::new().await;
    let late = hub.add_camera("late", &[]).await;
    script(&hub, &late, &[(Level::Down, 18), (Level::Up, 21)]).await;
    let span = day().span();
    assert_eq!(rates(&hub, None, span, By::Village).await.1, pairs(&[("371122102201", "3/6 50.00 %")]));
    hub.devices.remove(&late).await.unwrap();
    hub.register("other").await;
    assert_eq!(rates(&hub, None, span, By::Village).await.1, pairs(&[("371122102000", "3/6 50.00 %")]));
    assert_eq!(rates(&hub, Some("371122103"), span, By::Village).await.0, "0/0 –");
}

#[tokio::test]
async fn cameras_of_a_town_that_got_another_code_count_at_its_successor() {
    let hub = county().await;
    hub.cameras.places().begin("371122").await.unwrap();
    let span = day().span();
    let (_, towns) = rates(&hub, None, span, By::Town).await;
    assert_eq!(towns, pairs(&[("371122005", "18/20 90.00 %"), ("371122102", "60/66 90.91 %")]));
    let villages = pairs(&[("371122005201", "18/20 90.00 %")]);
    for place in ["371122005", "371122103"] {
        let (total, parts) = rates(&hub, Some(place), span, By::Village).await;
        assert_eq!((total.as_str(), &parts), ("18/20 90.00 %", &villages), "{place}");
    }
}
