//! Answering a program, in a fresh sandbox.

use std::sync::Arc;

use xl_model::clock::TimestampMs;
use xl_model::effect::Effects;
use xl_model::effect::LogLine;

use super::Context;
use super::PageFault;
use super::Viewer;
use super::page;
use super::sandbox;
use super::sandbox::Ask;
use super::sandbox::BODY_BYTES;
use super::sandbox::Said;
use crate::Plugin;
use crate::bindings::exports::xueliang::hub::calls;
use crate::guest::Call;
use crate::guest::Guest;
use crate::guest::dice::Dice;

/// Above this status nothing of a call is kept.
const LAST_KEPT: u16 = 399;

/// What a program asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// An operation of the manifest.
    pub name: String,
    /// JSON object of strings.
    pub query: String,
    /// Media type of the body, lower case, without parameters; empty without a body.
    pub content_type: String,
    /// The body.
    pub body: Arc<[u8]>,
    /// `zh` or `en`.
    pub locale: String,
    /// Whose program it is.
    pub viewer: Option<Viewer>,
    /// The time now.
    pub now_ms: TimestampMs,
    /// Seeds the run's randomness.
    pub seed: u64,
}

/// What the program is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status, 200 to 599.
    pub status: u16,
    /// Media type of the body; empty without one.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What a call gave.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The answer, or why there is none; [`PageFault::BadPage`]: what the guest returned is none.
    pub reply: Result<Reply, PageFault>,
    /// What the guest wanted; nothing where the answer's status is above 399.
    pub effects: Effects,
    /// What it logged.
    pub log: Vec<LogLine>,
    /// CPU time, in microseconds.
    pub cpu_us: u64,
    /// Pictures that it was handed; 0 when nothing is kept.
    pub pictures: u32,
}

impl Reply {
    /// Whether what the call wanted is kept.
    pub fn is_kept(&self) -> bool {
        self.status <= LAST_KEPT
    }
}

/// Answers `asked`.
pub(super) async fn run(plugin: &Plugin, context: &Context, asked: Asked) -> Answered {
    let Some(entry) = plugin.manifest.calls.iter().find(|entry| entry.name == asked.name) else {
        let (effects, log) = (Effects::default(), Vec::new());
        return Answered { reply: Err(PageFault::NotFound), effects, log, cpu_us: 0, pictures: 0 };
    };
    let writes = entry.writes;
    // Reading takes its turn with drawing pages: neither may take every sandbox of the hub.
    let _turn = if writes { None } else { context.budget.page().await };
    let dice = Dice::new(&plugin.engine.config().secret, &context.module, "answer", asked.seed);
    let guest = Guest::new(plugin, context, Call::Answer { writes }, asked.now_ms, dice)
        .asked_by(asked.viewer.clone(), &asked.locale);
    let request = calls::Request {
        name: &asked.name,
        query: &asked.query,
        content_type: &asked.content_type,
        body: &asked.body,
        locale: &asked.locale,
        now_ms: asked.now_ms,
    };
    let ended = sandbox::run(plugin, guest, Ask::Answer(request)).await;
    let (mut effects, mut pictures) = (Effects::default(), 0);
    let reply = match ended.result {
        Ok((Said::Answered(Ok(response)), guest)) => read(response).map_err(PageFault::BadPage).inspect(|reply| {
            if reply.is_kept() {
                pictures = guest.pictures;
                effects.list = guest.effects;
                effects.answers = guest.answers.into_made();
            }
        }),
        Ok((Said::Answered(Err(error)), _)) => Err(page::fault(fault(error))),
        // An answer was asked for: nothing else can come back.
        Ok((Said::Handled(_) | Said::Viewed(_) | Said::Acted(_), _)) => Err(PageFault::NotFound),
        Err(stop) => Err(PageFault::Stopped(stop)),
    };
    Answered { reply, effects, log: ended.log, cpu_us: ended.cpu_us, pictures }
}

/// The answer, when it is one that a program can be given.
fn read(response: calls::Response) -> Result<Reply, String> {
    let calls::Response { status, content_type, body } = response;
    if !(200..=599).contains(&status) {
        return Err(format!("the status {status} is not 200 to 599"));
    }
    if body.len() > BODY_BYTES {
        return Err(format!("the body is larger than {BODY_BYTES} bytes"));
    }
    let is_plain = content_type.len() <= 128 && content_type.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !is_plain || content_type.is_empty() && !body.is_empty() {
        return Err("the content type is none".to_owned());
    }
    Ok(Reply { status, content_type, body })
}

/// Faults of calls are those of pages.
fn fault(error: calls::CallsError) -> crate::bindings::exports::xueliang::hub::pages::PagesError {
    use crate::bindings::exports::xueliang::hub::pages::PagesError;
    match error {
        calls::CallsError::NotFound => PagesError::NotFound,
        calls::CallsError::Invalid(text) => PagesError::Invalid(text),
        calls::CallsError::Other(words) => PagesError::Other(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, content_type: &str, body: &[u8]) -> calls::Response {
        calls::Response { status, content_type: content_type.to_owned(), body: body.to_vec() }
    }

    #[test]
    fn an_answer_has_a_status_and_a_media_type() {
        assert!(read(response(200, "application/json", b"{}")).is_ok());
        assert!(read(response(204, "", b"")).is_ok());
        for (status, content_type) in [(199, "a/b"), (600, "a/b"), (200, ""), (200, "a/b\r\nset-cookie: x")] {
            assert!(read(response(status, content_type, b"x")).is_err(), "{status} {content_type}");
        }
    }

    #[test]
    fn nothing_is_kept_above_399() {
        for (status, kept) in [(200, true), (302, true), (400, false), (503, false)] {
            assert_eq!(read(response(status, "", b"")).unwrap().is_kept(), kept, "{status}");
        }
    }
}
