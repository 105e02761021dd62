//! The table that ships, tables that people import, and everything that can be wrong with one.

use xl_model::clock::TimestampMs;
use xl_model::place::code::Tier;
use xl_model::place::fault::PlaceWrong;
use xl_store::StoreConfig;

use super::*;
use crate::sheet::SheetError;
use crate::sheet::SheetWrong;

/// 2026-11-23T08:00:00Z, for ever.
struct Now;

impl Clock for Now {
    fn now_ms(&self) -> TimestampMs {
        1_795_420_800_000
    }
}

/// A store; gone with its folder.
struct Hub {
    store: Store,
    clock: Arc<Now>,
    _folder: tempfile::TempDir,
}

impl Hub {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config =
            StoreConfig { folder: folder.path().to_owned(), commit_operations: 64, head_events: 16, readers: 1 };
        Self { store: Store::open(config).await.unwrap(), clock: Arc::new(Now), _folder: folder }
    }
}

async fn places(hub: &Hub) -> Places {
    let places = Places::open(hub.store.clone(), hub.clock.clone()).await.unwrap();
    places.begin("371122").await.unwrap();
    places
}

fn code(text: &str) -> PlaceCode {
    text.parse().unwrap()
}

/// The faults of a table by line, or what it would do.
async fn tried(places: &Places, table: &str) -> Vec<(u64, String, RowWrong)> {
    let outcome = places.import(Bytes::from(table.to_owned()), true).await.unwrap();
    outcome.faults.listed.into_iter().map(|fault| (fault.line, fault.column, fault.wrong)).collect()
}

#[tokio::test]
async fn the_shipped_county_has_21_townships_at_each_published_cut() {
    let hub = Hub::new().await;
    let places = places(&hub).await;
    let all = places.all();
    for cut in [
        "2016-07-31",
        "2017-10-31",
        "2018-10-31",
        "2019-10-31",
        "2020-06-30",
        "2021-10-31",
        "2022-10-31",
        "2023-06-30",
        "2026-11-23",
    ] {
        let townships = all.valid(cut.parse().unwrap()).filter(|place| place.code.tier() == Tier::Township);
        assert_eq!(townships.count(), 21, "{cut}");
    }
    let name = |text: &str, on: &str| all.on(&code(text), on.parse().unwrap()).map(|place| place.names.zh.clone());
    assert_eq!(name("371122103", "2018-08-29").as_deref(), Some("阎庄镇"));
    assert_eq!(name("371122103", "2023-06-30"), None);
    assert_eq!(all.now(&code("371122103"), "2023-06-30".parse().unwrap()), code("371122005"));
    for code in all.valid(places.today()) {
        assert!(!code.names.pinyin.is_empty() && !code.names.en.is_empty(), "{code:?}");
    }
}

#[tokio::test]
async fn a_county_is_entered_once_and_one_that_does_not_ship_is_left_to_an_import() {
    let hub = Hub::new().await;
    let places = Places::open(hub.store.clone(), hub.clock.clone()).await.unwrap();
    places.begin("370102").await.unwrap();
    assert!(places.all().is_empty());
    places.begin("371122").await.unwrap();
    let table = "code,from,name\n371122400,,开发区\n";
    assert_eq!(places.import(table.into(), false).await.unwrap().changed, 1);
    let again = Places::open(hub.store.clone(), hub.clock.clone()).await.unwrap();
    again.begin("371122").await.unwrap();
    let names = again.names("371122400000").unwrap();
    assert_eq!((names.zh.as_str(), names.en.as_str()), ("开发区", "Ju County Economic Development Zone"));
}

