//! Tables of cameras as people save them, and each line as a camera.

#![no_main]

use libfuzzer_sys::fuzz_target;
use xl_model::camera::check;
use xl_model::camera::draft::Draft;

// By itself: with the whole hub behind it each build would take a quarter of an hour.
#[path = "../../../host/src/cameras/table.rs"]
#[allow(dead_code, reason = "the hub uses all of it")]
mod table;

#[path = "../../../host/src/sheet.rs"]
#[allow(dead_code, reason = "the hub uses all of it")]
mod sheet;

fuzz_target!(|data: &[u8]| {
    let Ok(table) = table::read(data) else { return };
    for line in table.lines {
        let Ok(cells) = line.cells else { continue };
        let mut draft = Draft::default();
        for (column, text) in cells {
            let _ = sheet::harmless(&text);
            if let table::Column::Field(field) = column {
                draft.set(field, text);
            }
        }
        let _ = check::camera(&draft);
    }
});
