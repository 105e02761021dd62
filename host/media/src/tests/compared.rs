//! What counts as a change, and what does not.

use xl_model::metrics::Change;
use xl_model::metrics::ViewFaults;
use xl_model::region::Masks;
use xl_model::region::Region;

use super::scene::Scene;
use super::scene::View;
use crate::CompareError;
use crate::Luma;
use crate::compare;

/// Share below which nothing of note changed.
const NOTHING: f64 = 0.01;

fn region(json: &str) -> Region {
    serde_json::from_str(json).unwrap()
}

/// The middle of the view.
fn middle() -> Region {
    region("[[0.4,0.4],[0.6,0.4],[0.6,0.6],[0.4,0.6]]")
}

fn changed(now: &View, then: &View, region: Option<&Region>) -> Change {
    compare(&now.luma(), &then.luma(), region).unwrap()
}

fn faults(now: &View, then: &View) -> ViewFaults {
    let (now, then) = (now.luma(), then.luma());
    ViewFaults::of(&now.metrics(), Some(&compare(&now, &then, None).unwrap()), 0)
}

#[test]
fn a_view_is_identical_to_itself() {
    let luma = Scene::street(1).seen().luma();
    let found = compare(&luma, &luma.clone(), None).unwrap();
    let wanted = Change {
        share: 0.0,
        shift_x: 0,
        shift_y: 0,
        agreement: 1.0,
        difference: 0.0,
        contrast_kept: 1.0,
        sharpness_kept: 1.0,
    };
    assert_eq!(found, wanted);
    assert!(found.is_identical());
}

#[test]
fn one_gray_level_of_one_pixel_is_not_identical() {
    let luma = Scene::street(1).seen().luma();
    let mut bytes = luma.bytes().to_vec();
    bytes[9_999] ^= 1;
    let other = Luma::new(luma.width(), luma.height(), bytes, &Masks::default()).unwrap();
    let found = compare(&other, &luma, None).unwrap();
    assert!(!found.is_identical());
    assert_eq!((found.share, found.shift_x, found.shift_y), (0.0, 0, 0));
}

#[test]
fn a_brighter_scene_is_no_change() {
    for number in 1..4 {
        let then = Scene::street(number).seen();
        for (gain, offset) in [(1.0, 45.0), (1.0, -45.0), (1.4, 0.0), (0.5, 10.0), (0.4, 120.0), (1.7, -20.0)] {
            let now = Scene::street(number).seen().lit(gain, offset).noisy(7, 6);
            let found = changed(&now, &then, None);
            assert!(found.share < NOTHING, "{number}: × {gain} + {offset}: {found:?}");
            assert_eq!((found.shift_x, found.shift_y), (0, 0), "{number}: × {gain} + {offset}: {found:?}");
            assert!(found.difference > 10.0, "{found:?}");
        }
    }
}

#[test]
fn noise_is_no_change() {
    let street = Scene::street(4);
    let found = changed(&street.seen().noisy(1, 20), &street.seen().noisy(2, 20), None);
    assert!(found.share < NOTHING && !found.is_identical(), "{found:?}");
}

#[test]
fn a_new_object_inside_the_region_is_a_change() {
    for number in 1..4 {
        let then = Scene::street(number).seen();
        // A fifth of the view to each side, where the region is: nearly all of it, in other light too.
        let heap = || Scene::street(number).with((0.4, 0.4), (0.2, 0.2)).seen();
        for now in [heap(), heap().lit(1.3, 15.0), heap().lit(0.7, -5.0)] {
            let found = changed(&now, &then, Some(&middle()));
            assert!(found.share > 0.6, "{number}: {found:?}");
            // Seen all over, it is the 25th part.
            let all = changed(&now, &then, None);
            assert!((0.02..0.05).contains(&all.share), "{number}: {all:?}");
        }
    }
}

#[test]
fn an_object_that_was_taken_away_is_a_change() {
    let then = Scene::street(2).with((0.4, 0.4), (0.2, 0.2)).seen();
    let found = changed(&Scene::street(2).seen(), &then, Some(&middle()));
    assert!(found.share > 0.5, "{found:?}");
}

#[test]
fn a_change_outside_the_region_is_none() {
    for number in 1..4 {
        let then = Scene::street(number).seen();
        let now = Scene::street(number).with((0.05, 0.1), (0.3, 0.7)).seen();
        assert!(changed(&now, &then, None).share > 0.1);
        let found = changed(&now, &then, Some(&middle()));
        assert!(found.share < NOTHING, "{number}: {found:?}");
    }
}

#[test]
fn a_moved_camera_is_told_from_a_changed_scene() {
    for number in 1..4 {
        let street = Scene::street(number);
        // In its own pixels, of which two make a working pixel; what is seen moves the other way.
        for (right, down) in [(8, 0), (0, -10), (-24, 12), (60, -30), (-140, 60)] {
            let found = changed(&street.seen_from(right, down), &street.seen(), None);
            assert_eq!((found.shift_x, found.shift_y), (-right / 2, -down / 2), "{number}: {found:?}");
            assert!(found.share < 0.03 && found.agreement > 0.6, "{number}: {right}, {down}: {found:?}");
            assert!(faults(&street.seen_from(right, down), &street.seen()).moved);
        }
        let changed_scene = Scene::street(number).with((0.1, 0.2), (0.5, 0.5)).seen();
        let found = changed(&changed_scene, &street.seen(), None);
        assert!(found.share > 0.15 && found.agreement > 0.2, "{number}: {found:?}");
        assert_eq!((found.shift_x, found.shift_y), (0, 0));
        assert_eq!(faults(&changed_scene, &street.seen()), ViewFaults::default());
    }
}

