//! What a look showed, as an observation: the picture, its figures, and how it differs from the same hour a day before.

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;
use xl_media::Luma;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;
use xl_model::metrics::Change;
use xl_model::metrics::PictureMetrics;
use xl_model::metrics::ViewFaults;
use xl_model::observation::Observation;
use xl_model::region::Masks;

use super::Dependencies;
use super::Repeats;
use super::plan::Due;
use super::repeated;
use crate::look::NoPicture;
use crate::look::Seen;

/// How long before a picture its reference was taken, in milliseconds: a day, so light and shadows are alike.
const REFERENCE_BEFORE_MS: i64 = 24 * 3_600_000;

/// How far a reference may be from that time, in milliseconds: half an hour to either side.
const REFERENCE_WITHIN_MS: i64 = 1_800_000;

/// A picture with everything that is measured of it.
struct Measured {
    metrics: PictureMetrics,
    change: Option<Change>,
    /// One for each wish of the look; `None` where it names no region or there is no reference.
    regions: Vec<Option<Change>>,
}

/// For whom a look was.
#[derive(Serialize)]
struct Plan<'a> {
    module: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
}

/// What becomes of a look that was due.
pub(super) async fn observation(
    deps: &Dependencies,
    repeats: &Repeats,
    due: &Due,
    masks: &Masks,
    seen: Result<Seen, NoPicture>,
) -> Observation {
    let now_ms = deps.clock.now_ms();
    let found = match seen {
        Ok(Seen::Fresh { bytes, taken_ms }) => Ok((bytes, taken_ms, "asked")),
        Ok(Seen::Stored(stored)) => match deps.store.picture(&stored.picture.sha256).await {
            Ok(Some(bytes)) => Ok((bytes, stored.time_ms, "sent")),
            Ok(None) => Err("its newest picture is past its retention".to_owned()),
            Err(failure) => Err(failure.to_string()),
        },
        Err(failure) => Err(failure.to_string()),
    };
    let measured = match found {
        Ok((bytes, taken_ms, from)) => match measure(deps, due, masks, &bytes, taken_ms).await {
            Ok(measured) => Ok((bytes, taken_ms, from, measured)),
            Err(why) => Err(why),
        },
        Err(why) => Err(why),
    };
    let (data, picture, taken_ms) = match measured {
        Ok((bytes, taken_ms, from, (measured, reference))) => {
            let repeats = repeated(repeats, &due.camera, &sha256(&bytes));
            let faults = ViewFaults::of(&measured.metrics, measured.change.as_ref(), repeats);
            let data = json!({
                "plans": plans(due, &measured.regions),
                "from": from,
                "age_ms": now_ms.saturating_sub(taken_ms).max(0),
                "metrics": measured.metrics,
                "faults": faults,
                "repeats": repeats,
                "reference": reference,
                "change": measured.change,
            });
            (data, Some(bytes), taken_ms)
        }
        Err(why) => (json!({"plans": plans(due, &[]), "failed": why}), None, now_ms),
    };
    Observation {
        township: due.camera.township.clone(),
        source: "sampling".into(),
        id: Some(format!("{}:{}", due.camera.camera, due.due_ms).into()),
        kind: "camera.sampled".parse().expect("a valid kind"),
        camera: Some(due.camera.camera.clone()),
        subject: None,
        time_ms: Some(taken_ms),
        data: data.to_string().into(),
        picture,
        relayed: false,
    }
}

fn plans<'a>(due: &'a Due, regions: &[Option<Change>]) -> Vec<Plan<'a>> {
    let changes = regions.iter().copied().chain(std::iter::repeat(None));
    let plan = |(wish, change): (&'a super::plan::Wish, Option<Change>)| Plan {
        module: wish.module.plugin.as_str(),
        name: &wish.name,
        change,
    };
    due.wishes.iter().zip(changes).map(plan).collect()
}

/// Measures a picture, and says against which reference.
async fn measure(
    deps: &Dependencies,
    due: &Due,
    masks: &Masks,
    bytes: &Bytes,
    taken_ms: TimestampMs,
) -> Result<(Measured, Option<Digest>), String> {
    let camera = &due.camera;
    let around_ms = taken_ms - REFERENCE_BEFORE_MS;
    let span = around_ms - REFERENCE_WITHIN_MS..=around_ms + REFERENCE_WITHIN_MS;
    let reference = deps.store.picture_near(&camera.township, &camera.camera, around_ms, span).await;
    let reference = reference.map_err(|failure| failure.to_string())?.map(|found| found.picture.sha256);
    let before = match &reference {
        Some(sha256) => deps.store.picture(sha256).await.map_err(|failure| failure.to_string())?,
        None => None,
    };
    let reference = reference.filter(|_| before.is_some());
    let (bytes, masks, limits) = (bytes.clone(), masks.clone(), deps.pictures.clone());
    let regions: Vec<_> = due.wishes.iter().map(|wish| wish.region.clone()).collect();
    let work = move || -> Result<Measured, xl_media::PictureError> {
        let now = Luma::decode(&bytes, &masks, &limits)?;
        // A reference that cannot be read any more is none; the picture itself can.
        let before = before.and_then(|before| Luma::decode(&before, &masks, &limits).ok());
        let against = |region| before.as_ref().and_then(|before| xl_media::compare(&now, before, region).ok());
        Ok(Measured {
            metrics: now.metrics(),
            change: against(None),
            regions: regions.iter().map(|region| against(Some(region.as_ref()?))).collect(),
        })
    };
    let measured = tokio::task::spawn_blocking(work).await.map_err(|lost| lost.to_string())?;
    measured.map(|measured| (measured, reference)).map_err(|error| error.to_string())
}

fn sha256(bytes: &[u8]) -> Digest {
    hex::encode(Sha256::digest(bytes)).parse().expect("a SHA-256 in hex is a digest")
}
