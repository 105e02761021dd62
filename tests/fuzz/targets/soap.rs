//! Answers of ONVIF cameras.

#![no_main]

use libfuzzer_sys::fuzz_target;
use xl_bridge::onvif::date;
use xl_bridge::onvif::discovery;
use xl_bridge::onvif::soap;
use xl_bridge::onvif::xml;

fuzz_target!(|data: &[u8]| {
    if let Ok(node) = xml::read(data) {
        let _ = node.written_below(&["Body"]);
    }
    let _ = soap::read(data);
    let _ = discovery::read(data, ([10, 0, 0, 7], 3702).into());
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = (date::parse(text), date::parse_duration(text), xml::escaped(text));
    }
});
