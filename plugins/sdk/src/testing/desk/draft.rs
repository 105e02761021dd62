//! From a draft to a case.

use crate::cases::Case;
use crate::cases::Draft;

const SOURCES: [&str; 8] = ["patrol", "hotline", "video", "vehicle", "app", "media", "transfer", "schedule"];

/// What is wrong with a draft: the field and the remedy.
pub(super) fn check(draft: &Draft) -> Result<(), String> {
    let longer = |text: &str, most: usize| text.chars().count() > most;
    if draft.key.is_empty() || draft.key.len() > 128 {
        return Err("key: 1 to 128 bytes".to_owned());
    }
    if draft.matter.set.is_empty() || draft.matter.code.is_empty() {
        return Err("matter: a code set and a code are needed".to_owned());
    }
    if draft.title.trim().is_empty() || longer(&draft.title, 200) {
        return Err("title: 1 to 200 characters".to_owned());
    }
    if longer(&draft.description, 4_000) {
        return Err("description: at most 4000 characters".to_owned());
    }
    if !SOURCES.contains(&draft.source.as_str()) {
        return Err(format!("source: one of {}", SOURCES.join(", ")));
    }
    if draft.place.as_ref().is_some_and(|place| !crate::testing::host::is_inside(place)) {
        return Err("place: a 12-digit code inside the township".to_owned());
    }
    if draft.address.as_ref().is_some_and(|address| longer(address, 200)) {
        return Err("address: at most 200 characters".to_owned());
    }
    if draft
        .position
        .is_some_and(|at| !(-90.0..=90.0).contains(&at.latitude) || !(-180.0..=180.0).contains(&at.longitude))
    {
        return Err("position: degrees of WGS 84".to_owned());
    }
    if draft.pictures.len() > 16 {
        return Err("pictures: at most 16".to_owned());
    }
    let is_object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&draft.data).is_ok();
    if !is_object || draft.data.len() > 16 * 1024 {
        return Err("data: a JSON object of at most 16 KiB".to_owned());
    }
    Ok(())
}

/// The case as it is opened.
pub(super) fn case(draft: &Draft, id: &str, township: &str, now_ms: i64) -> Case {
    let mut matter = draft.matter.clone();
    if matter.version.is_empty() {
        "test".clone_into(&mut matter.version);
    }
    Case {
        id: id.to_owned(),
        key: draft.key.clone(),
        matter,
        title: draft.title.clone(),
        description: draft.description.clone(),
        source: draft.source.clone(),
        place: draft.place.clone().unwrap_or_else(|| format!("{township}000")),
        address: draft.address.clone(),
        position: draft.position,
        grid: draft.grid.clone(),
        camera: draft.camera.clone(),
        before: draft.pictures.clone(),
        after: Vec::new(),
        data: draft.data.clone(),
        stage: "reported".to_owned(),
        unit: None,
        handler: None,
        opened_ms: now_ms,
        due_ms: None,
        overdue: false,
        reworks: 0,
        extensions: 0,
        closed_ms: None,
    }
}
