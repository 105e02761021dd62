//! The event service: pull points, and the long poll that empties them.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;

use super::Stop;
use super::description;
use super::notification;
use crate::address;
use crate::device::Device;
use crate::device::MOTION;
use crate::device::VIDEO_SOURCE;
use crate::device::subscription::Message;
use crate::device::subscription::Operation;
use crate::device::subscription::Subscription;
use crate::duration;
use crate::fault::Fault;
use crate::http;
use crate::soap::Refusal;
use crate::soap::namespace;
use crate::xml::Element;

/// Where subscriptions live, followed by their number.
const PATH: &str = "/onvif/event/";

/// The same when they live elsewhere, as Tapo has it.
const PATH_ELSEWHERE: &str = "/event-";

/// Granted when the caller does not say.
const DEFAULT_TERMINATION: Duration = Duration::from_secs(60);

/// More is cut down to that.
const MAX_TERMINATION: Duration = Duration::from_secs(24 * 3_600);

/// A poll that asks for longer waits that long; ONVIF obliges to a minute at least.
const MAX_POLL: Duration = Duration::from_secs(600);

/// Messages in one answer.
const MAX_MESSAGES: usize = 1_000;

/// What a camera with [`Fault::PullLimits`] allows.
const LOW_POLL: Duration = Duration::from_secs(30);
const LOW_MESSAGES: usize = 5;

/// A Renew sooner after the last upsets a camera with [`Fault::RenewUpsets`].
const RENEW_DISTANCE: Duration = Duration::from_secs(30);

pub(super) async fn answer(device: &Device, action: &Element, path: &str) -> Result<String, Stop> {
    match action.name.as_str() {
        "GetServiceCapabilities" => description::get_service_capabilities(device, "tev", namespace::EVENTS)
            .ok_or_else(|| Refusal::not_implemented().into()),
        "GetEventProperties" => Ok(event_properties()),
        "CreatePullPointSubscription" => create(device, action).await,
        "PullMessages" => pull(device, action, path).await,
        "Renew" => renew(device, action, path),
        "Unsubscribe" => {
            let number = number_in(path)?;
            let kills_all = device.has(Fault::UnsubscribeKillsAll);
            let mut state = device.state();
            state.expire(device.now());
            state.subscriptions.remove(&number).ok_or_else(unknown)?;
            if kills_all {
                state.subscriptions.clear();
            }
            drop(state);
            // A poll that waits on it ends.
            device.tell();
            Ok("<wsnt:UnsubscribeResponse/>".to_owned())
        }
        "SetSynchronizationPoint" => {
            let number = number_in(path)?;
            let mut state = device.state();
            state.expire(device.now());
            let standing = state.standing();
            let subscription = state.subscriptions.get_mut(&number).ok_or_else(unknown)?;
            for message in standing {
                subscription.push(message);
            }
            drop(state);
            device.tell();
            Ok("<tev:SetSynchronizationPointResponse/>".to_owned())
        }
        _ => Err(Refusal::not_implemented().into()),
    }
}

async fn create(device: &Device, action: &Element) -> Result<String, Stop> {
    if device.has(Fault::PullPointClaimed) {
        return Err(Refusal::not_implemented().into());
    }
    let asked_text = action.text_at(&["InitialTerminationTime"]);
    if asked_text.is_empty() && device.has(Fault::TerminationTimeRequired) {
        return Err(Refusal::sender(&["ter:InvalidArgs"], "InitialTerminationTime is missing").into());
    }
    let asked = asked(device, asked_text)?;
    let elsewhere = match device.has(Fault::SubscriptionElsewhere) {
        true => Some(http::elsewhere(device).await.map_err(|_| no_room())?),
        false => None,
    };
    let now = device.now();
    let most = if device.has(Fault::SlotsExhausted) { 0 } else { device.manner().max_pull_points };
    let mut state = device.state();
    state.expire(now);
    if state.subscriptions.len() >= most {
        return Err(no_room().into());
    }
    state.last_subscription += 1;
    state.last_created = Some(now);
    state.record.subscriptions_made += 1;
    let number = state.last_subscription;
    let mut subscription = Subscription::new(now, asked);
    for message in state.standing() {
        subscription.push(message);
    }
    state.subscriptions.insert(number, subscription);
    drop(state);
    Ok(format!(
        "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>{}</wsa:Address>\
         </tev:SubscriptionReference>{}</tev:CreatePullPointSubscriptionResponse>",
        reference(device, number, elsewhere),
        times(device, "wsnt", asked)
    ))
}

