//! Looks by people: registered before anything is shown, or refused. And the call-up register itself.
//!
//! Whoever looks at a picture, takes one or moves a camera names a purpose that the camera allows, and a reason; a picture that a
//! module's page showed is looked at for what the module was granted, and no more of it is seen than the module is shown. Who
//! looks himself sees a picture as it was received for public security alone, else under what covers it. The row comes first: a
//! handler gets at a picture only with the [`Look`] that was made of it.

mod register;
mod stated;

pub(super) use register::__path_list;
pub(super) use register::list;
pub(crate) use stated::Stated;

use axum::http::StatusCode;
use xl_model::audit::Entry;
use xl_model::audit::LookedAt;
use xl_model::audit::Outcome;
use xl_model::audit::text::Text;
use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::fault::Code;
use xl_model::grant::PUBLIC_SECURITY;
use xl_model::id::ModuleKey;
use xl_model::picture::Cover;

use crate::api::authority::Authority;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// The camera may not be looked at for this purpose.
pub(crate) const OTHER_PURPOSE: Code = Code(731);

/// A look without purpose or reason.
pub(crate) const NOTHING_STATED: Code = Code(946);

/// The shortest reason, in characters.
pub(crate) const REASON_CHARS_LEAST: usize = 4;

/// The longest reason, in characters.
pub(crate) const REASON_CHARS_MOST: usize = 200;

/// The right to one look, with its row in the register.
#[derive(Debug)]
pub(crate) struct Look {
    entry: Entry,
    seq: u64,
    cover: Option<Cover>,
}

impl Look {
    /// For which purpose.
    pub(crate) fn purpose(&self) -> &str {
        self.entry.look.as_ref().map_or("", |look| look.purpose.as_str())
    }

    /// What covers the picture; nothing: it is seen as it was received.
    pub(crate) fn cover(&self) -> Option<&Cover> {
        self.cover.as_ref()
    }

    /// Hands on what the look brought; when that is a problem, the register says so.
    pub(crate) async fn brought<T>(self, state: &ApiState, outcome: Result<T, Problem>) -> Result<T, Problem> {
        if let Err(problem) = &outcome {
            let why = format!("HTTP {}, {}", problem.status.as_u16(), problem.code);
            state.auditor().record(self.entry.failed(state.now_ms(), self.seq, &why)).await?;
        }
        outcome
    }
}

/// Registers a look of a person at a camera, or says why he may not look.
///
/// # Errors
/// XL0946 names what has to be stated, XL0731 the purposes of the camera, XL0941 that the register cannot be written.
pub(crate) async fn register(
    authority: &Authority,
    state: &ApiState,
    key: &CameraKey,
    stated: &Stated,
    action: &str,
    object: &str,
) -> Result<Look, Problem> {
    let camera = state.cameras(authority).get(key).map(|row| row.camera);
    let purposes = camera.as_ref().map(|camera| camera.purposes.clone()).unwrap_or_default();
    let (purpose, reason) = said(stated, key, &purposes)?;
    let entry = entry(authority, state, key, action, object).with_look(looked(key, &purpose, &reason));
    // A camera that is registered no more allows nothing.
    let Some(camera) = camera.filter(|_| purposes.contains(&purpose)) else {
        let detail = format!("the purposes of camera `{key}` are: {}", purposes.join(", "));
        let refused = entry.with_outcome(Outcome::Refused).with_detail(&format!("{OTHER_PURPOSE}"));
        state.auditor().record(refused).await?;
        return Err(Problem::new(StatusCode::FORBIDDEN, OTHER_PURPOSE).with_detail(detail));
    };
    let seq = state.auditor().record(entry.clone()).await?;
    Ok(Look { entry, seq, cover: cover_for(&purpose, &camera) })
}

/// What covers a camera's picture for a person who looks for this purpose.
fn cover_for(purpose: &str, camera: &Camera) -> Option<Cover> {
    Some(Cover::of(camera)).filter(|cover| purpose != PUBLIC_SECURITY && !cover.is_nothing())
}

