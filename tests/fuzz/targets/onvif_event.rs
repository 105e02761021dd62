//! Notifications that were pulled from a camera, and what they mean.

#![no_main]

use libfuzzer_sys::fuzz_target;
use xl_bridge::onvif::camera::Pulled;
use xl_bridge::onvif::soap;
use xl_bridge::onvif::soap::Reply;
use xl_bridge::topics;

fuzz_target!(|data: &[u8]| {
    let Ok(Reply::Body(node)) = soap::read(data) else { return };
    for notification in Pulled::read(&node, 100, 3_600_000).notifications {
        let _ = (topics::changes(&notification), topics::meaning(&notification));
    }
});