fn reference(device: &Device, number: u64, elsewhere: Option<SocketAddr>) -> String {
    match elsewhere {
        Some(at) => address::http_at(device, at, &format!("{PATH_ELSEWHERE}{number}_{}", at.port())),
        None => address::http(device, &format!("{PATH}{number}")),
    }
}

async fn pull(device: &Device, action: &Element, path: &str) -> Result<String, Stop> {
    let number = number_in(path)?;
    let timeout = duration::read(action.text_at(&["Timeout"]));
    let timeout = timeout.ok_or_else(|| Refusal::sender(&["ter:InvalidArgs"], "Timeout is missing or invalid"))?;
    let limit: usize = action.text_at(&["MessageLimit"]).parse().unwrap_or(MAX_MESSAGES);
    if device.has(Fault::PullLimits) && (timeout > LOW_POLL || limit > LOW_MESSAGES) {
        return Err(too_much().into());
    }
    let idle = Some(device.manner().idle).filter(|_| device.has(Fault::IdlePollClosed));
    let mut changes = device.watch();
    let deadline = tokio::time::sleep(idle.unwrap_or(timeout).min(MAX_POLL));
    tokio::pin!(deadline);
    loop {
        changes.borrow_and_update();
        if let Some(messages) = take(device, number, limit.min(MAX_MESSAGES))? {
            return Ok(pulled(device, number, &messages));
        }
        tokio::select! {
            _ = changes.changed() => {}
            () = &mut deadline => break,
        }
    }
    if idle.is_some() {
        device.state().record.polls_hung_up += 1;
        return Err(Stop::HangUp);
    }
    // Once more: what came with the deadline is not to be left behind.
    let messages = take(device, number, limit.min(MAX_MESSAGES))?.unwrap_or_default();
    Ok(pulled(device, number, &messages))
}

/// What waits, none when nothing does; refused when the subscription is gone.
fn take(device: &Device, number: u64, limit: usize) -> Result<Option<Vec<Message>>, Refusal> {
    let (now, time) = (device.now(), device.utc());
    let flood = device.has(Fault::FloodOfFalse);
    let mut state = device.state();
    state.expire(now);
    let subscription = state.subscriptions.get_mut(&number).ok_or_else(unknown)?;
    let mut messages = subscription.take(limit);
    if flood && messages.is_empty() {
        messages = vec![no_motion(time); limit.min(10)];
    }
    Ok(Some(messages).filter(|messages| !messages.is_empty()))
}

/// The answer to a pull, and what it does to the subscription.
fn pulled(device: &Device, number: u64, messages: &[Message]) -> String {
    let (keeps, lost) = (device.has(Fault::RenewUnsupported), device.has(Fault::SubscriptionLost));
    let now = device.now();
    let mut state = device.state();
    state.record.messages_pulled += messages.len() as u64;
    let mut left = Duration::ZERO;
    if let Some(subscription) = state.subscriptions.get_mut(&number) {
        subscription.pulls += 1;
        if keeps {
            subscription.ends = subscription.ends.max(now.after(subscription.asked));
        }
        left = subscription.ends.since(now);
    }
    if lost {
        state.subscriptions.remove(&number);
    }
    drop(state);
    format!(
        "<tev:PullMessagesResponse>{}{}</tev:PullMessagesResponse>",
        times(device, "tev", left),
        notification::write(device, messages)
    )
}

fn renew(device: &Device, action: &Element, path: &str) -> Result<String, Stop> {
    if device.has(Fault::RenewUnsupported) {
        return Err(Refusal::not_implemented().into());
    }
    let number = number_in(path)?;
    let asked = asked(device, action.text_at(&["TerminationTime"]))?;
    let upset = device.has(Fault::RenewUpsets);
    let now = device.now();
    let mut state = device.state();
    state.expire(now);
    let subscription = state.subscriptions.get_mut(&number).ok_or_else(unknown)?;
    if upset && now.since(subscription.renewed) < RENEW_DISTANCE {
        state.subscriptions.remove(&number);
        return Err(Refusal::receiver(&["ter:Action"], "Internal error").into());
    }
    subscription.renewed = now;
    subscription.ends = now.after(asked);
    drop(state);
    // Here the two times stand the other way round (WS-BaseNotification 1.3, section 6.1.1).
    let (current, end) = current_and_end(device, asked);
    Ok(format!(
        "<wsnt:RenewResponse><wsnt:TerminationTime>{end}</wsnt:TerminationTime>\
         <wsnt:CurrentTime>{current}</wsnt:CurrentTime></wsnt:RenewResponse>"
    ))
}

