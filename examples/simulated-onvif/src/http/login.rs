//! From a request to a verdict, and from a verdict to what is sent.

use super::Asked;
use crate::auth::Attempt;
use crate::auth::Auth;
use crate::auth::Setting;
use crate::auth::Verdict;
use crate::device::Device;
use crate::fault::Fault;
use crate::soap::Refusal;
use crate::xml::Element;

/// Lets a request in, or says how it is refused and what HTTP asks for.
pub(super) fn check(
    device: &Device,
    request: &Asked<'_>,
    token: Option<&Element>,
    needs_login: bool,
) -> Result<(), (Refusal, Vec<String>)> {
    let auth = device.auth();
    judge(device, request, token, auth, needs_login)
}

/// The same for a picture, which has no envelope to carry a token: there WSSE cameras take HTTP digest.
pub(super) fn check_picture(device: &Device, request: &Asked<'_>) -> Result<(), (Refusal, Vec<String>)> {
    let auth = match device.auth() {
        Auth::Wsse | Auth::Either | Auth::Both | Auth::Digest => Auth::Digest,
        Auth::None => Auth::None,
        Auth::Text => Auth::Text,
    };
    judge(device, request, None, auth, true)
}

fn judge(
    device: &Device,
    request: &Asked<'_>,
    token: Option<&Element>,
    auth: Auth,
    needs_login: bool,
) -> Result<(), (Refusal, Vec<String>)> {
    let (password, manner) = (device.password(), device.manner());
    let setting = Setting {
        auth,
        offer: manner.digest,
        user: &manner.user,
        password: &password,
        lock_after: Some(manner.lock_after).filter(|_| device.has(Fault::LockOut)),
        created_strict: device.has(Fault::CreatedStrict),
        utc: device.utc(),
        now: device.now(),
    };
    let attempt = Attempt { method: request.method, uri: request.uri, header: request.authorization, token };
    let without_subcode = device.has(Fault::RefusalWithoutSubcode);
    let mut state = device.state();
    state.guard.notice(&attempt);
    if !needs_login {
        return Ok(());
    }
    let verdict = state.guard.judge(&setting, &attempt);
    match verdict {
        Verdict::Allowed(how) => {
            *state.record.logins.entry(how).or_default() += 1;
            return Ok(());
        }
        Verdict::Wrong => state.record.auth_failures += 1,
        Verdict::Locked => state.record.locked_out += 1,
        Verdict::Anonymous | Verdict::Stale => {}
    }
    let challenges = state.guard.challenges(auth, manner.digest, verdict == Verdict::Stale, setting.now);
    // ONVIF Core 5.9.1: 401 where HTTP digest is asked for, 400 with the fault where a token was not accepted.
    let token_was_wrong = verdict == Verdict::Wrong && token.is_some() && request.authorization.is_none();
    let challenges = if token_was_wrong && auth != Auth::Digest { Vec::new() } else { challenges };
    let reason = if verdict == Verdict::Locked { "The account is locked" } else { "Sender not authorized" };
    let mut refusal = Refusal::sender(&["ter:NotAuthorized"], reason);
    if without_subcode {
        refusal = Refusal::receiver(&[], "Authority failure");
    }
    if !challenges.is_empty() {
        refusal.status = 401;
    }
    Err((refusal, challenges))
}
