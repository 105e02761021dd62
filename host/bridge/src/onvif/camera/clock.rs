//! The camera's clock: read, never set. Its offset makes logins valid and dates comparable.

use xl_model::clock::TimestampMs;

use super::Camera;
use super::call::Call;
use crate::onvif::address::CameraUrl;
use crate::onvif::date::Civil;
use crate::onvif::date::posix_zone_ms;
use crate::onvif::fault::CallError;
use crate::onvif::xml::Node;

const WHAT: &str = "GetSystemDateAndTime";
const ACTION: &str = "http://www.onvif.org/ver10/device/wsdl/GetSystemDateAndTime";

/// An offset that moved by less than this is the same: requests take that long.
const SAME_MS: i64 = 1_000;

impl Camera {
    /// Reads its clock without a login, and with one where it demands that (Axis); keeps the offset.
    ///
    /// # Errors
    /// [`CallError`]; also when the camera tells a date that no calendar has. The offset stays what it was.
    pub async fn read_clock(&self) -> Result<i64, CallError> {
        let device = self.services().device;
        let call = question(&device);
        let before_ms = self.clock.now_ms();
        match self.call_openly(&call).await {
            Ok(node) => self.keep_offset(&node, before_ms),
            Err(CallError::Login { .. }) => {
                let before_ms = self.clock.now_ms();
                let node = self.call(&call).await?;
                self.keep_offset(&node, before_ms)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether it answers at all: its clock without a login. A refusal is an answer.
    ///
    /// # Errors
    /// [`CallError`] when no answer came.
    pub async fn read_clock_openly(&self) -> Result<(), CallError> {
        let device = self.services().device;
        match self.call_openly(&question(&device)).await {
            Err(error) if !error.is_answer() => Err(error),
            _ => Ok(()),
        }
    }

    /// Within a login: reads it without one, and tells the ladder whether it changed.
    pub(super) async fn read_clock_again(&self) -> Result<(), CallError> {
        let device = self.services().device;
        let call = question(&device);
        let before = self.offset_ms();
        let before_ms = self.clock.now_ms();
        let read = match self.call_openly(&call).await {
            Ok(node) => self.keep_offset(&node, before_ms).ok(),
            Err(error) if error.is_answer() => None,
            Err(error) => return Err(error), // The transport never moves the ladder: it waits for the clock still.
        };
        let changed = read.is_some_and(|now| before.unwrap_or(0).abs_diff(now) >= SAME_MS.unsigned_abs());
        self.state().ladder.clock_read(changed);
        Ok(())
    }

    fn keep_offset(&self, node: &Node, before_ms: TimestampMs) -> Result<i64, CallError> {
        let middle_ms = before_ms + (self.clock.now_ms() - before_ms) / 2;
        let camera_ms = camera_ms(node).ok_or(CallError::Missing { what: WHAT, missing: "possible date" })?;
        let offset_ms = camera_ms - middle_ms;
        self.state().offset_ms = Some(offset_ms);
        Ok(offset_ms)
    }
}

fn question(device: &CameraUrl) -> Call<'_> {
    Call { is_open: true, ..Call::new(WHAT, device, ACTION, "<tds:GetSystemDateAndTime/>".to_owned()) }
}

/// UTC where the camera tells it, else its local time less its zone.
fn camera_ms(node: &Node) -> Option<TimestampMs> {
    let times = node.find("SystemDateAndTime")?;
    let utc = times.child("UTCDateTime").and_then(date_time);
    utc.or_else(|| {
        let local = times.child("LocalDateTime").and_then(date_time)?;
        Some(local - posix_zone_ms(times.text_at(&["TimeZone", "TZ"])?)?)
    })
}

fn date_time(node: &Node) -> Option<TimestampMs> {
    let number = |section: &str, name: &str| node.text_at(&[section, name])?.parse().ok();
    Civil {
        year: number("Date", "Year")?,
        month: number("Date", "Month")?,
        day: number("Date", "Day")?,
        hour: number("Time", "Hour")?,
        minute: number("Time", "Minute")?,
        second: number("Time", "Second")?,
    }
    .utc_ms()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onvif::date::utc;
    use crate::onvif::xml;

    fn read(inner: &str) -> Option<String> {
        let text = format!("<R><SystemDateAndTime>{inner}</SystemDateAndTime></R>");
        camera_ms(&xml::read(text.as_bytes()).unwrap()).map(utc)
    }

    const TIME: &str = "<Time><Hour>8</Hour><Minute>1</Minute><Second>2</Second></Time>";

    #[test]
    fn utc_is_preferred_and_local_time_with_its_zone_stands_in() {
        let date = "<Date><Year>2026</Year><Month>11</Month><Day>23</Day></Date>";
        assert_eq!(read(&format!("<UTCDateTime>{TIME}{date}</UTCDateTime>")).unwrap(), "2026-11-23T08:01:02Z");
        let local = format!("<TimeZone><TZ>CST-8</TZ></TimeZone><LocalDateTime>{TIME}{date}</LocalDateTime>");
        assert_eq!(read(&local).unwrap(), "2026-11-23T00:01:02Z");
        let impossible = "<Date><Year>0</Year><Month>0</Month><Day>0</Day></Date>";
        assert_eq!(read(&format!("<UTCDateTime>{TIME}{impossible}</UTCDateTime>")), None);
        let both = format!("<UTCDateTime>{TIME}{impossible}</UTCDateTime>{local}");
        assert_eq!(read(&both).unwrap(), "2026-11-23T00:01:02Z");
    }
}