/// How long a subscription is wanted for: a duration, or a time by the clock of the camera.
fn asked(device: &Device, text: &str) -> Result<Duration, Refusal> {
    let unacceptable =
        || Refusal::sender(&["wsnt:UnacceptableInitialTerminationTimeFault"], "The termination time is not acceptable");
    let granted = if text.is_empty() {
        DEFAULT_TERMINATION
    } else if let Some(duration) = duration::read(text) {
        if device.has(Fault::RelativeTimeBroken) { Duration::from_secs(5) } else { duration }
    } else {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| unacceptable())?;
        time.to_utc().signed_duration_since(device.utc()).to_std().map_err(|_| unacceptable())?
    };
    if granted.is_zero() { Err(unacceptable()) } else { Ok(granted.min(MAX_TERMINATION)) }
}

/// The camera's time and the end of a subscription, as they are told.
fn current_and_end(device: &Device, left: Duration) -> (String, String) {
    let now = device.utc();
    let told = if device.has(Fault::ShortTermination) { left.min(Duration::from_secs(10)) } else { left };
    let end = now.checked_add_signed(TimeDelta::from_std(told).unwrap_or_default()).unwrap_or(now);
    (duration::time(now), duration::time(end))
}

fn times(device: &Device, prefix: &str, left: Duration) -> String {
    let (current, end) = current_and_end(device, left);
    format!(
        "<{prefix}:CurrentTime>{current}</{prefix}:CurrentTime><{prefix}:TerminationTime>{end}</{prefix}:TerminationTime>"
    )
}

/// The number of the subscription that a path names.
fn number_in(path: &str) -> Result<u64, Refusal> {
    let rest = path.strip_prefix(PATH).or_else(|| path.strip_prefix(PATH_ELSEWHERE)).unwrap_or("");
    rest.split('_').next().unwrap_or("").parse().map_err(|_| unknown())
}

fn no_motion(time: DateTime<Utc>) -> Message {
    let item = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Message {
        topic: MOTION.to_owned(),
        source: vec![item("Source", VIDEO_SOURCE)],
        data: vec![item("State", "false")],
        operation: Operation::Changed,
        time,
    }
}

fn unknown() -> Refusal {
    Refusal::sender(&["wsnt:ResourceUnknownFault"], "The subscription does not exist")
}

fn no_room() -> Refusal {
    Refusal::receiver(&["wsnt:SubscribeCreationFailedFault"], "There is no free pull point")
}

fn too_much() -> Refusal {
    let mut refusal = Refusal::sender(&["ter:InvalidArgVal"], "Timeout or MessageLimit is too high");
    refusal.detail = format!(
        "<tev:PullMessagesFaultResponse><tev:MaxTimeout>{}</tev:MaxTimeout><tev:MaxMessageLimit>{LOW_MESSAGES}\
         </tev:MaxMessageLimit></tev:PullMessagesFaultResponse>",
        duration::write(LOW_POLL)
    );
    refusal
}

fn event_properties() -> String {
    let motion = r#"<tns1:VideoSource wstop:topic="false"><MotionAlarm wstop:topic="true"><tt:MessageDescription IsProperty="true"><tt:Source><tt:SimpleItemDescription Name="Source" Type="tt:ReferenceToken"/></tt:Source><tt:Data><tt:SimpleItemDescription Name="State" Type="xs:boolean"/></tt:Data></tt:MessageDescription></MotionAlarm></tns1:VideoSource>"#;
    format!(
        "<tev:GetEventPropertiesResponse>\
         <tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation>\
         <wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet>{motion}</wstop:TopicSet>\
         <wsnt:TopicExpressionDialect>http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet</wsnt:TopicExpressionDialect>\
         <wsnt:TopicExpressionDialect>http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete</wsnt:TopicExpressionDialect>\
         <tev:MessageContentFilterDialect>http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter</tev:MessageContentFilterDialect>\
         <tev:MessageContentSchemaLocation>http://www.onvif.org/onvif/ver10/schema/onvif.xsd</tev:MessageContentSchemaLocation>\
         </tev:GetEventPropertiesResponse>"
    )
}
