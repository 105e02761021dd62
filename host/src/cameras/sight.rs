//! What of a camera's pictures a module may be shown, and whoever opens its pages; what covers them for who is not shown all.

use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::grant::Grants;
use xl_model::grant::PUBLIC_SECURITY;
use xl_model::grant::purpose_at;
use xl_model::picture::Cover;
use xl_model::picture::PictureLevel;

use super::Cameras;

/// A camera as a module sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// What it is looked at for: granted to the module, and served by the camera.
    pub purpose: String,
    /// What it may be shown as it is for; nothing: it may not, whatever level was granted.
    pub raw_for: Option<String>,
    /// What covers its pictures for who is not shown them as they are.
    pub cover: Cover,
}

impl Cameras {
    /// What covers a camera's pictures for who is not shown them as they are; `None` when it is not registered.
    pub fn cover(&self, key: &CameraKey) -> Option<Cover> {
        self.row(key).map(|row| Cover::of(&row.camera))
    }

    /// How a camera is seen by who was granted these purposes; nothing where it serves none of them, and where it is registered
    /// no more: what covers it is not known then.
    pub fn sight(&self, key: &CameraKey, purposes: &[String]) -> Option<Sight> {
        let row = self.row(key)?;
        let Camera { class, purposes: served, .. } = &row.camera;
        let purpose = purpose_at(purposes, served)?.to_owned();
        let raw_for = match class {
            LegalClass::NonPublic => Some(purpose.clone()),
            LegalClass::PublicSecurity | LegalClass::OtherPublicPlace => {
                purposes.iter().find(|granted| *granted == PUBLIC_SECURITY && served.contains(granted)).cloned()
            }
        };
        Some(Sight { purpose, raw_for, cover: Cover::of(&row.camera) })
    }

    /// What a picture of a camera is looked at for on pages of a module with these grants, and what covers it there; nothing where
    /// the module is shown no pixel of it.
    pub fn on_pages(&self, key: &CameraKey, grants: &Grants) -> Option<(String, Cover)> {
        if grants.picture_level < PictureLevel::Masked || !grants.cameras.allows(&key.camera) {
            return None;
        }
        let Sight { purpose, raw_for, cover } = self.sight(key, &grants.purposes)?;
        let raw_for = raw_for.filter(|_| grants.picture_level == PictureLevel::Raw);
        Some(raw_for.map_or((purpose, cover), |purpose| (purpose, Cover::default())))
    }
}

#[cfg(test)]
mod tests {
    use xl_model::camera::draft::Field;
    use xl_model::grant::CameraSelector;
    use xl_model::picture::ANONYMOUS_SIDE;

    use super::*;
    use crate::cameras::testing::TestRegister;

    #[tokio::test]
    async fn a_module_sees_a_camera_for_a_purpose_that_both_have_and_under_its_masks_unless_raw_was_granted() {
        let hub = TestRegister::new().await;
        let masks = (Field::Masks, "[[[0,0],[0.5,0],[0.5,0.3]]]");
        let key = hub.add_camera("gate", &[(Field::Class, "C2"), (Field::Purposes, "flood;sanitation"), masks]).await;
        let yard = hub.add_camera("yard", &[(Field::Class, "C3"), (Field::Purposes, "sanitation"), masks]).await;
        let grants = |level, cameras, purposes: &[&str]| Grants {
            cameras,
            picture_level: level,
            purposes: purposes.iter().map(|purpose| (*purpose).to_owned()).collect(),
            ..Grants::default()
        };
        let all = CameraSelector::All;
        let both = ["traceability", "sanitation"];
        let masks = hub.cameras.masks(&key).unwrap();
        assert!(!masks.is_empty());
        let at_public = Cover { masks: masks.clone(), max_side: Some(ANONYMOUS_SIDE) };
        let at_yard = Cover { masks, max_side: None };
        let (masked, raw) = (PictureLevel::Masked, PictureLevel::Raw);
        let seen = |key, level, purposes| hub.cameras.on_pages(key, &grants(level, all.clone(), purposes));
        assert_eq!(seen(&key, masked, &both), Some(("sanitation".to_owned(), at_public.clone())));
        assert_eq!(seen(&key, raw, &both), Some(("sanitation".to_owned(), at_public.clone())), "a public place");
        assert_eq!(seen(&yard, raw, &both), Some(("sanitation".to_owned(), Cover::default())));
        assert_eq!(seen(&yard, masked, &both), Some(("sanitation".to_owned(), at_yard)));
        assert_eq!(seen(&key, PictureLevel::Metric, &both), None);
        assert_eq!(seen(&key, masked, &["traceability"]), None);
        assert_eq!(seen(&key, masked, &[]), None);
        let only_yard = CameraSelector::Only(vec![yard.camera.clone()]);
        assert_eq!(hub.cameras.on_pages(&key, &grants(masked, only_yard, &both)), None);
        let secured = ["sanitation", PUBLIC_SECURITY];
        assert_eq!(seen(&key, raw, &secured), Some(("sanitation".to_owned(), at_public)), "not served");
        let serves = [(Field::Purposes, "sanitation;public-security".to_owned())];
        hub.cameras.change(&key, &serves, &hub.hand("li", "")).await.unwrap();
        assert_eq!(seen(&key, raw, &secured), Some((PUBLIC_SECURITY.to_owned(), Cover::default())));
        hub.cameras.remove(&key).await.unwrap();
        assert_eq!(seen(&key, masked, &both), None);
    }
}
