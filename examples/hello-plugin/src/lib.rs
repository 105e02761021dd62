//! The smallest plugin worth copying: counts pictures per camera and shows the counts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Batch;
use xl_plugin::Failure;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Plugin;
use xl_plugin::Visit;
use xl_plugin::events::Publish;
use xl_plugin::page::Row;
use xl_plugin::records;
use xl_plugin::records::Query;
use xl_plugin::zh_en;

/// How many pictures a camera sent; the record under the camera's id.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Count {
    pictures: u64,
}

/// The plugin.
#[derive(Debug)]
pub struct Hello;

xl_plugin::export!(Hello);

impl Plugin for Hello {
    fn handle(batch: Batch) -> Result<(), Failure> {
        let mut fresh: BTreeMap<&str, u64> = BTreeMap::new();
        for event in &batch.events {
            *fresh.entry(event.camera.as_deref().unwrap_or("unknown")).or_default() += event.pictures.len() as u64;
        }
        for (camera, pictures) in fresh {
            let mut count: Count = records::get("counts", camera)?.unwrap_or_default();
            count.pictures += pictures;
            records::put("counts", camera, &count)?;
            Publish::new("hello.counted").subject(camera).data(&count).send()?;
        }
        Ok(())
    }

    fn view(visit: Visit) -> Result<Page, PagesError> {
        let locale = visit.language();
        let counts = records::find::<Count>(&Query::keys("counts"))?;
        let rows = counts.entries.into_iter().map(|(camera, count)| Row::new([camera, count.pictures.to_string()]));
        let columns = [zh_en(locale, "摄像机", "Camera"), zh_en(locale, "图片数", "Pictures")];
        let empty = zh_en(locale, "还没有图片。", "No picture yet.");
        Ok(Page::new(zh_en(locale, "图片统计", "Picture counts")).table(columns, rows, empty))
    }
}

#[cfg(test)]
mod tests {
    use xl_plugin::testing::Hub;
    use xl_plugin::testing::picture_event;
    use xl_plugin::testing::visit;

    use super::Hello;

    #[test]
    fn pictures_are_counted_per_camera_over_batches() {
        let hub = Hub::new(include_str!("../plugin.toml"));
        hub.handle::<Hello>([picture_event(1, "gate", 0), picture_event(2, "yard", 5), picture_event(3, "gate", 9)])
            .unwrap();
        hub.handle::<Hello>([picture_event(4, "gate", 12)]).unwrap();
        assert_eq!(hub.record("counts", "gate"), Some(serde_json::json!({ "pictures": 3 })));
        assert_eq!(hub.published().len(), 3, "one event a camera and batch");
        let page = hub.view::<Hello>(visit("home", &[], 12)).unwrap();
        assert!(serde_json::to_string(&page).unwrap().contains(r#"["gate","3"]"#));
    }
}
