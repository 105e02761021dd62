//! A person gets as much of a picture as the purpose of his look allows, and his browser keeps nothing of it.

use std::collections::BTreeSet;

use axum::http::header;
use xl_media::MASKED;
use xl_media::PictureLimits;
use xl_media::PixelFormat;
use xl_model::camera::draft::Field;
use xl_model::picture::Cover;
use xl_model::picture::PictureLevel;

use super::Desk;
use super::WITH_GPS;

/// Whether nothing is to be seen in the left and in the right half of a picture.
fn halves_are_masked(jpeg: &[u8]) -> [bool; 2] {
    let (cover, limits) = (Cover::default(), PictureLimits::default());
    let pixels = xl_media::covered_pixels(jpeg, 64, 48, PixelFormat::Gray, &cover, &limits).unwrap();
    [0..32_usize, 32..64].map(|columns| {
        let shades: BTreeSet<u8> = pixels.chunks(64).flat_map(|row| &row[columns.clone()]).copied().collect();
        shades == BTreeSet::from([MASKED])
    })
}

#[tokio::test]
async fn a_person_sees_behind_a_mask_for_public_security_alone() {
    for class in ["C1", "C2", "C3"] {
        let left = (Field::Masks, "[[[0,0],[0.5,0],[0.5,1],[0,1]]]");
        let desk = Desk::with(&[(Field::Class, class), (Field::Purposes, "sanitation;public-security"), left]).await;
        let picture = desk.picture(Some(WITH_GPS)).await;
        let covered = desk.get(&format!("{picture}?purpose=sanitation&reason=full%20bins")).await;
        assert_eq!(covered.status.as_u16(), 200, "{class}: {}", covered.text);
        assert_eq!(halves_are_masked(&covered.bytes), [true, false], "{class}");
        let open = desk.get(&format!("{picture}?purpose=public-security&reason=an%20alarm")).await;
        assert!(open.status.as_u16() == 200 && open.bytes == WITH_GPS, "{class}: not as it was received");
        let purposes: Vec<_> = desk.register().await.into_iter().map(|(.., purpose, _)| purpose).collect();
        assert_eq!(purposes, ["sanitation", "public-security"], "{class}");
    }
}

#[tokio::test]
async fn without_masks_a_picture_of_a_non_public_place_is_seen_as_it_was_received() {
    for (class, is_as_received) in [("C3", true), ("C2", false)] {
        let desk = Desk::with(&[(Field::Class, class), (Field::Purposes, "sanitation")]).await;
        let picture = desk.picture(Some(WITH_GPS)).await;
        let seen = desk.get(&format!("{picture}?purpose=sanitation&reason=full%20bins")).await;
        assert_eq!((seen.status.as_u16(), seen.bytes == WITH_GPS), (200, is_as_received), "{class}");
    }
}

#[tokio::test]
async fn a_picture_that_was_looked_at_is_kept_by_no_browser_and_opened_again_it_is_another_row() {
    let desk = Desk::new().await;
    let picture = desk.picture(Some(WITH_GPS)).await;
    desk.enable(PictureLevel::Masked, "flood").await;
    desk.show(&picture).await;
    let own = "purpose=flood&reason=water%20level";
    let queries = [own, own, "purpose=flood&reason=water%20level&width=32", "module=trace", "module=trace"];
    for query in queries {
        let answer = desk.get(&format!("{picture}?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.header(header::CACHE_CONTROL)), (200, "no-store"), "{query}");
    }
    assert_eq!(desk.register().await.len(), queries.len());
}
