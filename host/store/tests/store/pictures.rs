//! Picture bytes and where they came from.

use bytes::Bytes;
use xl_model::event::NewEvent;
use xl_model::picture::PictureOrigin;
use xl_model::picture::Provenance;
use xl_store::StoreError;

use crate::fixture::Town;
use crate::fixture::fact;
use crate::fixture::hash;
use crate::fixture::picture;
use crate::fixture::town;

fn file(town_: &Town, bytes: &[u8]) -> std::path::PathBuf {
    let sha256 = hash(bytes);
    town_.config.folder.join("pictures").join(&sha256.as_str()[..2]).join(sha256.as_str())
}

#[tokio::test]
async fn picture_bytes_are_stored_once_under_their_hash() {
    let mut town_ = Town::new().await;
    for _ in 0..2 {
        town_.store.put_picture(&hash(b"jpeg"), Bytes::from_static(b"jpeg")).await.unwrap();
    }
    town_.reopen().await;
    assert_eq!(town_.store.picture(&hash(b"jpeg")).await.unwrap().as_deref(), Some(&b"jpeg"[..]));
    assert_eq!(town_.store.picture(&hash(b"other")).await.unwrap(), None);
    let folder = file(&town_, b"jpeg");
    assert_eq!(std::fs::read_dir(folder.parent().unwrap()).unwrap().count(), 1);
}

#[tokio::test]
async fn damaged_picture_bytes_are_never_served() {
    let town_ = Town::new().await;
    town_.store.put_picture(&hash(b"jpeg"), Bytes::from_static(b"jpeg")).await.unwrap();
    std::fs::write(file(&town_, b"jpeg"), b"jpeh").unwrap();
    let read = town_.store.picture(&hash(b"jpeg")).await;
    assert!(matches!(read, Err(StoreError::DamagedBytes { .. })), "{read:?}");
    // A shorter file is what a crash could leave; a new put mends it.
    std::fs::write(file(&town_, b"jpeg"), b"jp").unwrap();
    town_.store.put_picture(&hash(b"jpeg"), Bytes::from_static(b"jpeg")).await.unwrap();
    assert!(town_.store.picture(&hash(b"jpeg")).await.unwrap().is_some());
}

#[tokio::test]
async fn a_picture_belongs_to_the_camera_and_township_that_sent_it() {
    let mut town_ = Town::new().await;
    let other = "371122103".parse().unwrap();
    let shot = |id: &str, camera: &str, time_ms, bytes: &[u8]| NewEvent {
        camera: Some(camera.parse().unwrap()),
        time_ms,
        pictures: vec![picture(bytes)],
        ..fact(id)
    };
    // A module announces the first picture of one camera as if it were of the other.
    let announced = NewEvent { depth: 1, source: "module:trace".into(), ..shot("announced", "gh-2", 9, b"one") };
    town_.append(vec![shot("a", "gh-1", 5, b"one"), shot("b", "gh-2", 6, b"two"), announced]).await;
    town_.append(vec![shot("c", "gh-1", 7, b"three"), shot("d", "gh-1", 4, b"one")]).await;
    town_.reopen().await;

    let from = |camera: &str, time_ms, bytes: &[u8]| {
        let origin = PictureOrigin::Camera(camera.parse().unwrap());
        Some(Provenance { picture: picture(bytes), township: town(), origin, time_ms })
    };
    let store = &town_.store;
    assert_eq!(store.provenance(&town(), &hash(b"one")).await.unwrap(), from("gh-1", 5, b"one"));
    assert_eq!(store.provenance(&town(), &hash(b"two")).await.unwrap(), from("gh-2", 6, b"two"));
    assert_eq!(store.provenance(&other, &hash(b"one")).await.unwrap(), None);
    // What it sent last, though it sent the same bytes before.
    assert_eq!(store.latest_picture(&town(), &"gh-1".parse().unwrap()).await.unwrap(), from("gh-1", 4, b"one"));
    assert_eq!(store.latest_picture(&town(), &"gh-2".parse().unwrap()).await.unwrap(), from("gh-2", 6, b"two"));
    assert_eq!(store.latest_picture(&other, &"gh-1".parse().unwrap()).await.unwrap(), None);
    assert_eq!(store.latest_picture(&town(), &"gh-3".parse().unwrap()).await.unwrap(), None);
}
