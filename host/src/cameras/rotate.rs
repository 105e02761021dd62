//! Another key for the passwords of cameras: all sealed anew in one transaction, or none.
//!
//! Knows no file: which key is in use after a rotation that was killed, the passwords themselves tell ([`sealed_by`]).

use tracing::info;
use xl_model::clock::TimestampMs;
use xl_store::Store;

use super::CameraError;
use super::seal::SealKey;

/// Seals every password that `old` opens with `new`; how many there are.
///
/// # Errors
/// [`CameraError::Sealed`] for the first that `old` does not open: nothing is changed then.
pub async fn rotate(store: &Store, old: [u8; 32], new: [u8; 32], at_ms: TimestampMs) -> Result<usize, CameraError> {
    let (old, new) = (SealKey::new(old), SealKey::new(new));
    let mut sealed = Vec::new();
    for (camera, before) in store.all_camera_credentials().await? {
        let secret = old.open(&camera, &before)?;
        let after = new.seal(&camera, &secret);
        sealed.push((camera, after));
    }
    let count = sealed.len();
    store.put_cameras(Vec::new(), sealed, at_ms).await?;
    info!(passwords = count, "{count} passwords of cameras are sealed with another key");
    Ok(count)
}

/// Whether some password is sealed with this key.
///
/// # Errors
/// When the store cannot be read.
pub async fn sealed_by(store: &Store, key: [u8; 32]) -> Result<bool, CameraError> {
    let key = SealKey::new(key);
    Ok(store.all_camera_credentials().await?.iter().any(|(_, sealed)| key.has_sealed(sealed)))
}

#[cfg(test)]
mod tests {
    use xl_model::camera::draft::Field;
    use xl_store::cameras::Sealed;

    use super::*;
    use crate::cameras::Cameras;
    use crate::cameras::Secret;
    use crate::cameras::testing::NOW_MS;
    use crate::cameras::testing::TestRegister;

    const ONVIF: [(Field, &str); 2] = [(Field::Attachment, "onvif"), (Field::Host, "10.0.0.7")];

    /// CAM-17.
    #[tokio::test]
    async fn after_a_rotation_every_password_is_readable_and_the_old_key_opens_none() {
        let hub = TestRegister::new().await;
        let mut keys = Vec::new();
        for number in 0..300 {
            let key = hub.add_camera(&format!("on-{number}"), &ONVIF).await;
            let secret = Secret::new(format!("canary-{number}")).unwrap();
            hub.cameras.set_secret(&key, &secret).await.unwrap();
            keys.push((key, secret));
        }
        assert_eq!(rotate(&hub.store, [7; 32], [8; 32], NOW_MS).await.unwrap(), 300);
        let places = hub.cameras.places().clone();
        let anew = Cameras::open(hub.store.clone(), hub.clock.clone(), [8; 32], places).await.unwrap();
        for (key, secret) in &keys {
            assert_eq!(anew.secret(key).await.unwrap().as_ref(), Some(secret), "{key}");
            assert_eq!(hub.cameras.secret(key).await.unwrap_err().code().0, 311, "{key}");
        }
        assert!(sealed_by(&hub.store, [8; 32]).await.unwrap() && !sealed_by(&hub.store, [7; 32]).await.unwrap());
    }

    #[tokio::test]
    async fn with_one_password_that_does_not_open_nothing_is_sealed_anew() {
        let hub = TestRegister::new().await;
        let (good, bad) = (hub.add_camera("a", &ONVIF).await, hub.add_camera("b", &ONVIF).await);
        let secret = Secret::new("canary".to_owned()).unwrap();
        hub.cameras.set_secret(&good, &secret).await.unwrap();
        let foreign = SealKey::new([9; 32]).seal(&bad, &secret);
        hub.store.put_cameras(Vec::new(), vec![(bad.clone(), Sealed(foreign.0))], NOW_MS).await.unwrap();
        assert_eq!(rotate(&hub.store, [7; 32], [8; 32], NOW_MS).await.unwrap_err().code().0, 311);
        assert_eq!(hub.cameras.secret(&good).await.unwrap(), Some(secret));
    }
}
