//! Each fault, met by the smallest place that has it.

use super::*;

fn draft(cells: &[(Column, &str)]) -> Draft {
    let mut draft = Draft::default();
    draft.set(Column::Code, "371122103");
    draft.set(Column::Name, "阎庄镇");
    for (column, text) in cells {
        draft.set(*column, *text);
    }
    draft
}

fn faults(cells: &[(Column, &str)]) -> Vec<(Column, PlaceWrong)> {
    let faults = place(&draft(cells)).err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.column, fault.wrong)).collect()
}

#[test]
fn a_place_is_what_was_typed() {
    let typed = draft(&[
        (Column::En, "Yanzhuang Town"),
        (Column::Kind, "行政"),
        (Column::To, "2020/6/30"),
        (Column::Successor, "371122005"),
    ]);
    let place = place(&typed).unwrap();
    assert_eq!(place.code.as_str(), "371122103000");
    assert_eq!(place.to.unwrap().to_string(), "2020-06-30");
    assert_eq!(place.successor.as_ref().unwrap().as_str(), "371122005000");
    assert_eq!(super::place(&Draft::from(&place)), Ok(place));
}

#[test]
fn everything_wrong_with_a_place_is_said_at_once() {
    for (cells, expected) in [
        (&[(Column::Code, "")][..], &[(Column::Code, PlaceWrong::Missing)][..]),
        (&[(Column::Code, "3711221")], &[(Column::Code, PlaceWrong::Code)]),
        (&[(Column::Code, "3.71122E+11")], &[(Column::Code, PlaceWrong::Spoiled)]),
        (&[(Column::Name, " ")], &[(Column::Name, PlaceWrong::Missing)]),
        (&[(Column::Name, "村\n村")], &[(Column::Name, PlaceWrong::Control)]),
        (&[(Column::Pinyin, &"a".repeat(65))], &[(Column::Pinyin, PlaceWrong::TooLong(64))]),
        (&[(Column::Kind, "zone")], &[(Column::Kind, PlaceWrong::Kind)]),
        (&[(Column::From, "soon")], &[(Column::From, PlaceWrong::Day)]),
        (&[(Column::From, "2020-06-30"), (Column::To, "2020-06-30")], &[(Column::To, PlaceWrong::Order)]),
        (&[(Column::Successor, "371122005")], &[(Column::Successor, PlaceWrong::WithoutEnd)]),
        (&[(Column::To, "2020-06-30"), (Column::Successor, "371122005201")], &[(Column::Successor, PlaceWrong::Tier)]),
        (
            &[(Column::Code, "x"), (Column::To, "never")],
            &[(Column::Code, PlaceWrong::Code), (Column::To, PlaceWrong::Day)],
        ),
    ] {
        assert_eq!(faults(cells), expected, "{cells:?}");
    }
}

#[test]
fn a_place_fits_among_the_others_or_says_why_not() {
    let made = |cells: &[(Column, &str)]| place(&draft(cells)).unwrap();
    let county = made(&[(Column::Code, "371122"), (Column::Name, "莒县")]);
    let town = made(&[(Column::To, "2020-06-30"), (Column::Successor, "371122005")]);
    let street = made(&[(Column::Code, "371122005"), (Column::From, "2020-06-30")]);
    let all = Gazetteer::new([county.clone(), town.clone(), street.clone()]);
    for place in [&county, &town, &street] {
        assert_eq!(among(&all, place), [], "{place:?}");
    }
    let wrong = |place: Place| {
        let mut all = all.clone();
        all.put(place.clone());
        among(&all, &place).into_iter().map(|fault| fault.wrong).collect::<Vec<_>>()
    };
    let orphan = made(&[(Column::Code, "371122999201")]);
    assert_eq!(wrong(orphan), [PlaceWrong::NoParent("371122999".parse().unwrap())]);
    let again = made(&[(Column::From, "2019-01-01")]);
    assert_eq!(wrong(again), [PlaceWrong::Overlaps(None)]);
    let lost = made(&[(Column::To, "2020-06-30"), (Column::Successor, "371122006")]);
    assert_eq!(wrong(lost), [PlaceWrong::UnknownSuccessor]);
    let back = made(&[
        (Column::Code, "371122005"),
        (Column::From, "2020-06-30"),
        (Column::To, "2024-01-01"),
        (Column::Successor, "371122103"),
    ]);
    assert_eq!(wrong(back), [PlaceWrong::Circle]);
}
