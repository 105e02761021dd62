//! What the host checks of a call before and after the plugin is asked.

use super::State;
use crate::calls::CallsError;
use crate::calls::MAX_BODY;
use crate::calls::Response;
use crate::form::FormErrors;

/// Whether the operation writes, when there is one that takes such a body.
pub(super) fn writes(state: &State, name: &str, content_type: &str, body: &[u8]) -> Result<bool, CallsError> {
    let call = state.manifest.calls.iter().find(|call| call.name == name).ok_or(CallsError::NotFound)?;
    let taken = body.is_empty() && content_type.is_empty() || call.content.iter().any(|known| known == content_type);
    if !taken {
        return Err(FormErrors::whole(format!("`{name}` does not take `{content_type}`")).into());
    }
    if body.len() > MAX_BODY {
        return Err(FormErrors::whole(format!("a body has at most {MAX_BODY} bytes")).into());
    }
    Ok(call.writes)
}

/// The answer, when it is one that a program can be given.
pub(super) fn checked(response: Response) -> Result<Response, CallsError> {
    if !(200..=599).contains(&response.status) {
        return Err(CallsError::Other(format!("status {} is not 200 to 599", response.status)));
    }
    if response.body.len() > MAX_BODY {
        return Err(CallsError::Other(format!("the answer has more than {MAX_BODY} bytes")));
    }
    Ok(response)
}
