//! The calls of a PullPoint subscription, each once. Lifetimes and repairs are in `pullpoint`.

use std::time::Duration;

use xl_model::clock::TimestampMs;

use super::Camera;
use super::call::Call;
use crate::onvif::address::CameraUrl;
use crate::onvif::address::Use;
use crate::onvif::date;
use crate::onvif::fault::CallError;
use crate::onvif::soap::printable;
use crate::onvif::xml::Node;
use crate::topics::Notification;
use crate::topics::Operation;

const EVENTS: &str = "http://www.onvif.org/ver10/events/wsdl";
const NOTIFICATIONS: &str = "http://docs.oasis-open.org/wsn/bw-2";

/// What a `PullMessages` call may take beyond the time that the camera was asked to wait.
const PULL_MARGIN: Duration = Duration::from_secs(15);

/// The most items of one notification, and the longest text in it, in characters.
const ITEMS_MOST: usize = 64;
const TEXT_CHARS_MOST: usize = 1024;

/// The longest reference parameters sent back, in bytes.
const PARAMETERS_BYTES_MOST: usize = 4096;

/// What the camera says of its events; wrong in both directions on many (Axis, Bosch), so only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventCapabilities {
    /// It says that it has pull points.
    pub pull_points: Option<bool>,
    /// How many at once: 1 or 2 means that other software may be pushed out.
    pub pull_points_most: Option<u32>,
    /// It keeps notifications for later.
    pub keeps_notifications: Option<bool>,
}

/// A subscription in the camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    url: CameraUrl,
    parameters: String,
}

/// Until when a subscription was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// The camera's own time when it answered.
    pub camera_ms: Option<TimestampMs>,
    /// The end, on the camera's clock.
    pub until_ms: Option<TimestampMs>,
}

/// What one `PullMessages` brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pulled {
    /// The notifications in the order of the camera.
    pub notifications: Vec<Notification>,
    /// Until when the subscription lives now, on the camera's clock.
    pub until_ms: Option<TimestampMs>,
}

impl Pulled {
    /// Reads the answer to a pull of `messages_most`; a camera may send four times as many, further ones are dropped. Its
    /// clock is ahead of ours by `offset_ms`.
    pub fn read(node: &Node, messages_most: u32, offset_ms: i64) -> Self {
        let messages = node.children("NotificationMessage").take(messages_most.max(1) as usize * 4);
        Self {
            notifications: messages.filter_map(|message| notification(message, offset_ms)).collect(),
            until_ms: node.text_at(&["TerminationTime"]).and_then(date::parse),
        }
    }
}

impl Camera {
    /// Reads what it says of its events.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn event_capabilities(&self) -> Result<EventCapabilities, CallError> {
        let url = self.events()?;
        let action = format!("{EVENTS}/EventPortType/GetServiceCapabilitiesRequest");
        let body = "<tev:GetServiceCapabilities/>".to_owned();
        let call = Call { is_open: true, ..Call::new("GetServiceCapabilities", &url, &action, body) };
        let node = self.call(&call).await?;
        let capabilities = node.child("Capabilities").unwrap_or(&node);
        let flag = |name| capabilities.attribute(name).map(|text| text == "1" || text.eq_ignore_ascii_case("true"));
        Ok(EventCapabilities {
            pull_points: flag("WSPullPointSupport"),
            pull_points_most: capabilities.attribute("MaxPullPoints").and_then(|text| text.parse().ok()),
            keeps_notifications: flag("PersistentNotificationStorage"),
        })
    }

    /// Subscribes; `termination` is a duration (`PT600S`) or a time on the camera's clock, and always sent: Tapo C225
    /// and C320WS refuse the call without (zeep-async PR #13).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn subscribe(&self, termination: &str) -> Result<(Subscription, Granted), CallError> {
        const WHAT: &str = "CreatePullPointSubscription";
        let url = self.events()?;
        let action = format!("{EVENTS}/EventPortType/CreatePullPointSubscriptionRequest");
        let body = format!(
            "<tev:CreatePullPointSubscription><tev:InitialTerminationTime>{termination}</tev:InitialTerminationTime>\
             </tev:CreatePullPointSubscription>"
        );
        let call = Call { parameters: Some(""), ..Call::new(WHAT, &url, &action, body) };
        let node = self.call(&call).await?;
        let address = node.text_at(&["SubscriptionReference", "Address"]);
        let address = address.ok_or(CallError::Missing { what: WHAT, missing: "subscription address" })?;
        let url = self.gate.rules().rewrite(address, Use::Subscription);
        let url = self.reachable(url.map_err(|source| CallError::Address { what: WHAT, source })?).await;
        let parameters = node.written_below(&["SubscriptionReference", "ReferenceParameters"]);
        if parameters.len() > PARAMETERS_BYTES_MOST {
            return Err(CallError::Missing { what: WHAT, missing: "reference parameters of a usable length" });
        }
        Ok((Subscription { url, parameters }, granted(&node)))
    }

    /// Waits in the camera for notifications, at most `timeout`.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn pull(
        &self,
        subscription: &Subscription,
        timeout: Duration,
        messages_most: u32,
    ) -> Result<Pulled, CallError> {
        let body = format!(
            "<tev:PullMessages><tev:Timeout>{}</tev:Timeout><tev:MessageLimit>{messages_most}</tev:MessageLimit>\
             </tev:PullMessages>",
            date::duration(timeout)
        );
        let action = format!("{EVENTS}/PullPointSubscription/PullMessagesRequest");
        let call = Call { limit: timeout + PULL_MARGIN, ..subscription.call("PullMessages", &action, body) };
        let node = self.call(&call).await?;
        Ok(Pulled::read(&node, messages_most, self.offset_ms().unwrap_or(0)))
    }

    /// Asks for a longer life; `termination` as in [`Camera::subscribe`].
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn renew(&self, subscription: &Subscription, termination: &str) -> Result<Granted, CallError> {
        let body = format!("<wsnt:Renew><wsnt:TerminationTime>{termination}</wsnt:TerminationTime></wsnt:Renew>");
        let action = format!("{NOTIFICATIONS}/SubscriptionManager/RenewRequest");
        let node = self.call(&subscription.call("Renew", &action, body)).await?;
        Ok(granted(&node))
    }

    /// Asks for all states again, as `Initialized`.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn synchronize(&self, subscription: &Subscription) -> Result<(), CallError> {
        let body = "<tev:SetSynchronizationPoint/>".to_owned();
        let action = format!("{EVENTS}/PullPointSubscription/SetSynchronizationPointRequest");
        self.call(&subscription.call("SetSynchronizationPoint", &action, body)).await.map(drop)
    }

    /// Ends a subscription; only for a camera that is removed: some firmwares end all of them (Home Assistant PR #92627).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), CallError> {
        let action = format!("{NOTIFICATIONS}/SubscriptionManager/UnsubscribeRequest");
        self.call(&subscription.call("Unsubscribe", &action, "<wsnt:Unsubscribe/>".to_owned())).await.map(drop)
    }

    fn events(&self) -> Result<CameraUrl, CallError> {
        self.services().events.ok_or(CallError::NotOffered("event service"))
    }
}

