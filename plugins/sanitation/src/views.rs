//! Keeps a camera's clean views, and the pictures they are.

use xl_plugin::Error;
use xl_plugin::events::Publish;
use xl_plugin::pictures;
use xl_plugin::records;

use crate::store;
use crate::watch::reference::References;

/// Keeps the views; the event that names the newest picture holds it as long as the event itself.
pub(crate) fn keep(camera: &str, newest: &str, views: &References, learnt: bool) -> Result<(), Error> {
    records::put(store::VIEWS, camera, views)?;
    let data = serde_json::json!({"camera": camera, "picture": newest, "learnt": learnt});
    let publish = Publish::new("sanitation.reference.taken").camera(camera).subject(camera).data(&data);
    match pictures::open(newest) {
        Ok(_held) => publish.picture(newest).send(),
        // Past its retention, or not granted any more: the view will say nothing.
        Err(_) => publish.send(),
    }
}
