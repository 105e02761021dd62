//! One SOAP call: login, answer, and what a refusal means.

use std::time::Duration;

use super::Camera;
use crate::onvif::address::CameraUrl;
use crate::onvif::auth::Challenge;
use crate::onvif::auth::Login;
use crate::onvif::auth::Method;
use crate::onvif::auth::Refusal;
use crate::onvif::auth::Step;
use crate::onvif::auth::basic;
use crate::onvif::auth::challenges;
use crate::onvif::fault::CallError;
use crate::onvif::gate::Answer;
use crate::onvif::gate::Ask;
use crate::onvif::gate::Limits;
use crate::onvif::soap;
use crate::onvif::soap::Addressing;
use crate::onvif::soap::FaultKind;
use crate::onvif::soap::Reply;
use crate::onvif::soap::SoapFault;
use crate::onvif::soap::Token;
use crate::onvif::xml::Node;

/// The most requests of one call: no login, digest asked for and given, both, an old nonce, and one to spare.
const REQUESTS_MOST: usize = 8;

/// What is called.
#[derive(Debug, Clone)]
pub(super) struct Call<'a> {
    /// Its name for people.
    pub(super) what: &'static str,
    /// The service.
    pub(super) url: &'a CameraUrl,
    /// The action's URI.
    pub(super) action: &'a str,
    /// The request as XML.
    pub(super) body: String,
    /// How long it may take.
    pub(super) limit: Duration,
    /// Reference parameters, for services that want WS-Addressing.
    pub(super) parameters: Option<&'a str>,
    /// It changes the camera: `NotAuthorized` may mean that the user lacks the right, and says nothing of the password.
    pub(super) needs_right: bool,
    /// Cameras answer it to everybody, so an answer proves no login (ONVIF Core, access class `PRE_AUTH`).
    pub(super) is_open: bool,
}

impl<'a> Call<'a> {
    pub(super) fn new(what: &'static str, url: &'a CameraUrl, action: &'a str, body: String) -> Self {
        Self { what, url, action, body, limit: super::CALL_LIMIT, parameters: None, needs_right: false, is_open: false }
    }
}

/// How an answer looks to the ladder.
enum Judged {
    /// Let in; the element inside the body.
    Body(Node),
    /// Refused for the login.
    Refused { reason: String, challenges: Vec<Challenge> },
    /// Let in, and another failure.
    Failed(CallError),
}

impl Camera {
    /// Calls with the login that this camera takes; finds that login where it is not known.
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Node, CallError> {
        let what = call.what;
        let mut permit = None;
        let mut reason = "the login was refused before; nothing is tried until the password changes".to_owned();
        let (mut answered_stale, mut renewed) = (false, false);
        for _ in 0..REQUESTS_MOST {
            if permit.is_none() && self.method().is_none() {
                permit = self.login.acquire().await.ok();
            }
            let step = self.state().ladder.step();
            let method = match step {
                Step::Stopped => return Err(CallError::Login { what, reason }),
                Step::ReadClock => {
                    self.read_clock_again().await?;
                    continue;
                }
                Step::Try(method) => method,
            };
            let (token, authorization, fresh) = self.proofs(method, call.url);
            let sent_http = authorization.is_some();
            let answer = self.send(call, token.as_ref(), authorization.as_deref()).await?;
            match judge(what, &answer, self.secret().as_deref()) {
                Judged::Body(node) => {
                    if !call.is_open {
                        self.state().ladder.accepted();
                    }
                    return Ok(node);
                }
                // Says nothing of the login: many look at the call before they look at who calls.
                Judged::Failed(error) => return Err(error),
                Judged::Refused { reason: said, .. } if call.needs_right && self.is_proven(method) => {
                    let fault = SoapFault { kind: FaultKind::NotAuthorized, reason: said };
                    return Err(CallError::Fault { what, fault });
                }
                Judged::Refused { reason: said, challenges } => {
                    reason = said;
                    let mut state = self.state();
                    let clear_text = method == Method::ClearText;
                    let challenge = challenges.into_iter().find(|c| clear_text || *c != Challenge::Basic);
                    let stale = matches!(challenge, Some(Challenge::Digest { stale: true, .. }));
                    let asks_http = challenge.is_some();
                    if let Some(challenge) = challenge {
                        state.soap_login = Some(Login::new(challenge));
                    }
                    // An old nonce was refused, not the password: once more with the new one.
                    if asks_http && sent_http && (!fresh || stale) && !answered_stale {
                        // One that is not called stale may have been the password all the same.
                        (answered_stale, renewed) = (true, !stale);
                        continue;
                    }
                    state.ladder.refused(Refusal { sent_http, asks_http, repeated: renewed });
                }
            }
        }
        Err(CallError::Login { what, reason })
    }