impl Subscription {
    fn call<'a>(&'a self, what: &'static str, action: &'a str, body: String) -> Call<'a> {
        Call { parameters: Some(&self.parameters), ..Call::new(what, &self.url, action, body) }
    }
}

fn granted(node: &Node) -> Granted {
    Granted {
        camera_ms: node.text_at(&["CurrentTime"]).and_then(date::parse),
        until_ms: node.text_at(&["TerminationTime"]).and_then(date::parse),
    }
}

fn notification(node: &Node, offset_ms: i64) -> Option<Notification> {
    let topic = printable(node.text_at(&["Topic"])?, TEXT_CHARS_MOST);
    let message = node.path(&["Message", "Message"])?;
    let items = |section: &str| {
        let items = message.child(section).into_iter().flat_map(|section| section.children("SimpleItem"));
        let named = items.filter_map(|item| {
            let text = |name| item.attribute(name).map(|value| printable(value, TEXT_CHARS_MOST));
            Some((text("Name")?, text("Value").unwrap_or_default()))
        });
        named.take(ITEMS_MOST).collect()
    };
    Some(Notification {
        topic,
        source: items("Source"),
        key: items("Key"),
        data: items("Data"),
        time_ms: message.attribute("UtcTime").and_then(date::parse).map(|camera_ms| camera_ms - offset_ms),
        operation: match message.attribute("PropertyOperation") {
            Some("Initialized") => Some(Operation::Initialized),
            Some("Changed") => Some(Operation::Changed),
            Some("Deleted") => Some(Operation::Deleted),
            _ => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onvif::xml;

    #[test]
    fn notifications_keep_their_items_and_get_the_hubs_time() {
        let text = include_str!("../../../testdata/onvif_pull_motion.xml");
        let node = xml::read(text.as_bytes()).unwrap();
        let found: Vec<_> =
            node.children("NotificationMessage").filter_map(|message| notification(message, 3_600_000)).collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let motion = Notification {
            topic: "tns1:RuleEngine/CellMotionDetector/Motion//.".into(),
            source: vec![pair("VideoSourceConfigurationToken", "VSC1"), pair("Rule", "MyMotionDetectorRule")],
            key: Vec::new(),
            data: vec![pair("IsMotion", "true")],
            time_ms: date::parse("2026-11-23T07:00:00Z"),
            operation: Some(Operation::Changed),
        };
        assert_eq!(found[0], motion);
        assert_eq!((found[1].time_ms, found[1].operation), (None, Some(Operation::Initialized)), "an impossible date");
        assert_eq!(found.len(), 2, "a message without content is left out");
    }
}
