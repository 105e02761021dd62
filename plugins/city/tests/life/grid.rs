//! Grid cells: one by one, and as a list.

use city::City;
use serde_json::Value;
use serde_json::json;
use xl_plugin::CallsError;

use crate::town::CAMERA;
use crate::town::CELL;
use crate::town::Town;
use crate::town::VILLAGE;

fn import(town: &Town, content_type: &str, body: &str) -> Result<Value, Value> {
    match town.hub.call::<City>("grid-cells", &[], content_type, body.as_bytes()) {
        Ok(answer) => Ok(serde_json::from_slice(&answer.body).unwrap()),
        Err(CallsError::Invalid(refused)) => Err(serde_json::from_str(&refused).unwrap()),
        Err(other) => Err(json!(format!("{other:?}"))),
    }
}

#[test]
fn a_table_of_excel_becomes_cells_that_reports_find() {
    let mut town = Town::empty();
    town.admin();
    let table = "\u{FEFF}id,name,place,village,member,area,cameras\r\n\
        a-1,一网格,371122102001,某村,grid-01,\"35.58,118.83; 35.60,118.83; 35.60,118.85; 35.58,118.85\",gate-1\r\n\
        a-2,二网格,371122102001,某村,grid-02,\"35.60,118.83; 35.62,118.83; 35.62,118.85; 35.60,118.85\",gate-2\r\n";
    assert_eq!(import(&town, "text/csv", table), Ok(json!({"saved": 2})));
    for (position, cell) in [("35.59,118.84", Some("a-1")), ("35.61,118.84", Some("a-2")), ("35.7,118.84", None)] {
        town.now_ms += 1;
        town.grid_member();
        let token = town.now_ms.to_string();
        let form = [("matter", "01-02"), ("position", position), ("token", &*token)];
        town.press("patrol", &[], "report", &form).unwrap();
        assert_eq!(town.hub.cases().pop().unwrap().grid.as_deref(), cell, "{position}");
    }
    assert!(town.shown("work", &[]).contains("一网格 · a-1"), "the grid member sees his own");
    assert!(!town.shown("work", &[]).contains("二网格 · a-2"));
}

#[test]
fn a_list_is_saved_whole_or_not_at_all_and_told_entry_by_entry() {
    let mut town = Town::new();
    town.admin();
    let before = town.hub.records("cells");
    let list = json!([
        {"id": "b-1", "name": "一", "place": VILLAGE, "cameras": ["gate-2"]},
        {"id": "b/2", "name": "", "place": "371122103001"},
        {"id": "b-1", "name": "三", "place": VILLAGE, "area": "35,118; 35,x; 36,118"},
        {"id": "b-4", "name": "四", "place": VILLAGE, "cameras": ["gate-2"]},
        {"id": "b-5", "name": "五", "place": VILLAGE, "cameras": [CAMERA]},
    ]);
    let refused = import(&town, "application/json", &list.to_string()).unwrap_err();
    assert_eq!(
        refused["fields"],
        json!({
            "2.id": "编号为 1 到 32 位字母、数字、“-”或“_”。",
            "2.name": "请填写此项。",
            "2.place": "应为本镇街内的 12 位行政区划代码，以 371122102 开头。",
            "3.area": "第 2 个拐点不是“纬度,经度”。",
            "3.id": "与第 1 项重复。",
            "4.cameras": "摄像机 gate-2 已属于网格 b-1。",
            "5.cameras": "摄像机 gate-1 已属于网格 371122102001-01。",
        })
    );
    assert_eq!(town.hub.records("cells"), before);
    for (body, told) in [
        ("id,name\na,b", "缺少列“place”"),
        ("id,name,place,colour\n", "不认识列“colour”"),
        ("id,name,place\n\"a,b,c", "第 2 行的引号没有结束"),
        ("", "没有内容"),
    ] {
        let refused = import(&town, "text/csv", body).unwrap_err();
        assert!(refused["summary"].as_str().unwrap().contains(told), "{refused}");
    }
    let short = import(&town, "text/csv", "id,name,place\na,b").unwrap_err();
    assert_eq!(short["fields"], json!({"2": "本行有 2 格，应为 3 格。"}));
}