/// Registers a look of a person at a camera's picture that a page of this module showed him.
///
/// # Errors
/// XL0946 where the module is shown no pixel of the camera, XL0941 that the register cannot be written.
pub(crate) async fn register_on_page(
    authority: &Authority,
    state: &ApiState,
    key: &CameraKey,
    module: &ModuleKey,
    object: &str,
) -> Result<Look, Problem> {
    let grants = state.modules(authority).status(module).await?.module.grants;
    let (purpose, cover) = state.cameras(authority).on_pages(key, &grants).ok_or_else(|| {
        let detail = format!("module `{module}` is shown no pictures of camera `{key}`");
        Problem::new(StatusCode::FORBIDDEN, NOTHING_STATED).with_detail(detail)
    })?;
    let entry = entry(authority, state, key, "look.picture", object).with_look(looked(key, &purpose, &of_page(module)));
    let seq = state.auditor().record(entry.clone()).await?;
    Ok(Look { entry, seq, cover: Some(cover) })
}

fn entry(authority: &Authority, state: &ApiState, key: &CameraKey, action: &str, object: &str) -> Entry {
    Entry::new(state.now_ms(), authority.actor(), action, object).in_township(Some(key.township.clone()))
}

fn looked(key: &CameraKey, purpose: &str, reason: &str) -> LookedAt {
    LookedAt { camera: key.camera.clone(), purpose: Text::new(purpose), reason: Text::new(reason) }
}

/// Why somebody looks at what a page showed him.
fn of_page(module: &ModuleKey) -> String {
    format!("page of {}", module.plugin)
}

/// Records a look of a person at a picture that somebody attached to a form. No camera was looked at, so the row is one of
/// the audit log and none of the call-up register.
///
/// # Errors
/// XL0946 where neither the module's page shows it nor a reason is stated, XL0941 that the log cannot be written.
pub(crate) async fn register_upload(
    authority: &Authority,
    state: &ApiState,
    module: &ModuleKey,
    stated: &Stated,
    object: &str,
) -> Result<Look, Problem> {
    let reason = match &stated.module {
        Some(_) => of_page(module),
        None => reason(stated).map_err(|wrong| {
            let detail = "a look at a picture that somebody attached names its reason";
            Problem::new(StatusCode::FORBIDDEN, NOTHING_STATED).with_detail(detail).with_field("reason", wrong)
        })?,
    };
    let entry = Entry::new(state.now_ms(), authority.actor(), "look.upload", object)
        .in_township(Some(module.township.clone()))
        .with_detail(&format!("attached on a page of {}; {reason}", module.plugin));
    let seq = state.auditor().record(entry.clone()).await?;
    Ok(Look { entry, seq, cover: None })
}

/// The reason that somebody stated, in his own words.
fn reason(stated: &Stated) -> Result<String, &'static str> {
    let reason = stated.reason.as_deref().unwrap_or_default().trim();
    let chars = reason.chars().count();
    if !(REASON_CHARS_LEAST..=REASON_CHARS_MOST).contains(&chars) || reason.chars().any(char::is_control) {
        return Err("4 to 200 characters in one's own words");
    }
    Ok(reason.to_owned())
}

/// Purpose and reason, as somebody said them himself.
fn said(stated: &Stated, key: &CameraKey, purposes: &[String]) -> Result<(String, String), Problem> {
    let purpose = stated.purpose.as_deref().unwrap_or_default().trim();
    let reason = reason(stated);
    let mut problem = Problem::new(StatusCode::FORBIDDEN, NOTHING_STATED)
        .with_detail("a look at a camera names its purpose and its reason");
    if purpose.is_empty() {
        problem =
            problem.with_field("purpose", format!("one of the purposes of camera `{key}`: {}", purposes.join(", ")));
    }
    let reason = reason.unwrap_or_else(|wrong| {
        problem.fields.insert("reason".to_owned(), wrong.to_owned());
        String::new()
    });
    if !problem.fields.is_empty() {
        return Err(problem);
    }
    Ok((purpose.to_owned(), reason))
}

#[cfg(test)]
mod tests;