#[tokio::test]
async fn villages_are_imported_all_or_none_with_every_fault_by_its_line() {
    let hub = Hub::new().await;
    let places = places(&hub).await;
    let before = places.all().len();
    let faulty = "区划代码,名称,终止日期,后继代码\n\
                  371122102201,大村,,\n\
                  3.71122E+11,小村,,\n\
                  371122102202,,昨天,\n\
                  371122999201,远村,,\n\
                  371122102203,旧村,2024-01-01,371122102299\n\
                  371122102201,又一村,,\n\
                  371122102204,少格,\n";
    let place = RowWrong::Place;
    let expected = [
        (3, "code", place(PlaceWrong::Spoiled)),
        (4, "name", place(PlaceWrong::Missing)),
        (4, "to", place(PlaceWrong::Day)),
        (5, "code", place(PlaceWrong::NoParent(code("371122999")))),
        (6, "successor", place(PlaceWrong::UnknownSuccessor)),
        (7, "code", place(PlaceWrong::Repeated(2))),
        (8, "", RowWrong::Sheet(SheetWrong::Cells { expected: 4, found: 3 })),
    ];
    let expected = expected.map(|(line, column, wrong)| (line, column.to_owned(), wrong));
    assert_eq!(tried(&places, faulty).await, expected);
    let refused = places.import(faulty.into(), false).await.unwrap_err();
    assert_eq!((refused.code().0, places.all().len()), (971, before));
    assert_eq!(hub.store.places().await.unwrap().len(), 32);

    let good = "code,name\n371122102201,大村\n371122005201,小村\n";
    let dry = places.import(good.into(), true).await.unwrap();
    assert_eq!((dry.rows, dry.added, places.all().len()), (2, 2, before));
    assert_eq!(places.import(good.into(), false).await.unwrap().added, 2);
    assert_eq!(places.import(good.into(), false).await.unwrap().unchanged, 2);
    assert_eq!(places.names("371122102201").unwrap().zh, "招贤镇大村");
    assert_eq!(places.standing(&code("371122102202")), Standing::Unknown);
    let reread = Places::open(hub.store.clone(), hub.clock.clone()).await.unwrap();
    assert_eq!(reread.names("371122102201").unwrap().zh, "招贤镇大村");
}

#[tokio::test]
async fn a_place_is_ended_and_followed_by_lines_of_one_table() {
    let hub = Hub::new().await;
    let places = places(&hub).await;
    let open = "code,name,from\n371122102,招贤街道,2024-01-01\n";
    let overlaps = RowWrong::Place(PlaceWrong::Overlaps(None));
    assert_eq!(tried(&places, open).await, [(2, "from".to_owned(), overlaps)]);
    let whole = "code,name,from,to\n371122102,招贤镇,,2024-01-01\n371122102,招贤街道,2024-01-01,\n";
    let outcome = places.import(whole.into(), false).await.unwrap();
    assert_eq!((outcome.added, outcome.changed), (1, 1));
    assert_eq!(places.names("371122102").unwrap().zh, "招贤街道");
    // A successor that leads back is refused, whichever of the two lines came first.
    let circle = "code,from,to,successor\n371122005,2020-06-30,2024-01-01,371122103\n";
    assert_eq!(tried(&places, circle).await, [(2, "successor".to_owned(), RowWrong::Place(PlaceWrong::Circle))]);
}

#[tokio::test]
async fn what_is_no_table_of_places_has_its_code() {
    let hub = Hub::new().await;
    let places = places(&hub).await;
    let rows = format!("code,name\n{}", "371122102201,a\n".repeat(20_001));
    for (table, error, number) in [
        (
            Bytes::from(vec![b'x'; MAX_TABLE_BYTES + 1]),
            SheetError::Bytes { bytes: MAX_TABLE_BYTES + 1, most: MAX_TABLE_BYTES },
            973,
        ),
        (Bytes::from(rows), SheetError::Rows { most: 20_000 }, 973),
        (Bytes::from_static(b"\xff\xff\xff"), SheetError::Encoding, 972),
        (Bytes::new(), SheetError::Empty { needed: &["code"] }, 972),
    ] {
        let refused = places.import(table, true).await.unwrap_err();
        assert_eq!(refused.code().0, number);
        assert!(matches!(&refused, PlaceError::Table(found) if *found == error), "{refused:?}");
    }
    let unknown = (1, "height".to_owned(), RowWrong::Sheet(SheetWrong::UnknownColumn));
    assert_eq!(tried(&places, "code,height\n371122102,3\n").await, [unknown]);
    let missing = (1, "code".to_owned(), RowWrong::Sheet(SheetWrong::MissingColumn));
    assert_eq!(tried(&places, "name\n大村\n").await, [missing]);
}

#[test]
fn every_shipped_table_is_named_after_its_county() {
    assert!(shipped::table("371122").is_some_and(|table| table.contains("\n371122000000,")));
    assert_eq!(shipped::table("999999"), None);
}
