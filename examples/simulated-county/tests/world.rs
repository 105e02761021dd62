//! The simulated world as others see it: repeatable, plausible, on time.

use simulated_county::world::Greenhouse;
use simulated_county::world::SimTime;
use simulated_county::world::diary;
use simulated_county::world::diary::Chore;
use simulated_county::world::diary::Entry;
use simulated_county::world::picture;
use simulated_county::world::reading;
use simulated_county::world::stage;
use zune_core::bytestream::ZCursor;
use zune_jpeg::JpegDecoder;

fn greenhouse(number: u32) -> Greenhouse {
    Greenhouse { township: "371122102".to_owned(), number }
}

fn decoded(jpeg: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut decoder = JpegDecoder::new(ZCursor::new(jpeg));
    let rgb = decoder.decode().expect("a picture decodes");
    let (width, height) = decoder.dimensions().expect("a decoded picture has a size");
    (width, height, rgb)
}

fn brightness(rgb: &[u8]) -> f64 {
    rgb.iter().map(|channel| f64::from(*channel)).sum::<f64>() / rgb.len() as f64
}

/// How much of the lower half is greener than anything else.
fn green_share(width: usize, rgb: &[u8]) -> f64 {
    let lower = &rgb[rgb.len() / 2 / (width * 3) * (width * 3)..];
    let is_green = |p: &&[u8]| i32::from(p[1]) > i32::from(p[0]) + 14 && i32::from(p[1]) > i32::from(p[2]) + 14;
    lower.chunks_exact(3).filter(is_green).count() as f64 / (lower.len() / 3) as f64
}

#[test]
fn the_same_seed_greenhouse_and_time_give_the_same_bytes() {
    let time = SimTime::at(4, 10, 30);
    assert_eq!(picture(7, &greenhouse(1), time), picture(7, &greenhouse(1), time));
    assert_eq!(reading(7, &greenhouse(1), time), reading(7, &greenhouse(1), time));
    let (from, until) = (SimTime::at(4, 0, 0), SimTime::at(5, 0, 0));
    assert_eq!(diary::entries(7, &greenhouse(1), from, until), diary::entries(7, &greenhouse(1), from, until));
}

#[test]
fn another_seed_greenhouse_or_time_gives_another_picture() {
    let time = SimTime::at(4, 10, 30);
    let one = picture(7, &greenhouse(1), time);
    assert_ne!(one, picture(8, &greenhouse(1), time));
    assert_ne!(one, picture(7, &greenhouse(2), time));
    assert_ne!(one, picture(7, &greenhouse(1), SimTime::at(4, 11, 0)));
    let elsewhere = Greenhouse { township: "371122103".to_owned(), number: 1 };
    assert_ne!(one, picture(7, &elsewhere, time));
}

#[test]
fn readings_stay_in_plausible_ranges_and_change_slowly() {
    for seed in 0..6 {
        let mut before: Option<f64> = None;
        for slot in 0..60 * 288 {
            let reading = reading(seed, &greenhouse(seed as u32 + 1), SimTime(slot * diary::READING_EVERY_MS));
            assert!((4.0..=42.0).contains(&reading.temp_c), "{reading:?}");
            assert!((30.0..=99.0).contains(&reading.rh_pct), "{reading:?}");
            assert!(reading.light_lux <= 70_000, "{reading:?}");
            assert!((20.0..=45.0).contains(&reading.soil_pct), "{reading:?}");
            assert!(before.is_none_or(|before| (before - reading.temp_c).abs() < 2.0), "{before:?} {reading:?}");
            before = Some(reading.temp_c);
        }
    }
}

#[test]
fn days_are_warm_dry_and_bright_and_nights_are_not() {
    for day in 0..30 {
        let at = |hour: u64| reading(7, &greenhouse(1), SimTime::at(day, hour, 0));
        let (night, noon) = (at(3), at(13));
        assert!(noon.temp_c > night.temp_c && noon.rh_pct < night.rh_pct, "day {day}: {night:?} {noon:?}");
        assert!(night.light_lux == 0 && noon.light_lux > 5_000, "day {day}: {night:?} {noon:?}");
    }
}

#[test]
fn pictures_are_jpegs_of_640_by_360_and_of_the_size_a_camera_sends() {
    for number in 1..=4 {
        for hour in [0, 6, 9, 12, 15, 18, 21] {
            let jpeg = picture(7, &greenhouse(number), SimTime::at(u64::from(number) * 5, hour, 0));
            let (width, height, _) = decoded(&jpeg);
            assert_eq!((width, height), (640, 360));
            assert!((12 * 1024..48 * 1024).contains(&jpeg.len()), "{} bytes at {hour}:00", jpeg.len());
        }
    }
}

#[test]
fn noon_is_much_brighter_than_night() {
    for number in 1..=3 {
        let at = |hour: u64| brightness(&decoded(&picture(7, &greenhouse(number), SimTime::at(2, hour, 0))).2);
        assert!(at(12) > 2.0 * at(0), "greenhouse {number}: {} and {}", at(12), at(0));
    }
}

