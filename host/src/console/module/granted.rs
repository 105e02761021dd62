//! What a module was granted and how long it keeps what it writes, as sentences for whoever approves it.

use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::grant::HttpGrant;
use xl_model::grant::purpose_at;
use xl_model::picture::PictureLevel;
use xl_store::cameras::RegisteredCamera;

use crate::console::text::Words;

/// What a module was granted, as sentences.
pub(super) fn in_words(words: &Words, grants: &Grants) -> Vec<String> {
    let cameras = match &grants.cameras {
        CameraSelector::None => words.may_no_cameras.to_owned(),
        CameraSelector::All => words.may_all_cameras.to_owned(),
        CameraSelector::Only(cameras) => {
            let names: Vec<&str> = cameras.iter().map(|camera| camera.as_str()).collect();
            format!("{}{}", words.may_these_cameras, names.join(", "))
        }
    };
    let level = match grants.picture_level {
        PictureLevel::None => words.level_none,
        PictureLevel::Metric => words.level_metric,
        PictureLevel::Masked => words.level_masked,
        PictureLevel::Raw => words.level_raw,
    };
    let purposes =
        (!grants.purposes.is_empty()).then(|| format!("{}{}", words.may_purposes, grants.purposes.join(", ")));
    let assessment = grants.assessment.as_ref().map(|number| format!("{}{number}", words.may_assessment));
    let hosts = grants.http.iter().map(|grant| host(words, grant));
    let links = if grants.links { words.may_links } else { words.may_no_links };
    let cases = grants.cases.then(|| words.may_cases.to_owned());
    let quotas = grants.quotas.named().map(|(name, most)| (quota(words, name), most)).into_iter();
    let quotas = quotas.filter_map(|(words, most)| Some(format!("{words}{}", most?)));
    let seen = [cameras, format!("{}{level}", words.may_pictures)];
    seen.into_iter()
        .chain(purposes)
        .chain(assessment)
        .chain(hosts)
        .chain([links.to_owned()])
        .chain(cases)
        .chain(quotas)
        .collect()
}

/// Whether it is shown no picture, though it may be: no camera that it was granted serves one of its purposes.
pub(super) fn is_blind(grants: &Grants, cameras: &[RegisteredCamera]) -> bool {
    let mut granted =
        cameras.iter().map(|row| &row.camera).filter(|camera| grants.cameras.allows(&camera.key.camera)).peekable();
    grants.picture_level > PictureLevel::None
        && granted.peek().is_some()
        && granted.all(|camera| purpose_at(&grants.purposes, &camera.purposes).is_none())
}

fn host(words: &Words, grant: &HttpGrant) -> String {
    let plain = if grant.plain { words.may_plain } else { "" };
    let private = if grant.private { words.may_private } else { "" };
    let credential =
        grant.credential.as_ref().map(|name| format!("{}{name}", words.may_credential)).unwrap_or_default();
    format!("{}{}{plain}{private}{credential}", words.may_fetch, grant.host)
}

/// What a quota says before its number, by its name in grants.
pub(crate) fn quota(words: &Words, name: &str) -> &'static str {
    match name {
        "pictures_per_minute" => words.may_pictures_per_minute,
        "fetches_per_minute" => words.may_fetches_per_minute,
        "cpu_ms" => words.may_cpu_ms,
        "records_mib" => words.may_records_mib,
        "events_per_day" => words.may_events_per_day,
        // A name that nobody has given words to yet is found by the test of this file.
        _ => "",
    }
}

/// How long records are kept, as sentences; nothing for a plugin that keeps none.
pub(crate) fn records_kept(words: &Words, kept: Vec<(String, Option<u32>)>) -> Vec<String> {
    let lasting = kept.iter().any(|(_, days)| days.is_none());
    let days: Vec<String> = kept.into_iter().filter_map(|(name, days)| Some(format!("{name} {}", days?))).collect();
    let lasting = match (lasting, days.is_empty()) {
        (false, _) => None,
        (true, true) => Some(words.records_all_lasting.to_owned()),
        (true, false) => Some(words.records_others_lasting.to_owned()),
    };
    let days = (!days.is_empty()).then(|| format!("{}{}", words.records_kept, days.join(" · ")));
    days.into_iter().chain(lasting).collect()
}

#[cfg(test)]
mod tests {
    use xl_model::camera::check;
    use xl_model::camera::draft::Field;

    use super::*;
    use crate::api::language::Language;
    use crate::cameras::testing::draft;
    use crate::console::text::words;

    #[test]
    fn each_quota_has_its_words_and_how_long_records_stay_is_said_whole() {
        let (zh, en) = (words(Language::Chinese), words(Language::English));
        let sentences: std::collections::BTreeSet<&str> =
            Grants::default().quotas.named().map(|(name, _)| quota(en, name)).into();
        assert!(sentences.len() == 5 && !sentences.contains(""), "{sentences:?}");
        let kept = |words, kept: &[(&str, Option<u32>)]| {
            records_kept(words, kept.iter().map(|(name, days)| ((*name).to_owned(), *days)).collect())
        };
        assert_eq!(kept(en, &[]), [""; 0]);
        assert_eq!(kept(en, &[("a", None)]), ["Its records stay until the module deletes them."]);
        let some = [("a", Some(30)), ("b", None), ("c", Some(400))];
        assert_eq!(kept(zh, &some), ["记录最后一次写入后的保存天数：a 30 · c 400", "其余记录由模块自行删除。"]);
        assert_eq!(kept(en, &some[..1]), ["Records go so many days after they were written last: a 30"]);
    }

    #[test]
    fn a_module_that_no_camera_serves_is_called_blind() {
        let row = |purposes: &str| RegisteredCamera {
            camera: check::camera(&draft("gh-1", &[(Field::Class, "C3"), (Field::Purposes, purposes)])).unwrap(),
            registered_ms: 0,
            changed_ms: 0,
            last_seen_ms: None,
            has_credentials: false,
        };
        let grants = |level, purpose: &str| Grants {
            cameras: CameraSelector::All,
            picture_level: level,
            purposes: vec![purpose.to_owned()],
            ..Grants::default()
        };
        let masked = grants(PictureLevel::Masked, "traceability");
        assert!(is_blind(&masked, &[row("flood"), row("")]));
        assert!(!is_blind(&masked, &[row("flood"), row("traceability")]));
        assert!(!is_blind(&masked, &[]), "there is no camera yet");
        assert!(!is_blind(&grants(PictureLevel::None, "traceability"), &[row("flood")]));
    }

    #[test]
    fn grants_are_said_in_words() {
        let grants: Grants = serde_json::from_value(serde_json::json!({
            "cameras": { "only": ["gh-1", "gh-2"] },
            "picture_level": "masked",
            "purposes": ["sanitation", "flood"],
            "assessment": "PIA-2026-007",
            "http": [{ "host": "api.example.cn" }, { "host": "lamp:80", "plain": true, "private": true, "credential": "lamps" }],
            "cases": true,
        }))
        .unwrap();
        assert_eq!(
            in_words(words(Language::English), &grants),
            [
                "It sees the cameras: gh-1, gh-2",
                "Picture level: masked",
                "Purposes: sanitation, flood",
                "Impact assessment: PIA-2026-007",
                "It may fetch from: api.example.cn",
                "It may fetch from: lamp:80, without encryption, at private addresses, with the credential lamps",
                "It may not open pages to the public",
                "It may open cases that people work on"
            ]
        );
        let nothing = in_words(words(Language::Chinese), &Grants::default());
        assert_eq!(nothing, ["不可见任何摄像机", "图片级别：无", "不可公开页面"]);
    }
}