#[test]
fn a_camera_that_points_elsewhere_is_told() {
    for (now, then) in [(1, 2), (3, 4), (5, 6)] {
        let (now, then) = (Scene::street(now).seen(), Scene::street(then).seen());
        let found = changed(&now, &then, None);
        assert!(found.agreement < 0.15 && (found.shift_x, found.shift_y) == (0, 0), "{found:?}");
        assert_eq!(faults(&now, &then), ViewFaults { moved: true, ..ViewFaults::default() });
    }
}

#[test]
fn a_pole_in_the_wind_is_neither_a_change_nor_a_move() {
    let street = Scene::street(3);
    for (right, down) in [(1, 0), (2, 2), (3, -2), (-4, 1)] {
        let found = changed(&street.seen_from(right, down), &street.seen(), None);
        assert!(found.share < NOTHING, "{right}, {down}: {found:?}");
        assert_eq!(faults(&street.seen_from(right, down), &street.seen()), ViewFaults::default());
    }
}

#[test]
fn a_covered_lens_has_no_contrast() {
    let then = Scene::street(1).seen();
    for gray in [20.0, 90.0, 160.0] {
        let now = Scene::street(1).seen().lit(0.02, gray).noisy(5, 3);
        let found = changed(&now, &then, None);
        assert!(found.contrast_kept < 0.1 && found.sharpness_kept < 0.1, "{gray}: {found:?}");
        let dark = gray < 30.0;
        assert_eq!(faults(&now, &then), ViewFaults { covered: true, dark, ..ViewFaults::default() }, "{gray}");
    }
}

#[test]
fn a_lens_that_lost_its_focus_is_blurred_and_not_covered() {
    let street = Scene::street(2);
    let wanted = ViewFaults { blurred: true, ..ViewFaults::default() };
    assert_eq!(faults(&street.seen().blurred(8), &street.seen()), wanted);
}

#[test]
fn what_either_picture_masks_counts_nowhere() {
    let (street, heap) = (Scene::street(1).seen(), Scene::street(1).with((0.42, 0.42), (0.16, 0.16)).seen());
    let over_it = Masks::new(vec![middle()]).unwrap();
    for (now, then) in [
        (heap.luma_under(&over_it), street.luma()),
        (heap.luma(), street.luma_under(&over_it)),
        (heap.luma_under(&over_it), street.luma_under(&over_it)),
    ] {
        let found = compare(&now, &then, None).unwrap();
        assert!(found.share < NOTHING && found.difference < 2.0, "{found:?}");
        assert_eq!(compare(&now, &then, Some(&middle())), Err(CompareError::Unseen));
    }
}

#[test]
fn a_mask_does_not_hold_a_moved_view_in_its_place() {
    let street = Scene::street(2);
    let masks: Masks = serde_json::from_str("[[[0,0],[0.6,0],[0.6,0.5],[0,0.5]]]").unwrap();
    let found = compare(&street.seen_from(-20, 0).luma_under(&masks), &street.seen().luma_under(&masks), None).unwrap();
    assert_eq!((found.shift_x, found.shift_y), (10, 0), "{found:?}");
}

#[test]
fn a_picture_of_another_size_needs_a_new_reference() {
    let [wide, high] = [(32, 18), (18, 32)].map(|(width, height)| {
        Luma::new(width, height, vec![7; (width * height) as usize], &Masks::default()).unwrap()
    });
    let error = compare(&wide, &high, None).unwrap_err();
    assert_eq!(error, CompareError::OtherSize { current: (32, 18), reference: (18, 32) });
    let words = "the picture measures 32 × 18 working pixels, its reference 18 × 32; take a new reference";
    assert_eq!(error.to_string(), words);
}

#[test]
fn pictures_of_any_size_compare_without_fault() {
    for (width, height) in [(1, 1), (2, 1), (3, 3), (9, 200), (320, 5), (39, 41)] {
        let size = (width * height) as usize;
        let noise = (0..size).map(|at| (1 + at * 37 % 251) as u8).collect();
        let noise = Luma::new(width, height, noise, &Masks::default()).unwrap();
        let flat = Luma::new(width, height, vec![1; size], &Masks::default()).unwrap();
        for (now, then) in [(&noise, &flat), (&flat, &noise), (&flat, &flat), (&noise, &noise)] {
            let found = compare(now, then, None).unwrap();
            assert_eq!(found.is_identical(), now == then, "{width} × {height}: {found:?}");
            assert!((0.0..=1.0).contains(&found.share) && (-1.0..=1.0).contains(&found.agreement), "{found:?}");
        }
    }
}
