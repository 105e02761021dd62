//! A street that was a town, its villages, and days before and after.

use super::*;
use crate::place::check;
use crate::place::draft::Column;
use crate::place::draft::Draft;

fn code(text: &str) -> PlaceCode {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn place(code: &str, zh: &str, en: &str, [from, to, successor]: [&str; 3]) -> Place {
    let mut draft = Draft::default();
    for (column, text) in [
        (Column::Code, code),
        (Column::Name, zh),
        (Column::En, en),
        (Column::From, from),
        (Column::To, to),
        (Column::Successor, successor),
    ] {
        draft.set(column, text);
    }
    check::place(&draft).unwrap()
}

fn county() -> Gazetteer {
    Gazetteer::new([
        place("371122", "莒县", "Ju County", ["", "", ""]),
        place("371122001", "城阳街道", "Chengyang Subdistrict", ["2019-10-31", "", ""]),
        place("371122001", "城阳街道办事处", "Chengyang Subdistrict Office", ["", "2019-10-31", ""]),
        place("371122103", "阎庄镇", "Yanzhuang Town", ["", "2020-06-30", "371122005"]),
        place("371122005", "阎庄街道", "Yanzhuang Subdistrict", ["2020-06-30", "", ""]),
        place("371122005201", "大村", "Da Village", ["2020-06-30", "", ""]),
        place("371122005202", "小村", "Xiao Village", ["2020-06-30", "2024-01-01", "371122005201"]),
    ])
}

#[test]
fn a_place_is_asked_for_on_a_day() {
    let county = county();
    let name = |text: &str, on: &str| county.on(&code(text), day(on)).map(|place| place.names.zh.as_str());
    assert_eq!(name("371122103", "2018-08-29"), Some("阎庄镇"));
    assert_eq!(name("371122103", "2023-06-30"), None);
    assert_eq!(name("371122103", "2020-06-29"), Some("阎庄镇"));
    assert_eq!((name("371122103", "2020-06-30"), name("371122005", "2020-06-30")), (None, Some("阎庄街道")));
    assert_eq!(name("371122005", "2020-06-29"), None);
    assert_eq!(name("371122001", "2018-10-31"), Some("城阳街道办事处"));
    assert_eq!(name("371122001", "2019-10-31"), Some("城阳街道"));
}

#[test]
fn an_ended_code_leads_to_its_successor_and_takes_its_villages_along() {
    let county = county();
    let now = |text: &str, on: &str| county.now(&code(text), day(on)).to_string();
    assert_eq!(now("371122103", "2018-08-29"), "371122103000");
    assert_eq!(now("371122103", "2023-06-30"), "371122005000");
    assert_eq!(now("371122103201", "2023-06-30"), "371122005201");
    assert_eq!(now("371122103202", "2023-06-30"), "371122005202");
    assert_eq!(now("371122103202", "2024-06-30"), "371122005201", "two steps");
    assert_eq!(now("371122999", "2024-06-30"), "371122999000");
    let known_as = |text: &str| -> Vec<String> {
        let codes = county.known_as(&code(text), day("2024-06-30"));
        codes.iter().map(|code| code.significant().to_owned()).collect()
    };
    assert_eq!(known_as("371122005"), ["371122005", "371122103"]);
    let of_village = ["371122005201", "371122005202", "371122103201", "371122103202"];
    assert_eq!(known_as("371122005201"), of_village, "the last one by two steps");
    assert_eq!(known_as("371122103"), ["371122103"]);
    let recoded = county.recoded(day("2024-06-30"));
    for (old, new) in [("371122103", "371122005"), ("371122103201", "371122005201"), ("371122005202", "371122005201")] {
        assert_eq!(recoded.now(&old.parse().unwrap()).as_str(), new);
    }
}

#[test]
fn how_a_code_stands_says_what_to_do_about_it() {
    let county = county();
    let stands = |text: &str, on: &str| county.standing(&code(text), day(on));
    let ended = |to: &str, successor: Option<&str>| Standing::Ended { to: day(to), successor: successor.map(code) };
    assert_eq!(stands("371122005201", "2023-06-30"), Standing::Valid);
    assert_eq!(stands("371122001201", "2023-06-30"), Standing::Unlisted);
    assert_eq!(stands("371122005999", "2023-06-30"), Standing::Unknown, "its township's villages are entered");
    assert_eq!(stands("371122999", "2023-06-30"), Standing::Unknown);
    assert_eq!(stands("371122999201", "2023-06-30"), Standing::Unknown);
    assert_eq!(stands("371122005", "2018-01-01"), Standing::Later { from: day("2020-06-30") });
    assert_eq!(stands("371122103", "2023-06-30"), ended("2020-06-30", Some("371122005")));
    assert_eq!(stands("371122103201", "2023-06-30"), ended("2020-06-30", Some("371122005201")));
    let gone = Gazetteer::new([place("371122103", "阎庄镇", "", ["", "2020-06-30", ""])]);
    assert_eq!(gone.standing(&code("371122103"), day("2023-06-30")), ended("2020-06-30", None));
}

#[test]
fn places_are_found_below_a_place_by_name_in_any_script_and_by_code() {
    let county = county();
    let codes = |found: Vec<&Place>| found.iter().map(|place| place.code.significant().to_owned()).collect::<Vec<_>>();
    let (now, before) = (day("2023-06-30"), day("2018-08-29"));
    let below = |above: Option<&str>, on| codes(county.below(above.map(code).as_ref(), on).collect());
    assert_eq!(below(None, now), ["371122"]);
    assert_eq!(below(Some("371122"), now), ["371122001", "371122005"]);
    assert_eq!(below(Some("371122"), before), ["371122001", "371122103"]);
    assert_eq!(below(Some("371122005"), now), ["371122005201", "371122005202"]);
    let find = |text: &str, on| codes(county.find(None, text, on).collect());
    assert_eq!(find("阎庄", now), ["371122005"]);
    assert_eq!(find("yan zhuang", before), ["371122103"]);
    assert_eq!(find("3711220052", now), ["371122005201", "371122005202"]);
    assert_eq!(codes(county.find(Some(&code("371122001")), "", now).collect()), ["371122001"]);
}

#[test]
fn a_village_is_called_after_its_township_and_keeps_its_last_name() {
    let county = county();
    let names = |text: &str| county.names(&code(text), day("2025-01-01")).map(|names| (names.zh, names.en));
    let both = |zh: &str, en: &str| Some((zh.to_owned(), en.to_owned()));
    assert_eq!(names("371122005201"), both("阎庄街道大村", "Da Village, Yanzhuang Subdistrict"));
    assert_eq!(names("371122005202"), both("阎庄街道小村", "Xiao Village, Yanzhuang Subdistrict"));
    assert_eq!(names("371122001201"), both("城阳街道", "Chengyang Subdistrict"));
    assert_eq!(names("371122103"), both("阎庄镇", "Yanzhuang Town"));
    assert_eq!(names("371122999"), None);
}

#[test]
fn a_former_code_counts_from_the_day_of_the_change_while_the_table_says_so_and_no_circle_is_followed_for_ever() {
    let known_as = |county: &Gazetteer, text: &str, on: &str| county.known_as(&code(text), day(on)).len();
    let mut county = county();
    assert_eq!(known_as(&county, "371122005", "2020-06-29"), 1, "the town is valid still");
    assert_eq!(known_as(&county, "371122005", "2020-06-30"), 2);
    county.put(place("371122103", "阎庄镇", "Yanzhuang Town", ["", "2020-06-30", ""]));
    assert_eq!(known_as(&county, "371122005", "2020-06-30"), 1, "a correction took the successor back");
    county.put(place("371122103", "阎庄镇", "Yanzhuang Town", ["", "2020-06-30", "371122104"]));
    county.put(place("371122104", "另一镇", "Other Town", ["", "2020-06-30", "371122103"]));
    assert_eq!(known_as(&county, "371122104", "2024-06-30"), 1);
}

#[test]
fn the_same_code_and_first_day_is_said_anew_and_never_twice() {
    let mut county = county();
    let before = county.len();
    county.put(place("371122005", "阎庄街道", "Yanzhuang", ["2020-06-30", "", ""]));
    assert_eq!((county.len(), county.periods(&code("371122005")).len()), (before, 1));
    assert_eq!(county.on(&code("371122005"), day("2023-06-30")).unwrap().names.en, "Yanzhuang");
    assert!(Gazetteer::default().is_empty() && !county.is_empty());
}
