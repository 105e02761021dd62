use super::*;
use crate::batch::Unit;

fn kilograms(text: &str) -> Thousandths {
    text.parse().unwrap()
}

fn harvested() -> Batch {
    let mut batch = Batch {
        site: "g000001".to_owned(),
        site_name: "1".to_owned(),
        product: "草莓".to_owned(),
        variety: None,
        quantity: kilograms("3000"),
        unit: Unit::Plants,
        state: State::Planned,
        planted: None,
        harvested: None,
        quantity_kg: None,
        link: None,
        trade: Trade::default(),
    };
    batch.plant("2025-03-01".parse().unwrap()).unwrap();
    batch.harvest("2025-04-17".parse().unwrap(), kilograms("100"), []).unwrap();
    batch
}

fn to_shop(quantity: &str) -> Receiver {
    let (name, document) = ("超市".to_owned(), "D1".to_owned());
    Receiver { name, gln: None, document, quantity_kg: kilograms(quantity) }
}

#[test]
fn a_batch_goes_from_harvest_to_sale_and_counts_what_is_left() {
    let mut batch = harvested();
    assert_eq!(batch.test(true), Ok(()));
    assert_eq!(batch.certify("c1"), Ok(()));
    assert_eq!(batch.pack("376104250021234569"), Ok(()));
    assert_eq!(batch.ship(to_shop("60")), Ok(()));
    assert_eq!(batch.receive(), Ok(()));
    assert_eq!(batch.sell(kilograms("40.5")), Err(Halt::TooMuch(kilograms("40"))));
    assert_eq!(batch.sell(kilograms("15.5")), Ok(()));
    assert_eq!((batch.state, batch.left_kg()), (State::Received, kilograms("24.5")));
    assert_eq!(batch.sell(kilograms("24.5")), Ok(()));
    assert_eq!(batch.state, State::Sold);
}

#[test]
fn a_batch_that_failed_its_test_is_not_certified_and_does_not_leave() {
    let mut batch = harvested();
    batch.certify("c1").unwrap();
    assert_eq!(batch.test(false), Ok(()));
    assert_eq!((batch.state, &batch.trade.certificate), (State::Harvested, &None), "the promise is void");
    assert_eq!(batch.certify("c2"), Err(Halt::Failed));
    assert_eq!(batch.pack("x"), Err(Halt::Failed));
    assert_eq!(batch.sell(kilograms("1")), Err(Halt::Failed));
    assert_eq!(batch.part(kilograms("1"), "b2"), Err(Halt::Failed));
}

#[test]
fn nothing_leaves_without_a_certificate() {
    let mut batch = harvested();
    batch.test(true).unwrap();
    assert_eq!(batch.pack("x"), Err(Halt::NoCertificate));
    assert_eq!(batch.ship(to_shop("1")), Err(Halt::NoCertificate));
    assert_eq!(batch.sell(kilograms("1")), Err(Halt::NoCertificate));
}

#[test]
fn what_is_recalled_moves_no_more() {
    let mut batch = harvested();
    batch.certify("c1").unwrap();
    batch.trade.recall = Some("r1".to_owned());
    for halted in [
        batch.test(true),
        batch.certify("c2"),
        batch.pack("x"),
        batch.ship(to_shop("1")),
        batch.sell(kilograms("1")),
        batch.part(kilograms("1"), "b2"),
    ] {
        assert_eq!(halted, Err(Halt::Recalled));
    }
    batch.trade.certificate = None;
    assert_eq!(batch.sell(kilograms("1")), Err(Halt::Recalled), "not for want of a certificate");
}

#[test]
fn a_part_is_taken_off_the_batch_once() {
    let mut batch = harvested();
    assert_eq!(batch.part(kilograms("30"), "b2"), Ok(()));
    assert_eq!((batch.left_kg(), batch.trade.children.as_slice()), (kilograms("70"), &["b2".to_owned()][..]));
    assert_eq!(batch.part(kilograms("70.001"), "b3"), Err(Halt::TooMuch(kilograms("70"))));
}
