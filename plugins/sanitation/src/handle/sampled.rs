//! A look at a camera: judged, remembered, and raised when a change has lasted.

use xl_plugin::Error;
use xl_plugin::Event;
use xl_plugin::day::DAY_MS;
use xl_plugin::day::Day;
use xl_plugin::pictures;
use xl_plugin::pictures::Picture;
use xl_plugin::records;

use crate::candidate;
use crate::eyes::Watched;
use crate::finding::Finding;
use crate::settings::Settings;
use crate::store;
use crate::watch::health;
use crate::watch::health::Unusable;
use crate::watch::reference;
use crate::watch::reference::Clean;
use crate::watch::reference::Origin;
use crate::watch::reference::References;
use crate::watch::sample::Change;
use crate::watch::sample::Sampled;
use crate::watch::score;
use crate::watch::score::Look;
use crate::watch::score::Score;

/// This plugin, as the manifest names it.
const PLUGIN: &str = "sanitation";
/// The look, as the manifest names it.
const LOOK: &str = "watch";

/// Takes one look.
pub(super) fn take(event: &Event, settings: &Settings) -> Result<(), Error> {
    let Some(camera) = event.camera.as_deref() else { return Ok(()) };
    let Ok(sampled) = event.read::<Sampled>() else { return Ok(()) };
    let Some(region) = settings.regions.get(camera).filter(|_| sampled.plan(PLUGIN, LOOK).is_some()) else {
        return Ok(());
    };
    let time_ms = event.time_ms.min(event.received_ms);
    let mut watched: Watched = store::get(store::EYES, camera)?.unwrap_or_default();
    camera.clone_into(&mut watched.camera);
    if watched.first_ms == 0 {
        watched.first_ms = time_ms;
    }
    let day = Day::at(time_ms).to_string();
    if watched.day != day {
        (watched.day, watched.judged) = (day, 0);
        watched.left_out.clear();
    }
    watched.last_ms = time_ms;
    let picture = event.pictures.first().map(|picture| picture.sha256.clone());
    watched.picture = picture.clone().or(watched.picture);

    match (judge(camera, &sampled, picture.as_deref(), region, time_ms, &watched, settings)?, picture) {
        (Ok((method, score)), Some(picture)) => {
            watched.judged += 1;
            (watched.method, watched.unusable) = (Some(method.to_owned()), None);
            let rules = settings.rules();
            if let Some(raised) = watched.eye.see(time_ms, score.share, &picture, &rules) {
                let mut finding = Finding::new(camera, method, region, raised.first_seen_ms, time_ms);
                finding.score = Some((raised.score * 1_000.0).round() / 1_000.0);
                finding.reference = Some(score.reference);
                finding.picture = Some(picture);
                finding.sudden = raised.sudden;
                if !candidate::raise(finding, event.seq)? {
                    watched.eye.judged(time_ms, &rules);
                }
            }
        }
        (Err(why), _) => leave_out(&mut watched, why),
        (Ok(_), None) => leave_out(&mut watched, Unusable::Failed),
    }
    records::put(store::EYES, camera, &watched)
}

fn leave_out(watched: &mut Watched, why: Unusable) {
    watched.unusable = Some(why);
    *watched.left_out.entry(why).or_default() += 1;
}

/// By which method the region changed by how much; or why that cannot be said.
fn judge(
    camera: &str,
    sampled: &Sampled,
    picture: Option<&str>,
    region: &[[f64; 2]],
    time_ms: i64,
    watched: &Watched,
    settings: &Settings,
) -> Result<Result<(&'static str, Score), Unusable>, Error> {
    let rules = settings.rules();
    if let Err(why) = health::guard(sampled, reference::hour_of(time_ms), &rules) {
        return Ok(Err(why));
    }
    let Some((figures, picture)) = sampled.metrics.zip(picture) else { return Ok(Err(Unusable::Failed)) };
    let mut views: References = store::get(store::VIEWS, camera)?.unwrap_or_default();
    let looks = looks(picture, &views.nearest(time_ms, &figures), region);
    let (method, looks) = if looks.is_empty() {
        let before = sampled.reference.as_deref().filter(|_| !watched.eye.was_unclear(time_ms - DAY_MS));
        let inside = sampled.plan(PLUGIN, LOOK).and_then(|plan| plan.change);
        let look = before.zip(inside).zip(sampled.change);
        let look = look.map(|((reference, inside), all)| Look { reference: reference.to_owned(), inside, all });
        (candidate::YESTERDAY, Vec::from_iter(look))
    } else {
        (candidate::CLEAN, looks)
    };
    let score = score::score(&looks);
    let learns =
        time_ms < watched.first_ms + i64::from(rules.learn_days) * DAY_MS && watched.eye.unclear_since_ms.is_none();
    let looks_clear =
        score.as_ref().map_or_else(|why| *why == Unusable::NoReference, |score| score.share < rules.clear_share);
    if learns && looks_clear && views.wants(time_ms, rules.learn_days) {
        views.add(Clean::new(picture, time_ms, &figures, Origin::Learnt));
        crate::views::keep(camera, picture, &views, true)?;
    }
    Ok(score.map(|score| (method, score)))
}

/// Holds a picture against clean views. A view that is past its retention says nothing any more.
fn looks(picture: &str, views: &[&Clean], region: &[[f64; 2]]) -> Vec<Look> {
    if views.is_empty() {
        return Vec::new();
    }
    let Ok(now) = pictures::open(picture) else { return Vec::new() };
    let corners: Vec<pictures::Point> = region.iter().map(|[x, y]| pictures::Point { x: *x, y: *y }).collect();
    let against = |view: &&Clean| {
        let reference = pictures::open(&view.sha256).ok()?;
        let all = change(&now, &reference, None)?;
        let inside = change(&now, &reference, Some(&corners))?;
        Some(Look { reference: view.sha256.clone(), inside, all })
    };
    views.iter().filter_map(against).collect()
}

fn change(now: &Picture, reference: &Picture, region: Option<&[pictures::Point]>) -> Option<Change> {
    let found = now.change(reference, region).ok()?;
    Some(Change {
        share: found.share,
        shift_x: found.shift_x,
        shift_y: found.shift_y,
        agreement: found.agreement,
        contrast_kept: found.contrast_kept,
        sharpness_kept: found.sharpness_kept,
    })
}