#[test]
fn plants_grow_bear_fruit_and_are_gone_after_the_harvest() {
    // The third greenhouse begins on day 6 of its crop.
    let third = greenhouse(3);
    assert_eq!(third.head_start_days(), 6);
    let green = |day: u64| {
        let (width, _, rgb) = decoded(&picture(7, &third, SimTime::at(day, 12, 0)));
        green_share(width, &rgb)
    };
    assert!(green(0) + 0.1 < green(6) && green(6) < green(13), "{} {} {}", green(0), green(6), green(13));
    assert!(green(23) < 0.02, "cleared: {}", green(23));

    let at = |day: u64, hour: u64| stage(&third, SimTime::at(day, hour, 0));
    assert!(at(5, 0).fruit == 0.0 && at(18, 0).fruit == 1.0 && at(18, 0).ripe > 0.5);
    assert!(at(20, 9).fruit > 0.0 && at(20, 11).fruit == 0.0, "picked on the morning of day 26");
    assert_eq!((at(23, 0).crop, at(24, 0).crop), (0, 1));
}

#[test]
fn a_simulated_day_has_288_readings_48_pictures_and_up_to_3_movements() {
    for number in 1..=20 {
        for day in 0..10 {
            let (from, until) = (SimTime::at(day, 0, 0), SimTime::at(day + 1, 0, 0));
            let entries = diary::entries(7, &greenhouse(number), from, until);
            let count = |wanted: Entry| entries.iter().filter(|(_, entry)| *entry == wanted).count();
            assert_eq!((count(Entry::Reading), count(Entry::Picture)), (288, 48));
            assert!((1..=3).contains(&count(Entry::Motion)));
            assert!(entries.is_sorted());
            for (time, _) in entries.iter().filter(|(_, entry)| *entry == Entry::Motion) {
                assert!((7.0..18.0).contains(&time.hour()), "{time:?}");
            }
        }
    }
}

#[test]
fn a_day_read_in_pieces_is_the_same_day() {
    let one = greenhouse(1);
    let whole = diary::entries(7, &one, SimTime::at(3, 0, 0), SimTime::at(4, 0, 0));
    let step = 7 * 60_000 + 13;
    let mut pieces = Vec::new();
    let mut from = SimTime::at(3, 0, 0);
    while from < SimTime::at(4, 0, 0) {
        let until = SimTime(from.0 + step).min(SimTime::at(4, 0, 0));
        pieces.extend(diary::entries(7, &one, from, until));
        from = until;
    }
    assert_eq!(pieces, whole);
}

#[test]
fn every_crop_is_planted_fed_sprayed_and_harvested_in_this_order() {
    // Begins with nothing planted yet.
    let ninth = greenhouse(9);
    assert_eq!(ninth.head_start_days(), 0);
    let chores = diary::chores(&ninth, SimTime::BEGIN, SimTime::at(60, 0, 0));
    let wanted = [
        (SimTime::at(0, 8, 0), 0, Chore::Plant),
        (SimTime::at(6, 8, 30), 0, Chore::Feed),
        (SimTime::at(9, 17, 0), 0, Chore::Spray),
        (SimTime::at(26, 9, 0), 0, Chore::Harvest),
        (SimTime::at(30, 8, 0), 1, Chore::Plant),
        (SimTime::at(36, 8, 30), 1, Chore::Feed),
        (SimTime::at(39, 17, 0), 1, Chore::Spray),
        (SimTime::at(56, 9, 0), 1, Chore::Harvest),
    ];
    assert_eq!(chores, wanted);
    assert_eq!(diary::missed(&ninth), []);
}

#[test]
fn what_was_done_before_the_beginning_and_what_comes_after_make_one_whole_crop() {
    for number in 1..=24 {
        let greenhouse = greenhouse(number);
        let before = diary::missed(&greenhouse).into_iter().map(|(_, chore)| chore);
        let after = diary::chores(&greenhouse, SimTime::BEGIN, SimTime::at(100, 0, 0));
        let first = after.into_iter().filter(|(_, crop, _)| *crop == 0).map(|(.., chore)| chore);
        let whole: Vec<_> = before.chain(first).collect();
        assert_eq!(whole, [Chore::Plant, Chore::Feed, Chore::Spray, Chore::Harvest], "greenhouse {number}");
    }
}

#[test]
fn a_chore_belongs_to_one_piece_of_time_only() {
    let second = greenhouse(2);
    let whole = diary::chores(&second, SimTime::BEGIN, SimTime::at(200, 0, 0));
    let mut pieces = Vec::new();
    for day in 0..200 {
        for hour in if day == 0 { 8..24 } else { 0..24 } {
            let until = if hour == 23 { SimTime::at(day + 1, 0, 0) } else { SimTime::at(day, hour + 1, 0) };
            pieces.extend(diary::chores(&second, SimTime::at(day, hour, 0), until));
        }
    }
    assert_eq!(pieces, whole);
}
