//! Sealed on disk, open under their own names, and opened by the next key wherever a rotation is killed.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::app::Rotated;
use crate::app::rotate_key;

const VALUE: &str = "Bearer canary-of-the-credential";

async fn set(data: &Path, name: &str, value: &str) -> Result<(), AppError> {
    super::set(data, name, value, 0).await
}

async fn remove(data: &Path, name: &str) -> Result<(), AppError> {
    super::remove(data, name, 0).await
}

/// The data folder of a hub that was started once.
fn data() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    keys::Keys::open(&data.path().join(keys::FOLDER)).unwrap();
    data
}

async fn value(credentials: &Credentials, name: &str) -> Result<String, u16> {
    let value = credentials.value(name).await.map_err(|error| error.code().0)?;
    Ok(String::from_utf8(value.to_vec()).unwrap())
}

fn key_of(data: &Path, name: &str) -> [u8; 32] {
    keys::key(&data.join(keys::FOLDER), name).unwrap()
}

#[tokio::test]
async fn a_credential_is_sealed_on_disk_and_opens_under_its_own_name_only() {
    let data = data();
    let data = data.path();
    set(data, "weather", &format!("{VALUE}\n")).await.unwrap();
    let sealed = file(&data.join(FOLDER), "weather");
    let bytes = fs::read(&sealed).unwrap();
    assert!(!bytes.windows(6).any(|part| VALUE.as_bytes().windows(6).any(|plain| plain == part)));
    assert_eq!(fs::metadata(&sealed).unwrap().permissions().mode() & 0o777, 0o600);
    let credentials = Credentials::open(data).unwrap();
    assert_eq!(value(&credentials, "weather").await.unwrap(), VALUE);
    fs::copy(&sealed, file(&data.join(FOLDER), "map")).unwrap();
    assert_eq!(value(&credentials, "map").await, Err(320));
    for name in ["nobody", "", "../keys/people", "weather.sealed"] {
        assert_eq!(value(&credentials, name).await, Err(319), "{name}");
    }
    set(data, "weather", "another").await.unwrap();
    assert_eq!(value(&credentials, "weather").await.unwrap(), "another", "a running hub takes the new one");
}

#[tokio::test]
async fn only_one_line_that_a_header_can_hold_is_taken_as_a_credential() {
    let data = data();
    for wrong in ["", " \n", "a\nb", "a\tb", "天气", &"x".repeat(MAX_BYTES + 1)] {
        assert_eq!(set(data.path(), "weather", wrong).await.unwrap_err().code().0, 319, "{wrong:?}");
    }
    set(data.path(), "weather", &"x".repeat(MAX_BYTES)).await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(set(elsewhere.path(), "weather", VALUE).await.unwrap_err().code().0, 104);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "a folder that is no hub's is not made one");
}

#[tokio::test]
async fn what_lies_there_is_listed_and_removed_by_its_name() {
    let data = data();
    let (data, folder) = (data.path(), data.path().join(FOLDER));
    set(data, "weather", VALUE).await.unwrap();
    set(data, "map", VALUE).await.unwrap();
    fs::write(folder.join("weather"), "plain").unwrap();
    fs::write(folder.join("weather.new"), "left by a write that was killed").unwrap();
    let kept = |name: &str, is_sealed| Kept { name: name.to_owned(), is_sealed };
    assert_eq!(list(data).unwrap(), [kept("map", true), kept("weather", true), kept("weather", false)]);
    assert_eq!(plain_file(data, "weather"), Some(folder.join("weather")));
    remove(data, "weather").await.unwrap();
    assert_eq!(list(data).unwrap(), [kept("map", true)]);
    assert_eq!(remove(data, "weather").await.unwrap_err().code().0, 319);
}

#[tokio::test]
async fn a_credential_is_noted_for_the_audit_log_before_it_is_set_and_without_the_note_it_is_not() {
    let data = data();
    let (data, acts) = (data.path(), data.path().join("acts"));
    set(data, "weather", VALUE).await.unwrap();
    let notes: Vec<String> =
        fs::read_dir(&acts).unwrap().map(|note| fs::read_to_string(note.unwrap().path()).unwrap()).collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains("credential.set") && !notes[0].contains(VALUE), "{notes:?}");

    fs::remove_dir_all(&acts).unwrap();
    fs::write(&acts, "").unwrap();
    assert_eq!(set(data, "map", VALUE).await.unwrap_err().code().0, 941);
    assert_eq!(remove(data, "weather").await.unwrap_err().code().0, 941);
    assert_eq!(list(data).unwrap(), [Kept { name: "weather".to_owned(), is_sealed: true }]);
}

#[tokio::test]
async fn a_rotated_key_opens_every_credential() {
    let data = data();
    let data = data.path();
    for number in 0..20 {
        set(data, &format!("host-{number}"), &format!("{VALUE}-{number}")).await.unwrap();
    }
    let old = key_of(data, KEY);
    assert_eq!(rotate_key(data, 1).await.unwrap(), Rotated { passwords: 0, credentials: 20 });
    assert_ne!(key_of(data, KEY), old);
    assert!(!data.join(keys::FOLDER).join(NEXT).exists());
    let now = Credentials::open(data).unwrap();
    let before = Credentials { folder: data.join(FOLDER), key: SealKey::new(old) };
    for number in 0..20 {
        let name = format!("host-{number}");
        assert_eq!(value(&now, &name).await.unwrap(), format!("{VALUE}-{number}"));
        assert_eq!(value(&before, &name).await, Err(320));
    }
}

#[tokio::test]
async fn wherever_a_rotation_is_killed_the_next_start_opens_every_credential() {
    let names = ["a", "b", "c", "d"];
    for done in 0..=names.len() {
        let data = data();
        let (data, folder) = (data.path(), data.path().join(FOLDER));
        for name in names {
            set(data, name, VALUE).await.unwrap();
        }
        let new = key_of(data, NEXT);
        for name in &names[..done] {
            write(&folder, name, &SealKey::new(new), VALUE.as_bytes()).unwrap();
        }
        // Somebody sets one before the next start.
        set(data, "a", "another").await.unwrap();
        let credentials = Credentials::start(data).await.unwrap();
        for name in names {
            let expected = if name == "a" { "another" } else { VALUE };
            assert_eq!(value(&credentials, name).await.unwrap(), expected, "{name} after {done}");
        }
        assert_eq!(key_of(data, KEY), new);
        assert!(!data.join(keys::FOLDER).join(NEXT).exists());
    }
}

#[tokio::test]
async fn with_one_credential_that_does_not_open_no_key_is_rotated() {
    let data = data();
    let (data, folder) = (data.path(), data.path().join(FOLDER));
    set(data, "good", VALUE).await.unwrap();
    write(&folder, "foreign", &SealKey::new([9; 32]), b"x").unwrap();
    let (cameras, old) = (key_of(data, "cameras.key"), key_of(data, KEY));
    assert_eq!(rotate_key(data, 1).await.unwrap_err().code().0, 320);
    assert_eq!((key_of(data, "cameras.key"), key_of(data, KEY)), (cameras, old));
    let credentials = Credentials::open(data).unwrap();
    assert_eq!(value(&credentials, "good").await.unwrap(), VALUE);
}
