//! The tables that ship, and what is wrong with others.

use xl_model::case::Limit;
use xl_model::case::Unit;

use super::*;
use crate::config::Config;

fn township() -> TownshipId {
    "371122102".parse().unwrap()
}

#[test]
fn the_shipped_tables_hold_in_every_township() {
    let cases = Config::default().cases;
    assert_eq!(cases.wrong(), None);
    let rules = cases.rules(&township());
    let sanitation = "sanitation".parse().unwrap();
    assert_eq!(rules.units.above(&sanitation).map(|above| above.as_str()), Some("office"));
    assert!(rules.units.get(&"sanitation-east".parse().unwrap()).is_some());
    assert!(cases.rules(&"371122103".parse().unwrap()).units.get(&"sanitation-east".parse().unwrap()).is_none());
    assert!(rules.matters.offered().next().is_some());
    for (_, unit) in rules.units.iter() {
        assert!(!unit.zh.is_ascii() && unit.en.is_ascii());
    }
}

#[test]
fn somebody_belongs_to_units_of_his_place_and_acts_for_those_below_them() {
    let cases = Config::default().cases;
    let has = |member: &str| cases.has_unit(&member.parse().unwrap());
    assert!(has("sanitation@371122102") && has("sanitation@371122") && has("sanitation@*"));
    assert!(has("sanitation-east@371122102") && has("sanitation-east@371122"));
    assert!(!has("sanitation-east@371122103") && !has("nobody@371122102"));
    let below = |unit: &str| cases.with_below([unit.parse().unwrap()]).into_iter().map(|unit| unit.to_string());
    assert_eq!(below("sanitation").collect::<Vec<_>>(), ["sanitation", "sanitation-east", "sanitation-west"]);
    assert_eq!(below("office").count(), 7);
    assert_eq!(below("unknown").collect::<Vec<_>>(), ["unknown"]);
}

/// Sunday 20 September and Saturday 10 October 2026 are worked, 1 to 7 October are off; of 2025 as announced too.
#[test]
fn the_shipped_years_are_those_of_the_state_council() {
    let years = calendar::shipped();
    let counts: Vec<_> = years.iter().map(|year| (year.year, year.make_up.len(), days(year))).collect();
    // 1 + 8 + 3 + 5 + 3 + 8, and 3 + 9 + 3 + 5 + 3 + 3 + 7 days off.
    assert_eq!(counts, [(2025, 5, 28), (2026, 6, 33)]);
    let calendar = Config::default().cases.rules(&township()).calendar;
    // Wednesday 30 September 2026, 16:00 in China: 8, 9, 10, 12 October, 17:00.
    let due = calendar.due(1_790_755_200_000, Limit { amount: 4, unit: Unit::WorkDay });
    assert_eq!((due.at_ms, due.known), (1_791_795_600_000, true));
}

fn days(year: &YearDays) -> i64 {
    year.holidays.iter().map(|span| span.to.number() - span.from.number() + 1).sum()
}

#[test]
fn a_township_may_work_at_other_hours() {
    let text = "[cases]\nwork_day_ends = \"same_clock\"\n[[cases.township]]\ncode = \"371122102\"\n\
        office_hours = [\"08:00-12:00\", \"\", \"\", \"\", \"\", \"\", \"\"]\n";
    let cases = Config::parse("test", text).unwrap().cases;
    let day = Limit { amount: 1, unit: Unit::WorkHour };
    // Tuesday 24 November 2026, 10:00 in China: Monday 30 November 09:00 here, the same Tuesday 11:00 there.
    let due = |code: &str| cases.rules(&code.parse().unwrap()).calendar.due(1_795_485_600_000, day).at_ms;
    assert_eq!((due("371122102"), due("371122103")), (1_796_000_400_000, 1_795_489_200_000));
}

#[test]
fn a_limit_of_a_district_may_be_an_hour_and_a_half() {
    let text = "township,set,code,condition,timer,phase,amount,unit\n*,gbt30428,05-05,,handling,,1.5,work-hour\n";
    let rows = tables::limits(text).unwrap();
    let allowed = xl_model::case::rules::Allowed::Limit(Limit { amount: 90, unit: Unit::WorkMinute });
    assert_eq!(rows[0].allowed, allowed);
}

