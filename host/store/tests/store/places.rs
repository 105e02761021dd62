//! Places and their periods.

use xl_model::place::Place;
use xl_model::place::check;
use xl_model::place::draft::Column;
use xl_model::place::draft::Draft;

use crate::fixture::NOON_MS;
use crate::fixture::Town;

fn place(cells: &[(Column, &str)]) -> Place {
    let mut draft = Draft::default();
    for (column, text) in cells {
        draft.set(*column, *text);
    }
    check::place(&draft).unwrap()
}

#[tokio::test]
async fn places_read_back_as_they_were_entered_also_after_a_restart() {
    let mut town = Town::new().await;
    let old = place(&[
        (Column::Code, "371122103"),
        (Column::Name, "阎庄镇"),
        (Column::Pinyin, "Yanzhuang Zhen"),
        (Column::En, "Yanzhuang Town"),
        (Column::To, "2020-06-30"),
        (Column::Successor, "371122005"),
    ]);
    let zone = place(&[
        (Column::Code, "371122400"),
        (Column::Name, "莒县经济开发区"),
        (Column::Kind, "statistical"),
        (Column::From, "2016-07-31"),
    ]);
    town.store.put_places(vec![zone.clone(), old.clone()], NOON_MS).await.unwrap();
    assert_eq!(town.store.places().await.unwrap(), [old.clone(), zone.clone()]);
    let renamed = Place { names: xl_model::place::Names { zh: "开发区".to_owned(), ..zone.names.clone() }, ..zone };
    town.store.put_places(vec![renamed.clone()], NOON_MS).await.unwrap();
    town.reopen().await;
    assert_eq!(town.store.places().await.unwrap(), [old, renamed]);
}
