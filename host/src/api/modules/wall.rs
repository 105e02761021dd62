//! The wall between modules and public places: what a grant needs before it reaches a camera of class C1 or C2. Pure.
//!
//! Asked when a module is enabled, switched on again, and when its grants change. A module uses a camera that it was granted at
//! whatever picture level: without one it still learns of the camera and of what happens before it. Of a camera that came or became
//! public afterwards the raw pictures are refused whenever a module asks for one; the number is asked for at its next change.

use axum::http::StatusCode;
use xl_model::camera::Camera;
use xl_model::camera::LegalClass;
use xl_model::camera::check::is_purpose;
use xl_model::fault::Code;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::grant::PUBLIC_SECURITY;
use xl_model::picture::PictureLevel;

use crate::api::problem::Problem;

/// A module that does not serve public security may not be shown a public place as it is.
const NO_RAW: Code = Code(947);

/// A module that uses cameras of public places needs an impact assessment.
const NO_ASSESSMENT: Code = Code(948);

/// Longest number of an impact assessment, in characters.
const MOST_CHARS: usize = 64;

/// Whether `grants` may reach those of the township's cameras that they select.
///
/// # Errors
/// XL0947, XL0948.
pub(super) fn admit(grants: &Grants, cameras: &[Camera]) -> Result<(), Problem> {
    if let Some(number) = &grants.assessment
        && (number.trim().is_empty() || number.chars().count() > MOST_CHARS || number.chars().any(char::is_control))
    {
        return Err(Problem::field("grants.assessment", "1 to 64 characters"));
    }
    if let Some(wrong) = grants.purposes.iter().find(|purpose| !is_purpose(purpose)) {
        let wrong = wrong.chars().take(64).collect::<String>();
        return Err(Problem::field("grants.purposes", format!("codes of purposes (a-z, 0-9, -), not `{wrong}`")));
    }
    let sees = grants.picture_level > PictureLevel::None && grants.cameras != CameraSelector::None;
    if sees && grants.purposes.is_empty() {
        return Err(Problem::field("grants.purposes", "at least one: of other cameras it is shown no picture"));
    }
    let is_used = |camera: &&Camera| camera.class != LegalClass::NonPublic && grants.cameras.allows(&camera.key.camera);
    let Some(public) = cameras.iter().find(is_used) else { return Ok(()) };
    let named = format!("camera `{}` watches a public place (class {})", public.key, public.class.word());
    if grants.picture_level == PictureLevel::Raw && !grants.shows_raw(public.class) {
        let wrong = format!("`masked` at most, unless grants.purposes names {PUBLIC_SECURITY}");
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, NO_RAW).with_detail(named);
        return Err(problem.with_field("grants.picture_level", wrong));
    }
    if grants.assessment.is_none() {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, NO_ASSESSMENT).with_detail(named);
        return Err(problem.with_field("grants.assessment", "the number of the impact assessment"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use xl_model::camera::check;
    use xl_model::camera::draft::Field;

    use super::*;
    use crate::cameras::testing::draft;

    fn camera(id: &str, class: &str) -> Camera {
        check::camera(&draft(id, &[(Field::Class, class)])).unwrap()
    }

    fn grants(cameras: CameraSelector, level: PictureLevel, purposes: &[&str], assessment: Option<&str>) -> Grants {
        Grants {
            cameras,
            picture_level: level,
            purposes: purposes.iter().map(|purpose| (*purpose).to_owned()).collect(),
            assessment: assessment.map(str::to_owned),
            ..Grants::default()
        }
    }

    #[test]
    fn a_module_reaches_a_public_place_only_with_an_assessment_and_as_it_is_only_for_public_security() {
        use CameraSelector::All;
        let (street, yard) = (camera("street", "other-public-place"), camera("yard", "non-public"));
        let only = |id: &str| CameraSelector::Only(vec![id.parse().unwrap()]);
        let number = Some("PIA-2026-7");
        for (grants, code) in [
            (grants(All, PictureLevel::Masked, &["sanitation"], None), Some(948)),
            (grants(All, PictureLevel::Metric, &["sanitation"], None), Some(948)),
            (grants(All, PictureLevel::Metric, &[], number), Some(702)),
            (grants(only("yard"), PictureLevel::Metric, &[], None), Some(702)),
            (grants(CameraSelector::None, PictureLevel::Metric, &[], None), None),
            (grants(All, PictureLevel::None, &["卫生"], None), Some(702)),
            (grants(All, PictureLevel::None, &[], None), Some(948)),
            (grants(All, PictureLevel::None, &[], number), None),
            (grants(only("street"), PictureLevel::None, &[], None), Some(948)),
            (grants(only("yard"), PictureLevel::None, &[], None), None),
            (grants(CameraSelector::None, PictureLevel::None, &[], None), None),
            (grants(All, PictureLevel::Masked, &["sanitation"], number), None),
            (grants(All, PictureLevel::Raw, &["sanitation"], number), Some(947)),
            (grants(All, PictureLevel::Raw, &["flood"], number), Some(947)),
            (grants(All, PictureLevel::Raw, &[PUBLIC_SECURITY], None), Some(948)),
            (grants(All, PictureLevel::Raw, &[PUBLIC_SECURITY], number), None),
            (grants(only("yard"), PictureLevel::Raw, &["flood"], None), None),
            (grants(only("street"), PictureLevel::Raw, &["flood"], number), Some(947)),
            (grants(All, PictureLevel::Masked, &[], Some(" ")), Some(702)),
        ] {
            let refused = admit(&grants, &[yard.clone(), street.clone()]).err().map(|problem| problem.code.0);
            assert_eq!(refused, code, "{grants:?}");
        }
    }
}
