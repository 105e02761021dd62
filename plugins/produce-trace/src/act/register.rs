//! Registers a greenhouse with its camera.

use xl_plugin::Done;
use xl_plugin::cameras;
use xl_plugin::cameras::CamerasError;
use xl_plugin::events::Publish;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use crate::credit_code;
use crate::gs1::check;
use crate::site::Site;
use crate::store;
use crate::text;

pub(super) fn site(mut pressed: Pressed) -> Result<Done, Refused> {
    let fields = &mut pressed.fields;
    let name = fields.text("name", 40);
    let producer = fields.text("producer", 60);
    let camera = fields.text("camera", 64);
    let code = fields.optional_key("code", credit_code::is_code, &text::trade::NO_CODE);
    let gln = fields.optional_key("gln", check::is_gln, &text::trade::NO_GLN);
    let place = match cameras::get(&camera) {
        Ok(camera) => camera.place,
        Err(xl_plugin::Error::Cameras(CamerasError::NotFound | CamerasError::AccessDenied)) => {
            fields.wrong("camera", &text::NO_CAMERA);
            String::new()
        }
        Err(error) => return Err(error.into()),
    };
    if let Some((_, owner)) = store::site_of(&camera)? {
        fields.wrong_with("camera", &text::CAMERA_TAKEN, &[("site", &owner.name)]);
    }
    pressed.fields.checked()?;

    let key = store::next_key(store::SITES, 'g')?;
    let site = Site { name, producer, camera, place, code, gln, registered_ms: pressed.now_ms, growing: None };
    records::put(store::SITES, &key, &site)?;
    store::count(|totals| totals.sites += 1)?;
    let data = serde_json::json!({ "site": key, "name": site.name, "camera": site.camera, "place": site.place });
    Publish::new("trace.site.registered").camera(&site.camera).subject(&key).data(&data).send()?;
    Ok(Done::to("site", [("site", key.as_str())]))
}