#[test]
fn a_table_that_cannot_be_meant_is_told_with_its_line() {
    let limit = |row: &str| format!("township,set,code,condition,timer,phase,amount,unit\n{row}\n");
    for (text, said) in [
        (limit("*,*,*,,filing,,4,hour"), "line 2: an amount from 1"),
        (limit("*,*,*,,filing,,four,work-hour"), "line 2: `four` is no amount"),
        (limit("*,*,*,,filing,,1.25,work-hour"), "line 2: `1.25` is no amount: a whole number or a half"),
        (limit("*,*,*,,filing,,1.5,work-day"), "line 2: an amount from 1"),
        (limit("*,*,*,,sleeping,,4,work-hour"), "line 2: `sleeping` is no timer"),
        (limit("37,*,*,,filing,,4,work-hour"), "line 2: `37` is no township"),
        ("township,set\n*,*\n".to_owned(), "no column `amount`"),
        (limit("").trim().to_owned(), "no line below"),
    ] {
        assert!(tables::limits(&text).unwrap_err().contains(said), "{said}: {:?}", tables::limits(&text));
    }
    let unit = "township,unit,zh,en,above\n*,a,甲,a,b\n";
    assert!(tables::units(unit).unwrap_err().contains("`b` stands above a unit"));
    let mine = "township,unit,zh,en,above\n*,a,甲,a,\n*,mine,甲,a,\n";
    assert!(tables::units(mine).unwrap_err().contains("line 3: `mine` is no unit"));
    let matter = "set,version,code,class,zh,en,kind\ns,1,c,,名,,person\n";
    assert!(tables::matters(matter).unwrap_err().contains("`person` is no kind"));
}

#[test]
fn the_shipped_crosswalk_names_matters_of_the_shipped_table_and_each_once() {
    let matters = Config::default().cases.matters().as_ref().clone();
    let crosswalk = tables::crosswalk(tables::CROSSWALK).unwrap();
    let named: Vec<_> = crosswalk.matters().map(|(_, matter)| matter).collect();
    // A set of our own making has no counterpart.
    let rows = || matters.rows().iter().filter(|row| row.matter.set != "produce");
    assert_eq!(named.len(), rows().count());
    for row in rows() {
        assert_eq!(named.iter().filter(|matter| **matter == row.matter).count(), 1, "{}", row.matter);
        for other in matters.same_as(&row.matter) {
            assert_eq!(matters.find(&other).unwrap().zh, row.zh, "{}", row.matter);
        }
    }
}

#[test]
fn a_crosswalk_that_names_what_is_not_there_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crosswalk.csv");
    let told = |text: &str, more: &str| {
        std::fs::write(&file, text).unwrap();
        let config = format!("[cases]\ncrosswalk_file = {:?}\n{more}", file.display().to_string());
        Config::parse("test", &config).err().map(|mistakes| mistakes.to_string()).unwrap_or_default()
    };
    let good = "gbt30428:2013,gbt47678:2026\n01-02,06010\n";
    assert_eq!(told(good, "file_under = \"gbt47678\"\n"), "");
    for (text, more, said) in [
        ("gbt30428,gbt47678:2026\n01-02,06010\n", "", "line 1: `gbt30428` is no set with its version"),
        ("gbt30428:2013,gbt47678:2026\n01-02,06010\n01-03,99999\n", "", "line 3: no matter has the code `99999`"),
        ("gbt30428:2013\n01-02,06010\n", "", "line 2: more codes"),
        (good, "file_under = \"gbt1\"\n", "no matter is of the set `gbt1`"),
    ] {
        let told = told(text, more);
        assert!(
            told.contains(said) && told.contains(if more.is_empty() { "crosswalk_file" } else { "file_under" }),
            "{told}"
        );
    }
}

#[test]
fn hours_of_another_form_are_told() {
    for days in [vec!["09:00-12:00"; 6], vec!["9 to 5"; 7], vec!["12:00-09:00"; 7], vec![""; 7], vec!["25:00-26:00"; 7]]
    {
        let days: Vec<String> = days.into_iter().map(str::to_owned).collect();
        assert!(calendar::hours(&days).is_err(), "{days:?}");
    }
}
