//! Cameras as a table: what an import reads back. Never a password.

use xl_model::camera::Camera;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;

use crate::sheet::harmless;

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
