//! What modules wish of which cameras: manifest, settings and grants on one side, the register on the other. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize as _;
use serde_json::Value;
use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::grant::Grants;
use xl_model::id::CameraId;
use xl_model::manifest::Sampling;
use xl_model::module::Module;
use xl_model::picture::PictureLevel;
use xl_model::region::Region;

use super::plan::Wish;

/// The wishes of all modules, by camera.
///
/// A camera is looked at for a module that was granted it at level `metric` or higher, for a purpose that the camera
/// serves. What the settings say wrongly counts as not said: the schema of the plugin should have refused it.
pub(super) fn wishes(modules: &[(Arc<Module>, Vec<Sampling>)], cameras: &[Camera]) -> BTreeMap<CameraKey, Vec<Wish>> {
    let mut wishes: BTreeMap<CameraKey, Vec<Wish>> = BTreeMap::new();
    for (module, samplings) in modules {
        for sampling in samplings {
            let every_ms = every_ms(sampling, &module.settings);
            let regions = sampling.regions_setting.as_deref().map(|pointer| module.settings.pointer(pointer));
            for camera in cameras.iter().filter(|camera| is_meant(camera, module, sampling)) {
                let region = match &regions {
                    Some(regions) => match regions.and_then(|regions| regions.get(camera.key.camera.as_str())) {
                        Some(region) => Region::deserialize(region).ok(),
                        None => continue,
                    },
                    None => None,
                };
                let (module, name) = (module.key.clone(), sampling.name.clone());
                let wish = Wish { module, name, purpose: sampling.purpose.clone(), every_ms, region };
                wishes.entry(camera.key.clone()).or_default().push(wish);
            }
        }
    }
    wishes
}

fn is_meant(camera: &Camera, module: &Module, sampling: &Sampling) -> bool {
    camera.key.township == module.key.township
        && is_granted(&module.grants, &camera.key.camera, &sampling.purpose)
        && camera.purposes.contains(&sampling.purpose)
}

/// Whether a module with these grants may have a camera of its township looked at for a purpose.
pub(super) fn is_granted(grants: &Grants, camera: &CameraId, purpose: &str) -> bool {
    grants.picture_level >= PictureLevel::Metric
        && grants.cameras.allows(camera)
        && grants.purposes.iter().any(|granted| granted == purpose)
}

fn every_ms(sampling: &Sampling, settings: &Value) -> i64 {
    let set = sampling.every_setting.as_deref().and_then(|pointer| settings.pointer(pointer)?.as_u64());
    let every_s = set.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(sampling.every_s);
    i64::from(every_s.clamp(Sampling::SHORTEST_S, Sampling::LONGEST_S)) * 1_000
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use xl_model::camera::check;
    use xl_model::camera::draft::Field;
    use xl_model::grant::CameraSelector;

    use super::*;
    use crate::cameras::testing::draft;

    fn module(level: PictureLevel, cameras: CameraSelector, settings: Value) -> Arc<Module> {
        let module = json!({
            "township": "371122102", "plugin": "street", "digest": "a".repeat(64), "previous": null, "settings": settings,
            "grants": {"cameras": cameras, "picture_level": level, "purposes": ["sanitation"]}, "state": "running", "reason": null, "cursor": 0,
            "revision": 0, "enabled_ms": 0,
        });
        Arc::new(serde_json::from_value(module).unwrap())
    }

    fn sampling() -> Sampling {
        Sampling {
            name: "watch".to_owned(),
            every_s: 300,
            every_setting: Some("/every_s".to_owned()),
            purpose: "sanitation".to_owned(),
            regions_setting: None,
        }
    }

    fn camera(township: &str, id: &str, purposes: &str) -> Camera {
        check::camera(&draft(id, &[(Field::Township, township), (Field::Purposes, purposes)])).unwrap()
    }

    fn served(id: &str) -> Camera {
        camera("371122102", id, "sanitation")
    }

    fn wished(module: Arc<Module>, sampling: Sampling, cameras: &[Camera]) -> Vec<(String, i64, bool)> {
        let wishes = wishes(&[(module, vec![sampling])], cameras);
        let flat = wishes.iter().flat_map(|(key, wishes)| wishes.iter().map(move |wish| (key, wish)));
        flat.map(|(key, wish)| (key.camera.to_string(), wish.every_ms, wish.region.is_some())).collect()
    }

    #[test]
    fn only_granted_cameras_of_the_township_that_serve_the_purpose_are_looked_at() {
        let foreign = camera("371122103", "a", "sanitation");
        let cameras = [served("a"), served("b"), camera("371122102", "c", "traceability"), foreign];
        let all = module(PictureLevel::Metric, CameraSelector::All, json!({}));
        assert_eq!(
            wished(all, sampling(), &cameras),
            [("a".to_owned(), 300_000, false), ("b".to_owned(), 300_000, false)]
        );
        let one = module(PictureLevel::Raw, CameraSelector::Only(vec!["b".parse().unwrap()]), json!({}));
        assert_eq!(wished(one, sampling(), &cameras), [("b".to_owned(), 300_000, false)]);
        let other = Sampling { purpose: "traceability".to_owned(), ..sampling() };
        let all = module(PictureLevel::Metric, CameraSelector::All, json!({}));
        assert_eq!(wished(all, other, &cameras), [], "a purpose that was not granted");
    }

    #[test]
    fn below_level_metric_nothing_is_looked_at() {
        let blind = module(PictureLevel::None, CameraSelector::All, json!({}));
        assert_eq!(wished(blind, sampling(), &[served("a")]), []);
    }

    #[test]
    fn a_look_takes_level_camera_and_purpose_of_what_is_left_of_the_grants() {
        let all = module(PictureLevel::Metric, CameraSelector::All, json!({})).grants.clone();
        let camera = "gate".parse().unwrap();
        assert!(is_granted(&all, &camera, "sanitation"));
        let other = CameraSelector::Only(vec!["yard".parse().unwrap()]);
        for narrower in [
            Grants { cameras: other, ..all.clone() },
            Grants { picture_level: PictureLevel::None, ..all.clone() },
            Grants { purposes: vec!["flood".to_owned()], ..all.clone() },
        ] {
            assert!(!is_granted(&all.clone().narrowed_to(&narrower), &camera, "sanitation"), "{narrower:?}");
        }
    }

    #[test]
    fn settings_say_how_often_within_bounds() {
        for (settings, every_ms) in [
            (json!({"every_s": 60}), 60_000),
            (json!({"every_s": 1}), 10_000),
            (json!({"every_s": 9_999_999}), 86_400_000),
            (json!({"every_s": "often"}), 300_000),
            (json!({}), 300_000),
        ] {
            let module = module(PictureLevel::Metric, CameraSelector::All, settings.clone());
            assert_eq!(wished(module, sampling(), &[served("a")]), [("a".to_owned(), every_ms, false)], "{settings}");
        }
    }

    #[test]
    fn where_regions_are_drawn_only_their_cameras_are_looked_at() {
        let regions = json!({"regions": {"a": [[0, 0], [1, 0], [1, 1]], "b": "none"}});
        let module = module(PictureLevel::Metric, CameraSelector::All, regions);
        let sampling = Sampling { regions_setting: Some("/regions".to_owned()), ..sampling() };
        let cameras = [served("a"), served("b"), served("c")];
        let wished = wished(module, sampling, &cameras);
        assert_eq!(wished, [("a".to_owned(), 300_000, true), ("b".to_owned(), 300_000, false)]);
    }
}
