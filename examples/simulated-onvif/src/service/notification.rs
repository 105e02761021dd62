//! How a message looks on the wire, and how faults disfigure it.

use chrono::DateTime;
use chrono::Utc;

use crate::device::Device;
use crate::device::subscription::Message;
use crate::duration;
use crate::fault::Fault;
use crate::xml::escape;

/// Messages as `PullMessages` hands them out.
pub(super) fn write(device: &Device, messages: &[Message]) -> String {
    messages.iter().enumerate().map(|(index, message)| write_one(device, message, index)).collect()
}

fn write_one(device: &Device, message: &Message, index: usize) -> String {
    let topic_end = if device.has(Fault::TopicEndsInSlashDot) { "//." } else { "" };
    let wrong_source = device.has(Fault::WrongSourceToken);
    let source: String = message
        .source
        .iter()
        .map(|(name, value)| match wrong_source {
            // onvif-parsers: the token of the configuration under the name of the source.
            true => item("VideoSourceConfigurationToken", "vsconf"),
            false => item(name, value),
        })
        .collect();
    let data: String = message.data.iter().map(|(name, value)| item(name, value)).collect();
    let time = match device.has(Fault::OddDates) {
        true => odd(message.time, index),
        false => duration::time(message.time),
    };
    format!(
        r#"<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">{}{topic_end}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="{time}" PropertyOperation="{}"><tt:Source>{source}</tt:Source><tt:Data>{data}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"#,
        escape(&message.topic),
        message.operation.name()
    )
}

fn item(name: &str, value: &str) -> String {
    format!(r#"<tt:SimpleItem Name="{}" Value="{}"/>"#, escape(name), escape(value))
}

/// The four odd forms that have been seen (python-onvif-zeep-async issue 178, Home Assistant), in turn.
fn odd(time: DateTime<Utc>, index: usize) -> String {
    let (date, clock) = (time.format("%Y-%m-%d"), time.format("%H:%M:%S"));
    match index % 4 {
        0 => format!("{date}-{clock}Z"),
        1 => format!("{date}T-{clock}Z"),
        2 => format!("{date}T00:61:16Z"),
        _ => format!("0000-00-00T{clock}Z"),
    }
}
