//! The night's key figures, and what pages make of the counts.

use city::City;
use serde_json::json;
use xl_plugin::testing::event;

use crate::town::Town;
use crate::town::VILLAGE;
use crate::town::at;
use crate::town::photo;

/// One case closed late after a rework, one in time, one that still waits.
fn month() -> Town {
    let mut town = Town::new();
    for late in [3, 1] {
        let case = town.dispatched();
        town.handler();
        town.step(&case, "accept", &[]).unwrap();
        town.step(&case, "start", &[]).unwrap();
        town.wait(late);
        town.step(&case, "feedback", &[("pictures", &photo(2))]).unwrap();
        town.operator();
        town.step(&case, "check", &[]).unwrap();
        if late > 2 {
            town.step(&case, "rework", &[("note", "没清完")]).unwrap();
            town.handler();
            town.step(&case, "start", &[]).unwrap();
            town.step(&case, "feedback", &[("pictures", &photo(3))]).unwrap();
            town.operator();
            town.step(&case, "check", &[]).unwrap();
        }
        town.step(&case, "close", &[]).unwrap();
    }
    town.dispatched();
    town.wait(3);
    town.hear();
    town
}

/// The month of the village: two cases were closed, three and one hours after their report.
const HEAT: &str = r#"{"codes": {"01-02": 3}, "recurring": 2, "closed": 2, "minutes": 240}"#;

fn figure(town: &Town, kpi: &str, period: &str, place: Option<&str>) -> Option<(f64, f64)> {
    let found = town.hub.kpis().into_iter().find(|figure| {
        (figure.kpi.as_str(), figure.period.as_str(), figure.place.as_deref()) == (kpi, period, place)
    })?;
    Some((found.numerator, found.denominator))
}

#[test]
fn the_night_reports_day_and_month_for_each_place_with_counts_not_rates() {
    let town = month();
    let due = json!({"schedule": "daily-figures"});
    town.hub.handle::<City>([event(1, "schedule.due", None, at("2026-11-27", 0) + 20 * 60_000, &due)]).unwrap();
    for period in ["2026-11-26", "2026-11"] {
        let of = |kpi: &str| figure(&town, kpi, period, Some(VILLAGE)).unwrap();
        assert_eq!(of("closing-rate"), (2.0, 3.0), "{period}");
        assert_eq!(of("on-time-rate"), (1.0, 3.0), "{period}");
        assert_eq!(of("rework-rate"), (1.0, 2.0), "{period}");
        assert_eq!(of("extension-rate"), (0.0, 3.0), "{period}");
        assert_eq!((of("filed"), of("overdue")), ((3.0, 1.0), (1.0, 1.0)), "{period}");
        assert_eq!(figure(&town, "event-closing-rate", period, None), Some((2.0, 3.0)));
        assert_eq!(figure(&town, "component-closing-rate", period, None), Some((0.0, 0.0)), "no data, not zero");
    }
    assert_eq!(figure(&town, "recurrence-rate", "2026-11", Some(VILLAGE)), Some((2.0, 3.0)));
    assert_eq!(figure(&town, "closing-time", "2026-11", Some(VILLAGE)), Some((240.0, 2.0)));
    // The first night of a month reports the month that has ended.
    town.hub.handle::<City>([event(2, "schedule.due", None, at("2026-12-01", 1), &due)]).unwrap();
    assert_eq!(figure(&town, "filed", "2026-11", Some(VILLAGE)), Some((3.0, 1.0)));
    assert_eq!(figure(&town, "filed", "2026-12", Some(VILLAGE)), None);
    let other = json!({"schedule": "another"});
    let before = town.hub.kpis();
    town.hub.handle::<City>([event(3, "schedule.due", None, at("2027-01-01", 1), &other)]).unwrap();
    assert_eq!(town.hub.kpis(), before);
}

#[test]
fn the_evaluation_shows_each_rate_with_what_it_is_made_of() {
    let mut town = month();
    town.operator();
    let page = town.shown("evaluation", &[("by", "unit"), ("month", "2026-11")]);
    for told in ["66.67 %（2/3）", "33.33 %（1/3）", "50.00 %（1/2）", "huanwei"] {
        assert!(page.contains(told), "{told} in {page}");
    }
    assert!(town.shown("evaluation", &[("by", "place")]).contains("某村（371122102001）"));
    assert!(town.shown("evaluation", &[]).contains("一网格"));
    let empty = town.shown("evaluation", &[("month", "2025-01")]);
    assert!(!empty.contains('%') || empty.contains("无数据"), "{empty}");
}

#[test]
fn the_heat_counts_filed_cases_by_village_and_label_once() {
    let mut town = month();
    assert_eq!(town.hub.record("heat", "2026-11/371122102001"), Some(HEAT.parse().unwrap()));
    town.operator();
    let page = town.shown("heat", &[]);
    for told in ["乱扔乱倒", "100.00 %（3/3）", "某村（371122102001）", "一网格：3 件"] {
        assert!(page.contains(told), "{told} in {page}");
    }
    // A matter under no label counts among all, and under none.
    let dirty_road = town.patrol_about("01-04");
    town.step(&dirty_road, "verify", &[]).unwrap();
    town.operator();
    town.step(&dirty_road, "file", &[]).unwrap();
    town.hear();
    let page = town.shown("heat", &[]);
    assert!(page.contains(r#"["乱扔乱倒","3","3","75.00 %（3/4）","1"]"#), "{page}");
    assert!(page.contains(r#"["乱停乱放","0","0","0.00 %（0/4）","0"]"#), "{page}");
    // Three times the same matter in the same cell is twice again.
    assert!(town.shown("evaluation", &[]).contains(r#""label":"复发率","numerator":2,"denominator":4"#));
    town.hub.set_settings(&json!({"groups": [{"label_zh": "乱扔乱倒", "on": false}]}));
    assert!(!town.shown("heat", &[]).contains("乱扔乱倒"));
}