    /// Calls without any login, and does not look at what a refusal would mean.
    pub(super) async fn call_openly(&self, call: &Call<'_>) -> Result<Node, CallError> {
        let answer = self.send(call, None, None).await?;
        match judge(call.what, &answer, self.secret().as_deref()) {
            Judged::Body(node) => Ok(node),
            Judged::Refused { reason, .. } => Err(CallError::Login { what: call.what, reason }),
            Judged::Failed(error) => Err(error),
        }
    }

    async fn send(
        &self,
        call: &Call<'_>,
        token: Option<&Token>,
        authorization: Option<&str>,
    ) -> Result<Answer, CallError> {
        let to = call.url.full();
        let message_id = format!("urn:uuid:{}", random_uuid());
        let addressing = call.parameters.map(|parameters| Addressing {
            to: &to,
            action: call.action,
            message_id: &message_id,
            parameters,
        });
        let envelope = soap::envelope(&call.body, token, addressing);
        let ask = Ask::Soap { envelope, action: call.action.to_owned() };
        let sent = self.gate.send(call.url, &ask, authorization, Limits::soap(call.limit)).await;
        sent.map_err(|source| CallError::Gate { what: call.what, source })
    }

    /// What proves us to the camera, and whether the HTTP login in it answers a new challenge.
    fn proofs(&self, method: Method, url: &CameraUrl) -> (Option<Token>, Option<String>, bool) {
        let now_ms = self.clock.now_ms();
        let mut state = self.state();
        let Some(who) = state.credentials.clone().filter(|_| url.takes_credentials()) else {
            return (None, None, false);
        };
        let camera_ms = now_ms.saturating_add(state.offset_ms.unwrap_or(0));
        let nonce: [u8; 16] = rand::random();
        let token = method.has_token().then(|| match method {
            Method::ClearText => Token::clear_text(&who.username, &who.password, nonce, camera_ms),
            _ => Token::digest(&who.username, &who.password, nonce, camera_ms),
        });
        if !method.has_http() {
            return (token, None, false);
        }
        let cnonce = hex::encode(rand::random::<[u8; 16]>());
        match &mut state.soap_login {
            Some(login) if login.is_digest() || method == Method::ClearText => {
                let fresh = login.is_fresh();
                (token, Some(login.authorization(&who, "POST", url.path(), &cnonce)), fresh)
            }
            _ if method == Method::ClearText => (token, Some(basic(&who)), true),
            _ => (token, None, false),
        }
    }

    fn secret(&self) -> Option<String> {
        self.state().credentials.as_ref().map(|who| who.password.clone())
    }

    /// Whether this login was taken before, so that a refusal means the right and not the password.
    fn is_proven(&self, method: Method) -> bool {
        method != Method::Anonymous && self.method() == Some(method)
    }
}

/// What an answer means. A camera's words are shown and recorded: those that repeat its `secret` are not.
fn judge(what: &'static str, answer: &Answer, secret: Option<&str>) -> Judged {
    let mut read = soap::read(&answer.body);
    if let (Ok(Reply::Fault(fault)), Some(secret)) = (&mut read, secret.filter(|secret| !secret.is_empty()))
        && fault.reason.contains(secret)
    {
        fault.reason = "its words repeat the password and are not shown".to_owned();
    }
    let challenges = challenges(answer.challenges.iter().map(String::as_str));
    match (answer.status, read) {
        (_, Ok(Reply::Fault(fault))) if fault.kind == FaultKind::NotAuthorized => {
            Judged::Refused { reason: fault.reason, challenges }
        }
        // Some cameras send a fault of another kind with 401; the status is the clearer word.
        (401 | 403, _) => Judged::Refused { reason: format!("HTTP status {}", answer.status), challenges },
        (_, Ok(Reply::Fault(fault))) => Judged::Failed(CallError::Fault { what, fault }),
        (200..=299, Ok(Reply::Body(node))) => Judged::Body(node),
        (200..=299, Err(source)) => Judged::Failed(CallError::Unreadable { what, source }),
        (status, _) => Judged::Failed(CallError::Status { what, status }),
    }
}

/// A random UUID (version 4), for messages that need a name.
pub(in crate::onvif) fn random_uuid() -> String {
    let mut bytes: [u8; 16] = rand::random();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex::encode(bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
