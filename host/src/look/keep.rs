//! Keeping a fresh picture: it becomes an event like any other, with its time, its purpose and its retention.
//!
//! Modules and everybody who may read the camera's events read this one too. So who looked, and in which words, stands in the
//! call-up register alone.

use bytes::Bytes;
use serde_json::json;
use tokio::sync::oneshot;
use xl_bridge::port::Inbox;
use xl_bridge::port::Submission;
use xl_model::camera::CameraKey;
use xl_model::fault::Refused;
use xl_model::observation::Observation;
use xl_model::observation::Verdict;
use xl_model::picture::Provenance;
use xl_store::Store;
use xl_store::StoreError;

/// Why a picture was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// The hub is stopping.
    #[error("the hub is stopping")]
    Stopping,
    /// It is not taken: too large, too many, no JPEG. The code is in it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It was kept before and is past its retention.
    #[error("the picture is past its retention already")]
    Past,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps a picture that was asked for with a purpose. Nothing of a person's reason is in the event.
///
/// # Errors
/// [`NotKept`].
pub async fn keep(
    store: &Store,
    inbox: &Inbox,
    camera: &CameraKey,
    purpose: &str,
    bytes: Bytes,
) -> Result<Provenance, NotKept> {
    let observation = Observation {
        township: camera.township.clone(),
        source: format!("{}.{}", camera.township, camera.camera).into(),
        id: None,
        kind: "camera.picture".parse().expect("a valid kind"),
        camera: Some(camera.camera.clone()),
        subject: None,
        time_ms: None,
        data: json!({"stream": "main", "asked_for": purpose}).to_string().into(),
        picture: Some(bytes),
        relayed: false,
    };
    let (verdict, answer) = oneshot::channel();
    inbox.send(Submission { observation, verdict }).await.map_err(|_| NotKept::Stopping)?;
    match answer.await.map_err(|_| NotKept::Stopping)? {
        Verdict::Refused(refused) => Err(refused.into()),
        Verdict::Stored(_) | Verdict::Repeated => {
            store.latest_picture(&camera.township, &camera.camera).await?.ok_or(NotKept::Past)
        }
    }
}
