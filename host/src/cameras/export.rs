//! Cameras as a table: what an import reads back. Never a password.

use xl_model::camera::Camera;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_store::cameras::CameraFilter;

use super::CameraError;
use super::Cameras;
use crate::sheet::harmless;

/// Cameras of one page of an export.
const EXPORT_PAGE: u32 = 1_000;

impl Cameras {
    /// Writes cameras as a table, see [`super::export_table`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn export(&self, filter: CameraFilter) -> Result<Vec<u8>, CameraError> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = self.find(&CameraFilter { after, limit: EXPORT_PAGE, ..filter.clone() }).await?;
            rows.extend(page.cameras.into_iter().map(|row| row.camera));
            after = page.next;
            if after.is_none() {
                return Ok(table(&rows));
            }
        }
    }
}

/// Writes cameras as CSV (RFC 4180) in UTF-8, marked so that Excel knows it.
pub fn table<'a>(cameras: impl IntoIterator<Item = &'a Camera>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    // Writing to memory cannot fail, and each line has as many cells as the first.
    let _ = writer.write_record(Field::ALL.iter().map(|field| field.name()));
    for camera in cameras {
        let draft = Draft::from(camera);
        let _ = writer.write_record(Field::ALL.iter().map(|field| harmless(draft.get(*field)).into_owned()));
    }
    writer.into_inner().unwrap_or_default()
}
