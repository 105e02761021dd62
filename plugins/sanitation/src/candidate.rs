//! From a change that lasted to a candidate that waits for a person, unless the method is silent at this camera.

use xl_plugin::Error;
use xl_plugin::events::Publish;
use xl_plugin::pictures;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::finding::Finding;
use crate::place::Point;
use crate::store;
use crate::watch::precision::Precision;

/// Compared with clean views.
pub(crate) const CLEAN: &str = "clean-1";
/// Compared with the day before.
pub(crate) const YESTERDAY: &str = "yesterday-1";

/// The point before a camera.
pub(crate) fn point_before(camera: &str) -> Result<Option<(String, Point)>, Error> {
    let found: Found<Point> = records::find(&Query::by(store::POINTS, "camera").equals(camera).limit(1))?;
    Ok(found.entries.into_iter().next())
}

/// How often people agreed with a method at a camera.
pub(crate) fn precision(camera: &str, method: &str) -> Result<Precision, Error> {
    let known = store::get(store::PRECISION, &precision_key(camera, method))?;
    Ok(known.unwrap_or_else(|| Precision {
        camera: camera.to_owned(),
        method: method.to_owned(),
        ..Precision::default()
    }))
}

/// Keeps it.
pub(crate) fn keep_precision(precision: &Precision) -> Result<(), Error> {
    records::put(store::PRECISION, &precision_key(&precision.camera, &precision.method), precision)
}

fn precision_key(camera: &str, method: &str) -> String {
    format!("{camera}/{method}")
}

/// Raises a candidate; `false` when the method is silent: then it is only counted.
pub(crate) fn raise(mut finding: Finding, cause: u64) -> Result<bool, Error> {
    let mut precision = precision(&finding.camera, &finding.method)?;
    if precision.muted {
        precision.held_back += 1;
        keep_precision(&precision)?;
        return Ok(false);
    }
    if let Some((key, point)) = point_before(&finding.camera)? {
        finding.point = Some(key);
        finding.section = Some(point.section);
    }
    let key = store::next_key(store::FINDINGS, 'f')?;
    records::put(store::FINDINGS, &key, &finding)?;
    let data = serde_json::json!({
        "finding": key, "camera": finding.camera, "point": finding.point, "region": finding.region,
        "method": finding.method, "score": finding.score, "reference": finding.reference, "picture": finding.picture,
        "first_seen_ms": finding.first_seen_ms,
    });
    let mut publish =
        Publish::new("sanitation.finding.candidate").camera(&finding.camera).subject(&key).data(&data).cause(cause);
    if let Some(picture) = &finding.picture {
        publish = publish.picture(picture);
    }
    // The reference is kept as long as this event: a person must be able to see both.
    let held = finding.reference.as_deref().and_then(|sha256| pictures::open(sha256).ok().map(|held| (sha256, held)));
    if let Some((sha256, _held)) = &held {
        publish = publish.picture(sha256);
    }
    publish.send()?;
    Ok(true)
}