#[test]
fn a_thousand_cells_come_in_one_list_and_are_listed_by_parts() {
    let mut town = Town::empty();
    town.admin();
    let list: Vec<Value> = (0..1_001)
        .map(|n| {
            let (south, west) = (35.5 + f64::from(n / 40) * 0.002, 118.8 + f64::from(n % 40) * 0.002);
            let (north, east) = (south + 0.002, west + 0.002);
            let area =
                format!("{south:.3},{west:.3}; {north:.3},{west:.3}; {north:.3},{east:.3}; {south:.3},{east:.3}");
            json!({"id": format!("c-{n:04}"), "name": format!("{n} 号"), "place": VILLAGE, "area": area})
        })
        .collect();
    assert!(import(&town, "application/json", &json!(list).to_string()).is_err(), "one too many");
    assert_eq!(import(&town, "application/json", &json!(list[..1_000]).to_string()), Ok(json!({"saved": 1_000})));
    town.hub.take_host_calls();
    let first = town.shown("cells", &[]);
    assert!(first.contains("c-0000") && !first.contains("c-0050"));
    assert!(town.hub.take_host_calls() <= 3, "a part is one question");
    let form = [("matter", "01-02"), ("position", "35.5011,118.8031"), ("token", "1")];
    town.grid_member();
    town.press("patrol", &[], "report", &form).unwrap();
    assert_eq!(town.hub.cases().remove(0).grid.as_deref(), Some("c-0001"));
}

#[test]
fn a_changed_cell_is_found_where_it_is_now_and_a_removed_one_nowhere() {
    let mut town = Town::new();
    town.admin();
    let moved = [
        ("name", "一网格"),
        ("place", VILLAGE),
        ("area", "35.70,118.83; 35.72,118.83; 35.72,118.85; 35.70,118.85"),
        ("cameras", "gate-2"),
    ];
    town.press("cell", &[("cell", CELL)], "save-cell", &moved).unwrap();
    assert_eq!(town.hub.record("watched", CAMERA), None);
    assert_eq!(town.hub.record("watched", "gate-2"), Some(json!({"cell": CELL})));
    let tiles: Vec<String> = town.hub.records("tiles").into_iter().map(|(key, _)| key).collect();
    assert!(tiles.iter().all(|tile| tile.starts_with("357")), "{tiles:?}");
    town.press("cell", &[("cell", CELL)], "remove-cell", &[]).unwrap();
    for collection in ["cells", "tiles", "watched"] {
        assert_eq!(town.hub.records(collection), [], "{collection}");
    }
    assert_eq!(town.press("cell", &[("cell", CELL)], "remove-cell", &[]), Err(json!("PagesError::NotFound")));
}

#[test]
fn only_an_administrator_changes_the_grid_and_an_id_is_used_once() {
    let mut town = Town::new();
    let form = [("id", CELL), ("name", "又一个"), ("place", VILLAGE), ("cameras", CAMERA)];
    town.grid_member();
    let role = "您的角色不能进行此操作，请联系镇街管理员。";
    assert_eq!(town.press("cell", &[], "save-cell", &form).unwrap_err()["summary"], role);
    let refused = import(&town, "text/csv", "id,name,place\na,b,371122102001").unwrap_err();
    assert_eq!(refused["summary"], role);
    town.admin();
    let refused = town.press("cell", &[], "save-cell", &form).unwrap_err();
    assert_eq!(refused["fields"], json!({"id": "编号已被网格“一网格”使用。"}));
    let other = [("id", "new"), ("name", "又一个"), ("place", VILLAGE), ("cameras", CAMERA)];
    let refused = town.press("cell", &[], "save-cell", &other).unwrap_err();
    assert_eq!(refused["fields"], json!({"cameras": "摄像机 gate-1 已属于网格 371122102001-01。"}));
}
